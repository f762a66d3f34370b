"""Development plans of the state with their axes and the days on which they were in force, as a reference table.

Sources: Plan de Desarrollo del Estado de México 2017-2023 (presented 15 March 2018) and 2023-2029 (Gaceta del Gobierno, 15 March 2024).
An axis that both plans have (Igualdad de Género) tells nothing and is left out.
"""
import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from ventanilla.lib.spanish import fold


@dataclass(frozen=True)
class Axis:
    """A pillar or axis of a plan; `words` are what only this plan says of it, folded, in lower case."""

    kind: str
    number: int
    name: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """A plan; `until` None: still in force. Both days are local dates, included."""

    id: str
    name: str
    since: date
    until: date | None
    axes: tuple[Axis, ...]

    def in_force(self, day: date) -> bool:
        """Whether it was in force on the day."""
        return self.since <= day and (self.until is None or day <= self.until)


@cache
def plans() -> tuple[Plan, ...]:
    """Every known plan, oldest first."""
    data = json.loads((Path(__file__).parent / "plans.json").read_text(encoding="utf-8"))
    return tuple(Plan(one["id"], one["name"], date.fromisoformat(one["from"]), date.fromisoformat(one["to"]) if one["to"] else None,
                      tuple(Axis(a["kind"], a["number"], a["name"], tuple(folded(w) for w in a["words"])) for a in one["axes"]))
                 for one in data)


def plan_in_force(day: date) -> Plan | None:
    """The plan of a day, or None before the first one."""
    return next((one for one in plans() if one.in_force(day)), None)


def plan_of(text: str) -> Plan | None:
    """The one plan whose axes the text names; None when it names none or those of several."""
    words = folded(text)
    found = [one for one in plans() if any(word in words for axis in one.axes for word in axis.words)]
    return found[0] if len(found) == 1 else None


def folded(text: str) -> str:
    """Lower case, without accents, single spaces."""
    return " ".join(fold(text).lower().split())
