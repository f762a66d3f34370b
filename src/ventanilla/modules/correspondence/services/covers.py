"""Papers of an expediente: its cover (carátula) with what lies in it, and the label for the folder or box.

Ley General de Archivos, articles 4 and 13; what the cover says follows the guidelines of the national archive
(unit, fonds, series, number, title, extreme dates, documents and sheets, place).
"""
from collections.abc import Sequence
from typing import Any

import segno
from django.conf import settings
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.cases.models import Case
from ventanilla.core.exports.typeset import typeset
from ventanilla.core.orgs.models import Person
from ventanilla.modules.correspondence.models import ArchiveFile, ArchivePlace
from ventanilla.modules.correspondence.services.papers import in_spanish


def contents(person: Person, file: ArchiveFile) -> list[tuple[ArchivePlace, bool]]:
    """What lies in the expediente, in order, and whether this person may read it (else only its position is told)."""
    rows = list(file.places.select_related("case__letter__type", "case").order_by("position"))
    seen = set(Case.objects.visible_to(person).filter(pk__in=[r.case_id for r in rows]).values_list("pk", flat=True))
    return [(row, row.case_id in seen) for row in rows]


def sheets_of(file: ArchiveFile) -> int:
    """Sheets in the expediente, all documents together."""
    return file.places.aggregate(n=Sum("sheets"))["n"] or 0


@in_spanish
def cover_pdf(person: Person, file: ArchiveFile) -> bytes:
    """The cover sheet with the relation of documents; of reserved ones only position and sheets."""
    rows = contents(person, file)
    return typeset("letters/cover.typ", {**_facts(file), "rows": _rows(file, rows), "documents": [_line(*row) for row in rows],
                                         "made": f"{timezone.localtime():%d/%m/%Y %H:%M}"}, _qr(file))


def label_of_file(file: ArchiveFile) -> bytes:
    """The label for the folder, 9 x 4 cm."""
    return typeset("letters/spine.typ", _facts(file), _qr(file))


def _facts(file: ArchiveFile) -> dict[str, Any]:
    return {"institution": file.institution.name, "unit": file.unit.name, "unit_code": file.unit.code,
            "reference": file.reference, "series": str(file.series), "title": file.title, "place": _place(file)}


def _place(file: ArchiveFile) -> str:
    return " · ".join(filter(None, (f"Caja {file.box}" if file.box else "", f"Estante {file.shelf}" if file.shelf else "")))


def _rows(file: ArchiveFile, rows: Sequence[tuple[ArchivePlace, bool]]) -> list[tuple[str, str]]:
    days = [timezone.localtime(row.case.received_at).date() for row, _seen in rows]
    extremes = f"{min(days):%d/%m/%Y} a {max(days):%d/%m/%Y}" if days else "—"
    return [("Fondo", file.institution.name), ("Unidad administrativa", f"{file.unit.code} {file.unit.name}".strip()),
            ("Serie documental", str(file.series)), ("Número de expediente", file.reference), ("Asunto", file.title),
            ("Apertura", f"{file.opened:%d/%m/%Y}"), ("Cierre", f"{file.closed:%d/%m/%Y}" if file.closed else "Abierto"),
            ("Fechas extremas", extremes), ("Documentos", str(len(rows))),
            ("Hojas", str(sum(row.sheets for row, _seen in rows))), ("Ubicación", _place(file) or "Sin ubicación")]


def _line(row: ArchivePlace, seen: bool) -> dict[str, str]:
    case = row.case
    return {"position": str(row.position), "folio": case.folio if seen else "—", "sheets": str(row.sheets),
            "received": f"{timezone.localtime(case.received_at):%d/%m/%Y}" if seen else "—",
            "subject": case.subject if seen else _("Documento reservado")}


def _qr(file: ArchiveFile) -> dict[str, bytes]:
    svg = segno.make(f"{settings.BASE_URL}/archivo/{file.pk}/", error="m").svg_inline(scale=4, border=2, omitsize=True)
    return {"qr.svg": svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1).encode()}
