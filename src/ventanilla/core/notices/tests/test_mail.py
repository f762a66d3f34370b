"""Mail against a real SMTP server: what it says, once each, whatever is down or killed."""
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings as configured
from django.utils import timezone
from tests import database, make

from ventanilla.core.notices.models import Mail, Notice
from ventanilla.core.notices.services import NoticeDraft, choose, notify, send_waiting, write_digests
from ventanilla.core.notices.services.sending import LONGEST

pytestmark = pytest.mark.django_db(transaction=True)


class Inbox:
    """Keeps what arrives; `no` answers a recipient with that line instead; `pause` before acceptance (seconds)."""

    def __init__(self):
        self.got, self.no, self.pause = [], {}, 0.0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.no:
            return self.no[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        import asyncio
        self.got.append(message_from_bytes(envelope.content, policy=policy.default))
        await asyncio.sleep(self.pause)
        return "250 OK"


@pytest.fixture
def smtp(settings):
    inbox = Inbox()
    controller = Controller(inbox, hostname="127.0.0.1", port=0)
    controller.port = free_port()
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    inbox.controller = controller
    yield inbox
    inbox.controller.stop()


def free_port():
    import socket
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def w():
    return make.world()


def tell(person, key="k", kind="turn", **extra):
    return notify(recipients=[person.pk], draft=NoticeDraft(kind, "Le turnaron un asunto: 1/2026", key, **extra))[0]


def at_once(person):
    choose(actor=person, choices={"turn": (True, "now"), "answer": (False, "now")})


def test_text_html_headers_and_thread(w, smtp):
    at_once(w.head)
    tell(w.head, body="Año <b>nuevo</b>", url="/correspondencia/7/", case_id=7)
    assert send_waiting() == 1
    got = smtp.got[0]
    text = got.get_body(("plain",)).get_content()
    html = got.get_body(("html",)).get_content()
    assert got["Message-ID"] == Mail.objects.get().message_id and got["To"] == w.head.email
    assert got["References"] == got["In-Reply-To"] and "asunto-7@" in got["References"]
    assert "Año <b>nuevo</b>" in text and "&lt;b&gt;" in html and "http://localhost:8000/correspondencia/7/" in text
    assert got["Auto-Submitted"] == "auto-generated"
    assert "no lo responda.\nElija qué avisos" in text.replace("\r", "") and "no lo responda.\n<a " in html.replace("\r", "")


def test_twice_told_is_one_notice_and_one_mail(w, smtp):
    at_once(w.head)
    assert tell(w.head).uuid == tell(w.head).uuid
    send_waiting()
    tell(w.head)
    send_waiting()
    assert Notice.objects.count() == 1 and len(smtp.got) == 1


def test_choices_hold(w, smtp):
    at_once(w.head)
    tell(w.head, kind="answer")
    tell(w.south_head)
    assert not Notice.objects.visible_to(w.head).exists() and Notice.objects.visible_to(w.south_head).count() == 1
    assert send_waiting() == 1


def test_the_digest_comes_once_with_what_is_unread(w, smtp):
    for n in range(3):
        tell(w.head, key=f"k{n}")
    Notice.objects.filter(dedupe=f"k0:{w.head.pk}").update(read_at=timezone.now())
    assert write_digests() == 1 and write_digests() == 0
    assert send_waiting() == 1
    assert "2" in smtp.got[0]["Subject"] and smtp.got[0].get_body(("plain",)).get_content().count("Le turnaron") == 2


def test_who_left_since_gets_no_digest(w, smtp):
    for person in (w.head, w.south_head):
        tell(person)
    type(w.head).objects.filter(pk=w.head.pk).update(active=False)
    assert write_digests() == 2 and write_digests() == 0 and send_waiting() == 1
    assert [mail["To"] for mail in smtp.got] == [w.south_head.email]


def test_a_digest_of_many_says_how_many_more_there_are(w, smtp):
    for n in range(43):
        tell(w.head, key=f"k{n}")
    assert write_digests() == 1 and send_waiting() == 1
    (mail,) = smtp.got
    assert "(43)" in mail["Subject"]
    for kind in ("plain", "html"):
        text = mail.get_body((kind,)).get_content()
        assert text.count("Le turnaron") == 40 and "Y 3 avisos más" in text and "/avisos/" in text


def test_a_server_that_is_down_loses_nothing(w, smtp):
    at_once(w.head)
    smtp.controller.stop()
    for n in range(3):
        tell(w.head, key=f"k{n}")
    assert send_waiting() == 0
    assert Mail.objects.filter(state="queued", attempts=0).count() == 3
    Mail.objects.update(next_at=timezone.now())
    smtp.controller = Controller(smtp, hostname="127.0.0.1", port=smtp.controller.port)
    smtp.controller.start()
    assert send_waiting() == 3


def test_a_permanent_no_is_final_and_a_temporary_one_waits(w, smtp):
    for person in (w.head, w.north_head, w.south_head):
        at_once(person)
        tell(person)
    smtp.no = {w.head.email: "550 no existe", w.north_head.email: "451 más tarde"}
    send_waiting()
    states = dict(Mail.objects.values_list("to", "state"))
    assert states == {w.head.email: "refused", w.north_head.email: "queued", w.south_head.email: "sent"}


@pytest.mark.parametrize("nowhere", ["quien@b\u2028c.mx", f"quien@{'é' * 64}.mx", "quien@b.mx\nBcc: otra@example.org"])
def test_a_mail_that_cannot_be_written_holds_back_no_other(w, smtp, nowhere):
    for person in (w.head, w.south_head):
        at_once(person)
        tell(person)
    Mail.objects.filter(to=w.head.email).update(to=nowhere)
    assert send_waiting() == 1 and send_waiting() == 0
    assert dict(Mail.objects.values_list("to", "state")) == {nowhere: "refused", w.south_head.email: "sent"}
    assert Mail.objects.get(to=nowhere).problem


def test_what_waited_a_week_is_not_sent(w, smtp):
    at_once(w.head)
    tell(w.head)
    Mail.objects.update(created_at=timezone.now() - LONGEST * 2)
    assert send_waiting() == 0 and Mail.objects.get().state == "expired"


def test_a_header_cannot_be_injected(w, smtp):
    at_once(w.head)
    notify(recipients=[w.head.pk], draft=NoticeDraft("turn", "Hola\r\nBcc: otra@example.org", "k"))
    send_waiting()
    assert smtp.got[0]["Bcc"] is None


_NURSERY = """
import os, signal, sys, time
import django; django.setup()
from ventanilla.core.notices.services import send_waiting
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for _line in sys.stdin:  # a sender per line, forked from here so that starting one takes no time
    pid = os.fork()
    if not pid:
        end = time.monotonic() + 60  # never left behind by a test that was killed itself
        while time.monotonic() < end:
            send_waiting(5)
        os._exit(0)
    print(pid, flush=True)
"""


@pytest.fixture
def born(smtp):
    """A function that starts a sender process and gives its number."""
    nursery = subprocess.Popen([sys.executable, "-c", _NURSERY], env=_environment(smtp.controller.port), text=True,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def bear():
        nursery.stdin.write("one\n"), nursery.stdin.flush()
        return int(nursery.stdout.readline())

    yield bear
    nursery.kill()
    nursery.communicate()


@pytest.mark.faults
def test_killed_at_any_point_every_mail_arrives_and_each_kill_costs_one_copy_at_most(w, smtp, born):
    """A sender process is killed with -9 at seeded random moments while the server accepts slowly."""
    at_once(w.head)
    for n in range(16):
        tell(w.head, key=f"k{n}")
    smtp.pause, kills, dice = 0.01, 0, random.Random(7)
    end = time.monotonic() + 120
    while Mail.objects.filter(state="queued").exists() and time.monotonic() < end:
        sender, before = born(), len(smtp.got)
        while len(smtp.got) == before and Mail.objects.filter(state="queued").exists() and time.monotonic() < end:
            time.sleep(0.005)
        time.sleep(dice.uniform(0, 0.08))
        os.kill(sender, signal.SIGKILL)
        kills += 1
    seen = Counter(m["Message-ID"] for m in smtp.got)
    assert set(seen) == set(Mail.objects.values_list("message_id", flat=True)) and len(seen) == 16
    assert sum(seen.values()) - 16 <= kills, "one copy more per kill at most"
    assert kills > 1


def _environment(port):
    return os.environ | {"DATABASE_URL": database.url(), "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(port),
                         "DJANGO_SETTINGS_MODULE": "ventanilla.config.settings",
                         "PYTHONPATH": str(configured.SRC_DIR), "VENTANILLA_DATA": str(configured.DATA_DIR)}
