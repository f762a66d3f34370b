"""Registering and editing an item, the steps of its life, and its relations."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.lib.numbers import whole
from ventanilla.modules.servicedesk.models.cmdb import CIType, ConfigurationItem, Relation
from ventanilla.modules.servicedesk.screens.cmdb.forms import ItemForm, RelateForm, RelationForm, StepForm
from ventanilla.modules.servicedesk.screens.cmdb.record import visible_item
from ventanilla.modules.servicedesk.services.cmdb import (
    add_item,
    confirm_item,
    edit_item,
    edit_relation,
    end_relation,
    impact_of,
    relate,
    step_item,
)
from ventanilla.modules.servicedesk.services.cmdb.lifecycle import CI_FLOW
from ventanilla.web.admin_area.pages import page
from ventanilla.web.ui.refusals import blame, done


@page(cap.CMDB_WRITE)
def new(request: HttpRequest, person: Person) -> HttpResponse:
    """Register an item: first its type, then its data."""
    types = CIType.objects.filter(institution_id=person.institution_id, active=True).select_related("parent__parent__parent")
    kind = next((t for t in types if t.slug == request.GET.get("tipo")), None)
    if kind is None:
        return render(request, "servicedesk/cmdb/choose_type.html", {"types": types})
    form = ItemForm(request.POST or None, person=person, kind=kind)
    if request.method == "POST" and (item := done(form, lambda: add_item(actor=person, draft=form.draft()), form.called)):
        messages.success(request, _("Quedó registrado «%(name)s».") % {"name": item.name})
        return redirect("ci", item.pk)
    return _form(request, form, kind, None)


@page(cap.CMDB_WRITE)
def edit(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """Change an item; `tipo` in the address changes its type too."""
    item = visible_item(person, pk)
    kind = CIType.objects.filter(institution_id=person.institution_id, slug=request.GET.get("tipo", "")).first() or item.type
    form = ItemForm(request.POST or None, person=person, kind=kind, item=item)
    if request.method == "POST" and done(form, lambda: edit_item(
            actor=person, item=item, draft=form.draft(), seen=parse_datetime(form.cleaned_data["seen"] or ""),
            reason=form.cleaned_data["reason"]), form.called):
        messages.success(request, _("Los cambios quedaron guardados."))
        return redirect("ci", pk)
    return _form(request, form, kind, item)


def _form(request: HttpRequest, form: ItemForm, kind: CIType, item: ConfigurationItem | None) -> HttpResponse:
    own = [form[f"a-{a.name}"] for a in form.own]
    types = CIType.objects.filter(institution_id=kind.institution_id, active=True) if item else []
    return render(request, "servicedesk/cmdb/item_form.html", {"form": form, "kind": kind, "item": item, "own": own, "types": types},
                  status=422 if form.errors else 200)


@page(cap.CMDB_WRITE)
def step(request: HttpRequest, person: Person, pk: int, name: str) -> HttpResponse:
    """A step of its life; retiring shows first who would be hurt."""
    item = visible_item(person, pk)
    found = CI_FLOW.find(name, item.state)
    if found is None:
        raise Http404
    form = StepForm(request.POST or None, needed="reason" in found.needs)
    if request.method == "POST" and form.is_valid():
        try:
            step_item(actor=person, item=item, step=name, reason=form.cleaned_data["reason"])
            messages.success(request, _("«%(name)s»: %(state)s.") % {"name": item.name, "state": CI_FLOW.labels[found.target].lower()})
            return redirect("ci", pk)
        except Refused as refusal:
            blame(form, refusal)
    hurt = impact_of(person, [pk]).hurt if found.target in ("retired", "maintenance") else []
    return render(request, "servicedesk/cmdb/step.html", {"form": form, "item": item, "step": found, "hurt": hurt},
                  status=422 if form.errors else 200)


@page(cap.CMDB_WRITE)
def relate_page(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """Tie the item to another one."""
    item = visible_item(person, pk)
    form = RelateForm(request.POST or None, person=person, item=item)
    if request.method == "POST" and done(form, lambda: relate(actor=person, draft=form.draft()), {"target": "other"}):
        messages.success(request, _("La relación quedó registrada."))
        return redirect(reverse("ci", args=[pk]) + "#relaciones")
    return render(request, "servicedesk/cmdb/relate.html", {"form": form, "item": item}, status=422 if form.errors else 200)


@page(cap.CMDB_WRITE)
def relation_page(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """Correct a relation; `desde` is the item whose record it was opened from."""
    rows = Relation.objects.filter(institution_id=person.institution_id).select_related("type", "source", "target")
    relation = get_object_or_404(rows, pk=pk)
    item, other = relation.source, relation.target
    if request.GET.get("desde") == str(other.pk):
        item, other = other, item
    form = RelationForm(request.POST or None, relation=relation)
    if request.method == "POST" and done(
            form, lambda: edit_relation(actor=person, relation=relation, facts=form.facts()), {"target": "since"}):
        messages.success(request, _("La relación quedó corregida."))
        return redirect(reverse("ci", args=[item.pk]) + "#relaciones")
    reads = relation.type.forward if item == relation.source else relation.type.backward
    context = {"form": form, "item": item, "other": other, "reads": reads, "relation": relation, "today": timezone.localdate()}
    return render(request, "servicedesk/cmdb/relation.html", context, status=422 if form.errors else 200)


@page(cap.CMDB_WRITE)
@require_POST
def confirm(request: HttpRequest, person: Person) -> HttpResponse:
    """Items that somebody looked at and that are as they say: of the report of what to tidy, or one from its record."""
    rows = ConfigurationItem.objects.visible_to(person).filter(pk__in=filter(None, map(whole, request.POST.getlist("ci")[:200])))
    done = [confirm_item(actor=person, item=item) for item in rows.order_by("pk")]
    if done:
        messages.success(request, ngettext("Quedó anotado que %(num)s elemento sigue igual.",
                                           "Quedó anotado que %(num)s elementos siguen igual.", len(done)) % {"num": len(done)})
    else:
        messages.error(request, _("Marque por lo menos un elemento."))
    if request.POST.get("desde") and done:
        return redirect("ci", done[0].pk)
    return redirect(reverse("cmdb_tidy") + "?abrir=stale#stale")


@page(cap.CMDB_WRITE)
@require_POST
def unrelate(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """End a relation today; goes back to the record it was ended on."""
    relation = get_object_or_404(Relation.objects.filter(institution_id=person.institution_id), pk=pk)
    try:
        end_relation(actor=person, relation=relation)
        kept = relation.valid_from < timezone.localdate()
        messages.success(request, _("La relación terminó hoy; su historia se conserva.") if kept else
                         _("La relación, que todavía no tenía un día completo, se quitó."))
    except Refused as refusal:
        messages.error(request, refusal.message)
    back = relation.target_id if request.POST.get("desde") == str(relation.target_id) else relation.source_id
    return redirect(reverse("ci", args=[back]) + "#relaciones")
