"""The pages: the notice shown once, the public request without an account, its follow-up, and the officer's way through."""
import re
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from tests import make

from ventanilla.core.privacy.models import Finding, PersonSearch, PrivacyNotice, Receipt, SubjectRequest
from ventanilla.core.privacy.services import requests as verbs
from ventanilla.core.privacy.tests.making import HOLDER, Office, office
from ventanilla.core.questionnaires.services import InstrumentDraft, InvitationDraft, create_instrument, invite, publish
from ventanilla.web.privacy.views import public
from ventanilla.web.questionnaires.views import survey as by_link

pytestmark = pytest.mark.django_db
PAGE = {"headers": {"Accept": "text/html"}}


@pytest.fixture
def o() -> Office:
    cache.clear()
    return office()


def entered(person: Any) -> Client:
    client = Client()
    client.force_login(person.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_who_signs_in_sees_a_new_version_once(o: Office, django_assert_num_queries: Any) -> None:
    o.publish()
    client = entered(o.w.staff)
    first = client.get("/bandeja/?pestana=concluidos", **PAGE)
    assert first.status_code == 302 and first["Location"].startswith("/perfil/aviso-de-privacidad/?next=%2Fbandeja%2F")
    assert b"Conozco este aviso" in client.get(first["Location"], **PAGE).content
    back = client.post("/perfil/aviso-de-privacidad/", {"next": "/bandeja/?pestana=concluidos"})
    assert back["Location"] == "/bandeja/?pestana=concluidos"
    assert client.get("/bandeja/", **PAGE).status_code == 200 and Receipt.objects.filter(person=o.w.staff).count() == 1
    assert entered(o.w.staff).get("/perfil/", **PAGE).status_code == 200, "also in another session"
    o.publish()
    assert client.get("/perfil/", **PAGE).status_code == 302, "the next version again"


def test_knowing_it_costs_no_query(o: Office) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked(client: Client) -> int:
        client.get("/perfil/", **PAGE)
        with CaptureQueriesContext(connection, ) as seen:
            assert client.get("/perfil/", **PAGE).status_code == 200
        return len(seen)
    before = asked(entered(o.w.staff))
    o.publish()
    client = entered(o.w.staff)
    client.post("/perfil/aviso-de-privacidad/", {})
    assert asked(client) == before


def test_programs_fragments_and_the_way_out_are_not_stopped(o: Office) -> None:
    o.publish()
    client = entered(o.w.staff)
    assert client.get("/perfil/").status_code == 200, "nothing that does not ask for a page"
    assert client.get("/avisos/numero/", headers={"Accept": "text/html", "HX-Request": "true"}).status_code == 200
    assert client.get("/privacidad/", **PAGE).status_code in (200, 302) and "perfil" not in client.get("/privacidad/", **PAGE).get("Location", "")


def test_onward_never_leads_out(o: Office) -> None:
    o.publish()
    assert entered(o.w.staff).post("/perfil/aviso-de-privacidad/", {"next": "https://example.org/"})["Location"] == "/bandeja/"


def test_old_versions_keep_their_address(o: Office) -> None:
    o.publish(integral="# Uno\n\nPrimera <script>alert(1)</script>")
    o.publish(integral="# Dos")
    here = f"/privacidad/{o.w.institution.slug}/"
    assert "Dos" in Client().get(here).content.decode() and PrivacyNotice.objects.count() == 2
    old = Client().get(f"{here}versiones/1/").content.decode()
    assert "Primera" in old and "<script>alert" not in old and "anterior" in old
    assert Client().get(f"{here}versiones/3/").status_code == 404


def form(**change: Any) -> dict[str, Any]:
    return {"uuid": str(uuid4()), "rights": ["access", "cancellation"], "holder": HOLDER, "details": "Todo", "email": "", **change}


def test_a_request_without_an_account_and_without_script(o: Office) -> None:
    notice = o.publish()
    here = f"/privacidad/{o.w.institution.slug}/solicitud/"
    assert f'value="{notice.pk}"' in Client().get(here).content.decode()
    sent = form(notice_id=notice.pk)
    page = Client().post(here, sent).content.decode()
    row = SubjectRequest.objects.get()
    key = re.search(r"<dd>((?:[A-Z0-9]{4} ?){4})</dd>", page)
    assert key and row.case.folio in page
    assert Receipt.objects.get(ref=sent["uuid"]).notice == notice
    again = Client().post(here, sent).content.decode()
    assert key[1] in again and SubjectRequest.objects.count() == 1, "a double click shows the same key"
    there = Client().post("/privacidad/seguimiento/", {"folio": row.case.folio, "key": key[1].lower()})
    followed = Client().get(there["Location"])
    assert followed.status_code == 200 and HOLDER not in followed.content.decode() and "noindex" in followed["X-Robots-Tag"]
    assert Client().post(there["Location"], {"reason": "Ya no"}).status_code == 302
    row.case.refresh_from_db()
    assert row.case.state == "withdrawn"


def test_a_wrong_folio_and_a_wrong_key_are_the_same_answer(o: Office) -> None:
    made = verbs.register_request(actor=None, institution=o.w.institution, draft=o.draft())
    pages = [Client().post("/privacidad/seguimiento/", {"folio": f, "key": k}) for f, k in (
        (made.request.case.folio, "A" * 16), ("ARCO/9999/2026", made.key), ("ARCO/9999/2026", "A" * 16))]
    assert {p.status_code for p in pages} == {422}
    texts = [re.sub(r'value="[^"]*"', "", p.content.decode()) for p in pages]
    assert len({re.sub(r"[A-Za-z0-9]{64}", "", t) for t in texts}) == 1


def test_keys_are_not_tried_for_ever(o: Office) -> None:
    codes = [Client().get(f"/privacidad/seguimiento/{'A' * 15}{n % 10}/").status_code for n in range(25)]
    assert codes[0] == 404 and codes[-1] == 429


def test_requests_are_not_made_by_the_thousand(o: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """From one address, nor from many: each is a matter with a legal term."""
    here = f"/privacidad/{o.w.institution.slug}/solicitud/"
    assert [Client().post(here, form()).status_code for _n in range(11)][-1] == 429
    monkeypatch.setattr(public, "FLOOD", (12, 3600))
    codes = [Client(REMOTE_ADDR=f"10.0.0.{n}").post(here, form()).status_code for n in range(4)]
    assert codes == [200, 200, 429, 429]


def test_what_people_write_is_never_markup(o: Office) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    row = verbs.register_request(actor=None, institution=o.w.institution, draft=verbs.RequestDraft(
        ["access", "cancellation"], f"Ana {evil}", evil, representative=evil)).request
    client = entered(o.officer)
    here = f"/datos-personales/{row.pk}/"
    client.post(f"{here}admit/", {"identity": evil})
    client.post(f"{here}resolve/", {"text": evil})
    key = verbs.key_of(row.case.uuid)
    pages = [client.get(here), client.get(f"{here}busqueda/"), client.get(f"{here}cancelar/"), client.get("/listas/datos-personales/"),
             Client().get(f"/privacidad/seguimiento/{key}/")]
    for page in pages:
        assert "<script>alert" not in page.content.decode() and "<img src=x" not in page.content.decode()
    assert "no-store" in pages[0]["Cache-Control"], "nothing of it stays in the browser of a shared computer"


def test_what_is_wrong_stands_at_its_field_and_robots_are_told(o: Office) -> None:
    here = f"/privacidad/{o.w.institution.slug}/solicitud/"
    page = Client().post(here, form(rights=[], holder=""))
    assert page.status_code == 422 and page.content.decode().count("error") > 2
    assert Client().post(here, form(sitio_web="http://x")).status_code == 422 and not SubjectRequest.objects.exists()


def test_without_a_unit_in_charge_nothing_is_taken() -> None:
    w = make.world()
    here = f"/privacidad/{w.institution.slug}/solicitud/"
    assert "todavía no recibe" in Client().get(here).content.decode()
    assert Client().post(here, form()).status_code == 200 and not SubjectRequest.objects.exists()


def test_an_answer_by_link_leaves_a_receipt_of_the_version_that_it_named(o: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    notice = o.publish()
    field = {"key": "trato", "type": "yes_no", "label": "¿Fue bueno el trato?"}
    survey = create_instrument(actor=None, institution=o.w.institution, draft=InstrumentDraft(
        "Opinión", "survey", definition={"sections": [{"title": "Servicio", "fields": [field]}]}))
    publish(actor=None, version=survey.versions.get())
    made = invite(actor=None, drafts=[InvitationDraft(survey.slug, o.w.institution.pk)])[0]
    assert "versión 1" in Client().get(made.path).content.decode()
    o.publish()
    stamp = by_link.signing.dumps({"to": str(made.response.uuid), "at": timezone.now().timestamp() - 60}, salt=by_link.SALT)
    sent = Client().post(made.path, {"inicio": stamp, "aviso": notice.pk, "f_trato": "yes", "q_trato": "yes"})
    assert sent.status_code == 302, sent.content.decode()[:2000]
    assert Receipt.objects.get(ref=made.response.uuid).notice == notice


def test_the_officer_from_registering_to_fulfilling(o: Office) -> None:
    client = entered(o.officer)
    sent = {"uuid": str(uuid4()), "rights": ["cancellation"], "holder": "Persona Que No Está", "details": "Todo", "channel": "counter"}
    made = client.post("/datos-personales/nueva/", sent)
    here = made["Location"]
    assert "se muestra solo ahora" in client.get(here).content.decode() and "se muestra solo ahora" not in client.get(here).content.decode()
    assert client.post(f"{here}admit/", {"identity": "INE"}).status_code == 302
    found = client.post(f"{here}busqueda/", {"names": "Prueba López", "buscar": "1"}, follow=True).content.decode()
    keys = re.findall(r'name="suyo" value="(orgs\.person:\d+)"', found)
    assert keys
    shown = PersonSearch.objects.get().pk
    client.post(f"{here}busqueda/", {"ofrecido": keys, "suyo": keys[:1], "marcar": shown + 1})
    assert not Finding.objects.exists(), "what another search showed is not kept under the words of this one"
    client.post(f"{here}busqueda/", {"ofrecido": keys, "suyo": keys[:1], "marcar": shown})
    assert Finding.objects.get().source == "orgs.person"
    assert client.post(f"{here}resolve/", {"text": "Procede"}).status_code == 302
    told = client.get(f"{here}cancelar/").content.decode()
    assert "Se conserva bloqueado" in told and "en funciones" in told
    row = SubjectRequest.objects.select_related("case").get()
    assert client.post(f"{here}cancelar/", {"folio": "otro"}).status_code == 422
    assert client.post(f"{here}cancelar/", {"folio": row.case.folio}).status_code == 302
    assert client.post(f"{here}fulfil/", {"text": "Se entregó"}).status_code == 302
    assert "en funciones" in client.get(here).content.decode()
