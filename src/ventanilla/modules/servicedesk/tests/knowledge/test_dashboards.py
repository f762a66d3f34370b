"""Dashboards: every number is exactly the rows it leads to; presets; tiles added, moved and removed; CSV; nothing of others."""
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from tests.pages import as_, text

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk import services as verbs
from ventanilla.modules.servicedesk.models import HelpOffer, Liaison, Tile
from ventanilla.modules.servicedesk.screens.dashboards.counting import Look, Result, by
from ventanilla.modules.servicedesk.screens.dashboards.measures import LIBRARY, PRESETS, offered, profile_of
from ventanilla.modules.servicedesk.screens.dashboards.narrowing import params_of
from ventanilla.modules.servicedesk.services import TicketDraft, open_tickets
from ventanilla.modules.servicedesk.services.dashboards import moved
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as made

pytestmark = pytest.mark.django_db


@pytest.fixture
def d() -> Desk:
    """A desk with tickets of every sort: new, taken, waiting, resolved in time and late, reopened, of the second team."""
    d = made()
    now = timezone.now()
    ages = (0, 1, 3, 9, 40, 100)
    cases = open_tickets(actor=d.agent, drafts=[
        TicketDraft(f"Asunto {n}", version=d.incident if n % 2 else d.version, requester=d.asker, channel="phone",
                    received_at=now - timedelta(days=days, hours=1)) for n, days in enumerate(ages * 2)])
    for case in cases[:8]:
        verbs.take(actor=d.agent, case=Case.objects.get(pk=case.pk))
    for case in cases[2:6]:
        verbs.resolve(actor=d.agent, case=Case.objects.get(pk=case.pk), cause=d.cause, solution="Listo")
    verbs.reopen(actor=d.agent, case=Case.objects.get(pk=cases[2].pk), reason="Volvió a pasar")
    verbs.resolve(actor=d.agent, case=Case.objects.get(pk=cases[2].pk), cause=d.cause, solution="Ahora sí")
    verbs.assign(actor=d.agent, case=Case.objects.get(pk=cases[9].pk), team=d.second, person=d.engineer)
    verbs.log_time(actor=d.agent, case=Case.objects.get(pk=cases[0].pk), minutes=90)
    return d


def look(person: Person) -> Look:
    request = RequestFactory().get("/mesa/tableros/")
    request.person = person  # type: ignore[attr-defined]
    return Look(request, person)


def listed(client: Client, url: str) -> int:
    """How many rows the list shows at an address."""
    return len(client.get(url.replace("/listas/tickets/?", "/listas/tickets.json?")).json()["filas"])


@pytest.mark.parametrize("slug", sorted(LIBRARY))
def test_every_number_is_exactly_the_rows_it_leads_to(d: Desk, slug: str) -> None:
    checked = 0
    for person in (d.agent, d.manager, d.asker):
        if slug not in offered(person):
            continue
        found: Result = LIBRARY[slug].count(look(person))
        client = as_(person)
        for row in found.rows:
            assert len(row.values) == len(found.columns) - 1
            for value, url in zip(row.values, row.urls, strict=True):
                if url and found.unit != "h":
                    assert listed(client, url) == value, (slug, person, row)
                    checked += 1
                elif url:
                    assert listed(client, url) > 0
    assert checked or slug in ("satisfaccion", "ayuda", "tiempo", "mi-tiempo", "enlace")


def test_the_numbers_are_right(d: Desk) -> None:
    def of(slug: str, person: Person) -> dict[str, Any]:
        return {r.label: r.values[0] if len(r.values) == 1 else tuple(r.values) for r in LIBRARY[slug].count(look(person)).rows}
    assert of("estado", d.agent) == {"En atención": 4, "Nueva": 3, "Asignada": 1}
    assert of("equipo", d.agent) == {"Mesa de ayuda": 7, "Redes": 1} if len(of("equipo", d.agent)) == 2 else {"Mesa de ayuda": 7}
    assert list(of("libres", d.agent).values()) == [3] and sum(of("antiguedad", d.agent).values()) == 8
    assert of("plazo", d.agent) and sum(of("plazo", d.agent).values()) == 4
    assert list(of("reabiertos", d.agent).values()) == [1] and of("mi-tiempo", d.agent) == {d.agent.name: 1.5}
    assert of("agente", d.agent)[d.agent.name] == 4 and sum(of("pedidos", d.asker).values()) == 8
    weeks = of("semanas", d.agent)
    assert len(weeks) == 12 and sum(done for _came, done in weeks.values()) == 4
    assert of("estado", d.world.nobody) == {}


