"""Clocks of tickets of the past, as the verbs would have left them: pauses from the events, moments by the kernel, all at once."""
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from ventanilla.core.cases.kinds import CaseKind, kind_of
from ventanilla.core.workdays.models import CalendarVersion
from ventanilla.core.workdays.services import due_many
from ventanilla.lib import worktime as wt
from ventanilla.modules.servicedesk.services.importing.past import Happened, Promise, TicketPast

REOPENED = "Cerrado antes de reabrirse"


@dataclass(slots=True)
class Stretch:
    """A pause; `until` None while it lasts."""

    since: datetime
    until: datetime | None
    reason: str


@dataclass(slots=True)
class Waiting:
    """Which clocks run on while a ticket is held: said by the move that holds it, and true until it lands in another state."""

    state: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)

    def follow(self, state: str, detail: Mapping[str, Any]) -> None:
        """One move more, in order."""
        if "runs" in detail or state != self.state:
            self.detail = {"runs": detail.get("runs", ())}
        self.state = state


@dataclass(slots=True)
class Counted:
    """A clock as it ends up: its state, its pauses, and its two moments (None: no term, or it waits, or no open time is left)."""

    promise: Promise
    state: str = "run"
    stopped_at: datetime | None = None
    pauses: list[Stretch] = field(default_factory=list)
    due_at: datetime | None = None
    amber_at: datetime | None = None
    id: int = 0

    def live(self, happened: Iterable[Happened], kind: CaseKind) -> None:
        """Follow everything that happened since the clock began, in order."""
        ended, said = None, Waiting()
        for event in happened:
            then = kind_of(event.kind) if event.kind else kind
            said.follow(event.state, event.detail)
            if event.counts_at >= self.promise.start:
                self.follow(then.mode(self.promise.kind, event.state, said.detail), event, ended)
            ended = (ended or event.counts_at) if then.flow.is_end(event.state) else None

    def follow(self, mode: str, event: Happened, ended: datetime | None) -> None:
        """Do what the state says; `ended`: since when the ticket had ended before (None: it was open).

        Standing still before a reopening is a pause too; what stopped before the end stays stopped (as `core.cases.clocks`).
        """
        if mode == self.state or (self.stopped_at and (ended is None or self.stopped_at < ended)):
            return
        if self.state == "stop" and self.stopped_at and event.counts_at > self.stopped_at:
            self.pauses.append(Stretch(self.stopped_at, event.counts_at, _(REOPENED)))
        if self.state == "pause":
            self.pauses[-1].until = event.counts_at
        if mode == "pause":
            self.pauses.append(Stretch(event.counts_at, None, event.reason[:200]))
        self.state, self.stopped_at = mode, event.counts_at if mode == "stop" else None


def played(past: TicketPast) -> list[Counted]:
    """The clocks of a ticket at the end of what happened; due moments come from `set_dues`."""
    kind = kind_of(past.kind)
    clocks = [Counted(p) for p in past.promises]
    for clock in clocks:
        clock.live(past.happened, kind)
    return clocks


def set_dues(clocks: Sequence[Counted], versions: Mapping[int, CalendarVersion]) -> None:
    """Amber and due moments of all clocks with a term: one kernel call per version of a calendar."""
    groups: dict[int, list[Counted]] = defaultdict(list)
    for clock in clocks:
        if clock.promise.minutes is not None:
            groups[clock.promise.version_id].append(clock)
    for version_id, members in groups.items():
        starts = np.array([wt.stamp(c.promise.start) for c in members], np.int64)
        pauses = wt.Pauses.of([[(wt.stamp(p.since), wt.stamp(p.until) if p.until else wt.OPEN) for p in c.pauses] for c in members])
        ambers, dues = due_many(starts=starts, amounts=np.array([c.promise.minutes for c in members]), version=versions[version_id],
                                term_unit="workminutes", pauses=pauses)
        for clock, amber, due in zip(members, ambers.tolist(), dues.tolist(), strict=True):
            clock.amber_at, clock.due_at = _moment(amber), _moment(due)


def _moment(seconds: int) -> datetime | None:
    return None if seconds == wt.NAT else datetime.fromtimestamp(seconds, UTC)


def governing(clocks: Sequence[Counted]) -> tuple[datetime | None, datetime | None]:
    """What the case shows: (due, amber) of the soonest that runs; when all stopped, of the last (as `core.cases.clocks.govern`)."""
    running = [(c.due_at, c.amber_at) for c in clocks if c.state == "run" and c.due_at]
    if running:
        return min(running, key=lambda pair: pair[0])
    stopped = [(c.due_at, c.amber_at) for c in clocks if c.due_at] if all(c.state == "stop" for c in clocks) else []
    return max(stopped, key=lambda pair: pair[0], default=(None, None))
