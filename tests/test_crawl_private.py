"""The private side of a ticket through every address: each private entry carries a word, and no lower role ever reads one.

Lower roles are who takes part without being of the desk (asks, benefits, follows, authorises, is the liaison) and who is of
another unit, archives, administers, audits, or belongs to another institution. Who is of the desk reads every word.
"""
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from django.utils import timezone

from tests import make
from tests.crawl import ROUTES, address
from tests.crawl_routes import Route
from tests.test_crawl import Crawl, ask, body_of, crawl  # noqa: F401 - the fixture
from ventanilla.core.audit.models import Entry
from ventanilla.core.cases.models import Attachment, Case, Note, Party, SearchRow
from ventanilla.core.cases.places import refresh
from ventanilla.core.documents.services import FileDraft, process, store
from ventanilla.core.notices.models import Notice
from ventanilla.core.orgs.models import Person
from ventanilla.core.questionnaires.services import record_values
from ventanilla.core.questionnaires.tests.kit import published
from ventanilla.modules.servicedesk import services as desk
from ventanilla.modules.servicedesk.models import Liaison, OfferingVersion, Team
from ventanilla.modules.servicedesk.services import EntryDraft, TicketDraft
from ventanilla.modules.servicedesk.services.catalogue import publish, start_version
from ventanilla.web.api.scopes import SCOPES
from ventanilla.web.api.services import create_token
from ventanilla.web.screens.screen import screens

pytestmark = pytest.mark.django_db
WORDS: Final = ("xoconostle", "guayacanal", "zopilotera", "cuachalate", "pochotlera")
NOTE, TITLE, INSIDE, FIELD, WORKED = WORDS
FORM: Final = {"sections": [{"key": "datos", "title": "Datos", "fields": [
    {"key": "lugar", "type": "text", "label": "Lugar"}, {"key": "clave", "type": "text", "label": "Clave", "private": True}]}]}
LOWER: Final = ("nobody", "benefits", "follows", "authorises", "liaison", "staff", "south_head", "clerk", "admin", "auditor", "stranger")
WIDE: Final = ("nobody", "staff", "clerk", "admin", "anonymous")
"""Who goes through every address; the others go through those of the ticket."""
SKIPPED: Final = ("cuenta/", "idioma/", "salir", "tema/", "logotipo/", "healthz", "metrics", "readyz", "sw.js", "manifest", "eventos/")


