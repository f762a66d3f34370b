"""Authorisations: steps with a quorum, each asked of people who did not ask for, nor will do, what they authorise."""
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from ventanilla.core.audit.services import record
from ventanilla.core.cases.clocks import case_clocks_follow
from ventanilla.core.cases.models import Case, Move, Party
from ventanilla.core.cases.moving import lock_case, moving
from ventanilla.core.cases.places import refresh
from ventanilla.core.cases.queries import VISIBLE, visible_values
from ventanilla.core.notices.services import SPANISH, NoticeDraft, notify
from ventanilla.core.orgs.leaving import has_left
from ventanilla.core.orgs.models import Absence, Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.posts import head_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.servicedesk.flow import ASKED
from ventanilla.modules.servicedesk.models import Approval, Change, Ticket
from ventanilla.modules.servicedesk.services.authorities import quorum_for, require_authorities
from ventanilla.modules.servicedesk.services.relations import is_staff
from ventanilla.modules.servicedesk.services.rules.assigning.placing import distribute

IMPLEMENTING = ("implement", "finish", "fail", "roll_back")
"""Steps of a change by which somebody implements it."""
STEPS = {"request": "ask_approval", "change": "submit", "emergency_change": "review"}
_COMPLETE: Final = """EXISTS (
  SELECT 1 FROM servicedesk_approval s WHERE s.case_id = a.case_id AND s.asked_at = a.asked_at AND s.step = {step}
  HAVING count(*) FILTER (WHERE s.verdict = 'yes') >= max(s.quorum))"""
DUE: Final = f"""
FROM servicedesk_approval a JOIN cases_case t ON t.id = a.case_id
WHERE a.person_id = %s AND a.verdict = '' AND t.state = 'approval' AND {VISIBLE}
  AND a.asked_at = (SELECT max(r.asked_at) FROM servicedesk_approval r WHERE r.case_id = a.case_id)
  AND (a.step = 1 OR {_COMPLETE.format(step="a.step - 1")}) AND NOT {_COMPLETE.format(step="a.step")}"""
"""What waits for a person's authorisation now, on tickets that they may read: of the last round, and of the step that was reached and
still lacks its quorum. Its values are those of `due_values`."""


@transaction.atomic
def ask_approvals(*, actor: Person | None, case: Case, wanted: Sequence[Mapping[str, Any]], retrospective: bool = False,
                  move: bool = True) -> list[Approval]:
    """Ask for the steps in `wanted` ({"label", "who", "quorum"}); the ticket waits meanwhile.

    `who` is "head" (of the requester's unit), "service_owner", or a list of person ids. Whoever left is not asked; a step
    for which fewer remain than its quorum is Refused with the reason, never passed over.
    """
    case, now = lock_case(case.pk), timezone.now()
    rows = [row for number, step in enumerate(wanted, start=1) for row in _rows(case, number, step, now, retrospective)]
    Approval.objects.bulk_create(rows)
    for row in rows:
        Party.objects.get_or_create(case=case, person=row.person, role=Party.Role.APPROVER, defaults={"since": now})
    if move:
        with moving(case, STEPS[case.kind], actor) as step:
            case_clocks_follow(step)
    else:
        refresh([case.pk])
    _tell(case, [r for r in rows if r.step == 1])
    return rows


def _rows(case: Case, number: int, step: Mapping[str, Any], now: datetime, retrospective: bool) -> list[Approval]:
    label, quorum = str(step.get("label") or _("Autorización")), max(1, int(step.get("quorum") or 1))
    people = [p for p in _people(case, step.get("who") or "head") if not _conflict(case, p)]
    if len(people) < quorum:
        raise Refused(_("«%(label)s» pide %(n)s autorizaciones y sólo hay %(m)s personas que puedan darla (no cuenta quien "
                        "solicita ni quien implementa).") % {"label": label, "n": quorum, "m": len(people)}, "approvals")
    return [Approval(case=case, step=number, label=label[:120], quorum=quorum, person=p, retrospective=retrospective, asked_at=now)
            for p in people]


def _people(case: Case, who: Any) -> list[Person]:
    ticket = Ticket.objects.select_related("service__owner", "unit").get(pk=case.pk)
    if who == "head":
        head = head_of(ticket.unit)[0] if ticket.unit else None
        found = [head] if head else []
    elif who == "service_owner":
        found = [ticket.service.owner] if ticket.service and ticket.service.owner else []
    else:
        found = list(Person.objects.filter(pk__in=who, institution_id=case.institution_id))
    return [p for p in dict.fromkeys(found) if p.active]


def _conflict(case: Case, person: Person) -> bool:
    """Separation of duties: who asks, or implements (by the plan or in fact), does not authorise."""
    ticket = Ticket.objects.get(pk=case.pk)
    planned = set(Change.objects.filter(pk=case.pk).values_list("implementer_id", flat=True))
    done = set(Move.objects.filter(case=case, verb__in=IMPLEMENTING).values_list("actor_id", flat=True))
    return person.pk in ({ticket.requester_id, case.assignee_id} | planned | done) - {None}


def implemented_by(case: Case) -> set[int | None]:
    """Who implements a change: by its plan, and whoever began it or took it back. Saying how it ended is no implementing."""
    planned: set[int | None] = set(Change.objects.filter(pk=case.pk).values_list("implementer_id", flat=True))
    return planned | set(Move.objects.filter(case=case, verb__in=("implement", "roll_back")).values_list("actor_id", flat=True))


