"""Due moments, latest starts, time used and amber moments of one case or of a million.

Every function takes arrays (a single case is an array of one). Moments are whole UTC seconds as int64;
`NAT` (numpy's NaT) means that there is no such moment: the start lies outside the calendar's horizon, a
pause never ends, or no open time is left. Nothing searches in a loop, so nothing can run for ever.
"""
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ventanilla.lib.worktime.axes import Axis, axis, pick
from ventanilla.lib.worktime.calendar import NAT, WorkCalendar
from ventanilla.lib.worktime.line import Line, line, mirrored
from ventanilla.lib.worktime.terms import Amber, Pauses, Term, seconds
from ventanilla.lib.worktime.zones import Ints


def deadline(
    start: ArrayLike, term: Term, calendar: WorkCalendar, pauses: Pauses | None = None,
) -> Ints:
    """When each case is due.

    Hours: the first moment at which the open seconds since `start`, less the union of the pauses, reach the
    term (a close rather than the next opening). Days: the end of the last counted day, see `DayCount`.
    Only pauses that begin before the running deadline count: a later one does not move it.
    A term of 0 hours is due at `start`; of 0 days, at the end of the day of reception. Never before `start`.
    """
    starts = seconds(start)
    ruler = axis(calendar, term.unit, term.rule)
    return _due(starts, term, calendar, ruler, _line(starts, ruler, pauses))


def thresholds(
    start: ArrayLike, term: Term, calendar: WorkCalendar, amber: Amber, pauses: Pauses | None = None,
) -> tuple[Ints, Ints]:
    """The two moments of the light, `(amber_at, due_at)`: green before the first, red after the second."""
    starts = seconds(start)
    ruler = axis(calendar, term.unit, term.rule)
    laid = _line(starts, ruler, pauses)
    due = _due(starts, term, calendar, ruler, laid)
    turn = _amber(term, calendar, amber, ruler, laid, due)
    turn = np.where(turn == NAT, due, np.clip(turn, starts, np.maximum(due, starts)))
    return np.where(due == NAT, NAT, turn), due


def amber_of(start: ArrayLike, due: ArrayLike, calendar: WorkCalendar, amber: Amber) -> Ints:
    """The amber moment of due moments that were set otherwise (by hand, or capped by a parent).

    A fraction is then taken of the open seconds between both. NAT where there is no due moment.
    """
    starts, dues = seconds(start), seconds(due)
    turn = _before(calendar, amber, dues)
    if turn is None:
        begun = calendar.worked(starts)
        used = np.floor((calendar.worked(dues) - begun) * (amber.fraction or 0.0) + 1e-9).astype(np.int64)
        turn = calendar.opening(begun + used)
    turn = np.where(turn == NAT, dues, np.clip(turn, starts, np.maximum(dues, starts)))
    return np.where(dues == NAT, NAT, turn)


def latest_start(
    due: ArrayLike, term: Term, calendar: WorkCalendar, pauses: Pauses | None = None,
) -> Ints:
    """The last moment from which a case is still due at `due` or before: the inverse of `deadline`."""
    dues = seconds(due)
    ruler = axis(calendar, term.unit, term.rule)
    lost = _lost(ruler, pauses, dues.size)
    back = mirrored(ruler.reached(dues), *lost, ruler.size)
    position = ruler.size - back.at(term.goal(dues.size))
    found = np.where((term.goal(dues.size) == 0) & (ruler.step == 0), dues, ruler.latest(position))
    outside = (dues < calendar.begin) | (dues > calendar.end)
    missing = (found == NAT) | (position < 0) | outside | (found < calendar.begin)
    return np.where(missing, NAT, np.minimum(found, dues))


def elapsed(
    start: ArrayLike, end: ArrayLike, term: Term, calendar: WorkCalendar, pauses: Pauses | None = None,
) -> Ints:
    """How much of the term has been used at `end`: open seconds for hours, complete days for days.

    The amount of `term` is not read. `elapsed(start, deadline(start))` is the term (for calendar days at
    least the term, since the last day may move). 0 when `end` is before `start`; NAT outside the horizon.
    """
    starts, ends = seconds(start), seconds(end)
    ruler = axis(calendar, term.unit, term.rule)
    used = _line(starts, ruler, pauses).counted(ruler.reached(ends))
    return np.where(calendar.covers(starts) & (ends != NAT), np.where(ends > starts, used, 0), NAT)


def working_days(start: ArrayLike, end: ArrayLike, calendar: WorkCalendar) -> Ints:
    """Working dates after the local date of `start` up to that of `end`; negative when `end` is earlier."""
    clock = calendar.clock
    low, high = (np.searchsorted(calendar.day, clock.day(seconds(m)), side="right") for m in (start, end))
    return (high - low).astype(np.int64)


def days_before(moment: ArrayLike, days: int, calendar: WorkCalendar) -> Ints:
    """The end of coverage `days` working days before the working day of each moment (a parent's margin).

    With 0 days the moment itself. NAT before the horizon.
    """
    moments = seconds(moment)
    if days == 0:
        return moments
    found = np.searchsorted(calendar.day_end, moments, side="left") - days
    return np.where(moments == NAT, NAT, pick(calendar.day_end, found))


def _lost(ruler: Axis, pauses: Pauses | None, count: int) -> tuple[Ints, Ints, Ints]:
    if pauses is None:
        empty = np.empty(0, np.int64)
        return np.zeros(count + 1, np.int64), empty, empty
    if pauses.offsets.size != count + 1:
        raise ValueError("there must be one list of pauses per case")
    return pauses.offsets, *ruler.lost(pauses)


def _line(starts: Ints, ruler: Axis, pauses: Pauses | None) -> Line:
    return line(ruler.first(starts).astype(np.int64), *_lost(ruler, pauses, starts.size))


def _due(starts: Ints, term: Term, calendar: WorkCalendar, ruler: Axis, laid: Line) -> Ints:
    goal = term.goal(starts.size)
    due = ruler.due(laid.at(goal))
    at_once = (ruler.step == 0) | ((laid.first <= 0) & (ruler.size > 0))
    due = np.where((goal == 0) & at_once, starts, due)
    missing: NDArray[np.bool_] = (due == NAT) | ~calendar.covers(starts)
    return np.where(missing, NAT, np.maximum(due, starts))


def _amber(
    term: Term, calendar: WorkCalendar, amber: Amber, ruler: Axis, laid: Line, due: Ints,
) -> Ints:
    found = _before(calendar, amber, due)
    if found is not None:
        return found
    goal = term.goal(due.size)
    used = np.floor(goal * (amber.fraction or 0.0) + 1e-9).astype(np.int64) + ruler.step
    turn = ruler.opening(laid.at(used) - ruler.step)
    return np.where(used > goal - (1 - ruler.step), NAT, turn)


def _before(calendar: WorkCalendar, amber: Amber, due: Ints) -> Ints | None:
    """The moment so many open hours or working days before it is due; None for a fraction."""
    if amber.hours is not None:
        return calendar.opening(calendar.worked(due) - round(amber.hours * 3600))
    if amber.days is not None:
        found = np.searchsorted(calendar.day_end, due, side="left") - amber.days
        return pick(calendar.day_start, np.maximum(found, 0))
    return None
