"""Storing: once physically, whole or not at all, never shared between institutions, immutable."""
import io
import os
import signal
import threading
import time
import uuid
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction

from ventanilla.core.audit.models import Entry
from ventanilla.core.documents import problems, sandbox, sniff, storage, tasks
from ventanilla.core.documents.models import Blob, Document, DocumentVersion, Page, State, packed, unpacked
from ventanilla.core.documents.services import (
    FileDraft,
    add_version,
    lock,
    open_version,
    process,
    rename,
    store,
    sweep,
    text_of,
)
from ventanilla.core.documents.tests import samples
from ventanilla.core.documents.text import Word

pytestmark = pytest.mark.django_db


def jobs() -> int:
    from procrastinate.contrib.django.models import ProcrastinateJob
    return ProcrastinateJob.objects.filter(task_name="documents.process").count()


def test_same_bytes_are_stored_once_and_documents_are_not_shared(files, ana, other, tmp_path):
    [mine] = store(actor=ana, files=[FileDraft("a.pdf", io.BytesIO(samples.letter()))])
    [theirs] = store(actor=other, files=[FileDraft("b.pdf", io.BytesIO(samples.letter()))])
    assert mine.blob_id == theirs.blob_id and mine.document_id != theirs.document_id
    assert theirs.document.institution_id == other.institution_id
    kept = [p for p in (tmp_path / "files").rglob("*") if p.is_file()]
    assert [p.name for p in kept] == [mine.blob.sha256]
    assert jobs() == 2 and Entry.objects.filter(verb="documents.store").count() == 2


def test_a_resend_is_the_same_document(files, ana):
    draft = uuid.uuid4()
    first = store(actor=ana, files=[FileDraft("a.txt", io.BytesIO(b"hola"), uuid=draft)])
    again = store(actor=ana, files=[FileDraft("a.txt", io.BytesIO(b"hola"), uuid=draft)])
    assert first == again and Document.objects.count() == 1 and jobs() == 1


def test_many_at_once_equal_one_by_one(files, ana, tmp_path):
    paths = []
    for number in range(5):
        paths.append(tmp_path / f"{number}.txt")
        paths[-1].write_text(f"texto {number % 4}")
    together = store(actor=ana, files=[FileDraft(p.name, p) for p in paths])
    single = [store(actor=ana, files=[FileDraft(p.name, p)])[0] for p in paths]
    assert [v.blob_id for v in together] == [v.blob_id for v in single]
    assert Blob.objects.count() == 4 and [v.filename for v in together] == [p.name for p in paths]


def test_one_bad_file_stores_none(files, ana):
    drafts = [FileDraft("a.txt", io.BytesIO(b"hola")), FileDraft("b.txt", io.BytesIO(b""))]
    with pytest.raises(problems.FileRefused) as refused:
        store(actor=ana, files=drafts)
    assert refused.value.name == "b.txt" and not Document.objects.exists() and not Blob.objects.exists()


def test_an_upload_that_breaks_is_told(files, ana):
    class Broken(io.RawIOBase):
        def read(self, size=-1):
            raise ConnectionResetError

    with pytest.raises(problems.FileRefused, match="no se recibió completo"):
        store(actor=ana, files=[FileDraft("a.txt", Broken())])


def test_versions_count_up_and_equal_bytes_are_one(files, ana, other):
    [first] = store(actor=ana, files=[FileDraft("a.txt", io.BytesIO(b"uno"))])
    second = add_version(actor=ana, document=first.document, draft=FileDraft("a.txt", io.BytesIO(b"dos")))
    again = add_version(actor=ana, document=first.document, draft=FileDraft("a.txt", io.BytesIO(b"dos")))
    assert (second.number, again.pk) == (2, second.pk) and first.document.latest == second
    with pytest.raises(Document.DoesNotExist):
        add_version(actor=other, document=first.document, draft=FileDraft("a.txt", io.BytesIO(b"tres")))


@pytest.mark.parametrize("change", [{"filename": "otro"}, {"number": 9}, {"state": "inventado"}])
def test_what_arrived_never_changes(files, ana, change):
    [version] = store(actor=ana, files=[FileDraft("a.txt", io.BytesIO(b"uno"))])
    with pytest.raises(DatabaseError), transaction.atomic():
        DocumentVersion.objects.filter(pk=version.pk).update(**change)


def test_locked_versions_stay(files, ana):
    [version] = store(actor=ana, files=[FileDraft("a.txt", io.BytesIO(b"uno"))])
    lock(actor=ana, versions=[version])
    for attempt in (lambda rows: rows.delete(), lambda rows: rows.update(locked_at=None)):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt(DocumentVersion.objects.filter(pk=version.pk))
    assert Entry.objects.filter(verb="documents.lock").count() == 1


def test_rename(files, ana):
    [version] = store(actor=ana, files=[FileDraft("a.txt", io.BytesIO(b"uno"))])
    rename(actor=ana, document=version.document, title=" Acuse ")
    version.document.refresh_from_db()
    assert version.document.title == "Acuse"


def test_sweep_removes_only_orphans(files, ana, tmp_path):
    [version] = store(actor=ana, files=[FileDraft("a.txt", io.BytesIO(b"uno"))])
    orphan = tmp_path / "files" / "ab" / "cd" / ("abcd" + "0" * 60)
    orphan.parent.mkdir(parents=True)
    orphan.write_bytes(b"nadie")
    assert sweep() == 0
    assert sweep(older_than=-1) == 1 and not orphan.exists()
    assert (tmp_path / "files" / version.blob.path).exists()


