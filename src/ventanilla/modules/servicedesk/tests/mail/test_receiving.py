"""What becomes of a mail: the ticket, the right log, held, refused or nothing; once, whoever dies on the way."""
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from tests import make

from ventanilla.core.audit.models import Entry
from ventanilla.core.cases.models import Case, Clock, Move, Note
from ventanilla.core.notices.models import Mail, Notice
from ventanilla.core.notices.services.mails import domain
from ventanilla.core.orgs.services import give
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.core.questionnaires.models import Response
from ventanilla.core.questionnaires.tests.kit import published
from ventanilla.modules.servicedesk.models import Mailbox, MailMessage, OfferingVersion, Ticket
from ventanilla.modules.servicedesk.services import EntryDraft, add_entry, cancel, close, hold, resolve, take
from ventanilla.modules.servicedesk.services.catalogue import publish, start_version
from ventanilla.modules.servicedesk.services.mail import (
    deciding,
    finish_waiting,
    mark,
    receive,
    receiving,
    reply_address,
    reprocess,
)
from ventanilla.modules.servicedesk.services.mail.guests import tell_guests
from ventanilla.modules.servicedesk.services.mail.tokens import marks
from ventanilla.modules.servicedesk.services.offering import retire
from ventanilla.modules.servicedesk.tests.desk import Desk, desk
from ventanilla.modules.servicedesk.tests.mail.mails import ADDRESS, mail, mailbox, with_files
from ventanilla.web.admin_area.registry import catalogue_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def d() -> Desk:
    return desk()


@pytest.fixture
def box(d: Desk) -> Mailbox:
    return mailbox(d)


def surveyed(d: Desk) -> OfferingVersion:
    """The next version of the desk's offering, with a survey."""
    draft = start_version(actor=d.world.admin, offering=d.version.offering)
    draft.survey, draft.description = published(d.world.institution, {"sections": [{"title": "Trato", "fields": [
        {"key": "trato", "type": "yes_no", "label": "¿Fue bueno el trato?"}]}]}, "opinion"), "Lo que se ofrece"
    draft.save()
    return publish(actor=d.world.admin, version=draft)


def of(d: Desk, person: Any = None) -> str:
    return (person or d.asker).user.email


def opened(d: Desk, box: Mailbox, **more: Any) -> tuple[MailMessage, Case]:
    message = receive(box=box, raw=mail(of(d), **more))
    assert (message.state, message.decision) == ("done", "opened"), (message.reason, message.detail)
    assert message.case
    return message, message.case


def test_a_new_mail_opens_a_ticket(d: Desk, box: Mailbox) -> None:
    message, case = opened(d, box, subject="Re: No abre el portal", text="No abre desde ayer.")
    ticket = case.ticket
    assert (case.subject, ticket.description, ticket.channel, ticket.requester, ticket.team) == (
        "Re: No abre el portal", "No abre desde ayer.", "mail", d.asker, d.first)
    assert message.reason == "new" and message.person == d.asker and case.source == "mail"
    assert Entry.objects.filter(verb__in=["mail.keep", "mail.decide"], subject=f"mail:{message.pk}").count() == 2


def test_the_same_mail_twice_is_once(d: Desk, box: Mailbox) -> None:
    raw = mail(of(d), number=1)
    first = receive(box=box, raw=raw)
    again = receive(box=box, raw=b"Received: by otro\n" + raw)
    assert first.pk == again.pk and Ticket.objects.count() == 1


def test_another_mail_with_a_used_id_is_not_lost(d: Desk, box: Mailbox) -> None:
    receive(box=box, raw=mail(of(d), number=1))
    other = receive(box=box, raw=mail(of(d), text="otra cosa", number=1))
    assert other.decision == "opened" and other.flags == ["repeated_id"] and Ticket.objects.count() == 2


def test_files_go_to_the_ticket_and_the_mail_is_kept_as_it_came(d: Desk, box: Mailbox) -> None:
    raw = with_files("Va el acta", ("acta.txt", "application/octet-stream", b"contenido"), sender=of(d))
    message = receive(box=box, raw=raw)
    assert message.case.attachments.count() == 1
    assert receiving.raw_of(MailMessage.objects.get(pk=message.pk)) == raw


