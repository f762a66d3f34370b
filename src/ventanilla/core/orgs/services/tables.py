"""Reading a CSV that somebody made in a spreadsheet: encoding, delimiter and headings, with line numbers."""
import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from ventanilla.core.orgs.services.setup import Refused
from ventanilla.lib.spanish import fold

MAX_BYTES: Final = 5 * 1024 * 1024
MAX_ROWS: Final = 20_000
_DELIMITERS: Final = ",;\t|"


@dataclass(frozen=True)
class Row:
    """A line of the file: its number as a spreadsheet shows it, and its cells by canonical heading."""

    line: int
    cells: Mapping[str, str]

    def get(self, name: str) -> str:
        """The cell, stripped; empty when the column is missing."""
        return self.cells.get(name, "")


@dataclass(frozen=True)
class Problem:
    """What is wrong in which line (0: the file as a whole)."""

    line: int
    text: str


def read_csv(data: bytes, headings: Mapping[str, Sequence[str]], required: Sequence[str]) -> list[Row]:
    """The rows of a CSV in UTF-8 (with or without mark) or Windows-1252, delimited by comma, semicolon, tab or bar.

    `headings` maps each canonical name to its synonyms (folded, lower case). Raises Refused, in Spanish.
    """
    if not data.strip():
        raise Refused(_("El archivo está vacío."), "file")
    if len(data) > MAX_BYTES:
        raise Refused(_("El archivo pasa de 5 MB; divídalo."), "file")
    text = _decoded(data)
    lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))
    names = _names(lines[0], headings)
    if missing := [n for n in required if n not in names]:
        raise Refused(_("Falta la columna «%(name)s». La primera línea debe decir los nombres de las columnas.")
                      % {"name": headings[missing[0]][0]}, "file")
    if len(lines) > MAX_ROWS + 1:
        raise Refused(_("El archivo pasa de %(n)s líneas; divídalo.") % {"n": f"{MAX_ROWS:,}"}, "file")
    return [Row(n, dict(zip(names, (c.strip() for c in cells), strict=False)))
            for n, cells in enumerate(lines[1:], 2) if any(c.strip() for c in cells)]


def _decoded(data: bytes) -> str:
    if b"\x00" in data:
        raise Refused(_("No es un archivo CSV. Guárdelo desde su hoja de cálculo como «CSV UTF-8»."), "file")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _delimiter(text: str) -> str:
    first = text.lstrip().splitlines()[0]
    return max(_DELIMITERS, key=first.count)


def _names(cells: Sequence[str], headings: Mapping[str, Sequence[str]]) -> list[str]:
    known = {word: name for name, words in headings.items() for word in words}
    names = [fold(c).strip().lower().replace(" ", "_") for c in cells]
    return [known.get(n, f"?{n}") for n in names]
