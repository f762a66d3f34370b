"""What becomes late, or stops being late, when deadlines are counted in another way: foreseen before anything is written."""
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from ventanilla.lib.worktime import Light


@dataclass(frozen=True)
class Shift:
    """A case with a clock that would change: due moments (aware; None: none runs) and lights before and after."""

    case_id: int
    due_before: datetime | None
    due_after: datetime | None
    before: Light
    after: Light

    @property
    def flips(self) -> bool:
        """Whether it becomes late, or stops being late."""
        return (self.before == Light.RED) != (self.after == Light.RED)


@dataclass
class Foreseen:
    """How many were looked at, and those that would change, in the order of their numbers."""

    looked_at: int = 0
    shifts: list[Shift] = field(default_factory=list)

    @property
    def become_late(self) -> list[Shift]:
        """In time or without a running clock before, late afterwards."""
        return [s for s in self.shifts if s.flips and s.after == Light.RED]

    @property
    def stop_being_late(self) -> list[Shift]:
        """Late before, not afterwards."""
        return [s for s in self.shifts if s.flips and s.before == Light.RED]

    @property
    def moved(self) -> list[Shift]:
        """Due at another moment, or not any more; the others only change what counts when they go on."""
        return [s for s in self.shifts if s.due_before != s.due_after]

    def lights(self) -> dict[tuple[str, str], int]:
        """How many go from one light to another."""
        return dict(Counter((s.before.value, s.after.value) for s in self.shifts if s.before != s.after))
