"""Report by "Nombre del Sistema": volume, faults that come back, working time to solve, reopenings, and what was learned.

A system is a configuration item that is a business service or an application (or of a type below these) and that tickets are tied
to; or the text that a form wrote in a field with one of SYSTEM_KEYS. Everything counts as it was known at the moment of the period:
ties too, and of what was learned what was known then.
"""
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

import numpy as np
from django.db.models import Q

from ventanilla.core.cases.models import Case, CaseLink, Move, Pause
from ventanilla.core.cases.words import state_of
from ventanilla.core.orgs.models import Institution, Unit
from ventanilla.core.workdays.services import compiled, versions_for
from ventanilla.lib.numbers import whole
from ventanilla.lib.worktime import stamp
from ventanilla.modules.servicedesk.models import (
    Cause,
    CIType,
    ConfigurationItem,
    KnownError,
    PastTicketItem,
    Problem,
    ProblemStep,
    TicketItem,
)
from ventanilla.modules.servicedesk.services.cmdb.referring import OPEN_TYPES
from ventanilla.modules.servicedesk.services.reports.facts import Scope, query
from ventanilla.modules.servicedesk.services.reports.measures import CAUSE, SYSTEM_KEYS, TIED
from ventanilla.modules.servicedesk.services.reports.periods import Period

_SYSTEMS: Final = f"""
SELECT k.key, f.case_id, f.kind, {CAUSE}, f.reopened,
       f.received_at >= %(since)s AND f.received_at < %(until)s,
       CASE WHEN f.resolved_at >= %(since)s AND f.resolved_at < %(until)s THEN f.resolved_at END,
       coalesce(o.start, f.received_at), o.id, o.version_id, c.unit_id
FROM f JOIN (
  SELECT t.case_id, 'ci:' || t.item_id AS key FROM {TIED} t JOIN servicedesk_configurationitem i ON i.id = t.item_id
  WHERE t.institution_id = %(institution)s AND i.type_id = ANY (%(types)s::bigint[])
  UNION
  SELECT v.case_id, v.text FROM questionnaires_fieldvalue v JOIN questionnaires_response q ON q.id = v.response_id AND q.role = 'record'
  WHERE v.institution_id = %(institution)s AND v.key = ANY (%(keys)s) AND v.position = 0 AND v.text IS NOT NULL
) k ON k.case_id = f.case_id
JOIN cases_case c ON c.id = f.case_id
LEFT JOIN cases_clock o ON o.case_id = f.case_id AND o.turn_id IS NULL AND o.kind = 'resolve'
"""


class Row(NamedTuple):
    """A ticket of a system. `resolved_at` only when it was attended in the period; `version_id` of the calendar of its promise."""

    key: str
    case_id: int
    kind: str
    cause_id: int | None
    reopened: int
    received: bool
    resolved_at: datetime | None
    start: datetime
    clock_id: int | None
    version_id: int | None
    unit_id: int


@dataclass(frozen=True)
class Lesson:
    """Something that was learned of a system: a problem with its plan, or a known error. `done` of `steps` of the plan are made."""

    case: Case
    state: str
    text: str
    workaround: str = ""
    steps: int = 0
    done: int = 0
    definitive: bool = False


@dataclass(frozen=True)
class SystemLine:
    """One system in the period. `median` and `p90` are minutes of working time from start to solution, waits not counted.

    `causes` are those of its attended incidents with how often, most frequent first.
    """

    key: str
    label: str
    received: int
    incidents: int
    attended: int
    reopened: int
    median: float | None
    p90: float | None
    causes: Sequence[tuple[str, int]]
    lessons: Sequence[Lesson] = field(default_factory=list)

    @property
    def repeated(self) -> Sequence[tuple[str, int]]:
        """Causes that came back: what the next development should avoid."""
        return [(name, n) for name, n in self.causes if n > 1]

    @property
    def item_id(self) -> int | None:
        """The configuration item, when the system is one."""
        return whole(self.key[3:]) if self.key.startswith("ci:") else None


