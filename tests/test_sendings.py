"""What is the same sending of a form and what is another one, whose key it is, and what becomes of its row."""
import html
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from tests import make
from tests.forms import TOLD, Sent, answer, forms_in
from tests.pages import as_
from ventanilla.core.audit import sendings
from ventanilla.core.audit.models import Sending
from ventanilla.core.audit.services import record
from ventanilla.core.cases.models import Attachment, Note
from ventanilla.core.documents.models import PendingFile
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.workdays.models import Calendar
from ventanilla.modules.practices.models import Target
from ventanilla.modules.practices.tests.life import registry

pytestmark = pytest.mark.django_db


@pytest.fixture
def w() -> make.World:
    return make.world()


def note_of(w: make.World) -> Sent:
    return Sent(reverse("letter_note", args=[make.letter(w).pk]), {"text": "Una nota"}, key=str(uuid4()))


def test_the_same_is_the_same_and_something_else_is_sent_with_the_key_that_comes_back(w: make.World) -> None:
    form, client = note_of(w), as_(w.head)
    assert answer(client, form) == answer(client, form) == answer(client, form, text=" Una nota\r\n", otro="") == (302, False)
    lines = Sent(form.url, key=str(uuid4()))  # the ends of lines are the browser's
    assert answer(client, lines, text="Una\r\nnota") == answer(client, lines, text="Una\nnota") == (302, False)
    page = client.post(form.url, {"uuid": form.key, "text": "Otra nota"})
    assert page.status_code == 422 and "Otra nota" in page.content.decode() and form.key not in page.content.decode()
    assert page.cookies["answered"].value.endswith(form.key), "the browser lets go of what it had written down"
    form.key = next(forms_in(page, form.url)).key
    assert answer(client, form, text="Otra nota") == (302, False)
    assert list(Note.objects.order_by("pk").values_list("text", flat=True)) == ["Una nota", "Una\r\nnota", "Otra nota"]


def test_the_next_one_is_not_written_over_the_last() -> None:
    """Verbs that keep what their form says would else change what was made."""
    r = registry()
    practice = r.practice()
    values = {"prose": "Atender todo", "direction": Target.Direction.values[0]}
    form = Sent(reverse("practice_evidence_add", args=[practice.pk, "meta"]), values, key=str(uuid4()))
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


def test_a_form_that_shows_first_what_it_would_do_is_one_sending(w: make.World) -> None:
    """Refused, shown, shown with something else, confirmed, and confirmed by a second click: nothing of that was sent before."""
    client, url = as_(w.admin), reverse("admin_area:new_version", args=[Calendar.objects.get(institution=w.institution).pk])
    days = {name: (timezone.localdate() + timedelta(days=n)).isoformat() for name, n in (("first", 1), ("last", 10))}
    form = Sent(url, {**days, "kind": "contingency", "name": "Contingencia", "source": "Decreto", "note": "Mudanza", "amber_rule": "fraction",
                      "amber_value": "0.75", **{f"hours_{n}": "09:00-18:00" if n < 5 else "" for n in range(7)}}, key=str(uuid4()))
    assert answer(client, form, first="nunca") == (422, False)
    assert answer(client, form) == (200, False)
    shown = client.post(url, {**form.values, "uuid": form.key, "note": "Obras"})
    sure = {"note": "Obras", "confirm": "1", "seen": next(forms_in(shown, url)).values["seen"]}
    assert form.key in shown.content.decode() and answer(client, form, **sure) == answer(client, form, **sure) == (302, False)
    assert answer(client, form, **{**sure, "note": "Otra cosa"}) == (422, True)


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


def test_what_is_kept_of_a_form_says_nothing_of_what_was_in_it(w: make.World) -> None:
    """The same by two people, or with two keys, is another digest; and none that is made from the text alone."""
    rows = []
    for who in (w.head, w.head, w.clerk):
        assert answer(as_(who), note_of(w))[0] == 302
        rows.append(bytes(Sending.objects.latest("pk").digest))
    assert len(set(rows)) == 3 and {len(row) for row in rows} == {32}
    assert {f.name for f in Sending._meta.fields} == {"id", "person_id", "key", "digest", "entry_id", "at"}


def test_what_registers_without_a_form_pays_nothing(w: make.World) -> None:
    seen: list[str] = []

    def look(execute: Any, sql: str, *rest: Any) -> Any:
        seen.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(look):
        make.letter(w)
    assert any("audit_entry" in sql for sql in seen) and not any("audit_sending" in sql for sql in seen)


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
