"""A record as the rows of cells of its printed form: what the PDF and the Word document draw, in each generation's layout."""
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from ventanilla.modules.practices.form import Cell, Row, printed

Values = Mapping[str, Any]
Cells = list[str]
MARK: Final = "X"


def printed_sections(values: Values, generation: str) -> list[dict[str, Any]]:
    """[{"heading", "blocks": [{"kind": layout, "rows": [[cell, …], …]}]}] in printed order; cells are plain text, marks an "X"."""
    return [{"heading": section.heading,
             "blocks": [{"kind": row.layout, "rows": list(_ROWS[row.layout](row, values))} for row in section.rows]}
             for section in printed(generation).sections]


def in_print(key: str, value: Any) -> str:
    """One value as the form prints it; "" when there is none."""
    if value is None:
        return ""
    return f"{value}%" if key == "cumplimiento" else str(value)


def _mark(chosen: bool) -> str:
    return MARK if chosen else ""


def _of(cell: Cell, values: Values) -> Cells:
    return [cell.label, in_print(cell.key, values.get(cell.key))]


def _line(row: Row, values: Values) -> Iterator[Cells]:
    yield [row.heading, in_print(row.key, values.get(row.key))]


def _block(row: Row, values: Values) -> Iterator[Cells]:
    yield [row.heading]
    yield [in_print(row.key, values.get(row.key))]


def _yes_no(row: Row, values: Values) -> Iterator[Cells]:
    value = values.get(row.key)
    yield [row.heading, "Sí", _mark(value is True), "No", _mark(value is False), *(_of(row.other, values) if row.other else [])]


def _options(row: Row, values: Values) -> Iterator[Cells]:
    for n, (value, label) in enumerate(row.choices):
        aside = _of(row.other, values) if row.other and value == "otro" else []
        yield [row.heading if n == 0 else "", label, _mark(_chosen(values.get(row.key), value)), *aside]


def _checklist(row: Row, values: Values) -> Iterator[Cells]:
    yield [row.heading]
    for value, label in row.choices:
        aside = _of(row.other, values) if row.other and value == "otro" else []
        yield [label, _mark(_chosen(values.get(row.key), value)), *aside]


def _inline(row: Row, values: Values) -> Iterator[Cells]:
    cells = [row.heading]
    for value, label in row.choices:
        mark = _mark(_chosen(values.get(row.key), value))
        cells += [mark, label] if row.mark_side == "before" else [label, mark]
    yield cells


def _pair(row: Row, values: Values) -> Iterator[Cells]:
    yield [row.heading]
    yield [c.label for c in row.cells]
    yield [in_print(c.key, values.get(c.key)) for c in row.cells]


def _row(row: Row, values: Values) -> Iterator[Cells]:
    yield ([row.heading] if row.label else []) + [text for c in row.cells for text in _of(c, values)]


def _sublines(row: Row, values: Values) -> Iterator[Cells]:
    for n, cell in enumerate(row.cells):
        yield [row.heading if n == 0 else "", *_of(cell, values)]


def _recipients(row: Row, values: Values) -> Iterator[Cells]:
    yield [row.heading]
    yield [row.heads[0], "", row.heads[1]]
    for value, label in row.choices:
        named: Sequence[Mapping[str, Any]] = [one for one in values.get(row.key) or () if one.get("ambito") == value]
        for one in named or [{}]:
            yield [label, _mark(bool(named)), str(one.get("nombre") or "")]


def _plan(row: Row, values: Values) -> Iterator[Cells]:
    names = dict(row.choices)
    yield [f"{row.heading} {names.get(values.get(row.key) or '', row.unnamed)}"]


def _heading(row: Row, _values: Values) -> Iterator[Cells]:
    yield [row.heading, *row.heads]


def _footer(row: Row, values: Values) -> Iterator[Cells]:
    yield [f"{row.heading} {in_print(row.key, values.get(row.key))}".strip()]


def _chosen(answer: Any, value: str) -> bool:
    return value in answer if isinstance(answer, list) else answer == value


_ROWS: Final[dict[str, Callable[[Row, Values], Iterator[Cells]]]] = {
    "line": _line, "block": _block, "yes_no": _yes_no, "options": _options, "checklist": _checklist, "inline": _inline, "pair": _pair,
    "row": _row, "sublines": _sublines, "recipients": _recipients, "plan": _plan, "heading": _heading, "footer": _footer,
}
