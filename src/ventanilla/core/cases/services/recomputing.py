"""Deadlines after a calendar changed, or a unit got one of its own: preview what flips, then apply, logged. Never silently.

Clocks that run on an older version of the calendar, and those of units where it holds now that run on another one (it is new there, the
other ended, the unit moved), are computed by its newest version, level by level: first the cases, then their turns, then the turns below,
so that no turn is due after what it hangs from. Turns of other calendars that hang from them keep theirs, and are due no later than they.
"""
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from numpy.typing import NDArray
from procrastinate.exceptions import AlreadyEnqueued

from ventanilla.core.audit.models import Entry
from ventanilla.core.audit.services import record
from ventanilla.core.cases.kinds import kinds
from ventanilla.core.cases.limits import margin_of, within_margin
from ventanilla.core.cases.models import Clock
from ventanilla.core.cases.models.turns import Turn
from ventanilla.core.cases.places import place
from ventanilla.core.cases.shifts import Foreseen, Shift
from ventanilla.core.notices.services import NoticeDraft, notify
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Institution, Person
from ventanilla.core.orgs.services.setup import require
from ventanilla.core.workdays.models import Calendar, CalendarVersion
from ventanilla.core.workdays.services import VersionDraft, compile_draft, compiled, due_many, units_of
from ventanilla.lib import worktime as wt

Ints = NDArray[np.int64]
UNITS = ("workdays", "workhours", "workminutes", "calendar_days")
LARGE: Final = 20_000
"""Clocks above which nobody waits for them: effects are foreseen, and applied, by a job."""
TASK: Final = "cases.recompute"

_LOAD = """
WITH RECURSIVE picked AS (
  SELECT k.id, k.case_id, k.turn_id FROM cases_clock k JOIN workdays_calendarversion v ON v.id = k.version_id
  WHERE v.calendar_id = %(calendar)s AND k.state <> 'stop'
  UNION SELECT k.id, k.case_id, k.turn_id FROM cases_clock k WHERE k.id = ANY (%(joining)s::bigint[]) AND k.state <> 'stop'
), hanging AS (
  SELECT t.id FROM cases_turn t JOIN picked p ON t.parent_id = p.turn_id WHERE %(several)s
  UNION SELECT t.id FROM cases_turn t JOIN picked p ON t.case_id = p.case_id AND p.turn_id IS NULL WHERE %(several)s AND t.parent_id IS NULL
  UNION SELECT t.id FROM cases_turn t JOIN hanging h ON t.parent_id = h.id
), looked AS (
  SELECT id, turn_id, true AS own FROM picked
  UNION ALL SELECT k.id, k.turn_id, false FROM cases_clock k JOIN hanging h ON k.turn_id = h.id
    WHERE k.state <> 'stop' AND NOT EXISTS (SELECT 1 FROM picked p WHERE p.id = k.id)
)
SELECT k.id, k.case_id, coalesce(k.turn_id, 0), coalesce(t.parent_id, 0),
       k.term_unit, coalesce(k.amount, -1), floor(extract(epoch FROM k.start))::bigint,
       floor(extract(epoch FROM k.due_at))::bigint, floor(extract(epoch FROM k.amber_at))::bigint,
       CASE WHEN k.turn_id IS NULL THEN NULL ELSE floor(extract(epoch FROM coalesce(a.due_at, c.due_at)))::bigint END, l.own::int
FROM looked l JOIN cases_clock k ON k.id = l.id JOIN cases_case c ON c.id = k.case_id
LEFT JOIN cases_turn t ON t.id = k.turn_id LEFT JOIN cases_turn a ON a.id = t.parent_id
ORDER BY k.id
"""


@dataclass
class Preview:
    """What would change: clocks looked at, moved, how many lights go from one colour to another, and which become late or stop being."""

    version: CalendarVersion | VersionDraft
    looked_at: int = 0
    moved: int = 0
    flips: dict[tuple[str, str], int] = field(default_factory=dict)
    clocks: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    due: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    amber: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    was: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    cases: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    become_late: int = 0
    stop_being_late: int = 0
    foreseen: Foreseen = field(default_factory=Foreseen)
    joining: list[int] = field(default_factory=list)


