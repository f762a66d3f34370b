"""Taking a step: locks the case, checks flow, relation and needs, writes the Move, the log and the trays.

Every verb that changes a case or a turn goes through `moving`, so all of them hold the same lock in the
same order (case first, then turn), log once, and leave trays and access right. `moving_each` is the same for many of them.
"""
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import Line, acting_for, record_many
from ventanilla.core.cases import flows
from ventanilla.core.cases.judging import judges, keep_authors
from ventanilla.core.cases.kinds import kind_of
from ventanilla.core.cases.models import Case, Move, Turn
from ventanilla.core.cases.places import refresh
from ventanilla.core.cases.words import label_of, named
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import Reach, forget, reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.core.plans import insert, new, update
from ventanilla.lib.flow import Flow, Step


@dataclass
class Moving:
    """What a verb may say while it moves: the locked rows, the moment, and what history and log should keep.

    `before` is the state it moves from; `ended`, when it had come to its end already, for a step that only goes on from there.
    `detail` (nothing personal) goes to both, `shown` only to the history, `personal` to the
    erasable part of the log.
    """

    case: Case
    turn: Turn | None
    step: Step
    actor: Person | None
    at: datetime
    before: str
    reason: str = ""
    acting_for: int | None = None
    ended: datetime | None = None
    detail: dict[str, Any] = field(default_factory=dict)
    personal: dict[str, Any] = field(default_factory=dict)
    shown: dict[str, Any] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        """How the log names the thing moved."""
        return f"turn:{self.turn.pk}" if self.turn else f"case:{self.case.pk}"

    @property
    def history(self) -> Move:
        """The row of the history, once it has landed."""
        row: Case | Turn = self.turn or self.case
        return new(
            Move, institution_id=self.case.institution_id, case_id=self.case.pk, turn_id=self.turn.pk if self.turn else None,
            verb=self.step.name, from_state=self.before, to_state=row.state, actor=self.actor, acting_for_id=self.acting_for,
            reason=self.reason, unit_id=(self.turn or self.case).unit_id, detail=self.detail | self.shown, at=self.at)

    @property
    def line(self) -> Line:
        """The entry of the log, once it has landed."""
        row: Case | Turn = self.turn or self.case
        return Line(
            f"{self.case.kind}.{self.step.name}", self.case.institution_id, self.subject, self.actor.pk if self.actor else None,
            self.case.pk, self.acting_for, detail={"from": self.before, "to": row.state, **self.detail},
            personal={"reason": self.reason, **self.personal} if self.reason or self.personal else {})

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
        holds, evaluates = turn.person_id == reach.person_id or reach.can(cap.ANSWER, turn.unit_id), judges(reach, case, turn)
        held += [(flows.ROUTER, turn.from_person_id == reach.person_id or reach.can(cap.ROUTE, turn.from_unit_id)),
                 (flows.HOLDER, holds), (flows.RESPONDER, holds and not evaluates), (flows.EVALUATOR, evaluates),
                 (flows.DELEGATOR, reach.can(cap.ROUTE, turn.unit_id))]
    own = kind_of(case.kind).relations
    return frozenset([name for name, true in held if true] + list(own(reach, case) if own else ()))


def allowed_steps(actor: Person, case: Case, turn: Turn | None = None) -> tuple[Step, ...]:
    """The steps this person may take now, by the institution's words: the buttons, and the API's allowed actions."""
    flow, state = _table(case, turn)
    return named(case.institution_id, flow, flow.allowed(state, relations(reach_of(actor), case, turn)))


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
        move = Moving(case, turn, step, actor, timezone.now(), (turn or case).state, reason)
        move.acting_for = _absent(move)
        with acting_for(move.acting_for):
            yield move
            _land(move)
            _save(move)
            write_history([move])
        refresh([case.pk])


@contextmanager
def moving_each(things: Sequence[Case] | Sequence[Turn], step_name: str, actor: Person | None, *, reason: str = "",
                given: Mapping[str, Any] | None = None) -> Iterator[list[Moving]]:
    """`moving` for many cases or turns, all or none, by one statement for each kind of row; nothing for none.

    Of each is saved where it lands and when it is due; a verb that changes more saves that itself. Raises ValueError for one named twice:
    the second time it would not be where it was.
    """
    if not things:
        yield []
        return
    if len({thing.pk for thing in things}) < len(things):
        raise ValueError(f"{step_name}: the same one twice")
    with transaction.atomic():
        moves = _begun(_lock_each(things), step_name, actor, {"reason": reason, **(given or {})})
        yield moves
        for move in moves:
            _land(move)
        for model, moved in ((Turn, [m.turn for m in moves if m.turn]), (Case, [m.case for m in moves if not m.turn])):
            update(model, moved, "state", "closed_at", "due_at", "amber_at")
        write_history(moves)
        refresh([m.case.pk for m in moves])


def _begun(pairs: Sequence[tuple[Case, Turn | None]], step_name: str, actor: Person | None, given: Mapping[str, Any]) -> list[Moving]:
    if actor is not None and not _sees(actor, {case.pk for case, _turn in pairs}):
        raise NotAllowed
    if actor is not None:
        keep_authors([turn for _case, turn in pairs if turn])
    at, moves = timezone.now(), []
    for case, turn in pairs:
        move = Moving(case, turn, _step(case, turn, step_name, actor), actor, at, (turn or case).state, given["reason"])
        _needs(move.step, given)
        move.acting_for = _absent(move)
        moves.append(move)
    return moves


