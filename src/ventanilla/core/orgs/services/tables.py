"""Reading a CSV that somebody made in a spreadsheet: encoding, delimiter and headings, with line numbers."""
import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override

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
    """The rows of `read_table`, for a file whose unknown columns do not matter."""
    return read_table(data, headings, required)[0]


def read_table(
    data: bytes, headings: Mapping[str, Sequence[str]], required: Sequence[str], *, more: Mapping[str, str] | None = None,
    max_bytes: int = MAX_BYTES, max_rows: int = MAX_ROWS, clean: Callable[[str], str] = str.strip,
) -> tuple[list[Row], list[str]]:
    """The rows of a CSV in UTF-8 (with or without mark) or Windows-1252, delimited by comma, semicolon, tab or bar,
    and its headings that nobody knows.

    `headings` maps each canonical name to its synonyms, `more` further headings to their canonical names (all as `heading`
    writes them). Raises Refused, in Spanish, for what is no table, is too large or lacks a required column.
    """
    text = _decoded(data, max_bytes)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))
    except csv.Error as error:
        raise Refused(_("No se entiende como CSV: revise comillas y saltos de línea."), "file") from error
    given = [heading(c) for c in lines[0]]
    known = {word: name for name, words in headings.items() for word in words} | dict(more or {})
    names = [known.get(g, f"?{g}") for g in given]
    if missing := [n for n in required if n not in names]:
        raise Refused(_("Falta la columna «%(name)s». La primera línea debe decir los nombres de las columnas.")
                      % {"name": headings[missing[0]][0]}, "file")
    if len(lines) > max_rows + 1:
        raise Refused(_("El archivo pasa de %(n)s líneas; divídalo.") % {"n": f"{max_rows:,}"}, "file")
    rows = [Row(n, {k: clean(c) for k, c in zip(names, cells, strict=False) if c})
            for n, cells in enumerate(lines[1:], 2) if any(c.strip() for c in cells)]
    return rows, [g for g, n in zip(given, names, strict=True) if n.startswith("?") and g]


def spanish(label: str | Promise) -> str:
    """A label in Spanish whatever the reader's language: the language of files that come in and of titles that are stored."""
    with override("es-mx"):
        return str(label)


def heading(text: str) -> str:
    """A heading as it is compared: without accents, capitals, brackets and spaces."""
    return "_".join(fold(text).strip().lower().replace("(", " ").replace(")", " ").split())


def _decoded(data: bytes, max_bytes: int) -> str:
    if not data.strip():
        raise Refused(_("El archivo está vacío."), "file")
    if len(data) > max_bytes:
        raise Refused(_("El archivo pasa de %(n)s MB; divídalo.") % {"n": max_bytes // 1024**2}, "file")
    if b"\x00" in data:
        raise Refused(_("No es un archivo CSV. Guárdelo desde su hoja de cálculo como «CSV UTF-8»."), "file")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _delimiter(text: str) -> str:
    first = text.lstrip().splitlines()[0]
    return max(_DELIMITERS, key=first.count)
