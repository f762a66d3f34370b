"""Every address x every role: who may, does; who may not, gets what a thing that does not exist gives; never a 500.

And a confidential letter, whose every text carries a word of its own: none of them reaches a person without clearance.
"""
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pikepdf
import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from tests import crawl_desk, crawl_forms, crawl_practices, crawl_practices_life, crawl_privacy, make, pseudo
from tests.crawl import ROUTES, UUID, address, missing
from tests.crawl_routes import Route
from tests.people import CLEARED, EVERYBODY, PEOPLE, ROLES
from ventanilla.core.cases import services as spine
from ventanilla.core.cases.models import Case, Instruction, Move, Turn
from ventanilla.core.cases.services import AnswerDraft, TurnDraft
from ventanilla.core.cases.services.naming import usual_words
from ventanilla.core.cases.words import every_flow
from ventanilla.core.documents.services import FileDraft, process, store
from ventanilla.core.notices.services.telling import NoticeDraft, notify
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Absence, Appointment, Grant, Institution, Person, Post, Role, User
from ventanilla.core.orgs.services import give
from ventanilla.core.orgs.services.roles import RoleDraft, save_role
from ventanilla.core.workdays.models import Calendar
from ventanilla.modules.correspondence import services as letters
from ventanilla.modules.correspondence.models import ArchiveSeries
from ventanilla.modules.correspondence.services import issue_receipt
from ventanilla.modules.correspondence.services.uploads import add_uploads
from ventanilla.web.api.models import Subscription
from ventanilla.web.api.scopes import SCOPES
from ventanilla.web.api.services import create_token
from ventanilla.web.screens.plain import reader
from ventanilla.web.screens.screen import screens

pytestmark = pytest.mark.django_db
WORDS = ("xilocanto", "yacarandoso", "zurciforme", "quebrantal", "wolframita", "kilimbero")
SUBJECT, NOTE, TURN, ANSWER, FILE, SENDER = WORDS


@dataclass
class Crawl:
    """The world of the crawl: people by role, what addresses name, tokens and sessions by role."""

    w: make.World
    people: dict[str, Person]
    things: dict[str, str]
    secret: Case
    tokens: dict[str, str]
    sessions: dict[str, str]

    def client(self, role: str, key: str = "session") -> Client:
        """A browser, or a program, of that role."""
        if key == "token" and role in self.tokens:
            return Client(headers={"Authorization": f"Bearer {self.tokens[role]}"})
        client = Client()
        if role != "anonymous" and key == "session":
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[role]
        return client

    def of(self, route: Route) -> tuple[str, ...]:
        """What the route asks for, in this world."""
        return tuple(a.format(**self.things) for a in route.asked)


def file_of(w: make.World, name: str) -> Any:
    """A document of one blank page, read and with its preview."""
    with pikepdf.new() as pdf, io.BytesIO() as data:
        pdf.add_blank_page(page_size=(60 + len(name), 90))
        pdf.save(data)
        version = store(actor=w.head, files=[FileDraft(name, io.BytesIO(data.getvalue()))])[0]
    process(version.pk)
    return version.document


def ordinary(w: make.World) -> tuple[Case, Turn, Any]:
    """A letter of the root, routed to the north and from there to its first department, with a file."""
    case = make.letter(w)
    turn = make.turn(case, w.head, w.north)[0]
    make.turn(case, w.north_head, w.north_1, parent=turn)
    document = file_of(w, "Escaneo.pdf")
    spine.attach(actor=w.head, case=case, documents=[document], role="scan")
    return case, turn, document


def confidential(w: make.World) -> Case:
    """A letter that only the heads of the root and of the north may read; each text has its own word."""
    case = make.letter(w, subject=f"Denuncia {SUBJECT}", level=2, number=f"OF-{SENDER}")
    spine.attach(actor=w.head, case=case, documents=[file_of(w, f"{FILE}.pdf")], role="scan")
    spine.add_note(actor=w.head, case=case, text=f"Nota {NOTE}", uuid=uuid4())
    turn = spine.route(actor=w.head, case=case, drafts=[TurnDraft(w.north, text=f"Atienda {TURN}")])[0]
    spine.answer(actor=w.north_head, turn=turn, draft=AnswerDraft(f"Respuesta {ANSWER}"))
    issue_receipt(actor=w.head, case=case)
    return case