def by_system(scope: Scope, period: Period, only: str = "") -> list[SystemLine]:
    """The systems of the period's requests and incidents, those with most first; `only` one of them, by its key.

    The number of queries does not depend on how many tickets or systems there are.
    """
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in map(Row._make, query(scope, period, _SYSTEMS, keys=list(SYSTEM_KEYS), types=system_types(scope.institution))):
        if (row.received or row.resolved_at is not None) and (not only or row.key == only):
            groups[row.key].append(row)
    names = names_of(groups)
    causes = dict(Cause.objects.filter(institution=scope.institution).values_list("pk", "name"))
    minutes = working_minutes({row.case_id: row for rows in groups.values() for row in rows if row.resolved_at})
    learned = _lessons(scope, {key: [r.case_id for r in rows] for key, rows in groups.items()}, period.as_of)
    lines = [_line(names.get(key, key), rows, causes, minutes, learned[key]) for key, rows in groups.items()]
    return sorted(lines, key=lambda line: (-line.received, line.label, line.key))


def system_types(institution: Institution) -> list[int]:
    """Ids of the types whose items are systems: business services, applications and what is below them."""
    parents = {t.pk: (t.slug, t.parent_id) for t in CIType.objects.filter(institution=institution)}

    def is_system(pk: int | None) -> bool:
        slug, above = parents.get(pk or 0, ("", None))
        return slug in OPEN_TYPES or (above is not None and is_system(above))

    return sorted(pk for pk in parents if is_system(pk))


def names_of(keys: Iterable[str]) -> dict[str, str]:
    """Keys of systems in words: the item's name, or the text as it was written."""
    ids = {pk: k for k in keys if k.startswith("ci:") and (pk := whole(k[3:])) is not None}
    rows = ConfigurationItem.objects.filter(pk__in=ids).values_list("pk", "name")
    return {ids[pk]: name for pk, name in rows}


def _line(label: str, rows: Sequence[Row], causes: Mapping[int, str], minutes: Mapping[int, float],
          lessons: Sequence[Lesson]) -> SystemLine:
    done = [r for r in rows if r.resolved_at]
    taken = [minutes[r.case_id] for r in done]
    counted = Counter(causes[r.cause_id] for r in done if r.kind == "incident" and r.cause_id is not None and r.cause_id in causes)
    median, p90 = (float(np.percentile(taken, q)) if taken else None for q in (50, 90))
    incidents = sum(r.received and r.kind == "incident" for r in rows)
    return SystemLine(rows[0].key, label, sum(r.received for r in rows), incidents, len(done), sum(r.reopened > 0 for r in done),
                      median, p90, sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])), lessons)


# --- working time --------------------------------------------------------------------------------------------


def working_minutes(rows: Mapping[int, Row]) -> dict[int, float]:
    """Minutes of coverage from the start of each ticket's promise to its solution, without its pauses.

    On the calendar of the promise, else on that of the unit in charge; seconds are whole. One pass of the kernel per calendar.
    """
    standing = {u.pk: u for u in Unit.objects.filter(pk__in={r.unit_id for r in rows.values() if r.version_id is None})}
    usual = {unit_id: version.pk for unit_id, version in versions_for(standing.values()).items()} if standing else {}
    points: dict[int, list[tuple[int, int, int]]] = defaultdict(list)  # calendar version -> (case, sign, moment)
    waits = _waits(rows)
    for case_id, row in rows.items():
        assert row.resolved_at
        low, high = stamp(row.start), stamp(row.resolved_at)
        version = row.version_id or usual[row.unit_id]
        points[version] += [(case_id, -1, min(low, high)), (case_id, 1, high)]
        points[version] += [(case_id, *edge) for a, b in merged(waits.get(case_id, ()), low, high) for edge in ((1, a), (-1, b))]
    found: dict[int, int] = dict.fromkeys(rows, 0)
    for version, told in points.items():
        worked = compiled(version).worked(np.array([moment for _c, _s, moment in told], np.int64)).tolist()
        for (case_id, sign, _moment), seconds in zip(told, worked, strict=True):
            found[case_id] += sign * seconds
    return {case_id: seconds / 60 for case_id, seconds in found.items()}


def _waits(rows: Mapping[int, Row]) -> dict[int, list[tuple[int, int | None]]]:
    of_clock = {row.clock_id: case_id for case_id, row in rows.items() if row.clock_id}
    found: dict[int, list[tuple[int, int | None]]] = defaultdict(list)
    for clock_id, since, until in Pause.objects.filter(clock_id__in=of_clock).values_list("clock_id", "since", "until"):
        found[of_clock[clock_id]].append((stamp(since), stamp(until) if until else None))
    return found