@dataclass
class _Rows:
    """The running clocks of a calendar as columns; moments are UTC seconds, NAT where there is none."""

    id: Ints
    case: Ints
    turn: Ints
    parent: Ints
    level: Ints
    unit: NDArray[np.str_]
    amount: Ints
    start: Ints
    due: Ints
    amber: Ints
    above: Ints
    own: NDArray[np.bool_]
    pauses: wt.Pauses
    joining: list[int]

    def paused(self, members: Ints) -> wt.Pauses | None:
        """The pauses of these clocks; None when they have none."""
        sizes = np.diff(self.pauses.offsets)[members]
        if not sizes.any():
            return None
        theirs = np.isin(self.pauses.rows, members)  # both are in order of the clocks
        return wt.Pauses(np.concatenate(([0], np.cumsum(sizes))), self.pauses.starts[theirs], self.pauses.ends[theirs])


def preview(calendar: Calendar, draft: VersionDraft | None = None) -> Preview:
    """What the newest version of the calendar, or a draft not published yet, would change; writes nothing.

    The calendar itself may be one that is not kept yet.
    """
    version = draft or CalendarVersion.objects.filter(calendar=calendar).newest().get()
    rows = _load(calendar)
    due, amber = _computed(rows, version, calendar.institution)
    moved = (due != rows.due) | (amber != rows.amber)
    now = int(timezone.now().timestamp())
    running = np.zeros(rows.id.size, np.bool_)
    before, after = wt.lights(now, rows.amber, rows.due, running), wt.lights(now, amber, due, running)
    own = int(rows.own.sum())
    found = Foreseen(own, _late(rows, due, (before, after)))
    return Preview(version, own, int(moved.sum()), _flips(before, after), rows.id[moved], due[moved], amber[moved], rows.due[moved],
                   np.unique(rows.case[moved]), len(found.become_late), len(found.stop_being_late), found, rows.joining)


def foresee(calendar: Calendar, draft: VersionDraft | None = None) -> Preview | None:
    """`preview`, or None when it would look at more than LARGE clocks: of a draft it is told once it is published (`foreseeing`)."""
    return None if looked_at(calendar) > LARGE else preview(calendar, draft)


def looked_at(calendar: Calendar) -> int:
    """How many running clocks `preview` would look at."""
    return running_on(calendar) + sum(rows.count() for rows in _joining(calendar))


def running_on(calendar: Calendar) -> int:
    """How many running clocks are counted by the calendar; none by one that is not kept yet."""
    return Clock.objects.filter(version__calendar=calendar.pk).exclude(state="stop").count() if calendar.pk else 0


def _late(rows: _Rows, due: Ints, lights: tuple[NDArray[np.int8], NDArray[np.int8]]) -> list[Shift]:
    """One for each case with a clock that becomes late or stops being late."""
    names, (before, after) = tuple(wt.Light), lights
    red = names.index(wt.Light.RED)
    found = {int(rows.case[i]): Shift(int(rows.case[i]), _moment(rows.due[i]), _moment(due[i]), names[before[i]], names[after[i]])
             for i in reversed(np.flatnonzero((before == red) != (after == red)).tolist())}
    return [found[pk] for pk in sorted(found)]


def _moment(seconds: int) -> datetime | None:
    return None if seconds == wt.NAT else datetime.fromtimestamp(int(seconds), UTC)


def _joining(calendar: Calendar) -> list[QuerySet[Clock]]:
    """Clocks of units where the calendar holds that run on the one of another place; each stands in one of these."""
    others = CalendarVersion.objects.filter(calendar__institution=calendar.institution, calendar__purpose="").exclude(calendar=calendar.pk)
    versions = list(others.values_list("pk", flat=True))
    units = units_of(calendar) if versions else []
    if not units:
        return []
    running = Clock.objects.exclude(state="stop").filter(version__in=versions)
    own = [kind for kind in kinds() if kind.hours_of]
    cases = running.filter(turn_id=None)
    return [running.filter(turn_id__in=Turn.objects.filter(unit__in=units).values("pk")),
            cases.filter(case__unit__in=units).exclude(case__kind__in=[kind.slug for kind in own]),
            *(cases.filter(case__in=hours_of(units)) for hours_of in {kind.hours_of for kind in own} if hours_of)]