def test_each_profile_begins_with_its_own(d: Desk) -> None:
    d.asker.refresh_from_db()
    now = timezone.now()
    assert (profile_of(d.manager), profile_of(d.asker)) == ("manager", "asker")
    Liaison.objects.create(institution=d.world.institution, unit=d.world.south, person=d.asker, state="active", requested_at=now,
                           validated_at=now, agreement_at=now.date(), trained_at=now.date())
    assert (profile_of(d.asker), profile_of(d.world.staff), profile_of(d.engineer)) == ("liaison", "agent", "second")
    for who in PRESETS.values():
        assert set(who) <= set(LIBRARY)
    page = text(as_(d.asker).get(reverse("boards")))
    assert "Lo que pedí" in page and "Abiertos por equipo" not in page
    assert as_(d.asker).get(reverse("board_tile", args=["equipo"])).status_code == 404
    assert as_(d.asker).get(reverse("board_csv", args=["equipo"])).status_code == 404
    assert as_(d.asker).post(reverse("boards_change"), {"medida": "equipo", "hacer": "agregar"}).status_code == 404


def test_tiles_are_added_moved_widened_removed_and_reset(d: Desk) -> None:
    client = as_(d.agent)

    def shown() -> list[str]:
        return re.findall(r'data-tile="([\w-]+)"', text(client.get(reverse("boards"), {"editar": "1"})))

    def change(what: str, slug: str = "", **more: Any) -> int:
        return int(client.post(reverse("boards_change"), {"medida": slug, "hacer": what, **more}).status_code)
    first = shown()
    assert first == list(PRESETS[profile_of(d.agent)]) and not Tile.objects.exists()
    added = next(s for s in LIBRARY if s not in first)
    assert change("agregar", added) == 302 and shown() == [*first, added]
    assert change("subir", added) == 302 and shown()[-2] == added
    assert change("bajar", added) == change("bajar", added) == 302 and shown()[-1] == added
    assert change("quitar", first[0]) == 302 and shown() == [*first[1:], added]
    assert change("ancho", added) == 302 and Tile.objects.get(measure=added).wide
    order = list(reversed(shown()))
    sent = client.post(reverse("boards_change"), {"hacer": "ordenar", "orden": order}, headers={"X-Requested-With": "fetch"})
    assert sent.status_code == 204 and shown() == order and Tile.objects.get(measure=added).wide
    assert change("nada", added) == change("agregar", "nada") == 404
    assert change("inicial") == 302 and shown() == first
    assert not Tile.objects.filter(person=d.manager).exists()
    assert moved([("a", False), ("b", True)], "b", -5) == [("b", True), ("a", False)]


def test_each_tile_has_its_own_page_table_and_file(d: Desk) -> None:
    client = as_(d.agent)
    page = text(client.get(reverse("boards")))
    assert "<svg" in page and "Ver los datos en una tabla" in page and "/listas/tickets/?" in page
    alone = text(client.get(reverse("board_tile", args=["estado"])))
    assert "En atención" in alone and "<table" in alone
    file = client.get(reverse("board_csv", args=["estado"]))
    assert file.content.decode("utf-8-sig").splitlines()[:2] == ["Estado,Tickets", "En atención,4"]
    assert client.get(reverse("board_tile", args=["nada"])).status_code == 404


def test_figures_per_requester_unit_liaison_and_agent(d: Desk) -> None:
    now = timezone.now()
    liaison = Liaison.objects.create(institution=d.world.institution, unit=d.world.south, person=d.asker_head, state="active", requested_at=now,
                                     validated_at=now, agreement_at=now.date(), trained_at=now.date())
    asked = [d.ticket(subject=f"Del enlace {n}") for n in range(2)]
    client = as_(d.agent)
    for slug, label, count in (("solicitante", d.asker.name, 10), ("unidad", d.world.south.name, 10), ("enlace", liaison.person.name, 2),
                               ("agente", d.agent.name, 4), ("plazo-agente", d.agent.name, None), ("plazo-unidad", d.world.south.name, None)):
        row = next(r for r in LIBRARY[slug].count(look(d.agent)).rows if r.label == label)
        assert count is None or row.values[0] == count, slug
        assert [listed(client, url) for url, value in zip(row.urls, row.values, strict=True) if value] == [v for v in row.values if v]
    assert asked and 'id="board" data-refetch="tray"' in text(client.get(reverse("boards")))


