"""Sending a concluded letter to the current archive: an expediente of a series, with box and shelf.

Ley General de Archivos, articles 4 (archivo de trámite), 13 and 20.
"""
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.cases.models import Case
from ventanilla.core.cases.moving import lock_case, moving
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.services.setup import NotAllowed, Refused, require
from ventanilla.lib.spanish import clean_text
from ventanilla.modules.correspondence.models import ArchiveFile, ArchivePlace, ArchiveSeries


@dataclass(frozen=True)
class PlaceDraft:
    """Where a letter goes: an expediente of its unit, and how many sheets go in."""

    file: ArchiveFile
    sheets: int


@dataclass(frozen=True)
class FileDraft:
    """An expediente to open; the same `uuid` again is the same expediente."""

    unit: Unit
    series: ArchiveSeries
    title: str
    box: str = ""
    shelf: str = ""
    uuid: UUID = field(default_factory=uuid4)


def open_file(*, actor: Person, unit: Unit, series: ArchiveSeries, title: str, box: str = "",
              shelf: str = "") -> ArchiveFile:
    """Open an expediente; numbers are consecutive per unit, series and year. Raises NotAllowed and Refused."""
    return open_drafted(actor=actor, draft=FileDraft(unit, series, title, box, shelf))


@transaction.atomic
def open_drafted(*, actor: Person, draft: FileDraft) -> ArchiveFile:
    """Open an expediente from a form that may be sent twice. Raises NotAllowed and Refused."""
    unit, series = draft.unit, draft.series
    require(actor, cap.ARCHIVE, unit.pk)
    if series.institution_id != unit.institution_id:
        raise NotAllowed
    if not draft.title.strip():
        raise Refused(_("Escriba el título del expediente."), "title")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [unit.pk % 2**31, series.pk % 2**31])
    if known := ArchiveFile.objects.filter(uuid=draft.uuid, unit=unit).first():
        return known
    today: date = timezone.localdate()
    last = ArchiveFile.objects.filter(unit=unit, series=series, year=today.year).aggregate(n=Max("number"))["n"] or 0
    row = ArchiveFile.objects.create(
        institution_id=unit.institution_id, uuid=draft.uuid, unit=unit, series=series, year=today.year, number=last + 1,
        title=clean_text(draft.title)[:200], box=clean_text(draft.box), shelf=clean_text(draft.shelf), opened=today)
    record("archive.open_file", actor=actor, institution_id=unit.institution_id, subject=f"file:{row.pk}",
           detail={"unit": unit.pk, "series": series.code, "number": row.number})
    return row


@transaction.atomic
def place_file(*, actor: Person, file: ArchiveFile, box: str, shelf: str) -> ArchiveFile:
    """Say where an expediente stands; a closed one too. Raises NotAllowed."""
    require(actor, cap.ARCHIVE, file.unit_id)
    row = ArchiveFile.objects.select_for_update(of=("self",)).select_related("series", "unit").get(pk=file.pk)
    before, after = {"box": row.box, "shelf": row.shelf}, {"box": clean_text(box), "shelf": clean_text(shelf)}
    if before != after:
        row.box, row.shelf = after["box"], after["shelf"]
        row.save(update_fields=["box", "shelf"])
        record("archive.place_file", actor=actor, institution_id=row.institution_id, subject=f"file:{row.pk}",
               detail={"before": before, "after": after})
    return row


@transaction.atomic
def close_file(*, actor: Person, file: ArchiveFile) -> ArchiveFile:
    """Close an expediente today: it takes no more documents (LGA, article 4: until then it is "abierto").

    Idempotent. Raises NotAllowed; Refused when nothing lies in it.
    """
    require(actor, cap.ARCHIVE, file.unit_id)
    row = ArchiveFile.objects.select_for_update(of=("self",)).select_related("series", "unit").get(pk=file.pk)
    if row.closed:
        return row
    if not row.places.exists():
        raise Refused(_("El expediente está vacío: archive en él algún documento antes de cerrarlo."))
    row.closed = timezone.localdate()
    row.save(update_fields=["closed"])
    record("archive.close_file", actor=actor, institution_id=row.institution_id, subject=f"file:{row.pk}",
           detail={"documents": row.places.count(), "closed": row.closed})
    return row


@transaction.atomic
def archive(*, actor: Person, case: Case, draft: PlaceDraft) -> ArchivePlace:
    """Put a concluded letter into an open expediente of its unit; it was concluded when it was. Raises NotAllowed and Refused."""
    case = lock_case(case.pk)
    position = _free(case, draft.file, _locked(case, draft.file))
    with moving(case, "archive", actor) as move:
        move.ended = move.case.closed_at
        move.detail.update(file=draft.file.pk, position=position)
    return ArchivePlace.objects.create(case=case, file=draft.file, position=position, sheets=draft.sheets, person=actor,
                                       at=timezone.now())


@transaction.atomic
def refile(*, actor: Person, case: Case, draft: PlaceDraft, reason: str) -> ArchivePlace:
    """Take an archived letter out of the expediente where it was put by mistake and put it into another open one of its unit.

    Raises NotAllowed; Refused when the one it lies in is closed, or is the same.
    """
    case = lock_case(case.pk)
    both = _locked(case, draft.file)
    position = _free(case, draft.file, both)
    with moving(case, "refile", actor, reason=reason) as move:
        place = ArchivePlace.objects.select_related("file__series").get(case=move.case)
        if both[place.file_id].closed:
            raise Refused(_("El expediente en que está ya se cerró: nada sale de él."), "file")
        if place.file_id == draft.file.pk:
            raise Refused(_("El documento ya está en ese expediente."), "file")
        move.ended = move.case.closed_at
        move.detail.update(file=draft.file.pk, position=position, file_before=place.file_id, position_before=place.position)
        place.file, place.position, place.sheets, place.person, place.at = draft.file, position, draft.sheets, actor, move.at
        place.save()
    return place


def _locked(case: Case, wanted: ArchiveFile) -> dict[int, ArchiveFile]:
    """The wanted expediente and the one in which the case lies, locked in the order of their keys. The case is locked before them, as
    everywhere: where it lies stays as it was read, and nobody holds one expediente while waiting for another in the other order."""
    held = ArchivePlace.objects.filter(case=case).values_list("file_id", flat=True)
    rows = ArchiveFile.objects.select_for_update(of=("self",)).filter(pk__in=[*held, wanted.pk]).order_by("pk")
    return {row.pk: row for row in rows}


def _free(case: Case, wanted: ArchiveFile, locked: Mapping[int, ArchiveFile]) -> int:
    """The next position in an open expediente of the case's unit. Raises Refused."""
    file = locked[wanted.pk]
    if file.unit_id != case.unit_id or file.closed:
        raise Refused(_("Elija un expediente abierto de la unidad a cargo."), "file")
    last: int = file.places.aggregate(n=Max("position"))["n"] or 0
    return last + 1
