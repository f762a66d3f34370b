"""The schedule of changes (ITIL 4, change enablement): which are planned or under way, when, and which cross each other."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.models import Blackout, Change, Team
from ventanilla.modules.servicedesk.services.blackouts import Time, times

OUT: Final = ("rejected", "not_approved", "cancelled")
"""States of a change that does not take place."""
MOST: Final = 300


@dataclass(frozen=True)
class Planned:
    """A change with its window; `crosses`: folios of those here whose hours overlap, `barred`: the periods without changes in them."""

    case: Case
    change: Change
    crosses: Sequence[str]
    barred: Sequence[str]


def planned(person: Person, since: datetime, until: datetime, team: Team | None = None) -> QuerySet[Change]:
    """Changes that the person may read whose window meets [since, until) (aware), in the order in which they begin."""
    rows = Change.objects.filter(institution_id=person.institution_id, starts_at__lt=until, ends_at__gt=since,
                                 case__in=Case.objects.visible_to(person)).exclude(case__state__in=OUT)
    rows = rows.filter(case__ticket__team=team) if team else rows
    return rows.select_related("case__unit", "case__ticket__team", "case__ticket__service", "case__assignee", "implementer").order_by(
        "starts_at", "pk")


def barred(person: Person, since: datetime, until: datetime) -> list[Time]:
    """The periods without changes in that time, by date."""
    return times(list(Blackout.objects.filter(institution_id=person.institution_id).during(since, until)), since, until)


def schedule(person: Person, since: datetime, until: datetime, team: Team | None = None) -> list[Planned]:
    """`planned` (MOST of them), each with what overlaps it. Whether that matters, the page of its collisions says."""
    rows, periods = list(planned(person, since, until, team)[:MOST]), barred(person, since, until)
    return [Planned(row.case, row, [o.case.folio or "" for o in rows if o.pk != row.pk and _meet(row, o.starts_at, o.ends_at)],
                    sorted({t.blackout.name for t in periods if _meet(row, t.since, t.until)})) for row in rows]


def _meet(row: Change, since: datetime | None, until: datetime | None) -> bool:
    assert row.starts_at and row.ends_at and since and until
    return row.starts_at < until and since < row.ends_at