@dataclass
class Secret:
    """The ticket with a private side, who may not read it, and the crawl's world with the ticket in every place."""

    world: Crawl
    case: Case
    file: str
    people: dict[str, Person]
    things: dict[str, str]

    def client(self, role: str, key: str = "session") -> Client:
        """A browser, or a program, of that role."""
        if role == "anonymous":
            return Client()
        if key == "token":
            return Client(headers={"Authorization": f"Bearer {self.token(role)}"})
        client = Client()
        client.force_login(self.people[role].user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    def token(self, role: str) -> str:
        """A key with every scope."""
        return create_token(actor=self.people[role], name="Canario", scopes=list(SCOPES), days=1)[1]

    def of(self, route: Route) -> tuple[str, ...]:
        """What the route asks for, with the ticket and its file in place of every case and file."""
        return tuple(a.format(**self.things) for a in route.asked)


def leaks(response: Any) -> list[str]:
    """Words of the private side in an answer, its headers and its file included."""
    text = body_of(response).decode("utf-8", "replace").casefold() + str(dict(response.headers)).casefold()
    return [w for w in WORDS if w in text]


def private_file(actor: Person) -> Any:
    """A text file with a word in its name and another inside, read as the worker reads it."""
    version = store(actor=actor, files=[FileDraft(f"{TITLE}.txt", io.BytesIO(f"La llave es {INSIDE}".encode()))])[0]
    process(version.pk)
    return version.document


def ticket(w: make.World, agent: Person) -> tuple[Case, Any]:
    """Asked by nobody's person for another, with every private thing that a ticket can hold."""
    team = Team.objects.get(institution=w.institution, name="Mesa de ayuda")
    base = OfferingVersion.objects.filter(team=team, kind="request", state="published").select_related("offering").earliest("pk")
    form = published(w.institution, FORM, "datos-canario", "request_form")
    draft = start_version(actor=w.admin, offering=base.offering)
    draft.form, draft.description = form, "Lo que se ofrece"
    draft.save()
    base = publish(actor=w.admin, version=draft)
    case = desk.open_ticket(actor=agent, draft=TicketDraft(
        "Falla la impresora del pasillo", version=base, requester=w.nobody, beneficiary=w.people["benefits"], values={"lugar": "Pasillo"}))
    record_values(actor=agent, case=case, version=form, values={"lugar": "Pasillo", "clave": f"Es {FIELD}"})
    document = private_file(agent)
    desk.add_entry(actor=agent, ticket=case, draft=EntryDraft(f"La contraseña es {NOTE}", private=True, documents=[document],
                                                              mentioned=[agent, w.nobody, w.staff]))
    desk.add_entry(actor=agent, ticket=case, draft=EntryDraft("Estamos en eso"))
    desk.log_time(actor=agent, case=case, minutes=5, text=f"Revisé {WORKED}")
    return case, document


def take_part(w: make.World, case: Case) -> None:
    """Somebody follows it, somebody was asked to authorise it, and the liaison of the unit is told of it."""
    for role, person in ((Party.Role.WATCHER, "follows"), (Party.Role.APPROVER, "authorises"), (Party.Role.LIAISON, "liaison")):
        Party.objects.create(case=case, person=w.people[person], role=role, since=timezone.now())
    Liaison.objects.create(institution=w.institution, unit=w.south, person=w.people["liaison"], state="active", requested_at=timezone.now(),
                           validated_at=timezone.now(), agreement_at=timezone.localdate(), trained_at=timezone.localdate())
    refresh([case.pk])


@pytest.fixture(scope="module")
def secret(crawl: Crawl, django_db_blocker: Any) -> Iterator[Secret]:  # noqa: F811 - the fixture
    """Inside the transaction of the crawl's world."""
    with django_db_blocker.unblock(), transaction.atomic():
        w = crawl.w
        for name, unit in (("benefits", w.south_1), ("follows", w.south_1), ("authorises", w.south), ("liaison", w.south)):
            w.people[name] = make.person(w.institution, unit, None, name=name.title())
        w.people["auditor"] = make.person(w.institution, w.root, "auditor", name="Audita")
        mail.outbox.clear()
        case, document = ticket(w, w.north_head)
        take_part(w, case)
        people = {**crawl.people, **{r: w.people[r] for r in LOWER if r in w.people}}
        mine = {"ticket": case.pk, "case": case.pk, "turn": case.pk, "ticket_uuid": case.uuid, "case_uuid": case.uuid, "file": document.uuid}
        yield Secret(crawl, case, str(document.uuid), people, {**crawl.things, **{k: str(v) for k, v in mine.items()}})
        transaction.set_rollback(True)


def addresses(narrow: bool) -> Iterator[tuple[str, Route]]:
    """Of the table: all, or those that name a ticket, a case or a file."""
    for pattern, route in ROUTES.items():
        named = any(k in "".join(route.asked) for k in ("{ticket", "{case", "{file"))
        if not pattern.startswith(SKIPPED) and (named or not narrow):
            yield pattern, route


@pytest.mark.parametrize("role", [*LOWER, "anonymous"])
def test_no_word_of_the_private_side_reaches_a_lower_role(role: str, secret: Secret) -> None:
    found, clients = [], {key: secret.client(role, key) for key in ("session", "token")}
    for pattern, route in addresses(narrow=role not in WIDE):
        response = ask(clients[route.key], "get", address(pattern, secret.of(route)) + route.query)
        found += [(pattern, word) for word in leaks(response)]
        assert response.status_code < 500, pattern
    assert found == []


def looked_for(case: Case) -> Iterator[str]:
    """Searches, lists, files and filters that could tell that a private word is there."""
    for word in WORDS:
        yield from (f"/buscar/?q={word}", f"/buscar/paleta?q={word}", f"/listas/tickets/?q={word}", f"/listas/tickets.json?q={word}",
                    f"/listas/tickets/exportar/csv?q={word}", f"/mesa/parecidos/?asunto={word}", f"/mesa/ayuda/sugerencias/?q={word}",
                    f"/mesa/ayuda/?q={word}")
    yield from (f"/listas/tickets.json?campo-clave={FIELD}&servicio={case.ticket.service_id}",)


@pytest.mark.parametrize("role", LOWER)
def test_a_private_word_finds_nothing(role: str, secret: Secret) -> None:
    """Whoever may see the ticket finds it by its subject, and never by what is private in it."""
    client, folio = secret.client(role), secret.case.folio
    for path in looked_for(secret.case):
        page = body_of(ask(client, "get", path)).decode("utf-8", "replace")
        assert folio not in page or "campo-clave" in path, path
    every = [f"/listas/{s.slug}{end}" for s in screens() for end in (".json", "/exportar/csv", "/exportar/xlsx")]
    assert [(p, w) for p in every for w in leaks(ask(client, "get", p))] == []


@pytest.mark.parametrize("role", LOWER)
def test_programs_read_nothing_private(role: str, secret: Secret) -> None:
    """The API by its own words, and the façade with every field asked for by name."""
    token = secret.token(role)
    client = Client(headers={"Authorization": f"Bearer {token}"})
    paths = [f"/api/v1/{p}" for p in ("tickets", "cases", "notices", "approvals", f"tickets?q={NOTE}", f"cases?folio={secret.case.folio}",
                                      f"cases/{secret.case.uuid}/documents", f"documents/{secret.file}/content")]
    found = [(p, w) for p in paths for w in leaks(ask(client, "get", p))]
    for fields in ("*", "*+", "private_log", "id,private_log,public_log,worklog"):
        asked = {"operation": "core/get", "class": "UserRequest", "key": secret.case.pk, "output_fields": fields}
        with transaction.atomic():
            answer = Client().post("/itop/webservices/rest.php", {"version": "1.3", "auth_token": token, "json_data": json.dumps(asked)})
            transaction.set_rollback(True)
        found += [(fields, w) for w in leaks(answer)]
    assert found == []


def test_nothing_private_is_told_kept_for_search_or_logged_in_the_open(secret: Secret) -> None:
    """Notices reach the mentioned agent only; no mail, row of the search or detail of the log holds a word."""
    for word in WORDS:
        told = Notice.objects.filter(title__icontains=word) | Notice.objects.filter(body__icontains=word)
        assert set(told.values_list("person", flat=True)) <= {secret.world.w.north_head.pk}, word
        assert not SearchRow.objects.filter(body__icontains=word).exists() and not SearchRow.objects.filter(title__icontains=word).exists()
        assert not Entry.objects.filter(detail__icontains=word).exists()
        assert not any(word in str(m.message()) for m in mail.outbox)


def test_the_desk_reads_every_word(secret: Secret) -> None:
    """So that the silence elsewhere means something."""
    agent = secret.client("north_head")
    page = body_of(ask(agent, "get", f"/mesa/tickets/{secret.case.pk}/")).decode()
    assert [w for w in (NOTE, TITLE, FIELD) if w not in page] == []
    assert INSIDE in body_of(ask(agent, "get", f"/archivos/{secret.file}/")).decode()
    assert Note.objects.filter(case=secret.case, private=True).count() == 1 == Attachment.objects.filter(case=secret.case, private=True).count()
