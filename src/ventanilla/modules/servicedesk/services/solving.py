"""From incidents to causes: problems with their plan, known errors."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from django.utils.translation import override

from ventanilla.core.audit.services import record
from ventanilla.core.cases.clocks import case_clocks_follow
from ventanilla.core.cases.kinds import kind_of
from ventanilla.core.cases.models import Case, CaseLink
from ventanilla.core.cases.moving import Moving, moving
from ventanilla.core.notices.services import SPANISH, NoticeDraft, notify
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.spanish import clean_text
from ventanilla.modules.servicedesk.flow import CHANGES
from ventanilla.modules.servicedesk.models import Change, KnownError, Merge, Problem, ProblemStep, Service, Team, Ticket
from ventanilla.modules.servicedesk.services.approving import keep_duties_apart
from ventanilla.modules.servicedesk.services.changing import OUTCOMES
from ventanilla.modules.servicedesk.services.clearing import clear
from ventanilla.modules.servicedesk.services.items import carry_items
from ventanilla.modules.servicedesk.services.kinds import ChangeFacts
from ventanilla.modules.servicedesk.services.opening import TicketDraft, open_ticket
from ventanilla.modules.servicedesk.services.relations import is_staff


def take_reasoned(*, actor: Person, case: Case, step: str, reason: str = "", exception: str = "") -> Case:
    """A step that asks for nothing but its reason; of a change it also says how it ended.

    A change that begins in spite of a collision says why, an emergency in a period without changes also by which `exception`.
    Raises NotAllowed and Refused.
    """
    keep_duties_apart(actor, case, step)
    with moving(case, step, actor, reason=reason) as move:
        clear(actor=actor, case=move.case, step=step, reason=reason, exception=exception)
        if step in OUTCOMES:
            Change.objects.filter(pk=case.pk).update(outcome=OUTCOMES[step])
        case_clocks_follow(move)
        return move.case


@dataclass(frozen=True)
class ProblemDraft:
    """A problem to open. Team, service, impact and urgency are those of the first incident behind it, unless said."""

    subject: str
    description: str = ""
    team: Team | None = None
    service: Service | None = None
    impact: int | None = None
    urgency: int | None = None
    uuid: UUID = field(default_factory=uuid4)


def open_problem(*, actor: Person, incidents: Sequence[Case], subject: str, description: str = "") -> Case:
    """A problem behind one or several incidents, of the team and service of the first. Raises NotAllowed and Refused."""
    if not incidents:
        raise Refused(_("Elija al menos un incidente."))
    return register_problem(actor=actor, incidents=incidents, draft=ProblemDraft(subject, description))


@transaction.atomic
def register_problem(*, actor: Person, draft: ProblemDraft, incidents: Sequence[Case] = ()) -> Case:
    """A problem: behind incidents (tied to each and to what they are about), or seen before any was reported.

    Raises NotAllowed and Refused.
    """
    first = Ticket.objects.select_related("team", "service").get(pk=incidents[0].pk) if incidents else None
    given = _like(first, draft.team, draft.service)
    case = open_ticket(actor=actor, draft=TicketDraft(
        draft.subject, kind="problem", description=draft.description, requester=actor, uuid=draft.uuid,
        impact=draft.impact or (first.impact if first else None), urgency=draft.urgency or (first.urgency if first else None), **given))
    for incident in incidents:
        tie(actor=actor, case=incident, other=case, kind="caused_by")
    carry_items(actor=actor, sources=incidents, target=case)
    return case


@dataclass(frozen=True)
class ChangeDraft:
    """A change to open; its plan is written later, unless `facts` name a routine one. Team and service: those of what it mends."""

    kind: str
    subject: str
    description: str = ""
    team: Team | None = None
    service: Service | None = None
    facts: ChangeFacts = field(default_factory=ChangeFacts)
    uuid: UUID = field(default_factory=uuid4)


@transaction.atomic
def open_change(*, actor: Person, draft: ChangeDraft, mends: Sequence[Case] = ()) -> Case:
    """A change, tied as what corrects each of `mends` (problems, incidents, known errors) and to what they are about.

    Raises NotAllowed, and Refused naming the field (`kinds.require_kind`: who may open which).
    """
    if draft.kind not in CHANGES:
        raise Refused(_("Elija el tipo de cambio."), "kind")
    first = Ticket.objects.select_related("team", "service").get(pk=mends[0].pk) if mends else None
    model = draft.facts.model
    given = _like(first, draft.team or (model.team if model else None), draft.service or (model.service if model else None))
    case = open_ticket(actor=actor, draft=TicketDraft(draft.subject, kind=draft.kind, description=draft.description, requester=actor,
                                                      change=draft.facts, uuid=draft.uuid, **given))
    for one in mends:
        tie(actor=actor, case=one, other=case, kind="fixed_by")
    carry_items(actor=actor, sources=mends, target=case)
    return case


def _like(first: Ticket | None, team: Team | None, service: Service | None) -> dict[str, Any]:
    """Team and service as said, else those of the ticket that it grew out of."""
    return {"team": team or (first.team if first else None), "service": service or (first.service if first else None)}


LINKS = {"caused_by": noop("lo causa"), "known_as": noop("es el error conocido"), "fixed_by": noop("lo corrige"),
         "duplicates": noop("repite a"),
         "continues": noop("continúa")}


@transaction.atomic
def tie(*, actor: Person, case: Case, other: Case, kind: str) -> CaseLink:
    """Tie two tickets: `caused_by` a problem, `known_as` a known error, `fixed_by` a change, `duplicates`, `continues`."""
    if kind not in LINKS or case.pk == other.pk:
        raise Refused(_("Elija otro ticket y cómo se relacionan."))
    if Case.objects.visible_to(actor).filter(pk__in=[case.pk, other.pk]).count() != 2 or not is_staff(reach_of(actor), case):
        raise NotAllowed
    if _leads(other, case, kind):
        raise Refused(_("Ya están relacionados al revés: %(folio)s lleva de vuelta a este ticket.") % {"folio": other.folio}, "folio")
    link, made = CaseLink.objects.get_or_create(case=case, other=other, kind=kind)
    if made:
        record(f"{case.kind}.tie", actor=actor, institution_id=case.institution_id, subject=f"case:{case.pk}", case_id=case.pk,
               detail={"other": other.pk, "kind": kind})
    return link


PROVENANCE = ("split_from", "copied_from")
"""Links that say where a ticket came from: they stay."""


@transaction.atomic
def untie(*, actor: Person, link: CaseLink, reason: str) -> None:
    """Two tickets do not belong together after all; the log of both keeps that they were tied, and why not any more.

    By the desk of either. Raises NotAllowed, and Refused without a reason or for a link that a merge or a split made.
    """
    row = CaseLink.objects.select_for_update(of=("self",)).select_related("case", "other").filter(pk=link.pk).first()
    if row is None:
        return
    reach, pair = reach_of(actor), [row.case_id, row.other_id]
    if Case.objects.visible_to(actor).filter(pk__in=pair).count() != 2 or not (is_staff(reach, row.case) or is_staff(reach, row.other)):
        raise NotAllowed
    merged = row.kind == "duplicates" and Merge.objects.filter(case_id__in=pair, survivor_id__in=pair, undone_at=None).exists()
    if merged or row.kind in PROVENANCE:
        raise Refused(_("Esa relación dice de dónde vino el ticket: no se quita (una fusión se deshace en su ticket)."), "link")
    if not clean_text(reason):
        raise Refused(_("Escriba el motivo."), "reason")
    for one, other in ((row.case, row.other), (row.other, row.case)):
        record(f"{one.kind}.untie", actor=actor, institution_id=one.institution_id, subject=f"case:{one.pk}", case_id=one.pk,
               detail={"other": other.pk, "kind": row.kind, "back": one.pk == row.other_id}, personal={"reason": clean_text(reason)})
    row.delete()


def _leads(start: Case, end: Case, kind: str) -> bool:
    """Whether links of that kind lead from one ticket to the other: a further one would close a circle."""
    seen, edge = {start.pk}, {start.pk}
    while edge and end.pk not in seen:
        edge = set(CaseLink.objects.filter(case__in=edge, kind=kind).values_list("other", flat=True)) - seen
        seen |= edge
    return end.pk in seen


def identify(*, actor: Person, case: Case, root_cause: str, workaround: str = "") -> Case:
    """The cause of a problem is known. Raises Refused without it."""
    if not clean_text(root_cause):
        raise Refused(_("Escriba la causa raíz."), "root_cause")
    with moving(case, "identify", actor, given={"root_cause": root_cause}) as move:
        _keep(move, Problem.objects.filter(pk=case.pk).values("root_cause", "workaround").first())
        Problem.objects.update_or_create(case=move.case, defaults={
            "root_cause": clean_text(root_cause), "workaround": clean_text(workaround)})
        move.personal["root_cause"] = root_cause
        case_clocks_follow(move)
        return move.case


def _keep(move: Moving, before: Mapping[str, Any] | None) -> None:
    """What was said before it was corrected stays in the erasable part of the log."""
    if before and any(before.values()):
        move.personal["before"] = before


@transaction.atomic
def to_known_error(*, actor: Person, problem: Case, symptoms: str, workaround: str) -> Case:
    """Publish what is known of a problem, so that the desk applies its workaround; tied to the problem and its incidents."""
    if not clean_text(workaround):
        raise Refused(_("Escriba la solución temporal: es lo que aplicará la mesa."), "workaround")
    facts = Problem.objects.filter(pk=problem.pk).first()
    ticket = Ticket.objects.select_related("team", "service").get(pk=problem.pk)
    case = open_ticket(actor=actor, draft=TicketDraft(problem.subject, kind="known_error", team=ticket.team, service=ticket.service,
                                                      requester=actor, description=symptoms))
    KnownError.objects.filter(pk=case.pk).update(symptoms=clean_text(symptoms), workaround=clean_text(workaround),
                                                 root_cause=facts.root_cause if facts else "")
    tie(actor=actor, case=problem, other=case, kind="known_as")
    carry_items(actor=actor, sources=[problem], target=case)
    return case


@dataclass(frozen=True)
class KnownDraft:
    """What is known of an error; what is None stays as it is."""

    symptoms: str | None = None
    workaround: str | None = None
    root_cause: str | None = None


def revise(*, actor: Person, case: Case, reason: str, draft: KnownDraft) -> Case:
    """Correct or complete a known error; what it said before stays in the log. Raises NotAllowed, and Refused without a workaround."""
    wanted = {n: clean_text(v) for n, v in vars(draft).items() if v is not None}
    if wanted.get("workaround") == "":
        raise Refused(_("Escriba la solución temporal: es lo que aplicará la mesa."), "workaround")
    with moving(case, "revise", actor, reason=reason) as move:
        before = KnownError.objects.filter(pk=case.pk).values(*wanted).get() if wanted else {}
        changed = [n for n, v in wanted.items() if before[n] != v]
        KnownError.objects.filter(pk=case.pk).update(**{n: wanted[n] for n in changed})
        move.detail["fields"] = changed
        move.personal["changes"] = [[n, before[n], wanted[n]] for n in changed]
        return move.case


def fix(*, actor: Person, case: Case, solution: str) -> Case:
    """A known error is no more."""
    with moving(case, "fix", actor, given={"solution": solution}) as move:
        Ticket.objects.filter(pk=case.pk).update(solution=clean_text(solution), resolved_at=move.at, resolved_by=actor)
        move.personal["solution"] = solution
        case_clocks_follow(move)
        return move.case


@dataclass(frozen=True)
class StepDraft:
    """A step of a problem's plan; `due_on` is a local date, `definitive` removes the cause."""

    text: str
    owner: Person | None = None
    due_on: date | None = None
    definitive: bool = False


