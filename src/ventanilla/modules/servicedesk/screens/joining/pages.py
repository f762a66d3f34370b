"""Merging several ticked tickets of the list into one, and the imported past of a ticket."""
from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ventanilla.core.cases.models import Case
from ventanilla.core.cases.words import state_of
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.numbers import whole
from ventanilla.modules.servicedesk import services as desk
from ventanilla.modules.servicedesk.models import ImportedEvent
from ventanilla.modules.servicedesk.screens.desk import agent_of
from ventanilla.modules.servicedesk.screens.record import KINDS, visible_ticket
from ventanilla.modules.servicedesk.services.importing.flags import LABELS
from ventanilla.modules.servicedesk.services.relations import is_staff

MOST = 20


def merge_page(request: HttpRequest) -> HttpResponse:
    """Choose which of the ticked tickets goes on (the oldest open one is proposed), and merge the others into it."""
    person = agent_of(request)
    asked = request.POST if request.method == "POST" else request.GET
    ids = [pk for i in asked.getlist("fila") if (pk := whole(i)) is not None][:MOST]
    rows = list(Case.objects.visible_to(person).filter(pk__in=ids, kind__in=KINDS).select_related(
        "ticket__service", "ticket__requester").order_by("received_at", "pk"))
    if len(rows) < 2:
        messages.warning(request, _("Marque en la lista al menos dos tickets que traten de lo mismo."))
        return redirect("screen", "tickets")
    chosen = next((c for c in rows if str(c.pk) == request.POST.get("continua")), None)
    if request.method == "POST" and chosen:
        _merge_all(request, person, chosen, [c for c in rows if c != chosen])
        return redirect("ticket", chosen.pk)
    best = next((c for c in rows if c.closed_at is None), rows[0])
    return render(request, "servicedesk/joining/merge.html", {"rows": [(c, state_of(c)) for c in rows], "best": best})


def _merge_all(request: HttpRequest, person: Person, survivor: Case, doubles: Sequence[Case]) -> None:
    """Each by its own verb and transaction; each refusal is told."""
    done = 0
    for double in doubles:
        try:
            desk.merge(actor=person, case=double, survivor=survivor, reason=request.POST.get("motivo", "")[:2000])
            done += 1
        except NotAllowed:
            messages.warning(request, _("%(folio)s: no le corresponde fusionarlo.") % {"folio": double.folio})
        except Refused as refusal:
            messages.warning(request, f"{double.folio}: {refusal.message}")
    if done:
        text = ngettext("Se fusionó %(n)s ticket en %(folio)s.", "Se fusionaron %(n)s tickets en %(folio)s.", done)
        messages.success(request, text % {"n": done, "folio": survivor.folio})


def imported_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Every event that came from another system with the ticket: when, in which state, what changed, what is odd in it."""
    case, person = visible_ticket(request, pk)
    if not is_staff(reach_of(person), case):
        raise Http404
    events = list(ImportedEvent.objects.filter(case=case).select_related("log").order_by("sequence"))
    if not events:
        raise Http404
    rows, before = [], dict[str, str]()
    for event in events:
        values = event.as_dict()
        rows.append((event, [(k, before.get(k, ""), v) for k, v in values.items() if v != before.get(k, "")],
                     [str(LABELS.get(flag, flag)) for flag in event.flags]))
        before = values
    odd = sum(bool(flags) for _event, _changes, flags in rows)
    return render(request, "servicedesk/joining/imported.html", {"case": case, "rows": rows, "odd": odd, "log": events[0].log})
