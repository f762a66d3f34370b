"""Time zones as stretches of constant offset, so that daylight saving disappears from the arithmetic."""
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Stretches:
    """`offsets[i]` (seconds east of UTC) holds from `begins[i]` (UTC seconds) until the next stretch."""

    begins: Ints
    offsets: Ints

    def local(self, moments: Ints) -> Ints:
        """Wall clock of UTC moments, as naive seconds since 1970-01-01 00:00 local."""
        found = np.searchsorted(self.begins, moments, side="right") - 1
        local: Ints = moments + self.offsets[np.maximum(found, 0)]
        return local

    def day(self, moments: Ints) -> Ints:
        """Local date of UTC moments, as days since 1970-01-01."""
        return self.local(moments) // DAY

    def midnight(self, days: Ints) -> Ints:
        """UTC moment at which each local day begins; a midnight that a change skips is the change itself."""
        wall = np.asarray(days, dtype=np.int64) * DAY
        found = np.searchsorted(self.begins + self.offsets, wall, side="right") - 1
        found = np.maximum(found, 0)
        following = np.append(self.begins[1:], np.iinfo(np.int64).max)
        midnight: Ints = np.minimum(wall - self.offsets[found], following[found])
        return midnight


def stretches(zone: ZoneInfo, first: int, last: int) -> Stretches:
    """The stretches of `zone` between two UTC moments; every change is found to the second by bisection."""
    begins, offsets = [first], [_offset(zone, first)]
    for probe in range(first + DAY, last + DAY, DAY):
        offset = _offset(zone, probe)
        if offset != offsets[-1]:
            begins.append(_change(zone, probe - DAY, probe))
            offsets.append(offset)
    return Stretches(np.array(begins, np.int64), np.array(offsets, np.int64))


def _offset(zone: ZoneInfo, moment: int) -> int:
    offset = datetime.fromtimestamp(moment, UTC).astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset else 0


def _change(zone: ZoneInfo, before: int, after: int) -> int:
    old = _offset(zone, before)
    while after - before > 1:
        middle = (before + after) // 2
        before, after = (middle, after) if _offset(zone, middle) == old else (before, middle)
    return after
