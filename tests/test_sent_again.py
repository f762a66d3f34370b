"""A form that is sent again with something else in it: told by every form with a key, with nothing done but what the first sending did.

The crawl's world is walked for forms with a key (`uuid`): each is filled as far as its controls say how, and sent twice, the second time
with another text. Where a first sending cannot be made up, its row is put there, since the question here is what the second is told.
"""
import html
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from tests import make
from tests.pages import as_
from tests.test_crawl import Crawl, crawl  # noqa: F401 - the fixture
from ventanilla.core.audit import sendings
from ventanilla.core.audit.models import Sending
from ventanilla.core.audit.services import record
from ventanilla.core.cases.models import Attachment, Note
from ventanilla.core.documents.models import PendingFile
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services import give
from ventanilla.core.orgs.services.roles import RoleDraft, save_role
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.correspondence import services as letters
from ventanilla.modules.correspondence.screens.actions import ON_CASE, ON_TURN
from ventanilla.modules.correspondence.services.circulars import CircularDraft, send_circular
from ventanilla.modules.practices.models import Target
from ventanilla.modules.practices.tests.life import registry
from ventanilla.modules.servicedesk.models.cmdb import CIType
from ventanilla.modules.servicedesk.services.cmdb import ItemDraft, add_item, install_standard
from ventanilla.web.ui.sendings import Keyed, told_before

pytestmark = pytest.mark.django_db
TOLD = re.compile(r"ya se envió el .{5,400}?Ahora no se (?:guardó|envió) nada", re.S)
OTHER = "Otra cosa"
SELF_MOVING = {"audit_sending", "audit_entry", "documents_pendingfile", "django_session", "ui_draft", "usersessions_usersession"}


@dataclass
class Sent:
    """A form of a page, with what a browser would send."""

    url: str
    values: dict[str, Any] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    key: str = ""


