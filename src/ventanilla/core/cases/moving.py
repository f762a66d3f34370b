"""Taking a step: locks the case, checks flow, relation and needs, writes the Move, the log and the trays.

Every verb that changes a case or a turn goes through `moving`, so all of them hold the same lock in the
same order (case first, then turn), log once, and leave trays and access right.
"""
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import acting_for, record
from ventanilla.core.cases import flows
from ventanilla.core.cases.kinds import kind_of
from ventanilla.core.cases.models import Case, Move, Turn
from ventanilla.core.cases.places import refresh
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import Reach, forget, reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.flow import Flow, Step


@dataclass
class Moving:
    """What a verb may say while it moves: the locked rows, the moment, and what history and log should keep.

    `detail` (nothing personal) goes to both, `shown` only to the history, `personal` to the erasable part of the log.
    """

    case: Case
    turn: Turn | None
    step: Step
    actor: Person | None
    at: datetime
    reason: str = ""
    acting_for: int | None = None
    detail: dict[str, Any] = field(default_factory=dict)
    personal: dict[str, Any] = field(default_factory=dict)
    shown: dict[str, Any] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        """How the log names the thing moved."""
        return f"turn:{self.turn.pk}" if self.turn else f"case:{self.case.pk}"

    def land_in(self, state: str) -> None:
        """Land in this one of the states that the step allows. Raises ValueError for any other."""
        if state not in (self.step.target, *self.step.also):
            raise ValueError(f"{self.step.name} does not lead to {state}")
        self.step = replace(self.step, target=state)


def relations(reach: Reach, case: Case, turn: Turn | None = None) -> frozenset[str]:
    """The relations that a person with this reach has to the case and the turn."""
    held = [(flows.OWNER, reach.can(cap.ROUTE, case.unit_id)), (flows.REGISTRAR, reach.can(cap.REGISTER, case.unit_id)),
            (flows.CLOSER, reach.can(cap.CONCLUDE, case.unit_id)), (flows.ARCHIVIST, reach.can(cap.ARCHIVE, case.unit_id))]
    if turn:
        held += [(flows.ROUTER, turn.from_person_id == reach.person_id or reach.can(cap.ROUTE, turn.from_unit_id)),
                 (flows.HOLDER, turn.person_id == reach.person_id or reach.can(cap.ANSWER, turn.unit_id)),
                 (flows.DELEGATOR, reach.can(cap.ROUTE, turn.unit_id))]
    own = kind_of(case.kind).relations
    return frozenset([name for name, true in held if true] + list(own(reach, case) if own else ()))


def allowed_steps(actor: Person, case: Case, turn: Turn | None = None) -> tuple[Step, ...]:
    """The steps this person may take now: the buttons, and the API's allowed actions."""
    flow, state = _table(case, turn)
    return flow.allowed(state, relations(reach_of(actor), case, turn))


@contextmanager
def moving(what: Case | Turn, step_name: str, actor: Person | None, *, reason: str = "",
           given: Mapping[str, Any] | None = None) -> Iterator[Moving]:
    """Take a step on a case or turn in one transaction.

    Raises NotAllowed (no right, or not visible) and Refused (the state does not allow it, something is
    missing). `actor` None is the system. `given` are the fields that the step may need.
    """
    with transaction.atomic():
        case, turn = _lock(what)
        step = _check(case, turn, step_name, actor)
        _needs(step, {"reason": reason, **(given or {})})
        move = Moving(case, turn, step, actor, timezone.now(), reason)
        move.acting_for = _absent(move)
        before = turn.state if turn else case.state
        with acting_for(move.acting_for):
            yield move
            _land(move)
            _write(move, before)
        refresh([case.pk])


def lock_case(case_id: int) -> Case:
    """The case, locked until the transaction ends. Raises Case.DoesNotExist."""
    return Case.objects.select_for_update(of=("self",)).get(pk=case_id)