def test_an_answer_to_a_mail_goes_to_its_ticket(d: Desk, box: Mailbox) -> None:
    first, case = opened(d, box, number=1)
    answer = receive(box=box, raw=mail(of(d), "Re: No abre el portal", "Ya abrió.\n\nEl lun, 3 nov 2026 a las 10:00, Mesa escribió:\n> x",
                                       in_reply_to=first.message_id))
    assert (answer.decision, answer.reason, answer.case) == ("replied", "thread", case)
    note = Note.objects.get(case=case)
    assert (note.text, note.public, note.private, note.person) == ("Ya abrió.", True, False, d.asker)


def test_an_answer_to_a_notice_goes_to_its_ticket(d: Desk, box: Mailbox) -> None:
    _, case = opened(d, box)
    notice = Notice.objects.create(institution=d.world.institution, person=d.asker, kind="ticket", title="x", case_id=case.pk, dedupe="x1")
    answer = receive(box=box, raw=mail(of(d), text="Gracias", references=f"<viejo@otro> <{notice.uuid}@{domain()}>"))
    assert (answer.decision, answer.case) == ("replied", case)


def test_ids_that_can_be_guessed_and_folios_never_thread(d: Desk, box: Mailbox) -> None:
    _, case = opened(d, box)
    for guess in (mail(of(d), f"Re: {case.folio}"), mail(of(d), in_reply_to=f"<asunto-{case.pk}@{domain()}>")):
        message = receive(box=box, raw=guess)
        assert message.decision == "opened" and message.case != case


def test_a_signed_mark_finds_its_ticket(d: Desk, box: Mailbox) -> None:
    _, case = opened(d, box)
    by_subject = receive(box=box, raw=mail(of(d), f"RE: Fwd: {mark(case.institution_id, case.pk)} hola", "uno"))
    plus = reply_address(ADDRESS, case.institution_id, case.pk)
    by_address = receive(box=box, raw=mail(of(d), "hola", "dos").replace(f"To: {ADDRESS}".encode(), f"To: {plus}".encode()))
    assert [(m.decision, m.reason, m.case) for m in (by_subject, by_address)] == [("replied", "mark", case)] * 2


def test_a_forged_mark_is_ignored_and_told(d: Desk, box: Mailbox) -> None:
    _, case = opened(d, box)
    genuine = mark(case.institution_id, case.pk)
    forged = genuine[:-4] + ("AAA]" if genuine[-4:-1] != "AAA" else "BBB]")
    message = receive(box=box, raw=mail(of(d), f"Re: {forged}"))
    assert message.decision == "opened" and message.case != case and message.flags == ["forged_mark"]
    assert marks(case.institution_id + 1, genuine, ()).forged  # another institution's mark is a forged one


def test_marks_of_two_tickets_are_for_a_person_to_decide(d: Desk, box: Mailbox) -> None:
    cases = [opened(d, box)[1], opened(d, box)[1]]
    message = receive(box=box, raw=mail(of(d), " ".join(mark(c.institution_id, c.pk) for c in cases)))
    assert (message.decision, message.reason, message.case) == ("held", "conflict", None)


def test_who_does_not_take_part_in_a_ticket_cannot_add_to_it(d: Desk, box: Mailbox) -> None:
    first, case = opened(d, box)
    other = make.person(d.world.institution, d.world.south_1, None)
    for sender in (of(d, other), "extrano@example.com"):
        message = receive(box=box, raw=mail(sender, in_reply_to=first.message_id))
        assert (message.decision, message.reason) == ("held", "stranger")
    assert not Note.objects.filter(case=case).exists()


def test_an_agents_mail_is_private_unless_it_says_otherwise(d: Desk, box: Mailbox) -> None:
    first, case = opened(d, box)
    receive(box=box, raw=mail(of(d, d.agent), text="Ojo: es el servidor viejo", in_reply_to=first.message_id))
    receive(box=box, raw=mail(of(d, d.agent), text="#respuesta\nYa quedó.", in_reply_to=first.message_id))
    assert list(Note.objects.filter(case=case).order_by("id").values_list("text", "public", "private")) == [
        ("Ojo: es el servidor viejo", False, True), ("Ya quedó.", True, False)]


