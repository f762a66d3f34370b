"""Due moments of clocks: one with its derivation, or many at once, by the same kernel."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np
from django.utils.translation import get_language, gettext, ngettext
from numpy.typing import NDArray

from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.workdays.models import CalendarVersion
from ventanilla.core.workdays.services.calendars import compiled
from ventanilla.core.workdays.services.drafts import VersionDraft, compile_draft
from ventanilla.lib import english, spanish
from ventanilla.lib.spanish import number
from ventanilla.lib.worktime import (
    Inputs,
    Pause,
    Pauses,
    Term,
    Unit,
    amber_of,
    decide,
    explain,
    sentences,
    stamp,
    thresholds,
    working_days,
)
from ventanilla.lib.worktime.wording import Dates

BY_HAND = "by_hand"
QUARTER = 900  # seconds
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Deadline:
    """When a matter is due (aware moments; None: no term, a running pause or no open time left), and why.

    `inputs.as_json()` is what to store to tell the same again. `capped`: the parent's moment held.
    """

    due_at: datetime | None
    amber_at: datetime | None
    capped: bool
    inputs: Inputs
    version_id: int

    @property
    def derivation(self) -> list[str]:
        """The sentences that say why, in the reader's language."""
        return derivation(self.inputs, self.version_id)


def due(
    *, start: datetime, amount: float | None, version: CalendarVersion, term_unit: str = "workdays",
    by_hand: datetime | None = None, cap_at: datetime | None = None, pauses: Sequence[Pause] = (),
    cap_name: str = "",
) -> Deadline:
    """When a term of `amount` working days, working hours or calendar days from `start` is over.

    `by_hand` is a moment that a person wrote instead; `cap_at` the moment that may not be passed. All
    moments are aware. Raises Refused for a moment outside the calendar written by hand, and ValueError for
    a negative amount, an unknown unit or a naive moment.
    """
    _possible(start, by_hand, version)
    term = None if amount is None or by_hand or term_unit == BY_HAND else term_of(amount, term_unit, version)
    inputs = Inputs(start, term, version.amber, tuple(pauses), cap_at, cap_name, by_hand)
    found = decide(inputs, compiled(version.pk))
    return Deadline(found.due_at, found.amber_at, found.capped, inputs, version.pk)


def _possible(start: datetime, by_hand: datetime | None, version: CalendarVersion) -> None:
    first, last = compiled(version.pk).first, compiled(version.pk).last
    if start.year > 9000 or (by_hand and not first.year <= by_hand.year <= last.year):
        text = gettext("La fecha está fuera del calendario, que va de %(first)s a %(last)s.")
        raise Refused(text % {"first": first.year, "last": last.year}, "due")


@lru_cache(maxsize=16384)
def _days_between(version_id: int, now: int, due: int) -> int:
    """Days begin at a quarter of an hour in every time zone, so all moments of a quarter are one here."""
    return int(working_days(now, due, compiled(version_id))[0])


def in_words(due_at: datetime | None, now: datetime, version_id: int) -> str:
    """"Vence en 2 días hábiles", "Vencido hace 3 días hábiles", "Vence hoy", by working days in between."""
    if due_at is None:
        return gettext("Sin plazo")
    days = _days_between(version_id, stamp(now) // QUARTER * QUARTER, stamp(due_at))
    if now > due_at:
        late = ngettext("Vencido hace %(n)s día hábil", "Vencido hace %(n)s días hábiles", -days)
        return late % {"n": number(-days)} if days else gettext("Ya venció")
    if days < 2:
        return gettext("Vence el siguiente día hábil") if days else gettext("Vence hoy")
    return gettext("Vence en %(n)s días hábiles") % {"n": number(days)}


def days_since(since: datetime, now: datetime, version_id: int) -> int:
    """Whole working days from one aware moment to a later one; 0 for the same day or when it lies ahead."""
    return max(0, _days_between(version_id, stamp(since) // QUARTER * QUARTER, stamp(now) // QUARTER * QUARTER))


def term_of(amount: Any, unit: str, version: CalendarVersion | VersionDraft) -> Term:
    """A term as it is kept: its amount (one, or an array), its unit, and how the version counts days."""
    if unit == "workminutes":
        return Term(np.asarray(amount, np.float64) / 60, Unit.WORKHOURS, version.rule)
    return Term(amount, Unit(unit), version.rule)


def derivation(inputs: Inputs | Mapping[str, Any], version_id: int) -> list[str]:
    """Why a matter is due when it is, in sentences, from inputs as they are or as they were stored."""
    known = inputs if isinstance(inputs, Inputs) else Inputs.from_json(inputs)
    calendar = compiled(version_id)
    return sentences(explain(known, calendar), calendar, gettext, dates_of_reader())


def dates_of_reader() -> Dates:
    """How dates stand in a sentence that is read now: in the active language."""
    return english if (get_language() or "").startswith("en") else spanish


def due_many(
    *, starts: Ints, amounts: Ints, version: CalendarVersion | VersionDraft, term_unit: str = "workdays",
    pauses: Pauses | None = None, caps: Ints | None = None, zone: str = "America/Mexico_City",
) -> tuple[Ints, Ints]:
    """`(amber_at, due_at)` of many clocks of one version: whole UTC seconds, NAT where there is none.

    `caps` are moments that may not be passed (NAT: no cap). The same results as `due` one by one. A draft that was
    not published yet is read in `zone`, to see what it would change.
    """
    calendar = compile_draft(version, zone) if isinstance(version, VersionDraft) else compiled(version.pk)
    amber, moments = thresholds(starts, term_of(amounts, term_unit, version), calendar, version.amber, pauses)
    if caps is None:
        return amber, moments
    nat = np.iinfo(np.int64).min
    capped = (caps != nat) & ((moments == nat) | (caps < moments))
    turned = amber_of(starts, np.where(capped, caps, nat), calendar, version.amber)
    return np.where(capped, turned, amber), np.where(capped, caps, moments)
