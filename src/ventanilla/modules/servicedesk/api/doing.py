"""The steps of a ticket's flow by their names, each by the verb that the button uses.

`If-Match` with the ETag of the ticket refuses (412) when it changed meanwhile; `Idempotency-Key` makes a repetition harmless.
"""
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from ventanilla.core.cases.models import Attachment, Case, Note
from ventanilla.core.cases.moving import allowed_steps
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.servicedesk import services as desk
from ventanilla.modules.servicedesk.api import schemas as own
from ventanilla.modules.servicedesk.api import shaping
from ventanilla.modules.servicedesk.flow import FLOWS, TAKEN_ALONG
from ventanilla.modules.servicedesk.models import Cause, HoldReason
from ventanilla.modules.servicedesk.services import changing, major, solving
from ventanilla.modules.servicedesk.services.changing import PlanDraft
from ventanilla.modules.servicedesk.services.correcting import Correction, correct
from ventanilla.modules.servicedesk.services.merging import lock_both, merge_of
from ventanilla.modules.servicedesk.services.relations import too_late
from ventanilla.modules.servicedesk.services.solving import StepDraft
from ventanilla.web.api import scopes, shapes
from ventanilla.web.api.auth import Bearer, actor

router = Router()
Run = Callable[[Person, Case, own.StepIn], object]


def _assign(who: Person, case: Case, data: own.StepIn) -> object:
    team = shaping.team_of(who, data.team) if data.team else case.ticket.team
    if team is None:
        raise Refused(_("Elija el equipo que atenderá."), "team")
    return desk.assign(actor=who, case=case, team=team, person=shapes.person_of(who, data.person), reason=data.reason)


def _hold(who: Person, case: Case, data: own.StepIn) -> object:
    why = HoldReason.objects.filter(institution_id=case.institution_id, active=True, text=data.hold_reason or "").first()
    if why is None:
        raise Refused(_("Elija el motivo de espera del catálogo."), "hold_reason")
    return desk.hold(actor=who, case=case, why=why, note=data.reason, until=shapes.aware(data.hold_until))


def _resolve(who: Person, case: Case, data: own.StepIn) -> object:
    cause = Cause.objects.filter(institution_id=case.institution_id, active=True, name=data.cause or "").first()
    return desk.resolve(actor=who, case=case, cause=cause, solution=data.solution, children=data.children)


def _correct(who: Person, case: Case, data: own.StepIn) -> object:
    """What `facts` names is corrected; the rest stays."""
    said = data.facts or own.FactsIn.model_validate({})
    given = said.model_dump(exclude_unset=True, exclude={"values", "documents"})
    facts = {name: _resolved(who, name, value) for name, value in given.items()}
    files = [str(d) for d in said.documents]
    return correct(actor=who, case=case, reason=data.reason, draft=Correction(facts, said.values, files))


def _resolved(who: Person, name: str, value: Any) -> Any:
    """People and units by their uuid; None takes them away."""
    if value is not None and name in ("requester", "beneficiary"):
        return shapes.person_of(who, value)
    if name == "unit":
        return shapes.unit_of(who, value) if value else None
    return value


def _prioritise(who: Person, case: Case, data: own.StepIn) -> object:
    return desk.prioritise(actor=who, case=case, impact=data.impact or case.ticket.impact, urgency=data.urgency or case.ticket.urgency,
                           reason=data.reason)


def _reclassify(who: Person, case: Case, data: own.StepIn) -> object:
    version = shaping.version_of(who, data.offering) if data.offering else None
    kind = data.kind or (version.kind if version else case.kind)
    change = desk.ChangeFacts(data.risk, data.impact_text) if data.risk else None
    return desk.reclassify(actor=who, case=case, kind=kind, reason=data.reason, version=version, change=change)


def _identify(who: Person, case: Case, data: own.StepIn) -> object:
    return solving.identify(actor=who, case=case, root_cause=data.root_cause, workaround=data.workaround)


def _plan(who: Person, case: Case, data: own.StepIn) -> object:
    """Of a problem, one more action of its plan; of a change, how it will be made."""
    if case.kind == "problem":
        return solving.add_step(actor=who, case=case, draft=StepDraft(
            data.action, shapes.person_of(who, data.person), data.due_on, data.definitive))
    if data.plan is None:
        raise Refused(_("Escriba el plan y cómo se revierte."), "plan")
    return changing.plan(actor=who, case=case, draft=plan_draft(who, data.plan))


def plan_draft(who: Person, plan: own.PlanIn) -> PlanDraft:
    """The plan of a change; whoever asks implements it unless somebody is named."""
    starts, ends = shapes.aware(plan.starts_at), shapes.aware(plan.ends_at)
    assert starts and ends
    return PlanDraft(plan.risk, plan.plan, plan.back_out, starts, ends, shapes.person_of(who, plan.implementer) or who, plan.impact_text)


def _submit(who: Person, case: Case, data: own.StepIn) -> object:
    return changing.submit(actor=who, case=case, people=shaping.people_of(who, data.people), quorum=data.quorum,
                           reason=data.reason)