def test_the_askers_answer_resumes_a_ticket_that_waits(d: Desk, box: Mailbox) -> None:
    first, case = opened(d, box)
    take(actor=d.agent, case=case)
    hold(actor=d.agent, case=case, why=d.hold)
    receive(box=box, raw=mail(of(d), text="Aquí está el dato", in_reply_to=first.message_id))
    case.refresh_from_db()
    assert case.state != "pending"


@pytest.mark.parametrize(("headers", "reason"), [
    ({"auto_submitted": "auto-replied"}, "automatic"), ({"precedence": "bulk"}, "automatic"), ({"return_path": "<>"}, "automatic"),
    ({"x_autoreply": "yes"}, "automatic"), ({"list_id": "<lista.example>"}, "automatic"), ({"x_loop": "localhost"}, "loop"),
])
def test_what_no_person_wrote_has_no_effect(d: Desk, box: Mailbox, headers: dict[str, str], reason: str) -> None:
    message = receive(box=box, raw=mail(of(d), **headers))
    assert (message.decision, message.reason) == ("ignored", reason)
    assert not Ticket.objects.exists() and not Mail.objects.exists()


def test_the_mailboxs_own_mail_never_comes_back(d: Desk, box: Mailbox) -> None:
    assert receive(box=box, raw=mail(f"Mesa <{ADDRESS.upper()}>")).reason == "loop"


def test_a_bounce_is_shown_beside_its_ticket(d: Desk, box: Mailbox) -> None:
    _, case = opened(d, box)
    notice = Notice.objects.create(institution=d.world.institution, person=d.asker, kind="ticket", title="x", case_id=case.pk, dedupe="x2")
    report = (b"From: Mail Delivery <MAILER-DAEMON@example.org>\r\nMessage-ID: <r@x>\r\nReturn-Path: <>\r\n"
              b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
              b"--b\r\nContent-Type: text/plain\r\n\r\nNo existe\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nAction: failed\r\n\r\n"
              b"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <" + str(notice.uuid).encode() + b"@" + domain().encode() + b">\r\n--b--\r\n")
    message = receive(box=box, raw=report)
    assert (message.decision, message.reason, message.case) == ("ignored", "bounce", case)


def test_unknown_senders_by_policy(d: Desk, box: Mailbox) -> None:
    assert receive(box=box, raw=mail("x@example.com")).decision == "held"
    box.unknown = "refuse"
    box.save()
    first, second = (receive(box=box, raw=mail("y@example.com")) for _ in range(2))
    assert (first.decision, second.decision) == ("refused", "refused")
    assert Mail.objects.filter(to="y@example.com").count() == 1, "politely, once"
    box.unknown = "guest"
    box.save()
    guest = receive(box=box, raw=mail("Zoe Luna <z@example.com>"))
    assert guest.decision == "opened" and guest.case.ticket.requester_name == "Zoe Luna" and guest.case.ticket.requester is None


def relayed() -> None:
    """What the relay tells who has no account; twice, for it must be the same."""
    for _ in range(2):
        tell_guests(list(Move.objects.select_related("case").order_by("id")))


def told(address: str) -> list[str]:
    """What was sent to an address, in order: the titles."""
    return [m.subject.split(":")[0] for m in Mail.objects.filter(to=address).order_by("id")]