def test_the_rest_and_those_without_lead_to_their_rows(d: Desk) -> None:
    for person, param in ((d.manager, "servicio"), (d.manager, "unidad"), (d.manager, "atiende"), (d.manager, "estado"), (d.manager, "causa")):
        found = by(look(person), {}, param, most=1)
        assert all(row.urls[0] for row in found.rows), param
        assert [listed(as_(person), row.urls[0]) for row in found.rows] == [row.values[0] for row in found.rows], param
    rest = by(look(d.manager), {}, "estado", most=1).rows[-1]
    assert "los demás, que la figura cuenta juntos" in text(as_(d.manager).get(rest.urls[0]))


def test_a_tile_is_narrowed_for_its_person_and_leads_to_what_it_counts(d: Desk) -> None:
    client, path = as_(d.manager), reverse("board_narrow", args=["semaforo"])
    before = LIBRARY["semaforo"].count(look(d.manager)).total
    assert client.post(path, {"equipo": d.second.pk, "tipo": "incident", "dias": "90"}).status_code == 302
    kept = Tile.objects.get(person=d.manager, measure="semaforo").narrowed
    assert kept == {"equipo": str(d.second.pk), "tipo": "incident", "dias": "90"}
    assert [t.measure for t in Tile.objects.filter(person=d.manager)] == list(PRESETS["manager"]), "the preset became theirs"
    found = LIBRARY["semaforo"].count(replace(look(d.manager), narrowed=params_of(kept)))
    assert 0 < found.total < before
    assert [listed(client, r.urls[0]) for r in found.rows] == [r.values[0] for r in found.rows]
    assert "Redes · Incidentes · Llegaron en los últimos 90 días" in text(client.get(reverse("boards")))
    ages = LIBRARY["antiguedad"].count(replace(look(d.manager), narrowed=params_of({"dias": "7"})))
    assert [listed(client, r.urls[0]) for r in ages.rows] == [r.values[0] for r in ages.rows] and ages.rows[-1].values[0] == 0
    client.post(reverse("boards_change"), {"medida": "semaforo", "hacer": "bajar"})
    assert Tile.objects.get(person=d.manager, measure="semaforo").narrowed == kept, "moving keeps it"
    assert not Tile.objects.filter(person=d.agent).exists() and client.post(path, {"equipo": "999999"}).status_code == 404
    client.post(path, {})
    assert Tile.objects.get(person=d.manager, measure="semaforo").narrowed == {}
    assert client.post(reverse("board_narrow", args=["ayuda"]), {}).status_code == 404, "it does not count tickets"


def test_help_leads_to_its_forms_and_names_nobody(d: Desk) -> None:
    for n, shown in enumerate(([1], [1], [])):
        HelpOffer.objects.create(uuid=uuid4(), institution=d.world.institution, person=d.asker, shown=shown, opened=[] if n else [1],
                                 at=timezone.now())
    asked = d.ticket(subject="De todos modos")
    HelpOffer.objects.create(uuid=asked.uuid, institution=d.world.institution, person=d.asker, shown=[1], at=timezone.now())
    client = as_(d.manager)
    for row in LIBRARY["ayuda"].count(look(d.manager)).rows:
        page = text(client.get(row.urls[0]))
        assert page.count('data-label="Qué pasó"') == row.values[0], row
        assert d.asker.name not in page and (asked.folio in page) == (row.label in ("Se mostró ayuda", "Pidió de todos modos"))
    assert as_(d.asker).get(reverse("boards_help")).status_code == 404


def test_tickets_are_found_by_cause_and_solution(d: Desk) -> None:
    client, path = as_(d.manager), reverse("screen_json", args=["tickets"])
    solved = Case.objects.filter(ticket__cause=d.cause).count()
    assert solved and len(client.get(path, {"causa": d.cause.pk}).json()["filas"]) == solved
    assert len(client.get(path, {"solucion": "ahora sí"}).json()["filas"]) == 1
    report = text(client.get(reverse("desk_report"), {"periodo": f"{timezone.localdate():%Y-%m}"}))
    assert "Por causa" in report and d.cause.name in report
