"""Suggestions while somebody types the name of a unit, a person or another thing that a field can refer to."""

from django.http import Http404, HttpRequest, JsonResponse

from ventanilla.core.orgs.models import Person
from ventanilla.core.questionnaires.references import people_found, reference_of
from ventanilla.web.admin_area.pages import page
from ventanilla.web.ui.people import AMONG, among_of


@page()
def suggestions(request: HttpRequest, person: Person, kind: str) -> JsonResponse:
    """At most twenty, as JSON: number, label and what tells it from others. `entre` narrows people to those of a chooser."""
    try:
        reference = reference_of(kind)
    except KeyError as error:
        raise Http404 from error
    text, among = request.GET.get("q", "")[:200], among_of(request.GET.get(AMONG, "")) if kind == "person" else None
    if among is None:
        found = reference.find(person, text)
    else:
        here = Person.objects.filter(institution_id=person.institution_id, active=True)
        found = people_found(here.filter(pk__in=among), text)
    return JsonResponse({"found": [{"id": s.id, "label": s.label, "detail": s.detail} for s in found[:20]]})
