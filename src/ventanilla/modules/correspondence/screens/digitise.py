"""Digitising: upload many, the phone's camera, a scanned batch with separator sheets; then register from the stack."""
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from ventanilla.core.documents.models import Document
from ventanilla.core.documents.services import separator_sheet, store_files
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.correspondence.screens.record import person_of
from ventanilla.modules.correspondence.services.batches import split_batch
from ventanilla.modules.correspondence.services.uploads import add_uploads, discard_upload, stack_of, store_photos


def _registrar(request: HttpRequest) -> tuple[Person, list[Unit]]:
    person = person_of(request)
    units = list(Unit.objects.filter(pk__in=reach_of(person).within(cap.REGISTER), valid_to=None)[:300])
    if not units:
        raise Http404
    return person, units


def stack(request: HttpRequest) -> HttpResponse:
    """What waits to be registered; posting files adds to it. htmx asks again while something is being read."""
    person, units = _registrar(request)
    if request.method == "POST":
        unit = next((u for u in units if str(u.pk) == request.POST.get("unit")), units[0])
        try:
            documents = _received(request, person, unit)
            if request.POST.get("separadores"):
                _split(request, person, unit, [d.pk for d in documents])
        except NotAllowed:
            raise Http404 from None
        except Refused as refusal:
            messages.error(request, refusal.message)
        return redirect("letter_stack")
    rows = list(stack_of(person)[:200])
    versions = {u.pk: u.document.latest for u in rows}
    busy = any(v.state in ("received", "scanning", "clean", "processing") for v in versions.values())
    context = {"capture": uuid4(), "rows": [(u, versions[u.pk]) for u in rows], "units": units, "busy": busy, "unit_id": person.unit_id}
    name = "correspondence/stack_rows.html" if getattr(request, "htmx", False) else "correspondence/stack.html"
    return render(request, name, context)


def _received(request: HttpRequest, person: Person, unit: Unit) -> list[Document]:
    """Files and photos into the stack; returns the documents that came as files."""
    photos = request.FILES.getlist("photos")
    documents = store_files(actor=person, files=request.FILES.getlist("files"))
    captured = store_photos(actor=person, photos=photos, key=request.POST.get("capture", ""))
    add_uploads(actor=person, unit=unit, documents=[*documents, *captured])
    if captured:
        messages.success(request, ngettext("La foto quedó en un PDF; se está leyendo.",
                                           "Las %(n)s fotos quedaron en un PDF; se está leyendo.", len(photos)) % {"n": len(photos)})
    if documents or not captured:
        messages.success(request, ngettext("Se recibió %(n)s archivo; se está leyendo.",
                                           "Se recibieron %(n)s archivos; se están leyendo.", len(documents)) % {"n": len(documents)})
    return documents


def _split(request: HttpRequest, person: Person, unit: Unit, document_ids: list[int]) -> None:
    for upload in stack_of(person).filter(document_id__in=document_ids):
        parts = split_batch(actor=person, upload=upload)
        if len(parts) > 1:
            messages.success(request, _("«%(name)s» se separó en %(n)s documentos.") % {"name": upload.document, "n": len(parts)})


@require_POST
def discard(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take an upload out of the stack; the file stays in the log."""
    person, _units = _registrar(request)
    try:
        discard_upload(actor=person, upload_uuid=uuid)
        messages.success(request, _("Se quitó de la pila."))
    except NotAllowed:
        raise Http404 from None
    return redirect("letter_stack")


@require_safe
def separators(request: HttpRequest) -> HttpResponse:
    """Separator sheets to print and put between documents before scanning."""
    _registrar(request)
    wanted = request.GET.get("hojas", "10")
    count = min(max(int(wanted), 1), 200) if wanted.isdigit() else 10
    response = HttpResponse(separator_sheet(count), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="separadores.pdf"'
    return response