def merged(spans: Iterable[tuple[int, int | None]], low: int, high: int) -> list[tuple[int, int]]:
    """Spans cut to [low, high], those that touch as one; an open one lasts to the end."""
    cut = sorted((max(a, low), min(high if b is None else b, high)) for a, b in spans)
    found: list[tuple[int, int]] = []
    for a, b in cut:
        if b <= a:
            continue
        if found and a <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], b)
        else:
            found.append((a, b))
    return found


# --- lessons -------------------------------------------------------------------------------------------------


def _lessons(scope: Scope, groups: Mapping[str, Sequence[int]], as_of: datetime) -> dict[str, list[Lesson]]:
    """Problems that caused the tickets of a system or are tied to it, and known errors of both; only what the reader may read,
    and what there was by then (links between tickets keep no moment: those to what there was count).
    """
    of_ticket: dict[int, set[str]] = defaultdict(set)
    for key, ids in groups.items():
        for case_id in ids:
            of_ticket[case_id].add(key)
    keys: dict[int, set[str]] = defaultdict(set)
    links = CaseLink.objects.filter(kind__in=["caused_by", "known_as"]).values_list("case_id", "other_id")
    for case_id, other in links.filter(case_id__in=of_ticket):
        keys[other] |= of_ticket[case_id]
    items = {pk: k for k in groups if k.startswith("ci:") and (pk := whole(k[3:])) is not None}
    for case_id, item in _tied(list(items), as_of):
        keys[case_id].add(items[item])
    for case_id, other in links.filter(case_id__in=list(keys), kind="known_as"):
        keys[other] |= keys[case_id]
    found: dict[str, list[Lesson]] = {key: [] for key in groups}
    for lesson in _told(scope, keys, as_of):
        for key in keys[lesson.case.pk]:
            found[key].append(lesson)
    return found


def _tied(items: Sequence[int], as_of: datetime) -> list[tuple[int, int]]:
    """Problems and known errors that were tied to the items then."""
    about: dict[str, Any] = {"item_id__in": items, "case__kind__in": ["problem", "known_error"]}
    now = TicketItem.objects.filter(Q(at__lte=as_of) | Q(source="import"), **about).values_list("case_id", "item_id")
    past = PastTicketItem.objects.filter(since__lte=as_of, until__gt=as_of, **about).values_list("case_id", "item_id")
    return [*now, *past]


def _told(scope: Scope, ids: Iterable[int], as_of: datetime) -> list[Lesson]:
    rows = Case.objects.visible_to(scope.person) if scope.person else Case.objects.filter(institution=scope.institution)
    cases = _then(list(rows.filter(pk__in=list(ids), kind__in=["problem", "known_error"]).order_by("kind", "pk")), as_of)
    problems, errors = Problem.objects.in_bulk([c.pk for c in cases]), KnownError.objects.in_bulk([c.pk for c in cases])
    plans: dict[int, list[ProblemStep]] = defaultdict(list)
    for step in ProblemStep.objects.filter(case__in=cases).order_by("pk"):
        plans[step.case_id].append(step)
    found = set(Move.objects.filter(case__in=cases, verb="identify", at__lte=as_of).values_list("case_id", flat=True))
    return [_lesson(case, (problems.get(case.pk) if case.pk in found else None) or errors.get(case.pk), plans[case.pk], as_of)
            for case in cases]


def _then(cases: Sequence[Case], as_of: datetime) -> list[Case]:
    """Those that there were, each in the state that it was in; what had been discarded is left out."""
    moves = Move.objects.filter(case__in=cases, turn_id=None, at__lte=as_of).order_by("case_id", "-id").distinct("case_id")
    states = dict(moves.values_list("case_id", "to_state"))
    for case in cases:
        imported = case.source == "import" and case.received_at <= as_of
        case.state = states.get(case.pk, case.state if imported else "")
    return [case for case in cases if case.state not in ("", "cancelled")]


def _lesson(case: Case, facts: Any, plan: Sequence[ProblemStep], as_of: datetime) -> Lesson:
    done = [s for s in plan if s.done_at is not None and s.done_at <= as_of]
    return Lesson(case, state_of(case), facts.root_cause if facts else "", facts.workaround if facts else "", len(plan), len(done),
                  any(s.definitive for s in done))
