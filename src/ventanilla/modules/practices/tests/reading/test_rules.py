"""Rules about single answers: citations, contacts, figures, plans."""
from datetime import date
from decimal import Decimal

import pytest

from ventanilla.modules.practices.rules.citations import Article, citations
from ventanilla.modules.practices.rules.contacts import is_email, is_web, telephone
from ventanilla.modules.practices.rules.figures import Target, disordered, percentages, target, unsigned_percentage
from ventanilla.modules.practices.rules.plans import plan_in_force, plan_of, plans


def test_citations_in_prose() -> None:
    found = citations('Ley de Ensayos del Estado de México y Municipios, artículo 11, publicada, en el Periódico Oficial "Gaceta del Gobierno" y LEGISTEL '
                      'el 6 de enero del 2016. Ley Orgánica de Prueba, artículos 6 Apartado A fracciones II y V, 8 y 16 segundo párrafo, publicada en el '
                      "Diario Oficial de la Federación, el 5 de febrero de 1917.")
    assert [one.norm for one in found] == ["Ley de Ensayos del Estado de México y Municipios", "Ley Orgánica de Prueba"]
    assert [one.gazette for one in found] == ["Gaceta del Gobierno", "Diario Oficial de la Federación"]
    assert [one.published for one in found] == [date(2016, 1, 6), date(1917, 2, 5)] and all(one.complete for one in found)
    assert found[0].articles == (Article("11"),)
    assert found[1].articles == (Article("6", ("II", "V")), Article("8"), Article("16"))


def test_citations_between_slashes_and_without_date() -> None:
    found = citations("Ley de Ensayos/Artículo 44 fracción V/Gaceta del Gobierno/06 de enero de 2016. Manual de Pruebas, apartado VII.")
    assert (found[0].norm, found[0].articles, found[0].published) == ("Ley de Ensayos", (Article("44", ("V",)),), date(2016, 1, 6))
    assert found[1].norm == "Manual de Pruebas" and not found[1].complete
    assert citations("No aplica") == () and citations("") == ()


@pytest.mark.parametrize(("text", "digits"), [
    ("5550000101", "5550000101"), ("722 123 45 67", "7221234567"), ("(722) 123-4567", "7221234567"), ("+52 722 123 4567", "7221234567"),
    ("01 722 123 4567", "7221234567"), ("123 4567", None), ("1234567890", None), ("sin teléfono", None), ("", None)])
def test_telephones(text: str, digits: str | None) -> None:
    assert telephone(text) == digits


def test_addresses() -> None:
    assert is_email("enlace@example.org") and not is_email("enlace@example") and not is_email("a b@example.org")
    assert is_web("https://example.org/a http://b.example.org") and not is_web("example") and not is_web("") and not is_web("https://x")


def test_targets_and_percentages() -> None:
    assert target("109 áreas usuarias del sistema.") == Target(Decimal(109), "áreas usuarias del sistema")
    assert target("1,250 personas") == Target(Decimal(1250), "personas") and target("100") == Target(Decimal(100), "") and target("100%") == Target(Decimal(100), "%")
    assert target("Atender más") is None
    assert percentages("99.86% y 12 por ciento") == [Decimal("99.86"), Decimal(12)]
    assert unsigned_percentage("99.86% muy satisfecho y 0.14 con satisfecho") == "0.14" and unsigned_percentage("99.86% y 0.14% con") == ""


def test_dates_in_order() -> None:
    assert disordered({"inicio": "2020-01-02", "mejora_fecha": "2020-01-01", "fecha_validacion": "2021-01-01"}) == [("inicio", "mejora_fecha")]
    assert disordered({"inicio": None, "periodo_de": "2020-01-01", "periodo_al": "2020-01-01"}) == []


def test_plans_and_the_days_they_were_in_force() -> None:
    assert [one.id for one in plans()] == ["2017-2023", "2023-2029"]
    assert plan_of("Eje 2: Gobierno Capaz y Responsable") == plans()[0] and plan_of("Eje 1. CERO CORRUPCIÓN y gobierno del pueblo") == plans()[1]
    assert plan_of("Eje 7") is None and plan_of("Cero corrupción, Gobierno Capaz y Responsable") is None
    assert plan_in_force(date(2024, 3, 14)) == plans()[0] and plan_in_force(date(2024, 3, 15)) == plans()[1] and plan_in_force(date(2010, 1, 1)) is None