def test_who_has_no_account_is_told_of_every_step_and_asked_their_opinion(d: Desk, box: Mailbox) -> None:
    version = surveyed(d)
    case = d.ticket(actor=d.agent, version=version, requester=None, requester_name="Zoe", requester_email="Z@example.com",
                    beneficiary_name="Ana", beneficiary_email="ana@example.com", channel="phone")
    take(actor=d.agent, case=case)
    hold(actor=d.agent, case=case, why=d.hold)
    relayed()
    add_entry(actor=d.agent, ticket=case, draft=EntryDraft("¿De qué página se trata?"))
    resolve(actor=d.agent, case=case, cause=d.cause, solution="Se corrigió el enlace")
    relayed()
    close(actor=None, case=Case.objects.get(pk=case.pk))
    steps = ["Quedó registrado", "Quedó en espera", "Respuesta a su mensaje", "Se resolvió", "¿Cómo le atendimos?"]
    assert told("Z@example.com") == told("ana@example.com") == steps
    assert Mail.objects.filter(text__contains="Se corrigió el enlace").count() == 2 and Response.objects.filter(case=case).count() == 2
    links = {re.search(r"/encuesta/\S+", m.text).group() for m in Mail.objects.filter(subject__startswith="¿Cómo")}  # type: ignore[union-attr]
    assert len(links) == 2 and all(Client().get(link).status_code == 200 for link in links), "without signing in"
    assert all(mark(case.institution_id, case.pk) in m.subject for m in Mail.objects.all())


def test_robots_own_mailboxes_and_people_with_an_account_get_no_mail_of_guests(d: Desk, box: Mailbox) -> None:
    for address in (ADDRESS, "no-reply@example.com", "MAILER-DAEMON@example.com"):
        d.ticket(actor=d.agent, requester=None, requester_name="X", requester_email=address)
    d.ticket(actor=d.agent, beneficiary=d.agent, beneficiary_email="antes@example.com")
    relayed()
    assert not Mail.objects.filter(person=None).exists()
    with pytest.raises(Refused, match="correo"):
        d.ticket(actor=d.agent, beneficiary_email="ana@example.com\nBcc: todos@example.com")
    with pytest.raises(NotAllowed):
        d.ticket(beneficiary_email="ana@example.com")


def test_held_and_ignored_mails_are_not_answered(d: Desk, box: Mailbox) -> None:
    receive(box=box, raw=mail("x@example.com"))
    receive(box=box, raw=mail("x@example.com", auto_submitted="auto-replied"))
    relayed()
    assert not Mail.objects.exists()
    reprocess(actor=d.agent, message=MailMessage.objects.get(decision="held"))
    relayed()
    assert told("x@example.com") == ["Quedó registrado"]


def test_a_guest_answers_by_the_acknowledgement(d: Desk, box: Mailbox) -> None:
    box.unknown = "guest"
    box.save()
    case = receive(box=box, raw=mail("Zoe Luna <z@example.com>")).case
    relayed()
    told = Mail.objects.get(to="z@example.com")
    assert case.folio in told.subject and mark(case.institution_id, case.pk) in told.subject
    by_id = receive(box=box, raw=mail("z@example.com", "Re: x", "Un dato más", in_reply_to=told.message_id))
    assert (by_id.decision, by_id.case) == ("replied", case)
    assert "Un dato más" in Note.objects.get(case=case).text
    assert Mail.objects.filter(to="z@example.com").count() == 1, "their own words are not sent back: two robots would talk for ever"
    assert receive(box=box, raw=mail("otra@example.com", f"Re: {told.subject}")).reason == "stranger"


def test_too_many_mails_of_one_sender_are_held(d: Desk, box: Mailbox) -> None:
    box.most_per_hour = 3
    box.save()
    told = [receive(box=box, raw=mail(of(d), number=n)).decision for n in range(5)]
    assert told == ["opened"] * 3 + ["held"] * 2


def test_what_is_too_large_or_a_bomb_is_refused_with_a_reason(d: Desk, box: Mailbox) -> None:
    large = receive(box=box, raw=mail(of(d)) + b"x" * (26 * 1024 * 1024))
    assert (large.decision, large.reason, large.raw, large.sender) == ("refused", "size", None, of(d))
    bomb = receive(box=box, raw=b"From: a@b.c\nContent-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\nhola\n" * 10_000)
    assert (bomb.decision, bomb.reason) == ("refused", "bomb")
    assert large.why == "El mensaje es demasiado grande"


def test_a_mail_kept_by_who_died_is_done_by_the_next_round(d: Desk, box: Mailbox) -> None:
    message = receiving.keep(box=box, raw=mail(of(d)))
    assert message.state == "received" and not Ticket.objects.exists()
    assert finish_waiting(older_than=0) == 1 and finish_waiting(older_than=0) == 0
    message.refresh_from_db()
    assert message.decision == "opened" and Ticket.objects.count() == 1


