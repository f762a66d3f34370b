"""The page of a circular: what became of each addressee; reminding those who have not read it, and cancelling it as a whole."""
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from ventanilla.core.audit.models import Entry
from ventanilla.core.cases.models import Case
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.correspondence.forms import ReasonForm
from ventanilla.modules.correspondence.models import Circular
from ventanilla.modules.correspondence.screens.record import person_of
from ventanilla.modules.correspondence.services.circulars import addressees, letters_of, readable, told_again
from ventanilla.modules.correspondence.services.circulars_sent import APART, cancel_circular, remind_circular, unread
from ventanilla.web.ui.drafts import discard
from ventanilla.web.ui.refusals import blame
from ventanilla.web.ui.sendings import Keyed, told_before


def circular(request: HttpRequest, pk: int) -> HttpResponse:
    """Each addressee: folio, state, whether it was read and acknowledged, by whom and when, and its answer."""
    found, letters, person = _circular(request, pk)
    rows = addressees(list(letters.values_list("pk", flat=True)))
    inside, outside = [r for r in rows if r.letter.addressee_unit], [r for r in rows if not r.letter.addressee_unit]
    counts = {"inside": len(inside), "read": sum(r.read for r in inside), "acknowledged": sum(bool(r.acknowledged) for r in inside),
              "answered": sum(bool(r.answer) for r in inside), "outside": len(outside), "delivered": sum(r.read for r in outside)}
    action = any(r.turn and r.turn.purpose == "action" for r in rows)
    mine, reminder = not found.cancelled_at and _may(person, letters), found.reminders.select_related("person").first()
    again = reminder.at + APART if reminder and timezone.now() < reminder.at + APART else None
    return render(request, "correspondence/circular.html", {
        "circular": found, "rows": rows, "counts": counts, "action": action, "exports": reach_of(person).can(cap.EXPORT), "mine": mine,
        "unread": unread(found).count() if mine else 0, "reminder": reminder, "again": again, "form": Keyed()})


@require_POST
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    """Remind whoever has not read it."""
    found, _letters, person = _circular(request, pk)
    form = Keyed(request.POST)
    if not form.is_valid():
        messages.error(request, told_before() or _("No se recordó: la página estaba incompleta. Oprima el botón otra vez."))
        return redirect("circular", pk)
    try:
        made = remind_circular(actor=person, circular=found, uuid=form.cleaned_data["uuid"])
        n = made.addressees
        messages.success(request, ngettext("Se recordó a %(n)s destinatario que no la ha leído.",
                                           "Se recordó a %(n)s destinatarios que no la han leído.", n) % {"n": n})
    except NotAllowed:
        raise Http404 from None
    except Refused as refusal:
        messages.warning(request, refusal.message)
    return redirect("circular", pk)


def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask why, and cancel it as a whole."""
    found, letters, person = _circular(request, pk)
    if not _may(person, letters):
        raise Http404
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            cancel_circular(actor=person, circular=found, reason=form.cleaned_data["reason"])
            discard(person, f"circular-{pk}-cancel")
            messages.success(request, _("La circular quedó cancelada; cada folio sigue visible como cancelado."))
            return redirect("circular", pk)
        except NotAllowed:
            raise Http404 from None
        except Refused as refusal:
            blame(form, refusal)
    outside = letters.filter(letter__addressee_unit=None).count()
    return render(request, "correspondence/circular_cancel.html", {
        "circular": found, "form": form, "total": letters.count(), "outside": outside}, status=422 if form.is_bound else 200)


def _circular(request: HttpRequest, pk: int) -> tuple[Circular, QuerySet[Case], Person]:
    """The circular and those of its letters that the person may read; 404 without any."""
    person = person_of(request)
    found = get_object_or_404(Circular.objects.select_related("unit", "person", "cancelled_by"), pk=pk, institution=person.institution)
    letters = letters_of(person).filter(letter__circular=found)
    if not letters.exists():
        raise Http404
    return found, letters, person


def _may(person: Person, letters: QuerySet[Case]) -> bool:
    """Whether the person routes where the circular is in charge."""
    unit = letters.order_by("pk").values_list("unit_id", flat=True).first()
    return reach_of(person).can(cap.ROUTE, unit)


def sent_before(person: Person, entry: Entry) -> str:
    """What a form says that sent a circular before."""
    sent = readable(person).filter(letters__case=entry.case_id).first() if entry.verb == "letter.register" else None
    return told_again(sent) if sent else ""
