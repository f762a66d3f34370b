"""The effects of a calendar on more running deadlines than a person waits for: foreseen by a job, kept for an hour, told when ready."""
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Final

import numpy as np
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.exceptions import AlreadyEnqueued

from ventanilla.core.cases.services import recomputing
from ventanilla.core.cases.services.recomputing import Preview
from ventanilla.core.cases.shifts import Foreseen
from ventanilla.core.notices.services import NoticeDraft, notify
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import require
from ventanilla.core.workdays.models import Calendar, CalendarVersion

TASK: Final = "cases.foresee"
KEPT: Final = 3600
"""Seconds for which what a job foresaw is shown."""
LISTED: Final = 2000
"""Matters that become late, and as many that stop being late, kept by name; of the others how many."""


@dataclass(frozen=True)
class Kept:
    """What was foreseen, at which moment (aware)."""

    found: Preview
    at: datetime


def foreseen(*, actor: Person, calendar: Calendar) -> Kept | None:
    """What applying the newest version would change: now, or when there are many as a job foresaw it within the hour.

    None while the job works, of which whoever asked first is told when it is done, and of many where none waits. Raises NotAllowed.
    """
    require(actor, cap.ADMIN_CALENDARS)
    if found := recomputing.foresee(calendar):
        return Kept(found, timezone.now())
    kept: Kept | None = cache.get(_key(calendar))
    if kept is None and recomputing.waiting(calendar) and not recomputing.running(calendar, TASK):
        _order(actor, calendar)
    return kept


def _key(calendar: Calendar) -> str:
    """What is foreseen of one version says nothing of the next, and nothing once it was applied."""
    newest = CalendarVersion.objects.filter(calendar=calendar).newest().values_list("pk", flat=True).first()
    return f"foreseen:{calendar.pk}:{newest}:{recomputing.applied(calendar).values_list('pk', flat=True).first()}"


def _order(actor: Person, calendar: Calendar) -> None:
    from ventanilla.core.cases.tasks import foresee

    with suppress(AlreadyEnqueued), transaction.atomic():
        foresee.configure(queueing_lock=f"{TASK}:{calendar.pk}").defer(actor_id=actor.pk, calendar_id=calendar.pk)


def foresee_and_tell(*, actor: Person, calendar: Calendar) -> None:
    """The job: keep what it foresees, and tell who asked. Doing it again foresees it anew."""
    at, found = timezone.now(), recomputing.preview(calendar)
    late = found.foreseen
    shifts = [*islice(late.become_late, LISTED), *islice(late.stop_being_late, LISTED)]
    none = np.zeros(0, np.int64)
    brief = replace(found, clocks=none, due=none, amber=none, was=none, cases=none, joining=[], foreseen=Foreseen(late.looked_at, shifts))
    cache.set(_key(calendar), Kept(brief, at), KEPT)
    notify(recipients=[actor.pk], draft=NoticeDraft(
        "system", _("Ya puede ver qué cambiaría en los plazos de «%(name)s»") % {"name": calendar.name},
        f"foreseen:{calendar.pk}:{at.isoformat()}", "", f"/administracion/calendarios/{calendar.pk}/recalcular/"))
