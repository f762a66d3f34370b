"""Conditions of a definition: each is read against the fields that come before it, so nothing can go in circles."""
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from ventanilla.core.questionnaires.definition.conditions import BARE, MAX_DEPTH, MAX_TESTS, OPS, Condition, ops_of
from ventanilla.core.questionnaires.definition.fields import Definition, Field, Section
from ventanilla.core.questionnaires.definition.messages import N_, Problem
from ventanilla.core.questionnaires.definition.values import BadValue, clean

if TYPE_CHECKING:
    from ventanilla.core.questionnaires.definition.parsing import Reader


class _At:
    """Where a condition stands: what came before it, every key, and how many comparisons it may still have."""

    def __init__(self, read: "Reader", known: Mapping[str, Field], every: Mapping[str, Any], path: str, where: str, own: str) -> None:
        self.read, self.known, self.every, self.path, self.where, self.own = read, known, every, path, where, own
        self.left = MAX_TESTS

    def wrong(self, text: str, **params: Any) -> Condition:
        self.read.wrong(self.path, self.where, text, **params)
        return Condition("all")

    def node(self, data: Any, depth: int = 0) -> Condition:
        self.left -= 1
        if depth > MAX_DEPTH or self.left < 0:
            return self.wrong(N_("La condición es demasiado larga.")) if self.left >= -1 else Condition("all")
        if not isinstance(data, Mapping):
            return self.wrong(N_("La condición no se entiende."))
        for op in ("all", "any"):
            if set(data) == {op} and isinstance(data[op], list) and data[op]:
                return Condition(op, parts=tuple(self.node(part, depth + 1) for part in data[op][: MAX_TESTS + 1]))
        if set(data) == {"not"}:
            return Condition("not", parts=(self.node(data["not"], depth + 1),))
        return self.test(data)

    def test(self, data: Mapping[str, Any]) -> Condition:
        key, op = data.get("field"), data.get("op")
        if not isinstance(key, str) or not isinstance(op, str) or op not in OPS or set(data) - {"field", "op", "value"}:
            return self.wrong(N_("La condición no se entiende."))
        if key not in self.known:
            return self.unknown(key)
        one = self.known[key]
        if op not in ops_of(one.type):
            return self.wrong(N_("«%(label)s» no se puede comparar de esa manera."), label=one.label[:80])
        if op in BARE:
            return Condition(op, key)
        return self.compared(one, op, data.get("value"))

    def unknown(self, key: str) -> Condition:
        if key == self.own:
            return self.wrong(N_("La condición depende de su propia respuesta."))
        if key not in self.every:
            return self.wrong(N_("La condición depende de «%(key)s», que no existe."), key=key[:60])
        if self.own and self.own in _names(self.every[key]):
            return self.wrong(N_("La condición va en círculo con la de «%(key)s»."), key=key)
        return self.wrong(N_("La condición depende de «%(key)s», que se pregunta después."), key=key)

    def compared(self, one: Field, op: str, value: Any) -> Condition:
        try:
            if op in ("in", "not_in"):
                if not isinstance(value, list) or not value:
                    return self.wrong(N_("La condición sobre «%(label)s» necesita una lista de valores."), label=one.label[:80])
                return Condition(op, one.key, [self.value(one, v) for v in value[:100]])
            return Condition(op, one.key, self.value(one, value, op))
        except BadValue as bad:
            self.read.problems.append(Problem(self.path, self.where, bad.message))
            return Condition("all")

    def value(self, one: Field, value: Any, op: str = "eq") -> Any:
        if op == "contains":
            found = clean(one, [value])[0] if one.type == "choices" and isinstance(value, str) else value
            if not isinstance(found, str) or not found:
                raise BadValue(N_("Falta el valor con el que se compara."))
            return found
        plain = replace(one, min=None, max=None, min_length=None, pattern="", type="text" if one.type == "email" else one.type)
        found = clean(plain, value)
        if found is None:
            raise BadValue(N_("Falta el valor con el que se compara."))
        return found


def _names(data: Any) -> Iterator[str]:
    if isinstance(data, Mapping):
        if isinstance(data.get("field"), str):
            yield data["field"]
        for part in data.values():
            yield from _names(part)
    elif isinstance(data, list):
        for part in data:
            yield from _names(part)


def conditions_of(read: "Reader", root: Mapping[str, Any], definition: Definition) -> Definition:
    """The definition with its conditions; mistakes are noted in `read`."""
    every = {f["key"]: f.get("when") for s in root.get("sections") or () for f in s.get("fields") or ()}
    known: dict[str, Field] = {}
    sections: list[Section] = []
    for n, section in enumerate(definition.sections):
        data = root["sections"][n]
        when = _read(_At(read, known, every, f"sections.{n}.when", _("Sección «%(title)s»") % {"title": section.title}, ""),
                     data.get("when"))
        found: list[Field] = []
        for m, one in enumerate(section.fields):
            at = _At(read, known, every, f"sections.{n}.fields.{m}.when", f"«{one.label[:80]}»", one.key)
            found.append(replace(one, when=_read(at, data["fields"][m].get("when"))))
            known[one.key] = one
        sections.append(replace(section, when=when, fields=tuple(found)))
    return replace(definition, sections=tuple(sections))


def _read(at: _At, data: Any) -> Condition | None:
    return None if data in (None, {}, []) else at.node(data)
