"""How the cells of a row are drawn. Plain functions: a page has hundreds of cells, and a macro takes ten times as long."""
from collections.abc import Sequence
from typing import Any, Final

from django.db.models import Model
from markupsafe import Markup, escape

from ventanilla.web.screens.columns import Column
from ventanilla.web.ui.formats import due_words, number, short_date
from ventanilla.web.ui.lights import light
from ventanilla.web.ui.words import gettext as _

NUMBERS: Final = ("int", "float", "money")


class Drawing:
    """Draws rows in these columns; what is the same in every row is worked out once."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = [(c, _opening(c)) for c in columns]

    def row(self, row: Model, href: str) -> Markup:
        """The cells of a row; the first one leads to `href`, when there is one."""
        cells: list[str] = []
        for column, opening in self.columns:
            shown = cell(column.kind, column.value(row))
            if href and not cells:
                shown = Markup(f'<a href="{escape(href)}" data-row-link>{shown}</a>')
            cells.append(f"{opening}{shown}</td>")
        return Markup("".join(cells))


def _opening(column: Column) -> str:
    kind = ' class="num"' if column.kind in NUMBERS else ""
    return f'<td data-label="{escape(str(column.title))}"{kind}>'


def cell(kind: str, value: Any) -> Markup:
    """A value as its kind of column shows it; a dash with a name for one that is missing."""
    if value is None or value == "":
        return Markup(f'<span class="quiet" aria-label="{escape(_("sin dato"))}">—</span>')
    if kind == "light":
        return light(value.light.value, due_words(value))
    plain = _PLAIN.get(kind)
    text = escape(plain(value) if plain else value)
    return Markup(_AS[kind].replace("{}", text)) if kind in _AS else text


_AS: Final = {"money": "${}", "badge": '<span class="state">{}</span>', "folio": '<span class="folio nowrap">{}</span>'}
_PLAIN: Final[dict[str, Any]] = {
    "datetime": short_date, "date": short_date, "int": number, "float": number, "money": lambda value: number(value, 2)}
