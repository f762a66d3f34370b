"""Writing rules of assignment: saved whole, switched on and off, put in order; every change is in the log."""
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.spanish import clean_text
from ventanilla.modules.servicedesk.models import AssignmentRule, Team
from ventanilla.modules.servicedesk.services.managing import require_manager
from ventanilla.modules.servicedesk.services.rules.assigning.facts import ready
from ventanilla.modules.servicedesk.services.rules.ordering import Kept


@dataclass(frozen=True)
class AssignmentDraft:
    """A rule whole: the tree of its condition, the team that gets it (None: that of the catalogue) and to whom there."""

    name: str
    condition: Mapping[str, Any] = field(default_factory=dict)
    team: Team | None = None
    strategy: str = "team"
    person: Person | None = None


def save_assignment(*, actor: Person, draft: AssignmentDraft, rule: AssignmentRule | None = None) -> AssignmentRule:
    """Keep a new rule (off, at the end), or change one. Raises NotAllowed, and Refused naming the field."""
    require_manager(actor)
    if rule and rule.institution_id != actor.institution_id:
        raise NotAllowed
    _check(actor, draft)
    before = describe(rule) if rule else {}
    row = rule or AssignmentRule(institution_id=actor.institution_id, order=_last(actor) + 10)
    row.name, row.condition, row.team = clean_text(draft.name)[:120], dict(draft.condition), draft.team
    row.strategy, row.person = draft.strategy, draft.person
    try:
        with transaction.atomic():
            KEPT.stamp(row, actor)
            KEPT.log("saved", actor, row, before)
    except IntegrityError:
        raise Refused(_("Ya hay una regla con ese nombre."), "name") from None
    return row


def _check(actor: Person, draft: AssignmentDraft) -> None:
    if not clean_text(draft.name):
        raise Refused(_("Póngale nombre a la regla."), "name")
    if draft.strategy not in AssignmentRule.Strategy.values:
        raise Refused(_("Elija a quién se asigna."), "strategy")
    if draft.team is None and draft.strategy == AssignmentRule.Strategy.TEAM:
        raise Refused(_("Elija el equipo, o a quién se asigna: así la regla no cambia nada."), "team")
    if any(one and one.institution_id != actor.institution_id for one in (draft.team, draft.person)):
        raise Refused(_("El equipo y la persona deben ser de la institución."), "team")
    if draft.team and not draft.team.active:
        raise Refused(_("El equipo «%(team)s» ya no está activo.") % {"team": draft.team.name}, "team")
    ready(draft.condition)
    _check_person(draft)


def _check_person(draft: AssignmentDraft) -> None:
    named = draft.strategy == AssignmentRule.Strategy.PERSON
    if named != (draft.person is not None):
        raise Refused(_("Elija a la persona.") if named else _("La persona sólo se elige cuando se asigna a una persona."), "person")
    if draft.person and not draft.person.active:
        raise Refused(_("%(name)s ya no está en la institución.") % {"name": draft.person.name}, "person")
    if draft.person and draft.team and not draft.team.memberships.filter(person=draft.person).exists():
        raise Refused(_("%(name)s no es de «%(team)s».") % {"name": draft.person.name, "team": draft.team.name}, "person")


def _last(actor: Person) -> int:
    orders = AssignmentRule.objects.filter(institution_id=actor.institution_id).order_by("-order").values_list("order", flat=True)
    return orders.first() or 0


def describe(rule: AssignmentRule) -> dict[str, Any]:
    """The rule as the log keeps it."""
    return {"name": rule.name, "active": rule.active, "condition": rule.condition, "team": rule.team_id, "strategy": rule.strategy,
            "person": rule.person_id, "order": rule.order}


KEPT: Final = Kept(AssignmentRule, "assignment", describe)
switch_assignment, move_assignment = KEPT.switch, KEPT.move
"""On or off; one place up or down: the first rule that fits decides."""
