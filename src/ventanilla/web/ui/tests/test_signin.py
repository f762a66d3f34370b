"""The sign-in pages in our look: password, TOTP, recovery codes, sessions, reset by mail; no sign-up."""

import re
import time
from datetime import timedelta

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.make import PASSWORD, world

from ventanilla.core.audit.models import Entry
from ventanilla.core.notices.models import Mail
from ventanilla.core.notices.services import send_waiting
from ventanilla.core.notices.services.sending import expire
from ventanilla.web.ui.accounts import BoundedArgon2

pytestmark = pytest.mark.django_db


@pytest.fixture
def w():
    return world()


def enter(client, person, password=PASSWORD, **more):
    return client.post("/entrar/", {"login": person.user.email, "password": password, **more})


def code(secret):
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def test_addresses():
    assert reverse("account_login") == "/entrar/" and reverse("account_logout") == "/salir/"


def test_password_and_way_back(client, w):
    assert enter(client, w.head, next="/perfil/")["Location"] == "/perfil/"
    assert enter(Client(), w.head, next="https://example.com/")["Location"] == "/bandeja/"


def test_wrong_password_and_unknown_account_read_the_same(client, w):
    known = enter(client, w.head, "otra-clave-cualquiera").content.decode()
    unknown = client.post(
        "/entrar/", {"login": "nadie@example.org", "password": "otra-clave-cualquiera"}
    ).content.decode()
    words = [re.findall(r'class="error-summary".*?</div>', t, re.S) for t in (known, unknown)]
    assert words[0] == words[1] != []


