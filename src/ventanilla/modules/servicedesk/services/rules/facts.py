"""What conditions of rules look at, and their trees: read from stored JSON, made from a form's lists, put into words."""
from collections.abc import Callable, Container, Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.questionnaires.definition.conditions import MAX_DEPTH, Condition

FIELDS: Final = {
    "service": lazy("Servicio"), "family": lazy("Familia"), "kind": lazy("Tipo"), "priority": lazy("Prioridad"),
    "unit": lazy("Unidad que pide"), "channel": lazy("Llegó por"), "team": lazy("Equipo"), "major": lazy("Incidente mayor")}
"""Facts of a ticket by name; each is text, or None."""
OPS: Final = frozenset({"in", "not_in", "eq", "ne", "filled", "empty"})


def facts(case: Case) -> dict[str, str | None]:
    """The facts of a ticket as it is now; `ticket__service` is at hand."""
    ticket = case.ticket
    return {"service": _text(ticket.service_id), "family": _text(ticket.service.family_id if ticket.service else None), "kind": case.kind,
            "priority": str(case.priority), "unit": _text(ticket.unit_id), "channel": ticket.channel, "team": _text(ticket.team_id),
            "major": "1" if ticket.major else "0"}


def _text(key: int | None) -> str | None:
    return None if key is None else str(key)


def condition_of(data: Any, depth: int = 0, *, knows: Callable[[str], bool] = FIELDS.__contains__,
                 ops: Container[str] = OPS) -> Condition:
    """The tree of its JSON, over the facts that `knows` names; {} holds for every ticket. Raises Refused for anything that is none."""
    if data in ({}, None):
        return Condition("all")
    if not isinstance(data, Mapping) or depth > MAX_DEPTH:
        raise Refused(_("La condición no se entiende."), "condition")
    for op in ("all", "any"):
        if set(data) == {op} and isinstance(data[op], list):
            return Condition(op, parts=tuple(condition_of(part, depth + 1, knows=knows, ops=ops) for part in data[op]))
    if set(data) == {"not"}:
        return Condition("not", parts=(condition_of(data["not"], depth + 1, knows=knows, ops=ops),))
    if not knows(str(data.get("field"))) or data.get("op") not in ops or set(data) - {"field", "op", "value"}:
        raise Refused(_("La condición no se entiende."), "condition")
    return Condition(str(data["op"]), str(data["field"]), data.get("value"))


def tree_of(chosen: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The tree that holds when each fact is one of those chosen; what has no choice does not matter."""
    parts = [{"field": name, "op": "in", "value": sorted(chosen[name])} for name in FIELDS if chosen.get(name)]
    return {"all": parts} if parts else {}


def chosen_of(tree: Mapping[str, Any]) -> dict[str, list[str]]:
    """The lists that a tree was made from (see `tree_of`)."""
    return {p["field"]: list(p["value"]) for p in tree.get("all", ()) if p.get("op") == "in"}
