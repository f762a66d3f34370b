"""Who may route to whom: the institution's rules as data, and the reason told when one refuses."""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.cases.models import RoutingRule, Turn
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.services.setup import Refused


class Destination(Protocol):
    """The part of a turn's draft that rules look at."""

    @property
    def unit(self) -> Unit: ...
    @property
    def person(self) -> Person | None: ...
    @property
    def purpose(self) -> str: ...


@dataclass(frozen=True)
class Kinship:
    """How a destination stands to the origin: relation, and how many levels apart."""

    relation: str
    distance: int


def kinship(origin: Unit, destination: Unit) -> Kinship:
    """self, subordinate, superior, peer (same parent) or other; `distance` counts steps in the tree."""
    if origin.pk == destination.pk:
        return Kinship("self", 0)
    common = sum(1 for a, b in zip(origin.path, destination.path, strict=False) if a == b)
    up, down = len(origin.path) - common, len(destination.path) - common
    if up == 0:
        return Kinship("subordinate", down)
    if down == 0:
        return Kinship("superior", up)
    return Kinship("peer" if up == down == 1 else "other", up + down)


def rules_of(institution_id: int) -> list[RoutingRule]:
    """The institution's rules, in their order."""
    return list(RoutingRule.objects.filter(institution_id=institution_id))


def check_route(origin: Unit, draft: Destination, parent: Turn | None, at: datetime, rules: Sequence[RoutingRule]) -> None:
    """Raise Refused, with the reason, when the turn may not go there by the rules of the institution."""
    unit = draft.unit
    day = timezone.localdate(at)
    if unit.institution_id != origin.institution_id:
        raise Refused(_("La unidad no es de esta institución."), "unit")
    if unit.valid_to is not None and unit.valid_to <= day:
        raise Refused(_("«%(unit)s» dejó de existir el %(day)s; elija la unidad que la sustituye.")
                      % {"unit": unit.name, "day": unit.valid_to.isoformat()}, "unit")
    if unit.pk == origin.pk and draft.person is None:
        raise Refused(_("No puede turnar a la misma unidad; elija a una persona de ella o atienda el asunto."), "unit")
    if parent and unit.pk in _units_above(parent):
        raise Refused(_("«%(unit)s» ya tiene este turno más arriba: sería un círculo. Devuélvalo con motivo.")
                      % {"unit": unit.name}, "unit")
    _by_the_rules(rules, origin, draft)


def _units_above(turn: Turn) -> set[int]:
    """Units that sent or hold the chain of turns above (they would receive it in a circle)."""
    units: set[int] = {turn.from_unit_id}
    above = turn.parent
    while above is not None:
        units |= {above.unit_id, above.from_unit_id}
        above = above.parent
    return units


def reachable(origin: Unit, units: Iterable[Unit]) -> list[Unit]:
    """Those of the units to which the rules let the origin route, for action or for information. One query."""
    rules = rules_of(origin.institution_id)
    purposes = [purpose.value for purpose in Turn.Purpose]
    return [u for u in units if any(_refusing(rules, kinship(origin, u), origin, purpose) is None for purpose in purposes)]


def _by_the_rules(rules: Sequence[RoutingRule], origin: Unit, draft: Destination) -> None:
    rule = _refusing(rules, kinship(origin, draft.unit), origin, draft.purpose)
    if rule is not None:
        raise Refused(rule.reason or _("Las reglas de la institución no permiten turnar a esa unidad."), "unit")


def _refusing(rules: Iterable[RoutingRule], kin: Kinship, origin: Unit, purpose: str) -> RoutingRule | None:
    """The rule that refuses: the first that fits decides; where none fits it is allowed."""
    first = next((rule for rule in rules if _fits(rule, kin, origin, purpose)), None)
    return first if first is not None and not first.allowed else None


def _fits(rule: RoutingRule, kin: Kinship, origin: Unit, purpose: str) -> bool:
    return (rule.relation in ("any", kin.relation)
            and rule.level in ("", origin.level)
            and rule.purpose in ("", purpose)
            and (rule.max_distance is None or kin.distance <= rule.max_distance))
