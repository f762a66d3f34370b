"""What goes wrong in an office: two at once, twice the same, killed in the middle, nonsense typed, no database, a bad clock."""
import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.db.utils import ConnectionHandler
from django.test import Client
from django.utils import timezone

from tests import database, drill, make
from tests.racing import SPANISH, one_wins, race
from ventanilla.config.settings import database as database_settings
from ventanilla.core.cases import services as spine
from ventanilla.core.cases.models import Answer, Case, Move, Note, Turn
from ventanilla.core.cases.services import AnswerDraft, TurnDraft
from ventanilla.core.cases.terms import Term
from ventanilla.core.orgs.services.setup import NotAllowed
from ventanilla.modules.correspondence import services as letters
from ventanilla.modules.correspondence.models import ArchivePlace, ArchiveSeries, Receipt
from ventanilla.modules.correspondence.screens.actions import ON_CASE, ON_TURN
from ventanilla.web.screens.columns import light_of

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def w() -> make.World:
    return make.world()


@pytest.fixture
def turn(w: make.World) -> Turn:
    return make.turn(make.letter(w), w.head, w.north)[0]


# --- two at once ---------------------------------------------------------------------------------------------


def test_two_people_answer_at_once(w: make.World, turn: Turn) -> None:
    other = make.person(w.institution, w.north, "staff")
    one_wins(race(*(lambda who=who: spine.answer(actor=who, turn=turn, draft=AnswerDraft(f"Responde {who}"))
                    for who in (w.north_head, other))))
    assert Answer.objects.filter(turn=turn).count() == 1


def test_one_answers_while_another_returns(w: make.World, turn: Turn) -> None:
    other = make.person(w.institution, w.north, "staff")
    one_wins(race(lambda: spine.answer(actor=other, turn=turn, draft=AnswerDraft("Va")),
                  lambda: spine.return_turn(actor=w.north_head, turn=turn, reason="No es de aquí")))
    turn.refresh_from_db()
    assert (turn.state == "answered") == Answer.objects.filter(turn=turn).exists()


def test_one_accepts_the_answer_while_another_sends_it_back(w: make.World, turn: Turn) -> None:
    spine.answer(actor=w.north_head, turn=turn, draft=AnswerDraft("Va"))
    other = make.person(w.institution, w.root, "assistant")
    one_wins(race(lambda: spine.approve(actor=w.head, turn=turn) or True,
                  lambda: spine.send_back(actor=other, turn=turn, reason="Falta") or True))
    verdict = Answer.objects.get(turn=turn).verdict
    turn.refresh_from_db()
    assert (turn.state, verdict) in (("closed", "accepted"), ("sent_back", "sent_back"))


def test_two_people_conclude_at_once(w: make.World) -> None:
    case = make.letter(w)
    other = make.person(w.institution, w.root, "assistant")
    one_wins(race(*(lambda who=who: letters.conclude(actor=who, case=case, reason="Atendido") for who in (w.head, other))))
    assert Move.objects.filter(case=case, verb="conclude").count() == 1


def test_one_concludes_while_another_routes(w: make.World) -> None:
    case = make.letter(w)
    one_wins(race(lambda: letters.conclude(actor=w.head, case=case, reason="Atendido"),
                  lambda: make.turn(case, w.clerk, w.north)))
    case.refresh_from_db()
    assert (case.state == "concluded") != Turn.objects.filter(case=case).open().exists()


def test_withdrawing_while_it_is_routed_further_leaves_nothing_open_below(w: make.World, turn: Turn) -> None:
    race(lambda: spine.withdraw(actor=w.head, turn=turn, reason="Por error"),
         lambda: make.turn(turn.case, w.north_head, w.north_1, parent=turn))
    turn.refresh_from_db()
    assert turn.state == "cancelled"
    assert not Turn.objects.filter(case=turn.case).open().exists()


