"""Rows of a legacy register, one by one: CSV or TSV, XLSX, or a SQL dump. Never the whole file in memory, but XLSX."""
import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

import python_calamine
from django.utils.translation import gettext as _

from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.correspondence.services.legacy.sqldump import dump_rows

PIECE = 1 << 20
MAX_CELL = 100_000
TITLES = 10
"""Lines among which the names of the columns are looked for."""
Numbered = tuple[int, dict[str, str]]


def encoding_of(path: Path) -> str:
    """UTF-8 where all of it is, UTF-16 where it says so, else Windows-1252, as old Spanish systems write."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as stream:
        if stream.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
        stream.seek(0)
        try:
            while piece := stream.read(PIECE):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8-sig"


def structure_of(path: Path) -> dict[str, list[str]]:
    """Tables of a dump or sheets of a workbook that hold rows, with their columns; a CSV is one without name. Raises Refused for
    what cannot be read."""
    suffix = path.suffix.lower()
    if suffix == ".sql":
        found: dict[str, list[str]] = {}
        for _line, table, names, values in dump_rows(path, encoding_of(path)):
            if table not in found:
                found[table] = _columns(names, values)
        return found
    names = list(_workbook(path).sheet_names) if suffix in (".xlsx", ".xls", ".ods") else [""]
    tops = {name: next((list(row) for _line, row in rows_of(path, name)), []) for name in names}
    return {name: columns for name, columns in tops.items() if columns}


def columns_of(path: Path, table: str = "", sample: int = 5) -> tuple[list[str], list[dict[str, str]]]:
    """The columns, and the first rows to look at."""
    rows = [row for _line, row in islice(rows_of(path, table), sample)]
    return list(rows[0]) if rows else [], rows


def _columns(names: list[str], values: Sequence[object]) -> list[str]:
    return names or [f"columna {n}" for n in range(1, len(values) + 1)]


def rows_of(path: Path, table: str = "") -> Iterator[Numbered]:
    """(line, column -> text) of every row; empty cells are "". Raises Refused for a file that cannot be read."""
    suffix = path.suffix.lower()
    if suffix in (".xlsx", ".xls", ".ods"):
        return _sheet(path, table)
    if suffix == ".sql":
        return _dumped(path, table)
    if suffix in (".csv", ".tsv", ".txt"):
        return _separated(path)
    raise Refused(_("El registro debe ser CSV, TSV, XLSX u ODS, o un respaldo SQL."), "file")


def _dumped(path: Path, table: str) -> Iterator[Numbered]:
    for line, name, names, values in dump_rows(path, encoding_of(path)):
        table = table or name
        if name == table:
            yield line, {n: (v or "").strip() for n, v in zip(_columns(names, values), values, strict=False)}


def _separated(path: Path) -> Iterator[Numbered]:
    csv.field_size_limit(MAX_CELL * 10)
    with path.open(encoding=encoding_of(path), errors="replace", newline="") as stream:
        clean = (line.replace("\0", "") for line in stream)
        reader = csv.reader(clean, delimiter=_delimiter(path))
        yield from _under_header((reader.line_num, values) for values in reader)


def _delimiter(path: Path) -> str:
    with path.open(encoding=encoding_of(path), errors="replace") as stream:
        first = "".join(islice(stream, TITLES))
    return max(",;\t|", key=first.count)


def _under_header(lines: Iterator[tuple[int, list[str]]]) -> Iterator[Numbered]:
    """Rows by the names of their columns. Above these may stand a title or a date of printing: a line of few cells before a fuller one."""
    top = list(islice(lines, TITLES))
    filled = [sum(1 for cell in cells if cell.strip()) for _line, cells in top]
    head = next((n for n, count in enumerate(filled) if count * 2 > max(filled)), 0)
    names = _header(top[head][1]) if top else []
    for line, values in chain(top[head + 1:], lines):
        if any(v.strip() for v in values):
            yield line, {n: v.strip()[:MAX_CELL] for n, v in zip(names, [*values, *[""] * len(names)], strict=False)}


def _header(cells: list[str]) -> list[str]:
    """Names of columns; empty and repeated ones get a number, so that none is lost."""
    found: list[str] = []
    for n, cell in enumerate(cells, start=1):
        name = re.sub(r"\s+", " ", cell).strip() or f"columna {n}"
        found.append(name if name not in found else f"{name} ({n})")
    return found


def _workbook(path: Path) -> python_calamine.CalamineWorkbook:
    try:
        return python_calamine.CalamineWorkbook.from_path(str(path))
    except (python_calamine.CalamineError, OSError) as problem:
        raise Refused(_("No se pudo leer el libro de cálculo: está dañado o protegido con contraseña."), "file") from problem


def _sheet(path: Path, table: str) -> Iterator[Numbered]:
    book = _workbook(path)
    rows = book.get_sheet_by_name(table or book.sheet_names[0]).iter_rows()
    yield from _under_header((number, [_text(value) for value in values]) for number, values in enumerate(rows, start=1))


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip() if value is not None else ""
