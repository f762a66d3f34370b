"""The public survey: no sign-in, once, in the look of who asks, nothing lost, nothing leaked, robots out."""
import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone
from tests import make

from ventanilla.core.questionnaires.models import Response
from ventanilla.core.questionnaires.services import void
from ventanilla.core.questionnaires.tests import samples
from ventanilla.core.questionnaires.tests.kit import asked, published
from ventanilla.lib.spanish import long_date
from ventanilla.web.questionnaires.views.survey import SALT

pytestmark = pytest.mark.django_db
GOOD = {"q-nivel": "muy_satisfecho", "q-volveria": "si", "q-medios": ["tel", "correo"], "q-minutos": "12"}


def stamp(response: Response, seconds: float = 60) -> str:
    return signing.dumps({"to": str(response.uuid), "at": timezone.now().timestamp() - seconds}, salt=SALT)


def test_somebody_answers_by_link() -> None:
    w = make.world()
    made = asked(published(w.institution, samples.survey()), case=make.letter(w))
    client = Client(enforce_csrf_checks=True)
    page = client.get(made.path)
    text = html.unescape(page.content.decode())
    assert page.status_code == 200 and w.institution.name in text and made.response.case.folio in text
    assert page["Referrer-Policy"] == "same-origin" and "no-store" in page["Cache-Control"] and page["X-Robots-Tag"] == "noindex"
    assert "interno" not in text and "Responda solo si «¿Qué tan satisfecho quedó con la atención?» es una de Poco satisfecho" in text
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)
    assert token
    sent = client.post(made.path, GOOD | {"csrfmiddlewaretoken": token[1], "inicio": stamp(made.response)})
    assert sent.status_code == 302 and sent["Location"] == made.path
    thanks = client.get(made.path)
    assert thanks.status_code == 200 and "Gracias por su opinión." in thanks.content.decode()
    row = Response.objects.get(pk=made.response.pk)
    assert row.values == {"nivel": "muy_satisfecho", "volveria": True, "medios": ["tel", "correo"], "minutos": 12} and row.channel == "link"
    again = client.post(made.path, GOOD | {"csrfmiddlewaretoken": token[1], "inicio": stamp(made.response)})
    assert "Gracias" in again.content.decode() and again.status_code == 200
    other = client.post(made.path, GOOD | {"q-minutos": "30", "csrfmiddlewaretoken": token[1], "inicio": stamp(made.response)})
    assert "lo que se envíe después de esa respuesta no se guarda" in html.unescape(other.content.decode())
    assert "no se guarda" not in html.unescape(client.get(made.path).content.decode())
    assert Response.objects.get(pk=made.response.pk).values == row.values


def test_mistakes_stand_at_their_field_and_nothing_typed_is_lost() -> None:
    made = asked(published(make.world().institution, samples.survey()))
    client = Client()
    page = client.post(made.path, {"q-nivel": "nada", "q-minutos": "doce <b>", "q-medios": ["tel", "correo", "persona"], "inicio": stamp(made.response)})
    text = html.unescape(page.content.decode())
    assert page.status_code == 422 and 'value="doce <b>"' in text and "&lt;b&gt;" in page.content.decode()
    assert 'href="#id_q-motivo"' in text and 'id="id_q-motivo_error"' in text and "Falta corregir 3 datos" in text
    assert re.search(r'value="nada" checked', text) and text.count(" checked") == 4
    assert not Response.objects.get(pk=made.response.pk).values


def test_robots_and_hurry() -> None:
    made = asked(published(make.world().institution, samples.survey()))
    client, other = Client(), asked(published(make.world().institution, samples.survey()))
    assert client.post(made.path, GOOD | {"inicio": stamp(made.response), "sitio_web": "http://spam"}).status_code == 403
    assert client.post(made.path, GOOD).status_code == client.post(made.path, GOOD | {"inicio": "x"}).status_code == 403
    assert client.post(made.path, GOOD | {"inicio": stamp(other.response)}).status_code == 403
    hurried = client.post(made.path, GOOD | {"inicio": stamp(made.response, 0)})
    assert hurried.status_code == 422 and "demasiado pronto" in hurried.content.decode() and ' value="12"' in hurried.content.decode()
    assert Response.objects.filter(state="submitted").count() == 0
    for _n in range(12):
        last = client.post(made.path, {"inicio": stamp(made.response)})
    assert last.status_code == 429 and client.get(made.path).status_code == 200
    assert client.post(other.path, GOOD | {"inicio": stamp(other.response)}).status_code == 302


