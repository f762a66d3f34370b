"""Suggestions while somebody types the name of a unit, a person or another thing that a field can refer to."""

from django.http import Http404, HttpRequest, JsonResponse

from ventanilla.core.orgs.models import Person
from ventanilla.core.questionnaires.references import reference_of
from ventanilla.web.admin_area.pages import page


@page()
def suggestions(request: HttpRequest, person: Person, kind: str) -> JsonResponse:
    """At most twenty, as JSON: label and what tells it from others."""
    try:
        reference = reference_of(kind)
    except KeyError as error:
        raise Http404 from error
    found = reference.find(person, request.GET.get("q", "")[:200])
    return JsonResponse({"found": [{"label": s.label, "detail": s.detail} for s in found[:20]]})
