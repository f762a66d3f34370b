"""Reading a dump of MySQL or PostgreSQL as text, never running it: CREATE TABLE, INSERT … VALUES and COPY … FROM stdin.

The file is read in pieces; memory holds one statement's row at a time.
"""
import re
from collections.abc import Iterable, Iterator
from itertools import takewhile
from pathlib import Path
from typing import TextIO

_NAME = r'[`"\[]?(?:\w+[`"\]]?\.[`"\[]?)?(\w+)[`"\]]?'
_CREATE = re.compile(rf"^\s*CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?{_NAME}\s*\(", re.IGNORECASE)
_INSERT = re.compile(rf"^\s*INSERT\s+(?:IGNORE\s+)?INTO\s+{_NAME}\s*(?:\(([^)]*)\))?\s*VALUES\s*", re.IGNORECASE)
_COPY = re.compile(rf"^COPY\s+{_NAME}\s*(?:\(([^)]*)\))?\s+FROM\s+stdin", re.IGNORECASE)
_COLUMN = re.compile(r"^\s*[`\"\[]?(\w+)[`\"\]]?\s+\w+")
_DETAIL = re.compile(r"\([^()]*\)|'[^']*'")
"""What may hold a comma within a column of a table created in one line."""
_NOT_COLUMNS = {"PRIMARY", "KEY", "UNIQUE", "CONSTRAINT", "INDEX", "FOREIGN", "CHECK", "FULLTEXT"}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "", "b": "", "Z": ""}
Row = tuple[int, str, list[str], list[str | None]]


def dump_rows(path: Path, encoding: str) -> Iterator[Row]:
    """(line, table, columns, values) of every row in the dump; NULL is None."""
    columns: dict[str, list[str]] = {}
    with path.open(encoding=encoding, errors="replace", newline="") as stream:
        lines = _Lines(stream)
        for line in lines:
            if found := _CREATE.match(line):
                rest = line[found.end():].rstrip()
                columns[found[1]] = _named(_DETAIL.sub("", rest).split(",")) if rest.endswith(";") else _created(lines)
            elif found := _COPY.match(line):
                yield from _copied(lines, found[1], _names(found[2]) or columns.get(found[1], []))
            elif found := _INSERT.match(line):
                names = _names(found[2]) or columns.get(found[1], [])
                for number, values in _inserted(lines, line[found.end():]):
                    yield number, found[1], names, values


class _Lines:
    """Lines of the dump with their number."""

    def __init__(self, stream: TextIO) -> None:
        self._stream, self.number = stream, 0

    def __iter__(self) -> Iterator[str]:
        while line := self._stream.readline():
            self.number += 1
            yield line

    def next(self) -> str:
        """The next line; empty at the end."""
        self.number += 1
        return self._stream.readline()


def _names(text: str | None) -> list[str]:
    return [name.strip().strip('`"[]') for name in text.split(",")] if text else []


def _created(lines: _Lines) -> list[str]:
    """Columns, a line each, until the statement ends: on a line of its own, or right after the last column."""
    parts = []
    for line in takewhile(lambda line: not line.lstrip().startswith(")"), lines):
        parts.append(line)
        if line.rstrip().endswith(";"):
            break
    return _named(parts)


def _named(parts: Iterable[str]) -> list[str]:
    return [found[1] for part in parts if (found := _COLUMN.match(part)) and found[1].upper() not in _NOT_COLUMNS]


def _copied(lines: _Lines, table: str, names: list[str]) -> Iterator[Row]:
    for line in lines:
        if line.startswith("\\."):
            return
        values = [None if v == "\\N" else _unescaped(v) for v in line.rstrip("\r\n").split("\t")]
        yield lines.number, table, names, values


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), text) if "\\" in text else text


_TOKEN = re.compile(r"""\s*(?:(?P<text>'(?:[^'\\]|''|\\.)*')|(?P<word>[^\s'(),;]+)|(?P<mark>[(),;]))""", re.DOTALL)


def _inserted(lines: _Lines, text: str) -> Iterator[tuple[int, list[str | None]]]:
    """Rows of one INSERT, which ends with a semicolon; texts may run over several lines."""
    values: list[str | None] | None = None
    place = 0
    while True:
        found = _TOKEN.match(text, place)
        if found is None or (found.end() == len(text) and found["word"] is not None):
            more = lines.next()
            if not more:
                return
            text, place = text[place:] + more, 0
            continue
        place = found.end()
        if found["mark"] == ";":
            return
        if found["mark"] == "(":
            values = []
        elif found["mark"] == ")" and values is not None:
            yield lines.number, values
            values = None
        elif values is not None and found["mark"] is None:
            values.append(_value(found))


def _value(found: re.Match[str]) -> str | None:
    if found["text"] is not None:
        return _unescaped(found["text"][1:-1].replace("''", "'"))
    return None if found["word"].upper() == "NULL" else found["word"]
