"""Publishing calendars: each change is a new version with its sources; nothing published is altered."""
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Institution, Person, Unit
from ventanilla.core.orgs.services.setup import NotAllowed, Refused, require
from ventanilla.core.workdays.models import Calendar, CalendarVersion, CoverageRange, DayException
from ventanilla.core.workdays.services.calendars import draft_of
from ventanilla.core.workdays.services.drafts import VersionDraft, check, compile_draft, period
from ventanilla.lib.worktime import Amber, Coverage, Day, DayCount, federal_days

__all__ = [
    "CalendarChange", "VersionDraft", "check_end", "compile_draft", "create_calendar", "first_draft", "open_calendar", "period",
    "publish_version", "standard_calendar", "standard_draft", "update_calendar",
]

FEDERAL_YEARS = (2010, 2035)
"""Years for which the standard calendar brings the days of LFT art. 74; the rule may change by reform."""


@transaction.atomic
def create_calendar(
    *, actor: Person | None, institution: Institution, name: str, unit: Unit | None = None,
) -> Calendar:
    """A calendar without versions for the institution or a unit. Raises NotAllowed; Refused for a second, also of one that ended."""
    _require(actor, institution.pk, unit)
    try:
        with transaction.atomic():
            calendar = Calendar.objects.create(institution=institution, unit=unit, name=name)
    except IntegrityError as error:
        raise Refused(_("Esa unidad ya tiene un calendario. Si dejó de valer, bórrele en «Editar» esa fecha."), "unit") from error
    record("workdays.create_calendar", actor=actor, institution_id=institution.pk,
           subject=f"calendar:{calendar.pk}", detail={"name": name, "unit": unit.pk if unit else None})
    return calendar


def first_draft(institution: Institution) -> VersionDraft:
    """What the calendar of a unit begins with: a copy of the institution's."""
    return replace(draft_of(standard_calendar(institution)), note=_("Copia del calendario institucional"), uuid=uuid4())


@transaction.atomic
def open_calendar(*, actor: Person, name: str, unit: Unit) -> Calendar:
    """A calendar of a unit with its first version, a copy of the institution's. Raises NotAllowed; Refused for a second."""
    made = create_calendar(actor=actor, institution=actor.institution, name=name, unit=unit)
    publish_version(actor=actor, calendar=made, draft=first_draft(actor.institution))
    return made


@dataclass(frozen=True)
class CalendarChange:
    """New values of a calendar. `valid_to`: the first local day on which a unit's no longer holds; None: it goes on, ended or not."""

    name: str
    valid_to: date | None = None


@transaction.atomic
def update_calendar(*, actor: Person | None, calendar: Calendar, change: CalendarChange) -> Calendar:
    """Rename a calendar, end it, or let it hold again. Deadlines that run go on by it until they are recomputed.

    Raises NotAllowed; Refused for a day that is over, or for the end of one that is not a unit's.
    """
    _require(actor, calendar.institution_id, calendar.unit)
    row = Calendar.objects.select_for_update(no_key=True).get(pk=calendar.pk)
    name, before = change.name.strip(), {"name": row.name, "valid_to": row.valid_to}
    if not name:
        raise Refused(_("Escriba el nombre."), "name")
    if change.valid_to != row.valid_to:
        check_end(row, change.valid_to)
    if before == (after := {"name": name, "valid_to": change.valid_to}):
        return row
    row.name, row.valid_to = name, change.valid_to
    row.save(update_fields=["name", "valid_to"])
    record("workdays.update_calendar", actor=actor, institution_id=row.institution_id, subject=f"calendar:{row.pk}",
           detail={"before": before, "after": after})
    return row


def check_end(row: Calendar, day: date | None) -> None:
    """Raises Refused for a day that is over, and for the end of a calendar that is not a unit's."""
    if day and (row.unit_id is None or row.purpose):
        raise Refused(_("Solo puede terminar el calendario de una unidad: el de la institución vale donde no hay otro."), "valid_to")
    if day and day < timezone.localdate():
        raise Refused(_("Elija hoy o un día posterior: lo que ya pasó se contó con este calendario."), "valid_to")


