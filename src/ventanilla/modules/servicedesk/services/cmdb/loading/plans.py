"""What a file would do, and reading its lines: any delimiter, UTF-8 or Windows-1252, headings with their usual synonyms."""
import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from django.utils.translation import gettext as _

from ventanilla.core.orgs.services.setup import Refused
from ventanilla.lib.spanish import fold
from ventanilla.modules.servicedesk.services.cmdb.words import one_line

MAX_BYTES: Final = 20 * 1024 * 1024
MAX_ROWS: Final = 60_000
_DELIMITERS: Final = ",;\t|"


@dataclass(frozen=True)
class Row:
    """A line of the file: its number as a spreadsheet shows it, and its cells by canonical heading."""

    line: int
    cells: Mapping[str, str]

    def get(self, name: str) -> str:
        """The cell; empty when the column is missing."""
        return self.cells.get(name, "")


@dataclass(frozen=True)
class Problem:
    """What is wrong in which line (0: the file as a whole)."""

    line: int
    text: str


@dataclass(frozen=True)
class Change:
    """One line's effect: `add`, `change` or `end`; what differs (label, before, after); `work` is for who applies it."""

    what: str
    line: int
    name: str
    code: str
    differences: Sequence[tuple[str, str, str]] = ()
    work: Any = None


@dataclass
class Plan:
    """Everything that a file would do. `repeated` lines say what another line says; `unused` are columns nobody knows."""

    what: str
    changes: Sequence[Change] = ()
    problems: list[Problem] = field(default_factory=list)
    unchanged: int = 0
    repeated: int = 0
    unused: Sequence[str] = ()

    @cached_property
    def digest(self) -> str:
        """Changes when the file, or what it meets, changes."""
        said = hashlib.sha256(self.what.encode())
        for change in self.changes:
            said.update(repr((change.what, change.line, change.name, change.code, change.differences)).encode())
        return said.hexdigest()

    def of(self, what: str) -> list[Change]:
        """Changes of one sort, in order of the file."""
        return [c for c in self.changes if c.what == what]


def read_rows(data: bytes, headings: Mapping[str, Sequence[str]], required: Sequence[str],
              more: Mapping[str, str] | None = None) -> tuple[list[Row], list[str]]:
    """The rows, and the headings that nobody knows. `more` are further headings (folded) and their canonical names.

    Raises Refused, in Spanish, for what is no table, is too large or lacks a required column.
    """
    text = _decoded(data)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        return _rows(list(lines), headings, required, more or {})
    except csv.Error as error:
        raise Refused(_("No se entiende como CSV: revise comillas y saltos de línea."), "file") from error


def _rows(lines: list[list[str]], headings: Mapping[str, Sequence[str]], required: Sequence[str],
          more: Mapping[str, str]) -> tuple[list[Row], list[str]]:
    known = {word: name for name, words in headings.items() for word in words} | dict(more)
    given = [heading(c) for c in lines[0]]
    names = [known.get(g, f"?{g}") for g in given]
    if missing := [n for n in required if n not in names]:
        raise Refused(_("Falta la columna «%(name)s». La primera línea debe decir los nombres de las columnas.")
                      % {"name": headings[missing[0]][0]}, "file")
    if len(lines) > MAX_ROWS + 1:
        raise Refused(_("El archivo pasa de %(n)s líneas; divídalo.") % {"n": f"{MAX_ROWS:,}"}, "file")
    rows = [Row(n, {k: one_line(c) for k, c in zip(names, cells, strict=False) if c})
            for n, cells in enumerate(lines[1:], 2) if any(c.strip() for c in cells)]
    return rows, [g for g, n in zip(given, names, strict=True) if n.startswith("?") and g]


def heading(text: str) -> str:
    """A heading as it is compared: without accents, capitals and spaces."""
    return "_".join(fold(text).strip().lower().replace("(", " ").replace(")", " ").split())


def _decoded(data: bytes) -> str:
    if not data.strip():
        raise Refused(_("El archivo está vacío."), "file")
    if len(data) > MAX_BYTES:
        raise Refused(_("El archivo pasa de %(n)s MB; divídalo.") % {"n": MAX_BYTES // 1024**2}, "file")
    if b"\x00" in data:
        raise Refused(_("No es un archivo CSV. Guárdelo desde su hoja de cálculo como «CSV UTF-8»."), "file")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _delimiter(text: str) -> str:
    first = text.lstrip().splitlines()[0]
    return max(_DELIMITERS, key=first.count)
