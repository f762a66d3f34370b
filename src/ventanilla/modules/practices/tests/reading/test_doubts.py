"""Marks and answers that contradict one another: both readings are offered, and nothing is decided here."""
from typing import Any

import pytest

from ventanilla.modules.practices.form import write_text
from ventanilla.modules.practices.reading import Reading, read_text

RECORD: dict[str, Any] = {"nombre": "Ventanilla móvil", "ambito": "estatal", "categoria": "tecnologias", "dependencia": "Instituto de la Muestra"}
ON, OFF = '<input checked="" type="checkbox"/>', '<input type="checkbox"/>'


def reading(old: str = "", new: str = "", generation: str = "2024", **values: Any) -> Reading:
    text = write_text(RECORD | values, generation)
    assert old in text
    return read_text(text.replace(old, new, 1))


YES = "4.3. ¿Se mide la satisfacción de la población usuaria en relación con la implementación de la práctica?\t\tSí\t\tNo\t"
LABEL = YES.removesuffix("\t\tSí\t\tNo\t")


@pytest.mark.parametrize(("cells", "value", "code"), [
    ("Sí\tX\tNo\t", True, ""), ("Sí\t\tNo\tX", False, ""), ("Sí X No", True, "opciones_en_una_celda"), ("Sí\tNo X", False, "marca_fundida"),
    (f"Sí\t{ON}\tNo\t{OFF}", True, ""), (f"Sí\t{OFF}\tNo\t{ON}", False, ""), (f"Sí {OFF} No {ON} X", False, "marca_doble"),
    (f"{ON}\tSí\t{OFF}\tNo", True, "casilla_antes"), (f"Sí\t{ON}\tNo", True, "opcion_sin_casilla"), ("Sí\t☒\tNo\t☐", True, ""),
    ("Sí\t✓\tNo\t", True, ""), ("Sí\t\tNo\t", None, ""), ("Sí ☐\tNo ☑", False, "marca_fundida"), ("Sí\t[ ]\tNo\t[X]", False, ""),
])
def test_notations_of_a_mark(cells: str, value: bool | None, code: str) -> None:
    field = reading(YES, f"{LABEL}\t\t{cells}").fields["satisfaccion"]
    assert (field.value, field.waiting) == (value, False) and (not code or code in field.warnings)


@pytest.mark.parametrize(("cells", "code"), [
    ("Sí\tX\tNo\tX", "si_y_no"), (f"Sí\t{ON}\tNo\t{ON}", "si_y_no"), (f"Sí\t{OFF}\tX\tNo\t{OFF}", "marca_ambigua")])
def test_marks_that_nobody_can_settle(cells: str, code: str) -> None:
    found = reading(YES, f"{LABEL}\t\t{cells}")
    field = found.fields["satisfaccion"]
    assert field.value is None and [one.value for one in field.alternatives] == [True, False] and "satisfaccion" not in found.values()
    assert [(one.code, one.keys) for one in found.contradictions] == [(code, ("satisfaccion",))] and field.confidence < 0.5


def test_two_categories_wait() -> None:
    found = reading("Recursos Humanos\t", "Recursos Humanos\tX")
    assert [one.value for one in found.fields["categoria"].alternatives] == ["recursos_humanos", "tecnologias"]
    assert found.contradictions[0].code == "varias_opciones"


def test_the_same_question_twice() -> None:
    line = "1.1. Nombre de la práctica\tVentanilla móvil\t"
    same = reading(line, f"{line}\n{line}")
    assert same.values()["nombre"] == "Ventanilla móvil" and "tabla_repetida" in same.fields["nombre"].warnings
    other = reading(line, f"{line}\n1.1. Nombre de la práctica\tVentanilla fija\t").fields["nombre"]
    assert [one.value for one in other.alternatives] == ["Ventanilla móvil", "Ventanilla fija"]


