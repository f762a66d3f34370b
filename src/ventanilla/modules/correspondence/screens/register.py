"""Registering a letter: the form, suggestions from the directory, duplicates while typing, uploads beside it."""
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from ventanilla.core.cases.models import Case
from ventanilla.core.documents.services import store_files
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.correspondence.forms import LetterForm
from ventanilla.modules.correspondence.models import Correspondent, Upload
from ventanilla.modules.correspondence.screens.record import person_of
from ventanilla.modules.correspondence.services import issue_receipt
from ventanilla.modules.correspondence.services.duplicates import duplicates_of_uploads, possible_duplicates
from ventanilla.modules.correspondence.services.uploads import register_with_uploads, store_photos, waiting_uploads
from ventanilla.web.ui.drafts import discard


def register_page(request: HttpRequest) -> HttpResponse:
    """The form, and after it the receipt."""
    person = _registrar(request)
    uploads = waiting_uploads(person, request.GET.get("carga") or request.POST.get("uploads", ""))
    form = LetterForm(request.POST if request.method == "POST" else None, person=person, initial=_proposed(uploads))
    if request.method == "POST" and form.is_valid() and (case := _register(request, person, form, uploads)):
        receipt = issue_receipt(actor=person, case=case)
        discard(person, "letter-register")
        messages.success(request, _("Quedó registrado con el folio %(folio)s.") % {"folio": case.folio})
        again = "otro" in request.POST
        return redirect(f"{reverse('letter_register')}?anterior={case.pk}" if again else reverse("letter", args=[receipt.case_id]))
    status = 422 if form.is_bound else 200
    previous = Case.objects.visible_to(person).filter(pk=request.GET.get("anterior") or 0).first()
    return render(request, "correspondence/register.html",
                  {"form": form, "uploads": uploads, "previous": previous,
                   "found": duplicates_of_uploads(person, uploads)}, status=status)


def _register(request: HttpRequest, person: Person, form: LetterForm, uploads: list[Upload]) -> Case | None:
    try:
        documents = [*store_photos(actor=person, photos=request.FILES.getlist("photos"), key=str(form.cleaned_data["uuid"])),
                     *store_files(actor=person, files=request.FILES.getlist("files"))]
        return register_with_uploads(actor=person, draft=form.draft(), uploads=uploads, documents=documents)
    except NotAllowed:
        raise Http404 from None
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return None


def _registrar(request: HttpRequest) -> Person:
    person = person_of(request)
    if not reach_of(person).can(cap.REGISTER):
        raise Http404
    return person


def _proposed(uploads: list[Upload]) -> dict[str, Any]:
    """What was read from the first upload, to be confirmed: never silently applied."""
    reading = (uploads[0].reading or {}) if uploads else {}
    return {name: found["value"] for name, found in reading.items() if isinstance(found, dict) and found.get("likely")}


def suggestions(request: HttpRequest) -> HttpResponse:
    """Senders of the directory that fit what is being typed."""
    person = _registrar(request)
    words = request.GET.get("organisation", "").strip()[:80]
    rows = Correspondent.objects.filter(institution=person.institution, active=True)
    for word in words.split():
        rows = rows.filter(key__contains=_folded(word))
    return render(request, "correspondence/suggestions.html", {"rows": rows.order_by("-uses", "key")[:8] if words else []})


def _folded(word: str) -> str:
    from ventanilla.lib.spanish import fold

    return fold(word).casefold()


def duplicates(request: HttpRequest) -> HttpResponse:
    """Letters that may be the same one, and why, while typing."""
    person = _registrar(request)
    get = request.GET
    found = possible_duplicates(person, number=get.get("number", ""), organisation=get.get("organisation", ""),
                                subject=get.get("subject", ""), dated=get.get("dated", ""))
    return render(request, "correspondence/duplicates.html", {"found": found})


