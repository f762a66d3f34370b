"""Clocks of cases and turns: started, paused, resumed, extended and stopped by the verbs.

The arithmetic is the kernel's (`lib.worktime` through `core.workdays.services`); here only the rows are kept.
A child turn's due is min(own, parent's): the database guards it, and its derivation says so.
"""
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from ventanilla.core.cases.models import Case, Clock, Pause, Turn
from ventanilla.core.cases.terms import Term, Wish, dues
from ventanilla.core.orgs.services.setup import Refused

if TYPE_CHECKING:
    from ventanilla.core.cases.moving import Moving
    from ventanilla.core.cases.services.intake import CaseDraft


def start_clocks(case_ids: Sequence[int], drafts: Sequence["CaseDraft"]) -> list[Clock]:
    """One internal clock per case (also without a term: then it has no due date)."""
    clocks = _clocks([Wish(d.unit, d.received_at, d.term) for d in drafts])
    for clock, case_id in zip(clocks, case_ids, strict=True):
        clock.case_id = case_id
    return Clock.objects.bulk_create(clocks)


def turn_clocks(turns: Sequence[Turn], terms: Sequence[Term | None], move: "Moving") -> None:
    """Save new turns with their due dates, capped by the turn above or the case's own due date."""
    cap_at = move.turn.due_at if move.turn else move.case.due_at
    clocks = _clocks([Wish(t.unit, move.at, term, cap_at) for t, term in zip(turns, terms, strict=True)])
    for turn, clock in zip(turns, clocks, strict=True):
        if turn.purpose == Turn.Purpose.ACTION:
            turn.due_at, turn.amber_at = clock.due_at, clock.amber_at
    Turn.objects.bulk_create(turns)
    for turn, clock in zip(turns, clocks, strict=True):
        clock.case_id, clock.turn_id = turn.case_id, turn.pk
    Clock.objects.bulk_create(c for t, c in zip(turns, clocks, strict=True) if t.purpose == Turn.Purpose.ACTION)


def _clocks(wishes: Sequence[Wish]) -> list[Clock]:
    if any(w.term and w.term.due_at and w.term.due_at < w.start for w in wishes):
        raise Refused(_("El vencimiento es anterior al inicio del plazo."), "due")
    clocks = []
    for wish, found in zip(wishes, dues(wishes), strict=True):
        term = wish.term or Term()
        clocks.append(Clock(
            version=found.version, start=wish.start, amount=term.amount, due_at=found.due_at, amber_at=found.amber_at,
            term_unit="by_hand" if term.due_at else term.unit, cap_at=wish.cap_at if found.capped else None))
    return clocks


def _clocks_of(move: "Moving") -> list[Clock]:
    return list(Clock.objects.select_for_update().filter(case=move.case, turn_id=move.turn.pk if move.turn else None))


def stop_clocks(move: "Moving") -> None:
    """The turn is done: its clocks stop for good."""
    for clock in _clocks_of(move):
        _close_pause(clock, move.at)
        clock.state, clock.stopped_at = "stop", move.at
        clock.save()


def resume_clocks(move: "Moving") -> None:
    """An answer was sent back: the clock runs on. Waiting for evaluation does not give the unit more time."""
    for clock in _clocks_of(move):
        _close_pause(clock, move.at)
        clock.state, clock.stopped_at = "run", None
        clock.save()


def _close_pause(clock: Clock, at: datetime) -> None:
    Pause.objects.filter(clock=clock, until=None).update(until=at)


def extend_clock(move: "Moving", due_at: datetime) -> None:
    """A new due date by hand. Raises Refused when it is past, or later than what the turn hangs from."""
    turn = move.turn
    assert turn is not None
    limit = turn.parent.due_at if turn.parent else move.case.due_at
    if due_at <= move.at:
        raise Refused(_("El nuevo vencimiento debe estar en el futuro."), "due")
    if limit and due_at > limit:
        raise Refused(_("No puede vencer después de aquello de lo que depende."), "due")
    if Turn.objects.filter(parent=turn, due_at__gt=due_at).open().for_action().exists():
        raise Refused(_("Hay turnos derivados que vencen después; ajústelos primero."), "due")
    found = dues([Wish(turn.unit, turn.sent_at, Term(due_at=due_at))])[0]
    Clock.objects.filter(case=move.case, turn_id=turn.pk).update(
        amount=None, term_unit="by_hand", cap_at=None, due_at=found.due_at, amber_at=found.amber_at)
    turn.due_at, turn.amber_at = found.due_at, found.amber_at


def case_clocks_follow(move: "Moving") -> None:
    """The case's clocks do what the flow says of the state it lands in; reopening lets them run again."""
    from ventanilla.core.cases.kinds import kind_of

    mode = kind_of(move.case.kind).flow.mode(move.step.lands(move.case.state))
    for clock in _clocks_of(move):
        if clock.state != mode:
            clock.state, clock.stopped_at = mode, move.at if mode == "stop" else None
            clock.save()


def due_of_case(case: Case) -> Clock | None:
    """The governing clock of the case itself."""
    return Clock.objects.filter(case=case, turn_id=None).order_by("kind").first()