def _review(who: Person, case: Case, data: own.StepIn) -> object:
    return changing.review(actor=who, case=case, text=data.review, people=shaping.people_of(who, data.people), quorum=data.quorum)


def _merge(who: Person, case: Case, data: own.StepIn) -> object:
    survivor = shaping.tickets_of(who).filter(uuid=data.into).first() if data.into else None
    if survivor is None:
        raise Refused(_("Diga en qué ticket continúa (uno que pueda ver)."), "into")
    return desk.merge(actor=who, case=case, survivor=survivor, reason=data.reason)


def _split(who: Person, case: Case, data: own.StepIn) -> object:
    notes = Note.objects.readable_by(who).filter(case=case, uuid__in=data.entries)
    files = Attachment.objects.readable_by(who).filter(case=case, document__uuid__in=data.documents)
    if len(notes) != len(set(data.entries)) or len(files) != len(set(data.documents)):
        raise Refused(_("Algo de lo que eligió ya no está en este ticket."), "entries")
    return desk.split(actor=who, case=case, draft=desk.SplitDraft(data.subject, data.description, data.kind or "", list(notes), list(files),
                                                                  data.uuid or uuid4()))


def _reasoned(step: str) -> Run:
    return lambda who, case, data: solving.take_reasoned(
        actor=who, case=case, step=step, reason=data.reason, exception=data.exception)


STEPS: dict[str, Run] = {
    "assign": _assign, "hold": _hold, "resolve": _resolve, "prioritise": _prioritise, "reclassify": _reclassify, "identify": _identify,
    "plan": _plan, "submit": _submit, "ask_approval": _submit, "review": _review,
    "merge": _merge, "split": _split, "unmerge": lambda who, case, data: desk.undo_merge(actor=who, case=case, reason=data.reason),
    "take": lambda who, case, data: desk.take(actor=who, case=case),
    "resume": lambda who, case, data: desk.resume(actor=who, case=case),
    "close": lambda who, case, data: desk.close(actor=who, case=case),
    "reopen": lambda who, case, data: desk.reopen(actor=who, case=case, reason=data.reason),
    "cancel": lambda who, case, data: desk.cancel(actor=who, case=case, reason=data.reason),
    "withdraw": lambda who, case, data: desk.cancel(actor=who, case=case, reason=data.reason),
    "major": lambda who, case, data: major.declare_major(actor=who, case=case, reason=data.reason),
    "stand_down": lambda who, case, data: major.stand_down(actor=who, case=case, reason=data.reason),
    "revise": lambda who, case, data: solving.revise(actor=who, case=case, reason=data.reason, draft=solving.KnownDraft(
        data.symptoms, data.workaround or None, data.root_cause or None)),
    "correct": _correct,
    "fix": lambda who, case, data: solving.fix(actor=who, case=case, solution=data.solution),
}
NOT_HERE = frozenset({"approve", "reject"}) | TAKEN_ALONG
"""Steps of the system (a decision takes them), and those that have a verb of their own elsewhere."""


def run_of(step: str) -> Run | None:
    """The verb of a step of any flow; None when there is no such step, or nobody takes it by its name."""
    if step in NOT_HERE or all(step != s.name for flow in FLOWS for s in flow.steps):
        return None
    return STEPS.get(step) or _reasoned(step)


@router.post("/tickets/{uuid}/steps/{step}", response={200: own.TicketDetail, **shaping.CHECKED}, auth=Bearer(scopes.WRITE),
             operation_id="step_ticket", summary="Dar un paso del ticket: el nombre es el de una de sus `actions`")
def step_ticket(request: HttpRequest, response: HttpResponse, uuid: UUID, step: str, data: own.StepIn) -> Any:
    """404 for a step that nobody knows; 409 when the state does not allow it."""
    person = actor(request)
    case = shaping.ticket_of(person, uuid)
    run = run_of(step)
    if run is None:
        raise Http404
    with transaction.atomic():
        _hold_pair(case, step, data)
        return shaping.changed(request, response, case, person, lambda: _taken(run, person, case, step, data))


def _hold_pair(case: Case, step: str, data: own.StepIn) -> None:
    """Two tickets are always held in the same order, before either is looked at: crosswise merges never wait in a circle."""
    other = Case.objects.filter(uuid=data.into).values_list("pk", flat=True).first() if step == "merge" and data.into else None
    if step == "unmerge" and (row := merge_of(case)):
        other = row.survivor_id
    if other:
        lock_both(case.pk, other)


def _taken(run: Run, person: Person, case: Case, step: str, data: own.StepIn) -> object:
    """A step that is not among the allowed ones is told as such before its fields are looked at."""
    now = Case.objects.select_related("ticket__team").get(pk=case.pk)
    if all(s.name != step for s in allowed_steps(person, now)):
        if all(s.name != step or now.state not in s.sources for f in FLOWS if f.slug == now.kind for s in f.steps):
            raise Refused(too_late(person, now))
        raise NotAllowed
    return run(person, now, data)
