"""How the cells of a row are drawn. Plain functions: a page has hundreds of cells, and a macro takes ten times as long."""
from collections.abc import Callable, Sequence
from datetime import datetime
from types import NoneType
from typing import Any, Final

from django.utils.text import Truncator
from markupsafe import Markup, escape

from ventanilla.web.screens.columns import Column, LightCell
from ventanilla.web.ui.formats import Reader, number, reader
from ventanilla.web.ui.lights import light
from ventanilla.web.ui.words import in_language

NUMBERS: Final = ("int", "float", "money")
DATES: Final = ("datetime", "date")
CLASSES: Final = {**dict.fromkeys(NUMBERS, "num"), "datetime": "when", "title": "wide"}
"""How the style knows the cells of a kind."""
EQUALS: Final = (str, datetime, NoneType)
"""Kinds of values that are drawn alike when they are equal."""
Draw = Callable[[Any], str]


class Drawing:
    """Draws the rows of a page in these columns, column by column; what is the same in every row is worked out once."""

    def __init__(self, columns: Sequence[Column]) -> None:
        reads = reader()
        self.say, self.title = in_language(reads.language), columns[0].plain
        self.columns = [(_opening(c), _drawer(c, reads)) for c in columns]

    def rows(self, rows: Sequence[Any], hrefs: Sequence[str], *, ticked: bool = False) -> list[Markup]:
        """The cells of each row, behind a box to mark it where rows are `ticked`; the first one leads to its address, when there is one."""
        drawn = [[f"{opening}{draw(row)}</td>" for row in rows] for opening, draw in self.columns]
        first = len(self.columns[0][0])
        drawn[0] = [_linked(cell, first, href) for cell, href in zip(drawn[0], hrefs, strict=True)]
        boxes = [[self._box(row) for row in rows]] if ticked else []
        return [Markup("".join(cells)) for cells in zip(*boxes, *drawn, strict=True)]

    def _box(self, row: Any) -> str:
        _ = self.say
        label = _("Marcar %(row)s", row=self.title(row))
        return f'<td><input class="form-check-input" type="checkbox" name="fila" value="{row.pk}" aria-label="{label}"></td>'


def _linked(drawn: str, opening: int, href: str) -> str:
    """A cell whose content, between its opening and its end, leads somewhere."""
    return f'{drawn[:opening]}<a href="{escape(href)}" data-row-link>{drawn[opening:-5]}</a></td>' if href else drawn


def _opening(column: Column) -> str:
    name = f' class="{CLASSES[column.kind]}"' if column.kind in CLASSES else ""
    return f'<td data-label="{escape(column.heading)}"{name}>'


def _drawer(column: Column, reads: Reader) -> Draw:
    """Draws the cell of a row; equal lights, states, names and minutes of a page are drawn once."""
    known: dict[Any, str] = {}
    kind, value_of = column.kind, column.value

    def draw(row: Any) -> str:
        value = key = value_of(row)
        if type(value) is LightCell:
            key = value if value.runs else value.light
        elif type(value) not in EQUALS:  # a text marked as safe equals one that is not
            return cell(kind, value, reads)
        drawn = known.get(key)
        if drawn is None:
            drawn = known[key] = cell(kind, value, reads)
        return drawn

    return draw if column.source is None else _by_source(column.source, draw)


def _by_source(source: Callable[[Any], Any], draw: Draw) -> Draw:
    """The same, without working out the value again for a row whose fields are those of a row before."""
    known: dict[Any, str] = {}

    def drawn(row: Any) -> str:
        try:
            found = known.get(key := source(row))
        except (AttributeError, TypeError):  # nothing there to read them from, or what cannot be compared
            return draw(row)
        if found is None:
            found = known[key] = draw(row)
        return found

    return drawn


def cell(kind: str, value: Any, reads: Reader | None = None) -> Markup:
    """A value as its kind of column shows it to who reads now; nothing for one that is missing, where the style draws a dash."""
    if value is None or value == "":
        return Markup("")
    reads = reads or reader()
    if kind == "light":
        return light(value.light.value, reads.due_words(value))
    plain = reads.short_date if kind in DATES else _PLAIN.get(kind)
    text = escape(plain(value) if plain else value)
    return Markup(_AS[kind].replace("{}", text)) if kind in _AS else text


_AS: Final = {"money": "${}", "badge": '<span class="state">{}</span>', "folio": '<span class="folio nowrap">{}</span>'}
_PLAIN: Final[dict[str, Any]] = {
    "int": number, "float": number, "money": lambda value: number(value, 2),
    "long": lambda value: Truncator(value).chars(160)}
