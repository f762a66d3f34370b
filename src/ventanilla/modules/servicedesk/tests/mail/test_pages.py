"""The log of mails on screen: who sees it, what it says, registering what was held, the mail as it came."""
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ventanilla.core.documents.services.processing import process
from ventanilla.modules.servicedesk.models import MailMessage, Ticket
from ventanilla.modules.servicedesk.services.mail import receive
from ventanilla.modules.servicedesk.tests.desk import Desk, desk
from ventanilla.modules.servicedesk.tests.mail.mails import mail, mailbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def d() -> Desk:
    return desk()


@pytest.fixture
def held(d: Desk) -> MailMessage:
    return receive(box=mailbox(d), raw=mail("nadie@example.com", "¿Me ayudan?", "No abre <b>el portal</b>", number=1))


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person.user)
    return client


def test_the_log_shows_what_was_done_and_why(d: Desk, held: MailMessage) -> None:
    page = signed_in(d.agent).get("/listas/correo-de-la-mesa/").content.decode()
    assert all(words in page for words in ("nadie@example.com", "¿Me ayudan?", "En revisión", "Quien escribe no tiene cuenta"))
    assert "nadie@example.com" not in signed_in(d.asker).get("/listas/correo-de-la-mesa/").content.decode()


def test_a_mail_is_shown_as_text_and_registered(d: Desk, held: MailMessage) -> None:
    client = signed_in(d.agent)
    page = client.get(reverse("mail_message", args=[held.pk])).content.decode()
    assert "No abre &lt;b&gt;el portal&lt;/b&gt;" in page and "Registrar ahora" in page
    answer = client.post(reverse("mail_again", args=[held.pk]))
    ticket = Ticket.objects.get()
    assert answer.url == reverse("ticket", args=[ticket.pk]) and ticket.requester_email == "nadie@example.com"
    assert "Registrar ahora" not in client.get(reverse("mail_message", args=[held.pk])).content.decode()


def test_who_does_not_read_the_team_finds_nothing(d: Desk, held: MailMessage) -> None:
    client = signed_in(d.asker)
    assert [client.get(reverse(name, args=[held.pk])).status_code for name in ("mail_message", "mail_raw")] == [404, 404]
    assert client.post(reverse("mail_again", args=[held.pk])).status_code == 404 and not Ticket.objects.exists()


def test_the_mail_as_it_came_is_saved_not_shown(d: Desk, held: MailMessage) -> None:
    client = signed_in(d.agent)
    assert client.get(reverse("mail_raw", args=[held.pk])).status_code == 302, "the antivirus has not seen it"
    process(held.raw.latest.pk)
    answer = client.get(reverse("mail_raw", args=[held.pk]))
    assert b"nadie@example.com" in b"".join(answer.streaming_content)
    assert answer.headers["Content-Disposition"].startswith("attachment") and answer.headers["X-Content-Type-Options"] == "nosniff"


def test_what_waits_is_said_in_the_inbox_and_discarded_with_a_reason(d: Desk, held: MailMessage) -> None:
    agent, asker = signed_in(d.agent), signed_in(d.asker)
    assert "1 correo de la mesa espera revisión." in agent.get(reverse("inbox")).content.decode()
    assert "espera revisión" not in asker.get(reverse("inbox")).content.decode()
    address = reverse("mail_discard", args=[held.pk])
    assert asker.post(address, {"reason": "x"}).status_code == 404
    assert "Escriba por qué no se registra." in agent.post(address, {"reason": " "}, follow=True).content.decode()
    assert "Se descartó" in agent.post(address, {"reason": "Publicidad"}, follow=True).content.decode()
    held.refresh_from_db()
    assert (held.decision, held.reason, held.detail, held.case_id) == ("ignored", "set_aside", "Publicidad", None)
    assert "espera revisión" not in agent.get(reverse("inbox")).content.decode()
    assert "no está en revisión" in agent.post(address, {"reason": "Otra vez"}, follow=True).content.decode()
    page = agent.get(reverse("mail_message", args=[held.pk])).content.decode()
    assert "no era para la mesa" in page and "Registrar ahora" in page
    assert agent.post(reverse("mail_again", args=[held.pk])).status_code == 302 and Ticket.objects.count() == 1
