"""Help beside the form of who asks: what fits while typing, and "this helped me", which ends without a ticket."""
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed
from ventanilla.modules.servicedesk.models import OfferingVersion
from ventanilla.modules.servicedesk.screens.record import person_of
from ventanilla.modules.servicedesk.services.catalogue import offered_to
from ventanilla.modules.servicedesk.services.knowledge import readable
from ventanilla.modules.servicedesk.services.knowledge.deflecting import helped, note_help
from ventanilla.modules.servicedesk.services.knowledge.helping import suggest
from ventanilla.web.ui.drafts import discard
from ventanilla.web.ui.marked import rendered


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _version(person: Person, slug: str) -> OfferingVersion | None:
    return offered_to(person).filter(offering__slug=slug[:80]).first() if slug else None


def suggestions(request: HttpRequest) -> HttpResponse:
    """Articles and known errors that fit what is typed; what was shown is counted by the form's uuid."""
    person, given = person_of(request), request.GET
    found = suggest(person, given.get("subject", ""), given.get("description", "")[:2000])
    slug, form = given.get("slug", ""), _uuid(given.get("uuid", ""))
    if form and found:
        note_help(person, form, version=_version(person, slug), shown=[s.article.pk for s in found if s.article])
    return render(request, "servicedesk/knowledge/suggestions.html", {"found": found, "form": form, "slug": slug})


def read(request: HttpRequest, pk: int) -> HttpResponse:
    """An article opened beside the form; counted by the form's uuid."""
    person = person_of(request)
    row = readable(person).filter(pk=pk).first()
    if row is None or row.current is None:
        raise Http404
    form, slug = _uuid(request.GET.get("uuid", "")), request.GET.get("slug", "")
    if form:
        note_help(person, form, version=_version(person, slug), opened=[pk], shown=[pk])
    return render(request, "servicedesk/knowledge/beside.html", {"article": row, "version": row.current, "html": rendered(row.current.body),
                                                                 "form": form, "slug": slug})


@require_POST
def solved(request: HttpRequest, pk: int) -> HttpResponse:
    """It answered: no ticket is opened, what was typed is forgotten."""
    person, form = person_of(request), _uuid(request.POST.get("uuid", ""))
    row = readable(person).filter(pk=pk).first()
    if row is None or form is None:
        raise Http404
    slug = request.POST.get("slug", "")
    try:
        helped(actor=person, form=form, article=row, version=_version(person, slug))
    except NotAllowed:
        raise Http404 from None
    discard(person, f"ask-{slug}")
    messages.success(request, _("Qué bueno que le sirvió. No se abrió ninguna solicitud."))
    return redirect("portal")
