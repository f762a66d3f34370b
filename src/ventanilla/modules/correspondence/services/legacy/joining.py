"""Old systems keep letters, turns, answers, files and areas in tables of their own: here they become rows of one letter each.

A table is tied to another by a column equal to a column. Where its own column is its first one it is a catalogue (an area's name by its
number) and completes the row; else its rows hang from it (the turns of a letter), and those of several such tables stand side by side,
never multiplied. A table may be tied several times (the area that receives and the one turned to): `names_of` tells its columns apart.
"""
import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from ventanilla.lib.spanish import fold
from ventanilla.modules.correspondence.services.legacy.mapping import suggest
from ventanilla.modules.correspondence.services.legacy.sources import Numbered, rows_of, structure_of

SEPARATOR = ": "
"""Between the table and the column in the name of a column that another table gave."""
_AGAIN = re.compile(r" \(\d+\)$")
Row = dict[str, str]
Tables = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Join:
    """`table`, whose `column` equals the column `to`: of the main table, or named `table: column` of another one."""

    table: str
    column: str
    to: str

    @property
    def owner(self) -> str:
        """The table from which it hangs; "" for the main one."""
        return self.to.partition(SEPARATOR)[0] if SEPARATOR in self.to else ""


def names_of(joins: Sequence[Join]) -> list[str]:
    """What stands before the columns that each tie gives: its table, with a number where that one is tied again."""
    met: Counter[str] = Counter()
    found = []
    for join in joins:
        met[join.table] += 1
        found.append(again(join.table, met[join.table]) if met[join.table] > 1 else join.table)
    return found


def again(table: str, n: int) -> str:
    """The name of a table's nth tie."""
    return f"{table} ({n})"


def joined(path: Path, table: str, joins: Sequence[Join]) -> Iterator[Numbered]:
    """Rows of the main table with what the others say of them; without joins its rows alone."""
    if not joins:
        yield from rows_of(path, table)
        return
    tables = structure_of(path)
    blank = dict.fromkeys(columns_with(tables, table, joins), "")
    with closing(sqlite3.connect("")) as db:  # a file without a name: also a killed import leaves nothing behind
        db.execute("PRAGMA journal_mode = OFF")
        db.execute("CREATE TABLE side (n INTEGER PRIMARY KEY, tie INTEGER, value TEXT, row TEXT)")
        for tie, (join, name) in enumerate(zip(joins, names_of(joins), strict=True)):
            db.executemany("INSERT INTO side (tie, value, row) VALUES (?, ?, ?)", _side(path, tie, join, name))
        db.execute("CREATE INDEX found ON side (tie, value)")
        weaver = _Weaver(db, joins, [tables[join.table][0] == join.column for join in joins])
        for line, row in rows_of(path, table):
            yield from ((line, blank | one) for one in weaver.rows(row))


def _side(path: Path, tie: int, join: Join, name: str) -> Iterator[tuple[int, str, str]]:
    for _line, row in rows_of(path, join.table):
        yield tie, row.get(join.column, ""), json.dumps({name + SEPARATOR + column: cell for column, cell in row.items()})


class _Weaver:
    """Finds the rows that belong to a row and puts them beside each other."""

    def __init__(self, db: sqlite3.Connection, joins: Sequence[Join], catalogues: Sequence[bool]) -> None:
        self.db, self.joins, self.names, self.catalogues = db, joins, names_of(joins), catalogues

    def rows(self, row: Row, owner: str = "") -> list[Row]:
        """The row, once for each row that hangs from it."""
        hanging: list[list[Row]] = []
        for tie, join in enumerate(self.joins):
            if join.owner == owner and row.get(join.to):
                found = [one for other in self._found(tie, row[join.to]) for one in self.rows(other, self.names[tie])]
                if self.catalogues[tie]:
                    row = row | (found[0] if found else {})
                else:
                    hanging.append(found)
        return [_beside(row, parts) for parts in zip_longest(*hanging, fillvalue={})] or [row]

    def _found(self, tie: int, value: str) -> list[Row]:
        found = self.db.execute("SELECT row FROM side WHERE tie = ? AND value = ? ORDER BY n", (tie, value))
        return [json.loads(text) for (text,) in found]


def _beside(row: Row, parts: Sequence[Row]) -> Row:
    for part in parts:
        row = row | part
    return row


def columns_with(tables: Tables, table: str, joins: Sequence[Join]) -> list[str]:
    """The names of all columns: those of the main table, then each other one's with its table."""
    return [*tables[table], *(name + SEPARATOR + column for join, name in zip(joins, names_of(joins), strict=True)
                              for column in tables[join.table])]


def main_of(tables: Tables) -> str:
    """The table that looks most like the letters."""
    return max(tables, key=lambda name: len(suggest(tables[name])), default="")


def fits(join: Join, main: str, tables: Tables) -> bool:
    """Whether its tables and columns exist, and it is no table tied to itself."""
    owner, column = (join.owner or main), join.to.rpartition(SEPARATOR)[2]
    owner = owner if owner in tables else _AGAIN.sub("", owner)
    return owner != join.table != main and join.column in tables.get(join.table, ()) and column in tables.get(owner, ())


def likely(tables: Tables, main: str) -> list[Join]:
    """How the tables seem to be tied, by the names of their columns; a table that nothing ties is left out."""
    placed = [main]
    found: list[Join] = []
    while True:
        ties = [(name, tie) for name in tables if name not in placed for other in placed if (tie := _tie(name, other, tables))]
        if not ties:
            return found
        name, (column, to, other) = ties[0]
        found.append(Join(name, column, to if other == main else other + SEPARATOR + to))
        placed.append(name)


def _tie(name: str, other: str, tables: Tables) -> tuple[str, str, str] | None:
    """The columns by which a table is tied to another: its own, the other's, and the other."""
    own, theirs = tables[name], tables[other]
    plain = {column.lower(): column for column in own}
    their_plain = {column.lower(): column for column in theirs}
    for wanted in _references(other, theirs[0]):
        if wanted in plain:
            return plain[wanted], theirs[0], other
    for wanted in _references(name, own[0]):
        if wanted in their_plain:
            return own[0], their_plain[wanted], other
    return None


def _references(table: str, key: str) -> list[str]:
    """How a column that refers to the first column of a table may be called."""
    word = re.sub(r"^(tbl|cat|t|c)_", "", fold(table).lower())
    words = {word, re.sub(r"s$", "", word), re.sub(r"es$", "", word)}
    named = [key.lower()] if key.lower() not in ("id", "clave", "folio") else []
    return [*named, *sorted(f"id_{one}" for one in words), *sorted(f"{one}_id" for one in words), *sorted(f"id{one}" for one in words)]