def first_step(case: Case, step_name: str, *, reason: str = "") -> Moving:
    """A step that the system takes on a case while it is being opened, and `case` lands in its state.

    Nobody else has seen the case, so nothing is locked, saved or brought up to date: who opens it writes its row as it is then, and
    after its registration what `write_history` writes. Its clocks have to run on in that state. Raises Refused.
    """
    move = Moving(case, None, _check(case, None, step_name, None), None, timezone.now(), case.state, reason)
    _land(move)
    return move


def lock_case(case_id: int) -> Case:
    """The case, locked until the transaction ends. Raises Case.DoesNotExist."""
    return Case.objects.select_for_update(of=("self",)).get(pk=case_id)


def lock_cases(case_ids: Iterable[int]) -> list[Case]:
    """These cases with their unit and institution, locked in the order of their keys, in which they are given."""
    rows = Case.objects.select_for_update(of=("self",)).select_related("unit__institution", "institution")
    return list(rows.filter(pk__in=set(case_ids)).order_by("pk"))


def _lock_each(things: Sequence[Case] | Sequence[Turn]) -> list[tuple[Case, Turn | None]]:
    """In the order of the things."""
    turns = [thing.pk for thing in things if isinstance(thing, Turn)]
    cases = {c.pk: c for c in lock_cases(thing.case_id if isinstance(thing, Turn) else thing.pk for thing in things)}
    kept = Turn.objects.select_for_update(of=("self",)).select_related("unit", "from_unit", "parent")
    rows = kept.filter(pk__in=turns).order_by("pk") if turns else ()
    locked = {t.pk: t for t in rows}
    return [(cases[t.case_id], locked[t.pk]) if isinstance(t, Turn) else (cases[t.pk], None) for t in things]


def _lock(what: Case | Turn) -> tuple[Case, Turn | None]:
    if isinstance(what, Case):
        return lock_case(what.pk), None
    case = lock_case(what.case_id)
    return case, Turn.objects.select_for_update(of=("self",)).get(pk=what.pk)


def _table(case: Case, turn: Turn | None) -> tuple[Flow, str]:
    return (flows.flow_of(turn.purpose), turn.state) if turn else (kind_of(case.kind).flow, case.state)


def _check(case: Case, turn: Turn | None, name: str, actor: Person | None) -> Step:
    if actor is not None and not _sees(actor, {case.pk}):
        raise NotAllowed
    return _step(case, turn, name, actor)


def _step(case: Case, turn: Turn | None, name: str, actor: Person | None) -> Step:
    """The step, by somebody who sees the case. Raises NotAllowed and Refused."""
    flow, state = _table(case, turn)
    step = flow.find(name, state)
    if step is None:
        raise Refused(_("Ya no es posible: está en «%(state)s». Vuelva a abrir el asunto para ver lo último.")
                      % {"state": label_of(case.institution_id, flow, state)})
    held = frozenset({flows.SYSTEM}) if actor is None else relations(reach_of(actor), case, turn)
    if actor is not None and not step.roles & held:
        raise NotAllowed
    return step


def check_step(what: Case | Turn, step_name: str, actor: Person) -> Step:
    """The step, when this person may take it now; locks the case. Raises NotAllowed and Refused as `moving` does."""
    case, turn = _lock(what)
    return _check(case, turn, step_name, actor)


def _sees(actor: Person, case_ids: Collection[int]) -> bool:
    """All of them. Looked up anew when the answer is no: grants may have come while this waited for the lock (a merge)."""
    if _visible(actor, case_ids):
        return True
    forget(actor)
    return _visible(actor, case_ids)


def _visible(actor: Person, case_ids: Collection[int]) -> bool:
    return Case.objects.visible_to(actor).filter(pk__in=case_ids).count() == len(case_ids)


def _needs(step: Step, given: Mapping[str, Any]) -> None:
    if "reason" in step.needs and not str(given.get("reason") or "").strip():
        raise Refused(_("Escriba el motivo."), "reason")
    if "text" in step.needs and not str(given.get("text") or "").strip():
        raise Refused(_("Escriba la respuesta o agregue el archivo que la contiene."), "text")


_USED = {flows.OWNER: cap.ROUTE, flows.REGISTRAR: cap.REGISTER, flows.CLOSER: cap.CONCLUDE, flows.ARCHIVIST: cap.ARCHIVE,
         flows.ROUTER: cap.ROUTE, flows.EVALUATOR: cap.ROUTE, flows.HOLDER: cap.ANSWER, flows.RESPONDER: cap.ANSWER,
         flows.DELEGATOR: cap.ROUTE}


def _absent(move: Moving) -> int | None:
    """Whose right the actor uses when it is not the actor's own (absence, delegation): both names stand in the log."""
    if move.actor is None:
        return None
    reach = reach_of(move.actor)
    for role in sorted(move.step.roles & relations(reach, move.case, move.turn) & frozenset(_USED)):
        unit = move.case.unit_id
        if move.turn:
            unit = move.turn.from_unit_id if role in (flows.ROUTER, flows.EVALUATOR) else move.turn.unit_id
        if absent := reach.on_behalf_of(_USED[role], unit):
            return absent
    return None


def _land(move: Moving) -> None:
    flow, state = _table(move.case, move.turn)
    row: Case | Turn = move.turn or move.case
    row.state = move.step.lands(state)
    row.closed_at = (move.ended or move.at) if flow.is_end(row.state) else None


def _save(move: Moving) -> None:
    (move.turn or move.case).save()
    if move.turn:
        Case.objects.filter(pk=move.case.pk).update(state=move.case.state)


def write_history(moves: Sequence[Moving]) -> None:
    """History and log of steps that were taken, in their order; nothing for none."""
    insert(Move, [m.history for m in moves])
    record_many([m.line for m in moves])
