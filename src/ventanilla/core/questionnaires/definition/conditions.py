"""When a field or section is asked: a small tree of comparisons, as JSON; nothing is ever evaluated as code.

`{"field": "tipo", "op": "eq", "value": "falla"}`, `{"all": […]}`, `{"any": […]}`, `{"not": …}`.
"""
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from ventanilla.core.questionnaires.definition.messages import N_

OPS: Final[dict[str, str]] = {
    "eq": N_("es igual a"), "ne": N_("es distinto de"), "in": N_("es una de"), "not_in": N_("no es ninguna de"),
    "gt": N_("es mayor que"), "ge": N_("es al menos"), "lt": N_("es menor que"), "le": N_("es cuando más"),
    "contains": N_("incluye"), "filled": N_("tiene respuesta"), "empty": N_("está sin respuesta"),
}
BARE: Final = frozenset({"filled", "empty"})
MAX_DEPTH: Final = 5
MAX_TESTS: Final = 30
_BY_TYPE: Final[dict[str, tuple[str, ...]]] = {
    "choice": ("eq", "ne", "in", "not_in"), "scale": ("eq", "ne", "in", "not_in", "ge", "le", "gt", "lt"), "choices": ("contains",),
    "yes_no": ("eq", "ne"), "integer": ("eq", "ne", "gt", "ge", "lt", "le"), "decimal": ("eq", "ne", "gt", "ge", "lt", "le"),
    "date": ("eq", "gt", "ge", "lt", "le"), "datetime": ("gt", "ge", "lt", "le"), "text": ("eq", "ne", "contains"),
    "long_text": ("contains",), "email": ("eq", "contains"), "url": ("contains",), "reference": ("eq", "ne", "in", "not_in"),
}


def ops_of(kind: str) -> tuple[str, ...]:
    """The comparisons that a type of field allows."""
    return (*_BY_TYPE.get(kind, ()), "filled", "empty")


@dataclass(frozen=True)
class Condition:
    """A node: `op` all, any, not (with `parts`) or a comparison of `field` with `value` (canonical, as `check` gives it)."""

    op: str
    field: str = ""
    value: Any = None
    parts: tuple["Condition", ...] = ()

    def names(self) -> Iterator[str]:
        """The keys that it looks at."""
        if self.field:
            yield self.field
        for part in self.parts:
            yield from part.names()

    def holds(self, values: Mapping[str, Any], order: Mapping[str, tuple[str, ...]] | None = None) -> bool:
        """Whether it is true of the clean values; a missing answer satisfies only `empty`, `ne` and `not_in`.

        `order` gives the values of a scale from least to most, which is how its points compare.
        """
        if self.op == "all":
            return all(p.holds(values, order) for p in self.parts)
        if self.op == "any":
            return any(p.holds(values, order) for p in self.parts)
        if self.op == "not":
            return not self.parts[0].holds(values, order)
        return _compare(self.op, values.get(self.field), self.value, (order or {}).get(self.field, ()))

    def data(self) -> dict[str, Any]:
        """As JSON."""
        if self.op in ("all", "any"):
            return {self.op: [p.data() for p in self.parts]}
        if self.op == "not":
            return {"not": self.parts[0].data()}
        return {"field": self.field, "op": self.op} | ({} if self.op in BARE else {"value": self.value})


_COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "gt": lambda a, b: a > b, "ge": lambda a, b: a >= b, "lt": lambda a, b: a < b, "le": lambda a, b: a <= b,
}


def _compare(op: str, value: Any, other: Any, order: tuple[str, ...]) -> bool:
    missing = value is None or value == "" or value == []
    if op in ("empty", "filled"):
        return missing == (op == "empty")
    if op in ("ne", "not_in"):
        return missing or (value != other if op == "ne" else value not in other)
    if missing:
        return False
    if op in ("eq", "in"):
        return bool(value == other if op == "eq" else value in other)
    if op == "contains":
        return other in value if isinstance(value, list) else str(other).lower() in str(value).lower()
    return _COMPARE[op](_ordered(value, order), _ordered(other, order))


def _ordered(value: Any, order: tuple[str, ...]) -> Any:
    """Something that compares as people mean it: numbers as numbers, points of a scale by their place."""
    if order:
        return order.index(value) if value in order else -1
    if isinstance(value, str):
        return _parsed(value)
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _parsed(text: str) -> Any:
    for kind in (Decimal, datetime.fromisoformat):
        try:
            return kind(text)
        except (ValueError, ArithmeticError):
            continue
    return text

