"""Writing: a letter with its own outgoing folio, or a circular; and the status of each circular's addressees."""
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ventanilla.core.cases.models import Case
from ventanilla.core.cases.terms import Term
from ventanilla.core.exports.typeset import TypesetError
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.correspondence.forms import WritingForm
from ventanilla.modules.correspondence.models import Circular
from ventanilla.modules.correspondence.screens.record import person_of
from ventanilla.modules.correspondence.services.outgoing import (
    CircularDraft,
    OutgoingDraft,
    circular_status,
    make_paper,
    send_circular,
    write_letters,
)
from ventanilla.web.ui.drafts import discard


def write(request: HttpRequest) -> HttpResponse:
    """The form for a letter or a circular."""
    person = person_of(request)
    if not reach_of(person).can(cap.ROUTE):
        raise Http404
    form = WritingForm(request.POST if request.method == "POST" else None, person=person)
    if request.method == "POST" and form.is_valid():
        try:
            discard(person, "letter-write")
            send = _circular if form.cleaned_data["units"] else _letter
            return send(request, person, form.cleaned_data)
        except NotAllowed:
            raise Http404 from None
        except Refused as refusal:
            form.add_error({"addressees": "units"}.get(refusal.field, refusal.field if refusal.field in form.fields else None),
                           refusal.message)
    return render(request, "correspondence/write.html", {"form": form}, status=422 if form.is_bound else 200)


def _letter(request: HttpRequest, person: Person, data: dict[str, Any]) -> HttpResponse:
    draft = OutgoingDraft(data["unit"], data["type"], data["subject"], data["text"], data["addressee"],
                          template=data["template"], uuid=data["uuid"])
    case = write_letters(actor=person, drafts=[draft])[0]
    try:
        make_paper(actor=person, case=case)
    except TypesetError:
        messages.warning(request, _("El folio quedó dado, pero el PDF no se pudo preparar. Inténtelo de nuevo desde el expediente."))
    messages.success(request, _("Oficio %(folio)s preparado.") % {"folio": case.folio})
    return redirect("letter", case.pk)


def _circular(request: HttpRequest, person: Person, data: dict[str, Any]) -> HttpResponse:
    term = Term(data["amount"]) if data["amount"] is not None else None
    sent = send_circular(actor=person, draft=CircularDraft(
        data["unit"], data["type"], data["subject"], data["text"], list(data["units"]), data["purpose"], term, data["uuid"]))
    messages.success(request, _("La circular se envió a %(n)s unidades.") % {"n": sent.letters.count()})
    return redirect("circular", sent.pk)


def circular(request: HttpRequest, pk: int) -> HttpResponse:
    """Each addressee: folio, whether it was read, by whom and when, and its answer."""
    person = person_of(request)
    found = Circular.objects.filter(pk=pk, institution=person.institution).select_related("unit", "person").first()
    if found is None or not Case.objects.visible_to(person).filter(letter__circular=found).exists():
        raise Http404
    visible = set(Case.objects.visible_to(person).filter(letter__circular=found).values_list("pk", flat=True))
    rows = [(letter, turn) for letter, turn in circular_status(found) if letter.case_id in visible]
    read = sum(1 for _l, turn in rows if turn and turn.read_at)
    return render(request, "correspondence/circular.html", {"circular": found, "rows": rows, "read": read})
