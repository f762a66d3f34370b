"""A table to export: columns, rows that stream, and what a reader must know about where it came from.

`write_csv`, `write_xlsx` (spreadsheets.py) and `pdf_table` (printed.py) take the same Table.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

Kind = Literal["text", "date", "datetime", "int", "float", "money", "percent", "light"]
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
RISKY = ("=", "+", "-", "@", "\t", "\r")
MONTHS = (
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
)
LIGHTS = {
    "green": lazy("En tiempo"),
    "amber": lazy("Por vencer"),
    "red": lazy("Vencido"),
    "none": lazy("Sin plazo"),
    "done": lazy("Concluido"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column. Values: datetimes aware, `percent` a fraction (0.87), `money` Mexican pesos, `light` a key
    of LIGHTS, or the words of what ended without being done.

    `width` is in characters; 0 lets the kind decide.
    """

    title: str
    kind: Kind = "text"
    width: int = 0


@dataclass(frozen=True)
class Table:
    """What to export. `rows` is consumed once, as it is written. `generated_at` is aware. `facts`: said of it in place of its filters."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    filters: str = ""
    generated_by: str = ""
    institution: str = ""
    generated_at: datetime = field(default_factory=timezone.now)
    on_row: Callable[[int], None] | None = None
    facts: Sequence[tuple[str, str]] = ()

    def counted(self) -> Iterator[Sequence[Any]]:
        """The rows; calls `on_row` with the count so far every thousand rows and at the end (progress,
        cancelling)."""
        count = 0
        for row in self.rows:
            yield row
            count += 1
            if self.on_row and count % 1000 == 0:
                self.on_row(count)
        if self.on_row:
            self.on_row(count)

    def about(self, count: int) -> list[tuple[str, str]]:
        """Title and value pairs that tell where the figures come from."""
        return [
            (_("Contenido"), self.title),
            (_("Institución"), self.institution),
            *(self.facts or [(_("Filtros"), self.filters or _("Ninguno"))]),
            (_("Renglones"), f"{count:,}"),
            (_("Generado por"), self.generated_by),
            (_("Generado el"), long_moment(self.generated_at)),
        ]


def neutral(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe before a leading = + - @ tab or CR
    (OWASP)."""
    return "'" + text if text.startswith(RISKY) else text


def clean(text: str) -> str:
    """Without the control characters that XML 1.0 (section 2.2) refuses, and lone surrogates."""
    return _FORBIDDEN.sub("", text)


def local(value: datetime) -> datetime:
    """The moment in the zone of the installation, without its zone, as spreadsheets want it."""
    return timezone.localtime(value).replace(tzinfo=None)


def long_moment(value: datetime) -> str:
    """`21 de noviembre de 2026, 14:32`, local."""
    at = timezone.localtime(value)
    return f"{at.day} de {MONTHS[at.month - 1]} de {at.year}, {at:%H:%M}"


def shown(value: Any, kind: Kind) -> str:
    """The value as a person reads it."""
    if value is None or value == "":
        return ""
    return _SHOWN[kind](value)


def _day(value: date) -> str:
    return f"{value:%d/%m/%Y}"


_SHOWN: dict[Kind, Callable[[Any], str]] = {
    "text": lambda v: clean(str(v)),
    "date": _day,
    "datetime": lambda v: f"{local(v):%d/%m/%Y %H:%M}",
    "int": lambda v: f"{v:,}",
    "float": lambda v: f"{v:,.2f}",
    "money": lambda v: f"${v:,.2f}",
    "percent": lambda v: f"{v:.1%}",
    "light": lambda v: str(LIGHTS.get(v, v)),
}
