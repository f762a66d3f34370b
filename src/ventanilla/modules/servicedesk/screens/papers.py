"""The catalogue as PDF: all of it as of a day, and the fact sheet of one version."""
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_date

from ventanilla.modules.servicedesk.screens.record import person_of
from ventanilla.modules.servicedesk.services import printing


def catalogue(request: HttpRequest) -> HttpResponse:
    """What this person may ask for, as it stood at the end of the day `al` (today without one, or for a day to come)."""
    person, today = person_of(request), timezone.localdate()
    day = min(_day(request.GET.get("al", "")) or today, today)
    return _pdf(printing.catalogue_pdf(person, day), f"catalogo-{day:%Y-%m-%d}.pdf")


def _day(text: str) -> date | None:
    try:
        found = parse_date(text)
    except ValueError:
        return None
    return found if found and 1970 <= found.year <= 9000 else None


def sheet(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A version that this person may see."""
    person = person_of(request)
    version = printing.sheet_of(person, pk, number) if number < 2 ** 31 else None
    if version is None:
        raise Http404
    return _pdf(printing.sheet_pdf(person, version), f"{version.offering.slug}-v{version.number}.pdf")


def _pdf(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(content, content_type="application/pdf", headers={
        "Content-Disposition": f'inline; filename="{name}"', "X-Content-Type-Options": "nosniff"})
