"""The demo's clock: seconds of office time counted from the first day, so that everything happens in office hours."""
from bisect import bisect_left, bisect_right
from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta

DAY = 9 * 3600
#: 09:00 in Mexico City, which has had no summer time since October 2022 (Ley de los Husos Horarios).
OPENING = time(15, 0, tzinfo=UTC)


class OfficeTime:
    """Working days between two dates; a place in time is `index of the day * DAY + seconds since 09:00`."""

    def __init__(self, first: date, last: date, holidays: Collection[date]) -> None:
        days = (first + timedelta(n) for n in range((last - first).days + 1))
        self.days = [day for day in days if day.weekday() < 5 and day not in holidays]
        self._openings = [datetime.combine(day, OPENING) for day in self.days]

    def moment(self, place: int) -> datetime:
        """The aware moment of a place."""
        return self._openings[place // DAY] + timedelta(seconds=place % DAY)

    def place(self, moment: datetime) -> int:
        """The place of an aware moment; outside office hours the end of the working day before."""
        n = bisect_right(self._openings, moment) - 1
        return n * DAY + min(DAY - 1, int((moment - self._openings[n]).total_seconds()))

    def before(self, moment: datetime, seconds: int) -> datetime:
        """The moment so many seconds of office time earlier: what comes to a counter comes while it is open."""
        return self.moment(max(0, self.place(moment) - seconds))

    def day_index(self, day: date) -> int:
        """The first working day on or after `day`."""
        return min(bisect_left(self.days, day), len(self.days) - 1)
