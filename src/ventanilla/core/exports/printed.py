"""Any list as a PDF: tagged, with the institution above, the page number below and the header on every
page."""

from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from ventanilla.core.exports.spreadsheets import WIDTHS, TooManyRows
from ventanilla.core.exports.tables import Column, Table, long_moment, shown
from ventanilla.core.exports.typeset import typeset

MAX_ROWS = 5000
LONGEST = 2000
BREADTH = 330
"""Widths that a landscape page takes side by side; a list of more columns goes on in another table that repeats the first one."""


def pdf_table(table: Table) -> bytes:
    """The PDF. Raises TooManyRows beyond MAX_ROWS, which nobody reads on paper, and TypesetError."""
    rows = [
        [shown(value, column.kind)[:LONGEST] for value, column in zip(row, table.columns, strict=True)]
        for row in islice(table.counted(), MAX_ROWS + 1)
    ]
    if len(rows) > MAX_ROWS:
        raise TooManyRows(
            _("La lista tiene más de 5,000 renglones. Use filtros o descargue el libro de Excel o el CSV.")
        )
    return typeset("exports/table.typ", _data(table, rows), at=table.generated_at)


def _data(table: Table, rows: list[list[str]]) -> dict[str, Any]:
    return {
        "title": table.title,
        "institution": table.institution,
        "by": table.generated_by,
        "moment": long_moment(table.generated_at),
        "rows": rows,
        "about": [pair for pair in table.about(len(rows))[2:] if pair[1]],
        "columns": [{"title": c.title, "kind": c.kind, "width": _width(c)} for c in table.columns],
        "bands": _bands([_width(c) for c in table.columns]),
    }


def _bands(widths: Sequence[int]) -> list[dict[str, Any]]:
    """Which columns stand side by side: all of them, or as many as can be read and then the first again with the next ones."""
    bands, taken = [[0]], widths[0]
    for number, width in enumerate(widths[1:], 1):
        if taken + width > BREADTH and len(bands[-1]) > 1:
            bands.append([0])
            taken = widths[0]
        bands[-1].append(number)
        taken += width
    if len(bands) == 1:
        return [{"columns": bands[0], "said": ""}]
    return [{"columns": band, "said": _("Columnas %(first)s a %(last)s de %(all)s") % {
        "first": band[1 if n else 0] + 1, "last": band[-1] + 1, "all": len(widths)}} for n, band in enumerate(bands)]


def _width(column: Column) -> int:
    return column.width or max(WIDTHS[column.kind], min(len(column.title), 20))


def write_pdf(table: Table, path: Path) -> int:
    """Write the file; returns the number of rows."""
    count = 0

    def counted(number: int) -> None:
        nonlocal count
        count = number
        if table.on_row:
            table.on_row(number)

    path.write_bytes(pdf_table(Table(**{**vars(table), "on_row": counted})))
    return count
