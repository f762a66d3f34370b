"""Files of a form that comes back with an error: kept for its person until it passes, so that nobody chooses them again.

Only bytes and a name are kept: nothing is read, scanned or shown before the form passes and `store` takes the file in like any other.
"""
from collections.abc import Sequence
from datetime import timedelta
from typing import IO, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from ventanilla.core.documents import storage
from ventanilla.core.documents.models import PendingFile
from ventanilla.core.documents.problems import FileRefused
from ventanilla.core.documents.services.intake import FileDraft, clean_name
from ventanilla.core.orgs.models import Person

KEPT_HOURS: Final = 24


def pending_files(person: Person, key: UUID) -> list[PendingFile]:
    """What is kept of this form of this person, in the order in which it came; nobody else's key finds anything."""
    return list(PendingFile.objects.filter(person=person, key=key))


def keep_files(*, actor: Person, key: UUID, field: str, files: Sequence[FileDraft]) -> list[FileRefused]:
    """Keep the files of a field for a day from now, each once; returns those that could not be kept, and why."""
    received: list[PendingFile] = []
    refused: list[FileRefused] = []
    for draft in files:
        try:
            received.append(_received(actor, key, field, draft))
        except FileRefused as problem:
            refused.append(problem)
    return refused + _entered(actor, key, received)


def _received(actor: Person, key: UUID, field: str, draft: FileDraft) -> PendingFile:
    assert not hasattr(draft.source, "open")
    name = clean_name(draft.name)
    with storage.received(draft.source, name) as incoming:
        storage.keep(incoming)
        return PendingFile(person=actor, key=key, field=field[:60], sha256=incoming.sha256, size=incoming.size, filename=name)


@transaction.atomic
def _entered(actor: Person, key: UUID, rows: Sequence[PendingFile]) -> list[FileRefused]:
    """One form of a person at a time, so that the limits hold over the sum of all of them."""
    Person.objects.select_for_update(no_key=True).get(pk=actor.pk)
    mine = PendingFile.objects.filter(person=actor)
    held = mine.aggregate(total=Sum("size"))["total"] or 0
    count = mine.filter(key=key).update(kept_at=timezone.now())
    refused = []
    for row in rows:
        if mine.filter(key=key, field=row.field, sha256=row.sha256, filename=row.filename).exists():
            continue
        if problem := _over(row, count + 1, held + row.size):
            refused.append(problem)
            continue
        row.save()
        count, held = count + 1, held + row.size
    return refused


def _over(row: PendingFile, count: int, held: int) -> FileRefused | None:
    most, room = settings.DATA_UPLOAD_MAX_NUMBER_FILES, settings.FILE_LIMITS["kept"]
    if count > most:
        return FileRefused("too_many", row.filename, limit=most)
    return FileRefused("kept_full", row.filename, limit=room // (1024 * 1024)) if held > room else None


def drop_files(*, actor: Person, key: UUID, uuids: Sequence[UUID]) -> None:
    """Let go of files of the actor's own form; the bytes go with the next sweep when nothing else speaks of them."""
    PendingFile.objects.filter(person=actor, key=key, uuid__in=uuids).delete()


def hand_over(*, actor: Person, key: UUID, to: UUID) -> None:
    """The actor's own form comes back under another key, and its files with it."""
    PendingFile.objects.filter(person=actor, key=key).update(key=to)


def open_pending(row: PendingFile) -> IO[bytes]:
    """The bytes as they arrived. Raises FileRefused: no longer there (found infected elsewhere, and in quarantine)."""
    try:
        return storage.opened(row.sha256)
    except FileNotFoundError:
        raise FileRefused("gone", row.filename) from None


def forget_pending(hours: int = KEPT_HOURS) -> int:
    """Delete what no form took within `hours` of its last coming back; returns how many."""
    return PendingFile.objects.filter(kept_at__lt=timezone.now() - timedelta(hours=hours)).delete()[0]
