"""Sending a concluded letter to the current archive: an expediente of a series, with box and shelf.

Ley General de Archivos, articles 4 (archivo de trámite), 13 and 20.
"""
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from ventanilla.core.audit.services import record
from ventanilla.core.cases.models import Case
from ventanilla.core.cases.services import take_step
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.services.setup import Refused, require
from ventanilla.modules.correspondence.models import ArchiveFile, ArchivePlace, ArchiveSeries


@dataclass(frozen=True)
class PlaceDraft:
    """Where a letter goes: an expediente of its unit, and how many sheets go in."""

    file: ArchiveFile
    sheets: int


@transaction.atomic
def open_file(*, actor: Person, unit: Unit, series: ArchiveSeries, title: str, box: str = "",
              shelf: str = "") -> ArchiveFile:
    """Open an expediente; numbers are consecutive per unit, series and year. Raises NotAllowed and Refused."""
    require(actor, cap.ARCHIVE, unit.pk)
    if not title.strip():
        raise Refused("Escriba el título del expediente.", "title")
    today: date = timezone.localdate()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [unit.pk % 2**31, series.pk % 2**31])
    last = ArchiveFile.objects.filter(unit=unit, series=series, year=today.year).aggregate(n=Max("number"))["n"] or 0
    row = ArchiveFile.objects.create(institution_id=unit.institution_id, unit=unit, series=series, year=today.year,
                                     number=last + 1, title=title.strip(), box=box, shelf=shelf, opened=today)
    record("archive.open_file", actor=actor, institution_id=unit.institution_id, subject=f"file:{row.pk}",
           detail={"unit": unit.pk, "series": series.code, "number": row.number})
    return row


@transaction.atomic
def archive(*, actor: Person, case: Case, draft: PlaceDraft) -> ArchivePlace:
    """Put a concluded letter into an open expediente of its unit. Raises NotAllowed and Refused."""
    file = ArchiveFile.objects.select_for_update().get(pk=draft.file.pk)
    if file.unit_id != case.unit_id or file.closed:
        raise Refused("Elija un expediente abierto de la unidad a cargo.", "file")
    last = file.places.aggregate(n=Max("position"))["n"] or 0
    take_step(actor=actor, case=case, step="archive", detail={"file": file.pk, "position": last + 1})
    return ArchivePlace.objects.create(case=case, file=file, position=last + 1, sheets=draft.sheets, person=actor,
                                       at=timezone.now())
