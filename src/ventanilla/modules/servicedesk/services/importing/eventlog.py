"""Reading an export of events (one row per change of a ticket, as ServiceNow writes it): rows grouped by ticket, losing nothing.

The traps of the real extract: day-first dates without a zone, "?" for what is missing, values with double spaces, rows
identical to others, rows of one ticket apart from each other, times that go backwards, and columns that already know the
end (`resolved_at`, `closed_at`) in the first row.
"""
import csv
import hashlib
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from functools import lru_cache
from pathlib import Path
from typing import Final

from ventanilla.core.orgs.services.setup import Refused

MOST_IN_A_CELL = 131_072
REQUIRED: Final = ("number", "incident_state", "sys_updated_at", "opened_at")
MISSING: Final = frozenset({"", "?", "null", "none"})
MAX_BYTES: Final = 512 * 2**20
MAX_ROWS: Final = 2_000_000
MAX_PROBLEMS: Final = 1000
_MOMENT = re.compile(r"(\d{1,2})[-/](\d{1,2})[-/](\d{4})[ T](\d{1,2}):(\d{2})(?::(\d{2}))?$")


@dataclass(frozen=True, slots=True)
class Row:
    """A row: the line of the file on which it ends, and its values as they are."""

    line: int
    values: tuple[str, ...]


@dataclass
class EventLog:
    """A file, read: columns in order, rows by ticket in order of the file, and what could not be read (line, reason)."""

    digest: str
    columns: tuple[str, ...]
    tickets: dict[str, list[Row]] = field(default_factory=dict)
    rows: int = 0
    repeated: int = 0
    problems: list[tuple[int, str]] = field(default_factory=list)
    _places: Mapping[str, int] = field(default_factory=dict)

    def problem(self, line: int, reason: str) -> None:
        """One more, up to a thousand."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append((line, reason))

    def cell(self, row: Row, column: str) -> str:
        """The value without outer spaces; empty when missing or when there is no such column."""
        at = self._places.get(column)
        value = row.values[at].strip() if at is not None else ""
        return "" if value.lower() in MISSING else value


def read_log(path: Path) -> EventLog:
    """Read the whole file. Raises Refused: not there, too large, or without the columns that are needed."""
    if not path.is_file():
        raise Refused(f"No existe el archivo «{path}».", "file")
    if path.stat().st_size > MAX_BYTES:
        raise Refused(f"El archivo pasa de {MAX_BYTES // 2**20} MB; pártalo.", "file")
    raw = path.read_bytes()
    csv.field_size_limit(MOST_IN_A_CELL)  # of the process: whoever reads sets their own
    reader = csv.reader(io.StringIO(_decoded(raw), newline=""), delimiter=_delimiter(raw))
    try:
        columns = tuple(name.strip().lower().replace(" ", "_") for name in next(reader, []))
        log = EventLog(hashlib.sha256(raw).hexdigest(), columns, _places={name: n for n, name in reversed([*enumerate(columns)])})
        if missing := [name for name in REQUIRED if name not in columns]:
            raise Refused(f"Al archivo le faltan columnas: {', '.join(missing)}.", "columns")
        _take(log, reader)
    except csv.Error as problem:
        raise Refused(f"El archivo no es un CSV legible (línea {reader.line_num}): {problem}.", "file") from problem
    return log


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _delimiter(raw: bytes) -> str:
    first = raw.split(b"\n", 1)[0]
    return max((",", ";", "\t"), key=lambda mark: first.count(mark.encode()))


def _take(log: EventLog, reader: Iterator[list[str]]) -> None:
    """Rows by ticket; a row equal in every column to another of its ticket is told, and kept once."""
    known: dict[str, str] = {}
    seen: dict[str, set[tuple[str, ...]]] = {}
    for count, found in enumerate(reader, start=1):
        line = reader.line_num  # type: ignore[attr-defined]
        if count > MAX_ROWS:
            raise Refused(f"El archivo pasa de {MAX_ROWS:,} renglones; pártalo.", "file")
        if not any(found):
            continue
        log.rows += 1
        values = tuple(known.setdefault(v, v) for v in (v.replace("\x00", "") for v in found))
        number = _number(log, line, values)
        if not number:
            continue
        if values in seen.setdefault(number, set()):
            log.repeated += 1
            log.problem(line, "El renglón es idéntico a otro de la misma incidencia; se guardó una vez.")
            continue
        seen[number].add(values)
        log.tickets.setdefault(number, []).append(Row(line, values))


def _number(log: EventLog, line: int, values: tuple[str, ...]) -> str:
    if len(values) != len(log.columns):
        log.problem(line, f"El renglón tiene {len(values)} columnas en lugar de {len(log.columns)}; no se tomó.")
        return ""
    number = log.cell(Row(line, values), "number")
    if not number:
        log.problem(line, "El renglón no dice de qué incidencia es; no se tomó.")
    return number


@lru_cache(maxsize=200_000)
def moment(text: str, zone: tzinfo) -> datetime | None:
    """A moment written day first (29-02-2016 01:16) or as ISO 8601, local in `zone`; None when it is neither."""
    try:
        if found := _MOMENT.match(text):
            day, month, year, hour, minute, second = (int(n or 0) for n in found.groups())
            made = datetime(year, month, day, hour, minute, second, tzinfo=zone)
        else:
            made = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        return None
    if not 1970 <= made.year <= 9000:
        return None
    return made if made.tzinfo else made.replace(tzinfo=zone)