def signed_in(person: Person) -> str:
    """The key of a session of theirs: made once, since signing in costs more than most pages."""
    client = Client()
    client.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")  # type: ignore[arg-type]
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def stranger() -> Person:
    """Somebody with every right, of another institution."""
    other = make.world()
    give(actor=None, person=other.head, role="admin", unit=other.root)
    return other.head


def keeper(w: make.World) -> Person:
    """Who keeps the service catalogue of the north's team, and has no other right."""
    role = save_role(actor=None, institution=w.institution, draft=RoleDraft("Lleva el catálogo", (cap.DESK_CATALOGUE,)))
    person = make.person(w.institution, w.south_1, None)
    give(actor=None, person=person, role=role.slug, unit=w.north)
    return person


def things(w: make.World, head_token: Any) -> dict[str, str]:
    case, turn, document = ordinary(w)
    upload = add_uploads(actor=w.clerk, unit=w.root, documents=[file_of(w, "pendiente.pdf")])[0]
    notice = notify(recipients=[w.north_head.pk], draft=NoticeDraft("turn", "Le turnaron un asunto", f"crawl:{case.pk}",
                                                                 url=f"/correspondencia/{case.pk}/", case_id=case.pk))[0]
    day = timezone.localdate()
    absence = Absence.objects.create(person=w.staff, acting=w.north_1_head, valid_from=day + timedelta(days=3),
                                     valid_to=day + timedelta(days=9))
    webhook = Subscription.objects.create(institution=w.institution, url="https://example.org/aviso", events=["route"],
                                          secret="x" * 64, created_by=w.admin)
    grant = Grant.objects.filter(person=w.staff).first()
    post = Post.objects.filter(unit=w.north).first()
    assert grant and post
    appointment = Appointment.objects.get(post=post)
    rows = {"case": case, "turn": turn, "unit": w.north, "person": w.staff, "grant": grant, "post": post,
            "appointment": appointment, "absence": absence, "role": Role.objects.get(institution=w.institution, slug="staff"),
            "calendar": Calendar.objects.filter(institution=w.institution).first(),
            "expediente": letters.open_file(actor=w.head, unit=w.root, title="Vivienda",
                                            series=ArchiveSeries.objects.get(institution=w.institution)),
            "instruction": Instruction.objects.filter(institution=w.institution).first()}
    named = {name: str(row.pk) for name, row in rows.items() if row}
    uuids = {"calendar_uuid": Calendar.objects.get(institution=w.institution, unit=None), "file": document, "upload": upload, "notice": notice, "webhook": webhook, "case_uuid": case,
             "turn_uuid": turn, "token": head_token}
    practices = crawl_practices.things(w)
    return {**named, **{k: str(v.uuid) for k, v in uuids.items()}, "code": issue_receipt(actor=w.head, case=case).code,
            "slug": w.institution.slug, "catalogue": "instrucciones", **crawl_desk.things(w), **crawl_forms.things(w),
            **practices, **crawl_practices_life.things(w, practices["practice"]), **crawl_privacy.things(w)}


