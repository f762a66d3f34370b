"""A form with files that comes back with an error: they stay with it, in every form that takes files, and arrive once when it passes."""
import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field as fresh
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from tests import make
from tests.pages import as_
from ventanilla.core.cases.models import Attachment, Case
from ventanilla.core.documents.models import Document, DocumentVersion, PendingFile
from ventanilla.core.documents.services import forget_pending
from ventanilla.core.orgs.models import Person
from ventanilla.modules.correspondence.models import Upload
from ventanilla.modules.practices.models import EvidenceFile
from ventanilla.modules.practices.tests.life import registry
from ventanilla.modules.servicedesk.models.cmdb import CIDocument
from ventanilla.modules.servicedesk.tests.cmdb.making import estate
from ventanilla.modules.servicedesk.tests.desk import desk

pytestmark = pytest.mark.django_db
MARK = re.compile(r'name="([\w-]+)--pending" value="([^"]+)"')


@dataclass
class Form:
    """A form with files: who sends it to where, what is missing the first time, and the documents it leads to."""

    person: Person
    url: str
    wrong: dict[str, Any]
    right: dict[str, Any]
    made: Callable[[], list[Document]]
    field: str = "files"
    name: str = "plano del predio.pdf"
    content: bytes = b"%PDF-1.4 del predio"
    key: str = fresh(default_factory=lambda: str(uuid4()))

    def send(self, values: dict[str, Any], *files: SimpleUploadedFile, by: Person | None = None, **more: Any) -> Any:
        data = {"uuid": self.key, **values, **more}
        return as_(by or self.person).post(self.url, {**data, self.field: list(files)} if files else data)

    def file(self) -> SimpleUploadedFile:
        return SimpleUploadedFile(self.name, self.content)


def marks(page: Any) -> dict[str, list[str]]:
    """What the page asks for next time: field and mark of each kept file."""
    assert page.status_code == 422
    found: dict[str, list[str]] = {}
    for name, value in MARK.findall(page.content.decode()):
        found.setdefault(f"{name}--pending", []).append(html.unescape(value))
    return found


def attached() -> list[Document]:
    return [a.document for a in Attachment.objects.select_related("document")]


def _register() -> Form:
    w = make.world()
    right = {"unit": w.root.pk, "direction": "incoming", "type": w.oficio.pk, "order": "state", "organisation": "Finanzas", "subject": "Predio",
             "received_at": "2026-01-05T10:00", "sheets": 1, "medium": "paper", "priority": 3, "level": 0}
    return Form(w.clerk, reverse("letter_register"), right | {"subject": ""}, right, attached)


def _photos() -> Form:
    given = _register()
    out = BytesIO()
    Image.new("RGB", (60, 80), "white").save(out, "JPEG")
    given.field, given.name, given.content = "photos", "hoja 1.jpg", out.getvalue()
    return given


def _answer() -> Form:
    w = make.world()
    turn = make.turn(make.letter(w), w.head, w.north)[0]
    return Form(w.north_head, reverse("turn_action", args=[turn.pk, "answer"]), {"text": "x" * 20_001}, {"text": "Se atendió"},
                attached)


def _stack() -> Form:
    w = make.world()
    return Form(w.clerk, reverse("letter_stack"), {}, {}, lambda: [u.document for u in Upload.objects.all()])


def _add() -> Form:
    w = make.world()
    return Form(w.clerk, reverse("letter_add_files", args=[make.letter(w).pk]), {}, {}, attached)


def _ask() -> Form:
    d = desk()
    return Form(d.asker, reverse("ask", args=[d.version.offering.slug]), {"subject": ""}, {"subject": "No imprime"}, attached)


def _desk_register() -> Form:
    d = desk()
    right = {"subject": "No imprime", "channel": "phone", "requester": d.asker.pk, "impact": 2, "urgency": 2, "version": d.version.pk}
    return Form(d.agent, reverse("ticket_register"), right | {"subject": ""}, right, attached)


def _entry() -> Form:
    d = desk()
    case = d.ticket()
    return Form(d.asker, reverse("ticket_entry", args=[case.pk]), {"text": ""}, {"text": "Aquí va la foto"}, attached)


def _item() -> Form:
    e = estate()
    item = e.item("Servidor", unit=e.world.north)
    return Form(e.keeper, reverse("ci_documents", args=[item.pk]), {}, {}, lambda: [d.document for d in CIDocument.objects.all()])


def _evidence() -> Form:
    r = registry()
    return Form(r.author, reverse("practice_evidence_add", args=[r.practice().pk, "archivo"]), {"kind": "picture", "caption": "", "order": 1},
                {"kind": "picture", "caption": "El mostrador", "order": 1}, lambda: [e.document for e in EvidenceFile.objects.all()], "file")


FORMS = {"register": _register, "photos": _photos, "answer": _answer, "stack": _stack, "add": _add, "ask": _ask, "desk": _desk_register,
         "entry": _entry, "item": _item, "evidence": _evidence}


def first_time(form: Form) -> Any:
    """Refused: by what is missing or, where nothing else is asked for, by an empty file beside the good one."""
    return form.send(form.wrong, form.file(), *([SimpleUploadedFile("vacío.txt", b"")] if form.wrong == form.right else []))


