"""Each door by which the state of a matter reaches a person says the institution's word: never the standard one, never another's."""
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from zipfile import ZipFile

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import make
from ventanilla.core.cases import words
from ventanilla.core.cases.kinds import kind_of
from ventanilla.core.cases.models import Case, Move
from ventanilla.core.cases.services import accept
from ventanilla.core.cases.services.naming import name_flow
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services import give
from ventanilla.modules.correspondence.services import issue_receipt
from ventanilla.modules.correspondence.services.papers import _file_data
from ventanilla.modules.practices.tests.life import registry
from ventanilla.modules.servicedesk.screens.dashboards.counting import Look, by
from ventanilla.modules.servicedesk.services.rules.events import Occurrence
from ventanilla.modules.servicedesk.services.rules.texts import values_of
from ventanilla.modules.servicedesk.tests.desk import desk
from ventanilla.web.api.scopes import SCOPES
from ventanilla.web.api.services import create_token

pytestmark = pytest.mark.django_db
ODD = "Zarpado al 100 % & «listo»"
"""Signs that a page, an address or a format of texts could trip over."""


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    words._kept.clear()
    cache.clear()
    yield
    words._kept.clear()


@dataclass
class Seen:
    """A matter, whoever looks at it, and its state's standard word."""

    case: Case
    person: Person
    flow: str
    state: str
    usual: str

    def get(self, path: str) -> Any:
        """What the browser of that person gets."""
        client = Client()
        client.force_login(self.person.user)  # type: ignore[arg-type]
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer

    def text(self, path: str) -> str:
        """The same as a text, also when it is streamed."""
        answer = self.get(path)
        return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode("utf-8", "replace")

    def api(self, path: str) -> Any:
        """What a program of that person gets."""
        _row, secret = create_token(actor=self.person, name="Puerta", scopes=list(SCOPES), days=1)
        return Client().get(f"/api/v1{path}", headers={"Authorization": f"Bearer {secret}"}).json()


def a_letter() -> Seen:
    w = make.world()
    give(actor=None, person=w.head, role="admin", unit=w.root)
    return Seen(make.letter(w), w.head, "letter", "registered", "Registrado")


def a_turn() -> Seen:
    w = make.world()
    case = make.letter(w)
    [turn] = make.turn(case, w.head, w.north)
    accept(actor=w.north_head, turn=turn)
    return Seen(case, w.north_head, "turn", "accepted", "En atención")


def a_ticket() -> Seen:
    d = desk()
    give(actor=None, person=d.manager, role="admin", unit=d.world.root)
    return Seen(d.ticket(), d.manager, "request", "new", "Nueva")


def a_review() -> Seen:
    r = registry()
    give(actor=None, person=r.reviewer, role="head", unit=r.world.root)
    return Seen(r.presented(), r.reviewer, "practice_review", "received", "Por revisar")


THINGS = {"letter": a_letter, "turn": a_turn, "ticket": a_ticket, "review": a_review}
SLUG = {"letter": "correspondencia", "turn": "turnos", "request": "tickets", "practice_review": "revisiones-practicas"}


def record(seen: Seen) -> str:
    return seen.text(kind_of(seen.case.kind).detail_url(seen.case.pk))


def inbox(seen: Seen) -> str:
    return seen.text("/bandeja/")


def sheet(seen: Seen) -> str:
    with ZipFile(io.BytesIO(seen.get(f"/listas/{SLUG[seen.flow]}/exportar/xlsx").content)) as file:
        return "".join(file.read(name).decode() for name in file.namelist() if name.endswith(".xml"))


def of_list(end: str) -> Callable[[Seen], str]:
    """The list of such matters, with this after its address."""
    return lambda seen: seen.text(f"/listas/{SLUG[seen.flow]}{end.format(state=seen.state)}")


def api_case(seen: Seen) -> str:
    place = f"/tickets/{seen.case.uuid}" if seen.flow == "request" else f"/cases/{seen.case.uuid}"
    return json.dumps(seen.api(place), ensure_ascii=False)


def api_flows(seen: Seen) -> str:
    [flow] = [f for f in seen.api("/flows") if f["slug"] == seen.flow]
    [state] = [s for s in flow["states"] if s["code"] == seen.state]
    assert state["standard"] == seen.usual
    return f">{state['label']}<"


DOORS: dict[str, Callable[[Seen], str]] = {
    "record": record, "list": of_list("/"), "filters": of_list("/filtros"), "chip": of_list("/?estado={state}"), "twin": of_list(".json"),
    "csv": of_list("/exportar/csv"), "xlsx": sheet, "inbox": inbox, "api": api_case, "api_flows": api_flows}
