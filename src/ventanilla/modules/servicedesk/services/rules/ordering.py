"""What the rules of the desk share, whatever they do: an order that changes a place at a time (with a button, so also by keyboard),
being on or off, who wrote them last, and the log."""
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from ventanilla.core.audit.services import record
from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.models import AssignmentRule, NotificationRule
from ventanilla.modules.servicedesk.services.managing import require_manager

R = TypeVar("R", NotificationRule, AssignmentRule)


@dataclass(frozen=True)
class Kept(Generic[R]):
    """One kind of rules: their model, their name in the log, and what the log keeps of one."""

    model: type[R]
    name: str
    describe: Callable[[R], dict[str, Any]]

    def stamp(self, row: R, actor: Person) -> None:
        """Save it as changed now by the actor."""
        row.changed_at, row.changed_by = timezone.now(), actor
        row.save()

    def log(self, what: str, actor: Person, rule: R, before: Mapping[str, Any]) -> None:
        """An entry with the rule before and after."""
        record(f"servicedesk.{self.name}_{what}", actor=actor, institution_id=rule.institution_id, subject=f"{self.name}:{rule.pk}",
               detail={"before": dict(before), "after": self.describe(rule)})

    @transaction.atomic
    def switch(self, *, actor: Person, rule: R, active: bool) -> R:
        """Turn it on or off. Raises NotAllowed."""
        require_manager(actor)
        row: R = self.model._default_manager.select_for_update(of=("self",)).get(pk=rule.pk, institution_id=actor.institution_id)
        if row.active != active:
            before = self.describe(row)
            row.active = active
            self.stamp(row, actor)
            self.log("switched", actor, row, before)
        return row

    @transaction.atomic
    def move(self, *, actor: Person, rule: R, up: bool) -> None:
        """One place up or down. Raises NotAllowed."""
        require_manager(actor)
        place = _moved(self.model._default_manager.filter(institution_id=actor.institution_id), rule.pk, up=up)
        if place is not None:
            record(f"servicedesk.{self.name}_moved", actor=actor, institution_id=actor.institution_id, subject=f"{self.name}:{rule.pk}",
                   detail={"to": place})


def _moved(here: QuerySet[Any], pk: int, *, up: bool) -> int | None:
    """Change places with the neighbour, inside a transaction; the new place (1 the first), or None when there is no room to move.

    `here` are all rules of the institution; every one is locked and numbered anew, in tens.
    """
    rows = list(here.select_for_update(of=("self",)).order_by("order", "pk"))
    at = next((n for n, r in enumerate(rows) if r.pk == pk), 0)
    to = at + (-1 if up else 1)
    if not 0 <= to < len(rows):
        return None
    rows[at], rows[to] = rows[to], rows[at]
    for place, row in enumerate(rows, 1):
        row.order = place * 10
    here.model._default_manager.bulk_update(rows, ["order"])
    return to + 1
