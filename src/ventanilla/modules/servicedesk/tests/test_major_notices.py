"""Major incidents told to those whom they touch: who is told, once, nothing of the ticket, and in one click "it affects me"."""
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, close_old_connections, connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from tests import make

from ventanilla.core.audit.models import Entry
from ventanilla.core.cases.models import Case, Note
from ventanilla.core.notices.models import Mail, Notice
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.servicedesk import services as desk
from ventanilla.modules.servicedesk.models import (
    CIType,
    ConfigurationItem,
    Liaison,
    MajorAffected,
    MajorMessage,
    Ticket,
    TicketItem,
)
from ventanilla.modules.servicedesk.services import EntryDraft
from ventanilla.modules.servicedesk.services.major import declare_major, stand_down
from ventanilla.modules.servicedesk.services.major_telling import MessageDraft, publish_message, say_affected
from ventanilla.modules.servicedesk.services.touching import RECENT, notices_for, notices_of_service, people_touched
from ventanilla.modules.servicedesk.tests.api.program import Program
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as make_desk
from ventanilla.modules.servicedesk.tests.test_fields import as_, text

pytestmark = pytest.mark.django_db
CANARY = "CANARIO-7f3a"
TEXT = "Ya encontramos la causa. Mientras tanto use la versión web."


@pytest.fixture
def d() -> Desk:
    return make_desk()


def someone(d: Desk, name: str, **where: Any) -> Person:
    return make.person(d.world.institution, where.get("unit", d.world.south_1), None, name=name)


def incident(d: Desk, **extra: Any) -> Case:
    """An incident of the portal that nobody but its asker knows, full of what must not get out."""
    asker = extra.pop("requester", None) or someone(d, "Reporta")
    return d.ticket(version=d.incident, requester=asker, actor=asker, subject=f"Falla {CANARY}", description=f"Clave {CANARY}", **extra)


def declared(d: Desk, **extra: Any) -> Case:
    case = desk.take(actor=d.agent, case=incident(d, **extra))
    return declare_major(actor=d.agent, case=case, reason=f"Ataque {CANARY}")


def liaison(d: Desk, person: Person, unit: Any) -> None:
    now = timezone.now()
    Liaison.objects.create(institution=d.world.institution, unit=unit, person=person, state="active", requested_at=now, validated_at=now,
                           agreement_at=now.date(), trained_at=now.date(), active_at=now)


def told(person: Person) -> list[str]:
    return [n.title for n in Notice.objects.filter(person=person, dedupe__startswith="major-")]


def test_whom_it_touches_and_nobody_else(d: Desk) -> None:
    item = ConfigurationItem.objects.create(
        institution=d.world.institution, type=CIType.objects.filter(institution=d.world.institution).first() or CIType.objects.create(
            institution=d.world.institution, slug="servidor", label="Servidor", plural="Servidores"), name="Servidor 1", unit=d.world.north_2, state="in_use",
        created_at=timezone.now(), changed_at=timezone.now())
    used, old, child, other, by_item = (someone(d, name) for name in ("Usa", "Antigua", "Hija", "Ajena", "Por elemento"))
    of_unit, of_item = someone(d, "Enlace", unit=d.world.south), someone(d, "Enlace norte", unit=d.world.north_2)
    d.ticket(requester=used, actor=used)
    past = d.ticket(requester=old, actor=old)
    Case.objects.filter(pk=past.pk).update(received_at=timezone.now() - RECENT - timedelta(1))
    major = declared(d)
    below = desk.open_ticket(actor=d.agent, draft=desk.TicketDraft("Otra cosa", kind="incident", team=d.first, requester=child, parent=major))
    tied = desk.open_ticket(actor=d.agent, draft=desk.TicketDraft("Impresora", kind="incident", team=d.first, requester=by_item))
    for case in (major, tied):
        TicketItem.objects.create(institution=d.world.institution, case=case, item=item, at=timezone.now())
    liaison(d, of_unit, Ticket.objects.filter(requester=used).get().unit)
    liaison(d, of_item, d.world.north_2)
    row = Ticket.objects.get(pk=major.pk)
    reports = Person.objects.get(given_name="Reporta", institution=d.world.institution)
    assert people_touched(row) == {p.pk for p in (used, child, by_item, of_unit, of_item, reports)}, below
    for person in Person.objects.filter(institution=d.world.institution):
        assert bool(notices_for(person)) == (person.pk in people_touched(row)), person
    assert not notices_for(other) and not notices_for(make.world(slug="otra").head)
    Case.objects.filter(pk=major.pk).update(level=1)
    row.case.refresh_from_db()
    assert people_touched(row) == set() and not notices_for(used) and not notices_of_service(used, row.service_id or 0)


