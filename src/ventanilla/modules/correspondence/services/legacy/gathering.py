"""The rows of a letter, wherever they stand in the register: its turns may be far apart, and a folio may have been given twice.

Rows wait in a file of SQLite beside their key, so that a register of any length needs the memory of one letter.
"""
import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby

from ventanilla.modules.correspondence.services.legacy.mapping import Mapping, plain

Row = dict[str, str]
MAX_KEY = 120
_IDENTITY = ("unit", "received", "number", "subject", "organisation", "signatory")
"""What makes a letter of a register without folios the same letter in another of its rows."""
_BEGUN = ("key", "folio", "received", "subject")


@dataclass(frozen=True)
class Gathered:
    """A letter of the old register: its key, the line where it begins, its rows; `twin` is the line of another with the same folio."""

    key: str
    line: int
    rows: Sequence[Row]
    twin: int = 0


def key_of(row: Row, mapping: Mapping) -> str:
    """What names a letter of the old register, at most 120 letters: its key, its folio with unit and day, or what identifies it."""
    cell = mapping.cell
    own = cell(row, "key")
    if not own and cell(row, "folio"):
        own = "|".join(filter(None, (cell(row, "folio"), cell(row, "unit"), cell(row, "received")[-10:])))
    return _short(mapping, own or "|".join(cell(row, name) for name in _IDENTITY))


def _short(mapping: Mapping, own: str) -> str:
    text = f"{mapping.name}:{own}"
    return text if len(text) <= MAX_KEY else f"{mapping.name[:40]}:{hashlib.sha256(text.encode()).hexdigest()}"


def gathered(rows: Iterator[tuple[int, Row]], mapping: Mapping) -> Iterator[Gathered]:
    """The letters of a register in the order in which each first appears."""
    with closing(sqlite3.connect("")) as db:  # a file without a name: also a killed import leaves nothing behind
        db.execute("PRAGMA journal_mode = OFF")
        db.execute("CREATE TABLE line (n INTEGER PRIMARY KEY, key TEXT, line INTEGER, row TEXT)")
        db.executemany("INSERT INTO line (key, line, row) VALUES (?, ?, ?)",
                       ((key, line, json.dumps(row)) for key, line, row in _keyed(rows, mapping)))
        db.execute("CREATE INDEX by_key ON line (key, n)")
        found = db.execute("SELECT key, line, row FROM (SELECT key, min(n) AS first FROM line GROUP BY key) JOIN line USING (key) "
                           "ORDER BY first, n")
        for key, members in groupby(found, key=lambda one: str(one[0])):
            yield from _told_apart(key, [(line, json.loads(row)) for _key, line, row in members], mapping)


def _keyed(rows: Iterator[tuple[int, Row]], mapping: Mapping) -> Iterator[tuple[str, int, Row]]:
    """Rows with their key. One that only says a turn (its cells of the letter were joined in the sheet) belongs to the letter above it."""
    last = ""
    for line, row in rows:
        goes_on = last and mapping.cell(row, "turn_unit") and not any(mapping.cell(row, name) for name in _BEGUN)
        last = last if goes_on else key_of(row, mapping)
        yield last, line, row


def _told_apart(key: str, members: Sequence[tuple[int, Row]], mapping: Mapping) -> Iterator[Gathered]:
    """The letters under one key: those with another subject, number or way are documents of their own, to which the folio was
    given again."""
    apart: list[tuple[str, str, str, list[tuple[int, Row]]]] = []
    for line, row in members:
        subject, number, way = (plain(mapping.cell(row, name)) for name in ("subject", "number", "direction"))
        same = next((lines for s, n, w, lines in apart
                     if subject in ("", s) and (number == n or not number or not n) and (way == w or not way or not w)), None)
        if same is None:
            apart.append((subject, number, way, same := []))
        same.append((line, row))
    first = members[0][0]
    for subject, number, way, rows in apart:
        twin = first if rows is not apart[0][3] else 0
        other = f"|{way}" if way != apart[0][2] else ""
        mark = hashlib.sha256(f"{subject}|{number}{other}".encode()).hexdigest()[:16]
        yield Gathered(f"{key[:MAX_KEY - 17]}:{mark}" if twin else key, rows[0][0], [row for _line, row in rows], twin)
