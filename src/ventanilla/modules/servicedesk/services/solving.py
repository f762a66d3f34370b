"""From incidents to causes: major incidents, problems with their plan, known errors."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.cases.clocks import case_clocks_follow
from ventanilla.core.cases.kinds import kind_of
from ventanilla.core.cases.models import Case, CaseLink
from ventanilla.core.cases.moving import moving
from ventanilla.core.cases.telling import people
from ventanilla.core.notices.services import NoticeDraft, notify
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.spanish import clean_text
from ventanilla.modules.servicedesk.models import Change, KnownError, Problem, ProblemStep, Ticket
from ventanilla.modules.servicedesk.services.approving import keep_duties_apart
from ventanilla.modules.servicedesk.services.changing import OUTCOMES
from ventanilla.modules.servicedesk.services.clearing import clear
from ventanilla.modules.servicedesk.services.items import carry_items
from ventanilla.modules.servicedesk.services.opening import TicketDraft, open_ticket
from ventanilla.modules.servicedesk.services.promising import keep_promise, priority_of
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


def declare_major(*, actor: Person, case: Case, reason: str) -> Case:
    """Major incident: highest impact and urgency, and whoever leads the unit is told at once."""
    with moving(case, "major", actor, reason=reason) as move:
        ticket = Ticket.objects.select_for_update(of=("self",)).select_related("team__unit", "level").get(pk=case.pk)
        ticket.major, ticket.impact, ticket.urgency = True, 1, 1
        ticket.save(update_fields=["major", "impact", "urgency"])
        move.case.priority = priority_of(1, 1)
        assert ticket.team
        keep_promise(move.case, ticket.team, move.at, level=ticket.level)
        told = people.people_of(case.unit_id, case.level, cap.CONCLUDE) - {actor.pk}
        notify(recipients=sorted(told), draft=NoticeDraft("ticket", _("Incidente mayor: %(folio)s") % {"folio": case.folio},
                                                          f"major:{case.pk}", case.subject[:300], _address(case), case.pk))
        return move.case


@transaction.atomic
def open_problem(*, actor: Person, incidents: Sequence[Case], subject: str, description: str = "") -> Case:
    """A problem behind one or several incidents, tied to each and to what they are about. Raises NotAllowed and Refused."""
    if not incidents:
        raise Refused(_("Elija al menos un incidente."))
    first = Ticket.objects.select_related("team", "service").get(pk=incidents[0].pk)
    case = open_ticket(actor=actor, draft=TicketDraft(subject, kind="problem", description=description, team=first.team, requester=actor,
                                                      service=first.service, impact=first.impact, urgency=first.urgency))
    for incident in incidents:
        tie(actor=actor, case=incident, other=case, kind="caused_by")
    carry_items(actor=actor, sources=incidents, target=case)
    return case


LINKS = {"caused_by": "lo causa", "known_as": "es el error conocido", "fixed_by": "lo corrige", "duplicates": "repite a",
         "continues": "continúa"}


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
        Problem.objects.update_or_create(case=move.case, defaults={
            "root_cause": clean_text(root_cause), "workaround": clean_text(workaround)})
        move.personal["root_cause"] = root_cause
        case_clocks_follow(move)
        return move.case


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
            title = _("Le toca un paso de un plan: %(folio)s") % {"folio": case.folio}
            notify(recipients=[draft.owner.pk], draft=NoticeDraft("ticket", title, f"plan:{row.pk}", row.text, _address(case), case.pk))
        return row


def _address(case: Case) -> str:
    return kind_of(case.kind).detail_url(case.pk)


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


@dataclass(frozen=True)
class Effect:
    """Incidents tied to a problem before and since its plan was done, per 30 days."""

    before: float
    since: float


def effect_of(case: Case, days: int = 90) -> Effect | None:
    """The measured effect of a problem's plan: incidents of its service per 30 days, `days` before and since; None until done."""
    done = ProblemStep.objects.filter(case=case).exclude(done_at=None).order_by("-done_at").values_list("done_at", flat=True).first()
    if done is None:
        return None
    seen = Case.objects.filter(kind="incident", links__other=case, links__kind="caused_by")
    now = timezone.now()
    before = seen.filter(received_at__gte=done - timedelta(days=days), received_at__lt=done).count()
    since = seen.filter(received_at__gte=done).count()
    return Effect(before * 30 / days, since * 30 / max(1, (now - done).days))
