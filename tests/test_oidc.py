"""Sign-in by OpenID Connect against a real issuer over HTTP: only people who have an account, by verified e-mail."""
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from tests import make
from tests.issuer import CLIENT, SECRET, Issuer
from ventanilla.config.settings import openid
from ventanilla.core.audit.models import Entry
from ventanilla.core.orgs.models import User

pytestmark = pytest.mark.django_db
LOGIN = "/cuenta/oidc/oidc/login/"


@pytest.fixture
def issuer(settings: Any) -> Iterator[Issuer]:
    """An issuer, configured here."""
    with Issuer() as made:
        settings.SOCIALACCOUNT_PROVIDERS = openid(made.url, CLIENT, SECRET, "Llave Institucional")
        yield made


@pytest.fixture
def w() -> make.World:
    """An institution whose people have accounts."""
    return make.world()


def come_back(client: Client, start: str = LOGIN) -> Any:
    """Go to the issuer as a browser does, and return with its answer."""
    there = client.get(start)
    assert there.status_code == 302, there.content
    back = requests.get(there["Location"], allow_redirects=False, timeout=60)
    return client.get(back.headers["Location"])


def claims(email: str, verified: object = True, sub: str = "persona-1") -> dict[str, Any]:
    """What the issuer says of somebody."""
    return {"sub": sub, "email": email, "email_verified": verified, "name": "Quien sea"}


def test_the_button_stands_on_the_sign_in_page(client: Client, issuer: Issuer) -> None:
    page = client.get("/entrar/").content.decode()
    assert "Entrar con Llave Institucional" in page and LOGIN in page


def test_somebody_with_an_account_enters_and_keeps_the_password(client: Client, issuer: Issuer, w: make.World) -> None:
    issuer.person = claims(w.clerk.user.email.upper())
    people, password = User.objects.count(), User.objects.get(pk=w.clerk.user_id).password
    answer = come_back(client, f"{LOGIN}?next=/perfil/")
    assert (answer.status_code, answer["Location"]) == (302, "/perfil/")
    assert w.clerk.name in client.get("/perfil/").content.decode()
    assert {"/.well-known/openid-configuration", "/authorization", "/token", "/userinfo"} <= set(issuer.asked)
    assert User.objects.count() == people and User.objects.get(pk=w.clerk.user_id).password == password
    assert Entry.objects.filter(verb="account.sign_in", subject=f"user:{w.clerk.user_id}").exists()


def test_afterwards_the_subject_counts_not_the_address(issuer: Issuer, w: make.World) -> None:
    issuer.person = claims(w.clerk.user.email)
    come_back(Client())
    issuer.person = claims("otro@example.org")
    client = Client()
    assert come_back(client)["Location"] == "/bandeja/"
    assert SocialAccount.objects.get().user_id == w.clerk.user_id


@pytest.mark.parametrize("verified", [False, None, "false", "true", 1])
def test_an_address_that_is_not_verified_opens_nothing(client: Client, issuer: Issuer, w: make.World, verified: object) -> None:
    issuer.person = claims(w.clerk.user.email, verified)
    refused(client, come_back(client), "Su correo no está verificado")


def test_unknown_inactive_and_people_without_a_place_are_told_whom_to_ask(issuer: Issuer, w: make.World) -> None:
    User.objects.filter(pk=w.staff.user_id).update(is_active=False)
    w.nobody.active = False
    w.nobody.save()
    count = User.objects.count()
    for n, email in enumerate(["nadie@example.org", w.staff.user.email, w.nobody.user.email, ""]):
        client = Client()
        issuer.person = claims(email, sub=f"persona-{n}")
        refused(client, come_back(client))
    assert User.objects.count() == count


def test_a_connected_person_who_left_does_not_enter(issuer: Issuer, w: make.World) -> None:
    issuer.person = claims(w.staff.user.email)
    come_back(Client())
    User.objects.filter(pk=w.staff.user_id).update(is_active=False)
    client = Client()
    refused(client, come_back(client))


def refused(client: Client, answer: Any, words: str = "No tiene cuenta aquí") -> None:
    """A clear page, no session, no identity kept for a new account."""
    assert answer.status_code == 403 and words in answer.content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("wrong", [{"iss": "https://otro.example.org"}, {"aud": "otra"}, {"exp": 1}])
