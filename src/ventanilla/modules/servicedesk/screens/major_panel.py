"""On the record of a major incident, for its desk: what people read, and whom it affects."""
from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ventanilla.core.cases.models import Case
from ventanilla.modules.servicedesk.models import MajorAffected, MajorMessage, Ticket
from ventanilla.modules.servicedesk.services.touching import headline_of

MOST = 5


@dataclass(frozen=True)
class MajorPanel:
    """On the record, for its desk: what people read now, the last messages, and how many said that it affects them, by unit."""

    headline: str
    said: list[MajorMessage]
    affected: int
    units: list[tuple[str, int]]


def panel_of(case: Case, staff: bool) -> MajorPanel | None:
    """None when it is no major incident, or for who is not of its desk."""
    ticket: Ticket = case.ticket
    if not (staff and ticket.major):
        return None
    said = list(MajorMessage.objects.filter(case=case).select_related("by")[:MOST])
    units = MajorAffected.objects.filter(case=case).values_list("unit__name", flat=True)
    counts = Counter(unit or _("Sin unidad") for unit in units)
    return MajorPanel(said[0].headline if said else headline_of(ticket), said, sum(counts.values()),
                      sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