def test_declared_told_once_said_and_over(d: Desk) -> None:
    used = someone(d, "Usa")
    d.ticket(requester=used, actor=used)
    major = declared(d)
    assert told(used) == ["Hay una falla en «Portal institucional»"]
    say_affected(actor=used, uuid=major.uuid)
    say_affected(actor=used, uuid=major.uuid)
    draft = MessageDraft(TEXT, "No abre el portal", timezone.now() + timedelta(hours=2))
    first = publish_message(actor=d.agent, case=major, draft=draft)
    assert publish_message(actor=d.agent, case=major, draft=draft) == first and MajorMessage.objects.count() == 1
    (notice,) = notices_for(used)
    assert (notice.headline, notice.text, notice.affected, notice.waiting) == ("No abre el portal", TEXT, True, False)
    assert publish_message(actor=d.agent, case=major, draft=MessageDraft("Sigue igual.")).headline == "No abre el portal"
    assert Note.objects.filter(case=major, private=False, text__contains=TEXT).count() == 1
    assert Entry.objects.filter(verb="incident.tell_major").count() == 2 and Entry.objects.filter(verb="incident.affected").count() == 1
    desk.resolve(actor=d.agent, case=major, cause=d.cause, solution=f"Se reinició {CANARY}")
    assert sorted(told(used)) == ["Hay una falla en «Portal institucional»", *["No abre el portal"] * 3]
    assert Notice.objects.get(person=used, dedupe__startswith="major-off").body.startswith("Quedó resuelta.")
    assert notices_for(used) == [] == notices_of_service(used, d.incident.offering.service_id)
    desk.reopen(actor=d.agent, case=major, reason="Volvió")
    assert len(notices_for(used)) == 1
    stand_down(actor=d.agent, case=Case.objects.get(pk=major.pk), reason="Ya pasó")
    assert notices_for(used) == [] and Notice.objects.filter(person=used, dedupe__startswith="major-off").count() == 2


def test_all_of_it_is_spanish_whatever_who_acts_reads(d: Desk) -> None:
    used = someone(d, "Usa")
    d.ticket(requester=used, actor=used)
    with override("en"):
        major = declared(d)
        say_affected(actor=used, uuid=major.uuid)
        said = publish_message(actor=d.agent, case=major, draft=MessageDraft(TEXT, next_at=timezone.now() + timedelta(hours=2)))
        desk.add_entry(actor=d.agent, ticket=major, draft=EntryDraft("Se sigue revisando."))
        stand_down(actor=d.agent, case=Case.objects.get(pk=major.pk), reason="Ya pasó")
    assert told(used) == ["Hay una falla en «Portal institucional»"] * 3
    assert Notice.objects.get(person=used, dedupe__startswith="major-on").body.startswith("Ya lo estamos atendiendo.")
    assert Notice.objects.get(person=used, dedupe__startswith="major-off").body.startswith("Lo peor ya pasó")
    assert "Siguiente aviso: " in Note.objects.get(uuid=said.uuid).text
    led = set(Notice.objects.filter(dedupe__regex="^(major|stand_down):").values_list("title", flat=True))
    assert led == {f"Incidente mayor: {major.folio}", f"Ya no es un incidente mayor: {major.folio}"}
    assert set(Notice.objects.filter(dedupe__startswith="entry:").values_list("title", flat=True)) == {f"Nueva respuesta: {major.folio}"}