def test_nobody_signs_up(client, w):
    page = client.post(
        "/cuenta/signup/", {"email": "x@example.org", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert "Las cuentas las abre su institución" in page.content.decode()


def test_reset_by_mail(client, w):
    client.post("/cuenta/password/reset/", {"email": w.head.user.email})
    client.post("/cuenta/password/reset/", {"email": "nadie@example.org"})
    first, second = Mail.objects.order_by("pk")
    assert (first.subject, first.to) == ("Ventanilla: Elegir otra contraseña", w.head.user.email)
    assert (second.subject, second.to) == ("Ventanilla: Recuperar la contraseña", "nadie@example.org")
    assert "&" not in first.text.replace("\n", "") and "Alguien" in first.text
    link = re.search(r"https?://[^/\s]+(/\S+)", first.text)[1]
    page = client.get(link, follow=True)
    assert "Elegir otra contraseña" in page.content.decode()
    new = "una-clave-muy-distinta"
    client.post(page.redirect_chain[-1][0], {"password1": new, "password2": new})
    other = Client()
    assert enter(other, w.head, new).status_code == 302
    _secret, answer = activate(other, w, new)
    assert answer.status_code == 302 and Authenticator.objects.filter(user=w.head.user).exists(), "who chose by a link has a second factor too"


def test_a_link_is_not_kept_once_its_mail_has_gone_or_will_not_go(client, w, settings):
    settings.EMAIL_HOST = "localhost"
    client.post("/cuenta/password/reset/", {"email": w.head.user.email})
    assert send_waiting() == 1 and Mail.objects.get().text == "" and "http" in mail.outbox[-1].body
    client.post("/cuenta/password/reset/", {"email": w.north_head.user.email})
    Mail.objects.filter(state="queued").update(created_at=timezone.now() - timedelta(days=400))
    assert expire() == 1 and set(Mail.objects.values_list("text", flat=True)) == {""}


@pytest.mark.parametrize("host", ["", "127.0.0.1"])
def test_a_mail_server_that_does_not_answer_fails_no_page_and_loses_no_link(client, w, settings, host):
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", host, 1
    for email in (w.head.user.email, "nadie@example.org"):
        assert client.post("/cuenta/password/reset/", {"email": email})["Location"] == reverse("account_reset_password_done")
    assert send_waiting() == 0 and Mail.objects.filter(state="queued").count() == 2


def test_without_mail_no_link_is_promised_and_nobody_learns_of_an_account(client, w, settings):
    def said():
        pages = [client.get(reverse("account_reset_password"))]
        pages += [client.post(reverse("account_reset_password"), {"email": mail}, follow=True) for mail in (w.head.user.email, "nadie@example.org")]
        return [page.content.decode().split("<main")[1] for page in pages]

    settings.EMAIL_HOST = ""
    asked, known, unknown = said()
    assert known == unknown and all("Pida otra contraseña a quien administra" in page and "llegará un enlace" not in page for page in (asked, known))
    assert 'name="email"' not in asked
    settings.EMAIL_HOST = "localhost"
    asked, known, unknown = said()
    assert 'name="email"' in asked and known == unknown and "llegará un enlace" in known and "Pida otra" not in asked + known


def activate(client, w, password=PASSWORD):
    client.post("/cuenta/reauthenticate/", {"password": password})
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context_data["form"].secret
    assert "Código QR con la clave" in page.content.decode() and secret in page.content.decode()
    return secret, client.post(reverse("mfa_activate_totp"), {"code": code(secret)})


def test_totp_and_recovery_codes(client, w):
    enter(client, w.head)
    assert client.get(reverse("mfa_activate_totp"))["Location"].startswith("/cuenta/reauthenticate/")
    _secret, answer = activate(client, w)
    assert answer.status_code == 302 and Authenticator.objects.filter(user=w.head.user).count() == 2
    codes = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    spare = re.search(r'<pre class="codes">(.*?)</pre>', codes, re.S)[1].split()
    assert len(spare) == 10
    other = Client()
    assert enter(other, w.head)["Location"].startswith(reverse("mfa_authenticate"))
    assert "Segundo paso" in other.get(reverse("mfa_authenticate")).content.decode()
    assert other.post(reverse("mfa_authenticate"), {"code": spare[0]}).status_code == 302
    assert other.get("/perfil/").status_code == 200
    assert (
        "Queda 9" not in other.get("/perfil/").content.decode()
        and "Quedan 9" in other.get("/perfil/").content.decode()
    )


def test_sessions_are_listed_and_closed(client, w):
    one, two = Client(headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/1"}), Client()
    for each in (one, two):
        enter(each, w.head)
        each.get("/perfil/")
    page = one.get(reverse("usersessions_list")).content.decode()
    assert "Chrome en Windows" in page and "Cerrar las demás sesiones" in page
    one.post(reverse("usersessions_list"))
    assert two.get("/perfil/").status_code == 302 and one.get("/perfil/").status_code == 200


def test_pages_are_ours_and_spanish(client, w):
    enter(client, w.head)
    client.post("/cuenta/reauthenticate/", {"password": PASSWORD})
    for name in (
        "account_change_password",
        "account_logout",
        "account_email",
        "mfa_index",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "usersessions_list",
        "account_reauthenticate",
        "socialaccount_connections",
    ):
        text = client.get(reverse(name), follow=True).content.decode()
        assert "built/main.css" in text and '<html lang="es"' in text, name
        assert not re.search(
            r"\b(Sign In|Password|Security Key|Please|Passwordless|Current)\b", re.sub(r"<[^>]+>", " ", text)
        ), name


def test_keys_are_named_and_told_in_our_words_and_offered_to_who_has_one(client, w):
    enter(client, w.head)
    activate(client, w)
    adding = re.sub(r"<[^>]+>", " ", client.get(reverse("mfa_add_webauthn")).content.decode())
    assert "Nombre de la llave" in adding and "Entrar solo con esta llave, sin contraseña" in adding
    assert "Passwordless" not in adding and not re.search(r"\bName\b", adding)
    assert get_adapter().generate_authenticator_name(w.head.user, Authenticator.Type.WEBAUTHN) == "Llave 1"
    assert render_to_string("mfa/messages/webauthn_added.txt").strip() == "Se agregó la llave de acceso."
    assert render_to_string("mfa/messages/webauthn_removed.txt").strip() == "Se quitó la llave de acceso."
    other = Client()
    enter(other, w.head)
    assert "Usar una llave de acceso" not in other.get(reverse("mfa_authenticate")).content.decode()


def test_the_rule_of_a_password_is_said_before_it_is_broken(client, w):
    enter(client, w.head)
    text = client.get(reverse("account_change_password")).content.decode()
    assert "Al menos 12 caracteres." in text and "muy corta" not in text


def test_argon2_is_bounded():
    started = time.monotonic()
    encoded = BoundedArgon2().encode("clave", "sal-de-prueba")
    assert encoded.startswith("argon2$argon2id$") and BoundedArgon2().verify("clave", encoded)
    assert time.monotonic() - started < 30


def test_sign_in_events_reach_the_log(client, w):
    enter(client, w.head, "otra-clave-cualquiera")
    enter(client, w.head)
    client.post("/salir/")
    verbs = Entry.objects.filter(actor_id=w.head.pk).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["account.refused", "account.sign_in", "account.sign_out"]


@pytest.mark.parametrize("path", ["/cuenta/confirm-email/", "/cuenta/confirm-email/nada/"])
def test_links_of_confirmation_that_nothing_sends_have_a_page_of_ours(client, path):
    page = client.get(path).content.decode()
    assert "Este enlace no sirve" in page and 'lang="es"' in page and "Registrarse" not in page


@pytest.mark.parametrize("path", ["/entrar/", "/cuenta/password/reset/", "/cuenta/password/change/", "/cuenta/2fa/totp/activate/"])
def test_no_field_of_the_account_repeats_its_label_inside(client, w, settings, path):
    settings.EMAIL_HOST = "localhost"
    if path not in ("/entrar/", "/cuenta/password/reset/"):
        enter(client, w.head)
    page = client.get(path, follow=True).content.decode().partition("<main")[2].partition("</main>")[0]
    assert "<input" in page and "placeholder" not in page


def test_who_comes_in_is_told_nothing_but_what_waits(client, w):
    enter(client, w.head)
    assert "sesión exitosamente" not in client.get("/bandeja/").content.decode()


@pytest.fixture
def slowed(settings):
    settings.AXES_ENABLED = True


def test_eight_failures_slow_that_account_from_that_address_and_nobody_else(slowed, w):
    pages = [enter(Client(), w.head, "no es esta") for _ in range(8)]
    assert [p.status_code for p in pages[:7]] == [200] * 7 and "no son correctos" in pages[0].content.decode()
    for client in (Client(), Client()):
        told = enter(client, w.head)
        assert told.status_code == 429 and "Espere 15 minutos" in told.content.decode() and "_auth_user_id" not in client.session
    assert enter(Client(), w.clerk).status_code == 302
    assert enter(Client(REMOTE_ADDR="192.0.2.7"), w.head).status_code == 302


def test_an_office_that_mistypes_keeps_entering(slowed, w):
    for n in range(40):
        Client().post("/entrar/", {"login": f"nadie{n}@example.org", "password": "no es esta"})
    assert enter(Client(), w.clerk).status_code == 302


def test_what_is_longer_than_any_address_is_refused_and_slowed_like_another(slowed, w):
    long = f"{'a' * 280}@example.org"
    answers = [Client().post("/entrar/", {"login": long, "password": "no es esta"}).status_code for _ in range(9)]
    assert answers[:7] == [200] * 7 and answers[8] == 429


def test_another_password_by_mail_lifts_the_brake(slowed, client, w):
    for _ in range(8):
        enter(Client(), w.head, "no es esta")
    client.post("/cuenta/password/reset/", {"email": w.head.user.email})
    link = re.search(r"https?://[^/\s]+(/\S+)", Mail.objects.get().text)[1]
    form = client.get(link, follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": "otra frase larga 42", "password2": "otra frase larga 42"})
    assert enter(Client(), w.head, "otra frase larga 42").status_code == 302