def _load(calendar: Calendar) -> _Rows:
    several = Calendar.objects.filter(institution=calendar.institution, purpose="").exclude(pk=calendar.pk).exists()
    joining = sorted({pk for rows in _joining(calendar) for pk in rows.values_list("pk", flat=True)})
    with connection.cursor() as cursor:
        cursor.execute(_LOAD, {"calendar": calendar.pk, "joining": joining, "several": several})
        columns = list(zip(*cursor.fetchall(), strict=True)) or [()] * 11
    n = [np.array([wt.NAT if v is None else v for v in c], np.int64) for i, c in enumerate(columns) if i != 4]
    level, unit = levels(n[2], n[3]), np.array(columns[4], dtype=np.str_)
    order = np.argsort(level, kind="stable")
    n = [column[order] for column in n]
    return _Rows(n[0], n[1], n[2], n[3], level[order], unit[order], n[4], n[5], n[6], n[7], n[8], n[9] == 1, _pauses(n[0]), joining)


def levels(turn: Ints, parent: Ints) -> Ints:
    """For each clock 0 when it is of a case, 1 when its turn hangs from none of these turns, else one more than the turn it hangs from.

    `turn` and `parent` are keys of turns, 0 where there is none.
    """
    level: Ints = (turn != 0).astype(np.int64)
    known, first = np.unique(turn, return_index=True)
    at = np.minimum(np.searchsorted(known, parent), known.size - 1)
    below = np.flatnonzero((parent != 0) & (known[at] == parent))
    holder = first[at[below]]
    for _level in range(below.size):
        if (level[below] > level[holder]).all():
            break
        level[below] = level[holder] + 1
    return level


_PAUSES = """
SELECT p.clock_id, floor(extract(epoch FROM p.since))::bigint, floor(extract(epoch FROM p.until))::bigint
FROM cases_pause p JOIN unnest(%s::bigint[]) AS k(id) ON k.id = p.clock_id
"""


def _pauses(clocks: Ints) -> wt.Pauses:
    """The pauses of these clocks, in their order."""
    with connection.cursor() as cursor:
        cursor.execute(_PAUSES, [clocks.tolist()])
        found = cursor.fetchall()
    if not found:
        return wt.Pauses.of([() for _clock in range(clocks.size)])
    order = np.argsort(clocks, kind="stable")
    at = order[np.searchsorted(clocks, [row[0] for row in found], sorter=order)]
    by = np.argsort(at, kind="stable")
    starts = np.array([row[1] for row in found], np.int64)[by]
    ends = np.array([wt.OPEN if row[2] is None else row[2] for row in found], np.int64)[by]
    sizes = np.bincount(at, minlength=clocks.size)
    return wt.Pauses(np.concatenate(([0], np.cumsum(sizes))).astype(np.int64), starts, ends)


def _computed(rows: _Rows, version: CalendarVersion | VersionDraft, institution: Institution) -> tuple[Ints, Ints]:
    zone, margin = institution.time_zone, margin_of(institution.policy)
    calendar = compile_draft(version, zone) if isinstance(version, VersionDraft) else compiled(version.pk)
    due, amber = rows.due.copy(), rows.amber.copy()
    case_due: dict[int, int] = {}
    turn_due: dict[int, int] = {}
    for level in np.unique(rows.level):
        for members in _groups(rows, rows.level == level):
            above = _caps(rows, members, case_due, turn_due)
            caps = within_margin(above, rows.start[members], margin, calendar)
            amber[members], due[members] = due_many(
                starts=rows.start[members], amounts=rows.amount[members], version=version,
                term_unit=str(rows.unit[members[0]]), caps=caps, pauses=rows.paused(members), zone=zone)
        for members in _groups(rows, (rows.level == level) & ~rows.own, own=False):
            late = members[_later(due[members], _caps(rows, members, case_due, turn_due))]
            due[late] = _caps(rows, late, case_due, turn_due)
            amber[late] = np.minimum(amber[late], due[late])
        here = np.flatnonzero(rows.level == level)
        target = case_due if level == 0 else turn_due
        keys = rows.case[here] if level == 0 else rows.turn[here]
        target.update(zip(keys.tolist(), due[here].tolist(), strict=True))
    return due, amber


def _groups(rows: _Rows, where: NDArray[np.bool_], *, own: bool = True) -> Iterator[Ints]:
    """Clocks with a term, by its unit; those set by hand or without a term stay as they are."""
    for unit in UNITS:
        members = np.flatnonzero(where & (rows.unit == unit) & (rows.amount >= 0) & (rows.own == own))
        if members.size:
            yield members