def test_who_said_it_affects_them_learns_of_a_merge(d: Desk) -> None:
    used, quiet = someone(d, "Usa"), someone(d, "Calla")
    for person in (used, quiet):
        d.ticket(requester=person, actor=person)
    major, other = declared(d), desk.take(actor=d.agent, case=incident(d, requester=d.asker))
    say_affected(actor=used, uuid=major.uuid)
    desk.merge(actor=d.agent, case=major, survivor=other, reason="La misma")
    over = Notice.objects.filter(dedupe__startswith="major-off")
    assert [(n.person, n.body) for n in over] == [
        (used, "Es la misma falla que otra que ya estamos atendiendo. Si todavía le afecta, díganoslo en el portal.")]
    assert notices_for(used) == [] == notices_for(quiet) and len(told(quiet)) == 1
    desk.merge(actor=d.agent, case=desk.take(actor=d.agent, case=incident(d)), survivor=other)
    assert over.count() == 1


def test_nothing_of_the_ticket_gets_out_on_any_way(d: Desk) -> None:
    used = someone(d, "Usa")
    d.ticket(requester=used, actor=used)
    major = declared(d)
    desk.add_entry(actor=d.agent, ticket=major, draft=desk.EntryDraft(f"Nota interna {CANARY}", private=True))
    publish_message(actor=d.agent, case=major, draft=MessageDraft(TEXT))
    say_affected(actor=used, uuid=major.uuid)
    client, program = as_(used), Program(used)
    desk.resolve(actor=d.agent, case=desk.take(actor=d.agent, case=incident(d)), cause=d.cause, solution=CANARY)
    pages = [client.get(reverse("portal")), client.get(reverse("ask", args=[d.incident.offering.slug]))]
    answers = [program.send("GET", "/major-incidents"), program.send("GET", f"/major-incidents?offering={d.incident.offering.slug}")]
    for said in (*map(text, pages), *(str(answer.json()) for answer in answers)):
        assert TEXT in said and CANARY not in said and major.folio not in said
    desk.resolve(actor=d.agent, case=major, cause=d.cause, solution=CANARY)
    sent = [n.title + n.body + n.url for n in Notice.objects.filter(person=used, dedupe__startswith="major-")]
    assert len(sent) == 2 and not any(CANARY in one or major.folio in one for one in sent)
    mails = [str(vars(m)) for m in Mail.objects.filter(to=used.user.email)]
    assert not any(CANARY in one for one in mails)
    for path in (f"/tickets/{major.uuid}", f"/tickets/{major.uuid}/major-messages", f"/tickets/{major.uuid}/entries"):
        assert program.no("GET", path)[0] == 404
    assert client.get(reverse("ticket", args=[major.pk])).status_code == 404


def test_one_click_from_the_portal_and_from_the_form(d: Desk) -> None:
    used = someone(d, "Usa")
    d.ticket(requester=used, actor=used)
    major = declared(d)
    client, where = as_(used), reverse("major_affected", args=[major.uuid])
    assert "¿Le afecta?" in text(client.get(reverse("portal")))
    assert client.get(where).status_code == 405
    assert client.post(where).url == reverse("portal") and MajorAffected.objects.filter(case=major, person=used).count() == 1
    shown = text(client.get(reverse("portal")))
    assert "Ya sabemos que le afecta" in shown and "¿Le afecta?" not in shown
    slug = d.incident.offering.slug
    assert client.post(where, {"no": "1", "de": slug}).url == reverse("ask", args=[slug]) and not MajorAffected.objects.exists()
    other = as_(someone(d, "Ajena"))  # is about to ask for it: the form tells, the portal does not
    assert "¿Le afecta?" not in text(other.get(reverse("portal"))) and "¿Le afecta?" in text(other.get(reverse("ask", args=[slug])))
    assert other.post(where, {"de": slug}).status_code == 302 and MajorAffected.objects.count() == 1
    assert as_(make.world(slug="otra").head).post(where).status_code == 404
    assert client.post(reverse("major_affected", args=[incident(d).uuid])).status_code == 404
    desk.resolve(actor=d.agent, case=major, cause=d.cause, solution="Listo")
    assert "ya terminó" in text(client.post(where, follow=True)) and MajorAffected.objects.count() == 1


