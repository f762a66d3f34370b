"""Report by "Nombre del Sistema": volume, repeated faults, time to solve, so that the next development does not repeat them.

The system is what the form of the ticket names: a configuration item or a text, in a field with one of KEYS.
"""
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from ventanilla.modules.servicedesk.models import Cause, ConfigurationItem
from ventanilla.modules.servicedesk.services.reports.facts import Scope, query
from ventanilla.modules.servicedesk.services.reports.periods import Period

KEYS: Final = ("sistema", "nombre_del_sistema", "system")

_SYSTEMS = """
SELECT coalesce('ci:' || v.ref, v.text), f.case_id, f.kind, f.cause_id, f.reopened > 0,
       f.received_at >= %(since)s AND f.received_at < %(until)s,
       CASE WHEN f.resolved_at >= %(since)s AND f.resolved_at < %(until)s
         THEN extract(epoch FROM f.resolved_at - f.received_at)::float / 3600 END
FROM f JOIN questionnaires_fieldvalue v ON v.case_id = f.case_id AND v.key = ANY (%(keys)s) AND v.position = 0
JOIN questionnaires_response q ON q.id = v.response_id AND q.role = 'record'
WHERE coalesce(v.ref::text, v.text) IS NOT NULL
"""


@dataclass(frozen=True)
class SystemLine:
    """One system in the period. `causes` are those of its attended incidents with how often, most frequent first; `hours` a median."""

    key: str
    label: str
    received: int
    incidents: int
    attended: int
    reopened: int
    hours: float | None
    causes: Sequence[tuple[str, int]]

    @property
    def repeated(self) -> Sequence[tuple[str, int]]:
        """Causes that came back: what the next development should avoid."""
        return [(name, n) for name, n in self.causes if n > 1]


def by_system(scope: Scope, period: Period) -> list[SystemLine]:
    """The systems that the requests of the period name, those with most first."""
    groups: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for row in query(scope, period, _SYSTEMS, keys=list(KEYS)):
        if row[5] or row[6] is not None:
            groups[row[0]].append(row)
    names = dict(ConfigurationItem.objects.filter(pk__in=[int(k[3:]) for k in groups if k.startswith("ci:")]).values_list("pk", "name"))
    causes = dict(Cause.objects.filter(institution=scope.institution).values_list("pk", "name"))
    lines = [_line(key, names.get(int(key[3:]), key) if key.startswith("ci:") else key, rows, causes) for key, rows in groups.items()]
    return sorted(lines, key=lambda line: (-line.received, line.label))


def _line(key: str, label: str, rows: Sequence[tuple[Any, ...]], causes: dict[int, str]) -> SystemLine:
    done = [r for r in rows if r[6] is not None]
    hours = sorted(r[6] for r in done)
    counted = Counter(causes[r[3]] for r in done if r[2] == "incident" and r[3] in causes)
    middle = len(hours) // 2
    median = None if not hours else hours[middle] if len(hours) % 2 else (hours[middle - 1] + hours[middle]) / 2
    return SystemLine(key, label, sum(r[5] for r in rows), sum(r[5] and r[2] == "incident" for r in rows), len(done),
                      sum(r[4] for r in done), median, sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))
