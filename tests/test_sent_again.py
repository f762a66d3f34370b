"""A form that is sent again with something else in it: told by every form with a key, with nothing done but what the first sending did.

The crawl's world is walked for forms with a key (`uuid`): each is filled as far as its controls say how, and sent twice, the second time
with another text. Where a first sending cannot be made up, its row is put there, since the question here is what the second is told.
"""
import html
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from PIL import Image

from tests import make
from tests.forms import TOLD, Sent, answer, forms_of
from tests.test_crawl import Crawl, crawl  # noqa: F401 - the fixture
from ventanilla.core.audit import sendings
from ventanilla.core.audit.models import Sending
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services import give
from ventanilla.core.orgs.services.roles import RoleDraft, save_role
from ventanilla.modules.correspondence import services as letters
from ventanilla.modules.correspondence.models import ArchiveSeries
from ventanilla.modules.correspondence.screens.actions import ON_CASE, ON_TURN
from ventanilla.modules.correspondence.services.archiving import FileDraft, open_drafted
from ventanilla.modules.correspondence.services.circulars import CircularDraft, send_circular
from ventanilla.modules.servicedesk.models.cmdb import CIType
from ventanilla.modules.servicedesk.services.cmdb import ItemDraft, add_item, install_standard
from ventanilla.web.ui.sendings import Keyed, told_before

pytestmark = pytest.mark.django_db
OTHER = "Otra cosa"
SELF_MOVING = {"audit_sending", "audit_entry", "documents_pendingfile", "django_session", "ui_draft", "usersessions_usersession"}


@pytest.fixture(scope="module")
def walked(crawl: Crawl) -> Client:  # noqa: F811
    """A browser of somebody with every right over the whole institution."""
    w = crawl.w
    role = save_role(actor=None, institution=w.institution, draft=RoleDraft("Todo", tuple(cap.LABELS), 2))
    who = make.person(w.institution, w.root, None)
    give(actor=None, person=who, role=role.slug, unit=w.root, subtree=True)
    install_standard(actor=None, institution=w.institution)
    kind = CIType.objects.get(institution=w.institution, slug="servidor")
    item = add_item(actor=who, draft=ItemDraft(kind, "Uno", state="in_use"))
    circular = send_circular(actor=who, draft=CircularDraft(w.root, w.oficio, "Aviso", "Se avisa", [w.north, w.south]))
    done = make.letter(w)
    letters.conclude(actor=w.head, case=done, reason="Atendido")
    filed, series = make.letter(w), ArchiveSeries.objects.filter(institution=w.institution).earliest("pk")
    letters.conclude(actor=w.head, case=filed, reason="Atendido")
    letters.archive(actor=w.head, case=filed, draft=letters.PlaceDraft(open_drafted(actor=w.head, draft=FileDraft(w.root, series, "Uno")), 1))
    crawl.things |= {"item_ci": str(item.pk), "circular": str(circular.pk), "concluded": str(done.pk), "filed": str(filed.pk)}
    client = Client()
    client.force_login(who.user)
    return client


CASE, TURN, TICKET = "/correspondencia/{case}/", "/correspondencia/turnos/{turn}/", "/mesa/tickets/{ticket}/"
PRACTICE, TRANSFER, CIRCULAR = "/practicas/{practice}/", "/practicas/transferencia/{transfer}/", "/correspondencia/circulares/{circular}/"
NEW = ("/correspondencia/registrar/", "/correspondencia/escribir/", "/correspondencia/digitalizar/varios/", "/correspondencia/importar/",
       "/archivo/abrir/", "/administracion/institucion/logotipo/", "/administracion/unidades/nueva/", "/administracion/personas/nueva/",
       "/administracion/unidades/{unit}/editar/", "/administracion/personas/{person}/editar/", "/administracion/calendarios/{calendar}/cambiar/",
       "/administracion/formularios/nuevo/", "/mesa/registrar/", "/mesa/problemas/nuevo/", "/mesa/cambios/nuevo/", "/mesa/pedir/{offering}/",
       "/mesa/enlaces/{liaison}/", "/mesa/sin-cambios/nuevo/", "/mesa/sin-cambios/{blackout}/", "/mesa/guardias/nueva/", "/mesa/guardias/rol/",
       "/mesa/guardias/{on_call}/", "/cmdb/nuevo/?tipo=servidor", "/cmdb/{item_ci}/", "/cmdb/{item_ci}/editar/", "/cmdb/{item_ci}/relacionar/",
       "/practicas/importar/", "/practicas/metas/{target}/", "/practicas/indicadores/{indicator}/editar/", "/practicas/convocatorias/nueva/",
       "/practicas/convocatorias/{campaign}/editar/", "/practicas/{life}/solicitar/", "/privacidad/{slug}/solicitud/",
       "/datos-personales/nueva/")
STEPS = (CASE, *(f"{CASE}{step}/" for step in ("nota", "correct", *ON_CASE)), *(f"{TURN}{step}/" for step in ON_TURN),
         TICKET, *(f"{TICKET}{step}/" for step in ("mensaje", "split", "aviso-mayor")),
         *(f"{PRACTICE}{step}/" for step in ("presentar", "paquete")),
         *(f"{PRACTICE}evidencia/{what}/" for what in ("indicador", "meta", "resultado", "archivo")),
         f"{TRANSFER}pasos/", f"{TRANSFER}agree/", f"{CIRCULAR}recordar/", f"{CIRCULAR}cancelar/")
