"""The measured effect of a problem's plan: incidents like those behind it, before and after the step that removes the cause."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.cases.models import Case, CaseLink
from ventanilla.modules.servicedesk.models import ProblemStep, Ticket, TicketItem

DAYS: Final = 90
"""Days compared on either side of the step, unless fewer have passed since."""
NOT_COUNTED: Final = ("cancelled", "merged")


@dataclass(frozen=True)
class Effect:
    """Incidents like those behind a problem, per 30 days, in stretches of the same length before and since a step of its plan.

    `at` is when the step was done (aware), `step` what it was, `definitive` whether it removes the cause. `days` are those of each
    stretch, `incidents_before` and `incidents_since` what was counted there, and `counted` says in words which incidents are.
    """

    before: float
    since: float
    at: datetime
    step: str
    definitive: bool
    days: int
    incidents_before: int
    incidents_since: int
    counted: Sequence[str]

    @property
    def fewer(self) -> int | None:
        """By how many percent it fell (negative: rose); None when there was none before."""
        return round(100 * (self.incidents_before - self.incidents_since) / self.incidents_before) if self.incidents_before else None


def effect_of(case: Case, days: int = DAYS) -> Effect | None:
    """Measured since the last definitive step that was done, else the last done one; None until there is one and a day has passed.

    Counted are incidents of the problem's service, those about any of its configuration items, and those tied to it by hand, each once,
    whoever may read them; cancelled ones and duplicates are not.
    """
    step = ProblemStep.objects.filter(case=case).exclude(done_at=None).order_by("-definitive", "-done_at", "-pk").first()
    if step is None or step.done_at is None:
        return None
    length = min(days, (timezone.now() - step.done_at).days)
    if length < 1:
        return None
    rows, counted = _alike(case)
    stretch = timedelta(days=length)
    before = rows.filter(received_at__gte=step.done_at - stretch, received_at__lt=step.done_at).count()
    since = rows.filter(received_at__gte=step.done_at, received_at__lt=step.done_at + stretch).count()
    return Effect(before * 30 / length, since * 30 / length, step.done_at, step.text, step.definitive, length, before, since, counted)


def _alike(case: Case) -> tuple[QuerySet[Case], list[str]]:
    """Incidents like those behind the problem, and in words which they are."""
    ticket = Ticket.objects.select_related("service").get(pk=case.pk)
    items = list(TicketItem.objects.filter(case=case).select_related("item").order_by("item__sort_key"))
    tied = CaseLink.objects.filter(other=case, kind="caused_by").values("case_id")
    wanted, counted = Q(pk__in=tied), [_("los relacionados con este problema")]
    if items:
        wanted |= Q(pk__in=TicketItem.objects.filter(item__in={t.item_id for t in items}).values("case_id"))
        counted.insert(0, _("los de sus elementos"))
    if ticket.service:
        wanted |= Q(pk__in=Ticket.objects.filter(institution_id=case.institution_id, service=ticket.service).values("case_id"))
        counted.insert(0, _("los del servicio «%(name)s»") % {"name": ticket.service.name})
    return Case.objects.filter(wanted, institution_id=case.institution_id, kind="incident").exclude(state__in=NOT_COUNTED), counted