def _later(due: Ints, caps: Ints) -> NDArray[np.bool_]:
    """Due after what they hang from."""
    found: NDArray[np.bool_] = (caps != wt.NAT) & (due != wt.NAT) & (due > caps)
    return found


def _caps(rows: _Rows, members: Ints, case_due: dict[int, int], turn_due: dict[int, int]) -> Ints:
    """What each clock hangs from: the turn above, or the case, as it is where it is not computed here; NAT for the case's own clock."""
    if not members.size or not int(rows.turn[members[0]]):
        return np.full(members.size, wt.NAT, np.int64)
    found = zip(*(column[members].tolist() for column in (rows.parent, rows.case, rows.above)), strict=True)
    return np.array([turn_due.get(p, above) if p else case_due.get(c, above) for p, c, above in found], np.int64)


def _flips(before: NDArray[np.int8], after: NDArray[np.int8]) -> dict[tuple[str, str], int]:
    lights = tuple(wt.Light)
    changed = before != after
    pairs, counts = np.unique(np.stack([before[changed], after[changed]]), axis=1, return_counts=True)
    return {(lights[int(a)].value, lights[int(b)].value): int(n) for (a, b), n in zip(pairs.T, counts, strict=True)}


# Of a matter in which somebody changed a deadline while they were computed nothing is written: it waits for the next time.
_APPLY = """
CREATE TEMP TABLE overtaken ON COMMIT DROP AS
SELECT DISTINCT k.case_id FROM unnest(%(clocks)s::bigint[], %(was)s::bigint[]) AS n(id, was) JOIN cases_clock k ON k.id = n.id
WHERE k.state <> 'stop' AND floor(extract(epoch FROM k.due_at))::bigint IS DISTINCT FROM n.was;
CREATE TEMP TABLE recomputed ON COMMIT DROP AS
SELECT k.id, k.case_id, k.turn_id, to_timestamp(n.due) AS due_at, to_timestamp(n.amber) AS amber_at
FROM unnest(%(clocks)s::bigint[], %(due)s::bigint[], %(amber)s::bigint[]) AS n(id, due, amber)
JOIN cases_clock k ON k.id = n.id AND k.state <> 'stop'
WHERE NOT EXISTS (SELECT 1 FROM overtaken o WHERE o.case_id = k.case_id);
ANALYZE recomputed;
UPDATE cases_clock k SET due_at = r.due_at, amber_at = r.amber_at FROM recomputed r WHERE r.id = k.id;
UPDATE cases_clock k SET version_id = %(version)s FROM workdays_calendarversion v
  WHERE v.id = k.version_id AND v.calendar_id = %(calendar)s AND k.state <> 'stop' AND k.version_id <> %(version)s
  AND NOT EXISTS (SELECT 1 FROM overtaken o WHERE o.case_id = k.case_id);
UPDATE cases_clock k SET version_id = %(version)s WHERE k.id = ANY (%(joining)s::bigint[]) AND k.state <> 'stop'
  AND NOT EXISTS (SELECT 1 FROM overtaken o WHERE o.case_id = k.case_id);
UPDATE cases_turn t SET due_at = r.due_at, amber_at = r.amber_at FROM recomputed r WHERE r.turn_id = t.id;
UPDATE cases_case c SET due_at = g.due_at, amber_at = g.amber_at FROM (
    SELECT DISTINCT ON (k.case_id) k.case_id, k.due_at, k.amber_at FROM cases_clock k
    WHERE k.turn_id IS NULL AND k.state = 'run' AND k.case_id IN (SELECT r.case_id FROM recomputed r WHERE r.turn_id IS NULL)
    ORDER BY k.case_id, k.due_at NULLS LAST, k.id) g
  WHERE g.case_id = c.id;
INSERT INTO cases_move (institution_id, case_id, verb, from_state, to_state, actor_id, reason, detail, at, source)
SELECT c.institution_id, c.id, 'recompute', c.state, c.state, %(actor)s, %(reason)s, '{}', %(at)s, 'web'
FROM cases_case c WHERE c.id = ANY (%(cases)s::bigint[]) AND NOT EXISTS (SELECT 1 FROM overtaken o WHERE o.case_id = c.id);
DROP TABLE recomputed, overtaken;
"""