def test_two_archive_at_once(w: make.World) -> None:
    case = make.letter(w)
    letters.conclude(actor=w.head, case=case, reason="Atendido")
    series = ArchiveSeries.objects.get(institution=w.institution)
    files = [letters.open_file(actor=w.head, unit=w.root, series=series, title=f"Vivienda {n}") for n in (1, 2)]
    one_wins(race(*(lambda f=f: letters.archive(actor=w.head, case=case, draft=letters.PlaceDraft(f, 1)) for f in files)))
    assert ArchivePlace.objects.filter(case=case).count() == 1


def test_files_of_the_archive_are_numbered_without_gaps(w: make.World) -> None:
    series = ArchiveSeries.objects.get(institution=w.institution)
    made = race(*(lambda n=n: letters.open_file(actor=w.head, unit=w.root, series=series, title=f"Expediente {n}") for n in range(8)))
    assert sorted(m.number for m in made) == list(range(1, 9))  # type: ignore[attr-defined]


# --- twice the same ------------------------------------------------------------------------------------------


def test_the_same_registration_eight_times_at_once_is_one_letter(w: make.World) -> None:
    key = uuid4()
    made = race(*(lambda: make.letter(w, uuid=key) for _ in range(8)))
    assert len({c.pk for c in made}) == 1 and Case.objects.count() == 1, made  # type: ignore[attr-defined]


def test_the_same_turn_answer_note_and_receipt_at_once_are_one(w: make.World) -> None:
    case, key = make.letter(w), uuid4()
    sent = race(*(lambda: spine.route(actor=w.head, case=case, drafts=[TurnDraft(w.north, uuid=key)])[0] for _ in range(4)))
    assert len({t.pk for t in sent}) == 1, sent  # type: ignore[attr-defined]
    draft = AnswerDraft("Va")
    answers = race(*(lambda: spine.answer(actor=w.north_head, turn=sent[0], draft=draft) for _ in range(4)))  # type: ignore[arg-type]
    assert len({a.pk for a in answers}) == 1, answers  # type: ignore[attr-defined]
    notes = race(*(lambda: spine.add_note(actor=w.head, case=case, text="Ojo", uuid=key) for _ in range(4)))
    receipts = race(*(lambda: letters.issue_receipt(actor=w.head, case=case).code for _ in range(4)))
    assert (len(set(receipts)), Note.objects.count(), Receipt.objects.count()) == (1, 1, 1), (notes, receipts)
    assert sorted(Move.objects.filter(case=case).values_list("verb", flat=True)) == ["answer", "register", "route"]


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def typed(w: make.World) -> dict[str, dict[str, Any]]:
    """What a person types into each form."""
    series = ArchiveSeries.objects.get(institution=w.institution)
    due = (timezone.localdate() + timedelta(days=4)).isoformat()
    return {
        "route": {"units": [w.south.pk], "purpose": "action"}, "subroute": {"units": [w.north_2.pk], "purpose": "action"},
        "archive": {"series": series.pk, "title": "Vivienda", "sheets": 2}, "answer": {"text": "Va la respuesta"},
        "refile": {"series": series.pk, "title": "Suelo", "sheets": 2, "reason": "Es de allá"},
        "report": {"text": "A la mitad", "partial": "on"}, "reassign": {"unit": w.south.pk, "reason": "Es de allá"},
        "extend": {"due": due, "reason": "Más tiempo"}, "set_due": {"due": due, "reason": "Más tiempo"}, "accept": {}, "acknowledge": {}, "approve": {},
        "note_delivery": {"at": f"{timezone.localtime():%Y-%m-%dT%H:%M}", "means": "courier", "recipient": "Oficialía"},
    }


def archived(w: make.World, case: Case) -> None:
    letters.conclude(actor=w.head, case=case, reason="Atendido")
    series = ArchiveSeries.objects.get(institution=w.institution)
    letters.archive(actor=w.head, case=case, draft=letters.PlaceDraft(letters.open_file(actor=w.head, unit=w.root, title="Vivienda", series=series), 2))