@pytest.mark.parametrize(("values", "key", "offered", "code"), [
    ({"transferida": False, "receptores": [{"ambito": "municipios", "nombre": "Toluca"}]}, "transferida", [False, True], "no_con_receptores"),
    ({"reconocimiento": False, "reconocimiento_sector": "publico"}, "reconocimiento", [False, True], "no_con_datos"),
    ({"documentada": True, "documentada_porque_no": "Falta tiempo para hacerlo."}, "documentada", [True, False], "si_con_motivo"),
    ({"plan": "2017-2023", "plan_eje": "Eje 4. Bienestar social"}, "plan", ["2017-2023", "2023-2029"], "plan_distinto"),
    ({"cumplimiento": "100", "resultados_cuantitativos": "Se logró un avance del 74 por ciento de lo que se había programado."}, "cumplimiento",
     ["100", "74"], "cifras_distintas"),
])
def test_answers_against_each_other(values: dict[str, Any], key: str, offered: list[Any], code: str) -> None:
    found = reading(**values)
    assert [one.value for one in found.fields[key].alternatives] == offered and found.fields[key].question
    assert [one.code for one in found.contradictions] == [code]
    assert all(found.values()[other] == value for other, value in values.items() if other != key)


def test_consistent_answers_do_not_wait() -> None:
    found = reading(transferida=False, reconocimiento=False, documentada=True, plan="2023-2029", plan_eje="Eje 4. Bienestar social", similares=False,
                    ventajas_propias="Es la primera.", ventajas_otras="No aplica", certificacion_norma="No aplica", certificacion=False)
    assert found.contradictions == ()


@pytest.mark.parametrize(("text", "value", "code"), [
    ("2021-03-09", "2021-03-09", ""), ("9/3/2021", "2021-03-09", ""), ("9 de marzo de 2021", "2021-03-09", ""), ("0000-00-00", None, "fecha_nula"),
    ("31/02/2021", None, "fecha_invalida"), ("pronto", None, "fecha_invalida"), ("2021", None, "fecha_incompleta")])
def test_dates(text: str, value: str | None, code: str) -> None:
    field = reading("1.5. Año en que inició a operar la práctica\t", f"1.5. Año en que inició a operar la práctica\t{text}").fields["inicio"]
    assert field.value == value and field.raw == text and (not code or code in field.warnings)


@pytest.mark.parametrize(("values", "key", "code"), [
    ({"inicio": "2022-01-01", "mejora_fecha": "2021-01-01"}, "mejora_fecha", "fechas_en_desorden"),
    ({"periodo_de": "2022-02-01", "periodo_al": "2022-01-01"}, "periodo_al", "periodo_invertido"),
    ({"cumplimiento": "130"}, "cumplimiento", "porcentaje_fuera_de_rango"), ({"meta_programada": "100"}, "meta_programada", "meta_sin_unidad"),
    ({"meta_programada": "Atender a más personas."}, "meta_programada", "meta_en_prosa"), ({"sitio_web": "mi página"}, "sitio_web", "direccion_invalida"),
    ({"titular_telefono": "555 0000"}, "titular_telefono", "telefono_invalido"), ({"poblacion": ["otro"]}, "poblacion", "falta_cual"),
    ({"nivel_transferencia": ["total", "apoyo"]}, "nivel_transferencia", "varios_niveles"),
    ({"descripcion": 'Se llama "Ventanilla móvil y recorre el estado.'}, "descripcion", "comillas_sin_cerrar"),
])
def test_oddities_of_one_answer_are_warnings_and_keep_the_value(values: dict[str, Any], key: str, code: str) -> None:
    found = reading(**values)
    assert code in found.fields[key].warnings and {k: found.fields[k].value for k in values} == values and not found.contradictions


def test_a_description_made_by_a_machine_is_no_evidence() -> None:
    found = reading(evidencia_grafica="The image shows a screenshot of the portal, with a table and two slides.")
    assert found.fields["evidencia_grafica"].value is None and [r.why for r in found.residue if "screenshot" in r.text] == ["descripcion_de_imagen"]


def test_what_has_no_place_is_listed() -> None:
    found = reading("IV. Medición", "Nota al margen de la revisora\nIV. Medición")
    assert "Nota al margen" in str(found.fields["documentada_porque_no"].raw) or any("Nota al margen" in r.text for r in found.residue)
