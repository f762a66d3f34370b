"""What a ticket is about: adding and taking away items, their impact in one look, what a change collides with; tickets of an item."""
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from markupsafe import Markup

from ventanilla.core.cases.models import Case
from ventanilla.core.cases.words import state_of
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.servicedesk.flow import CHANGES
from ventanilla.modules.servicedesk.forms_changing import TieItemForm
from ventanilla.modules.servicedesk.models import ConfigurationItem, TicketItem
from ventanilla.modules.servicedesk.screens.cmdb.impact import rows_of, sentence
from ventanilla.modules.servicedesk.screens.cmdb.panels import CIPanel
from ventanilla.modules.servicedesk.screens.cmdb.picking import picked
from ventanilla.modules.servicedesk.screens.lists import SINGULAR
from ventanilla.modules.servicedesk.screens.record import light_now, visible_ticket
from ventanilla.modules.servicedesk.services.cmdb import impact_of, to_tell
from ventanilla.modules.servicedesk.services.cmdb.impacts import may_ask
from ventanilla.modules.servicedesk.services.cmdb.referring import choosable
from ventanilla.modules.servicedesk.services.collisions import collisions_of
from ventanilla.modules.servicedesk.services.items import tie_item, ties_of, untie_item
from ventanilla.modules.servicedesk.services.relations import is_staff
from ventanilla.web.ui.refusals import blame

LOOK, TOLD, OPEN, PAST = 6, 4, 20, 10
"""Hurt items and people of one look; tickets of an item that are open, and those that were."""


def _desk(request: HttpRequest, pk: int) -> tuple[Case, Person]:
    """The ticket on its desk's side; otherwise the same 404 as for one that does not exist."""
    case, person = visible_ticket(request, pk)
    if not is_staff(reach_of(person), case):
        raise Http404
    return case, person


def items(request: HttpRequest, pk: int) -> HttpResponse:
    """The items of a ticket; a posted one is added."""
    case, person = _desk(request, pk)
    form = TieItemForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            found = picked(person, form.cleaned_data["item"], "item", choosable(person, person.institution_id))
            tie_item(actor=person, case=case, item=found, role=form.cleaned_data["role"])
            messages.success(request, _("Quedó anotado que el ticket trata de «%(name)s».") % {"name": found.name})
            return redirect(reverse("ticket", args=[pk]) + "#elementos")
        except NotAllowed:
            raise Http404 from None
        except Refused as refusal:
            blame(form, refusal)
    return render(request, "servicedesk/items/page.html", {"case": case, "ties": ties_of(person, case), "tie_form": form},
                  status=422 if form.is_bound else 200)


@require_POST
def untie(request: HttpRequest, pk: int, tie: int) -> HttpResponse:
    """The ticket is not about that item."""
    case, person = _desk(request, pk)
    row = get_object_or_404(TicketItem.objects.readable_by(person).filter(case=case), pk=tie)
    untie_item(actor=person, tie=row)
    messages.success(request, _("Se quitó el elemento; la bitácora conserva que estuvo."))
    return redirect(reverse("ticket", args=[pk]) + "#elementos")


@require_safe
def impact(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is hurt by the items of a ticket, in one look: the sentence, the worst with their reasons, whom to tell."""
    case, person = _desk(request, pk)
    if not may_ask(person):
        raise Http404
    named, _hidden = ties_of(person, case)
    ids = sorted({row.item_id for row in named if row.role != "cause"} or {row.item_id for row in named})
    context: dict[str, Any] = {"case": case, "report": None}
    if ids:
        report = impact_of(person, ids)
        told = to_tell(report)
        context |= {"report": report, "sentence": sentence(report), "rows": rows_of(report, LOOK), "more": max(0, len(report.hurt) - LOOK),
                    "told": told[:TOLD], "told_more": max(0, len(told) - TOLD), "whole": impact_url(ids)}
    return _part(request, "servicedesk/items/impact.html", context)


def impact_url(ids: list[int]) -> str:
    """The drawing of what these items do."""
    return f"{reverse('cmdb_impact')}?{urlencode([('ci', i) for i in ids])}"


@require_safe
def collisions(request: HttpRequest, pk: int) -> HttpResponse:
    """What a change collides with in its window, each with its reason."""
    case, person = _desk(request, pk)
    if case.kind not in CHANGES:
        raise Http404
    return _part(request, "servicedesk/items/collisions.html", {"case": case, "collisions": collisions_of(case, person)})


def _part(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    """A part of the record when the record asks for it, else a page of its own."""
    if getattr(request, "htmx", False):
        return render(request, name, context)
    return render(request, "servicedesk/items/alone.html", {**context, "part": name})


# --- tickets of an item --------------------------------------------------------------------------------------


def tickets_of(person: Person, item: ConfigurationItem) -> Markup:
    """The card of an item's record: its open tickets and the last ones, by kind; those that the person reads on the desk's side."""
    ties = TicketItem.objects.readable_by(person).filter(item=item)
    rows = Case.objects.filter(pk__in=ties.values("case_id")).select_related("unit", "assignee")
    now = list(rows.filter(closed_at=None).order_by("kind", "-pk")[:OPEN + 1])
    past = list(rows.exclude(closed_at=None).order_by("-pk")[:PAST])
    if not now and not past:
        return Markup("")
    kinds = [(str(label), [(c, state_of(c), light_now(c)) for c in now[:OPEN] if c.kind == kind]) for kind, label in SINGULAR.items()]
    return Markup(render_to_string("servicedesk/items/tickets.html", {
        "item": item, "kinds": [(label, found) for label, found in kinds if found], "more": len(now) > OPEN,
        "past": [(c, SINGULAR[c.kind], state_of(c)) for c in past], "all": f"/listas/tickets/?{urlencode({'elemento': mark(item)})}"}))


def mark(item: ConfigurationItem) -> str:
    """How an address names the item in a filter: by its inventory number, else by its own."""
    return item.label if item.code else f"#{item.pk}"


PANEL = CIPanel("tickets", 10, tickets_of)
