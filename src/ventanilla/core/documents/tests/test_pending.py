"""Files of forms that come back: of one person and one form, each once, within limits over the sum, gone after a day."""
import io
import os
import threading
import time
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from ventanilla.core.cases.tasks import sweep_documents
from ventanilla.core.documents import storage
from ventanilla.core.documents.models import Document, PendingFile
from ventanilla.core.documents.problems import FileRefused
from ventanilla.core.documents.services import (
    FileDraft,
    drop_files,
    forget_pending,
    keep_files,
    open_pending,
    pending_files,
    store_files,
    sweep,
)
from ventanilla.core.orgs.models import Person

pytestmark = pytest.mark.django_db


def kept(person: Person, key: UUID, *contents: bytes, field: str = "files", name: str = "a.txt") -> list[FileRefused]:
    return keep_files(actor=person, key=key, field=field, files=[FileDraft(name, io.BytesIO(one)) for one in contents])


def test_a_file_is_kept_once_for_its_person_and_its_form(files: None, ana: Person, other: Person) -> None:
    key = uuid4()
    assert kept(ana, key, b"uno", b"dos") == [] and kept(ana, key, b"uno") == [], "sent again it is the same file"
    rows = pending_files(ana, key)
    assert [(r.filename, r.size, open_pending(r).read()) for r in rows] == [("a.txt", 3, b"uno"), ("a.txt", 3, b"dos")]
    assert pending_files(other, key) == [] and pending_files(ana, uuid4()) == []
    drop_files(actor=other, key=key, uuids=[r.uuid for r in rows])
    assert len(pending_files(ana, key)) == 2, "nobody else lets go of it"
    drop_files(actor=ana, key=key, uuids=[rows[0].uuid])
    assert pending_files(ana, key) == rows[1:]
    with pytest.raises(IntegrityError), transaction.atomic():
        PendingFile.objects.create(person=ana, key=key, field="files", sha256=rows[1].sha256, size=3, filename="a.txt")


def test_what_cannot_be_kept_is_said_and_the_others_stay(files: None, ana: Person, settings: Any) -> None:
    key = uuid4()
    assert [p.code for p in kept(ana, key, b"uno", b"", b"dos")] == ["empty"] and len(pending_files(ana, key)) == 2
    settings.FILE_LIMITS = {**settings.FILE_LIMITS, "kept": 10}
    assert [p.code for p in kept(ana, uuid4(), b"12345")] == ["kept_full"], "the room is one for all forms of a person"
    assert kept(ana, key, b"4321") == [], "exactly full"
    settings.FILE_LIMITS = {**settings.FILE_LIMITS, "kept": 10_000}
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 4
    refused = kept(ana, key, b"uno", b"cinco", b"seis")
    assert [p.code for p in refused] == ["too_many"] and "4 archivos" in refused[0].message
    assert len(pending_files(ana, key)) == 4, "one that is there already does not count twice"


def test_after_a_day_nothing_is_left_and_what_a_form_took_stays(files: None, ana: Person, tmp_path: Any) -> None:
    old, fresh = uuid4(), uuid4()
    kept(ana, old, b"viejo")
    kept(ana, fresh, b"nuevo")
    store_files(actor=ana, files=[SimpleUploadedFile("x.txt", b"tomado")])
    kept(ana, old, b"tomado")
    PendingFile.objects.filter(key=old).update(kept_at=timezone.now() - timedelta(hours=25))
    for path in (tmp_path / "files").glob("??/??/*"):
        os.utime(path, (time.time() - 100_000,) * 2)
    assert sweep() == 0, "what a form may still take is not swept"
    assert sweep_documents(0) == 1
    assert [r.key for r in PendingFile.objects.all()] == [fresh]
    assert {p.read_bytes() for p in (tmp_path / "files").glob("??/??/*")} == {b"nuevo", b"tomado"}
    kept(ana, fresh)
    PendingFile.objects.update(kept_at=timezone.now() - timedelta(hours=23))
    assert forget_pending() == 0


def test_bytes_that_went_to_quarantine_are_not_handed_out(files: None, ana: Person) -> None:
    key = uuid4()
    kept(ana, key, b"malo")
    [row] = pending_files(ana, key)
    storage.quarantine(row.sha256)
    with pytest.raises(FileRefused, match="ya no está guardado"):
        open_pending(row)


def test_the_same_form_sent_again_makes_the_same_documents(files: None, ana: Person, other: Person) -> None:
    def sent(person: Person, key: str) -> list[int]:
        files = [SimpleUploadedFile(name, content) for name, content in (("a.txt", b"uno"), ("b.txt", b"uno"), ("a.txt", b"uno"))]
        return [d.pk for d in store_files(actor=person, files=files, key=key)]

    key = str(uuid4())
    first = sent(ana, key)
    assert len(first) == 2 and sent(ana, key) == first, "killed after its files and sent again: nothing twice"
    assert not set(first) & set(sent(other, key)), "the same key of somebody else is another form"
    assert not set(first) & set(sent(ana, str(uuid4())))
    assert len(sent(ana, "")) == 3


@pytest.mark.django_db(transaction=True)
def test_clicks_at_once_keep_and_store_each_file_once(files: None, ana: Person, settings: Any) -> None:
    settings.FILE_LIMITS = {**settings.FILE_LIMITS, "kept": 12}
    key, start, failures = uuid4(), threading.Barrier(4), []

    def click(n: int) -> None:
        try:
            start.wait(10)
            kept(ana, key, b"igual", f"sólo{n}".encode())
            store_files(actor=ana, files=[SimpleUploadedFile("a.txt", b"igual")], key=str(key))
        except Exception as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=click, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []
    assert sum(r.size for r in pending_files(ana, key)) <= 12 and len({r.sha256 for r in pending_files(ana, key)}) == len(pending_files(ana, key))
    assert Document.objects.count() == 1