class Forms(HTMLParser):
    """The posted forms of a page that carry a key, filled: what has a value keeps it, what has none gets one by its kind."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Sent] = []
        self.form: Sent | None = None
        self.select: tuple[str, bool] = ("", False)
        self.page = page

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {k: v or "" for k, v in attrs}
        if tag == "form":
            self.form = Sent(a.get("action") or self.page) if a.get("method") == "post" else None
        if self.form is None or (not (name := a.get("name", "")) and tag != "option"):
            return
        if tag == "select":
            self.select = (name, "multiple" in a)
        elif tag == "option" and a.get("value"):
            if "selected" in a or self.select[0] not in self.form.values:
                self.form.values[self.select[0]] = a["value"]
        elif tag == "textarea":
            self.form.values[name] = "Un texto"
            self.form.texts.append(name)
        elif tag == "input":
            self._input(self.form, name, a)

    def _input(self, form: Sent, name: str, a: dict[str, str]) -> None:
        kind, value = a.get("type", "text"), a.get("value", "")
        made = {"text": "Una cosa", "search": "Una cosa", "email": "a@example.org", "number": "2", "url": "https://example.org/", "tel": "5",
                "date": timezone.localdate().isoformat(), "datetime-local": f"{timezone.localdate()}T10:00", "time": "10:00"}
        if name == "uuid":
            form.key = value
        elif kind == "file":
            form.files.append(name)
        elif kind in ("checkbox", "radio"):
            if "checked" in a or name not in form.values:
                form.values[name] = value or "on"
        else:
            form.values[name] = value or made.get(kind, "")
            if kind in ("text", "search") and not value:
                form.texts.append(name)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self.form is not None:
            if self.form.key:
                self.found.append(self.form)
            self.form = None


def forms_of(client: Client, url: str) -> Iterator[Sent]:
    """The forms with a key on a page that is opened."""
    with transaction.atomic():
        page = client.get(url)
        transaction.set_rollback(True)
    yield from forms_in(page, url)


def forms_in(page: Any, url: str) -> Iterator[Sent]:
    """The forms with a key in an answer."""
    parser = Forms(url)
    parser.feed(page.content.decode() if not page.streaming and "html" in page.headers.get("Content-Type", "") else "")
    yield from parser.found


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
    crawl.things |= {"item_ci": str(item.pk), "circular": str(circular.pk), "concluded": str(done.pk)}
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
        "/mesa/varios/": {"fila": "{ticket}", "action": "take"}}
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
    assert really > 25


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
        before = written()
        with transaction.atomic():
            second = post(client, form, other)
            touched = [name for name, count in written().items() if count != before.get(name) and name not in SELF_MOVING]
            after = content(touched)
            transaction.set_rollback(True)
        changed = [name for name, rows in content(touched).items() if rows != after[name]]
        transaction.set_rollback(True)
    said = " ".join([second.content.decode() if not second.streaming else "", *(str(m) for m in get_messages(second.wsgi_request))])
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


# --- what is the same, and whose -------------------------------------------------------------------------------


@pytest.fixture
def w() -> make.World:
    return make.world()


def note_of(w: make.World) -> Sent:
    return Sent(reverse("letter_note", args=[make.letter(w).pk]), {"text": "Una nota"}, key=str(uuid4()))


def answer(client: Client, form: Sent, **values: Any) -> tuple[int, bool]:
    """The status, and whether it was told."""
    said = client.post(form.url, {**form.values, "uuid": form.key, **values})
    return said.status_code, bool(TOLD.search(html.unescape(said.content.decode())))


def test_the_same_is_the_same_and_something_else_is_sent_with_the_key_that_comes_back(w: make.World) -> None:
    form, client = note_of(w), as_(w.head)
    assert answer(client, form) == answer(client, form) == answer(client, form, text=" Una nota\r\n", otro="") == (302, False)
    page = client.post(form.url, {"uuid": form.key, "text": "Otra nota"})
    assert page.status_code == 422 and "Otra nota" in page.content.decode() and form.key not in page.content.decode()
    assert page.cookies["answered"].value == form.key, "the browser lets go of what it had written down"
    form.key = next(forms_in(page, form.url)).key
    assert answer(client, form, text="Otra nota") == (302, False)
    assert list(Note.objects.order_by("pk").values_list("text", flat=True)) == ["Una nota", "Otra nota"]


def test_the_next_one_is_not_written_over_the_last() -> None:
    """Verbs that keep what their form says would else change what was made."""
    r = registry()
    practice = r.practice()
    form = Sent(reverse("practice_evidence_add", args=[practice.pk, "meta"]), {"prose": "Atender todo", "direction": Target.Direction.values[0]}, key=str(uuid4()))
    assert answer(as_(r.author), form) == (302, False) and answer(as_(r.author), form, prose="Otra meta") == (422, True)
    assert [t.prose for t in practice.targets.all()] == ["Atender todo"]


def test_the_key_of_somebody_else_or_of_another_page_says_nothing(w: make.World) -> None:
    form, other = note_of(w), note_of(w)
    assert answer(as_(w.head), form) == (302, False)
    assert not answer(as_(w.clerk), form, text="Otra nota")[1]
    other.key = form.key
    assert not answer(as_(w.head), other, text="Otra nota")[1]


def test_what_a_page_saves_by_itself_and_settings_with_a_browsers_key_are_not_asked(w: make.World) -> None:
    form, client = note_of(w), as_(w.head)
    saved = [client.post(form.url, {"uuid": form.key, "text": text}, headers={"Sec-Fetch-Mode": "cors"}) for text in ("Una", "Otra")]
    assert [one.status_code for one in saved] == [302, 302] and not Sending.objects.exists()
    form.key = form.key[:14] + "8" + form.key[15:]
    assert answer(client, form) == answer(client, form, text="Otra nota") == (302, False) and not Sending.objects.exists()
    held = {"X-Held-For": str(w.head.pk), "Sec-Fetch-Mode": "cors"}
    form.key = str(uuid4())
    sent = [client.post(form.url, {"uuid": form.key, "text": text}, headers=held).status_code for text in ("Una", "Otra")]
    assert sent == [302, 422], "what a browser held is sent by it, and is a sending"


def test_files_tell_forms_apart_and_stay_with_the_form_that_comes_back(w: make.World) -> None:
    turn = make.turn(make.letter(w), w.head, w.north)[0]
    url, key, client = reverse("turn_action", args=[turn.pk, "report"]), str(uuid4()), as_(w.north_head)

    def send(content: bytes, key: str = key, **more: Any) -> Any:
        return client.post(url, {"uuid": key, "text": "Va", "partial": "on", **more, "files": SimpleUploadedFile("uno.txt", content)})

    assert send(b"uno").status_code == send(b"uno").status_code == 302
    page = send(b"dos")
    again = next(forms_in(page, url))
    assert page.status_code == 422 and TOLD.search(html.unescape(page.content.decode())) and again.key != key
    assert PendingFile.objects.get().key == UUID(again.key)
    kept = {n: v for n, v in again.values.items() if n.endswith("--pending")}
    assert kept and client.post(url, {"uuid": again.key, "text": "Va", "partial": "on", **kept}).status_code == 302
    assert sorted(Attachment.objects.values_list("document__title", flat=True)) == ["uno.txt", "uno.txt"]


def test_a_form_that_was_refused_keeps_its_key(w: make.World) -> None:
    """Also when its files were stored, or the first of its verbs was done, before it was refused."""
    turn = make.turn(make.letter(w), w.head, w.north)[0]
    url, values = reverse("turn_action", args=[turn.pk, "answer"]), {"uuid": str(uuid4()), "text": ""}
    wrong = as_(w.north_head).post(url, {**values, "text": "x" * 20_001, "files": SimpleUploadedFile("uno.txt", b"uno")})
    assert wrong.status_code == 422 and not Sending.objects.exists()
    form = sendings.Form(w.head.pk, uuid4(), b"uno", lambda _found: Refused("ya"))
    with sendings.receiving():
        sendings.begin(form)
        record("letter.note", actor=w.head, institution_id=w.institution.pk, subject="case:1")
    assert form.written and sendings.before(form.person_id, form.key)
    sendings.let_go(form)
    assert sendings.before(form.person_id, form.key) is None


def test_the_row_of_a_form_comes_and_goes_with_the_line_of_its_verb(w: make.World) -> None:
    """One statement and one transaction: nothing can be killed between them. Another sending that was faster is found by the line."""
    form = sendings.Form(w.head.pk, uuid4(), b"uno", lambda _found: Refused("ya"))

    def write() -> int:
        with sendings.receiving():
            sendings.begin(form)
            return record("letter.note", actor=w.head, institution_id=w.institution.pk, subject="case:1")

    with suppress(ZeroDivisionError), transaction.atomic():
        write()
        raise ZeroDivisionError
    assert not Sending.objects.exists()
    number = write()
    assert Sending.objects.get().entry_id == number
    same = sendings.Form(form.person_id, form.key, b"uno", form.refusal)
    form = same
    write()
    form = sendings.Form(same.person_id, same.key, b"dos", same.refusal)
    with pytest.raises(Refused, match="ya"):
        write()
    assert bytes(Sending.objects.get().digest) == b"uno"


def test_what_was_sent_is_forgotten_after_some_weeks(w: make.World) -> None:
    form = note_of(w)
    assert answer(as_(w.head), form)[0] == 302 and sendings.forget_old() == 0
    Sending.objects.update(at=timezone.now() - timedelta(days=sendings.KEPT_DAYS + 1))
    assert sendings.forget_old() == 1


def test_the_public_is_told_by_the_key_alone(crawl: Crawl) -> None:  # noqa: F811
    url = f"/privacidad/{crawl.things['slug']}/solicitud/"
    client = Client()
    form = next(forms_of(client, url))
    form.values |= {"sitio_web": "", "rights": "access"}
    with transaction.atomic():
        assert answer(client, form)[0] == 200 and Sending.objects.filter(person_id=sendings.NOBODY).count() == 1
        assert answer(Client(), form, holder="Otra Persona") == (422, True)
        transaction.set_rollback(True)
