"""A unit's calendar ends, or holds again: what would flip is foreseen; nothing that runs changes until the one which holds is applied."""
from contextlib import suppress
from copy import copy
from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from procrastinate.exceptions import AlreadyEnqueued

from ventanilla.core.cases.services import recomputing
from ventanilla.core.notices.services import NoticeDraft, notify
from ventanilla.core.orgs.models import Person
from ventanilla.core.workdays.models import Calendar
from ventanilla.core.workdays.services import CalendarChange, VersionDraft, check_end, draft_of, update_calendar, version_above


def to_foresee(calendar: Calendar, valid_to: date | None) -> tuple[Calendar, VersionDraft | None] | None:
    """What `recomputing.foresee` is asked to tell what running deadlines would become if it ended on that day or held again.

    None where neither happens. Raises Refused for a day on which it cannot end.
    """
    if valid_to == calendar.valid_to:
        return None
    check_end(calendar, valid_to)
    after = copy(calendar)
    after.valid_to = valid_to
    if calendar.ended:
        return None if after.ended else (after, None)
    if valid_to is None:
        return None
    return Calendar(institution=calendar.institution, unit=calendar.unit), draft_of(version_above(calendar))


def holder(calendar: Calendar) -> Calendar:
    """Which calendar holds today in the unit of this one: itself, until it ends."""
    return version_above(calendar).calendar if calendar.ended else calendar


@transaction.atomic
def change_calendar(*, actor: Person, calendar: Calendar, change: CalendarChange) -> Calendar:
    """`update_calendar`; of an end that is to come, whoever decided it is told when it comes."""
    from ventanilla.core.cases.tasks import tell_calendar_end

    made = update_calendar(actor=actor, calendar=calendar, change=change)
    if made.valid_to and not made.ended:
        at = datetime.combine(made.valid_to, time(), tzinfo=timezone.get_default_timezone())
        job = tell_calendar_end.configure(schedule_at=at, queueing_lock=f"cases.calendar_end:{made.pk}:{made.valid_to}")
        with suppress(AlreadyEnqueued), transaction.atomic():
            job.defer(actor_id=actor.pk, calendar_id=made.pk, day=made.valid_to.isoformat())
    return made


def tell_end(*, actor: Person, calendar: Calendar, day: date) -> None:
    """Tell that a calendar ended on that day, and how many deadlines wait; nothing when its end was moved meanwhile."""
    if calendar.valid_to != day:
        return
    held = holder(calendar)
    waiting = recomputing.waiting(held)
    notify(recipients=[actor.pk], draft=NoticeDraft(
        "system", _("Dejó de valer el calendario «%(name)s»") % {"name": calendar.name}, f"calendar-end:{calendar.pk}:{day}",
        ngettext("Desde hoy vale «%(name)s». %(num)s plazo corre todavía con otro: vea qué cambiaría y decida.",
                 "Desde hoy vale «%(name)s». %(num)s plazos corren todavía con otro: vea qué cambiaría y decida.", waiting)
        % {"name": held.name, "num": f"{waiting:,}"},
        f"/administracion/calendarios/{held.pk}/recalcular/"))
