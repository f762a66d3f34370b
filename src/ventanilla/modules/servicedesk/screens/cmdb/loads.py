"""Files of items and relations: look, confirm, undo; and what must be tidied."""
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.servicedesk.models.cmdb import CILoad, CIType, ConfigurationItem, Relation, RelationType
from ventanilla.modules.servicedesk.screens.cmdb.forms import LoadForm
from ventanilla.modules.servicedesk.screens.cmdb.places import places
from ventanilla.modules.servicedesk.services.cmdb.loading import apply_load, obstacles, plan_load, undo_load
from ventanilla.modules.servicedesk.services.cmdb.loading.applying import LoadFile
from ventanilla.modules.servicedesk.services.cmdb.loading.plans import MAX_BYTES
from ventanilla.modules.servicedesk.services.cmdb.loading.waiting import keep_file, kept_file
from ventanilla.modules.servicedesk.services.cmdb.tidying import findings
from ventanilla.modules.servicedesk.services.cmdb.writing import keeps
from ventanilla.web.admin_area.pages import page

SHOWN = 200


@page(cap.CMDB_WRITE)
def loads(request: HttpRequest, person: Person) -> HttpResponse:
    """The loads so far; posting a file shows what it would do; posting `digest` does it."""
    if request.method == "POST" and "digest" in request.POST:
        return _apply(request, person)
    form = LoadForm(request.POST or None, request.FILES or None)
    context: dict[str, object] = {"form": form}
    if request.method == "POST" and form.is_valid():
        what, file = form.cleaned_data["what"], form.cleaned_data["file"]
        try:
            data = file.read(MAX_BYTES + 1)
            plan = plan_load(person.institution, what, data)
            key = keep_file(person, data) if plan.changes else None
            context |= {"plan": plan, "what": what, "name": file.name, "key": key, "groups": [
                (label, tone, len(plan.of(sort)), plan.of(sort)[:SHOWN]) for sort, label, tone in (
                    ("add", _("Se agregan"), "good"), ("change", _("Cambian"), "wait")) if plan.of(sort)]}
        except Refused as refusal:
            form.add_error("file", refusal.message)
    return render(request, "servicedesk/cmdb/loads.html", {
        **context, "places": places(person),
        "loads": CILoad.objects.filter(institution_id=person.institution_id).select_related("person", "undone_by")[:50],
        "types": CIType.objects.filter(institution_id=person.institution_id, active=True),
        "ties": RelationType.objects.filter(institution_id=person.institution_id, active=True)}, status=422 if form.errors else 200)


def _apply(request: HttpRequest, person: Person) -> HttpResponse:
    try:
        key, data = kept_file(person, request.POST.get("key", ""))
        made = apply_load(actor=person, institution=person.institution, file=LoadFile(
            "relations" if request.POST.get("what") == "relations" else "items", request.POST.get("name", "")[:200], data,
            request.POST["digest"], key))
        messages.success(request, _("Quedó aplicado: %(a)s agregados, %(c)s cambiados.") % {"a": made.added, "c": made.changed})
        return redirect("cmdb_load", made.pk)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("cmdb_loads")


@page(cap.CMDB_WRITE)
def load(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """One load: what it did, and whether it can be undone."""
    row = get_object_or_404(CILoad.objects.filter(institution_id=person.institution_id).select_related("person", "undone_by"), pk=pk)
    items = ConfigurationItem.objects.filter(versions__load=row).distinct().select_related("type").order_by("sort_key", "pk")[:SHOWN]
    ties = Relation.objects.filter(load=row).select_related("type", "source", "target").order_by("pk")[:SHOWN]
    return render(request, "servicedesk/cmdb/load.html", {"load": row, "items": items, "ties": ties, "obstacles": obstacles(row)})


@page(cap.CMDB_WRITE)
@require_POST
def undo(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """Undo a load whole."""
    row = get_object_or_404(CILoad.objects.filter(institution_id=person.institution_id), pk=pk)
    try:
        undo_load(actor=person, load=row)
        messages.success(request, _("La carga se deshizo completa."))
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("cmdb_load", pk)


@page(cap.CMDB_READ, cap.CMDB_WRITE)
def tidy(request: HttpRequest, person: Person) -> HttpResponse:
    """Duplicates and orphans."""
    return render(request, "servicedesk/cmdb/tidy.html", {"findings": findings(person), "keeps": keeps(person), "places": places(person)})