@pytest.fixture(scope="module")
def crawl(django_db_setup: None, django_db_blocker: Any) -> Iterator[Crawl]:
    """One world for the whole file; each test and each request is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        w = make.world()
        w.people["keeper"], w.people["officer"] = keeper(w), crawl_privacy.officer(w)
        people = {**{r: w.people[r] for r in ROLES if r in w.people}, "stranger": stranger()}
        made = {r: create_token(actor=p, name="Rastreo", scopes=list(SCOPES), days=1) for r, p in people.items()}
        found = things(w, made["head"][0])
        yield Crawl(w, people, found, confidential(w), {r: secret for r, (_row, secret) in made.items()},
                    {r: signed_in(p) for r, p in people.items()})
        transaction.set_rollback(True)


def addresses(patterns: list[Any], before: str = "") -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns, before + str(one.pattern))
        elif isinstance(one, URLPattern):
            yield before + str(one.pattern)


ALL = sorted(set(addresses(get_resolver().url_patterns)))


def test_every_address_stands_in_the_table() -> None:
    assert set(ALL) - set(ROUTES) == set(), "say in tests/crawl.py who gets it"
    assert set(ROUTES) - set(ALL) == set(), "no longer an address"


def body_of(response: Any) -> bytes:
    raw = b"".join(response.streaming_content) if response.streaming else response.content
    if raw[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return b"\n".join(archive.read(n) for n in archive.namelist())
    return bytes(raw)


VARIES = [(re.compile(rb"[A-Za-z0-9]{64}"), b"csrf"), (re.compile(rb"[0-9a-f]{32}"), b"id"),
          (re.compile(rb"[0-9a-f-]{36}"), b"uuid"), (re.compile(rb"987654321|(?<=/)\d+(?=/)"), b"n"), (re.compile(rb"nada"), b"x"),
          (re.compile(rb"chart-\d+"), b"chart"), (re.compile(rb"(<time [^>]*>)hace [^<]*"), rb"\1hace")]


def plain(response: Any, *also: str) -> bytes:
    """The answer without what differs by nature: request ids, tokens, the address itself, how long ago the moment of a <time> was."""
    text = body_of(response)
    for word in also:
        text = text.replace(word.encode(), b"this")
    for pattern, put in VARIES:
        text = pattern.sub(put, text)
    return text


def difference(one: bytes, other: bytes) -> tuple[str, str]:
    """Both texts from a little before the first place where they differ."""
    at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return tuple(text[max(at - 60, 0):at + 60].decode("utf-8", "replace") for text in (one, other))  # type: ignore[return-value]


def leaks(response: Any, secret: Case, *typed: str) -> list[str]:
    """Words of the confidential letter in an answer (not those that were typed into the address)."""
    text = body_of(response).decode("utf-8", "replace").casefold()
    heads = " ".join(f"{k}: {v}" for k, v in response.headers.items()).casefold()
    return [w for w in (*WORDS, secret.folio.casefold()) if w not in typed and (w in text or w in heads)]


def to_sign_in(response: Any) -> bool:
    return response.status_code == 302 and bool(re.match(r"/(entrar|cuenta/login)/", response["Location"]))


GIVEN = frozenset({200, 201, 204, 301, 302, 303, 304, 400, 403, 405, 409, 422})
"""What somebody who may gets: the thing, a redirect, a method that does not apply, a form with errors.

