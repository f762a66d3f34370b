"""Each ticket is answered from its mailbox, and the answer comes back to it: several mailboxes and institutions, real SMTP and IMAP."""
import imaplib
import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.utils import parseaddr
from functools import partial
from threading import Barrier, Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.db import IntegrityError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests import make

from ventanilla.core.cases.models import Case, Note
from ventanilla.core.notices import outbox
from ventanilla.core.notices.models import Mail
from ventanilla.core.notices.services import NoticeDraft, choose, notify, send_waiting
from ventanilla.modules.servicedesk.models import Mailbox, MailMessage, Offering, Team, Ticket
from ventanilla.modules.servicedesk.services import EntryDraft, TicketDraft, add_entry, assign, open_ticket, resolve, take
from ventanilla.modules.servicedesk.services.mail import fetch, mark, receive, reply_address
from ventanilla.modules.servicedesk.services.mail.senders import own_addresses, owns, senders_of
from ventanilla.modules.servicedesk.tests.desk import Desk, desk
from ventanilla.modules.servicedesk.tests.mail.mails import ADDRESS, mail, mailbox
from ventanilla.modules.servicedesk.tests.mail.test_imap import PASSWORD, USER, Server, post_all

joined = partial(mailbox, host="imap.example.org")
"""A mailbox that the administration has joined to its server."""

pytestmark = pytest.mark.django_db(transaction=True)
OTHER, FOLDER = "redes@example.org", "Redes"


@pytest.fixture
def d() -> Desk:
    outbox.rebase()
    return desk()


@pytest.fixture
def box(d: Desk) -> Mailbox:
    """The desk's: of its first team."""
    return joined(d, name="Mesa de ayuda del Instituto", unknown="guest")


@pytest.fixture
def other(d: Desk) -> Mailbox:
    """The second team's, whose server takes details in addresses."""
    return joined(d, address=OTHER, team=d.second, agent=d.world.north_1_head, plus=True, unknown="guest")


