"""How a generation of the form is printed: `Printed` > `PrintedSection` > `Row` > `Cell`. Read and written from the same rows.

Layouts (`Row.layout`):
- `line`       label | value
- `block`      label on its own line, the value below it
- `yes_no`     label | Sí | mark | No | mark; `other` is printed beside Sí («¿Dónde?»)
- `options`    label | option | mark, an option per line; `other` beside the option «Otro»; `beside`: printed at the right of that field
- `checklist`  label on its own line, then option | mark, an option per line; `other` beside «Otro»
- `inline`     label | option mark option mark …, `mark_side` says on which side of its option the box stands
- `pair`       label on its own line, a line with two heads, a line with two values
- `row`        label | head | value | head | value
- `sublines`   label | head | value, a head per line
- `recipients` label on its own line, a line of heads, then option | mark | name
- `plan`       a heading that names the development plan (its label and an option)
- `heading`    printed text that asks nothing; `heads` are further columns of it
- `footer`     label and value in one line, after the last section
"""
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

LAYOUTS: Final = frozenset({"line", "block", "yes_no", "options", "checklist", "inline", "pair", "row", "sublines", "recipients",
                            "plan", "heading", "footer"})


ANNEX: Final = "Anexo: evidencia gráfica, certificados y reconocimientos"
"""Heading of the annex in our own PDF; what follows it is no answer of the form."""


def common_beginning(texts: Sequence[str]) -> str:
    """The letters with which all of them begin."""
    first = min(texts, key=len, default="")
    return next((first[:n] for n in range(len(first), 0, -1) if all(t.startswith(first[:n]) for t in texts)), "")


@dataclass(frozen=True)
class Cell:
    """A place for one value under a printed head: «de», «Página web:», «¿Cuál?»."""

    key: str
    label: str


@dataclass(frozen=True)
class Row:
    """One entry of the form: a question, a group of places, or a heading (then `key` is empty and `cells` too)."""

    layout: str
    label: str
    key: str = ""
    number: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    cells: tuple[Cell, ...] = ()
    other: Cell | None = None
    heads: tuple[str, ...] = ()
    beside: str = ""
    mark_side: str = "after"

    def field_keys(self) -> Iterator[str]:
        """The canonical keys that it holds, in printed order."""
        yield from filter(None, (self.key, *(c.key for c in self.cells), self.other.key if self.other else ""))

    @property
    def heading(self) -> str:
        """Number and label as printed: "2.3. Objetivo general"."""
        return f"{self.number} {self.label}".strip()

    @property
    def unnamed(self) -> str:
        """What the names of all options begin with, without their years: a plan that nobody chose is printed so."""
        return common_beginning([label for _value, label in self.choices]).rstrip(" 0123456789-")


@dataclass(frozen=True)
class PrintedSection:
    """A section with its Roman numeral."""

    key: str
    numeral: str
    title: str
    rows: tuple[Row, ...] = ()

    @property
    def heading(self) -> str:
        """As printed: "IV. Medición y reconocimiento de la práctica"."""
        return f"{self.numeral}. {self.title}"


@dataclass(frozen=True)
class Place:
    """Where a field stands in the printed form: its section, its row, the label beside it."""

    section: PrintedSection
    row: Row
    label: str

    @property
    def number(self) -> str:
        """The printed number, or "" where the form has none."""
        return self.row.number


@dataclass(frozen=True)
class Printed:
    """A generation of the form as printed."""

    generation: str
    title: str
    sections: tuple[PrintedSection, ...] = field(default=())

    @cached_property
    def fields(self) -> dict[str, Place]:
        """Where every field stands, by canonical key, in printed order."""
        found: dict[str, Place] = {}
        for section in self.sections:
            for row in section.rows:
                cells = (*row.cells, row.other) if row.other else row.cells
                labels = {row.key: row.label} | {c.key: c.label for c in cells}
                found |= {key: Place(section, row, labels[key]) for key in row.field_keys()}
        return found
