"""Writing the thresholds of a service level: by managers of the desk, each change in the log."""
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.orgs.models import Person, Post
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.servicedesk.models import Escalation, Objective, ServiceLevel, Team
from ventanilla.modules.servicedesk.services.managing import require_manager
from ventanilla.modules.servicedesk.services.promises.escalating.recipients import ROLES
from ventanilla.modules.servicedesk.services.promises.escalating.watching import rearm_level


@dataclass(frozen=True)
class EscalationDraft:
    """A threshold: of which clock, at which share of its time (percent; None: when its light turns amber), and what it does."""

    metric: str
    percent: int | None
    tell: Sequence[str] = ()
    post: Post | None = None
    raises: bool = False
    team: Team | None = None


USUAL = (EscalationDraft("resolve", None, ("holder",)), EscalationDraft("resolve", 100, ("holder", "router")),
         EscalationDraft("own", None, ("holder",)), EscalationDraft("own", 100, ("holder", "router")),
         EscalationDraft("team", None, ("holder",)), EscalationDraft("team", 100, ("holder", "router")))
"""What is told of a level without thresholds of its own (`core.cases.telling.deadlines`), as rows to begin with."""


@transaction.atomic
def save_escalation(*, actor: Person, level: ServiceLevel, draft: EscalationDraft, escalation: Escalation | None = None) -> Escalation:
    """A new threshold of a level, or another wording of one; what was reached before stays as it was.

    Raises NotAllowed, and Refused naming the field.
    """
    _keeps(actor, level)
    _check(level, draft)
    if escalation and escalation.level_id != level.pk:
        raise NotAllowed
    row, before = escalation or Escalation(institution_id=level.institution_id, level=level), describe(escalation)
    if escalation is None or (row.metric, row.percent) != (draft.metric, draft.percent):
        row.since = timezone.now()
    row.metric, row.percent, row.post, row.raises, row.team = draft.metric, draft.percent, draft.post, draft.raises, draft.team
    row.tell, row.active = [slug for slug in ROLES if slug in draft.tell], True
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Refused(_("Ese nivel ya tiene un aviso en ese punto: corríjalo o enciéndalo."), "percent") from None
    _log(actor, row, "saved", before)
    rearm_level(level)
    return row


@transaction.atomic
def switch_escalation(*, actor: Person, escalation: Escalation, active: bool) -> Escalation:
    """Off: it does nothing more. On again: it counts from now, what lies before is not told. Raises NotAllowed."""
    _keeps(actor, escalation.level)
    row = Escalation.objects.select_for_update(of=("self",)).get(pk=escalation.pk)
    if row.active != active:
        row.active, row.since = active, timezone.now() if active else row.since
        row.save(update_fields=["active", "since"])
        _log(actor, row, "on" if active else "off", None)
        rearm_level(row.level)
    return row


@transaction.atomic
def begin_with_usual(*, actor: Person, level: ServiceLevel) -> list[Escalation]:
    """The two usual notices of each clock as rows, to go on from there; nothing when the level has thresholds. Raises NotAllowed."""
    _keeps(actor, level)
    if level.escalations.exists():
        return []
    return [save_escalation(actor=actor, level=level, draft=draft) for draft in USUAL]


def _keeps(actor: Person, level: ServiceLevel) -> None:
    require_manager(actor)
    if level.institution_id != actor.institution_id:
        raise NotAllowed


def _check(level: ServiceLevel, draft: EscalationDraft) -> None:
    if draft.metric not in Objective.Metric.values:
        raise Refused(_("Elija el reloj."), "metric")
    if draft.percent is not None and not 1 <= draft.percent <= 1000:
        raise Refused(_("Escriba un porcentaje de 1 a 1000, o déjelo vacío para avisar cuando esté por vencer."), "percent")
    if not (draft.tell or draft.post or draft.raises or draft.team):
        raise Refused(_("Diga a quién se avisa, o qué se hace."), "tell")
    if set(draft.tell) - set(ROLES):
        raise Refused(_("Elija de la lista."), "tell")
    if draft.post and draft.post.unit.institution_id != level.institution_id:
        raise Refused(_("El puesto debe ser de la institución."), "post")
    if draft.team and (draft.team.institution_id != level.institution_id or not draft.team.active):
        raise Refused(_("Ese equipo no está activo."), "team")


def describe(row: Escalation | None) -> dict[str, Any] | None:
    """For the log."""
    return {"metric": row.metric, "percent": row.percent, "tell": row.tell, "post": row.post_id, "raises": row.raises,
            "team": row.team_id, "active": row.active} if row else None


def _log(actor: Person, row: Escalation, what: str, before: dict[str, Any] | None) -> None:
    record(f"servicedesk.escalation_{what}", actor=actor, institution_id=row.institution_id, subject=f"level:{row.level_id}",
           detail={"escalation": row.pk, "before": before, "after": describe(row)})
