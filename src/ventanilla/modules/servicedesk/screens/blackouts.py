"""The calendar of periods without changes: those that come, those that were; declared, corrected and called off by managers."""
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.servicedesk.forms_changing import BlackoutForm
from ventanilla.modules.servicedesk.models import Blackout
from ventanilla.modules.servicedesk.screens.cmdb.picking import picked
from ventanilla.modules.servicedesk.screens.items import mark
from ventanilla.modules.servicedesk.screens.record import person_of
from ventanilla.modules.servicedesk.services.clearing import BlackoutDraft, call_off, may_keep, save_blackout
from ventanilla.modules.servicedesk.services.cmdb.referring import choosable
from ventanilla.modules.servicedesk.services.working import works_somewhere

COMING, PAST = 200, 30


def _reader(request: HttpRequest) -> tuple[Person, bool]:
    """Somebody of the desk, or who keeps the periods; and whether they keep them."""
    person = person_of(request)
    keeps = may_keep(person)
    if not keeps and not works_somewhere(person):
        raise Http404
    return person, keeps


def blackouts(request: HttpRequest) -> HttpResponse:
    """What comes, by date, and what was."""
    person, keeps = _reader(request)
    rows = Blackout.objects.filter(institution_id=person.institution_id).select_related("type", "item", "by")
    now = timezone.now()
    coming = list(rows.filter(active=True, ends_at__gt=now).order_by("starts_at", "pk")[:COMING])
    past = list(rows.exclude(active=True, ends_at__gt=now).order_by("-ends_at", "-pk")[:PAST])
    seen = set(choosable(person, person.institution_id).filter(pk__in=[r.item_id for r in (*coming, *past)]).values_list("pk", flat=True))
    return render(request, "servicedesk/blackouts/home.html", {"coming": coming, "past": past, "keeps": keeps, "seen": seen, "now": now})


def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Declare a period, or correct one."""
    person, keeps = _reader(request)
    if not keeps:
        raise Http404
    row = get_object_or_404(Blackout, pk=pk, institution_id=person.institution_id, active=True) if pk else None
    form = BlackoutForm(request.POST if request.method == "POST" else None, institution_id=person.institution_id, initial=_initial(row))
    if request.method == "POST" and form.is_valid():
        try:
            save_blackout(actor=person, draft=_draft(person, form.cleaned_data), blackout=row)
            messages.success(request, _("El periodo quedó guardado: se toma en cuenta desde ahora."))
            return redirect("blackouts")
        except NotAllowed:
            raise Http404 from None
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
    return render(request, "servicedesk/blackouts/edit.html", {"form": form, "row": row}, status=422 if form.is_bound else 200)


def _initial(row: Blackout | None) -> dict[str, Any]:
    if row is None:
        return {}
    return {"name": row.name, "reason": row.reason, "starts_at": row.starts_at, "ends_at": row.ends_at, "type": row.type_id,
            "item": mark(row.item) if row.item else "", "uuid": row.uuid}


def _draft(person: Person, data: dict[str, Any]) -> BlackoutDraft:
    item = picked(person, data["item"], "item", choosable(person, person.institution_id)) if data["item"].strip() else None
    return BlackoutDraft(data["name"], data["reason"], data["starts_at"], data["ends_at"], data["type"], item, data["uuid"])


@require_POST
def off(request: HttpRequest, pk: int) -> HttpResponse:
    """Call a period off."""
    person, keeps = _reader(request)
    row = get_object_or_404(Blackout, pk=pk, institution_id=person.institution_id)
    if not keeps:
        raise Http404
    call_off(actor=person, blackout=row)
    messages.success(request, _("El periodo ya no cuenta; queda en la lista de los anteriores."))
    return redirect("blackouts")
