"""Terms of cases and turns: inputs for the kernel of `lib.worktime`, for one or for a million."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from ventanilla.core.orgs.models import Unit
from ventanilla.core.workdays.models import CalendarVersion
from ventanilla.core.workdays.services import due, due_many, versions_for
from ventanilla.lib import worktime as wt


@dataclass(frozen=True, slots=True)
class Term:
    """A term to answer in: `amount` of `unit` (workdays, workhours, workminutes, calendar_days), or `due_at` by hand."""

    amount: int | None = None
    unit: str = "workdays"
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Goal:
    """One of several clocks of a case: its kind ("own", "resolve"…), its term, and whose calendar (None: the unit's)."""

    kind: str
    term: Term
    version: CalendarVersion | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """One deadline to compute: for whom, from when (aware), with which term, and no later than `cap_at`."""

    unit: Unit
    start: datetime
    term: Term | None
    cap_at: datetime | None = None
    version: CalendarVersion | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """The two moments of the light (None: no term, or no future working time), and by which version."""

    version: CalendarVersion
    due_at: datetime | None
    amber_at: datetime | None
    capped: bool = False


def dues(wishes: Sequence[Wish]) -> list[Due]:
    """The moments of many wishes: one kernel call per version and unit of term; equal to one by one."""
    of_units = versions_for({w.unit.id: w.unit for w in wishes if w.version is None}.values())
    versions = [w.version or of_units[w.unit.id] for w in wishes]
    found: dict[int, Due] = {}
    groups: dict[tuple[int, str], list[int]] = {}
    for i, w in enumerate(wishes):
        if w.term and w.term.amount is not None and not w.term.due_at:
            groups.setdefault((versions[i].id, w.term.unit), []).append(i)
        else:
            found[i] = _by_hand(w, versions[i])
    for (_version_id, unit), members in groups.items():
        found |= _many(wishes, members, unit, versions[members[0]])
    return [found[i] for i in range(len(wishes))]


def _by_hand(wish: Wish, version: CalendarVersion) -> Due:
    """Written by a person, or no term at all: then only what it hangs from limits it."""
    made = due(start=wish.start, amount=None, version=version, by_hand=wish.term.due_at if wish.term else None,
               cap_at=wish.cap_at)
    return Due(version, made.due_at, made.amber_at, made.capped)


def _many(wishes: Sequence[Wish], members: Sequence[int], unit: str, version: CalendarVersion) -> dict[int, Due]:
    starts = np.array([wt.stamp(wishes[i].start) for i in members], np.int64)
    terms = [wishes[i].term or Term(0) for i in members]
    limits = [c.cap_at for c in (wishes[i] for i in members)]
    caps = np.array([wt.stamp(c) if c else wt.NAT for c in limits], np.int64)
    ambers, ends = due_many(starts=starts, amounts=np.array([t.amount or 0 for t in terms]), version=version,
                            term_unit=unit, caps=caps)
    return {i: Due(version, _moment(end), _moment(amber), bool(cap != wt.NAT and end == cap))
            for i, amber, end, cap in zip(members, ambers.tolist(), ends.tolist(), caps.tolist(), strict=True)}


def _moment(seconds: int) -> datetime | None:
    return None if seconds == wt.NAT else datetime.fromtimestamp(seconds, UTC)
