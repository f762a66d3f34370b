"""A record as the text of its form: lines of cells with a tab between them, which `reading.read_text` reads back to the same values.

A line break inside a cell is written `<br/>`, and `<` and `&` as entities, so that nothing that a person wrote looks like form.
"""
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from ventanilla.modules.practices.form.loading import canonical_field, printed
from ventanilla.modules.practices.form.printing import Cell, Row

Values = Mapping[str, Any]
BOXES: Final = {True: '<input checked="" type="checkbox"/>', False: '<input type="checkbox"/>'}
BARE: Final = {True: "X", False: ""}


def write_text(values: Values, generation: str, *, boxes: bool = False) -> str:
    """The filled form. `boxes` draws marks as check boxes instead of a bare X. Raises LookupError when the generation is not known."""
    form, marks = printed(generation), BOXES if boxes else BARE
    lines = ["", form.title, ""]
    for section in form.sections:
        lines += [section.heading, ""]
        for row in section.rows:
            lines += ["\t".join(cells) for cells in _LAYOUTS[row.layout](row, values, marks)]
        lines.append("")
    return "\n".join(lines) + "\n"


def shown(key: str, value: Any) -> str:
    """A single value as the form prints it; "" when there is none."""
    if value is None:
        return "0000-00-00" if canonical_field(key)["type"] == "date" and key.endswith("on_fecha") else ""
    if key == "cumplimiento":
        return f"{value}%"
    text = str(value).replace("&", "&amp;").replace("<", "&lt;").replace("\t", " ")
    return text.replace("\n", "<br/>")


def _of(cell: Cell, values: Values) -> list[str]:
    return [cell.label, shown(cell.key, values.get(cell.key))]


def _line(row: Row, values: Values, _marks: Mapping[bool, str]) -> Iterator[list[str]]:
    yield [row.heading, shown(row.key, values.get(row.key)), ""]


def _block(row: Row, values: Values, _marks: Mapping[bool, str]) -> Iterator[list[str]]:
    yield [row.heading]
    yield [f"<p>{text}</p>" if (text := shown(row.key, values.get(row.key))) else ""]


def _yes_no(row: Row, values: Values, marks: Mapping[bool, str]) -> Iterator[list[str]]:
    value = values.get(row.key)
    aside = _of(row.other, values) if row.other else []
    yield [row.heading, "", "Sí", marks[value is True], "No", marks[value is False], *aside]


def _options(row: Row, values: Values, marks: Mapping[bool, str]) -> Iterator[list[str]]:
    for n, (value, label) in enumerate(row.choices):
        aside = _of(row.other, values) if row.other and value == "otro" else []
        yield [row.heading if n == 0 else "", label, marks[_chosen(values.get(row.key), value)], *aside]


def _checklist(row: Row, values: Values, marks: Mapping[bool, str]) -> Iterator[list[str]]:
    yield [row.heading, "", ""]
    for value, label in row.choices:
        aside = _of(row.other, values) if row.other and value == "otro" else []
        yield [label, marks[_chosen(values.get(row.key), value)], *aside]


def _inline(row: Row, values: Values, marks: Mapping[bool, str]) -> Iterator[list[str]]:
    cells = [row.heading]
    for value, label in row.choices:
        mark = marks[_chosen(values.get(row.key), value)]
        before = row.mark_side == "before" and marks is BOXES  # a bare X always follows its option
        cells += [mark, label] if before else [label, mark]
    yield cells


def _pair(row: Row, values: Values, _marks: Mapping[bool, str]) -> Iterator[list[str]]:
    yield [row.heading, ""]
    yield [c.label for c in row.cells]
    yield [shown(c.key, values.get(c.key)) for c in row.cells]


def _row(row: Row, values: Values, _marks: Mapping[bool, str]) -> Iterator[list[str]]:
    yield ([row.heading] if row.label else []) + [text for c in row.cells for text in _of(c, values)]


def _sublines(row: Row, values: Values, _marks: Mapping[bool, str]) -> Iterator[list[str]]:
    for n, cell in enumerate(row.cells):
        yield [row.heading if n == 0 else "", *_of(cell, values)]


def _recipients(row: Row, values: Values, marks: Mapping[bool, str]) -> Iterator[list[str]]:
    yield [row.heading, "", ""]
    yield [row.heads[0], "", row.heads[1]]
    for value, label in row.choices:
        named = [one for one in values.get(row.key) or () if one.get("ambito") == value] or [None]
        for one in named:
            yield [label, marks[one is not None], shown("receptores", (one or {}).get("nombre"))]


def _plan(row: Row, values: Values, _marks: Mapping[bool, str]) -> Iterator[list[str]]:
    names = dict(row.choices)
    yield [f"{row.heading} {names.get(values.get(row.key) or '', row.unnamed)}", ""]


def _heading(row: Row, _values: Values, _marks: Mapping[bool, str]) -> Iterator[list[str]]:
    yield [row.heading, *row.heads, ""]


def _footer(row: Row, values: Values, _marks: Mapping[bool, str]) -> Iterator[list[str]]:
    yield [""]
    yield [f"{row.heading} {shown(row.key, values.get(row.key))}".strip()]


def _chosen(answer: Any, value: str) -> bool:
    return value in answer if isinstance(answer, list) else answer == value


_LAYOUTS: Final[dict[str, Callable[[Row, Values, Mapping[bool, str]], Iterator[list[str]]]]] = {
    "line": _line, "block": _block, "yes_no": _yes_no, "options": _options, "checklist": _checklist, "inline": _inline, "pair": _pair,
    "row": _row, "sublines": _sublines, "recipients": _recipients, "plan": _plan, "heading": _heading, "footer": _footer,
}
