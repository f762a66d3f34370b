"""Due moments of clocks: one with its derivation, or many at once, by the same kernel."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from django.utils.translation import gettext
from numpy.typing import NDArray

from ventanilla.core.workdays.models import CalendarVersion
from ventanilla.core.workdays.services.calendars import compiled
from ventanilla.lib.worktime import (
    Inputs,
    Pause,
    Pauses,
    Step,
    Term,
    Unit,
    amber_of,
    explain,
    sentences,
    thresholds,
)

BY_HAND = "by_hand"
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Deadline:
    """When a matter is due (aware moments; None: no term, a running pause or no open time left), and why.

    `inputs` is plain JSON from which `derivation` tells the same again. `capped`: the parent's moment held.
    """

    due_at: datetime | None
    amber_at: datetime | None
    capped: bool = False
    inputs: Mapping[str, Any] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    version_id: int = 0

    @property
    def derivation(self) -> list[str]:
        """Spanish sentences, or in the reader's language."""
        return sentences(self.steps, compiled(self.version_id), gettext)


def due(
    *, start: datetime, amount: float | None, version: CalendarVersion, term_unit: str = "workdays",
    by_hand: datetime | None = None, cap_at: datetime | None = None, pauses: Sequence[Pause] = (),
    cap_name: str = "",
) -> Deadline:
    """When a term of `amount` working days, working hours or calendar days from `start` is over.

    `by_hand` is a moment that a person wrote instead; `cap_at` the moment that may not be passed. All
    moments are aware. Raises ValueError for a negative amount, an unknown unit or a naive moment.
    """
    term = None if amount is None or by_hand or term_unit == BY_HAND else _term(amount, term_unit, version)
    inputs = Inputs(start, term, version.amber, tuple(pauses), cap_at, cap_name, by_hand)
    return _deadline(inputs, version.pk)


def _deadline(inputs: Inputs, version_id: int) -> Deadline:
    found = explain(inputs, compiled(version_id))
    return Deadline(found.due_at, found.amber_at, found.capped, inputs.as_json(), found.steps, version_id)


def _term(amount: Any, unit: str, version: CalendarVersion) -> Term:
    return Term(amount, Unit(unit), version.rule)


def inputs_for(deadline: Deadline) -> Inputs:
    """The stored inputs as an object."""
    return Inputs.from_json(deadline.inputs)


def derivation(inputs: Mapping[str, Any], version_id: int) -> list[str]:
    """Render stored inputs again: the sentences that say why a matter is due when it is."""
    return _deadline(Inputs.from_json(inputs), version_id).derivation


def due_many(
    *, starts: Ints, amounts: Ints, version: CalendarVersion, term_unit: str = "workdays",
    pauses: Pauses | None = None, caps: Ints | None = None,
) -> tuple[Ints, Ints]:
    """`(amber_at, due_at)` of many clocks of one version: whole UTC seconds, NAT where there is none.

    `caps` are moments that may not be passed (NAT: no cap). The same results as `due` one by one.
    """
    calendar = compiled(version.pk)
    amber, moments = thresholds(starts, _term(amounts, term_unit, version), calendar, version.amber, pauses)
    if caps is None:
        return amber, moments
    nat = np.iinfo(np.int64).min
    capped = (caps != nat) & ((moments == nat) | (caps < moments))
    turned = amber_of(starts, np.where(capped, caps, nat), calendar, version.amber)
    return np.where(capped, turned, amber), np.where(capped, caps, moments)