def _lock(what: Case | Turn) -> tuple[Case, Turn | None]:
    if isinstance(what, Case):
        return lock_case(what.pk), None
    case = lock_case(what.case_id)
    return case, Turn.objects.select_for_update(of=("self",)).get(pk=what.pk)


def _table(case: Case, turn: Turn | None) -> tuple[Flow, str]:
    return (flows.flow_of(turn.purpose), turn.state) if turn else (kind_of(case.kind).flow, case.state)


def _check(case: Case, turn: Turn | None, name: str, actor: Person | None) -> Step:
    flow, state = _table(case, turn)
    if actor is not None and not _sees(actor, case):
        raise NotAllowed
    step = flow.find(name, state)
    if step is None:
        raise Refused(_("Ya no es posible: está en «%(state)s». Vuelva a abrir el asunto para ver lo último.")
                      % {"state": flow.labels[state]})
    held = frozenset({flows.SYSTEM}) if actor is None else relations(reach_of(actor), case, turn)
    if actor is not None and not step.roles & held:
        raise NotAllowed
    return step


def check_step(what: Case | Turn, step_name: str, actor: Person) -> Step:
    """The step, when this person may take it now; locks the case. Raises NotAllowed and Refused as `moving` does."""
    case, turn = _lock(what)
    return _check(case, turn, step_name, actor)


def _sees(actor: Person, case: Case) -> bool:
    """Looked up anew when the answer is no: grants may have come while this waited for the lock (a merge)."""
    if Case.objects.visible_to(actor).filter(pk=case.pk).exists():
        return True
    forget(actor)
    return Case.objects.visible_to(actor).filter(pk=case.pk).exists()


def _needs(step: Step, given: Mapping[str, Any]) -> None:
    if "reason" in step.needs and not str(given.get("reason") or "").strip():
        raise Refused(_("Escriba el motivo."), "reason")
    if "text" in step.needs and not str(given.get("text") or "").strip():
        raise Refused(_("Escriba la respuesta."), "text")


_USED = {flows.OWNER: cap.ROUTE, flows.REGISTRAR: cap.REGISTER, flows.CLOSER: cap.CONCLUDE, flows.ARCHIVIST: cap.ARCHIVE,
         flows.ROUTER: cap.ROUTE, flows.HOLDER: cap.ANSWER, flows.DELEGATOR: cap.ROUTE}


def _absent(move: Moving) -> int | None:
    """Whose right the actor uses when it is not the actor's own (absence, delegation): both names stand in the log."""
    if move.actor is None:
        return None
    reach = reach_of(move.actor)
    for role in sorted(move.step.roles & relations(reach, move.case, move.turn) & frozenset(_USED)):
        unit = move.case.unit_id
        if move.turn:
            unit = move.turn.from_unit_id if role == flows.ROUTER else move.turn.unit_id
        if absent := reach.on_behalf_of(_USED[role], unit):
            return absent
    return None


def _land(move: Moving) -> None:
    flow, state = _table(move.case, move.turn)
    row: Case | Turn = move.turn or move.case
    row.state = move.step.lands(state)
    row.closed_at = move.at if flow.is_end(row.state) else None
    row.save()
    if move.turn:
        Case.objects.filter(pk=move.case.pk).update(state=move.case.state)


def _write(move: Moving, before: str) -> None:
    row: Case | Turn = move.turn or move.case
    Move.objects.create(
        institution_id=move.case.institution_id, case=move.case, turn_id=move.turn.pk if move.turn else None,
        verb=move.step.name, from_state=before, to_state=row.state, actor=move.actor, acting_for_id=move.acting_for, reason=move.reason,
        unit_id=move.turn.unit_id if move.turn else move.case.unit_id, detail=move.detail | move.shown,
        at=move.at)
    record(f"{move.case.kind}.{move.step.name}", actor=move.actor, institution_id=move.case.institution_id,
           subject=move.subject, case_id=move.case.pk, detail={"from": before, "to": row.state, **move.detail},
           personal={"reason": move.reason, **move.personal} if move.reason or move.personal else {})