403 is not a refusal of the thing here: allauth asks for the password again, or the token lacks a scope.
"""


def judge(route: Route, role: str, response: Any, method: str) -> str:
    """What is wrong with the answer; empty when nothing. By the API, who may see a thing may still not do a step to it."""
    status = response.status_code
    if status >= 500:
        return f"{role}: {status}"
    if method == "post" and role in PEOPLE and status == route.blank:
        return ""
    if role in route.who:
        wrong = to_sign_in(response) and route.who != EVERYBODY
        doing = route.key == "token" and method == "post"
        expected = GIVEN | {401, 404} if route.who == EVERYBODY else GIVEN | {404} if doing else GIVEN
        return f"{role}: {status}, though it may" if wrong or status not in expected else ""
    if role == "anonymous":
        return "" if to_sign_in(response) or status in (401, 403, 404, 405) else f"anonymous: {status}"
    refused = (404, 405, 422) if route.key == "token" and route.thing else (404, 405)  # 422: and the same for a missing thing
    return "" if status in refused else f"{role}: {status}, though it may not"


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("pattern", ALL)
def test_address(pattern: str, method: str, crawl: Crawl) -> None:
    route = ROUTES[pattern]
    values = crawl.of(route)
    wrong = []
    for role in ROLES:
        client = crawl.client(role, route.key)
        moves = Move.objects.count()
        response = ask(client, method, address(pattern, values) + route.query)
        wrong.append(judge(route, role, response, method))
        if role not in CLEARED:
            wrong += [f"{role} reads {word}" for word in leaks(response, crawl.secret)]
        if role not in route.who:
            assert Move.objects.count() == moves, f"{role} changed something"
            if route.thing and role in PEOPLE:
                none = ask(client, method, nowhere := missing(pattern, values) + route.query)
                answers = plain(none, nowhere), plain(response, address(pattern, values) + route.query)
                if none.status_code != response.status_code or answers[0] != answers[1]:
                    wrong.append(f"{role}: not what a missing thing gives: {difference(*answers)}")
    assert [w for w in wrong if w] == []


FILLED = json.dumps({
    "reason": "Porque sí", "text": "Un texto", "days": 3, "due_at": "2031-01-07T10:00:00", "unit": UUID, "file": UUID, "sheets": 1,
    "turns": [{"unit": UUID}], "public": False, "documents": []})
"""Every field that some operation wants: what is refused is refused for the thing, not for the form."""


def ask(client: Client, method: str, path: str, data: str = FILLED) -> Any:
    """One request, rolled back; the exception itself when there is one."""
    with transaction.atomic():
        if method == "post" and path.startswith("/api/"):
            response = client.post(path, content_type="application/json", data=data)
        else:
            response = getattr(client, method)(path)
        if not response.streaming:
            response.content  # noqa: B018 - rendered now, inside
        else:
            body = b"".join(response.streaming_content)
            response.streaming_content = [body]
            response = _read(response, body)
        transaction.set_rollback(True)
    return response


class _read:
    """A streamed answer that can be read more than once."""

    streaming = False

    def __init__(self, response: Any, content: bytes) -> None:
        self.response, self.content = response, content

    def __getattr__(self, name: str) -> Any:
        return getattr(self.response, name)

    def __getitem__(self, name: str) -> Any:
        return self.response[name]


SEARCHES = ["/buscar/?q={q}", "/buscar/?q={q}&orden=relevancia", "/buscar/paleta?q={q}", "/correspondencia/registrar/remitentes/?organisation={q}",
            "/correspondencia/registrar/parecidos/?subject={q}&number=OF-{q}", "/bandeja/?pestana=concluidos", "/avisos/?ver=todos",
            "/bandeja/?q={q}", "/listas/correspondencia/?orden=subject"]


@pytest.mark.parametrize("role", [r for r in ROLES if r not in CLEARED])
def test_no_word_of_a_confidential_letter_reaches_who_is_not_cleared(role: str, crawl: Crawl) -> None:
    client, api = crawl.client(role), crawl.client(role, "token")
    lists = [f"/listas/{s.slug}{end}" for s in screens() for end in (
        "/?q={q}", ".json?q={q}", "/exportar/csv?q={q}", "/exportar/xlsx", "/?estado=routed", "/?columna=letter.number")]
    found = []
    for word in (*WORDS, crawl.secret.folio):
        for path in [*SEARCHES, *(lists if word in (SUBJECT, crawl.secret.folio) else [])]:
            response = ask(client, "get", path.format(q=word))
            found += [(path, w) for w in leaks(response, crawl.secret, word, word.casefold())]
            assert response.status_code < 500
            if str(crawl.secret.pk) in re.findall(r"/correspondencia/(\d+)/", body_of(response).decode("utf-8", "replace")):
                found.append((path, "its address"))
    for path in ("cases", f"cases?folio={crawl.secret.folio}", "notices", f"cases/{crawl.secret.uuid}", f"letters/{crawl.secret.uuid}",
                 f"cases/{crawl.secret.uuid}/moves", f"cases/{crawl.secret.uuid}/documents"):
        response = ask(api, "get", f"/api/v1/{path}")
        found += [(path, w) for w in leaks(response, crawl.secret)]
        assert response.status_code in ((404, 200) if role != "anonymous" else (401,))
    assert found == []


@pytest.mark.parametrize("role", sorted(CLEARED))
def test_the_words_are_there_for_who_is_cleared(role: str, crawl: Crawl) -> None:
    page = body_of(ask(crawl.client(role), "get", f"/correspondencia/{crawl.secret.pk}/")).decode()
    assert [w for w in WORDS if w not in page] == []


@pytest.mark.parametrize("data", ["", "{}", "[]", "null", "{", '{"turns": [{}], "text": 7, "due_at": "mañana"}'])
def test_nonsense_sent_to_the_api_is_answered(data: str, crawl: Crawl) -> None:
    client = crawl.client("head", "token")
    for pattern in (p for p, route in ROUTES.items() if route.key == "token"):
        response = ask(client, "post", address(pattern, crawl.of(ROUTES[pattern])), data)
        assert response.status_code < 500, pattern


COUNTED = ["/bandeja/", "/bandeja/?q=denuncia", "/listas/archivos/", "/listas/correspondencia/", "/listas/turnos/", "/listas/correspondencia.json", "/buscar/?q=denuncia",
           "/buscar/paleta?q=denuncia", "/avisos/numero/", "/avisos/", "/correspondencia/tablero/", "/administracion/"]


@pytest.mark.parametrize("role", ["nobody", "staff", "clerk", "north_1_head", "admin", "stranger"])
def test_nothing_counts_what_one_may_not_see(role: str, crawl: Crawl) -> None:
    """The same pages before and after another confidential letter is born are the same, letter by letter."""
    client = crawl.client(role)
    before = {path: plain(ask(client, "get", path)) for path in COUNTED}
    confidential(crawl.w)
    after = {path: plain(ask(client, "get", path)) for path in COUNTED}
    assert {path: difference(before[path], after[path]) for path in COUNTED if before[path] != after[path]} == {}


def test_the_stranger_is_of_another_institution(crawl: Crawl) -> None:
    assert Institution.objects.filter(pk=crawl.people["stranger"].institution_id).exclude(pk=crawl.w.institution.pk).exists()
    assert not Case.objects.visible_to(crawl.people["stranger"]).filter(institution=crawl.w.institution).exists()


NAMES = sorted({name for path in Path("src/ventanilla").rglob("*.py") if "tests" not in path.parts
                for name in re.findall(r"""(?:GET|data|asked|given|query|request)(?:\.get(?:list)?\(|\[)"([a-zñ_]{1,30})\"""", path.read_text())})
