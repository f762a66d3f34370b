"""Every open deadline computed again after a day was declared: preview and apply, by the verb itself."""
from datetime import timedelta
from time import perf_counter

from django.db import connection
from django.utils import timezone

from ventanilla.config.benches import loading, people
from ventanilla.config.benches.rows import Row, row
from ventanilla.core.cases.services import recomputing
from ventanilla.core.orgs.models import Grant, Institution, Person, Role, Unit
from ventanilla.core.workdays.models import Calendar, CalendarVersion
from ventanilla.core.workdays.services import draft_of, publish_version
from ventanilla.lib.worktime import Day, Kind


def bench(size: int) -> list[Row]:
    """The clocks of so many cases of the load."""
    institution, said = loading.cases(size)
    return [one | {"conditions": f"{one['conditions']}; {said}"} for one in of(institution, size)]


def of(institution: Institution, size: int) -> list[Row]:
    """Seconds for the clocks that run; the floor is reading their rows and writing one column of them back."""
    calendar = Calendar.objects.get(institution=institution, unit=None, purpose="")
    _declare(calendar)
    actor = _administrator(institution)
    began = perf_counter()
    preview = recomputing.preview(calendar)
    looked = perf_counter() - began
    floor = _floor(calendar)
    began = perf_counter()
    recomputing.apply(actor=actor, calendar=calendar, reason="Medición")
    applied = perf_counter() - began
    around = f"{preview.looked_at:,} running clocks, {preview.moved:,} moved"
    return [row("recompute: preview", size, unit="s", p50=round(looked, 2), throughput=round(preview.looked_at / looked),
                conditions=around),
            row("recompute: apply", size, unit="s", p50=round(applied, 2), throughput=round(preview.looked_at / applied),
                floor=round(floor, 2), ratio=round(applied / floor, 2), target="1M cases <= 60 s",
                conditions=f"{around}; floor: rewriting the moved clocks' rows")]


def _declare(calendar: Calendar) -> None:
    """A new version in which four coming days are closed."""
    held = CalendarVersion.objects.filter(calendar=calendar).newest().get()
    draft = draft_of(held)
    new = {timezone.localdate() + timedelta(n) for n in range(1, 5)}
    days = [*(d for d in draft.days if d.day not in new), *(Day(d, Kind.CONTINGENCY, "Contingencia", "Decreto") for d in new)]
    publish_version(actor=None, calendar=calendar, draft=type(draft)(**{**draft.__dict__, "days": tuple(days)}))


def _administrator(institution: Institution) -> Person:
    made = people.person(institution, "Administración")
    root = Unit.objects.filter(institution=institution, parent=None).order_by("pk")[0]
    Grant.objects.create(person=made, role=Role.objects.get(institution=institution, slug="admin"), unit=root, subtree=True,
                         valid_from=timezone.localdate() - timedelta(1))
    return made


def _floor(calendar: Calendar) -> float:
    """Seconds of rewriting the rows of the running clocks, and rolled back."""
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        began = perf_counter()
        cursor.execute("UPDATE cases_clock k SET due_at = k.due_at FROM workdays_calendarversion v "
                       "WHERE v.id = k.version_id AND v.calendar_id = %s AND k.state <> 'stop'", [calendar.pk])
        seconds = perf_counter() - began
        cursor.execute("ROLLBACK")
        return seconds
