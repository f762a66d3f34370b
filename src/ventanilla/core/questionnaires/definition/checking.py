"""`check`: what somebody sent against a definition; hidden fields are dropped, unknown ones refused, the rest made canonical."""
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from ventanilla.core.questionnaires.definition.fields import CHOSEN, MAX_ROWS, Definition, Field, Section
from ventanilla.core.questionnaires.definition.messages import N_, Message
from ventanilla.core.questionnaires.definition.values import BadValue, clean

Resolver = Callable[[str, Collection[Any]], Collection[Any]]
"""`resolve(kind, ids)` gives those ids (of a kind of reference, or UUIDs of "file") that may be chosen."""
REQUIRED = N_("Falta responder.")
GONE = N_("Lo que eligió ya no existe o no puede elegirlo.")


@dataclass
class Checked:
    """`values` is canonical and holds only answers to visible fields; `errors` is by key ("tabla.0.columna" in tables)."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, Message] = field(default_factory=dict)
    visible: set[str] = field(default_factory=set)

    @property
    def ok(self) -> bool:
        """Nothing was wrong."""
        return not self.errors


def orders(definition: Definition) -> dict[str, tuple[str, ...]]:
    """The points of every scale from least to most, for conditions: by their score, or as listed where one has none."""
    return {f.key: _ranked(f) for f in definition.fields.values() if f.type == "scale"}


def _ranked(one: Field) -> tuple[str, ...]:
    points = [c for c in one.choices if not c.na]
    if all(c.score is not None for c in points):
        points.sort(key=lambda c: c.score or 0)
    return tuple(c.value for c in points)


def check(definition: Definition, raw: Mapping[str, Any], *, resolve: Resolver | None = None, partial: bool = False,
          private: bool = True) -> Checked:
    """The clean values and the errors. `partial` asks for nothing (a draft that is kept). Without `private`, questions for who
    works on the matter are neither asked nor taken, whatever was sent.

    check(check(raw).values) gives the same values again, without errors.
    """
    found, order = Checked(), orders(definition)
    for section in definition.sections:
        if _shown(section, found, order):
            for one in section.fields:
                if (private or not one.private) and _shown(one, found, order) and not _answerless(one, definition, found):
                    found.visible.add(one.key)
                    _take(one, raw.get(one.key), found, partial)
    for key in raw:
        if key not in definition.fields:
            found.errors[str(key)[:80]] = Message(N_("Este dato no existe en el formulario."))
    if resolve:
        _resolve(definition, found, resolve)
    return found


def _shown(part: Section | Field, found: Checked, order: Mapping[str, tuple[str, ...]]) -> bool:
    return part.when is None or part.when.holds(found.values, order)


def _answerless(one: Field, definition: Definition, found: Checked) -> bool:
    """Evidence is asked of an answer; of "no aplica" or nothing it is not."""
    if not one.companion_of:
        return False
    main = definition.fields[one.companion_of]
    value = found.values.get(main.key)
    return value is None or (main.type in CHOSEN and isinstance(value, str) and main.by_value[value].na)


def _take(one: Field, raw: Any, found: Checked, partial: bool) -> None:
    try:
        value = _rows(one, raw, found, partial) if one.type == "table" else clean(one, raw)
    except BadValue as bad:
        found.errors[one.key] = bad.message
        return
    if value is not None:
        found.values[one.key] = value
    elif one.required and not partial and one.key not in found.errors:
        found.errors[one.key] = Message(REQUIRED)


def _rows(table: Field, raw: Any, found: Checked, partial: bool) -> list[dict[str, Any]] | None:
    """The rows that hold something; an error in a cell stands at its place."""
    if raw is None or raw == "":
        return None
    if not isinstance(raw, list | tuple) or any(not isinstance(row, Mapping) for row in raw):
        raise BadValue(N_("El dato no tiene la forma esperada."))
    most = min(int(table.max or MAX_ROWS), MAX_ROWS)
    if len(raw) > 2 * MAX_ROWS:
        raise BadValue(N_("Son demasiados renglones; el máximo son %(most)s."), most=most)
    rows = [row for n, given in enumerate(raw) if (row := _row(table, n, given, found, partial))]
    if len(rows) > most:
        raise BadValue(N_("Son demasiados renglones; el máximo son %(most)s."), most=most)
    if len(rows) < int(table.min or 0) and not partial and (rows or table.required):
        raise BadValue(N_("Escriba al menos %(least)s renglones."), least=table.min)
    return rows or None


def _row(table: Field, number: int, given: Mapping[str, Any], found: Checked, partial: bool) -> dict[str, Any]:
    row: dict[str, Any] = {}
    errors: dict[str, Message] = {}
    for column in table.columns:
        try:
            value = clean(column, given.get(column.key))
        except BadValue as bad:
            errors[column.key] = bad.message
            continue
        if value is not None:
            row[column.key] = value
        elif column.required and not partial:
            errors[column.key] = Message(REQUIRED)
    errors |= {str(k)[:80]: Message(N_("Este dato no existe en el formulario.")) for k in given if k not in {c.key for c in table.columns}}
    if row or any(given.get(c.key) not in (None, "", []) for c in table.columns) or set(given) - {c.key for c in table.columns}:
        found.errors |= {f"{table.key}.{number}.{key}": message for key, message in errors.items()}
    return row


def _resolve(definition: Definition, found: Checked, resolve: Resolver) -> None:
    """Look all references of a kind up at once, and drop those that may not be chosen."""
    asked: dict[str, set[Any]] = {}
    places = list(_places(definition, found))
    for _key, kind, value, _drop in places:
        asked.setdefault(kind, set()).add(value)
    allowed = {kind: {str(v) for v in resolve(kind, ids)} for kind, ids in asked.items()}
    for key, kind, value, drop in places:
        if str(value) not in allowed[kind]:
            found.errors[key] = Message(GONE)
            drop()


def _places(definition: Definition, found: Checked) -> Any:
    for key, value in list(found.values.items()):
        one = definition.fields[key]
        if kind := _kind(one):
            yield key, kind, value, lambda key=key: found.values.pop(key, None)
        for number, row in enumerate(value if one.type == "table" else ()):
            for column in one.columns:
                if _kind(column) and column.key in row:
                    yield (f"{key}.{number}.{column.key}", _kind(column), row[column.key],
                           lambda row=row, name=column.key: row.pop(name, None))


def _kind(one: Field) -> str:
    return "file" if one.type == "file" else one.reference


def defaults(definition: Definition) -> dict[str, Any]:
    """What a new form begins with."""
    return {f.key: f.default for f in definition.fields.values() if f.default is not None}