def test_the_desk_says_how_it_goes_and_sees_whom_it_affects(d: Desk) -> None:
    major = declared(d)
    say_affected(actor=Person.objects.get(given_name="Reporta", institution=d.world.institution), uuid=major.uuid)
    agent = as_(d.agent)
    page = text(agent.get(reverse("ticket", args=[major.pk])))
    assert "Todavía no hay un mensaje" in page and "1 persona avisó que le afecta" in page
    where = reverse("ticket_action", args=[major.pk, "aviso-mayor"])
    assert "Hay una falla en «Portal institucional»" in text(agent.get(where))
    sent = {"uuid": str(uuid4()), "headline": "No abre el portal", "text": TEXT, "next_at": ""}
    assert agent.post(where, {**sent, "next_at": "2020-01-01T10:00"}).status_code == 422
    assert agent.post(where, {**sent, "text": ""}).status_code == 422
    assert agent.post(where, sent).status_code == 302 and TEXT in text(agent.get(reverse("ticket", args=[major.pk])))
    asker = as_(major.ticket.requester)
    assert asker.post(where, sent).status_code in (302, 404) and MajorMessage.objects.count() == 1
    assert "avisó que le afecta" not in text(asker.get(reverse("ticket", args=[major.pk])))
    for case, who, refusal in ((major, major.ticket.requester, NotAllowed), (incident(d), d.agent, Refused)):
        with pytest.raises(refusal):
            publish_message(actor=who, case=case, draft=MessageDraft(TEXT))


def test_by_program_the_same(d: Desk) -> None:
    used = someone(d, "Usa")
    d.ticket(requester=used, actor=used)
    major = declared(d)
    agent, asker, path = Program(d.agent), Program(used), f"/tickets/{major.uuid}/major-messages"
    tag, key = agent.send("GET", path)["ETag"], {"Idempotency-Key": str(uuid4())}
    made = agent.send("POST", path, {"text": TEXT, "headline": "No abre"}, **key, **{"If-Match": tag})
    assert made.status_code == 201 and [m["headline"] for m in made.json()["messages"]] == ["No abre"]
    assert agent.no("POST", path, {"text": "Otra"}, **{"If-Match": tag})[0] == 412
    assert agent.no("POST", path, {"text": " "}) == (422, "text") and agent.no("POST", path, {"text": "x", "next_at": "2020-01-01T00:00:00Z"}) == (422, "next_at")
    assert [(n["headline"], n["affected"]) for n in asker.ok("GET", "/major-incidents")] == [("No abre", False)]
    assert asker.ok("POST", f"/major-incidents/{major.uuid}/affected")["affected"] is True
    assert [a["person"]["name"] for a in agent.ok("GET", path)["affected"]] == [used.name]
    assert asker.ok("DELETE", f"/major-incidents/{major.uuid}/affected")["affected"] is False
    stranger = Program(make.world(slug="otra").head)
    assert stranger.ok("GET", "/major-incidents") == [] and stranger.no("POST", f"/major-incidents/{major.uuid}/affected")[0] == 404
    desk.resolve(actor=d.agent, case=major, cause=d.cause, solution="Listo")
    assert asker.no("POST", f"/major-incidents/{major.uuid}/affected")[0] == 404 and agent.no("POST", path, {"text": "Tarde"})[0] == 409


def test_a_message_is_never_changed(d: Desk) -> None:
    said = publish_message(actor=d.agent, case=declared(d), draft=MessageDraft(TEXT))
    with pytest.raises(DatabaseError), transaction.atomic():
        MajorMessage.objects.filter(pk=said.pk).update(text="Otra cosa")


def test_a_quiet_day_costs_the_portal_one_query(d: Desk, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        assert notices_for(d.asker) == []


@pytest.mark.django_db(transaction=True)
def test_clicked_in_two_places_at_once_it_is_once() -> None:
    d = make_desk()
    used = someone(d, "Usa")
    d.ticket(requester=used, actor=used)
    major = declared(d)

    def click(_n: int) -> None:
        try:
            say_affected(actor=used, uuid=major.uuid)
        finally:
            connection.close()
            close_old_connections()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(click, range(8)))
    assert MajorAffected.objects.filter(case=major).count() == 1 and Entry.objects.filter(verb="incident.affected").count() == 1