@transaction.atomic
def publish_version(*, actor: Person | None, calendar: Calendar, draft: VersionDraft) -> CalendarVersion:
    """Publish the next version of a calendar; from then on it holds for new terms and cannot be changed.

    Matters already running keep their version until they are recomputed. The same draft twice (same
    `uuid`) gives the version published first. Raises NotAllowed, or Refused for a draft with mistakes.
    """
    _require(actor, calendar.institution_id, calendar.unit)
    check(draft)
    held = Calendar.objects.select_for_update(no_key=True).get(pk=calendar.pk)
    known = CalendarVersion.objects.filter(uuid=draft.uuid, calendar=calendar).first()
    if known:
        return known
    if held.ended:
        raise Refused(_("Este calendario dejó de valer: para cambiarlo, bórrele antes en «Editar» esa fecha."))
    last = calendar.versions.order_by("-number").first()
    version = _insert(actor, calendar, draft, last.number + 1 if last else 1)
    detail = _summary(version, draft, draft_of(last) if last else None)
    record("workdays.publish_version", actor=actor, institution_id=calendar.institution_id,
           subject=f"calendar:{calendar.pk}", detail=detail)
    return version


def standard_calendar(institution: Institution, *, actor: Person | None = None) -> CalendarVersion:
    """The institution's calendar: Monday to Friday 09:00-18:00 and the days of LFT art. 74.

    Returns the version that holds when the institution has a calendar already.
    """
    with transaction.atomic():
        calendar, made = Calendar.objects.get_or_create(
            institution=institution, unit=None, purpose="", defaults={"name": _("Calendario institucional")},
        )
        held = None if made else CalendarVersion.objects.filter(calendar=calendar).newest().first()
        return held or publish_version(actor=actor, calendar=calendar, draft=standard_draft())


def standard_draft() -> VersionDraft:
    """What a new institution begins with; local days and vacation periods are added as data."""
    note = _("Horario ordinario y días de descanso obligatorio de la Ley Federal del Trabajo, art. 74")
    return VersionDraft(Coverage.office(), tuple(federal_days(*FEDERAL_YEARS)), note)


def _require(actor: Person | None, institution_id: int, unit: Unit | None) -> None:
    if actor is not None and actor.institution_id != institution_id:
        raise NotAllowed
    if unit is not None and unit.institution_id != institution_id:
        raise NotAllowed
    require(actor, cap.ADMIN_CALENDARS)


def _insert(
    actor: Person | None, calendar: Calendar, draft: VersionDraft, number: int,
) -> CalendarVersion:
    rule, value = _amber(draft.amber)
    version = CalendarVersion.objects.create(
        uuid=draft.uuid, institution_id=calendar.institution_id, calendar=calendar, number=number,
        published_by=actor, note=draft.note, amber_rule=rule, amber_value=value,
        day_count=_unusual(draft.rule),
    )
    DayException.objects.bulk_create(
        DayException(version=version, day=d.day, kind=d.kind.value, name=d.name, source=d.source)
        for d in draft.days
    )
    CoverageRange.objects.bulk_create(_ranges(version, draft))
    version.published_at = timezone.now()
    version.save(update_fields=["published_at"])
    return version


def _ranges(version: CalendarVersion, draft: VersionDraft) -> Iterator[CoverageRange]:
    for weekday in range(7):
        for start, end in draft.coverage.on(weekday):
            yield CoverageRange(version=version, weekday=weekday, start_minute=start, end_minute=end)
    for special in draft.days:
        for start, end in special.hours or ():
            yield CoverageRange(version=version, day=special.day, start_minute=start, end_minute=end)


def _amber(amber: Amber) -> tuple[str, float]:
    return next((name, float(value)) for name, value in asdict(amber).items() if value is not None)


def _unusual(rule: DayCount) -> dict[str, str]:
    usual = asdict(DayCount())
    return {name: word for name, word in asdict(rule).items() if word != usual[name]}


def _summary(version: CalendarVersion, draft: VersionDraft, last: VersionDraft | None) -> dict[str, Any]:
    """What changed, for the log."""
    before = {_key(d) for d in last.days} if last else set()
    after = {_key(d) for d in draft.days}
    hours = {day: draft.coverage.on(day) for day in range(7)}
    return {
        "version": version.pk, "number": version.number, "note": draft.note,
        "added": sorted(after - before)[:400], "removed": sorted(before - after)[:400],
        "hours": hours if last is None or last.coverage.weekdays != draft.coverage.weekdays else None,
    }


def _key(day: Day) -> tuple[str, str, str, str]:
    return (day.day.isoformat(), day.kind.value, day.name, day.source)