@pytest.mark.parametrize("made", FORMS.values(), ids=FORMS)
def test_the_file_stays_with_the_form_and_arrives_once(made: Callable[[], Form]) -> None:
    form = made()
    page = first_time(form)
    shown = html.unescape(page.content.decode())
    back = marks(page)
    assert list(back) == [f"{form.field}--pending"] and len(back[f"{form.field}--pending"]) == 1
    assert f"Quitar «{form.name}»" in shown and "Ya se recibieron" in shown and not form.made()
    again = marks(form.send(form.wrong, **back)) if form.wrong != form.right else back
    assert again == back, "a second error loses nothing either"
    for _n in range(2):  # the second is a double click
        assert form.send(form.right, **back).status_code == 302
    [document] = form.made()
    versions = DocumentVersion.objects.filter(document=document).order_by("number")
    assert (versions[0].filename, versions[0].blob.size) == (form.name, len(form.content))
    assert Document.objects.count() == 1


@pytest.mark.parametrize("made", [_answer, _evidence], ids=["answer", "evidence"])
def test_a_file_that_is_taken_out_does_not_arrive(made: Callable[[], Form]) -> None:
    form = made()
    back = marks(form.send(form.wrong, form.file()))
    gone = {f"{form.field}--remove": [back[f"{form.field}--pending"][0].split()[0]]}
    assert form.field + "--pending" not in marks(form.send(form.wrong, **back, **gone)) and not PendingFile.objects.exists()
    other = SimpleUploadedFile("otro.pdf", b"%PDF-1.4 otro")
    assert form.send(form.right, other, **back, **gone).status_code == 302
    assert [d.title for d in form.made()] == ["otro.pdf"]


def test_one_that_is_chosen_instead_replaces_where_there_is_room_for_one() -> None:
    form = _evidence()
    back = marks(form.send(form.wrong, form.file()))
    other = SimpleUploadedFile("mejor.pdf", b"%PDF-1.4 mejor")
    page = form.send(form.wrong, other, **back)
    assert [m.split(" ", 1)[1] for m in marks(page)["file--pending"]] == ["mejor.pdf"]
    assert form.send(form.right, **marks(page)).status_code == 302
    assert [d.title for d in form.made()] == ["mejor.pdf"]


def test_chosen_now_and_kept_before_arrive_together() -> None:
    form = _register()
    back = marks(form.send(form.wrong, form.file()))
    assert form.send(form.right, SimpleUploadedFile("anexo.pdf", b"%PDF-1.4 anexo"), **back).status_code == 302
    assert [d.title for d in form.made()] == ["plano del predio.pdf", "anexo.pdf"]


def test_nobody_else_claims_them_and_nobody_registers_without_what_was_shown() -> None:
    form = _register()
    back = marks(form.send(form.wrong, form.file()))
    colleague = make.person(form.person.institution, form.person.unit, "clerk")
    page = form.send(form.right, by=colleague, **back)
    assert page.status_code == 422 and "«plano del predio.pdf» ya no está guardado" in html.unescape(page.content.decode())
    assert not Case.objects.exists() and not marks(page)
    form.key, own = str(uuid4()), form.key
    assert form.send(form.right, **back).status_code == 422, "nor under another key of one's own"
    form.key = own
    PendingFile.objects.update(kept_at=timezone.now() - timedelta(days=2))
    forget_pending()
    page = form.send(form.right, **back)
    assert page.status_code == 422 and not Case.objects.exists(), "after a day it is asked for again, never left out in silence"
    assert form.send(form.right, form.file()).status_code == 302 and len(form.made()) == 1


def test_the_limits_hold_over_what_was_kept_and_what_is_chosen(settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 3
    form = _register()
    three = [SimpleUploadedFile(f"{n}.txt", bytes([65 + n])) for n in range(3)]
    back = marks(form.send(form.wrong, *three))
    page = form.send(form.right, SimpleUploadedFile("4.txt", b"cuatro"), **back)
    assert page.status_code == 422 and "Con «4.txt» son más de 3 archivos" in html.unescape(page.content.decode())
    assert marks(page) == back and not Case.objects.exists()
    assert form.send(form.right, **back).status_code == 302 and len(form.made()) == 3


def test_without_a_key_a_file_is_named_and_asked_for_again() -> None:
    form = _register()
    form.key = "nada"
    page = form.send(form.wrong, form.file())
    assert not marks(page) and "elíjalo otra vez: plano del predio.pdf" in html.unescape(page.content.decode())
    strange = as_(form.person).post(reverse("cmdb_loads"), {"uuid": str(uuid4()), "what": "items", "file--pending": f"{uuid4()} x.csv"})
    assert strange.status_code in (400, 404, 422), "a mark where nothing was kept is refused in words"



def test_the_browser_is_told_which_forms_were_answered_and_only_those() -> None:
    form = _register()
    client, keys = as_(form.person), [str(uuid4()) for _n in range(10)]

    def sent(key: str, **more: Any) -> Any:
        return client.post(form.url, form.wrong | {"uuid": key}, **more)

    first = sent(keys[0])
    assert (first.status_code, first.cookies["answered"].value) == (422, keys[0]) and not first.cookies["answered"]["httponly"]
    assert sent(keys[1]).cookies["answered"].value == f"{keys[0]}.{keys[1]}"
    assert "answered" not in sent(keys[2], headers={"Sec-Fetch-Mode": "cors"}).cookies, "a page that sent it itself has the answer"
    assert "answered" not in sent(keys[2], headers={"X-Held-For": "1"}).cookies, "refused for somebody else: it is still to be sent"
    assert "answered" not in sent("nada").cookies and "answered" not in client.get(form.url).cookies
    for key in keys[2:]:
        last = sent(key, headers={"Sec-Fetch-Mode": "navigate"})
    assert last.cookies["answered"].value.split(".") == keys[2:], "the last eight"
    client.cookies["answered"] = "<script>.1"
    assert sent(keys[0]).cookies["answered"].value == keys[0]
    client.logout()
    assert "answered" not in sent(keys[0]).cookies, "sent to the sign-in page: nothing was done"
