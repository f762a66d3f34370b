"""What happens to every request: id, policy, language, person; and the error pages."""

import gzip
import json
import logging
import os
import re
import subprocess
import sys
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse, StreamingHttpResponse
from django.middleware.gzip import GZipMiddleware
from django.test import Client, RequestFactory
from tests.make import world

from ventanilla.core.orgs.models import Person, Unit, User
from ventanilla.web.ui.errors import server_error
from ventanilla.web.ui.logs import JsonFormatter, mask, request_id
from ventanilla.web.ui.middleware import Compressed

pytestmark = pytest.mark.django_db


def signed_in(person, **options):
    client = Client(**options)
    client.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_request_id_is_kept_when_well_formed_and_made_otherwise(client):
    assert client.get("/", headers={"X-Request-ID": "abcdef-12345"})["X-Request-ID"] == "abcdef-12345"
    made = client.get("/", headers={"X-Request-ID": 'x" onload=1'})["X-Request-ID"]
    assert re.fullmatch("[0-9a-f]{32}", made)
    assert request_id.get() == ""


def test_a_part_of_a_page_asked_for_without_a_session_is_401_and_not_the_sign_in_page(client):
    address = "/correspondencia/registrar/parecidos/"
    assert client.get(address)["Location"].startswith("/entrar/")
    assert client.get(address, headers={"HX-Request": "true"}).status_code == 401
    assert signed_in(world().head).get(address, headers={"HX-Request": "true"}).status_code == 200


def test_policy_allows_nothing_inline(client, settings):
    settings.EVENTS_URL = "http://localhost:8001"
    policy = client.get("/")["Content-Security-Policy"]
    assert "unsafe" not in policy and "script-src 'self';" in policy and "style-src 'self';" in policy
    assert "connect-src 'self' http://localhost:8001" in policy and "img-src 'self' data: blob:" in policy
    assert "camera=(self)" in client.get("/")["Permissions-Policy"]


def test_spanish_first_whatever_the_browser_prefers(client):
    english = {"Accept-Language": "en-US,en"}
    assert client.get("/", headers=english)["Content-Language"] == "es-mx"
    client.get("/idioma/en/")
    assert client.get("/", headers=english)["Content-Language"] == "en"
    assert client.get("/idioma/fr/").status_code == 404


def test_language_redirect_stays_here(client):
    assert client.get("/idioma/en/", headers={"Referer": "https://example.com/"})["Location"] == "/"


def test_person_of_the_session(django_assert_num_queries):
    one, two = world(), world()
    client = signed_in(one.head)
    page = client.get("/perfil/").content.decode()
    assert one.head.name in page and one.institution.name in page
    assert client.post("/perfil/institucion/", {"person": two.head.pk}).status_code == 404
    one.head.active = False
    one.head.save()
    assert one.institution.name not in client.get("/perfil/").content.decode()
    with django_assert_num_queries(0):
        Client().get("/")


def test_an_account_is_read_with_its_people_by_one_statement_and_anew_for_each_page():
    one = world()
    client = signed_in(one.head)
    client.get("/perfil/")
    for active, name in ((True, "Ana"), (True, "Eva"), (False, "Eva"), (True, "Eva")):
        Person.objects.filter(pk=one.head.pk).update(active=active, given_name=name)
        sent = []
        with connection.execute_wrapper(lambda execute, sql, *rest, sent=sent: sent.append(sql) or execute(sql, *rest)):
            page = client.get("/perfil/").content.decode()
        assert (name in page and one.institution.name in page) == active
        assert sum(f'FROM "{table}"' in sql for sql in sent for table in ("orgs_user", "orgs_person")) == (1 if active else 2)
    User.objects.filter(pk=one.head.user_id).update(is_active=False)
    assert client.get("/perfil/").status_code == 302


def test_change_of_institution():
    one, two = world(), world()
    two.head.user, _old = one.head.user, two.head.user
    two.head.save()
    client = signed_in(one.head)
    missing = client.get("/bandeja/nada/").content.decode()
    assert one.institution.name in missing and "otra de sus instituciones" in missing
    assert "otra de sus instituciones" not in signed_in(one.clerk).get("/bandeja/nada/").content.decode()
    assert client.post("/perfil/institucion/", {"person": two.head.pk}).status_code == 302
    assert two.institution.name in client.get("/perfil/").content.decode()


