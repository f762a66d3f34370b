"""The three lines on which a term is counted: open seconds, working days, calendar days.

On each of them a case begins at a whole position, pauses are intervals, and a term of n ends n positions
further. So the arithmetic of `line.py` is written once.
"""
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ventanilla.lib.worktime.calendar import NAT, WorkCalendar
from ventanilla.lib.worktime.line import united
from ventanilla.lib.worktime.terms import DayCount, Pauses, Unit
from ventanilla.lib.worktime.zones import Ints


class Axis(Protocol):
    """A line of whole positions from 0 to `size`; all moments are UTC seconds."""

    size: int
    step: int  # 1 where positions are days, which are entered at their opening

    def first(self, starts: Ints) -> Ints:
        """The position from which a case that begins at each moment counts."""

    def lost(self, pauses: Pauses) -> tuple[Ints, Ints]:
        """The half-open interval of positions that each pause takes away."""

    def due(self, ends: Ints) -> Ints:
        """The moment at which everything before each position is over; or NAT."""

    def opening(self, positions: Ints) -> Ints:
        """The opening moment of each position; or NAT."""

    def reached(self, moments: Ints) -> Ints:
        """How many positions are over at each moment (the inverse of `due`)."""

    def latest(self, positions: Ints) -> Ints:
        """The last moment whose `first` is not after each position; or NAT."""


def pick(values: Ints, found: Ints) -> Ints:
    """`values[found]`, NAT where the index lies outside."""
    if not values.size:
        return np.full(found.shape, NAT, np.int64)
    inside = (found >= 0) & (found < values.size)
    return np.where(inside, values[np.clip(found, 0, values.size - 1)], NAT)


def before(moments: Ints) -> Ints:
    """One second earlier; NAT stays."""
    return np.where(moments == NAT, NAT, moments - 1)


class OpenSeconds:
    """Terms in hours."""

    step = 0

    def __init__(self, calendar: WorkCalendar) -> None:
        """Positions are open seconds since the beginning of the horizon."""
        self.calendar, self.size = calendar, calendar.total
        self.first = self.reached = calendar.worked
        self.due, self.opening, self.latest = calendar.moment, calendar.opening, calendar.opening

    def lost(self, pauses: Pauses) -> tuple[Ints, Ints]:
        """The open seconds between the two ends."""
        return self.calendar.worked(pauses.starts), self.calendar.worked(pauses.ends)


@dataclass
class WorkDays:
    """Terms in working days; positions are indices into the working days of the calendar."""

    calendar: WorkCalendar
    rule: DayCount
    step = 1

    def __post_init__(self) -> None:
        """Moments at which the days end, by the rule."""
        self.size = self.calendar.day.size
        self.ends = day_ends(self.calendar, self.rule)

    def first(self, starts: Ints) -> Ints:
        """Day 1, by the rules `late` and `first`."""
        if self.rule.late == "next_workday":
            received = np.searchsorted(self.calendar.day_shut, starts, side="right")
            day_1: Ints = received + (self.rule.first == "next_day")
            return day_1
        dates = self.calendar.clock.day(starts) + (self.rule.first == "next_day")
        return np.searchsorted(self.calendar.day, dates, side="left")

    def lost(self, pauses: Pauses) -> tuple[Ints, Ints]:
        """Days with paused coverage, or only those that are wholly paused."""
        opened, worked = self.calendar.day_opened, self.calendar.worked
        start, end = worked(pauses.starts), worked(pauses.ends)
        if self.rule.paused_day == "whole":
            start, end = united(pauses.offsets, start, end)
            begun = np.append(0, opened[:-1])
            first = np.searchsorted(begun, start, side="left")
            return first, np.maximum(first, np.searchsorted(opened, end, side="right"))
        first = np.searchsorted(opened, start, side="right")
        touched = np.searchsorted(opened, end, side="left") + 1
        return first, np.where(end > start, touched, first)

    def due(self, ends: Ints) -> Ints:
        """The end of the last day."""
        return pick(self.ends, ends - 1)

    def opening(self, positions: Ints) -> Ints:
        """The opening of the day."""
        return pick(self.calendar.day_start, positions)

    def reached(self, moments: Ints) -> Ints:
        """Days that are over."""
        return np.searchsorted(self.ends, moments, side="right")

    def latest(self, positions: Ints) -> Ints:
        """The last second that still counts from that day."""
        calendar, next_day = self.calendar, self.rule.first == "next_day"
        if self.rule.late == "next_workday":
            return before(pick(calendar.day_shut, positions - next_day))
        day = pick(calendar.day, positions)
        begin = calendar.clock.midnight(np.where(day == NAT, 0, day + (not next_day)))
        found = np.where(day == NAT, NAT, begin - 1)
        return np.where(positions >= self.size, calendar.end - 1, found)


