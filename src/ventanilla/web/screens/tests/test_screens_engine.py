"""The engine through the letters' list: paging by key, filters, exports equal to what is shown, 404 for others."""
import csv
import io
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests import make

from ventanilla.core.cases.models import Case
from ventanilla.web.screens.exports import table_of
from ventanilla.web.screens.keys import Order, page
from ventanilla.web.screens.screen import screen_of, screens
from ventanilla.web.ui import navigation

pytestmark = pytest.mark.django_db
URL = "/listas/correspondencia/"
MEXICO = ZoneInfo("America/Mexico_City")


@pytest.fixture
def w():
    return make.world()


def enter(client, person):
    client.force_login(person.user)
    return client


def test_pages_by_key_cover_everything_once_both_ways(w):
    for n in range(7):
        make.letter(w, subject=f"Asunto {n % 3}")
    for text in ("-pk", "subject", "-due_at"):
        order, rows, after, seen = Order.of(text), Case.objects.all(), "", []
        while True:
            found = page(rows, order, after=after, limit=3)
            seen += [c.pk for c in found.rows]
            if not (after := found.next):
                break
        assert seen == [c.pk for c in order.apply(rows)] and len(seen) == 7
        last = page(rows, order, last=True, limit=3)
        assert [c.pk for c in last.rows] == seen[-3:]
        assert [c.pk for c in page(rows, order, before=last.previous, limit=3).rows] == seen[-6:-3]


def test_the_list_has_a_constant_number_of_queries(w, client):
    enter(client, w.head).get(URL)  # the controls of the filters are drawn once a minute
    counts = []
    for _round in range(2):
        for n in range(4):
            make.letter(w, subject=f"Asunto {n}")
        with CaptureQueriesContext(connection, ) as queries:
            assert client.get(URL).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 14


def test_json_csv_and_page_show_the_same_rows(w, client):
    for n in range(3):
        make.letter(w, subject=f"=CMD({n})")
    enter(client, w.head)
    html = client.get(URL).content.decode()
    twin = client.get("/listas/correspondencia.json").json()
    text = b"".join(client.get(reverse("screen_export", args=["correspondencia", "csv"])).streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))[1:]
    assert len(rows) == len(twin["filas"]) == 3 and all(r["folio"] in html for r in twin["filas"])
    assert rows[0][1].startswith("'=")


@pytest.mark.parametrize("kind", ["xlsx", "pdf"])
def test_other_exports_are_files(w, client, kind):
    make.letter(w)
    response = enter(client, w.head).get(reverse("screen_export", args=["correspondencia", kind]))
    assert response.status_code == 200 and response.content[:2] in (b"PK", b"%P")


def test_a_file_says_its_filters_as_the_page_does(w):
    said = table_of(screen_of("correspondencia"), w.head, "estado=concluded&luz=red&q=agua&orden=folio&col=folio").filters
    assert sorted(said.split("; ")) == ["Búsqueda: agua", "Estado: Concluido", "Semáforo: Vencido"]
    assert table_of(screen_of("correspondencia"), w.head, "orden=folio&col=folio").filters == ""


@pytest.mark.parametrize("kind", ["csv", "xlsx", "pdf"])
def test_a_list_with_nothing_in_it_is_a_file_with_its_headings(w, client, kind):
    response = enter(client, w.head).get(reverse("screen_export", args=["correspondencia", kind]), {"q": "nada"})
    content = b"".join(response.streaming_content) if kind == "csv" else response.content
    assert response.status_code == 200 and (content.decode("utf-8-sig").startswith("Folio,") and content.count(b"\n") == 1 if kind == "csv" else content)


@pytest.mark.parametrize(("asked", "expected"), [
    ({}, "new year eve before sunday monday today"), ({"recibido": "siempre", "recibido_after": "2026-03-01"}, "new year eve before sunday monday today"),
    ({"recibido": "hoy"}, "today"), ({"recibido": "semana", "recibido_after": "2020-01-01"}, "monday today"), ({"recibido": "mes"}, "today"),
    ({"recibido": "anio"}, "before sunday monday today"),
    ({"recibido": "entre", "recibido_after": "2025-12-31", "recibido_before": "2026-02-22"}, "new year eve before sunday"),
    ({"recibido_before": "2025-12-31"}, "new year eve"), ({"recibido": "siglo"}, None)])
def test_periods_are_local_and_weeks_begin_on_monday(w, client, asked, expected):
    """It is Sunday, the first of March, half past eleven at night; in Greenwich it is Monday already."""
    for name, moment in {"new year eve": (2025, 12, 31, 23, 59), "before sunday": (2026, 2, 22, 23, 59), "monday": (2026, 2, 23, 0, 0),
                         "today": (2026, 3, 1, 23, 0)}.items():
        Case.objects.filter(pk=make.letter(w, subject=name).pk).update(received_at=datetime(*moment, tzinfo=MEXICO))
    with time_machine.travel(datetime(2026, 3, 1, 23, 30, tzinfo=MEXICO), tick=False):
        page = enter(client, w.head).get(URL, {**asked, "filtros": "1"})
        found = client.get("/listas/correspondencia.json", asked).json()["filas"]
    if expected is None:
        assert b"field-error" in page.content
        return
    assert sorted(r["subject"] for r in found) == sorted(n for n in ("new year eve", "before sunday", "monday", "today") if n in expected)
    chosen = asked.get("recibido") or ("entre" if asked else "siempre")
    assert f'<option value="{chosen}" selected>' in page.content.decode()
    assert ("Recibido: Esta semana" in page.content.decode()) == (chosen == "semana")


def test_filters_stand_in_the_address_and_as_chips(w, client):
    make.letter(w)
    html = enter(client, w.head).get(URL, {"estado": "concluded"}).content.decode()
    assert "Estado: Concluido" in html and "Nada coincide" in html


def test_a_broken_key_or_screen_is_404(w, client):
    enter(client, w.head)
    assert client.get(URL, {"despues": "basura"}).status_code == 404
    assert client.get("/listas/no-existe/").status_code == 404


def test_who_sees_nothing_gets_an_empty_list(w, client):
    make.letter(w)
    assert "Todavía no hay" in enter(client, w.nobody).get(URL).content.decode()


def test_saved_views_are_ones_own(w, client):
    enter(client, w.head).post("/listas/correspondencia/vistas", {"nombre": "Vencidos", "consulta": "luz=red"})
    assert "Vencidos" in client.get(URL).content.decode()
    assert "Vencidos" not in enter(client, w.clerk).get(URL).content.decode()


def test_every_list_is_under_a_place_of_the_menu_that_says_so(w):
    for slug, place in (("correspondencia", "letters"), ("turnos", "turns"), ("respuestas", "turns"), ("circulares", "sent"), ("tickets", "desk"),
                        ("practicas", "practices")):
        assert [p.item.slug for p in navigation.nav_for(w.head, f"/listas/{slug}/columnas") if p.current] == [place]
    belonging = {slug for item in navigation._items.values() for slug in item.lists}
    assert {screen.slug for screen in screens() if not screen.own_page} == belonging
    assert [p for p in navigation.nav_for(w.head, "/exportaciones/") if p.current] == []