MANY = {"/correspondencia/varios/turnar/": {"fila": "{case}", "hacer": "1"}, "/correspondencia/varios/archivar/": {"fila": "{concluded}", "hacer": "1"},
        "/correspondencia/varios/pasar/": {"fila": "{filed}", "hacer": "1"}, "/mesa/varios/": {"fila": "{ticket}", "action": "take"},
        **{f"/turnos/varios/{step}/": {"fila": "{turn}", "hacer": "1"} for step in ("turnar", "reasignar", "ampliar", "retirar")}}
UNSEEN = {"AgreementForm", "CodelessUnitForm"}
"""Of a transfer that was accepted; of an institution whose units have no keys. Each is its page's like the others."""


def test_every_form_with_a_key_says_that_it_was_sent_with_something_else(crawl: Crawl, walked: Client,  # noqa: F811
                                                                       monkeypatch: pytest.MonkeyPatch) -> None:
    seen: set[type[forms.Form]] = set()
    usual = Keyed.full_clean

    def full_clean(self: Keyed) -> None:
        usual(self)
        seen.update({type(self)} if self.is_bound and told_before() else ())

    monkeypatch.setattr(Keyed, "full_clean", full_clean)
    found, really = [], 0
    for page in (*NEW, *STEPS):
        url = page.format(**crawl.things)
        forms_there = list(forms_of(walked, url)) or [Sent(url, key=str(uuid4()))]
        for form in forms_there:
            wrong, sent = twice(walked, form)
            found += [(form.url, wrong)] if wrong else []
            really += sent
    for url, values in MANY.items():
        wrong, _sent = twice(walked, Sent(url, {n: v.format(**crawl.things) for n, v in values.items()}, key=str(uuid4())))
        found += [(url, wrong)] if wrong else []
    assert found == [], "\n".join(map(str, found))
    assert {one.__name__ for one in leaves() - seen} == UNSEEN, "give them a place in NEW, STEPS or MANY"
    assert really > 15, "most forms really send something first"


def leaves() -> set[type[forms.Form]]:
    """Every form with a key that no other one is made from."""
    def below(kind: type[forms.Form]) -> Iterator[type[forms.Form]]:
        for one in kind.__subclasses__():
            yield from below(one) if one.__subclasses__() else (one,)
    return {one for one in below(Keyed) if "tests" not in one.__module__}


def twice(client: Client, form: Sent) -> tuple[str, bool]:
    """Send it, and again with another text: what is wrong with the second answer (""), and whether the first one really did something."""
    with transaction.atomic():
        first, really = post(client, form, form.values), True
        key = uuid5(UUID(form.key), form.url.partition("?")[0])
        if not Sending.objects.filter(key=key).exists():
            really = False
            who = int(client.session.get("person") or 0) or Person.objects.get(user_id=client.session["_auth_user_id"]).pk
            Sending.objects.create(person_id=who, key=key, digest=b"another", entry_id=0, at=timezone.now())
        other = {**form.values, form.texts[-1]: OTHER} if form.texts else {**form.values, "algo": OTHER}
        comes_back = really and not first.streaming and form.key in first.content.decode(errors="replace")
        before = written()
        with transaction.atomic():
            second = post(client, form, other)
            touched = [name for name, count in written().items() if count != before.get(name) and name not in SELF_MOVING]
            after = content(touched)
            transaction.set_rollback(True)
        changed = [name for name, rows in content(touched).items() if rows != after[name]]
        transaction.set_rollback(True)
    said = " ".join([second.content.decode() if not second.streaming else "", *(str(m) for m in get_messages(second.wsgi_request))])
    if comes_back:
        return "a form that did something comes back with its key: the next thing that is sent with it would be refused", really
    wrong = f"changed {changed}" if changed else "" if TOLD.search(html.unescape(said)) else f"{first.status_code} {second.status_code}: not told"
    if not wrong and second.status_code != 422 and second.status_code != 302:
        wrong = f"told with {second.status_code}"
    return wrong, really


def post(client: Client, form: Sent, values: dict[str, Any]) -> Any:
    kind = next((kind for place, kind in FILES.items() if place in form.url), "txt")
    files = {name: SimpleUploadedFile(f"uno.{kind}", _bytes(kind)) for name in form.files if name != "photos" and kind}
    return client.post(form.url, {**values, **files, "uuid": form.key})


FILES = {"logotipo": "png", "identificacion": "png", "formularios": "", "correspondencia/importar": "csv", "practicas/importar": "pdf"}


def _bytes(kind: str) -> bytes:
    out = BytesIO()
    if kind == "png":
        Image.new("RGB", (200, 80), "white").save(out, "PNG")
    return out.getvalue() or b"folio,asunto\n1,Uno\n"


def written() -> dict[str, int]:
    """Of each table, how many rows this transaction wrote, also those that were taken back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables")
        return dict(cursor.fetchall())


def content(tables: list[str]) -> dict[str, Any]:
    found = {}
    with connection.cursor() as cursor:
        for name in tables:
            cursor.execute(f'SELECT count(*), sum(hashtext(t::text)::bigint) FROM "{name}" t')
            found[name] = cursor.fetchone()
    return found


def test_the_public_is_told_by_the_key_alone(crawl: Crawl) -> None:  # noqa: F811
    url = f"/privacidad/{crawl.things['slug']}/solicitud/"
    client = Client()
    form = next(forms_of(client, url))
    form.values |= {"sitio_web": "", "rights": "access"}
    with transaction.atomic():
        assert answer(client, form)[0] == 200 and Sending.objects.filter(person_id=sendings.NOBODY).count() == 1
        assert answer(Client(), form, holder="Otra Persona") == (422, True)
        transaction.set_rollback(True)
