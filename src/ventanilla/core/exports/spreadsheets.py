"""CSV and XLSX, written as the rows come: memory does not grow with their number."""

import csv
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.exports.tables import Column, Kind, Table, clean, local, neutral, shown

MAX_ROWS = 1_048_575
MAX_TEXT = 32_767
WIDTHS: dict[Kind, int] = {
    "text": 30,
    "date": 12,
    "datetime": 17,
    "int": 10,
    "float": 12,
    "money": 15,
    "percent": 10,
    "light": 14,
}
FORMATS: dict[Kind, str] = {
    "text": "@",
    "date": "dd/mm/yyyy",
    "datetime": "dd/mm/yyyy hh:mm",
    "int": "#,##0",
    "float": "#,##0.00",
    "money": "$#,##0.00",
    "percent": "0.0%",
    "light": "@",
}
LIGHT_STYLES = {
    "green": ("#1B6B3A", "#E6F4EA"),
    "amber": ("#7A4B00", "#FFF1D6"),
    "red": ("#A3161B", "#FDE8E8"),
}


class TooManyRows(Exception):
    """More rows than the format holds; the message says what to do instead."""


class _Line:
    """What csv.writer writes to: keeps the line just made."""

    value = ""

    def write(self, text: str) -> int:
        self.value = text
        return len(text)


def csv_lines(table: Table) -> Iterator[bytes]:
    """UTF-8 with a byte order mark (Excel needs it), comma, CRLF (RFC 4180), a chunk per row: for streaming.

    Dates are ISO 8601, moments of the platform's zone to the second and with their offset; formulas are neutralised, numbers stay numbers.
    """
    line = _Line()
    writer = csv.writer(line)
    writer.writerow([neutral(clean(column.title)) for column in table.columns])
    yield b"\xef\xbb\xbf" + line.value.encode()
    for row in table.counted():
        writer.writerow([_plain(value, column) for value, column in zip(row, table.columns, strict=True)])
        yield line.value.encode()


def _plain(value: Any, column: Column) -> Any:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return (timezone.localtime(value) if timezone.is_aware(value) else value).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float | Decimal):
        return value
    return neutral(shown(value, column.kind) if column.kind == "light" else clean(str(value)))


def write_csv(table: Table, path: Path) -> int:
    """Write the file; returns the number of rows."""
    count = -1
    with path.open("wb") as file:
        for chunk in csv_lines(table):
            file.write(chunk)
            count += 1
    return count


def write_xlsx(table: Table, path: Path) -> int:
    """Write a workbook: the table (header frozen and filtered, real dates) and a sheet "Acerca de".

    Texts are always written as texts, never as formulas or links. Returns the number of rows. Raises
    TooManyRows.
    """
    return write_workbook([table], path)


def write_workbook(tables: Sequence[Table], path: Path) -> int:
    """The same of several tables, a sheet each, named by their titles. Returns the rows of all."""
    with tempfile.TemporaryDirectory(prefix="xlsx-") as folder:
        options = {
            "constant_memory": True,
            "tmpdir": folder,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": True,
        }
        book = xlsxwriter.Workbook(os.fspath(path), options)
        try:
            count = _write_book(book, tables)
        except BaseException:
            with suppress(Exception):
                book.close()
            path.unlink(missing_ok=True)
            raise
        book.close()
    return count


def _write_book(book: Any, tables: Sequence[Table]) -> int:
    first, counts = tables[0], []
    book.set_properties({"title": first.title, "author": first.generated_by, "company": first.institution})
    for table in tables:
        sheet = book.add_worksheet(_sheet_name(book, table.title) if len(tables) > 1 else _("Datos"))
        _head(book, sheet, table.columns)
        counts.append(_body(book, sheet, table))
        sheet.autofilter(0, 0, max(counts[-1], 1), max(len(table.columns) - 1, 0))
    _about(book, tables, counts)
    return sum(counts)


def _sheet_name(book: Any, title: str) -> str:
    """At most 31 characters, none of those that Excel refuses, and none twice (whatever the case)."""
    taken = {sheet.get_name().lower() for sheet in book.worksheets()}
    name = re.sub(r"[\[\]:*?/\\]", " ", clean(title)).strip("' ")[:31] or _("Datos")
    return next(n for n in (name, *(f"{name[:27]} {i}" for i in range(2, len(taken) + 3))) if n.lower() not in taken)


def _head(book: Any, sheet: Any, columns: Sequence[Column]) -> None:
    style = book.add_format(
        {
            "bold": True,
            "font_color": "#FFFFFF",
            "bg_color": "#8A1538",
            "text_wrap": True,
            "valign": "vcenter",
            "border": 1,
            "border_color": "#B38E5D",
        }
    )
    for number, column in enumerate(columns):
        sheet.set_column(
            number, number, column.width or max(WIDTHS[column.kind], min(len(column.title) + 4, 40))
        )
        sheet.write_string(0, number, clean(column.title), style)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _body(book: Any, sheet: Any, table: Table) -> int:
    styles = [
        book.add_format({"num_format": FORMATS[column.kind], "valign": "top"}) for column in table.columns
    ]
    lights = {
        key: book.add_format({"font_color": ink, "bg_color": paper})
        for key, (ink, paper) in LIGHT_STYLES.items()
    }
    count = 0
    for count, row in enumerate(table.counted(), start=1):
        if count > MAX_ROWS:
            raise TooManyRows(
                _("Una hoja de cálculo admite hasta 1,048,575 renglones. Use filtros o descargue el CSV.")
            )
        for number, (value, column) in enumerate(zip(row, table.columns, strict=True)):
            _cell(
                sheet,
                (count, number),
                value,
                column,
                lights.get(value, styles[number]) if column.kind == "light" else styles[number],
            )
    return count


def _cell(sheet: Any, place: tuple[int, int], value: Any, column: Column, style: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, datetime | date) and value.year >= 1900:
        sheet.write_datetime(*place, local(value) if isinstance(value, datetime) else value, style)
    elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        sheet.write_number(*place, value, style)
    else:
        sheet.write_string(*place, shown(value, column.kind)[:MAX_TEXT], style)


def _about(book: Any, tables: Sequence[Table], counts: Sequence[int]) -> None:
    sheet, bold = book.add_worksheet(_sheet_name(book, _("Acerca de"))), book.add_format({"bold": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 80)
    first = tables[0].about(sum(counts))
    more = [(_("Hoja"), f"{table.title}: {count:,}") for table, count in zip(tables, counts, strict=True)]
    for number, (title, value) in enumerate(first if len(tables) == 1 else [*first[1:], *more]):
        sheet.write_string(number, 0, title, bold)
        sheet.write_string(number, 1, clean(value)[:MAX_TEXT], wrap)
