"""The record of an item: facts and relations as of a day, documents, what other parts show, its history, its verbs."""
from datetime import date
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.servicedesk.models.cmdb import CIType, ConfigurationItem
from ventanilla.modules.servicedesk.screens.cmdb.forms import written_groups
from ventanilla.modules.servicedesk.screens.cmdb.panels import panels_for
from ventanilla.modules.servicedesk.services.cmdb.attributes import attributes_of
from ventanilla.modules.servicedesk.services.cmdb.documents import (
    add_documents,
    documents_of,
    remove_document,
    version_of,
)
from ventanilla.modules.servicedesk.services.cmdb.impacts import may_ask
from ventanilla.modules.servicedesk.services.cmdb.labels import label_pdf
from ventanilla.modules.servicedesk.services.cmdb.lifecycle import CI_FLOW
from ventanilla.modules.servicedesk.services.cmdb.past import Facts, facts_of, facts_on, history
from ventanilla.modules.servicedesk.services.cmdb.relating import Neighbour, ended_of, neighbours
from ventanilla.modules.servicedesk.services.cmdb.writing import keeps, steps_for
from ventanilla.web.admin_area.pages import page
from ventanilla.web.ui.downloads import download_or_why
from ventanilla.web.ui.returning import key_of

TONES = {"in_use": "good", "maintenance": "wait", "retired": "", "planned": "new"}


def visible_item(person: Person, pk: int) -> ConfigurationItem:
    """The item, or 404."""
    rows = ConfigurationItem.objects.visible_to(person).select_related("type__parent__parent__parent", "unit", "owner", "institution")
    return get_object_or_404(rows, pk=pk)


def day_of(request: HttpRequest) -> date | None:
    """The past day asked for in the address; None for today, the future or nonsense."""
    try:
        day = parse_date(request.GET.get("dia", ""))
    except ValueError:
        return None
    return day if day and day < timezone.localdate() else None


def odd_day(request: HttpRequest) -> str:
    """Why the day asked for in the address is not the one that is answered for; empty when it is."""
    said = request.GET.get("dia", "")
    if not said or day_of(request) or said == str(timezone.localdate()):
        return ""
    return _("«%(day)s» no es una fecha pasada: se contesta con la configuración de hoy.") % {"day": said[:40]}


@page()
def record(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """An item, today or as of a past day."""
    return _shown(request, person, visible_item(person, pk), day_of(request))


def _shown(request: HttpRequest, person: Person, item: ConfigurationItem, day: date | None, refused: str = "") -> HttpResponse:
    facts = facts_on(item, day) if day else facts_of(item)
    ties, hidden = neighbours(person, item, day)
    return render(request, "servicedesk/cmdb/record.html", {
        "item": item, "day": day, "facts": facts, "shown": _facts(facts) if facts else [], "own": _own(item, facts) if facts else [],
        "state": CI_FLOW.labels[facts["state"]] if facts else "", "tone": TONES[facts["state"]] if facts else "",
        "sides": _sides(ties), "hidden": hidden, "ended": ended_of(person, item) if not day else [],
        "history": history(item, 100), "files": documents_of(item), "may_ask": may_ask(person),
        "keeps": keeps(person), "steps": steps_for(person, item) if not day else [], "odd_day": odd_day(request),
        "panels": panels_for(person, item) if not day else [],
        "today": timezone.localdate(), "refused": refused, "form_key": key_of(request) or uuid4()}, status=422 if refused else 200)


def _sides(ties: list[Neighbour]) -> list[tuple[str, str, list[Neighbour]]]:
    """Relations in three groups: what it needs, what needs it, the rest."""
    groups = ((_("Depende de"), _("No depende de nada."), [n for n in ties if n.supplies_me]),
              (_("Le da servicio a"), _("Nada depende de él."), [n for n in ties if n.depends_on_me]),
              (_("Otras relaciones"), "", [n for n in ties if not n.supplies_me and not n.depends_on_me]))
    return [(title, empty, rows) for title, empty, rows in groups if rows or empty]


def _facts(facts: Facts) -> list[tuple[str, Any]]:
    kind = CIType.objects.filter(pk=facts["type"]).first()
    unit = Unit.objects.filter(pk=facts["unit"]).first() if facts["unit"] else None
    owner = Person.objects.filter(pk=facts["owner"]).first() if facts["owner"] else None
    return [(_("Tipo"), kind), (_("Número de inventario"), facts["code"]), (_("Número de serie"), facts["serial"]),
            (_("Unidad responsable"), unit.name if unit else _("Sin unidad")), (_("Persona responsable"), owner or _("Sin responsable")),
            (_("Respaldo"), written_groups(facts["redundancy"]))]


def _own(item: ConfigurationItem, facts: Facts) -> list[tuple[str, Any, Any]]:
    """Label, value and, for a reference, the item that it names."""
    known, values = attributes_of(item.type), facts["attributes"]
    ids = [values[a.name] for a in known if a.kind == "reference" and a.name in values]
    items = ConfigurationItem.objects.in_bulk(ids) if ids else {}
    rows: list[tuple[str, Any, Any]] = []
    for a in known:
        if a.name in values:
            value = values[a.name]
            rows.append((a.label, date.fromisoformat(value) if a.kind == "date" else f"{value} {a.unit}".strip(), items.get(value)))
    return rows + [(k, v, None) for k, v in values.items() if k not in {a.name for a in known}]


@page()
def label(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """The label to print and stick."""
    item = visible_item(person, pk)
    response = HttpResponse(label_pdf([item]), content_type="application/pdf")
    response["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(f'etiqueta-{item.code or item.pk}.pdf'.replace('/', '-'))}"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@page()
@require_POST
def documents(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """Add documents."""
    item = visible_item(person, pk)
    try:
        made = add_documents(actor=person, item=item, files=request.FILES.getlist("files"), key=request.POST.get("uuid", ""))
        messages.success(request, _("Se agregaron %(n)s documentos.") % {"n": len(made)} if len(made) > 1 else _("Se agregó el documento."))
    except Refused as refusal:
        return _shown(request, person, item, None, refusal.message)
    return redirect("ci", pk)


@page(cap.CMDB_WRITE)
@require_POST
def document_off(request: HttpRequest, person: Person, pk: int, uuid: UUID) -> HttpResponse:
    """Take away a document that was added by mistake."""
    try:
        remove_document(actor=person, item=visible_item(person, pk), uuid=uuid)
        messages.success(request, _("El documento se quitó del elemento; quedó en la bitácora."))
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("ci", pk)


@page()
@require_safe
def document(request: HttpRequest, person: Person, pk: int, uuid: UUID) -> Any:
    """A document as it arrived, always as an attachment; the log says who took it."""
    item = visible_item(person, pk)
    version = version_of(item, uuid)
    if version is None:
        raise Http404
    return download_or_why(version, actor=person, item=item.pk)
