"""The calendar of changes: a month of windows and periods without changes, drawn and listed day by day."""
import re
from calendar import Calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from ventanilla.core.cases.words import state_of
from ventanilla.core.indicators.periods import add_months, month_start
from ventanilla.core.orgs.models import Person
from ventanilla.lib.numbers import whole
from ventanilla.lib.spanish import MONTHS
from ventanilla.modules.servicedesk.models import Team
from ventanilla.modules.servicedesk.screens.lists import SINGULAR
from ventanilla.modules.servicedesk.screens.record import person_of
from ventanilla.modules.servicedesk.services.clearing import may_keep
from ventanilla.modules.servicedesk.services.schedule import Planned, barred, schedule
from ventanilla.modules.servicedesk.services.working import works_somewhere


@dataclass(frozen=True)
class Day:
    """A day of the drawn month: the changes whose window meets it, and the periods without changes."""

    day: date
    inside: bool
    changes: Sequence[Planned]
    periods: Sequence[str]
    today: bool


def calendar(request: HttpRequest) -> HttpResponse:
    """The month that the address names (`mes=2026-11`), else the current one."""
    person = person_of(request)
    if not (works_somewhere(person) or may_keep(person)):
        raise Http404
    first, team, teams = _month(request.GET.get("mes", "")), *_teams(person, request.GET.get("equipo", ""))
    weeks = Calendar(firstweekday=0).monthdatescalendar(first.year, first.month)
    since, until = _midnight(weeks[0][0]), _midnight(weeks[-1][-1] + timedelta(days=1))
    found = schedule(person, since, until, team)
    changes = _by_day(((one, one.change.starts_at, one.change.ends_at) for one in found), since, until)
    periods = _by_day(((t.blackout.name, t.since, t.until) for t in barred(person, since, until)), since, until)
    drawn = [[_day(day, first, changes, periods) for day in week] for week in weeks]
    return render(request, "servicedesk/schedule.html", {
        "title": f"{MONTHS[first.month - 1].capitalize()} {first.year}", "month": f"{first:%Y-%m}", "weeks": drawn, "teams": teams,
        "team": team, "listed": [d for week in drawn for d in week if d.inside and (d.changes or d.periods)], "kinds": SINGULAR,
        "state": state_of, "before": f"{add_months(first, -1):%Y-%m}", "after": f"{add_months(first, 1):%Y-%m}"})


def _month(said: str) -> date:
    found = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", said)
    return date(int(found[1]), int(found[2]), 1) if found else month_start(timezone.localdate())


def _teams(person: Person, said: str) -> tuple[Team | None, list[Team]]:
    rows = list(Team.objects.filter(institution_id=person.institution_id, active=True))
    return next((t for t in rows if t.pk == whole(said)), None), rows


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _by_day(rows: Iterable[tuple[Any, datetime | None, datetime | None]], since: datetime, until: datetime) -> dict[date, list[Any]]:
    """Each by the local days in [since, until) that its hours meet, once."""
    found: dict[date, list[Any]] = {}
    for one, begins, ends in rows:
        assert begins and ends
        day, last = timezone.localdate(max(begins, since)), timezone.localdate(min(ends, until) - timedelta(seconds=1))
        while day <= last:
            kept = found.setdefault(day, [])
            if all(one is not known and one != known for known in kept):
                kept.append(one)
            day += timedelta(days=1)
    return found


def _day(day: date, month: date, changes: Mapping[date, Sequence[Planned]], periods: Mapping[date, Sequence[str]]) -> Day:
    return Day(day, day.month == month.month, changes.get(day, ()), periods.get(day, ()), day == timezone.localdate())
