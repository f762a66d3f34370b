"""A coverage compiled for arithmetic: sorted open intervals in UTC seconds with cumulative open seconds."""
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from ventanilla.lib.worktime.coverage import Coverage, Day, Range
from ventanilla.lib.worktime.ramp import Ramp, ramp
from ventanilla.lib.worktime.zones import DAY, Ints, Stretches, stretches

NAT = int(np.iinfo(np.int64).min)
"""No moment: the same bits as numpy's NaT for `datetime64[s]`."""
EPOCH = date(1970, 1, 1).toordinal()
FIRST, LAST = date(2000, 1, 1), date(2049, 12, 31)


class Pieces(NamedTuple):
    """Stretches of open time in UTC seconds, each with the local day (since 1970) to which it belongs."""

    day: Ints
    start: Ints
    end: Ints


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Open time between two dates (the horizon). Build it with `compile_calendar`.

    Moments are whole UTC seconds since 1970. An instant is open when the wall clock of `zone` shows a
    minute inside a range: an hour that daylight saving repeats counts twice, one that it skips not at all.
    Nothing is open outside the horizon, so that every search ends; what would lie beyond is `NAT`.
    Day arrays hold the working days (days with open time) in order.
    """

    zone: ZoneInfo
    first: date
    last: date
    coverage: Coverage
    specials: Mapping[date, Day]
    clock: Stretches
    begin: int
    end: int
    opens: Ints
    closes: Ints
    opened: Ints  # open seconds up to the end of each interval
    ramp: Ramp  # the same as a function of the moment
    day: Ints  # local day number of each working day
    day_start: Ints
    day_end: Ints
    day_shut: Ints  # first second that counts as received on the next working day
    day_opened: Ints  # open seconds up to the end of the working day

    @property
    def total(self) -> int:
        """All open seconds of the horizon."""
        return int(self.opened[-1]) if self.opened.size else 0

    def covers(self, moments: Ints) -> NDArray[np.bool_]:
        """Whether each moment lies within the horizon."""
        return (moments >= self.begin) & (moments < self.end)

    def worked(self, moments: Ints) -> Ints:
        """Open seconds from the beginning of the horizon to each moment."""
        return self.ramp.at(moments)

    def moment(self, worked: Ints) -> Ints:
        """The first moment at which so many seconds were open (a close, never the next opening); or NAT."""
        found = np.searchsorted(self.opened, worked, side="left")
        return self._at(found, self.closes, self.opened, worked)

    def opening(self, worked: Ints) -> Ints:
        """The last moment at which only so many seconds were open (an opening, never a close); or NAT."""
        found = np.searchsorted(self.opened, worked, side="right")
        return self._at(found, self.closes, self.opened, worked)

    def _at(self, found: NDArray[np.intp], ends: Ints, sums: Ints, worked: Ints) -> Ints:
        outside = (found >= ends.size) | (worked < 0)
        if not ends.size:
            return np.full(np.shape(worked), NAT, np.int64)
        safe = np.minimum(found, ends.size - 1)
        return np.where(outside, NAT, ends[safe] - (sums[safe] - worked))

    def ranges_on(self, day: date) -> tuple[Range, ...]:
        """The wall-clock ranges that begin on a date."""
        special = self.specials.get(day)
        return self.coverage.of(special) if special else self.coverage.on(day.weekday())

    def is_working(self, day: date) -> bool:
        """Whether the date has open time."""
        number = day.toordinal() - EPOCH
        found = int(np.searchsorted(self.day, number))
        return found < self.day.size and int(self.day[found]) == number


def compile_calendar(
    coverage: Coverage, specials: Iterable[Day] = (), *, zone: str = "America/Mexico_City",
    first: date = FIRST, last: date = LAST,
) -> WorkCalendar:
    """Compile a coverage and its special days for the dates `first` to `last`, both included.

    The default horizon is 2000-2049. Raises ValueError for dates before 1970 or in disorder and
    `zoneinfo.ZoneInfoNotFoundError` for an unknown zone. Two special days on one date: the last one holds.
    """
    if not EPOCH <= first.toordinal() <= last.toordinal():
        raise ValueError("the horizon must be in order and not begin before 1970")
    tz, days = ZoneInfo(zone), {special.day: special for special in specials}
    low, high = first.toordinal() - EPOCH, last.toordinal() - EPOCH + 1
    clock = stretches(tz, (low - 1) * DAY, (high + 2) * DAY)
    bounds = clock.midnight(np.array([low, high], np.int64))
    begin, end = int(bounds[0]), int(bounds[1])
    pieces = _in_utc(_windows(coverage, days, low, high), clock, begin, end)
    opens, closes = _merged(pieces.start, pieces.end)
    opened = np.cumsum(closes - opens)
    risen = ramp(opens, closes, opened, begin, end)
    return WorkCalendar(
        tz, first, last, coverage, days, clock, begin, end, opens, closes, opened, risen,
        *_working_days(pieces, risen, clock),
    )


def _windows(coverage: Coverage, specials: Mapping[date, Day], low: int, high: int) -> Pieces:
    days = np.arange(low, high, dtype=np.int64)
    own = np.array([d.toordinal() - EPOCH for d in specials], dtype=np.int64)
    plain = days[~np.isin(days, own)]
    parts = [
        (plain[(plain + 3) % 7 == weekday], span) for weekday in range(7) for span in coverage.on(weekday)
    ]
    parts += [
        (np.array([day.toordinal() - EPOCH], np.int64), span)
        for day, special in specials.items() if low <= day.toordinal() - EPOCH < high
        for span in coverage.of(special)
    ]
    return _sorted_pieces([Pieces(d, d * DAY + a * 60, d * DAY + b * 60) for d, (a, b) in parts])


def _sorted_pieces(parts: list[Pieces]) -> Pieces:
    empty = np.empty(0, np.int64)
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)] if parts else [empty] * 3
    order = np.lexsort((columns[2], columns[1]))
    return Pieces(*(column[order] for column in columns))


def _in_utc(windows: Pieces, clock: Stretches, begin: int, end: int) -> Pieces:
    """Cut local windows at every change of offset and at the horizon."""
    ends = np.append(clock.begins[1:], np.iinfo(np.int64).max)
    parts = []
    for start, stop, offset in zip(clock.begins, ends, clock.offsets, strict=True):
        low, high = max(int(start), begin), min(int(stop), end)
        opens = np.maximum(windows.start - offset, low)
        closes = np.minimum(windows.end - offset, high)
        kept = closes > opens
        parts.append(Pieces(windows.day[kept], opens[kept], closes[kept]))
    return _sorted_pieces(parts)


def _merged(starts: Ints, ends: Ints) -> tuple[Ints, Ints]:
    """Union of intervals sorted by start; touching ones become one, so 24/7 has no seam at midnight."""
    if not starts.size:
        return starts, ends
    reach = np.maximum.accumulate(ends)
    fresh = np.append(True, starts[1:] > reach[:-1])
    last = np.append(fresh[1:], True)
    return starts[fresh], reach[last]


def _working_days(pieces: Pieces, risen: Ramp, clock: Stretches) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    order = np.lexsort((pieces.start, pieces.day))
    day, begins = np.unique(pieces.day[order], return_index=True)
    start = pieces.start[order][begins]
    end = np.maximum.reduceat(pieces.end[order], begins) if day.size else start
    end = np.maximum.accumulate(end) if day.size else end
    opened = risen.at(end)
    shut = np.where(clock.local(end) < (day + 1) * DAY, end + 1, end)
    grown = np.diff(opened, prepend=0) > 0
    return day[grown], start[grown], end[grown], shut[grown], opened[grown]
