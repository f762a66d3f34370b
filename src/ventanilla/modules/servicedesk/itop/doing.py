"""Stimuli: what each of them does here, by our verbs. Whether one is legal is said by the profile alone, before.

Where our flow has no such state (a change that is validated, a promise that passed by hand, an emergency authorised
beforehand), the ticket is marked (`models.CompatMark`) and a private entry says so; nothing else of it changes.
"""
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.cases.clocks import case_clocks_follow
from ventanilla.core.cases.models import Case, Move
from ventanilla.core.cases.moving import check_step, moving
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.spanish import fold
from ventanilla.modules.servicedesk import services as desk
from ventanilla.modules.servicedesk.itop.asking import one_by
from ventanilla.modules.servicedesk.itop.problems import missing
from ventanilla.modules.servicedesk.itop.words import moment_of, plain, zone_of
from ventanilla.modules.servicedesk.models import Approval, Cause, Change, HoldReason, Team, Ticket
from ventanilla.modules.servicedesk.models.itop import CompatMark
from ventanilla.modules.servicedesk.services import changing, closing, solving
from ventanilla.modules.servicedesk.services.changing import PlanDraft
from ventanilla.modules.servicedesk.services.entries import EntryDraft

CODES: Final = {
    "assistance": "Asistencia", "bug fixed": "Error corregido", "hardware repair": "Reparación de equipo", "other": "Otra",
    "software patch": "Actualización de programa", "system update": "Actualización del sistema", "training": "Capacitación"}
"""`resolution_code` of iTop and the name of the cause that stands for it."""


@dataclass
class Doing:
    """A stimulus on its way: who, on what, with which fields (those used are taken out), and what was said."""

    person: Person
    case: Case
    fields: dict[str, Any] = field(default_factory=dict)
    comment: str = ""

    def again(self) -> Case:
        """The ticket as it is now."""
        self.case = Case.objects.select_related("ticket__team", "ticket__parent__ticket", "institution").get(pk=self.case.pk)
        return self.case

    def text(self, name: str) -> str:
        """A field without markup; taken out."""
        return plain(self.fields.pop(name, None) or "")

    def why(self, usual: str) -> str:
        """The reason that goes into the history."""
        return self.comment.strip() or usual

    def one(self, name: str, kind: str) -> Any:
        """What a field refers to, or None; taken out."""
        key = self.fields.pop(name, None)
        return None if key in (None, "", 0, "0") else one_by(self.person, kind, key)

    def team(self) -> Team:
        """The team that is named, else the one that has it; taken out. Raises ItopError when there is none."""
        found: Team | None = self.one("team_id", "Team") or self.again().ticket.team
        if found is None:
            raise missing("team_id")
        return found


Run = Callable[[Doing], object]


def _assign(do: Doing) -> None:
    before = do.case.ticket.team_id
    team, person = do.team(), do.one("agent_id", "Person")
    kept = do.case.assignee if team.pk == before else None
    desk.assign(actor=do.person, case=do.case, team=team, person=person or kept, reason=do.comment)


def _back_to_work(do: Doing) -> None:
    """A resolved problem is reassigned: it is open again first."""
    if do.case.state == "resolved":
        closing.reopen(actor=do.person, case=do.case, reason=do.why("Reasignado"))
    do.again()
    _assign(do)


def _pending(do: Doing) -> None:
    said = do.text("pending_reason")
    if not said:
        raise missing("pending_reason")
    why = _named(HoldReason, "text", said, do) or _other(HoldReason, "text", do)
    if why is None:
        raise Refused(_("No hay motivos de espera en el catálogo."), "pending_reason")
    desk.hold(actor=do.person, case=do.case, why=why, note="" if fold(why.text.lower()) == fold(said.lower()) else said)


def _named(model: Any, column: str, said: str, do: Doing) -> Any:
    """The row of a catalogue that is called so, in its own words or in iTop's."""
    wanted = {fold(said.strip().lower()), fold(CODES.get(said.strip().lower().replace("_", " "), said).lower())}
    rows = model.objects.filter(institution_id=do.case.institution_id, active=True)
    return next((r for r in rows if fold(getattr(r, column).lower()) in wanted), None)


def _other(model: Any, column: str, do: Doing) -> Any:
    """The row for the rest ("Otra…"), or the only one there is."""
    rows = list(model.objects.filter(institution_id=do.case.institution_id, active=True))
    rest = next((r for r in rows if fold(getattr(r, column).lower()).startswith("otr")), None)
    return rest or (rows[0] if len(rows) == 1 else None)


