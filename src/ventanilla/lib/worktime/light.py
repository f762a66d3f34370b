"""The traffic light: a shape, a word and a colour, computed from two stored moments."""
from datetime import datetime
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from ventanilla.lib.worktime.calendar import NAT
from ventanilla.lib.worktime.zones import Ints


class Light(StrEnum):
    """The five lights, in order of urgency from the least."""

    DONE = "done"
    NONE = "none"
    GREEN = "green"
    AMBER = "amber"
    RED = "red"

    @property
    def word(self) -> str:
        """What a person reads (a msgid in Spanish)."""
        return _WORDS[self]

    @property
    def shape(self) -> str:
        """The shape that says the same without colour."""
        return _SHAPES[self]


_WORDS = {
    Light.DONE: "Concluido", Light.NONE: "Sin plazo", Light.GREEN: "En tiempo",
    Light.AMBER: "Por vencer", Light.RED: "Vencido",
}
_SHAPES = {
    Light.DONE: "check", Light.NONE: "ring", Light.GREEN: "circle",
    Light.AMBER: "triangle", Light.RED: "square",
}
ORDER = tuple(Light)
"""The lights by the code that `lights` gives them."""


def light(now: datetime, amber_at: datetime | None, due_at: datetime | None, state: str = "run") -> Light:
    """The light at `now` (all aware). `state` is that of the clock: `run`, `pause` or `stop`.

    A stopped clock is done; without a due moment there is no light. What is answered at the due moment
    itself is on time: red is strictly after it, so `due_at < now` in SQL is the same rule.
    """
    if state == "stop":
        return Light.DONE
    if due_at is None:
        return Light.NONE
    if now > due_at:
        return Light.RED
    return Light.AMBER if amber_at is not None and now >= amber_at else Light.GREEN


def lights(now: int, amber_at: Ints, due_at: Ints, stopped: NDArray[np.bool_]) -> NDArray[np.int8]:
    """The same for arrays of UTC seconds (NAT: none), as indices into `ORDER`."""
    conditions = [stopped, due_at == NAT, due_at < now, (amber_at != NAT) & (amber_at <= now)]
    found = (Light.DONE, Light.NONE, Light.RED, Light.AMBER)
    codes = [np.int8(ORDER.index(one)) for one in found]
    return np.select(conditions, codes, np.int8(ORDER.index(Light.GREEN))).astype(np.int8)
