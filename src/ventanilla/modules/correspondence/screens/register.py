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
from ventanilla.lib.numbers import whole
from ventanilla.modules.correspondence.forms import LetterForm
from ventanilla.modules.correspondence.screens.proposed import initial_of, proposals_of
from ventanilla.modules.correspondence.screens.record import person_of
from ventanilla.modules.correspondence.services import issue_receipt
from ventanilla.modules.correspondence.services.directory import Asked, suggest
from ventanilla.modules.correspondence.services.duplicates import duplicates_of_uploads, possible_duplicates
from ventanilla.modules.correspondence.services.uploads import (
    cases_of_uploads,
    keys_of,
    register_with_uploads,
    store_photos,
    waiting_uploads,
)
from ventanilla.web.ui.drafts import discard
from ventanilla.web.ui.refusals import blame


def register_page(request: HttpRequest) -> HttpResponse:
    """The form, and after it the receipt. `carga` names scans of the stack, also in the address the form is sent to."""
    person = _registrar(request)
    posted = request.method == "POST"
    keys = request.GET.get("carga") or request.POST.get("uploads", "")
    uploads = waiting_uploads(person, keys)
    if not posted and len(uploads) < len(keys_of(keys)):
        return _gone(request, person, keys)
    form = LetterForm(request.POST if posted else None, person=person, initial=initial_of(uploads))
    if not posted and not uploads:  # beside a scan it is read first, and on a phone stands above
        form.fields["order"].widget.attrs["autofocus"] = True
    if posted and form.is_valid() and (case := _register(request, person, form, keys)):
        receipt = issue_receipt(actor=person, case=case)
        discard(person, draft_key(keys))
        messages.success(request, _("Quedó registrado con el folio %(folio)s.") % {"folio": case.folio})
        again = "otro" in request.POST
        return redirect(f"{reverse('letter_register')}?anterior={case.pk}" if again else reverse("letter", args=[receipt.case_id]))
    previous = Case.objects.visible_to(person).filter(pk=whole(request.GET.get("anterior")) or 0).first()
    context = _context(request, person, form, keys) | {"previous": previous}
    return render(request, "correspondence/register.html", context, status=422 if form.is_bound else 200)


def draft_key(keys: str) -> str:
    """Key of the draft of this form: each scan has its own, so that nothing typed for one comes back at another."""
    wanted = keys_of(keys)
    return f"letter-register-{wanted[0]}" if wanted else "letter-register"


def _context(request: HttpRequest, person: Person, form: LetterForm, keys: str) -> dict[str, Any]:
    """The form's address keeps `carga`: who has to sign in again comes back to the same scan and the same draft."""
    uploads, kept = waiting_uploads(person, keys), ",".join(map(str, keys_of(keys)))
    action = reverse("letter_register")
    return {"form": form, "uploads": uploads, "keys": kept, "draft_key": draft_key(keys),
            "action": f"{action}?carga={kept}" if kept else action,
            "proposed": proposals_of(form, uploads[0], request.POST.getlist("confirmed")) if uploads else {},
            "found": duplicates_of_uploads(person, uploads)}


def _gone(request: HttpRequest, person: Person, keys: str) -> HttpResponse:
    """A scan that does not wait any more: its letter, when the person may read it, else the stack."""
    case = Case.objects.visible_to(person).filter(pk__in=cases_of_uploads(person, keys)).first()
    if case is None:
        messages.warning(request, _("Ese documento ya no está por registrar: se registró o se quitó de la pila."))
        return redirect("letter_stack")
    messages.warning(request, _("Ese documento ya se registró con el folio %(folio)s.") % {"folio": case.folio})
    return redirect("letter", case.pk)


def _register(request: HttpRequest, person: Person, form: LetterForm, keys: str) -> Case | None:
    uploads = waiting_uploads(person, keys)
    try:
        if len(uploads) < len(keys_of(keys)) and not Case.objects.filter(uuid=form.cleaned_data["uuid"]).exists():
            raise Refused(_("El documento digitalizado ya se registró o se quitó de la pila; ábralo otra vez desde «Digitalizar»."))
        key = str(form.cleaned_data["uuid"])
        documents = [*store_photos(actor=person, photos=request.FILES.getlist("photos"), key=key),
                     *store_files(actor=person, files=request.FILES.getlist("files"), key=key)]
        return register_with_uploads(actor=person, draft=form.draft(), uploads=uploads, documents=documents)
    except NotAllowed:
        raise Http404 from None
    except Refused as refusal:
        blame(form, refusal)
        return None


def _registrar(request: HttpRequest) -> Person:
    person = person_of(request)
    if not reach_of(person).can(cap.REGISTER):
        raise Http404
    return person


def suggestions(request: HttpRequest) -> HttpResponse:
    """Entries that fit what is being typed in the field `campo`: organisation, signatory, addressee, or addressee outside."""
    person, get = _registrar(request), request.GET
    name = get.get("campo", "organisation")
    words = get.get("addressee" if name == "outside" else name, "")
    asked = Asked(words.strip()[:80], get.get("order", "")[:12], get.get("organisation", "")[:80])
    return render(request, "correspondence/suggestions.html", {"rows": suggest(person, name, asked)})


def duplicates(request: HttpRequest) -> HttpResponse:
    """Letters that may be the same one, and why, while typing."""
    person = _registrar(request)
    get = request.GET
    found = possible_duplicates(person, number=get.get("number", ""), organisation=get.get("organisation", ""),
                                subject=get.get("subject", ""), dated=get.get("dated", ""))
    return render(request, "correspondence/duplicates.html", {"found": found})