@dataclass
class CalendarDays:
    """Terms in calendar days; positions are local days since the beginning of the horizon."""

    calendar: WorkCalendar
    rule: DayCount
    step = 1

    def __post_init__(self) -> None:
        """Size and day moments, by the rule."""
        clock = self.calendar.clock
        self.origin = int(clock.day(np.array([self.calendar.begin]))[0])
        self.size = int(clock.day(np.array([self.calendar.end - 1]))[0]) - self.origin + 1
        self.day = self.calendar.day - self.origin
        self.ends = day_ends(self.calendar, self.rule)

    def _local(self, moments: Ints) -> Ints:
        inside = np.clip(moments, self.calendar.begin, self.calendar.end)
        return self.calendar.clock.day(inside) - self.origin

    def _midnight(self, positions: Ints) -> Ints:
        return self.calendar.clock.midnight(positions + self.origin)

    def first(self, starts: Ints) -> Ints:
        """Day 1, by the rules `late` and `first`; beyond the horizon where nothing opens any more."""
        next_day = self.rule.first == "next_day"
        if self.rule.late == "same_day":
            return self._local(starts) + next_day
        received = pick(self.day, np.searchsorted(self.calendar.day_shut, starts, side="right"))
        return np.where(received == NAT, self.size + 1, received + next_day)

    def lost(self, pauses: Pauses) -> tuple[Ints, Ints]:
        """Dates on which the pause holds at any time, or from midnight to midnight."""
        low, high = self.calendar.begin, self.calendar.end
        begin, end = np.clip(pauses.starts, low, high), np.clip(pauses.ends, low, high)
        if self.rule.paused_day == "whole":
            begin, end = (part + low for part in united(pauses.offsets, begin - low, end - low))
            first = self._local(begin)
            first = first + (self._midnight(first) < begin)
            return first, np.maximum(first, self._local(end))
        first = self._local(begin)
        return first, np.where(end > begin, self._local(end - 1) + 1, first)

    def due(self, ends: Ints) -> Ints:
        """The end of the last day, moved to a working day where the rule says so."""
        last = ends - 1
        found = np.searchsorted(self.day, last, side="left")
        moved = pick(self.ends, found)
        if self.rule.roll == "next_workday":
            return np.where(last < 0, NAT, moved)
        exact = pick(self.day, found) == last
        plain = np.where(exact, moved, self._midnight(np.minimum(last, self.size) + 1))
        return np.where((last < 0) | (last >= self.size), NAT, plain)

    def opening(self, positions: Ints) -> Ints:
        """The opening of the first working day from the position on."""
        return pick(self.calendar.day_start, np.searchsorted(self.day, positions, side="left"))

    def reached(self, moments: Ints) -> Ints:
        """Days that are over, as `due` says."""
        over = pick(self.day, np.searchsorted(self.ends, moments, side="right") - 1)
        over = np.where(over == NAT, 0, over + 1)
        return over if self.rule.roll == "next_workday" else np.maximum(over, self._local(moments))

    def latest(self, positions: Ints) -> Ints:
        """The last second that still counts from that date."""
        day = positions - (self.rule.first == "next_day")
        if self.rule.late == "same_day":
            moment = before(self._midnight(np.clip(day, -1, self.size) + 1))
            return np.where((day < 0) | (day >= self.size), NAT, moment)
        return before(pick(self.calendar.day_shut, np.searchsorted(self.day, day, side="right") - 1))


def day_ends(calendar: WorkCalendar, rule: DayCount) -> Ints:
    """The moment at which each working day is over: the end of its coverage, or midnight."""
    if rule.close == "coverage_end":
        return calendar.day_end
    return calendar.clock.midnight(calendar.day + 1) if calendar.day.size else calendar.day_end


def axis(calendar: WorkCalendar, unit: Unit, rule: DayCount) -> Axis:
    """The line of a unit, by a rule."""
    if unit is Unit.WORKHOURS:
        return OpenSeconds(calendar)
    return WorkDays(calendar, rule) if unit is Unit.WORKDAYS else CalendarDays(calendar, rule)


