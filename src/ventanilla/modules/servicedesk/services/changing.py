"""Changes: planned with a way back, checked for collisions, authorised by others, done, reviewed."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.cases.clocks import case_clocks_follow
from ventanilla.core.cases.models import Case
from ventanilla.core.cases.moving import moving
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.lib.spanish import clean_text
from ventanilla.modules.servicedesk.models import Change
from ventanilla.modules.servicedesk.services.approving import ask_approvals, implemented_by
from ventanilla.modules.servicedesk.services.authorities import require_authorities
from ventanilla.modules.servicedesk.services.clearing import clear
from ventanilla.modules.servicedesk.services.kinds import require_risk

OUTCOMES = {"finish": "implemented", "fail": "failed", "roll_back": "rolled_back"}


@dataclass(frozen=True)
class PlanDraft:
    """How a change will be made; moments are aware."""

    risk: int
    plan: str
    back_out: str
    starts_at: datetime
    ends_at: datetime
    implementer: Person
    impact_text: str = ""


def plan(*, actor: Person, case: Case, draft: PlanDraft) -> Case:
    """Write the plan. Raises NotAllowed, and Refused when the window is past or upside down, there is no way back,
    or a simple change is not of low risk."""
    if draft.ends_at <= draft.starts_at:
        raise Refused(_("Debe terminar después de comenzar."), "ends_at")
    if draft.starts_at < timezone.now():
        raise Refused(_("La ventana debe quedar en el futuro."), "starts_at")
    require_risk(case.kind, draft.risk)
    if not clean_text(draft.plan) or not clean_text(draft.back_out):
        raise Refused(_("Escriba el plan y cómo se revierte."), "back_out")
    with moving(case, "plan", actor, given={"plan": draft.plan}) as move:
        Change.objects.filter(pk=case.pk).update(
            risk=draft.risk, plan=clean_text(draft.plan), back_out=clean_text(draft.back_out), starts_at=draft.starts_at,
            ends_at=draft.ends_at, implementer=draft.implementer, impact_text=clean_text(draft.impact_text))
        move.detail.update(starts_at=draft.starts_at, ends_at=draft.ends_at, implementer=draft.implementer.pk, risk=draft.risk)
        case_clocks_follow(move)
        return move.case


@transaction.atomic
def submit(*, actor: Person, case: Case, people: Sequence[Person], quorum: int, reason: str = "") -> Case:
    """Ask for the authorisation of a planned change (or of a request).

    A change is authorised by those whom the rules of its risk name (`authorities`), never by fewer than they want. With collisions it
    needs a `reason`, which is kept with what it collides with; one in a period without changes is refused.
    Raises NotAllowed and Refused.
    """
    if not people:
        raise Refused(_("Elija quiénes autorizan."), "people")
    if quorum > len(people):
        raise Refused(_("Pide más autorizaciones que personas."), "quorum")
    require_authorities(case, list(people), quorum)
    ask_approvals(actor=actor, case=case, wanted=[{"label": _("Autorización"), "who": [p.pk for p in people], "quorum": quorum}])
    clear(actor=actor, case=case, step="submit", reason=reason)
    return Case.objects.get(pk=case.pk)


@transaction.atomic
def review(*, actor: Person, case: Case, text: str, people: Sequence[Person] = (), quorum: int = 1) -> Case:
    """What was learned. It closes a change; an emergency goes to its retrospective authorisation first.

    Separation of duties: who implements it, by the plan or in fact, does not review it. Raises NotAllowed and Refused.
    """
    if not clean_text(text):
        raise Refused(_("Escriba la revisión."), "review")
    emergency = case.kind == "emergency_change"
    if emergency and not people:
        raise Refused(_("Elija quién autoriza a posteriori: una emergencia no se cierra sin eso."), "people")
    if emergency:
        require_authorities(case, list(people), quorum)
    with moving(case, "review", actor, given={"review": text}) as move:
        if actor.pk in implemented_by(move.case):
            raise Refused(_("Usted lo implementó: la revisión la registra otra persona."), "review")
        Change.objects.filter(pk=case.pk).update(review=clean_text(text))
        case_clocks_follow(move)
        moved = move.case
    if emergency:
        ask_approvals(actor=actor, case=moved, retrospective=True, move=False,
                      wanted=[{"label": _("Autorización a posteriori"), "who": [p.pk for p in people], "quorum": quorum}])
    return Case.objects.get(pk=case.pk)