def test_a_form_of_one_institution_is_not_sent_into_another():
    one, two = world(), world()
    two.admin.user, _old = one.admin.user, two.admin.user
    two.admin.save()
    client = Client(enforce_csrf_checks=True)
    client.force_login(one.admin.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    tab = client.get("/administracion/unidades/nueva/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', tab)[1]
    client.post("/perfil/institucion/", {"person": two.admin.pk, "csrfmiddlewaretoken": token})
    sent = client.post("/administracion/unidades/nueva/", {"name": "Ajena", "level": "office", "valid_from": "2026-01-01",
                                                           "uuid": uuid4(), "csrfmiddlewaretoken": token})
    assert sent.status_code == 403 and two.institution.name in sent.content.decode()
    assert not Unit.objects.filter(name="Ajena").exists()


def test_preferences():
    w = world()
    client = signed_in(w.head)
    client.post("/perfil/", {"theme": "dark", "language": "en"})
    page = client.get("/perfil/")
    assert 'data-theme="dark"' in page.content.decode() and page["Content-Language"] == "en"
    client.post("/perfil/apariencia/", {"theme": "<script>"})
    assert 'data-theme="dark"' in client.get("/perfil/").content.decode()
    assert client.get("/perfil/apariencia/").status_code == 405


@pytest.mark.parametrize(("path", "status"), [("/nada/", 404), ("/perfil/", 302)])
def test_pages_for_nobody(client, path, status):
    assert client.get(path).status_code == status


def test_error_pages_stand_alone(client):
    page = client.get("/no-existe/")
    text = page.content.decode()
    assert page.status_code == 404 and "No encontramos esta página" in text and "/estaticos/" not in text
    assert "'sha256-" in page["Content-Security-Policy"] and page["X-Request-ID"] in text


def test_expired_page_says_what_to_do():
    page = Client(enforce_csrf_checks=True).post("/entrar/", {"login": "a@example.org", "password": "x"})
    assert page.status_code == 403 and "La página estuvo abierta demasiado tiempo" in page.content.decode()


def test_plain_failure_is_500():
    try:
        raise RuntimeError
    except RuntimeError:
        page = server_error(RequestFactory().get("/"))
    assert page.status_code == 500 and "refresh" not in page.content.decode()


DOWN = """
import django; django.setup()
from django.conf import settings
from django.test import Client
client = Client(raise_request_exception=False, HTTP_HOST="localhost")
client.cookies[settings.SESSION_COOKIE_NAME] = "x" * 32
page = client.get("/bandeja/")
sent = client.post("/bandeja/")
print(page.status_code, page["Retry-After"], "La base de datos no responde" in page.content.decode(),
      'http-equiv="refresh"' in page.content.decode(), sent.status_code,
      'http-equiv="refresh"' in sent.content.decode())
asked = client.get("/api/v1/cases", headers={"Authorization": "Bearer nada"})
sent = client.post("/api/v1/letters", "{}", content_type="application/json",
                   headers={"Authorization": "Bearer nada", "Idempotency-Key": "3f0e6a62-0d2f-4f0b-9a63-0b1d6a1f0c11"})
browser = client.get("/api/v1/docs/", headers={"Accept": "text/html,*/*;q=0.8"})
for answer in (asked, sent):
    told = answer.json()
    print(answer.status_code, answer["Content-Type"], answer["Retry-After"], told["status"], told["title"].replace(" ", "_"))
print(browser.status_code, browser["Content-Type"].split(";")[0])
"""


def test_database_down_is_said_in_spanish_and_reloads():
    """A real attempt to connect where nothing listens; a page that was sent does not reload itself, a program gets a problem."""
    env = {
        **os.environ,
        "DATABASE_URL": "postgresql://nadie@127.0.0.1:1/nada",
        "PYTHONPATH": os.pathsep.join(sys.path),
        "DJANGO_SETTINGS_MODULE": "ventanilla.config.settings_test",
    }
    done = subprocess.run(
        [sys.executable, "-c", DOWN], env=env, capture_output=True, text=True, timeout=240, check=True
    )
    problem = ["503", "application/problem+json", "10", "503", "La_base_de_datos_no_responde"]
    assert done.stdout.split() == ["503", "10", "True", "True", "503", "False", *problem, *problem, "503", "text/html"]


def test_logs_are_json_without_personal_data():
    mark = request_id.set("abc")
    try:
        record = logging.makeLogRecord(
            {"msg": "mail to %s token=%s", "args": ("maria.pena@example.org", "s3cret"), "unit": 5}
        )
        line = json.loads(JsonFormatter().format(record))
    finally:
        request_id.reset(mark)
    assert (
        line["message"] == "mail to m***@example.org token=***"
        and line["request_id"] == "abc"
        and line["unit"] == 5
    )
    assert mask("password: hunter2, ok") == "password: ***, ok"
    assert mask("Authorization: Bearer abc.def") == "Authorization: Bearer ***"


def test_an_address_that_only_receives_forms_says_so():
    """Chromium shows an error of its own for an answer without a body, and signing in again leads to such addresses."""
    told = signed_in(world().clerk).get("/mesa/tableros/cambiar/")
    assert (told.status_code, told["Allow"]) == (405, "POST")
    assert "Esta dirección solo recibe formularios" in told.content.decode()

def _compressed(middleware, made, asked):
    """The answer's headers and what it says, unpacked, as this middleware sends it."""
    request = RequestFactory().get("/", headers={"accept-encoding": asked} if asked else {})
    answer = middleware(lambda _request: made())(request)
    sent = b"".join(answer.streaming_content) if answer.streaming else answer.content
    told = dict(answer.headers)
    assert int(told.pop("Content-Length", len(sent))) == len(sent)
    return told, gzip.decompress(sent) if "Content-Encoding" in answer.headers and sent[:2] == b"\x1f\x8b" else sent


@pytest.mark.parametrize("asked", ["gzip, deflate, br", "br", "gzipped", ""])
@pytest.mark.parametrize("made", [
    lambda: HttpResponse("<li>Oficio</li>" * 400), lambda: HttpResponse("<li>Oficio</li>" * 400, headers={"ETag": '"abc"', "Vary": "Cookie"}),
    lambda: HttpResponse("<li>Oficio</li>" * 400, headers={"ETag": 'W/"abc"', "Content-Length": "6000"}), lambda: HttpResponse(b"corta"),
    lambda: HttpResponse(bytes(range(256))), lambda: HttpResponse(b"x" * 500, headers={"Content-Encoding": "br"}),
    lambda: StreamingHttpResponse(iter([b"una parte " * 90, b"otra " * 90]))])
def test_what_is_compressed_is_what_django_compresses(made, asked):
    assert _compressed(Compressed, made, asked) == _compressed(GZipMiddleware, made, asked)


def test_the_length_of_what_is_compressed_varies_and_so_tells_nothing():
    request = RequestFactory().get("/", headers={"accept-encoding": "gzip"})
    lengths = {len(Compressed(lambda _request: HttpResponse("<li>Oficio</li>" * 400))(request).content) for _n in range(40)}
    assert len(lengths) > 5 and max(lengths) < 400