def add_step(*, actor: Person, case: Case, draft: StepDraft) -> ProblemStep:
    """Add a step to the action plan of a problem, and tell who owns it. Raises NotAllowed and Refused."""
    if not clean_text(draft.text):
        raise Refused(_("Escriba la acción."), "text")
    with moving(case, "plan", actor) as move:
        row = ProblemStep.objects.create(case=case, text=clean_text(draft.text)[:300], owner=draft.owner, due_on=draft.due_on,
                                         definitive=draft.definitive)
        move.detail["step"] = row.pk
        if draft.owner and draft.owner != actor:
            _tell_owner(row, draft.owner)
        return row


def _tell_owner(row: ProblemStep, owner: Person) -> None:
    case = row.case
    with override(SPANISH):
        title = _("Le toca un paso de un plan: %(folio)s") % {"folio": case.folio}
    notify(recipients=[owner.pk], draft=NoticeDraft(
        "ticket_assigned", title, f"plan:{row.pk}:{owner.pk}", row.text, kind_of(case.kind).detail_url(case.pk), case.pk))


@transaction.atomic
def finish_step(*, actor: Person, step: ProblemStep) -> ProblemStep:
    """The owner, or the desk, says that it is done."""
    row = ProblemStep.objects.select_for_update(of=("self",)).select_related("case").get(pk=step.pk)
    if row.owner_id != actor.pk and not is_staff(reach_of(actor), row.case):
        raise NotAllowed
    row.done_at = row.done_at or timezone.now()
    row.save(update_fields=["done_at"])
    record("problem.step_done", actor=actor, institution_id=row.case.institution_id, subject=f"case:{row.case_id}", case_id=row.case_id,
           detail={"step": row.pk})
    return row


