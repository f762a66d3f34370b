"""Registering a letter: the form, suggestions from the directory, duplicates while typing, uploads beside it."""
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from ventanilla.core.cases.models import Case, Turn
from ventanilla.core.documents.services import store_files
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.correspondence.forms import LetterForm
from ventanilla.modules.correspondence.models import Upload
from ventanilla.modules.correspondence.screens.again import Again, again_of
from ventanilla.modules.correspondence.screens.first_turns import FirstTurnForm, NotTurned, first_turns_of, turn_first
from ventanilla.modules.correspondence.screens.previous import previous_of, repeated, with_read
from ventanilla.modules.correspondence.screens.proposed import initial_of, proposals_of
from ventanilla.modules.correspondence.screens.record import person_of
from ventanilla.modules.correspondence.screens.told import told
from ventanilla.modules.correspondence.services import issue_receipt
from ventanilla.modules.correspondence.services.directory import Asked, suggest
from ventanilla.modules.correspondence.services.duplicates import duplicates_of_uploads, possible_duplicates
from ventanilla.modules.correspondence.services.registering_again import not_again, register_again
from ventanilla.modules.correspondence.services.uploads import (
    cases_of_uploads,
    keys_of,
    register_with_uploads,
    scans_after,
    store_photos,
    waiting_uploads,
)
from ventanilla.web.ui.drafts import discard
from ventanilla.web.ui.refusals import blame


def register_page(request: HttpRequest) -> HttpResponse:
    """The form, and after it the receipt. In the address, also that the form is sent to, `carga` names scans of the stack, and `de` the
    cancelled letter that is registered again."""
    person = _registrar(request)
    posted, again = request.method == "POST", again_of(request, person)
    keys = request.GET.get("carga") or request.POST.get("uploads", "")
    uploads = waiting_uploads(person, keys)
    if not posted and (elsewhere := _elsewhere(request, person, keys, uploads, again)):
        return elsewhere
    previous = previous_of(request, person)
    initial = again.initial if again else with_read(repeated(request, person, previous), initial_of(uploads))
    form = LetterForm(request.POST if posted else None, person=person, initial=initial)
    onward = first_turns_of(request.POST if posted else None, person)
    if posted and all([form.is_valid(), onward is None or onward.is_valid()]) and (
            done := _register(request, person, Filled(form, onward, again), keys)):
        return _after(request, person, keys, again, *done)
    context = _context(request, person, form, keys, again) | {"previous": previous, "onward": onward}
    return render(request, "correspondence/register.html", context, status=422 if form.is_bound else 200)


def _after(request: HttpRequest, person: Person, keys: str, again: Again | None, case: Case, turns: Sequence[Turn]) -> HttpResponse:
    """Its receipt and its page, or the form for the next one: of a scan, the scan that comes after it."""
    receipt = issue_receipt(actor=person, case=case)
    discard(person, draft_key(keys, again))
    registered = _("Quedó registrado con el folio %(folio)s.") % {"folio": case.folio}
    messages.success(request, " ".join(filter(None, (registered, told(turns, asked=False) if turns else ""))))
    if "otro" not in request.POST:
        return redirect("letter", receipt.case_id)
    following = scans_after(person, keys)[:1] if keys else []
    return redirect(f"{reverse('letter_register')}?anterior={case.pk}{''.join(f'&carga={uuid}' for uuid in following)}")


def draft_key(keys: str, again: Again | None = None) -> str:
    """Key of the draft of this form: each scan, and each letter registered again, has its own, so that nothing typed for one comes back
    at another."""
    if again:
        return f"letter-register-again-{again.case.pk}"
    wanted = keys_of(keys)
    return f"letter-register-{wanted[0]}" if wanted else "letter-register"


def _context(request: HttpRequest, person: Person, form: LetterForm, keys: str, again: Again | None) -> dict[str, Any]:
    """The form's address keeps `carga` and `de`: who has to sign in again comes back to the same scan or letter, and the same draft."""
    uploads, kept = waiting_uploads(person, keys), ",".join(map(str, keys_of(keys)))
    query = f"?de={again.case.pk}" if again else f"?carga={kept}" if kept else ""
    return {"form": form, "beside": again.files if again else uploads, "again": again, "keys": kept, "draft_key": draft_key(keys, again),
            "action": reverse("letter_register") + query,
            "proposed": proposals_of(form, uploads[0], request.POST.getlist("confirmed")) if uploads else {},
            "following": len(scans_after(person, keys)) if uploads else 0, "found": duplicates_of_uploads(person, uploads)}


def _elsewhere(request: HttpRequest, person: Person, keys: str, uploads: Sequence[Upload], again: Again | None) -> HttpResponse | None:
    """Where the form is not to be shown: at a letter that is not registered again, or a scan that does not wait any more."""
    if again and (why := not_again(person, again.case)):
        messages.warning(request, why)
        return redirect("letter", again.case.pk)
    return _gone(request, person, keys) if len(uploads) < len(keys_of(keys)) else None


def _gone(request: HttpRequest, person: Person, keys: str) -> HttpResponse:
    """A scan that does not wait any more: its letter, when the person may read it, else the stack."""
    case = Case.objects.visible_to(person).filter(pk__in=cases_of_uploads(person, keys)).first()
    if case is None:
        messages.warning(request, _("Ese documento ya no está por registrar: se registró o se quitó de la pila."))
        return redirect("letter_stack")
    messages.warning(request, _("Ese documento ya se registró con el folio %(folio)s.") % {"folio": case.folio})
    return redirect("letter", case.pk)


@dataclass(frozen=True)
class Filled:
    """What was filled in: the letter, to whom it is turned at once, and the cancelled one for which it stands."""

    letter: LetterForm
    onward: FirstTurnForm | None
    again: Again | None


def _register(request: HttpRequest, person: Person, filled: Filled, keys: str) -> tuple[Case, list[Turn]] | None:
    """The letter with its folio and its turns, both or none; what is refused stands in the form then."""
    form, onward, again = filled.letter, filled.onward, filled.again
    uploads = waiting_uploads(person, keys)
    try:
        if len(uploads) < len(keys_of(keys)) and not Case.objects.filter(uuid=form.cleaned_data["uuid"]).exists():
            raise Refused(_("El documento digitalizado ya se registró o se quitó de la pila; ábralo otra vez desde «Digitalizar»."))
        key = str(form.cleaned_data["uuid"])
        documents = [*store_photos(actor=person, photos=request.FILES.getlist("photos"), key=key),
                     *store_files(actor=person, files=request.FILES.getlist("files"), key=key)]
        with transaction.atomic():
            if again:
                draft = replace(form.draft(), documents=documents)
                case = register_again(actor=person, draft=draft, cancelled=again.case, keep=again.documents)
            else:
                case = register_with_uploads(actor=person, draft=form.draft(), uploads=uploads, documents=documents)
            return case, turn_first(person, case, onward.drafts(case.uuid) if onward else [])
    except NotAllowed:
        raise Http404 from None
    except NotTurned as refusal:
        blame(onward, refusal)
        return None
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
                                signatory=get.get("signatory", ""), subject=get.get("subject", ""), dated=get.get("dated", ""))
    return render(request, "correspondence/duplicates.html", {"found": found})