BEFORE: dict[str, Callable[[make.World, Case, Turn | None], object]] = {
    "approve": lambda w, c, t: spine.answer(actor=w.north_head, turn=t, draft=AnswerDraft("Va")),
    "withdraw_answer": lambda w, c, t: spine.answer(actor=w.north_head, turn=t, draft=AnswerDraft("Va")),
    "send_back": lambda w, c, t: spine.answer(actor=w.north_head, turn=t, draft=AnswerDraft("Va")),
    "reopen": lambda w, c, t: letters.conclude(actor=w.head, case=c, reason="Atendido"),
    "archive": lambda w, c, t: letters.conclude(actor=w.head, case=c, reason="Atendido"),
    "refile": lambda w, c, _t: archived(w, c),
}
BY_ROUTER = {"approve", "send_back", "withdraw", "extend"}
TABLES = (Move, Turn, Answer, Note, ArchivePlace, Case)


@pytest.mark.parametrize("action", [*ON_CASE, *(f"turn-{a}" for a in ON_TURN)])
def test_every_form_sent_twice_counts_once(action: str, w: make.World) -> None:
    on_turn, name = action.startswith("turn-"), action.removeprefix("turn-")
    case = make.letter(w, direction="outgoing") if name == "note_delivery" else make.letter(w)
    turn = make.turn(case, w.head, w.north, purpose="information" if name == "acknowledge" else "action")[0] if on_turn else None
    BEFORE.get(name, lambda *_: None)(w, case, turn)
    client = signed_in(w.north_head if on_turn and name not in BY_ROUTER else w.head)
    path = f"/correspondencia/turnos/{turn.pk}/{name}/" if turn else f"/correspondencia/{case.pk}/{name}/"
    assert client.get(path).status_code == 200
    data = {"uuid": str(uuid4()), **typed(w).get(name, {"reason": "Porque así es"})}
    first = client.post(path, data)
    assert first.status_code == 302, first.content.decode()[-3000:]
    counts = [t.objects.count() for t in TABLES]
    again = client.post(path, data)
    assert again.status_code in (302, 422)
    assert [t.objects.count() for t in TABLES] == counts
    if again.status_code == 422:
        assert re.search("Ya no es posible|ya vence|ya está en ese expediente", again.content.decode())


def letter_form(w: make.World, **changed: Any) -> dict[str, Any]:
    return {"uuid": str(uuid4()), "unit": w.root.pk, "direction": "incoming", "type": w.oficio.pk, "order": "state",
            "organisation": "Secretaría de Finanzas", "signatory": "María Peña", "subject": "Solicitud de escrituración",
            "received_at": f"{timezone.localtime():%Y-%m-%dT%H:%M}", "sheets": 1, "medium": "paper", "priority": 3, "level": 0,
            **changed}


def test_the_registration_form_sent_twice_is_one_letter_with_one_receipt(w: make.World) -> None:
    client, data = signed_in(w.clerk), letter_form(w)
    answers = [client.post("/correspondencia/registrar/", data) for _ in range(2)]
    assert [a.status_code for a in answers] == [302, 302]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert (Case.objects.count(), Receipt.objects.count()) == (1, 1)


# --- killed in the middle ------------------------------------------------------------------------------------


