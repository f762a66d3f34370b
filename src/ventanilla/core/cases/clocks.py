"""Clocks of cases and turns: started, paused, resumed, extended and stopped by the verbs.

The arithmetic is the kernel's (`lib.worktime` through `core.workdays.services`); here only the rows are kept.
A child turn's due is min(own, parent's less the margin of the institution): the database guards that it is not later than the
parent's, and its derivation says so.
"""
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.cases.flows import flow_of
from ventanilla.core.cases.kinds import kind_of
from ventanilla.core.cases.limits import limit_for, limits, margin_of
from ventanilla.core.cases.models import Case, Clock, Move, Pause, Turn
from ventanilla.core.cases.terms import Goal, Term, Wish, dues
from ventanilla.core.cases.words import step_of
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.plans import insert, new, update
from ventanilla.core.workdays.services import due
from ventanilla.lib import worktime as wt
from ventanilla.lib.spanish import long_date

if TYPE_CHECKING:
    from ventanilla.core.cases.moving import Moving
    from ventanilla.core.cases.services.intake import CaseDraft


def start_clocks(case_ids: Sequence[int], drafts: Sequence["CaseDraft"]) -> list[Clock]:
    """One internal clock per case (also without a term: then it has no due date), or one per goal; returns the governing ones."""
    wishes = [(i, g.kind, Wish(d.unit, d.received_at, g.term, version=g.version))
              for i, d in enumerate(drafts) for g in d.goals or (Goal("internal", d.term or Term()),)]
    clocks = _clocks([wish for _i, _kind, wish in wishes])
    first: dict[int, Clock] = {}
    for clock, (i, kind, _wish) in zip(clocks, wishes, strict=True):
        clock.case_id, clock.kind = case_ids[i], kind
        first[i] = _sooner(first.get(i), clock)
    insert(Clock, clocks)
    return [first[i] for i in range(len(drafts))]


def _sooner(one: Clock | None, other: Clock) -> Clock:
    if one is None or (other.due_at is not None and (one.due_at is None or other.due_at < one.due_at)):
        return other
    return one


def turn_clocks(turns: Sequence[Turn], terms: Sequence[Term | None], moves: Sequence["Moving"]) -> None:
    """Save new turns with their due dates, each capped by what moves with it: the turn above or the case's own due date."""
    clocks = _clocks([Wish(turn.unit, move.at, term, cap)
                      for turn, term, move, cap in zip(turns, terms, moves, _caps(turns, moves), strict=True)])
    for turn, clock in zip(turns, clocks, strict=True):
        if turn.purpose == Turn.Purpose.ACTION:
            turn.due_at, turn.amber_at = clock.due_at, clock.amber_at
    Turn.objects.bulk_create(turns)
    for turn, clock in zip(turns, clocks, strict=True):
        clock.case_id, clock.turn_id = turn.case_id, turn.pk
    Clock.objects.bulk_create(c for t, c in zip(turns, clocks, strict=True) if t.purpose == Turn.Purpose.ACTION)


def _caps(turns: Sequence[Turn], moves: Sequence["Moving"]) -> Iterator[datetime | None]:
    """Until when each new turn may be given what hangs from the turn or the case that moves."""
    for _same, pairs in groupby(zip(turns, moves, strict=True), key=lambda pair: id(pair[1])):
        sent = list(pairs)
        move = sent[0][1]
        above = move.turn.due_at if move.turn else move.case.due_at
        found = limits(above, [turn.unit for turn, _move in sent], move.at, margin_of(move.case.institution.policy) if above else 0)
        yield from (found[turn.unit_id] for turn, _move in sent)


def _clocks(wishes: Sequence[Wish]) -> list[Clock]:
    if any(w.term and w.term.due_at and w.term.due_at < w.start for w in wishes):
        raise Refused(_("El vencimiento es anterior al inicio del plazo."), "due")
    clocks = []
    for wish, found in zip(wishes, dues(wishes), strict=True):
        term = wish.term or Term()
        clocks.append(new(
            Clock, version=found.version, start=wish.start, amount=term.amount, due_at=found.due_at, amber_at=found.amber_at,
            term_unit="by_hand" if term.due_at else term.unit, cap_at=wish.cap_at if found.capped else None))
    return clocks


def _clocks_of(moves: Sequence["Moving"]) -> list[tuple["Moving", Clock]]:
    """The clocks of these cases or turns, locked, each with what moves it."""
    by = {(m.case.pk, m.turn.pk if m.turn else None): m for m in moves}
    rows = Clock.objects.select_for_update().filter(case_id__in={m.case.pk for m in moves}).order_by("pk")
    turns = [m.turn.pk for m in moves if m.turn]
    rows = rows.filter(turn_id__in=turns) if turns else rows.filter(turn_id=None)
    return [(by[clock.case_id, clock.turn_id], clock) for clock in rows]


def stop_clocks(*moves: "Moving") -> None:
    """These turns are done: their clocks stop for good."""
    found = _clocks_of(moves)
    for move, clock in found:
        clock.state, clock.stopped_at = "stop", move.at
    _keep(found)


def resume_clocks(move: "Moving") -> None:
    """An answer was sent back: the clock runs on. Waiting for evaluation does not give the unit more time."""
    found = _clocks_of([move])
    for _move, clock in found:
        clock.state, clock.stopped_at = "run", None
    _keep(found)


def _keep(found: Sequence[tuple["Moving", Clock]]) -> None:
    if found:
        _close_pauses([clock for _move, clock in found], found[0][0].at)
    _save([clock for _move, clock in found])


def _close_pauses(clocks: Iterable[Clock], at: datetime) -> None:
    Pause.objects.filter(clock__in=clocks, until=None).update(until=at)