def test_a_token_for_another_or_of_yesterday_opens_nothing(
    client: Client, issuer: Issuer, w: make.World, wrong: dict[str, Any],
) -> None:
    issuer.person, issuer.wrong = claims(w.clerk.user.email), wrong
    answer = come_back(client)
    assert "No se pudo entrar" in answer.content.decode() and "_auth_user_id" not in client.session


def test_a_state_of_another_browser_opens_nothing(issuer: Issuer, w: make.World) -> None:
    issuer.person = claims(w.clerk.user.email)
    back = requests.get(Client().get(LOGIN)["Location"], allow_redirects=False, timeout=60).headers["Location"]
    victim = Client()
    assert "No se pudo entrar" in victim.get(back).content.decode()
    assert "_auth_user_id" not in victim.session


def test_the_second_factor_is_still_asked_for(client: Client, issuer: Issuer, w: make.World) -> None:
    TOTP.activate(w.head.user, generate_totp_secret())
    assert Authenticator.objects.filter(user=w.head.user).exists()
    issuer.person = claims(w.head.user.email)
    assert "/2fa/authenticate/" in come_back(client)["Location"]
    assert client.get("/perfil/").status_code == 302


def test_an_issuer_that_does_not_answer_is_a_page(client: Client, settings: Any) -> None:
    with Issuer() as gone:
        settings.SOCIALACCOUNT_PROVIDERS = openid(gone.url, CLIENT, SECRET, "Llave")
    answer = client.get(LOGIN)
    assert answer.status_code == 502 and "no contesta o contestó mal" in answer.content.decode()


def test_where_one_was_going_is_kept_on_the_way_by_the_issuer(client: Client, issuer: Issuer, w: make.World) -> None:
    link = re.search(rf'href="({LOGIN}[^"]*)"', client.get("/entrar/?next=/avisos/").content.decode())
    assert link
    issuer.person = claims(w.clerk.user.email)
    assert come_back(client, link[1])["Location"] == "/avisos/"


def test_who_cancels_at_the_issuer_is_told_so(client: Client, issuer: Issuer) -> None:
    there = parse_qs(urlsplit(client.get(LOGIN)["Location"]).query)
    answer = client.get(there["redirect_uri"][0], {"error": "access_denied", "state": there["state"][0]}, follow=True)
    assert "Canceló en la página de su institución" in answer.content.decode() and "_auth_user_id" not in client.session


def test_a_refusal_names_the_address_and_what_it_lacks(issuer: Issuer, w: make.World) -> None:
    for email, verified, words in (("nadie@example.org", True, "nadie@example.org, y ninguna cuenta activa"),
                                   (w.clerk.user.email, False, f"{w.clerk.user.email} sin darlo por verificado"), ("", True, "no dio ningún correo")):
        issuer.person = claims(email, verified, sub=f"persona-{email}")
        assert words in come_back(Client()).content.decode()


def test_a_wrong_secret_is_a_page(client: Client, issuer: Issuer, settings: Any) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = openid(issuer.url, CLIENT, "otro", "Llave")
    issuer.person = claims("a@example.org")
    assert come_back(client).status_code == 502


def test_without_an_issuer_there_is_no_such_sign_in(client: Client) -> None:
    assert "Entrar con" not in client.get("/entrar/").content.decode().replace("Entrar con una llave", "")
    assert client.get(LOGIN).status_code == 404


def test_plain_http_is_for_this_machine_only() -> None:
    with pytest.raises(ValueError, match="https"):
        openid("http://identidad.example.org", CLIENT, SECRET, "Llave")
    assert openid("https://identidad.example.org/", CLIENT, SECRET, "Llave")


def test_it_is_configured_by_environment() -> None:
    code = "from ventanilla.config import settings as s; a = s.SOCIALACCOUNT_PROVIDERS['openid_connect']['APPS'][0]; " \
           "print(a['name'], a['client_id'], a['secret'], a['settings']['server_url'], sep='|')"
    env = {"OIDC_ISSUER": "https://id.example.org/", "OIDC_CLIENT_ID": "c", "OIDC_CLIENT_SECRET": "s", "OIDC_NAME": "Llave",
           "PYTHONPATH": ":".join(sys.path)}
    told = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=240, check=True)
    assert told.stdout.strip() == "Llave|c|s|https://id.example.org"