@transaction.atomic
def apply(*, actor: Person, calendar: Calendar, reason: str = "") -> Preview:
    """Write what `preview` shows now, but for matters in which somebody changes a deadline meanwhile. Raises NotAllowed. One log entry,
    and a move for each case touched."""
    require(actor, cap.ADMIN_CALENDARS)
    found = preview(calendar)
    assert isinstance(found.version, CalendarVersion)
    ids = found.cases.tolist()
    nullable = [[None if v == wt.NAT else v for v in column.tolist()] for column in (found.due, found.amber, found.was)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM cases_case WHERE id = ANY(%s) ORDER BY id FOR UPDATE", [ids])
        values = {"clocks": found.clocks.tolist(), "due": nullable[0], "amber": nullable[1], "was": nullable[2],
                  "version": found.version.pk, "calendar": calendar.pk, "joining": found.joining, "actor": actor.pk,
                  "reason": reason or found.version.note,
                  "at": timezone.now(), "cases": ids}
        for statement in _APPLY.split(";\n"):
            if statement.strip():
                cursor.execute(statement, values)
        for start in range(0, len(ids), 500):
            place(ids[start:start + 500])  # moments change, who holds what does not
    record("cases.recompute", actor=actor, institution_id=calendar.institution_id, subject=f"calendar:{calendar.pk}",
           detail={"version": found.version.number, "looked_at": found.looked_at, "moved": found.moved,
                   "flips": {f"{a}>{b}": n for (a, b), n in found.flips.items()}})
    return found


def waiting(calendar: Calendar) -> int:
    """How many running clocks still use an older version of the calendar, or another one where this holds now; none once it ended."""
    if calendar.ended:
        return 0
    newest = CalendarVersion.objects.filter(calendar=calendar).newest().first()
    old = Clock.objects.filter(version__calendar=calendar).exclude(state="stop")
    return old.exclude(version=newest).count() + sum(rows.count() for rows in _joining(calendar)) if newest else 0


def order(*, actor: Person, calendar: Calendar, reason: str = "") -> Preview | None:
    """`apply` now, or as a job when it looks at more than LARGE clocks (then None, and a notice tells when it is done).

    Raises NotAllowed. Ordering twice while the job waits is one job.
    """
    from ventanilla.core.cases.tasks import recompute

    require(actor, cap.ADMIN_CALENDARS)
    if looked_at(calendar) <= LARGE:
        return apply(actor=actor, calendar=calendar, reason=reason)
    with suppress(AlreadyEnqueued), transaction.atomic():
        recompute.configure(queueing_lock=f"{TASK}:{calendar.pk}").defer(actor_id=actor.pk, calendar_id=calendar.pk, reason=reason)
    return None


def apply_and_tell(*, actor: Person, calendar: Calendar, reason: str = "") -> Preview:
    """The job: apply, and tell who ordered it. Doing it again changes nothing."""
    with transaction.atomic():
        found = apply(actor=actor, calendar=calendar, reason=reason)
        assert isinstance(found.version, CalendarVersion)
        notify(recipients=[actor.pk], draft=NoticeDraft(
            "system", _("Se recalcularon los plazos de «%(name)s»") % {"name": calendar.name},
            f"recompute:{calendar.pk}:{found.version.pk}",
            _("Cambiaron %(moved)s de %(seen)s plazos.") % {"moved": f"{found.moved:,}", "seen": f"{found.looked_at:,}"}))
    return found


def history(calendar: Calendar) -> list[dict[str, Any]]:
    """The last ten times that running deadlines were recomputed: `at`, `actor_id`, and what the log keeps of each."""
    return [{"at": e.at, "actor_id": e.actor_id, **json.loads(e.detail or "{}")} for e in applied(calendar)[:10]]


def applied(calendar: Calendar) -> QuerySet[Entry]:
    """The entries of the log of the times that running deadlines were recomputed, the last first."""
    rows = Entry.objects.filter(institution_id=calendar.institution_id, verb="cases.recompute", subject=f"calendar:{calendar.pk}")
    return rows.order_by("-id")


_JOB = """
SELECT status::text FROM procrastinate_jobs
WHERE task_name = %s AND (args->>'calendar_id')::bigint = %s AND status IN ('todo', 'doing') ORDER BY id DESC LIMIT 1
"""


def running(calendar: Calendar, task: str = TASK) -> str:
    """"todo" or "doing" while a job of this calendar waits or works; empty when there is none."""
    with connection.cursor() as cursor:
        cursor.execute(_JOB, [task, calendar.pk])
        row = cursor.fetchone()
    return row[0] if row else ""
