"""To whom each move sent a turn, by name: the record's time line and the log of the whole file say it alike."""
from collections.abc import Iterable

from ventanilla.core.cases.models import Move
from ventanilla.core.orgs.models import Person, Unit

ROUTED = ("route", "subroute")


def destinations(moves: Iterable[Move]) -> dict[int, list[str]]:
    """Names by move, in at most two queries."""
    pairs = {m.pk: _sent_to(m) for m in moves if m.verb in (*ROUTED, "reassign")}
    if not any(pairs.values()):
        return {}
    units = dict(Unit.objects.filter(pk__in={u for to in pairs.values() for u, _p in to}).values_list("pk", "name"))
    people = {p.pk: p.name for p in Person.objects.filter(pk__in={p for to in pairs.values() for _u, p in to if p})}
    return {pk: [f"{units.get(u, '')} ({people[p]})" if p in people else units.get(u, "") for u, p in to] for pk, to in pairs.items()}


def _sent_to(move: Move) -> list[tuple[int, int | None]]:
    """Unit and person of each turn of the move; moves of before people were kept name units only."""
    detail = move.detail
    if move.verb == "reassign":
        return [(detail["unit"], detail.get("person"))] if detail.get("unit") else []
    units = detail.get("units") or []
    return list(zip(units, detail.get("people") or [None] * len(units), strict=False))
