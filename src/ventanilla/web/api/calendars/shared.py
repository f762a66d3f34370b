"""Who reads and who keeps calendars, and the one that is asked about."""
from ninja import Router

from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.workdays.models import Calendar, CalendarQuerySet, CalendarVersion
from ventanilla.web.api import schemas, scopes
from ventanilla.web.api.auth import Bearer, able

router = Router(tags=["Calendarios"])
READS = {n: schemas.Problem for n in (401, 403, 404, 422)}
KEEPS = able(cap.ADMIN_CALENDARS)
READ, FORESEE, WRITE = Bearer(scopes.CATALOGUES), Bearer(scopes.CATALOGUES, KEEPS), Bearer(scopes.CALENDARS_WRITE, KEEPS)


def calendars_of(person: Person) -> CalendarQuerySet:
    """The calendars that the person may read."""
    return Calendar.objects.visible_to(person).select_related("unit", "institution")


def version_of(calendar: Calendar, number: int | None = None) -> CalendarVersion:
    """That publication, or the newest. Raises CalendarVersion.DoesNotExist."""
    rows = CalendarVersion.objects.filter(calendar=calendar).select_related("published_by")
    return rows.newest().get() if number is None else rows.published().get(number=number if 0 < number < 2**31 else -1)
