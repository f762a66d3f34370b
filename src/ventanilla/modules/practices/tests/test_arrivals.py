"""Scanned forms: the page keeps them waiting and recognises nothing; the job makes one practice however often it is killed, or says why not."""
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.pages import as_, text

from ventanilla.core.audit.models import Entry
from ventanilla.core.documents.models import DocumentVersion, packed
from ventanilla.core.documents.problems import ScannerDown
from ventanilla.core.documents.services import process
from ventanilla.core.notices.models import Notice
from ventanilla.core.orgs.models import Grant
from ventanilla.core.orgs.reach import forget
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.practices import tasks
from ventanilla.modules.practices.models import Practice, PracticeArrival, PracticeImport
from ventanilla.modules.practices.reading.specimens import specimen
from ventanilla.modules.practices.services import arrivals
from ventanilla.modules.practices.services.importing import FormFile, import_forms, reading_of
from ventanilla.modules.practices.services.records import newest
from ventanilla.modules.practices.tests.life import Registry, registry
from ventanilla.modules.practices.tests.reading.test_files import pdf
from ventanilla.modules.practices.tests.taking import other_registry
from ventanilla.modules.practices.tests.test_importing import form

pytestmark = pytest.mark.django_db
PAGE = "practices_import"


@pytest.fixture
def r(settings: Any, tmp_path: Path) -> Registry:
    settings.STORAGES = {**settings.STORAGES, "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "files"}}}
    return registry()


def saved(picture: Image.Image, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    picture.save(out, kind)
    return out.getvalue()


def scanned(kind: str = "PDF") -> bytes:
    """The first page of a filled form as a scanner gives it: a picture and no text."""
    with pypdfium2.PdfDocument(pdf(5)) as document:
        return saved(document[0].render(scale=200 / 72).to_pil().convert("L"), kind)


def blank(shade: int = 255) -> bytes:
    """A picture of an empty sheet."""
    return saved(Image.new("L", (200, 300), shade))


def bring(r: Registry, data: bytes, name: str = "escaneado.pdf", **more: Any) -> PracticeArrival:
    done = import_forms(actor=r.author, unit=r.world.north, files=[FormFile(name, data, **more)], at_once=False)[0]
    assert done.arrival, done.problem
    return done.arrival


def checked(arrival: PracticeArrival, state: str = "clean") -> PracticeArrival:
    """As the antivirus leaves it."""
    DocumentVersion.objects.filter(pk=arrival.version_id).update(state=state)
    return arrival


def ordered() -> list[int]:
    jobs = ProcrastinateJob.objects.filter(task_name="practices.read_arrival", status="todo").order_by("id")
    return [job.args["arrival_id"] for job in jobs]


def test_the_page_recognises_nothing_and_the_job_makes_one_practice(r: Registry) -> None:
    browser, data = as_(r.author), scanned()
    assert "Nada en reconocimiento" in text(browser.get(reverse(PAGE)))
    files = [SimpleUploadedFile("escaneado.pdf", data), SimpleUploadedFile("lleno.txt", form()), SimpleUploadedFile("otra.pdf", data)]
    shown = text(browser.post(reverse(PAGE), {"archivos": files, "unidad": r.world.north.pk}))
    assert "se está reconociendo" in shown and "ya está en reconocimiento" in shown and "En espera" in shown and 'hx-trigger="every 3s"' in shown
    arrival = PracticeArrival.objects.get()
    assert (arrival.state, arrival.filename, arrival.attempts) == ("waiting", "escaneado.pdf", 0) and ordered() == [arrival.pk]
    assert Practice.objects.count() == 1 and not PracticeImport.objects.filter(digest=arrival.version.blob.sha256).exists()
    assert arrival.version.pages.count() == 0 and ProcrastinateJob.objects.get(args__arrival_id=arrival.pk).queue_name == "documents"

    with pytest.raises(ScannerDown):
        tasks.read_arrival(arrival.pk)
    PracticeArrival.objects.filter(pk=checked(arrival).pk).update(state="reading", attempts=1)  # its worker was killed here
    assert "Leyendo" in text(browser.get(reverse(PAGE)))
    assert tasks.read_arrival(arrival.pk) and not tasks.read_arrival(arrival.pk)
    arrival.refresh_from_db()
    practice, (generation, values) = arrival.practice, specimen(5)
    assert practice and practice.uuid == arrival.uuid and practice.generation == generation and Practice.objects.count() == 2
    assert newest(practice).values["nombre"] == values["nombre"] and PracticeImport.objects.get(revision__practice=practice).person == r.author
    told = Notice.objects.get(person=r.author, kind="system")
    assert "Se reconoció" in told.title and told.url == reverse("practice_readings", args=[practice.pk]) and "escaneado.pdf" in told.body
    shown = text(browser.get(reverse(PAGE)))
    assert told.url in shown and "Leído" in shown and "hx-trigger" not in shown.split('id="arrivals"')[1].split("</section>")[0]
    again = import_forms(actor=r.author, unit=r.world.north, files=[FormFile("x.pdf", data)], at_once=False)[0]
    assert (again.practice, again.known) == (practice, True)
    PracticeArrival.objects.update(finished_at=timezone.now() - timedelta(days=8))
    assert "Nada en reconocimiento" in text(browser.get(reverse(PAGE)))


def test_words_that_were_recognised_once_are_used_again(r: Registry) -> None:
    arrival, name = bring(r, scanned()), specimen(5)[1]["nombre"]
    process(arrival.version_id)
    page = arrival.version.pages.get()
    said = name.split()[0]
    rows = [("Reconocido" if w.text == said else w.text, w.x0, w.y0, w.x1, w.y1, w.confidence, w.line, w.block) for w in page.words]
    page.packed_words = packed(rows)
    page.save()
    assert page.source == "ocr" and tasks.read_arrival(arrival.pk)
    arrival.refresh_from_db()
    assert arrival.practice and arrival.practice.title == name.replace(said, "Reconocido")


def test_what_is_refused_says_why_to_whoever_brought_it(r: Registry) -> None:
    empty, damaged, lost, dying, bad = (bring(r, d, f"{n}.png") for n, d in enumerate((
        blank(), b"\x89PNG\r\n\x1a\nroto", blank(100), blank(50), blank(20))))
    for arrival in (empty, damaged, lost, dying):
        checked(arrival)
    checked(bad, "infected")
    PracticeArrival.objects.filter(pk=dying.pk).update(state="reading", attempts=arrivals.MOST_ATTEMPTS)
    for arrival in (empty, damaged, dying, bad):
        tasks.read_arrival(arrival.pk)
    Grant.objects.filter(person=r.author).delete()
    forget(r.author)
    assert tasks.read_arrival(lost.pk)
    rows = {a.pk: a for a in PracticeArrival.objects.all()}
    assert {a.state for a in rows.values()} == {"refused"} and all(a.finished_at and a.problem.endswith(".") for a in rows.values())
    assert "No se encontró el formulario" in rows[empty.pk].problem and "dañado" in rows[damaged.pk].problem
    assert "varias veces" in rows[dying.pk].problem and "cuarentena" in rows[bad.pk].problem
    told = Notice.objects.filter(person=r.author, kind="system")
    assert told.count() == 5 and {n.url for n in told} == {reverse(PAGE)} and rows[empty.pk].problem in "".join(n.body for n in told)
    assert Practice.objects.count() == 0 and Entry.objects.filter(verb="practice.arrival.refuse").count() == 5


def test_a_refused_file_is_seen_on_the_page_and_may_be_brought_again(r: Registry) -> None:
    browser = as_(r.author)
    answer = browser.post(reverse(PAGE), {"archivos": [SimpleUploadedFile("hoja.png", blank())], "unidad": r.world.north.pk})
    assert answer.status_code == 302 and answer.headers["Location"] == reverse(PAGE)
    tasks.read_arrival(checked(PracticeArrival.objects.get()).pk)
    shown = text(browser.get(reverse(PAGE)))
    assert "No se leyó" in shown and "No se encontró el formulario" in shown
    assert bring(r, blank(), "hoja.png").state == "waiting"
    at_once = import_forms(actor=r.author, unit=r.world.north, files=[FormFile("linea.png", blank(), again=True)])[0]
    assert at_once.arrival is None and "No se encontró" in at_once.problem  # the command line reads at once


def test_one_form_sent_twice_is_one_arrival_also_when_brought_again(r: Registry) -> None:
    browser = as_(r.author)
    key = text(browser.get(reverse(PAGE))).split('name="uuid" value="')[1][:36]
    for _n in range(2):
        browser.post(reverse(PAGE), {"archivos": [SimpleUploadedFile("a.png", blank())], "otra-vez": "1", "uuid": key})
    assert PracticeArrival.objects.count() == 1 and len(ordered()) == 1
    browser.post(reverse(PAGE), {"archivos": [SimpleUploadedFile("a.png", blank())], "otra-vez": "1", "uuid": "x"})
    assert PracticeArrival.objects.count() == 2


def test_institutions_and_units_do_not_see_each_others(r: Registry) -> None:
    mine, other = bring(r, blank(), "propio.png"), other_registry()
    for person in (other.author, r.world.south_head):
        browser = as_(person)
        assert "propio.png" not in text(browser.get(reverse(PAGE)))
        assert browser.post(reverse("practice_arrival_withdraw", args=[mine.pk])).status_code == 404
    theirs = import_forms(actor=other.author, unit=other.world.north, files=[FormFile("x.png", blank())], at_once=False)[0]
    assert theirs.arrival and not theirs.known and theirs.arrival.institution_id != mine.institution_id
    with pytest.raises(NotAllowed):
        arrivals.withdraw_arrival(actor=other.author, arrival=mine)
    with pytest.raises(IntegrityError), transaction.atomic():
        PracticeArrival.objects.filter(pk=mine.pk).update(unit=other.world.north)
        connection.check_constraints()


def test_whoever_brought_it_may_take_it_back(r: Registry) -> None:
    arrival, browser = checked(bring(r, blank(), "equivocado.png")), as_(r.author)
    assert browser.post(reverse("practice_arrival_withdraw", args=[arrival.pk])).status_code == 302
    assert not tasks.read_arrival(arrival.pk) and "Lo quitó usted" in text(browser.get(reverse(PAGE)))
    assert not Notice.objects.filter(kind="system").exists()
    with pytest.raises(Refused, match="Ya terminó"):
        arrivals.withdraw_arrival(actor=r.author, arrival=arrival)


def test_what_no_task_reads_any_more_is_ordered_again(r: Registry) -> None:
    first, second = bring(r, blank(), "a.png"), bring(r, blank(9), "b.png")
    ProcrastinateJob.objects.filter(args__arrival_id=first.pk)._raw_delete("default")  # type: ignore[attr-defined]
    assert tasks.order_lost_arrivals() == 1 and sorted(ordered()) == [first.pk, second.pk] and tasks.order_lost_arrivals() == 0


def test_the_page_costs_the_same_with_many(r: Registry) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as caught:
            text(browser.get(reverse(PAGE)))
        return len(caught)
    browser = as_(r.author)
    bring(r, blank(), "a.png")
    few = (cost(), cost())[1]
    for n in range(5):
        bring(r, blank(n), f"{n}.png")
    assert cost() == few


def test_own_paper_and_text_need_no_recognition() -> None:
    found = reading_of("f.pdf", pdf(5), recognise=False)[0]
    assert found and found.is_form and reading_of("f.png", blank(), recognise=False)[0] is None