@transaction.atomic
def edit_step(*, actor: Person, step: ProblemStep, draft: StepDraft, reason: str) -> ProblemStep:
    """Correct a step of a plan; what it said before stays in the log. Raises NotAllowed, and Refused without text or reason."""
    row = _step_of_desk(actor, step, reason)
    if not clean_text(draft.text):
        raise Refused(_("Escriba la acción."), "text")
    before, owner = _said(row), row.owner_id
    row.text, row.owner, row.due_on, row.definitive = clean_text(draft.text)[:300], draft.owner, draft.due_on, draft.definitive
    row.save(update_fields=["text", "owner", "due_on", "definitive"])
    _log_step("step_edit", actor, row, {"reason": clean_text(reason), "before": before, "after": _said(row)})
    if draft.owner and draft.owner.pk not in (owner, actor.pk):
        _tell_owner(row, draft.owner)
    return row


@transaction.atomic
def drop_step(*, actor: Person, step: ProblemStep, reason: str) -> None:
    """Take a step out of a plan; the log keeps it with the reason. Raises NotAllowed and Refused."""
    row = _step_of_desk(actor, step, reason)
    if row.done_at:
        raise Refused(_("Esa acción ya se hizo: es parte de la historia del plan."))
    _log_step("step_drop", actor, row, {"reason": clean_text(reason), "before": _said(row)})
    row.delete()


def _step_of_desk(actor: Person, step: ProblemStep, reason: str) -> ProblemStep:
    row = ProblemStep.objects.select_for_update(of=("self",)).select_related("case", "owner").get(pk=step.pk)
    if not is_staff(reach_of(actor), row.case) or not Case.objects.visible_to(actor).filter(pk=row.case_id).exists():
        raise NotAllowed
    if row.case.closed_at:
        raise Refused(_("El problema ya terminó: reábralo para cambiar su plan."))
    if not clean_text(reason):
        raise Refused(_("Escriba el motivo."), "reason")
    return row


def _said(row: ProblemStep) -> dict[str, Any]:
    return {"text": row.text, "owner": row.owner.name if row.owner else "", "due_on": row.due_on.isoformat() if row.due_on else "",
            "definitive": row.definitive}


def _log_step(verb: str, actor: Person, row: ProblemStep, personal: dict[str, Any]) -> None:
    record(f"problem.{verb}", actor=actor, institution_id=row.case.institution_id, subject=f"case:{row.case_id}", case_id=row.case_id,
           detail={"step": row.pk}, personal=personal)