def keep_duties_apart(person: Person | None, case: Case, step: str) -> None:
    """Whoever authorised a change does not implement it afterwards. Raises Refused."""
    if step in IMPLEMENTING and person and Approval.objects.filter(case=case, person=person, verdict="yes").exists():
        raise Refused(_("Usted lo autorizó: debe implementarlo otra persona."))


@transaction.atomic
def ask_instead(*, actor: Person, case: Case, gone: Person, person: Person) -> Approval:
    """Ask somebody else for what was asked of a person who left, is absent or now does the work; their question is withdrawn.

    By who works on the ticket; both names stand in the log. Raises NotAllowed, and Refused while that person can still answer.
    """
    case = lock_case(case.pk)
    row = waiting(case).filter(person=gone).order_by("step").first()
    if row is None or case.state != "approval" or not is_staff(reach_of(actor), case):
        raise NotAllowed
    if not has_left(gone) and not _conflict(case, gone) and not _away(gone):
        raise Refused(_("%(name)s todavía puede contestar; sólo se cambia a quien se fue, está ausente o lo implementa.") % {
            "name": gone.name}, "person")
    asked = Approval.objects.filter(case=case, step=row.step, asked_at=row.asked_at, person=person).exists()
    if asked or not person.active or person.institution_id != case.institution_id or _conflict(case, person):
        raise Refused(_("%(name)s no puede autorizarlo: ya se le pidió, lo solicita o lo implementa.") % {"name": person.name}, "person")
    require_authorities(case, [person], quorum_for(case))
    row.person = person
    row.save(update_fields=["person"])
    Party.objects.get_or_create(case=case, person=person, role=Party.Role.APPROVER, defaults={"since": timezone.now()})
    refresh([case.pk])
    record(f"{case.kind}.ask_instead", actor=actor, institution_id=case.institution_id, subject=f"case:{case.pk}", case_id=case.pk,
           detail={"step": row.step, "gone": gone.pk, "person": person.pk})
    if row.step == 1 or _passed(case, row.step - 1, row.asked_at):
        _tell(case, [row])
    return row


def _away(person: Person) -> bool:
    today = timezone.localdate()
    return Absence.objects.filter(person=person, valid_from__lte=today, valid_to__gt=today).exists()


@transaction.atomic
def decide(*, actor: Person, case: Case, verdict: bool, reason: str = "") -> Case:
    """The actor's answer to what was asked of them in the present step; the last one of a quorum moves the ticket.

    One "no" (with its reason) is a no. Raises NotAllowed (not asked, or asks or implements) and Refused.
    """
    case = lock_case(case.pk)
    row = waiting(case).filter(person=actor).order_by("step").first()
    if row is None or _conflict(case, actor):
        raise NotAllowed(_("No se le pidió autorizar esto, o ya contestó."))
    if case.state != "approval":
        raise Refused(_("Ya no espera autorización."))
    if row.step > 1 and not _passed(case, row.step - 1, row.asked_at):
        raise Refused(_("Todavía no llega a este paso de la autorización."))
    if not verdict and not reason.strip():
        raise Refused(_("Escriba por qué no se autoriza."), "reason")
    row.verdict, row.reason, row.at = "yes" if verdict else "no", reason.strip(), timezone.now()
    row.save()
    record(f"{case.kind}.decide", actor=actor, institution_id=case.institution_id, subject=f"case:{case.pk}", case_id=case.pk,
           detail={"step": row.step, "verdict": row.verdict}, personal={"reason": row.reason})
    return _conclude(case, row)


def waiting(case: Case) -> QuerySet[Approval]:
    """What is still asked of anybody: of the last round only, for a ticket that came back asks anew."""
    last = Approval.objects.filter(case=case).order_by("-asked_at").values("asked_at")[:1]
    return Approval.objects.filter(case=case, verdict="", asked_at=last)


def due_from(person: Person) -> QuerySet[Approval]:
    """The rows of DUE."""
    return Approval.objects.filter(pk__in=RawSQL(f"SELECT a.id {DUE}", due_values(person)))


def due_values(person: Person) -> tuple[int, int, list[int]]:
    """The person, their institution and their access tokens."""
    return person.pk, *visible_values(person)


def _conclude(case: Case, row: Approval) -> Case:
    """Move on by the system when the decision is complete; else ask the next step."""
    if row.verdict == "no":
        return _by_system(case, "reject", f"{row.person.name}: {row.reason}")
    if not _passed(case, row.step, row.asked_at):
        return case
    later = Approval.objects.filter(case=case, asked_at=row.asked_at, step=row.step + 1).select_related("person")
    if waiting := list(later):
        _tell(case, waiting)
        return case
    approved = _by_system(case, "approve", "")
    if approved.kind in ASKED:
        distribute(approved)
        approved.refresh_from_db()
    return approved


def _passed(case: Case, step: int, asked_at: datetime) -> bool:
    rows = list(Approval.objects.filter(case=case, step=step, asked_at=asked_at))
    return not rows or sum(r.verdict == "yes" for r in rows) >= rows[0].quorum


def _by_system(case: Case, step: str, reason: str) -> Case:
    with moving(case, step, None, reason=reason) as move:
        case_clocks_follow(move)
    return move.case


def _tell(case: Case, rows: Sequence[Approval]) -> None:
    from django.urls import reverse

    with override(SPANISH):
        title = _("Se espera su autorización: %(folio)s") % {"folio": case.folio}
    for row in rows:
        notify(recipients=[row.person_id], draft=NoticeDraft(
            "approval", title, f"approval:{row.pk}", case.subject[:300],
            reverse("ticket", args=[case.pk]), case.pk))