ONLY = {"inbox": ("letter", "turn"), "api": ("letter", "turn", "ticket")}


@pytest.mark.parametrize(("thing", "door"), [(t, d) for d in DOORS for t in THINGS if t in ONLY.get(d, THINGS)])
def test_the_door_says_the_own_word(thing: str, door: str) -> None:
    other, seen = make.world(), THINGS[thing]()
    before = DOORS[door](seen)
    usual = "Nuevo" if (thing, door) == ("ticket", "filters") else seen.usual  # of tickets of every kind the changes' word was said
    assert usual in before, "without own words it is as it was"
    name_flow(actor=None, institution=other.institution, flow=seen.flow, given={("state", seen.state): "Palabra ajena"})
    assert "Palabra ajena" not in DOORS[door](seen)
    name_flow(actor=None, institution=seen.case.institution, flow=seen.flow, given={("state", seen.state): ODD})
    after = DOORS[door](seen).replace("&amp;", "&").replace("&#171;", "«").replace("&#187;", "»").replace("\\u0026", "&")
    assert ODD in after
    quotes = (f">{usual}<", f">{seen.usual}<", f'"{seen.usual}"', f",{seen.usual},")
    assert not [q for q in quotes if q in after.replace('"standard": "' + seen.usual + '"', "")]
    assert "Palabra ajena" not in after


def test_a_notice_and_a_tile_of_the_board_say_it() -> None:
    seen = a_ticket()
    name_flow(actor=None, institution=seen.case.institution, flow="request", given={("state", "new"): ODD})
    case = Case.objects.select_related("ticket", "institution").get(pk=seen.case.pk)
    assert values_of(case, Occurrence("registered", case.pk, "1", timezone.now()))["estado"] == ODD
    request: Any = RequestFactory().get("/")
    request.person = seen.person
    [row] = by(Look(request, seen.person), {}, "estado").rows
    assert row.label.startswith(f"{ODD} / "), "other kinds of ticket have the same state under their own words"


def test_the_file_in_pdf_and_the_public_page_say_it() -> None:
    seen = a_letter()
    code = issue_receipt(actor=seen.person, case=seen.case).code
    name_flow(actor=None, institution=seen.case.institution, flow="letter", given={("state", "registered"): "Zarpado", ("state", "cancelled"): "Hundido"})
    assert dict(_file_data(seen.case)["rows"])["Estado"] == "Zarpado"
    Case.objects.filter(pk=seen.case.pk).update(state="cancelled", closed_at=seen.case.received_at)
    page = Client().get(f"/verificar/{code}/").content.decode()
    assert "Hundido" in page and "Folio cancelado" not in page


def test_a_step_is_called_so_on_its_button_its_page_and_in_what_happened() -> None:
    seen = a_letter()
    name_flow(actor=None, institution=seen.case.institution, flow="letter", given={("step", "route"): ODD})
    address = kind_of("letter").detail_url(seen.case.pk)
    assert f">{ODD}<".replace("&", "&amp;") in seen.text(address)
    assert ODD.replace("&", "&amp;") in seen.text(f"{address}route/")
    w_north = seen.case.institution.units.get(name="Dirección Norte")
    make.turn(seen.case, seen.person, w_north)
    assert Move.objects.filter(case=seen.case, verb="route").exists(), "the history keeps the code"
    assert f"dio el paso «{ODD}»".replace("&", "&amp;") in seen.text(address)
    assert ODD in json.dumps(seen.api(f"/cases/{seen.case.uuid}"), ensure_ascii=False)


@pytest.mark.parametrize("thing", THINGS)
def test_own_words_cost_no_query_but_the_first(thing: str) -> None:
    seen = THINGS[thing]()
    client = Client()
    client.force_login(seen.person.user)  # type: ignore[arg-type]
    paths = [f"/listas/{SLUG[seen.flow]}/?{urlencode({'filtros': 1})}", kind_of(seen.case.kind).detail_url(seen.case.pk), "/bandeja/"]

    def cost() -> list[int]:
        found = []
        for path in paths:
            with CaptureQueriesContext(connection) as asked:
                assert client.get(path).status_code == 200
            found.append(len(asked))
        return found

    cost()
    before = cost()
    name_flow(actor=None, institution=seen.case.institution, flow=seen.flow, given={("state", seen.state): ODD})
    client.get("/bandeja/")
    assert cost() == before