def test_what_fails_is_tried_again_and_then_waits_for_a_person(d: Desk, box: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_named: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(deciding, "open_ticket", broken)
    message = receive(box=box, raw=mail(of(d)))
    assert (message.state, message.attempts) == ("received", 1)
    for _ in range(6):
        finish_waiting(older_than=0)
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("failed", 5) and not Ticket.objects.exists()
    monkeypatch.undo()
    assert reprocess(actor=d.agent, message=message).decision == "opened"


def test_an_agent_registers_what_was_held(d: Desk, box: Mailbox) -> None:
    held = receive(box=box, raw=mail("x@example.com"))
    with pytest.raises(NotAllowed):
        reprocess(actor=d.asker, message=held)
    done = reprocess(actor=d.agent, message=held)
    assert (done.decision, done.reason) == ("opened", "guest")
    with pytest.raises(Refused):
        reprocess(actor=d.agent, message=done)


def test_a_ticket_that_is_over_is_not_woken(d: Desk, box: Mailbox) -> None:
    first, case = opened(d, box)
    cancel(actor=d.agent, case=case, reason="Ya no se necesita")
    again = receive(box=box, raw=mail(of(d), text="Volvió a fallar", in_reply_to=first.message_id))
    assert again.decision == "opened" and again.reason == "closed" and again.case != case and again.case.ticket.parent == case


def test_the_log_is_of_who_reads_the_team(d: Desk, box: Mailbox) -> None:
    receive(box=box, raw=mail("x@example.com"))
    assert MailMessage.objects.visible_to(d.agent).count() == 1
    assert not MailMessage.objects.visible_to(d.asker).exists() and not MailMessage.objects.visible_to(None).exists()


def test_a_private_entry_is_in_no_mail_of_the_intake(d: Desk, box: Mailbox) -> None:
    box.unknown = "guest"
    box.save()
    case = receive(box=box, raw=mail("z@example.com")).case
    add_entry(actor=d.agent, ticket=case, draft=EntryDraft("CANARIO-77", private=True))
    assert not Mail.objects.filter(text__contains="CANARIO-77").exists()


def test_rows_of_the_log_do_not_change_what_came(d: Desk, box: Mailbox) -> None:
    message = receive(box=box, raw=mail(of(d)))
    with pytest.raises(Exception, match=r"(?i)read-?only|cannot update"), connection.cursor() as cursor:
        cursor.execute("UPDATE servicedesk_mailmessage SET digest = 'x' WHERE id = %s", [message.pk])


def test_a_mailbox_gives_its_mails_what_they_ask_for(d: Desk, box: Mailbox) -> None:
    """Entry of the catalogue, team, priority, level and clocks; a form that nobody was shown is not asked for; withdrawn, the mail is not lost."""
    draft = start_version(actor=d.world.admin, offering=d.version.offering)
    draft.description, draft.team, draft.impact, draft.urgency = "Lo que se ofrece", d.second, 2, 1
    draft.form = published(d.world.institution, {"sections": [{"title": "Datos", "fields": [
        {"key": "pagina", "type": "text", "label": "¿Qué página?", "required": True}]}]}, "pagina")
    draft.save()
    version = publish(actor=d.world.admin, version=draft)
    give(actor=None, person=d.agent, role="head", unit=d.world.north_1)
    box.offering = version.offering
    catalogue_of("buzones").check(box)
    box.save()
    ticket = opened(d, box)[1].ticket
    assert (ticket.version, ticket.service, ticket.team, ticket.level, ticket.case.priority) == (
        version, version.offering.service, d.second, d.level, 2)
    assert {c.kind for c in Clock.objects.filter(case=ticket.case, due_at__isnull=False)} == {"own", "resolve", f"team{d.second.pk}"}
    retire(actor=d.world.admin, offering=version.offering, reason="Ya no")
    message, case = opened(d, box)
    assert (case.ticket.version, case.ticket.team, message.flags) == (None, d.first, ["not_offered"])
    with pytest.raises(Refused, match="publicado"):
        catalogue_of("buzones").check(box)
