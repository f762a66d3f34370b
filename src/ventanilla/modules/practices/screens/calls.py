"""The public page of a campaign: the call with its calendar and requirements, what was registered by it, and its ranking; no script."""
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ventanilla.modules.practices.instrument import LABELS
from ventanilla.modules.practices.models import Campaign, Practice, RankedPractice, RegistryDesk
from ventanilla.modules.practices.screens.campaigns import chart
from ventanilla.modules.practices.services.campaigns import registered_of
from ventanilla.modules.practices.services.publishing import address_of, as_linked

MOST = 200


@require_safe
def call(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A call that was published, for everybody; only practices that are public carry a link."""
    row = get_object_or_404(Campaign.objects.select_related("institution"), uuid=uuid, called_at__isnull=False)
    ranking = list(row.ranking.select_related("practice__unit"))
    practices = [] if ranking else list(registered_of(row)[:MOST])
    return render(request, "practices/public_call.html", {
        "row": row, "ranking": ranking, "practices": practices, "labels": LABELS, "chart": chart(row) if ranking else None,
        "desk": RegistryDesk.objects.filter(institution_id=row.institution_id).select_related("unit").first(),
        "linked": as_linked(_described(row, ranking, practices))})


def _described(row: Campaign, ranking: list[RankedPractice], practices: list[Practice]) -> dict[str, Any]:
    """JSON-LD: the call as a schema.org Event from its first day to its publication, and its practices as an ItemList."""
    here = settings.BASE_URL + reverse("public_call", args=[row.uuid])
    event = {"@type": "Event", "@id": here, "url": here, "name": row.name, "description": row.text, "inLanguage": "es-MX",
             "startDate": row.opens_on.isoformat(), "endDate": row.publishes_on.isoformat(), "eventStatus": "https://schema.org/EventScheduled",
             "eventAttendanceMode": "https://schema.org/OnlineEventAttendanceMode", "location": {"@type": "VirtualLocation", "url": here},
             "organizer": {"@type": "GovernmentOrganization", "name": row.institution.name}}
    placed = [(r.place, r.practice) for r in ranking] or list(enumerate(practices, 1))
    items = [{"@type": "ListItem", "position": n, "name": p.title} | ({"url": address_of(p)} if p.public else {}) for n, p in placed]
    listed = [{"@type": "ItemList", "name": row.name, "numberOfItems": len(items), "itemListElement": items}] if items else []
    return {"@context": "https://schema.org", "@graph": [event, *listed]}