def test_rescue_orders_what_lost_its_task(files, ana):
    from procrastinate.contrib.django.models import ProcrastinateJob
    [version] = store(actor=ana, files=[FileDraft("a.txt", io.BytesIO(b"uno"))])
    assert tasks.rescue() == 0
    from django.db import connection
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed'")
    assert tasks.rescue() == 1 and ProcrastinateJob.objects.filter(status="todo").count() == 1
    process(version.pk)
    assert tasks.rescue() == 0


def test_what_fails_five_times_is_given_up(files, ana):
    [version] = store(actor=ana, files=[FileDraft("a.txt", io.BytesIO(b"uno"))])
    DocumentVersion.objects.update(state=State.PROCESSING)
    tasks.order([version.pk] * 4)
    from django.db import connection
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed'")
    assert tasks.rescue() == 0
    version.refresh_from_db()
    assert version.state == State.FAILED and "No se pudo leer" in version.reason


def test_storage_that_is_no_local_disk(settings, ana):
    settings.STORAGES = {**settings.STORAGES, "default": {
        "BACKEND": "django.core.files.storage.InMemoryStorage"}}
    [version] = store(actor=ana, files=[FileDraft("a.pdf", io.BytesIO(samples.letter()))])
    process(version.pk)
    version.refresh_from_db()
    assert version.state == State.READY and open_version(version).read() == samples.letter()
    storage.quarantine(version.blob.sha256)
    with pytest.raises(FileNotFoundError):
        storage.opened(version.blob.sha256)


def test_a_child_cannot_make_us_keep_another_file(files, tmp_path):
    (tmp_path / "secreto").write_text("clave")
    (tmp_path / "1.jpg").symlink_to(tmp_path / "secreto")
    with pytest.raises(OSError):
        storage.keep_file(tmp_path / "1.jpg")


@pytest.mark.parametrize(("name", "media", "expected"), [
    ("a.pdf", "text/plain", True), ("a.pdf", "application/pdf", False), ("foto.jpg", "image/heic", True),
    ("a.doc", "application/rtf", False), ("a.html", "text/plain", False),
    ("sin extensión", "image/png", False),
    ("a.docx", sniff.OCTETS, True), ("a.csv", "text/plain", False), ("a.JPG", "image/jpeg", False),
])
def test_disguised_names(name, media, expected):
    assert sniff.disguised(name, media) is expected


def test_processing_goes_on_where_it_was(stored):
    """Pages that a killed worker had stored are not read again."""
    version = stored(samples.letter(3), read=False)
    DocumentVersion.objects.filter(pk=version.pk).update(state=State.PROCESSING)
    Page.objects.create(version=version, number=1, width=612, height=792, text="ya leída")
    process(version.pk)
    assert text_of(version).split("\f")[0] == "ya leída" and version.pages.count() == 3
    assert process(version.pk) is False


@pytest.mark.faults
@pytest.mark.parametrize("whom", ["child", "server"])
def test_a_killed_reader_is_started_again_and_nothing_is_lost(stored, whom):
    """kill -9 of the recognition in the middle of a page."""
    version = stored(samples.picture_pdf(samples.scan(), samples.scan()), read=False)
    killed = []

    def kill() -> None:
        end = time.monotonic() + 120
        while not killed and time.monotonic() < end:
            server = sandbox.workshop.server_pid
            for pid in Path(f"/proc/{server}/task/{server}/children").read_text().split() if server else []:
                time.sleep(0.3)
                killed.append(int(pid) if whom == "child" else server)
                os.kill(killed[0], signal.SIGKILL)
                return
            time.sleep(0.01)

    sandbox.sandbox_level()
    killer = threading.Thread(target=kill)
    killer.start()
    process(version.pk)
    killer.join()
    version.refresh_from_db()
    assert killed and (version.state, version.problem) == (State.READY, "")
    assert version.searchable_id and all("Begoña Muñoz" in page.text for page in version.pages.all())


def test_words_are_packed_without_loss():
    rows = [["Ñandú", 0.1, 0.2, 0.30001, 0.4, 0.987, 3, 2], ["x", 0.0, 0.0, 0.0, 0.0, 1.0, 4, 2]]
    assert unpacked(packed(rows)) == tuple(Word(*row) for row in rows)
    assert unpacked(packed([])) == ()


@pytest.mark.parametrize(("data", "media"), [
    (b"PK\x03\x04" + b"\0" * 40, "application/zip"), (b"MZ\x90", "application/x-msdownload"),
    (b"\x89PNG\r\n\x1a\n", "image/png"), ("año,mes\n1,2\n".encode(), "text/plain"),
    (b"\0\1\2\3", sniff.OCTETS),
    (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"), (b"<svg xmlns='x'/>", "image/svg+xml"),
    (b"\0\0\0\x18ftypheic\0\0\0\0", "image/heic"), (samples.docx(["x"]), sniff._OOXML
                                                    + "wordprocessingml.document"),
    (samples.odt("a b"), "application/vnd.oasis.opendocument.text"),
    (b"From: a\nTo: b\nSubject: c\n\nx", "message/rfc822"),
])
def test_type_by_content(tmp_path, data, media):
    (tmp_path / "x.pdf").write_bytes(data)
    assert sniff.media_type(tmp_path / "x.pdf") == media