def _resolve(do: Doing) -> None:
    """Whatever was not taken yet is taken first: our flow resolves only what somebody has in hand."""
    solution, code = do.text("solution"), do.text("resolution_code")
    if not solution:
        raise missing("solution")
    _resolved(do, _cause(do, code), solution)


def _cause(do: Doing, code: str) -> Cause:
    found: Cause | None = (_named(Cause, "name", code, do) if code else None) or _other(Cause, "name", do)
    if found is None:
        known = ", ".join(Cause.objects.filter(institution_id=do.case.institution_id, active=True).values_list("name", flat=True)[:20])
        raise Refused(_("«%(code)s» no es una causa de este catálogo: %(known)s.") % {"code": code, "known": known}, "resolution_code")
    return found


def _resolved(do: Doing, cause: Cause, solution: str) -> None:
    if do.case.state == "new" or (do.case.kind == "problem" and do.case.state == "assigned"):
        desk.take(actor=do.person, case=do.case)
    elif do.case.kind == "problem" and do.case.state == "pending":
        desk.resume(actor=do.person, case=do.case)
    desk.resolve(actor=do.person, case=do.again(), cause=cause, solution=solution)


def _autoresolve(do: Doing) -> None:
    """As iTop does when the parent is resolved: with its cause and solution, unless they are given."""
    if do.case.state == "resolved":
        do.fields = {k: v for k, v in do.fields.items() if k not in ("solution", "resolution_code")}  # it is solved as it is
        return
    parent = do.again().ticket.parent
    above: Ticket | None = parent.ticket if parent else None
    solution = do.text("solution") or (above.solution if above else "")
    if not solution:
        raise missing("solution")
    code = do.text("resolution_code")
    _resolved(do, (above.cause if above and above.cause and not code else None) or _cause(do, code), solution)


def _reopen(do: Doing) -> None:
    if do.case.state == "rejected":
        solving.take_reasoned(actor=do.person, case=do.case, step="appeal", reason=do.why("Se vuelve a considerar"))
    else:
        closing.reopen(actor=do.person, case=do.case, reason=do.why("Reabierto por otro sistema"))


def _reject_change(do: Doing) -> None:
    solving.take_reasoned(actor=do.person, case=do.case, step="decline", reason=do.why("Rechazado desde otro sistema"))


def _reconsider_change(do: Doing) -> None:
    """A rejected change is new again. One that an earlier release only marked as rejected loses its mark."""
    if do.case.state == "rejected":
        solving.take_reasoned(actor=do.person, case=do.case, step="appeal", reason=do.why("Se vuelve a considerar"))
    else:
        _unmark("Se vuelve a considerar, desde otro sistema.")(do)


def _wait(do: Doing) -> None:
    approver = do.one("approver_id", "Person")
    if approver is None:
        raise missing("approver_id")
    changing.submit(actor=do.person, case=do.case, people=[approver], quorum=1, reason=do.comment)


def _verdict(yes: bool) -> Run:
    """The answer of who was asked. A planned change that was not sent to anybody is first sent to whoever answers."""
    def run(do: Doing) -> None:
        said = do.text("approval_comment") or do.why("" if yes else "No autorizado")
        if do.case.state == "planned":
            changing.submit(actor=do.person, case=do.case, people=[do.person], quorum=1, reason=do.comment)
        desk.decide(actor=do.person, case=do.again(), verdict=yes, reason=said)

    return run


def _mark(state: str, said: str, step: str = "assign") -> Run:
    """Show the ticket in that state until its next step. Whoever may take `step` may."""
    def run(do: Doing) -> None:
        check_step(do.case, step, do.person)
        last = Move.objects.filter(case=do.case).order_by("-pk").values_list("pk", flat=True).first()
        CompatMark.objects.update_or_create(case=do.case, defaults={
            "state": state, "move_id": last or 0, "person": do.person, "at": timezone.now()})
        _tell(do, said)

    return run


def _unmark(said: str, step: str = "assign") -> Run:
    def run(do: Doing) -> None:
        check_step(do.case, step, do.person)
        CompatMark.objects.filter(case=do.case).delete()
        _tell(do, said)

    return run


def _tell(do: Doing, said: str) -> None:
    text = f"{said} {do.comment}".strip()
    desk.add_entry(actor=do.person, ticket=do.case, draft=EntryDraft(text, private=True, uuid=uuid4()))


def _timeout(do: Doing) -> None:
    new = do.case.state == "new"
    _mark("escalated_tto" if new else "escalated_ttr", _("Otro sistema avisó que se pasó el plazo."))(do)