@pytest.mark.slow
def test_sixteen_processes_killed_at_random_leave_no_gap_no_duplicate_and_lose_nothing(w: make.World, tmp_path: Path) -> None:
    processes, each = 16, 24
    env = {**os.environ, "DATABASE_URL": database.url(), "DJANGO_SETTINGS_MODULE": "ventanilla.config.settings_test"}
    done = subprocess.run([sys.executable, "-m", "tests.drill", str(w.root.pk), str(processes), str(each), "7", str(tmp_path)],
                          cwd=Path(__file__).parents[1], env={**env, "PYTHONPATH": "src:."}, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= processes, "too few were killed to prove anything"
    told = {k: f for n in range(processes) for k, f in drill.acknowledged(tmp_path / f"{n}.txt").items()}
    kept = {c.uuid: c for c in Case.objects.all()}
    assert set(told) == set(kept) == {k for n in range(processes) for k in drill.keys(n, each)}, "nothing lost, nothing twice"
    assert {k: c.folio for k, c in kept.items()} == told, "each keeps the folio that was told"
    assert sorted(c.number for c in kept.values()) == list(range(1, processes * each + 1)), "no gap"


# --- nonsense typed ------------------------------------------------------------------------------------------

MARKS = "\u202e\u200f\u2067\u061c"
REFUSED = {
    "long subject": ({"subject": "x" * 10_000}, "subject"), "empty subject": ({"subject": " \t\n"}, "subject"),
    "only marks": ({"subject": MARKS + "\u200b"}, "subject"), "nul": ({"subject": "a\x00b"}, "subject"),
    "dated 1899": ({"dated": "1899-12-31"}, "dated"), "dated 9999": ({"dated": "9999-12-31"}, "dated"),
    "dated year 1": ({"dated": "0001-01-01"}, "dated"), "received 1899": ({"received_at": "1899-12-31T10:00"}, "received_at"),
    "received 9999": ({"received_at": "9999-12-31T23:59"}, "received_at"), "received year 1": ({"received_at": "0001-01-01T00:00"}, "received_at"),
    "not a date": ({"received_at": "ayer"}, "received_at"), "due before reception": ({"due": "2020-01-02"}, "due"),
    "due 1899": ({"due": "1899-12-31"}, "due"), "due year 1": ({"due": "0001-01-01"}, "due"),
    "sheets below zero": ({"sheets": "-1"}, "sheets"), "sheets without end": ({"sheets": "9" * 40}, "sheets"),
    "term": ({"amount": "501"}, "amount"), "sheets in words": ({"sheets": "doce"}, "sheets"),
    "level of another world": ({"level": "7"}, "level"), "unit of another world": ({"unit": "999999999"}, "unit"),
    "unit that is no number": ({"unit": "' OR 1=1"}, "unit"), "number too long": ({"number": "N" * 81}, "number"),
    "organisation too long": ({"organisation": "Ñ" * 201}, "organisation"), "uuid": ({"uuid": "no"}, None),
}


@pytest.mark.parametrize("name", REFUSED)
def test_nonsense_in_the_registration_is_refused_at_its_field_and_nothing_is_lost(name: str, w: make.World) -> None:
    changed, field = REFUSED[name]
    response = signed_in(w.clerk).post("/correspondencia/registrar/", letter_form(w, **changed))
    page = response.content.decode()
    assert response.status_code == 422
    assert not Case.objects.exists()
    if field:
        told = re.search(rf'id="id_{field}_error".*?</div>', page, re.S)
        assert told and SPANISH.search(re.sub("<[^>]+>", "", told.group(0))), f"no error at {field}"
        assert f'href="#id_{field}"' in page, "the summary does not lead to it"
    for name, kept in (("organisation", "Secretaría de Finanzas"), ("signatory", "María Peña"), ("subject", "Solicitud de escrituración")):
        assert kept in page or name == field, "something typed was lost"


def test_marks_and_control_characters_in_every_field_are_left_out(w: make.World) -> None:
    dirty = {name: f"{MARKS}Señora\x07 Ñáñez{MARKS} {name}" for name in ("organisation", "signatory", "post", "number", "subject", "addressee", "annexes")}
    response = signed_in(w.clerk).post("/correspondencia/registrar/", letter_form(w, **dirty))
    assert response.status_code == 302, response.content.decode()[-2000:]
    case = Case.objects.select_related("letter").get()
    kept = [case.subject, *(getattr(case.letter, n) for n in ("organisation", "signatory", "post", "number", "addressee", "annexes"))]
    assert all(text.startswith("Señora Ñáñez") and not set(text) & set(MARKS + "\x07") for text in kept), kept
    page = signed_in(w.clerk).get(response["Location"]).content.decode()
    assert not set(page) & set(MARKS + "\x07")


@pytest.mark.parametrize(("changed", "field"), [
    ({"due": "1899-12-31"}, "due"), ({"due": "0001-01-01"}, "due"), ({"due": "mañana"}, "due"), ({"text": "x" * 10_000}, "text"),
    ({"units": [999_999_999]}, "units"), ({"amount": "-3"}, "amount"), ({"units": []}, "units"), ({"people": ["7777777"]}, "people"),
])
def test_nonsense_in_a_routing_is_refused_at_its_field(changed: dict[str, Any], field: str, w: make.World) -> None:
    case = make.letter(w)
    data = {"uuid": str(uuid4()), "units": [w.north.pk], "purpose": "action", "text": "Atienda", **changed}
    response = signed_in(w.head).post(f"/correspondencia/{case.pk}/route/", data)
    assert response.status_code == 422 and not Turn.objects.exists()
    assert re.search(rf'id="id_{field}_error"', response.content.decode()), f"no error at {field}"


@pytest.mark.parametrize("due", ["9999-12-31", "2999-01-01"])
def test_a_far_due_date_is_taken_or_refused_but_never_breaks(due: str, w: make.World) -> None:
    client = signed_in(w.head)
    registered = client.post("/correspondencia/registrar/", letter_form(w, due=due))
    assert registered.status_code in (302, 422)
    routed = client.post(f"/correspondencia/{make.letter(w).pk}/route/", {"uuid": str(uuid4()), "units": [w.north.pk], "purpose": "action", "due": due})
    assert routed.status_code in (302, 422)
    assert {client.get(p).status_code for p in ("/bandeja/", "/listas/correspondencia/", "/listas/turnos/")} == {200}


# --- no database ---------------------------------------------------------------------------------------------


class Wire:
    """A port that leads to the database while it is up."""

    def __init__(self) -> None:
        found = connection.settings_dict
        self.to = (found["HOST"] or "127.0.0.1", int(found["PORT"] or 5432))
        with closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.listener: socket.socket | None = None
        self.open: list[socket.socket] = []

    def up(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", self.port), reuse_port=False)
        threading.Thread(target=self._serve, args=(self.listener,), daemon=True).start()

    def down(self) -> None:
        listener, self.listener = self.listener, None
        for one in [*self.open, listener]:
            with suppress(OSError):
                if one:
                    one.shutdown(socket.SHUT_RDWR)
            if one:
                one.close()
        self.open.clear()

    def _serve(self, listener: socket.socket) -> None:
        while self.listener is listener:
            with suppress(OSError):
                here, _address = listener.accept()
                there = self._dial()
                self.open += [here, there]
                for pair in ((here, there), (there, here)):
                    threading.Thread(target=_pump, args=pair, daemon=True).start()

    def _dial(self) -> socket.socket:
        host, port = self.to
        if host.startswith("/"):
            made = socket.socket(socket.AF_UNIX)
            made.connect(f"{host}/.s.PGSQL.{port}")
            return made
        return socket.create_connection((host, port))


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_RDWR)


SERVER = """
from ventanilla.config import settings
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # nothing is built here
from wsgiref.simple_server import WSGIRequestHandler, make_server
from ventanilla.config.wsgi import application
WSGIRequestHandler.log_message = lambda *a: None
server = make_server("127.0.0.1", 0, application)
print(server.server_port, flush=True)
server.serve_forever()
"""


@contextmanager
def served(url: str, data: Path) -> Iterator[str]:
    """The application in a process of its own, as it is in production: with its pool of connections."""
    env = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "ventanilla.config.settings", "PYTHONPATH": "src",
           "VENTANILLA_DATA": str(data), "SECRET_KEY": "solo-de-pruebas-" + "0" * 40}
    process = subprocess.Popen([sys.executable, "-c", SERVER], cwd=Path(__file__).parents[1], env=env, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.wait()


def asked(url: str, cookie: str = "") -> tuple[int, str]:
    request = urllib.request.Request(url, headers={"Cookie": cookie, "Host": "localhost"})
    try:
        with urllib.request.urlopen(request, timeout=120) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def becomes(url: str, code: int) -> int:
    """The status of the page once it is `code`, or its last within half a minute: a busy machine may be late with a connection."""
    end = time.monotonic() + 120
    while (status := asked(url)[0]) != code and time.monotonic() < end:
        time.sleep(0.3)
    return status


@pytest.mark.slow
def test_the_database_goes_away_and_comes_back(w: make.World, tmp_path: Path) -> None:
    found, wire = connection.settings_dict, Wire()
    wire.up()
    with served(f"postgresql://{found['USER']}:{found['PASSWORD']}@127.0.0.1:{wire.port}/{found['NAME']}", tmp_path) as base:
        path = f"{base}/verificar/XXXX-XXXX-XXXX/"
        assert (becomes(path, 404), becomes(f"{base}/readyz", 200)) == (404, 200)
        wire.down()
        status, page = asked(path)
        assert status == 503 and "La base de datos no responde" in page
        assert asked(f"{base}/healthz")[0] == 200
        assert asked(f"{base}/readyz")[0] == 503
        wire.up()
        assert (becomes(path, 404), becomes(f"{base}/readyz", 200)) == (404, 200), "it does not recover alone"
        wire.down()


def test_connections_that_a_restart_of_the_database_cut_fail_nobody(w: make.World) -> None:
    """The pool of an idle process still holds them when the database is back long since."""
    found, wire = connection.settings_dict, Wire()
    options = database_settings(f"postgresql://{found['USER']}:{found['PASSWORD']}@127.0.0.1:{wire.port}/{found['NAME']}")
    options["OPTIONS"]["pool"]["timeout"] = 120.0  # type: ignore[index]  # a busy machine may be late with a connection
    pooled: Any = ConnectionHandler({"default": options})["default"]
    wire.up()
    try:
        for _time in range(2):
            with pooled.cursor() as cursor:
                cursor.execute("SELECT 1")
            pooled.close()
            wire.down()
            wire.up()
    finally:
        pooled.close_pool()
        wire.down()


# --- a bad clock ---------------------------------------------------------------------------------------------


def test_a_clock_set_back_makes_no_negative_time_and_folios_go_on(w: make.World) -> None:
    noon = make.at(date(2026, 3, 3), 12)
    with time_machine.travel(noon, tick=True):
        first = make.letter(w, received_at=timezone.now(), term=Term(5))
        turn = make.turn(first, w.head, w.north, term=Term(3))[0]
    with time_machine.travel(noon - timedelta(hours=3), tick=True):
        spine.accept(actor=w.north_head, turn=turn)
        spine.answer(actor=w.north_head, turn=turn, draft=AnswerDraft("Va"))
        spine.send_back(actor=w.head, turn=turn, reason="Falta el anexo")
        spine.answer(actor=w.north_head, turn=turn, draft=AnswerDraft("Con anexo"))
        spine.approve(actor=w.head, turn=turn)
        letters.conclude(actor=w.head, case=first, reason="Atendido")
        second = make.letter(w, received_at=timezone.now())
        client = signed_in(w.head)
        pages = [client.get(p) for p in (f"/correspondencia/{first.pk}/", "/bandeja/", "/correspondencia/tablero/", "/listas/turnos/")]
    assert [p.status_code for p in pages] == [200] * 4
    assert not any(re.search(r"(?<![\w/])-\d+ (?:d[ií]as?|horas?|minutos?|segundos?)", p.content.decode()) for p in pages)
    assert second.number == first.number + 1
    first.refresh_from_db()
    assert light_of(first) is not None


def test_folios_of_two_years_do_not_mix_when_the_clock_crosses_the_year_twice(w: make.World) -> None:
    eve, day = datetime(2026, 12, 31, 23, 59), datetime(2027, 1, 1, 0, 1)
    made = []
    for moment in (eve, day, eve, day):
        with time_machine.travel(timezone.make_aware(moment), tick=False):
            case = make.letter(w, received_at=timezone.now())
            made.append((case.year, case.number))
    assert made == [(2026, 1), (2027, 1), (2026, 2), (2027, 2)]


def test_who_may_not_act_is_not_told_more_by_a_race(w: make.World, turn: Turn) -> None:
    results = race(lambda: spine.answer(actor=w.south_head, turn=turn, draft=AnswerDraft("No es mío")),
                   lambda: spine.answer(actor=w.north_head, turn=turn, draft=AnswerDraft("Va")))
    assert isinstance(results[0], NotAllowed) and isinstance(results[1], Answer)