class Relay:
    """The configured relay: keeps what it takes, with the sender of its envelope; refuses the senders that it is told to."""

    def __init__(self) -> None:
        self.got: list[tuple[str, Any]] = []
        self.refused: set[str] = set()

    async def handle_MAIL(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if address in self.refused:
            return "553 5.7.1 Sender address rejected: not owned by user"
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.got.append((envelope.mail_from, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 OK"

    def last(self) -> Any:
        return self.got[-1][1]


@pytest.fixture
def relay(settings: Any) -> Iterator[Relay]:
    there = Relay()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(there, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1", port
    yield there
    controller.stop()


def came(box: Mailbox, number: int, sender: str = "Zoe Luna <z@example.com>", **headers: str) -> Case:
    """The ticket of a mail to that mailbox."""
    message = receive(box=box, raw=mail(sender, number=number, **headers))
    assert message.case, (message.decision, message.reason)
    return message.case


def answered(sent: Any, text: str, sender: str = "z@example.com") -> bytes:
    """What a mail program makes of "answer": to Reply-To, else From; its ids, and the subject as it was."""
    raw = mail(sender, f"Re: {sent['subject']}", text, in_reply_to=str(sent["message-id"])).decode()
    return raw.replace(f"To: {ADDRESS}", f"To: {parseaddr(str(sent['reply-to'] or sent['from']))[1]}").encode()


def test_each_ticket_is_answered_from_the_mailbox_it_came_by(d: Desk, box: Mailbox, other: Mailbox, relay: Relay) -> None:
    first, second = came(box, 1), came(other, 2)
    post_all()
    by_case = {m["subject"].split(": ")[1].split(" ")[0]: (envelope, m) for envelope, m in relay.got}
    envelope, told = by_case[first.folio]
    assert (str(told["from"]), envelope, told["reply-to"]) == (f"Mesa de ayuda del Instituto <{ADDRESS}>", ADDRESS, ADDRESS)
    assert mark(first.institution_id, first.pk) in told["subject"] and told["auto-submitted"] == "auto-generated"
    envelope, told = by_case[second.folio]
    assert (str(told["from"]), envelope) == (f"Redes <{OTHER}>", OTHER), "without a name of its own, its team's"
    assert told["reply-to"] == reply_address(OTHER, second.institution_id, second.pk)
    assign(actor=d.manager, case=first, team=d.second)
    assert senders_of([first.pk])[first.pk].address == ADDRESS, "a conversation stays in the mailbox in which it began"


def test_the_answer_comes_back_by_address_subject_or_ids_whatever_the_mailbox(d: Desk, box: Mailbox, other: Mailbox, relay: Relay) -> None:
    cases = [came(box, 1), came(other, 2)]
    post_all()
    told = {int_of(m): m for _envelope, m in relay.got}
    for case in cases:
        sent = told[case.folio]
        bare = mail("z@example.com", "Hola", "Sólo por la dirección").replace(ADDRESS.encode(), str(sent["reply-to"]).encode())
        for where in (box, other):  # also into the wrong mailbox: forwarded there, or written from an old address book
            for raw in (answered(sent, f"Por todo, en {where}"), mail("z@example.com", f"Re: {sent['subject']}", f"Por el asunto, en {where}"),
                        mail("z@example.com", "Re: sin marca", f"Por los ids, en {where}", references=str(sent["message-id"]))):
                message = receive(box=where, raw=raw)
                assert (message.decision, message.case_id) == ("replied", case.pk)
        message = receive(box=other, raw=bare)
        assert message.case_id == (case.pk if case == cases[1] else message.case_id)
    assert [Note.objects.filter(case=c).count() for c in cases] == [6, 7]


def int_of(message: Any) -> str:
    """The folio in a subject."""
    return str(message["subject"]).split(": ")[1].split(" ")[0]


def test_who_has_an_account_too_and_may_answer(d: Desk, box: Mailbox, other: Mailbox, relay: Relay) -> None:
    case = came(other, 1, d.asker.email)
    take(actor=d.engineer, case=case)
    add_entry(actor=d.engineer, ticket=case, draft=EntryDraft("¿En qué oficina?"))
    post_all()
    _envelope, told = next((e, m) for e, m in relay.got if "¿En qué oficina?" in m.get_body(("plain",)).get_content())
    assert parseaddr(str(told["from"])) == ("Redes", OTHER) and "Puede responder a este correo" in told.get_body(("plain",)).get_content()
    message = receive(box=other, raw=answered(told, "En la 204", d.asker.email))
    assert (message.decision, message.case_id) == ("replied", case.pk)
    choose(actor=d.asker, choices={"turn": (True, "now")})
    notify(recipients=[d.asker.pk], draft=NoticeDraft("turn", "De otro módulo", "k", case_id=None))
    send_waiting()
    assert parseaddr(str(relay.last()["from"]))[1] == "ventanilla@localhost" and relay.last()["reply-to"] is None
    assert "no lo responda" in relay.last().get_body(("plain",)).get_content()


def test_what_came_otherwise_is_answered_by_what_it_asks_for_its_service_or_its_team(d: Desk, box: Mailbox, other: Mailbox) -> None:
    sender = lambda case: found.address if (found := senders_of([case.pk]).get(case.pk)) else ""  # noqa: E731
    assert sender(d.ticket()) == ADDRESS, "its team's"
    offered = joined(d, address="sitios@example.org", team=d.second, agent=d.world.north_1_head, offering=d.version.offering)
    assert sender(d.ticket()) == "sitios@example.org", "what it asks for comes first"
    assert sender(d.ticket(version=d.incident)) == "sitios@example.org", "of the same service"
    Mailbox.objects.filter(pk=offered.pk).update(active=False)
    assert sender(d.ticket()) == ADDRESS, "one that is not used answers nothing"
    third = Team.objects.create(institution=d.world.institution, unit=d.world.north, name="Sin buzón")
    case = d.ticket()
    assign(actor=d.manager, case=case, team=third)
    assert sender(case) == "" and not senders_of([987654321]) and not senders_of([])
    assert Offering.objects.count() == 2


def test_two_institutions_never_speak_for_each_other(d: Desk, box: Mailbox, relay: Relay) -> None:
    there = desk(make.world())
    theirs = joined(there, address="mesa@otra.example", unknown="guest")
    ours, foreign = d.ticket(), came(theirs, 9)
    assert {pk: s.address for pk, s in senders_of([ours.pk, foreign.pk]).items()} == {ours.pk: ADDRESS, foreign.pk: "mesa@otra.example"}
    message = receive(box=theirs, raw=mail("z@example.com", f"Re: {mark(ours.institution_id, ours.pk)}", number=10))
    assert message.case_id != ours.pk and "forged_mark" in message.flags
    Mailbox.objects.filter(pk=theirs.pk).update(active=False)
    assert foreign.pk not in senders_of([foreign.pk])


def test_only_a_mailbox_stands_in_from_and_only_of_domains_that_the_relay_sends_for(d: Desk, box: Mailbox, relay: Relay, settings: Any) -> None:
    came(box, 1)
    post_all()
    settings.MAIL_DOMAINS = frozenset({"otro.example"})
    Mail.objects.update(state="queued", sent_at=None, next_at=timezone.now())
    send_waiting()
    assert str(relay.last()["from"]) == "Mesa de ayuda del Instituto <ventanilla@localhost>" and relay.last()["reply-to"] == ADDRESS
    settings.MAIL_DOMAINS = frozenset({"example.org"})
    Mail.objects.update(state="queued", sent_at=None, next_at=timezone.now())
    send_waiting()
    assert parseaddr(str(relay.last()["from"]))[1] == ADDRESS
    Mail.objects.update(state="queued", sent_at=None, next_at=timezone.now(), from_address="presidencia@example.org")
    send_waiting()
    assert parseaddr(str(relay.last()["from"]))[1] == "ventanilla@localhost" and not owns("presidencia@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        Mail.objects.update(from_address=ADDRESS, reply_to="")


def test_a_relay_that_does_not_take_the_mailbox_loses_no_mail(d: Desk, box: Mailbox, relay: Relay) -> None:
    relay.refused.add(ADDRESS)
    came(box, 1)
    post_all()
    assert relay.got == [] and set(Mail.objects.values_list("state", flat=True)) == {"queued"}
    Mail.objects.update(next_at=timezone.now())
    send_waiting()
    assert str(relay.last()["from"]) == "Mesa de ayuda del Instituto <ventanilla@localhost>" and relay.last()["reply-to"] == ADDRESS
    assert "553" in Mail.objects.values_list("problem", flat=True)[0]


@pytest.mark.parametrize("name", ["Mesa\r\nBcc: todos@example.org", 'Mesa "x" <otro@example.net>', "Ñandú, Atención", "a" * 120])
def test_a_name_is_only_a_name(d: Desk, relay: Relay, name: str) -> None:
    box = joined(d, name=name[:120], unknown="guest")
    came(box, 1)
    post_all()
    [(envelope, told)] = relay.got
    assert envelope == ADDRESS and told["bcc"] is None and parseaddr(str(told["from"]))[1] == ADDRESS
    assert [a.addr_spec for a in told["from"].addresses] == [ADDRESS]


def test_our_own_mailboxes_never_talk_to_each_other(d: Desk, box: Mailbox, other: Mailbox, relay: Relay) -> None:
    """Neither a mail of one of them nor what we sent opens anything, in any mailbox; nobody is written to at one of them."""
    theirs = joined(desk(make.world()), address="mesa@otra.example", active=False)
    for number, sender in enumerate((ADDRESS, OTHER, f"x <{OTHER.upper()}>", "mesa+1f4-abc@example.org", theirs.address, "ventanilla@localhost")):
        for where in (box, other):
            message = receive(box=where, raw=mail(sender, number=f"{number}-{where.pk}"))
            assert (message.decision, message.reason) == ("ignored", "loop"), sender
    assert not Ticket.objects.exists() and {ADDRESS, OTHER, theirs.address, "ventanilla@localhost"} == own_addresses()
    case = open_ticket(actor=d.agent, draft=TicketDraft("Prueba", team=d.first, requester_name="Nadie", requester_email="redes+x@example.org"))
    post_all()
    assert not [m for _e, m in relay.got if OTHER.split("@")[1] in str(m["to"]) and "redes" in str(m["to"])] and case.pk
    came(box, 77)
    post_all()
    sent = relay.last()
    for where in (box, other):
        assert receive(box=where, raw=bytes(sent)).decision == "ignored", "what we sent, forwarded back to us"


def test_one_mail_to_two_mailboxes_is_one_ticket(d: Desk, box: Mailbox, other: Mailbox) -> None:
    raw = mail("z@example.com", number=5)
    there: list[MailMessage] = []
    barrier = Barrier(2)

    def read(where: Mailbox, copy: bytes) -> None:
        barrier.wait(10)
        there.append(receive(box=where, raw=copy))
        connections.close_all()

    readers = [Thread(target=read, args=(where, b"Delivered-To: %s\n" % where.address.encode() + raw)) for where in (box, other)]
    for one in readers:
        one.start()
    for one in readers:
        one.join(30)
    assert Ticket.objects.count() == 1 and {(m.decision, m.reason) for m in there} == {("opened", "guest"), ("ignored", "copy")}
    assert len({m.case_id for m in there}) == 1, "the copy leads to the ticket"
    assert receive(box=other, raw=mail("otra@example.com", number=5)).decision == "opened", "the id alone, of somebody else, hides nothing"


def test_by_imap_in_and_smtp_out_with_two_mailboxes_on_one_server(d: Desk, box: Mailbox, other: Mailbox, relay: Relay, settings: Any) -> None:
    """Two folders of a real IMAP server are the two mailboxes; what is answered goes into the folder that Reply-To names."""
    server = Server()
    try:
        settings.IMAP_PASSWORDS = {ADDRESS: PASSWORD, OTHER: PASSWORD}
        with imaplib.IMAP4("127.0.0.1", server.port) as there:
            there.login(USER, PASSWORD)
            assert there.create(FOLDER)[0] == "OK"
        Mailbox.objects.update(host="127.0.0.1", port=server.port, tls=False, user=USER)
        Mailbox.objects.filter(pk=other.pk).update(folder=FOLDER)
        read = {where.address: Mailbox.objects.get(pk=where.pk) for where in (box, other)}
        deliver(server, "INBOX", mail("a@example.com", number=1))
        deliver(server, FOLDER, mail("b@example.com", number=2))
        for where in read.values():
            while fetch(where):
                pass
        for case in Case.objects.filter(ticket__isnull=False):
            take(actor=d.agent if case.unit == d.world.north else d.engineer, case=case)
        post_all()
        for _envelope, sent in list(relay.got):
            address = parseaddr(str(sent["reply-to"]))[1]
            folder = FOLDER if address.startswith("redes") else "INBOX"
            deliver(server, folder, answered(sent, f"Gracias {sent['to']}", str(sent["to"])))
        for where in read.values():
            while fetch(where):
                pass
        notes = Note.objects.order_by("case").values_list("case__ticket__requester_email", "text")
        assert [(who, text.split("\n\n")[-1]) for who, text in notes] == [(w, f"Gracias {w}") for w in ("a@example.com", "b@example.com")]
        for case in Case.objects.filter(ticket__isnull=False):
            resolve(actor=d.agent if case.unit == d.world.north else d.engineer, case=case, cause=d.cause, solution="Listo")
        post_all()
        assert {str(m["to"]): parseaddr(str(m["from"]))[1] for _e, m in relay.got} == {"a@example.com": ADDRESS, "b@example.com": OTHER}
        assert Ticket.objects.count() == 2 and all(b.problem == "" for b in Mailbox.objects.all())
    finally:
        server.stop()


def deliver(server: Server, folder: str, raw: bytes) -> None:
    """As a mail server delivers into a folder."""
    with imaplib.IMAP4("127.0.0.1", server.port) as there:
        there.login(USER, PASSWORD)
        assert there.append(folder, "", imaplib.Time2Internaldate(timezone.now()), raw)[0] == "OK"


def test_the_statements_do_not_grow_with_tickets_or_mailboxes(d: Desk, box: Mailbox) -> None:
    def count(cases: list[int]) -> int:
        with CaptureQueriesContext(connection) as found:
            assert len(senders_of(cases)) == len(cases)
        return len(found)

    few = count([d.ticket().pk])
    for n in range(4):
        joined(d, address=f"b{n}@example.org", team=d.second, agent=d.world.north_1_head)
    assert count([d.ticket().pk for _n in range(5)]) == few <= 3


def test_a_mailbox_that_nobody_reads_speaks_for_nobody(d: Desk, box: Mailbox) -> None:
    """Who keeps the catalogue of a team may note down any address; only the administration joins it to a server."""
    case = came(box, 1)
    assert senders_of([case.pk])[case.pk].address == ADDRESS and owns(ADDRESS)
    Mailbox.objects.update(host="")
    assert senders_of([case.pk]) == {} and not owns(ADDRESS)