def _plan(do: Doing) -> None:
    change, zone = do.case.change, zone_of(do.case.institution)
    starts, ends = do.fields.pop("start_date", None), do.fields.pop("end_date", None)
    starts_at = moment_of(starts, zone) if starts else change.starts_at
    ends_at = moment_of(ends, zone) if ends else change.ends_at
    if starts_at is None or ends_at is None:
        raise missing(*(n for n, v in (("start_date", starts_at), ("end_date", ends_at)) if v is None))
    fallback = do.text("fallback") or change.back_out
    if not fallback:
        raise missing("fallback")
    draft = PlanDraft(change.risk, do.text("plan") or change.plan or do.case.ticket.description or do.case.subject, fallback, starts_at,
                      ends_at, do.one("agent_id", "Person") or do.case.assignee or do.person, do.text("impact") or change.impact_text)
    changing.plan(actor=do.person, case=do.case, draft=draft)


def _step(name: str, usual: str = "") -> Run:
    return lambda do: solving.take_reasoned(
        actor=do.person, case=do.case, step=name, reason=do.why(usual), exception=do.comment.strip()[:200])


def _finish(do: Doing) -> None:
    """Implemented, if it was not yet; reviewed; closed. An emergency that was authorised beforehand needs no more."""
    text = do.text("review") or do.why("Concluido desde otro sistema.")
    if do.case.state == "implementing":
        solving.take_reasoned(actor=do.person, case=do.case, step="finish")
        do.again()
    if do.case.kind != "emergency_change":
        changing.review(actor=do.person, case=do.case, text=text)
        return
    before = Approval.objects.filter(case=do.case, verdict="yes", retrospective=False).select_related("person").first()
    if before:
        _authorised_before(do, text, before.person)
        return
    approver = do.one("approver_id", "Person")
    if approver is None:
        raise missing("approver_id")
    changing.review(actor=do.person, case=do.case, text=text, people=[approver])


def _authorised_before(do: Doing, text: str, who: Person) -> None:
    with moving(do.case, "review", do.person, given={"review": text}) as move:
        Change.objects.filter(pk=do.case.pk).update(review=text)
        case_clocks_follow(move)
    with moving(do.case, "approve", None, reason=_("Lo autorizó antes %(name)s.") % {"name": who.name}) as move:
        case_clocks_follow(move)


def _approve_before(do: Doing) -> None:
    """An emergency is authorised beforehand, by somebody who leads and neither asks for nor implements it."""
    change, ticket = Change.objects.get(pk=do.case.pk), do.case.ticket
    if do.person.pk in {ticket.requester_id, do.case.assignee_id, change.implementer_id}:
        raise NotAllowed(_("Quien solicita o implementa no autoriza."))
    now = timezone.now()
    _mark("approved", _("Se autorizó de antemano, desde otro sistema."), "implement")(do)
    Approval.objects.create(case=do.case, label=_("Autorización previa"), person=do.person, verdict="yes", asked_at=now, at=now,
                            reason=do.text("approval_comment") or do.comment)


_ASKED: Final[Mapping[str, Run]] = {
    "assign": _assign, "reassign": _assign, "pending": _pending, "resolve": _resolve, "autoresolve": _autoresolve, "reopen": _reopen,
    "timeout": _timeout, "wait_for_approval": _wait, "approve": _verdict(True), "reject": _verdict(False),
    "close": lambda do: desk.close(actor=do.person, case=do.case),
}
_CHANGED: Final[Mapping[str, Run]] = {
    "validate": _mark("validated", "Validado desde otro sistema."), "reject": _reject_change,
    "reopen": _reconsider_change, "assign": _assign, "plan": _plan, "approve": _verdict(True),
    "notapprove": _verdict(False), "replan": _step("replan", "Se vuelve a planear"), "implement": _step("implement", "Se comienza"),
    "monitor": _step("finish"), "finish": _finish,
}
RUNS: Final[Mapping[str, Mapping[str, Run]]] = {
    "request": _ASKED, "incident": _ASKED, "problem": {**_ASKED, "reassign": _back_to_work}, "change": _CHANGED, "simple_change": _CHANGED,
    "emergency_change": {**_CHANGED, "approve": _approve_before,
                         "notapprove": _mark("notapproved", "No se autorizó de antemano, desde otro sistema.", "implement"),
                         "replan": _unmark("Se vuelve a planear, desde otro sistema.", "plan")},
}


def apply(do: Doing, stimulus: str) -> None:
    """Do what the stimulus says; it was found legal. Raises NotAllowed, Refused and ItopError."""
    RUNS[do.case.kind][stimulus](do)
