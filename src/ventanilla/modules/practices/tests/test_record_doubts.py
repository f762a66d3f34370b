"""What a record says that somebody should look at again; it changes nothing and refuses nothing."""
import pytest
from django.urls import reverse
from tests.pages import as_, text

from ventanilla.modules.practices.services.doubts import doubts
from ventanilla.modules.practices.tests.life import registry


def told(**values: object) -> list[tuple[str, str]]:
    return [(d.key, d.text) for d in doubts(values, "2024")]


def test_each_rule_speaks_at_its_field() -> None:
    assert told() == [] == told(inicio="2020-01-01", mejora_fecha="2021-01-01", titular_telefono="722 226 1820", sitio_web="https://a.gob.mx")
    assert [k for k, _t in told(inicio="2022-01-01", mejora_fecha="2021-01-01", fecha_validacion="2020-01-01")] == [
        "mejora_fecha", "fecha_validacion", "fecha_validacion"]
    assert "mayor que 100" in told(resultados_cuantitativos="Se llegó a 120% de avance")[0][1]
    assert [k for k, _t in told(enlace_telefono="12345", sitio_web="portal")] == ["sitio_web", "enlace_telefono"]
    assert "Se eligió el plan 2017-2023" in told(plan="2017-2023", plan_eje="Eje 1. Cero corrupción")[0][1]
    assert "estaba vigente el plan 2023-2029" in told(plan="2017-2023", plan_eje="Pilar Social", fecha_validacion="2024-06-20")[0][1]
    assert told(plan="2017-2023", plan_eje="Pilar Social", fecha_validacion="2023-06-20") == []
    assert "«Ley de Archivos» le falta" in told(fundamento_juridico="Ley de Archivos, artículo 3.")[0][1]
    assert "No se reconoce ninguna norma" in told(fundamento_juridico="Con base en lo dispuesto por las leyes")[0][1]


@pytest.mark.django_db
def test_who_writes_or_reviews_sees_them() -> None:
    r = registry()
    practice = r.practice(inicio="2022-01-01", fecha_validacion="2020-01-01")
    address = reverse("practice", args=[practice.pk])
    assert "Conviene revisar" in text(as_(r.author).get(address)) and practice.editable
    assert "Conviene revisar" not in text(as_(r.author).get(reverse("practice", args=[r.practice(nombre="Otra").pk])))
