"""A real IMAP server: mails are read in order, once, whoever dies; five hundred of all kinds end where they belong."""
import imaplib
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.core.management import call_command
from django.db import connection

from ventanilla.core.cases.models import Case, Note
from ventanilla.core.notices import outbox
from ventanilla.core.notices.models import Mail
from ventanilla.core.notices.services import send_waiting
from ventanilla.modules.servicedesk.models import Mailbox, MailMessage, Ticket
from ventanilla.modules.servicedesk.services import EntryDraft, add_entry, resolve, take
from ventanilla.modules.servicedesk.services.mail import fetch, fetch_all, finish_waiting, mark, receive
from ventanilla.modules.servicedesk.tests.desk import Desk, desk
from ventanilla.modules.servicedesk.tests.mail.mails import ADDRESS, mail, mailbox, with_files
from ventanilla.web.events import relay

pytestmark = pytest.mark.django_db(transaction=True)
USER, PASSWORD = "mesa", "secreto"


class Server:
    """pymap in a process of its own, with one empty mailbox."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process = subprocess.Popen(
            [sys.executable, "-c", "import sys; from pymap.main import main; sys.exit(main())", "--host", "127.0.0.1", "--port", str(self.port),
             "--no-tls", "--no-service", "admin", "dict", "--demo-user", USER, "--demo-password", PASSWORD],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._wait()

    def _wait(self) -> None:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise RuntimeError("pymap does not answer")

    def put(self, *mails: bytes) -> None:
        """As a mail server delivers into the mailbox."""
        with imaplib.IMAP4("127.0.0.1", self.port) as there:
            there.login(USER, PASSWORD)
            for one in mails:
                assert there.append("INBOX", "", imaplib.Time2Internaldate(time.time()), one)[0] == "OK"

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    server = Server()
    yield server
    server.stop()


@pytest.fixture
def server(running: Server) -> Server:
    with imaplib.IMAP4("127.0.0.1", running.port) as there:
        there.login(USER, PASSWORD)
        there.select("INBOX")
        there.store("1:*", "+FLAGS", r"(\Deleted)")
        there.expunge()
    return running


@pytest.fixture
def d() -> Desk:
    return desk()


@pytest.fixture
def box(d: Desk, server: Server, settings: Any) -> Mailbox:
    settings.IMAP_PASSWORDS = {ADDRESS: PASSWORD}
    return mailbox(d, host="127.0.0.1", port=server.port, tls=False, user=USER)


def test_new_mails_are_read_in_order_and_once(d: Desk, server: Server, box: Mailbox) -> None:
    server.put(*(mail(d.asker.user.email, f"Asunto {n}", number=n) for n in range(5)))
    assert fetch(box) == 5 and fetch(box) == 0
    assert [t.case.subject for t in Ticket.objects.order_by("case_id")] == [f"Asunto {n}" for n in range(5)]
    server.put(mail(d.asker.user.email, "Otro"))
    assert fetch_all() == 1
    box.refresh_from_db()
    assert box.problem == "" and box.read_at


def test_a_mailbox_that_is_numbered_anew_doubles_nothing(d: Desk, server: Server, box: Mailbox) -> None:
    server.put(*(mail(d.asker.user.email, number=n) for n in range(3)))
    fetch(box)
    Mailbox.objects.filter(pk=box.pk).update(validity=1, last_uid=0)
    box.refresh_from_db()
    assert fetch(box) == 3 and Ticket.objects.count() == 3


def test_a_mail_of_30_megabytes_is_never_downloaded(d: Desk, server: Server, box: Mailbox) -> None:
    server.put(with_files("va", ("video.bin", "application/octet-stream", b"x" * (22 * 1024 * 1024)), sender=d.asker.user.email))
    assert fetch(box) == 1
    told = MailMessage.objects.get()
    assert (told.decision, told.reason, told.raw) == ("refused", "size", None) and told.size > 29_000_000


def test_a_server_that_is_down_or_refuses_is_told(d: Desk, server: Server, box: Mailbox, settings: Any) -> None:
    settings.IMAP_PASSWORDS = {ADDRESS: "otra"}
    assert fetch(box) == 0
    Mailbox.objects.filter(pk=box.pk).update(port=1)
    box.refresh_from_db()
    assert "error" in box.problem.lower()
    assert fetch_all() == 0
    box.refresh_from_db()
    assert "Refused" in box.problem


class Postman:
    """Keeps the mails that our server hands over."""

    def __init__(self) -> None:
        self.got: list[Any] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.got.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def postman(settings: Any) -> Iterator[Postman]:
    there = Postman()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(there, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1", port
    yield there
    controller.stop()


def test_a_guest_is_served_by_mail_from_beginning_to_end(d: Desk, server: Server, box: Mailbox, postman: Postman) -> None:
    """By IMAP in, by SMTP out: registered, answered, resolved; what they answer lands in the ticket, what their robot answers does not."""
    Mailbox.objects.filter(pk=box.pk).update(unknown="guest")
    box.refresh_from_db()
    outbox.rebase()
    server.put(mail("Zoe Luna <z@example.com>", number=1))
    fetch(box)
    case = Ticket.objects.get().case
    take(actor=d.agent, case=case)
    post_all()
    server.put(answer_to(postman.got[-1], "Fuera de la oficina", auto_submitted="auto-replied"), answer_to(postman.got[-1], "Es la de trámites"))
    fetch(box)
    add_entry(actor=d.agent, ticket=case, draft=EntryDraft("Gracias, ya la vi."))
    resolve(actor=d.agent, case=case, cause=d.cause, solution="Se publicó otra vez")
    post_all()
    assert [str(m["subject"]).split(":")[0].strip() for m in postman.got] == ["Quedó registrado", "Respuesta a su mensaje", "Se resolvió"]
    assert {str(m["to"]) for m in postman.got} == {"z@example.com"} and {str(m["auto-submitted"]) for m in postman.got} == {"auto-generated"}
    server.put(answer_to(postman.got[-1], "Muchas gracias"))
    fetch(box)
    assert [n.text.split("\n\n")[-1] for n in Note.objects.filter(case=case).order_by("id")] == [
        "Es la de trámites", "Gracias, ya la vi.", "Muchas gracias"]
    post_all()
    assert len(postman.got) == 3 and Ticket.objects.count() == 1


def answer_to(sent: Any, text: str, **headers: str) -> bytes:
    """What a mail program writes in answer: without the mark, only by the ids."""
    return mail("z@example.com", "Re: hola", text, in_reply_to=str(sent["message-id"]), **headers)


def post_all() -> None:
    """The relay tells, the sender sends."""
    while relay.one_round():
        pass
    send_waiting()


READER = """
import os, pathlib, django
from django.conf import settings
data = pathlib.Path(os.environ["TEST_DATA"])
settings.STORAGES["default"]["OPTIONS"]["location"] = data / "files"
settings.DATA_DIR = data
settings.IMAP_PASSWORDS = {"ADDRESS": "PASSWORD"}
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = os.environ["TEST_NAME"]
from ventanilla.modules.servicedesk.services.mail import fetch_all, finish_waiting
print("ready", flush=True)
finish_waiting(older_than=0); fetch_all()
""".replace("ADDRESS", ADDRESS).replace("PASSWORD", PASSWORD)


@pytest.mark.faults
def test_a_reader_killed_at_any_moment_loses_and_doubles_nothing(d: Desk, server: Server, box: Mailbox, settings: Any) -> None:
    """Readers are killed with -9 at random moments; in the end each mail has its ticket, once."""
    server.put(*(mail(d.asker.user.email, f"Asunto {n}", number=n) for n in range(40)))
    chance = random.Random(5)
    env = os.environ | {"TEST_NAME": connection.settings_dict["NAME"], "TEST_DATA": str(settings.DATA_DIR),
                        "DJANGO_SETTINGS_MODULE": "ventanilla.config.settings_test", "PYTHONPATH": os.pathsep.join(sys.path)}
    for _ in range(4):
        reader = subprocess.Popen([sys.executable, "-c", READER], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert reader.stdout and reader.stdout.readline().strip() == b"ready", reader.stderr and reader.stderr.read()
        time.sleep(chance.uniform(0.1, 1.2))
        reader.send_signal(signal.SIGKILL)
        reader.wait()
    box.refresh_from_db()
    fetch(box)
    finish_waiting(older_than=0)
    assert sorted(Case.objects.values_list("subject", flat=True)) == sorted(f"Asunto {n}" for n in range(40))
    assert MailMessage.objects.filter(state="done", decision="opened").count() == MailMessage.objects.count() == 40


@dataclass
class Post:
    """Five hundred mails by seed, and what must become of each, by Message-ID."""

    d: Desk
    box: Mailbox
    random: random.Random
    mails: list[bytes] = field(default_factory=list)
    wanted: dict[str, tuple[str, int | None]] = field(default_factory=dict)
    redelivered: int = 0

    def add(self, number: int, decision: str, case: Case | None, raw: bytes) -> None:
        self.mails.append(raw)
        self.wanted[f"<m{number}@example.org>"] = (decision, case.pk if case else None)
        if self.random.random() < 0.08:
            self.mails.append(b"Received: by otro.example\n" + raw)
            self.redelivered += 1

    def fill(self, threads: list[tuple[MailMessage, Case]]) -> None:
        for number in range(1000, 1500):
            getattr(self, self.random.choice(["fresh", "fresh", "reply", "reply", "marked", "forged", "folio", "robot", "bounce", "unknown",
                                              "stranger", "files", "charset"]))(number, *self.random.choice(threads))

    def me(self) -> str:
        return self.d.asker.user.email

    def fresh(self, n: int, _m: MailMessage, _c: Case) -> None:
        self.add(n, "opened", None, mail(self.me(), f"Nuevo {n}", f"Texto {n}", number=n))

    def reply(self, n: int, m: MailMessage, c: Case) -> None:
        older = " ".join(f"<viejo{self.random.randrange(99)}@otro.example>" for _ in range(3))
        self.add(n, "replied", c, mail(self.me(), f"Re: {m.subject}", f"Respuesta {n}\n\n> citado", number=n,
                                       **self.random.choice([{"in_reply_to": m.message_id}, {"references": f"{older} {m.message_id}"}])))

    def marked(self, n: int, _m: MailMessage, c: Case) -> None:
        self.add(n, "replied", c, mail(self.me(), f"RV: hola {mark(c.institution_id, c.pk)}", f"Con marca {n}", number=n))

    def forged(self, n: int, _m: MailMessage, c: Case) -> None:
        self.add(n, "opened", None, mail(self.me(), f"Re: {mark(c.institution_id + 1, c.pk)}", f"Falsa {n}", number=n))

    def folio(self, n: int, _m: MailMessage, c: Case) -> None:
        self.add(n, "opened", None, mail(self.me(), f"Re: {c.folio}", f"Solo folio {n}", number=n, references=f"<asunto-{c.pk}@localhost>"))

    def robot(self, n: int, m: MailMessage, _c: Case) -> None:
        sign = self.random.choice([{"auto_submitted": "auto-replied"}, {"precedence": "auto_reply"}, {"x_autorespond": "1"}, {"return_path": "<>"}])
        self.add(n, "ignored", None, mail(self.me(), "Fuera de la oficina", "Vuelvo el lunes", number=n, in_reply_to=m.message_id, **sign))

    def bounce(self, n: int, _m: MailMessage, _c: Case) -> None:
        self.add(n, "ignored", None, mail("MAILER-DAEMON@example.org", "Undelivered", "No existe", number=n, return_path="<>"))

    def unknown(self, n: int, _m: MailMessage, _c: Case) -> None:
        self.add(n, "held", None, mail(f"nadie{n}@example.com", number=n))

    def stranger(self, n: int, m: MailMessage, _c: Case) -> None:
        self.add(n, "held", None, mail(self.d.world.nobody.user.email, f"Re: {n}", "Me meto", number=n, in_reply_to=m.message_id))

    def files(self, n: int, _m: MailMessage, _c: Case) -> None:
        raw = with_files(f"Con archivo {n}", ("dato.txt", "application/octet-stream", str(n).encode()), sender=self.me(),
                         html=f"<p>Con archivo {n}<img src=cid:x>")
        self.add(n, "opened", None, b"Message-ID: <m%d@example.org>\n" % n + b"\n".join(
            line for line in raw.split(b"\n") if not line.startswith(b"Message-ID")))

    def charset(self, n: int, _m: MailMessage, _c: Case) -> None:
        body, charset = self.random.choice([("Años señor".encode(), b"us-ascii"), ("Años señor".encode("cp1252"), b"utf-8"), ("Años".encode(), b"x-nada")])
        head = f"From: <{self.me()}>\nMessage-ID: <m{n}@example.org>\nSubject: =?utf-8?q?A=C3=B1os?= {n}\nContent-Type: text/plain; charset="
        self.add(n, "opened", None, head.encode() + charset + b"\n\n" + body + str(n).encode())


def posted(d: Desk, box: Mailbox, seed: int) -> Post:
    threads = [receive(box=box, raw=mail(d.asker.user.email, f"Hilo {n}", number=n)) for n in range(20)]
    post = Post(d, box, random.Random(seed))
    post.fill([(m, m.case) for m in threads if m.case])
    return post


def right(post: Post) -> None:
    """Every mail has one row with what was wanted; tickets and entries are exactly as many; nothing was sent to robots."""
    rows = {m.message_id: m for m in MailMessage.objects.filter(message_id__in=post.wanted)}
    assert len(rows) == len(post.wanted), "lost or doubled"
    wrong = {i: (rows[i].decision, rows[i].reason, rows[i].case_id) for i, (decision, case) in post.wanted.items()
             if rows[i].decision != decision or (case and rows[i].case_id != case)}
    assert wrong == {}
    sums = Counter(decision for decision, _ in post.wanted.values())
    assert Ticket.objects.count() == 20 + sums["opened"] and Note.objects.count() == sums["replied"]
    assert len({m.case_id for m in rows.values() if m.decision == "opened"}) == sums["opened"]
    assert Counter(Note.objects.values_list("case_id", flat=True)) == Counter(case for d, case in post.wanted.values() if d == "replied")
    assert not Mail.objects.filter(person=None).exists(), "a robot or a stranger was answered"


@pytest.mark.slow
def test_five_hundred_mails_end_where_they_belong(d: Desk, server: Server, box: Mailbox) -> None:
    """0 lost, 0 doubled, 0 looped, 0 in the wrong thread."""
    post = posted(d, box, 11)
    post.random.shuffle(post.mails)
    server.put(*post.mails)
    assert fetch(box, most=2000) == len(post.mails) == 500 + post.redelivered and post.redelivered > 20
    right(post)


def test_files_of_mails_are_replayed_and_change_nothing_twice(d: Desk, box: Mailbox, tmp_path: Path) -> None:
    for n in range(6):
        (tmp_path / f"{n}.eml").write_bytes(mail(d.asker.user.email, f"Archivo {n}", number=n))
    first = message_from_bytes((tmp_path / "0.eml").read_bytes())["Message-ID"]
    (tmp_path / "6.eml").write_bytes(mail(d.asker.user.email, "Re: Archivo 0", number=6, in_reply_to=first))
    (tmp_path / "raro.eml").write_bytes(b"")
    said = []
    for look in (True, False, False):
        out = StringIO()
        call_command("import_mail", str(tmp_path), mailbox=ADDRESS, dry_run=look, stdout=out)
        said.append(out.getvalue())
        assert Ticket.objects.count() == (0 if look else 6)
    foreseen, done, again = said
    assert foreseen.startswith("Revisión: no se guarda nada") and foreseen.partition("\n")[2] == done
    assert "6 Abrió un ticket" in done and "1 Se agregó a su ticket" in done and "1 Rechazado" in done and "8 Ya estaba" in again