def test_late_void_and_unknown_links() -> None:
    version = published(make.world().institution, samples.survey())
    late, gone = asked(version), asked(version)
    Response.objects.filter(pk=late.response.pk).update(invited_at=timezone.now() - timedelta(days=3), expires_at=timezone.now() - timedelta(days=1))
    void(actor=None, response=gone.response, reason="Se repitió")
    client = Client()
    for path, status, words in ((late.path, 410, "El plazo terminó"), (gone.path, 410, "Ya no es necesario"), ("/encuesta/nada/", 404, "no existe")):
        for page in (client.get(path), client.post(path, GOOD)):
            assert page.status_code == status and words in page.content.decode()
            lost = page.request["REQUEST_METHOD"] == "POST" and status == 410
            assert ("Lo que escribió no se guardó." in page.content.decode()) is lost
    ended = long_date(timezone.localdate(Response.objects.get(pk=late.response.pk).expires_at))
    assert f"terminó el {ended}. Si todavía quiere hacerlo, pida otra liga" in client.get(late.path).content.decode()
    found = [client.get(f"/encuesta/x{n}/").status_code for n in range(25)]
    assert found[0] == 404 and found[-1] == 429
    assert client.get(asked(version).path).status_code == 200, "who holds a link is not locked out with the rest of the office"


def test_the_look_is_of_who_asks_also_for_somebody_signed_in_elsewhere() -> None:
    w, other = make.world(), make.world()
    w.institution.tokens = {"light": {"primary": "#123456"}}
    w.institution.save()
    made = asked(published(w.institution, samples.survey()))
    client = Client()
    client.force_login(other.head.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    text = client.get(made.path).content.decode()
    assert f"/tema/{w.institution.slug}-" in text and w.institution.name in text and other.institution.name not in text


def test_tables_grow_without_a_script_and_keep_what_was_typed() -> None:
    data: dict[str, Any] = {"sections": [{"title": "A", "fields": [{"key": "t", "type": "table", "label": "T", "columns": [
        {"key": "a", "type": "text", "label": "A", "required": True}, {"key": "b", "type": "integer", "label": "B"}]}]}]}
    made = asked(published(make.world().institution, data))
    client = Client()
    page = client.post(made.path, {"q-t-0-a": "uno", "q-t-0-b": "x", "_more": "t", "inicio": stamp(made.response)})
    text = page.content.decode()
    assert page.status_code == 200 and 'value="uno"' in text and 'name="q-t-3-a"' in text and "field-error" not in text
    page = client.post(made.path, {"q-t-0-a": "uno", "q-t-0-b": "x", "q-t-1-a": "", "q-t-1-b": "2", "inicio": stamp(made.response)})
    assert page.status_code == 422 and 'href="#id_q-t-0-b"' in page.content.decode() and 'href="#id_q-t-1-a"' in page.content.decode()
    assert client.post(made.path, {"q-t-4-a": "uno", "q-t-7-a": "dos", "inicio": stamp(made.response)}).status_code == 302
    assert Response.objects.get(pk=made.response.pk).values == {"t": [{"a": "uno"}, {"a": "dos"}]}


def test_a_long_survey_costs_as_few_queries_as_a_short_one(django_assert_num_queries: Any) -> None:
    institution = make.world().institution
    practice = samples.practice()
    client, counts = Client(), []
    for slug, data in (("corta", samples.survey()), ("larga", practice)):
        made = asked(published(institution, data, slug, "record"))
        client.get(made.path)
        with django_assert_num_queries(1):
            page = client.get(made.path)
        counts.append(len(page.content))
    assert counts[1] > counts[0]
