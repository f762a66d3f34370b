"""How the cells of a row are drawn. Plain functions: a page has hundreds of cells, and a macro takes ten times as long."""
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from types import NoneType
from typing import Any, Final

from django.utils.text import Truncator
from markupsafe import Markup, escape

from ventanilla.web.screens.columns import Column, LightCell
from ventanilla.web.ui.formats import Reader, escaped, number, reader
from ventanilla.web.ui.lights import light
from ventanilla.web.ui.words import in_language

NUMBERS: Final = ("int", "float", "money")
DATES: Final = ("datetime", "date")
CLASSES: Final = {**dict.fromkeys(NUMBERS, "num"), "datetime": "when", "title": "wide"}
"""How the style knows the cells of a kind."""
PLAIN: Final = frozenset({str, datetime, NoneType})
"""Kinds of values that are text, or become it: none is marked as safe."""


class Drawing:
    """Draws the rows of a page in these columns, column by column; what is the same in every row is worked out once."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns, self.reads = columns, reader()
        self.say, self.openings = in_language(self.reads.language), [_opening(c) for c in columns]

    def body(self, rows: Sequence[Any], hrefs: Sequence[str], *, ticked: bool = False) -> Markup:
        """The rows of the table."""
        return Markup("".join([f"<tr data-row>{cells}</tr>" for cells in self.rows(rows, hrefs, ticked=ticked)]))

    def rows(self, rows: Sequence[Any], hrefs: Sequence[str], *, ticked: bool = False) -> list[str]:
        """The cells of each row, behind a box to mark it where rows are `ticked`; the first one leads to its address, when there is one."""
        drawn = [_contents(column, rows, self.reads) for column in self.columns]
        drawn[0] = [f'<a href="{href}" data-row-link>{cell}</a>' if href else cell
                    for cell, href in zip(drawn[0], escaped(hrefs), strict=True)]
        shape = "".join([f"{opening.replace('%', '%%')}%s</td>" for opening in self.openings])
        cells = [shape % row for row in zip(*drawn, strict=True)]
        return [f"{self._box(row)}{rest}" for row, rest in zip(rows, cells, strict=True)] if ticked else cells

    def _box(self, row: Any) -> str:
        label = self.say("Marcar %(row)s", row=self.columns[0].plain(row))
        return f'<td><input class="form-check-input" type="checkbox" name="fila" value="{row.pk}" aria-label="{label}"></td>'


def _opening(column: Column) -> str:
    name = f' class="{CLASSES[column.kind]}"' if column.kind in CLASSES else ""
    return f'<td data-label="{escape(column.heading)}"{name}>'


def _contents(column: Column, rows: Iterable[Any], reads: Reader) -> list[str]:
    """What the cells of a column show; its texts are escaped together, which takes a tenth of what it takes one by one."""
    kind, values = column.kind, _values(column, rows)
    if not PLAIN.issuperset(map(type, values)):
        return _one_by_one(kind, values, reads)
    plain, (before, after) = _plain(kind, reads) or str, _AS.get(kind, "{}").split("{}")
    shown = escaped([plain(value) if value is not None and value != "" else "" for value in values])
    if not before:
        return shown
    return [f"{before}{text}{after}" if value is not None and value != "" else "" for value, text in zip(values, shown, strict=True)]


def _values(column: Column, rows: Iterable[Any]) -> list[Any]:
    """The value of each row; of rows whose fields are those of a row before it is not worked out again."""
    value_of, source = column.value, column.source
    if source is None:
        return [value_of(row) for row in rows]
    known: dict[Any, Any] = {}
    found = []
    for row in rows:
        try:
            if (key := source(row)) not in known:
                known[key] = value_of(row)
            found.append(known[key])
        except (AttributeError, TypeError):  # nothing there to read them from, or what cannot be compared
            found.append(value_of(row))
    return found


def _one_by_one(kind: str, values: Iterable[Any], reads: Reader) -> list[str]:
    """Each by itself, equal lights once."""
    known: dict[Any, str] = {}
    found = []
    for value in values:
        if type(value) is not LightCell:
            found.append(cell(kind, value, reads))
            continue
        key = value if value.runs else (value.light, value.ended)
        if (drawn := known.get(key)) is None:
            drawn = known[key] = cell(kind, value, reads)
        found.append(drawn)
    return found


def cell(kind: str, value: Any, reads: Reader | None = None) -> str:
    """A value as its kind of column shows it to who reads now; nothing for one that is missing, where the style draws a dash."""
    if value is None or value == "":
        return ""
    reads = reads or reader()
    if kind == "light":
        return light(value.shape, reads.due_words(value))
    plain = _plain(kind, reads)
    text = escape(plain(value) if plain else value)
    return _AS[kind].replace("{}", text) if kind in _AS else text


def _plain(kind: str, reads: Reader) -> Callable[[Any], str] | None:
    """What makes a text of a value, where that is not how it is written anyway."""
    return reads.short_date if kind in DATES else _PLAIN.get(kind)


_AS: Final = {"money": "${}", "badge": '<span class="state">{}</span>', "folio": '<span class="folio nowrap">{}</span>'}
_PLAIN: Final[dict[str, Any]] = {
    "int": number, "float": number, "money": lambda value: number(value, 2),
    "long": lambda value: Truncator(value).chars(160)}
