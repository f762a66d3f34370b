"""The pages of the report: who opens them, what nonsense gets, figures that open their rows, files that hold the same."""
import re
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from python_calamine import CalamineWorkbook

from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk import services as desk
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as made

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 9, 10, 0, tzinfo=ZoneInfo("America/Mexico_City"))


@pytest.fixture
def d() -> Desk:
    d = made()
    with time_machine.travel(MONDAY, tick=False):
        cases = [d.ticket(subject=f"Actualizar <página> {n}") for n in range(3)]
        desk.take(actor=d.agent, case=cases[0])
    with time_machine.travel(MONDAY + timedelta(hours=2), tick=False):
        desk.resolve(actor=d.agent, case=cases[0], cause=d.cause, solution="Se publicó")
    return d


def client(person: Person) -> Client:
    made = Client()
    assert person.user
    made.force_login(person.user)
    return made


def page(person: Person, address: str, **query: Any) -> Any:
    with time_machine.travel(MONDAY + timedelta(days=8), tick=False):
        return client(person).get(address, query)


def test_the_page_answers_in_a_sentence_and_opens_the_rows_of_each_figure(d: Desk) -> None:
    response = page(d.manager, "/mesa/informes/", periodo="2026-11")
    text = response.content.decode()
    assert response.status_code == 200
    assert "En noviembre de 2026 se recibieron 3 y se atendieron 1; 100 % se resolvió en plazo." in text
    links = {m for m in re.findall(r'href="(/mesa/informes/detalle/[^"]+)"', text)}
    assert len(links) > 10
    for link in links:
        rows = page(d.manager, link.replace("&amp;", "&"))
        assert rows.status_code == 200 and "Ninguna solicitud" not in rows.content.decode()
    rows = page(d.manager, "/mesa/informes/detalle/", periodo="2026-11", cifra="attended")
    assert rows.content.decode().count("/mesa/tickets/") == 1 and "Actualizar &lt;página&gt; 0" in rows.content.decode()


def test_as_of_a_day_before_it_tells_what_was_known_then(d: Desk) -> None:
    text = page(d.manager, "/mesa/informes/", periodo="2026-11", al="2026-11-08").content.decode()
    assert "no hubo solicitudes" in text and "Como se sabía al 9 de noviembre de 2026" not in text
    assert "Como se sabía al 8 de noviembre de 2026" in text


@pytest.mark.parametrize("query", [
    {"periodo": "x"}, {"al": "2026-02-31"}, {"al": "ayer"}, {"periodo": "2026-99"}, {"periodo": "2026"}, {"periodo": "9999-12"}, {"al": "9999-12-31"},
    {"al": "0001-01-01"}])
def test_nonsense_is_the_month_before(d: Desk, query: dict[str, str]) -> None:
    assert page(d.manager, "/mesa/informes/", **query).status_code == 200


@pytest.mark.parametrize("query", [{"cifra": "x"}, {"por": "x"}])
def test_a_figure_that_does_not_exist(d: Desk, query: dict[str, str]) -> None:
    assert page(d.manager, "/mesa/informes/detalle/", **query).status_code == 404


@pytest.mark.parametrize("clave", ["x", "", "n:nadie", "9" * 30, "²"])
def test_a_key_that_does_not_exist_has_no_rows(d: Desk, clave: str) -> None:
    for dimension in ("service", "kind", "requester"):
        response = page(d.manager, "/mesa/informes/detalle/", periodo="2026-11", por=dimension, clave=clave)
        assert response.status_code == 200 and "Ninguna solicitud" in response.content.decode()


def test_who_measures_nothing_gets_what_a_missing_page_gives(d: Desk) -> None:
    for address in ("/mesa/informes/", "/mesa/informes/detalle/", "/mesa/informes/sistemas/", "/mesa/informes/informe.xlsx"):
        assert page(d.asker, address).status_code == 404
        assert Client().get(address).status_code == 302
    assert "se recibieron" not in page(d.world.south_head, "/mesa/informes/", periodo="2026-11").content.decode()


def test_the_workbook_holds_the_same_figures(d: Desk) -> None:
    file = page(d.manager, "/mesa/informes/informe.xlsx", periodo="2026-11").content
    rows = CalamineWorkbook.from_filelike(BytesIO(file)).get_sheet_by_index(0).to_python()
    header = next(n for n, row in enumerate(rows) if row[0] == "Apartado")
    told = {(row[0], row[1]): dict(zip(rows[header], row, strict=True)) for row in rows[header + 1:]}
    assert (told["Total", "Todas"]["Recibidas"], told["Total", "Todas"]["Atendidas"], told["Total", "Todas"]["Pendientes"]) == (3, 1, 2)
    assert told["Por servicio", "Portal institucional"]["Parte de lo recibido"] == 1
    assert told["Tendencia", "2026-11"]["Recibidas"] == 3
    detail = page(d.manager, "/mesa/informes/detalle.csv", periodo="2026-11", cifra="pending").content.decode("utf-8-sig")
    assert detail.count("Actualizar <página>") == 2
    assert page(d.manager, "/mesa/informes/detalle.pdf", periodo="2026-11").content.startswith(b"%PDF")
    for address in ("/mesa/informes/otra.xlsx", "/mesa/informes/informe.exe"):
        assert page(d.manager, address).status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_tickets(d: Desk, django_assert_max_num_queries: Any) -> None:
    page(d.manager, "/mesa/informes/", periodo="2026-11")
    with django_assert_max_num_queries(60):
        page(d.manager, "/mesa/informes/", periodo="2026-11")


def test_without_a_system_field_the_report_by_system_says_so(d: Desk) -> None:
    assert "Ninguna solicitud es de un sistema" in page(d.manager, "/mesa/informes/sistemas/", periodo="2026-11").content.decode()
