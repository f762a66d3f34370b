"""The generations of the form as data: stable keys, printed as on paper, and records that move on to a newer one."""
import pytest

from ventanilla.core.questionnaires.definition import check
from ventanilla.modules.practices.form import definition, generations, migrate, printed, write_text
from ventanilla.modules.practices.form.loading import canonical_field, definition_data
from ventanilla.modules.practices.form.printing import LAYOUTS
from ventanilla.modules.practices.reading import read_text
from ventanilla.modules.practices.services.printing import printed_sections

ONLY = {"2022": {"nivel_automatizacion", "fundamento_vigente", "resultados_indicadores", "sitio_otro"},
        "2023": {"gobierno_electronico"}, "2024": {"gobierno_electronico", "actividades_eficientes", "red_youtube"}}


def test_the_generations_ask_what_their_paper_asks() -> None:
    assert generations() == ("2022", "2023", "2024")
    everywhere = set.intersection(*(set(definition(one).fields) for one in generations()))
    for one in generations():
        assert set(definition(one).fields) - everywhere == ONLY[one]
        assert list(definition(one).fields) == list(printed(one).fields)
        assert [s.numeral for s in printed(one).sections] == ["I", "II", "III", "IV", "V", "VI", "VII"]
        assert all(row.layout in LAYOUTS for s in printed(one).sections for row in s.rows)
    sizes = [(len(definition(g).fields["poblacion"].choices), len(definition(g).fields["categoria"].choices)) for g in generations()]
    assert sizes == [(11, 12), (11, 12), (14, 15)]


def test_a_key_has_one_type_and_one_help_in_every_generation() -> None:
    for one in generations():
        for key, field in definition(one).fields.items():
            assert field.type == canonical_field(key)["type"] and field.help
    with pytest.raises(LookupError):
        definition("1999")


@pytest.mark.parametrize(("generation", "key", "number"), [
    ("2022", "similares", "2.7."), ("2023", "similares", "2.7."), ("2024", "similares", "2.8."), ("2022", "documentada", "3.3."),
    ("2024", "documentada", "3.2."), ("2022", "evidencia_grafica", "6.7."), ("2024", "evidencia_grafica", "6.6.")])
def test_numbers_shift_between_generations(generation: str, key: str, number: str) -> None:
    assert printed(generation).fields[key].number == number


def test_details_are_asked_until_the_answer_rules_them_out() -> None:
    form = definition("2024")
    assert "satisfaccion_como" in check(form, {}, partial=True).visible
    assert check(form, {"satisfaccion": False, "satisfaccion_como": "Encuesta"}, partial=True).values == {"satisfaccion": False}
    assert "receptores" in check(form, {"transferida": True, "receptores": [{"ambito": "municipios"}]}, partial=True).values


def test_a_record_moves_to_a_newer_generation_with_what_it_must_still_answer() -> None:
    old = {"nombre": "Ventanilla móvil", "poblacion": ["empresarias"], "nivel_automatizacion": "Todo en línea", "fundamento_vigente": True,
           "categoria": "combate_corrupcion"}
    values, missing = migrate(old, "2022", "2024")
    assert values == {"nombre": "Ventanilla móvil", "poblacion": ["empresarias"], "categoria": "combate_corrupcion"}
    assert {"gobierno_electronico", "actividades_eficientes", "red_youtube", "objetivo"} <= set(missing)
    assert not {"nombre", "poblacion", "nivel_automatizacion", "red_facebook"} & set(missing)
    assert list(missing) == [key for key in definition("2024").fields if key in missing]


def test_an_option_that_the_other_generation_lacks_is_listed_not_guessed() -> None:
    values, missing = migrate({"poblacion": ["notarias", "mujeres"], "categoria": "salud_trabajo"}, "2024", "2023")
    assert values == {"poblacion": ["mujeres"]}
    assert {"poblacion", "categoria"} <= set(missing)


def test_the_definition_is_what_the_form_engine_takes() -> None:
    data = definition_data("2023")
    assert [s["key"] for s in data["sections"]] == ["identificacion", "informacion", "fundamento", "medicion", "transferencia", "resultados",
                                                    "responsable"]
    text = write_text({"nombre": "A < B & C", "ambito": "estatal"}, "2023")
    assert "1.1. Nombre\tA &lt; B &amp; C" in text and "1.3. Ámbito de aplicación\tEstatal\tX" in text


@pytest.mark.parametrize("generation", generations())
def test_a_plan_that_nobody_chose_is_not_printed_and_not_read(generation: str) -> None:
    values = {"nombre": "Citas", "plan_eje": "Eje propio del municipio", "plan_estrategia": "Mejorar"}
    text = write_text(values, generation)
    assert "Plan de Desarrollo del Estado de México\t" in text and "2017-2023" not in text
    again = read_text(text)
    assert {k: v for k, v in again.values().items() if k.startswith(("plan", "nombre"))} == values
    assert [r for r in again.residue if not r.explained] == []
    row = next(b for s in printed_sections(values, generation) for b in s["blocks"] if b["kind"] == "plan")
    assert row["rows"] == [["Vinculación con el Plan de Desarrollo del Estado de México"]]