"""Words that pages look for in the address, as far as a pattern finds them."""
ODD = ["\0", "²", "9" * 30, "0001-01-01", "9999-12-31"]


@pytest.mark.parametrize("value", ODD)
def test_odd_values_in_an_address_are_answered(value: str, crawl: Crawl) -> None:
    """Each page of a browser, all its words with one odd value: some 4xx or a page, never a failure."""
    assert len(NAMES) > 60
    client, asked, wrong = crawl.client("admin"), dict.fromkeys(NAMES, value) | {"periodo": "entre"}, []
    for pattern in (p for p, route in ROUTES.items() if route.key == "session"):
        path = address(pattern, crawl.of(ROUTES[pattern]))
        try:
            status = ask(client, "get", f"{path}?{urlencode(asked)}").status_code
        except Exception as failure:
            status = f"{type(failure).__name__}: {failure}"[:150]
        wrong += [(path, status)] if not isinstance(status, int) or status >= 500 else []
    assert wrong == []


@pytest.mark.parametrize("role", ["head", "admin"])
def test_no_page_says_spanish_that_is_neither_translated_nor_data(role: str, crawl: Crawl, settings: Any, monkeypatch: Any) -> None:
    pseudo.speak(settings, monkeypatch)
    User.objects.filter(pk=crawl.people[role].user_id).update(language=pseudo.PSEUDO)
    client, data, found = crawl.client(role), pseudo.data_of(), {}
    standard = "\n".join(word.casefold() for _title, flow in every_flow().values() for word in usual_words(flow).values())
    for pattern, route in ROUTES.items():
        path = address(pattern, crawl.of(route)) + route.query
        if route.key == "session" and role in route.who and (role == "head" or "head" not in route.who) and "pdf" not in path and path != "/api/v1/docs/":
            response = ask(client, "get", path)
            if response.status_code == 200 and response.headers["Content-Type"].startswith("text/html"):
                words = standard if "/palabras/" in path else ""  # those of the institution's papers are what that page is about
                found |= {part: path for part in pseudo.plain_parts(body_of(response).decode()) if part.casefold() not in data
                          and part.casefold() not in words}
    assert found == {}, "\n".join(f"{path}: {part}" for part, path in found.items())


def test_a_column_worked_out_once_for_equal_fields_reads_no_others(crawl: Crawl) -> None:
    seen = 0
    for screen, role in product(screens(), ("head", "admin", "keeper")):
        columns = [c for c in screen.columns if c.source] if screen.allowed(crawl.people[role]) and not screen.own_page else []
        for column in columns:
            rows = screen.queryset(crawl.people[role]).order_by("pk")
            values = [column.value(row) for row in reader(rows.model, column.reads)(rows)]
            assert values == [column.value(row) for row in rows], (screen.slug, column.name)
            seen += len(values)
    assert seen > 20