def _save(clocks: Sequence[Clock]) -> None:
    update(Clock, clocks, "state", "stopped_at", "due_at", "amber_at")


def extend_clock(move: "Moving", due_at: datetime) -> None:
    """A new due date by hand, of a turn or of a case with one clock.

    Raises Refused when it is past, the same, later than what a turn hangs from, or sooner than what hangs from it.
    """
    row, turn = move.turn or move.case, move.turn
    limit = limit_for(move.case, turn.parent, turn.unit, move.at) if turn else None
    if row.due_at == due_at:
        raise Refused(_("El turno ya vence en esa fecha.") if turn else _("El asunto ya vence en esa fecha."), "due")
    if due_at <= move.at:
        raise Refused(_("El nuevo vencimiento debe estar en el futuro."), "due")
    if limit and due_at > limit:
        raise Refused(_("No puede vencer después del %(day)s, por el plazo del asunto o del turno del que sale.")
                      % {"day": long_date(timezone.localdate(limit))}, "due")
    if Turn.objects.filter(case=move.case, parent=turn, due_at__gt=due_at).open().for_action().exists():
        raise Refused(_("Hay turnos derivados que vencen después; ajústelos primero."), "due")
    move.detail.update(due_before=row.due_at, due=due_at)
    found = dues([Wish(row.unit, turn.sent_at if turn else move.case.received_at, Term(due_at=due_at))])[0]
    Clock.objects.filter(case=move.case, turn_id=turn.pk if turn else None).update(
        amount=None, term_unit="by_hand", cap_at=None, due_at=found.due_at, amber_at=found.amber_at)
    row.due_at, row.amber_at = found.due_at, found.amber_at


def case_clocks_follow(*moves: "Moving") -> None:
    """The clocks of cases do what the kind says of the state each lands in; reopening lets them run again.

    A clock that pauses keeps why (a `Pause`) and has no due moment until it runs again; then the pause is added.
    One that stopped before the case ended (it was taken, its promise went away) stays stopped.
    """
    found = _clocks_of(moves)
    turned = [clock for move, clock in found if _turns(move, clock)]
    _save(turned)
    for move in moves:
        if kind_of(move.case.kind).clock_mode:
            govern(move.case, [clock for of, clock in found if of is move])


def _turns(move: "Moving", clock: Clock) -> bool:
    """Whether the clock runs, pauses or stops from now on, and it does."""
    mode = kind_of(move.case.kind).mode(clock.kind, move.step.lands(move.case.state), move.detail)
    turns = clock.state != mode and (clock.state != "stop" or _stopped_by_the_end(clock, _ended_at(move)))
    if turns:
        _turn_clock(clock, mode, move)
    return turns


def _ended_at(move: "Moving") -> datetime | None:
    """When a case that has ended last did; None while it is open."""
    flow = kind_of(move.case.kind).flow
    if not flow.is_end(move.case.state):
        return None
    ends = [state for state in flow.states if flow.is_end(state)]
    last = Move.objects.filter(case=move.case, turn_id=None).exclude(from_state__in=ends).order_by("-id").values_list("at", flat=True)
    return last.first() or move.case.received_at


def _stopped_by_the_end(clock: Clock, ended: datetime | None) -> bool:
    return ended is not None and (clock.stopped_at is None or clock.stopped_at >= ended)


def _turn_clock(clock: Clock, mode: str, move: "Moving") -> None:
    """Run, pause or stop. What a stopped clock stood still for, when the case is opened again, is a pause too."""
    if clock.state == "stop" and clock.stopped_at and mode != "stop" and move.at > clock.stopped_at and clock.kind != "internal":
        Pause.objects.create(clock=clock, since=clock.stopped_at, until=move.at, reason=_("Cerrado antes de reabrirse"))
    paused = clock.state == "pause"
    if paused:
        _close_pauses([clock], move.at)
    if mode == "pause":
        Pause.objects.create(clock=clock, since=move.at, reason=(move.reason or _step(move))[:200])
    clock.state, clock.stopped_at = mode, move.at if mode == "stop" else None
    if clock.kind != "internal" and (paused or mode != "stop"):
        recount(clock)


def _step(move: "Moving") -> str:
    """What the step that stops the clock is called, for whoever asks why it stood still."""
    flow = flow_of(move.turn.purpose) if move.turn else kind_of(move.case.kind).flow
    return step_of(move.case.institution_id, flow, move.step.name)


def recount(clock: Clock) -> None:
    """Due and amber moments from the stored inputs and pauses, as the kernel counts them; the caller saves."""
    if clock.term_unit == "by_hand":
        return
    pauses = [wt.Pause(p.since, p.until, p.reason) for p in clock.pauses.order_by("since")] if clock.pk else []
    found = due(start=clock.start, amount=clock.amount, version=clock.version, term_unit=clock.term_unit, cap_at=clock.cap_at,
                pauses=pauses)
    clock.due_at, clock.amber_at = found.due_at, found.amber_at


def _due(clock: Clock) -> datetime:
    assert clock.due_at
    return clock.due_at


def govern(case: Case, clocks: Sequence[Clock]) -> None:
    """The case shows the soonest of its running clocks; when none runs, nothing; when all stopped, the last of them."""
    running = [c for c in clocks if c.state == "run" and c.due_at]
    stopped = [c for c in clocks if c.due_at] if all(c.state == "stop" for c in clocks) else []
    chosen = min(running, key=_due, default=None) or max(stopped, key=_due, default=None)
    case.due_at, case.amber_at = (chosen.due_at, chosen.amber_at) if chosen else (None, None)
