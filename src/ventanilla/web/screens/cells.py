"""How the cells of a row are drawn. Plain functions: a page has hundreds of cells, and a macro takes ten times as long."""
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from django.utils.text import Truncator
from markupsafe import Markup, escape

from ventanilla.web.screens.columns import Column, LightCell
from ventanilla.web.ui.formats import Reader, due_words, number, reader
from ventanilla.web.ui.lights import light

NUMBERS: Final = ("int", "float", "money")
DATES: Final = ("datetime", "date")
EQUALS: Final = (str, datetime, LightCell)
"""Kinds of values that are drawn alike when they are equal."""
Draw = Callable[[Any], str]


class Drawing:
    """Draws rows in these columns; what is the same in every row is worked out once."""

    def __init__(self, columns: Sequence[Column]) -> None:
        missing, reads = cell("text", None), reader()
        self.columns = [(c, _opening(c), _drawer(c.kind, missing, reads)) for c in columns]

    def row(self, row: Any, href: str) -> Markup:
        """The cells of a row; the first one leads to `href`, when there is one."""
        drawn = [f"{opening}{draw(column.value(row))}</td>" for column, opening, draw in self.columns]
        if href:
            opening = self.columns[0][1]
            drawn[0] = f'{opening}<a href="{escape(href)}" data-row-link>{drawn[0][len(opening):-5]}</a></td>'
        return Markup("".join(drawn))


def _opening(column: Column) -> str:
    kind = ' class="num"' if column.kind in NUMBERS else ""
    return f'<td data-label="{escape(column.heading)}"{kind}>'


def _drawer(kind: str, missing: str, reads: Reader) -> Draw:
    """Draws values of one kind; equal lights, states, names and minutes of a page are drawn once."""
    known: dict[Any, str] = {}

    def draw(value: Any) -> str:
        if value is None or value == "":
            return missing
        if type(value) not in EQUALS:  # a text marked as safe equals one that is not
            return cell(kind, value, reads)
        drawn = known.get(value)
        if drawn is None:
            drawn = known[value] = cell(kind, value, reads)
        return drawn

    return draw


def cell(kind: str, value: Any, reads: Reader | None = None) -> Markup:
    """A value as its kind of column shows it to who reads now; nothing for one that is missing, where the style draws a dash."""
    if value is None or value == "":
        return Markup("")
    if kind == "light":
        return light(value.light.value, due_words(value))
    plain = (reads or reader()).short_date if kind in DATES else _PLAIN.get(kind)
    text = escape(plain(value) if plain else value)
    return Markup(_AS[kind].replace("{}", text)) if kind in _AS else text


_AS: Final = {"money": "${}", "badge": '<span class="state">{}</span>', "folio": '<span class="folio nowrap">{}</span>'}
_PLAIN: Final[dict[str, Any]] = {
    "int": number, "float": number, "money": lambda value: number(value, 2),
    "long": lambda value: Truncator(value).chars(160)}
