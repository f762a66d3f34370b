"""Digitising: upload many, the phone's camera, a scanned batch with separator sheets; then register from the stack."""
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from ventanilla.core.documents.models import WAITING
from ventanilla.core.documents.services import separator_sheet, store_files
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.numbers import whole
from ventanilla.modules.correspondence.models import Upload
from ventanilla.modules.correspondence.screens.record import person_of
from ventanilla.modules.correspondence.services.uploads import (
    REGISTRABLE,
    add_uploads,
    discard_upload,
    stack_of,
    store_photos,
    with_versions,
)
from ventanilla.web.ui.returning import key_of


def _registrar(request: HttpRequest) -> tuple[Person, list[Unit]]:
    person = person_of(request)
    units = list(Unit.objects.filter(pk__in=reach_of(person).within(cap.REGISTER), valid_to=None)[:300])
    if not units:
        raise Http404
    return person, units


def stack(request: HttpRequest) -> HttpResponse:
    """What waits to be registered; posting files adds to it. htmx asks again while something is being read."""
    person, units = _registrar(request)
    refused = ""
    if request.method == "POST":
        unit = next((u for u in units if str(u.pk) == request.POST.get("unit")), units[0])
        try:
            added = _received(request, person, unit)
            return redirect(reverse("letter_stack") + (f"#carga-{added[0].uuid}" if added else ""))
        except NotAllowed:
            raise Http404 from None
        except Refused as refusal:
            refused = refusal.message
    rows = with_versions(list(stack_of(person)[:200]))
    busy = any(v.state in WAITING for _u, v in rows)
    ready = sum(v.state in REGISTRABLE for _u, v in rows)
    context = {"form_key": key_of(request) or uuid4(), "refused": refused, "rows": rows, "units": units, "busy": busy, "ready": ready,
               "unit_id": person.unit_id, "most_files": settings.DATA_UPLOAD_MAX_NUMBER_FILES}
    name = "correspondence/stack_rows.html" if getattr(request, "htmx", False) else "correspondence/stack.html"
    return render(request, name, context, status=422 if refused else 200)


def _received(request: HttpRequest, person: Person, unit: Unit) -> list[Upload]:
    """Files and photos into the stack; what was not there yet."""
    photos, batch, key = request.FILES.getlist("photos"), bool(request.POST.get("separadores")), request.POST.get("uuid", "")
    documents = store_files(actor=person, files=request.FILES.getlist("files"), key=key)
    captured = store_photos(actor=person, photos=photos, key=key)
    if not documents and not captured:
        raise Refused(_("Elija algún archivo o tome una foto."), "files")
    added = add_uploads(actor=person, unit=unit, documents=documents, separators=batch)
    added += add_uploads(actor=person, unit=unit, documents=captured)
    if captured:
        messages.success(request, ngettext("La foto quedó en un PDF; se está leyendo.",
                                           "Las %(n)s fotos quedaron en un PDF; se está leyendo.", len(photos)) % {"n": len(photos)})
    if documents and batch:
        messages.success(request, _("Se recibió. Cuando pase la revisión del antivirus se separa por sus hojas; lo verá aquí mismo."))
    elif documents:
        messages.success(request, ngettext("Se recibió %(n)s archivo; se está leyendo.",
                                           "Se recibieron %(n)s archivos; se están leyendo.", len(documents)) % {"n": len(documents)})
    return added


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
    wanted = whole(request.GET.get("hojas"))
    count = min(max(wanted, 1), 200) if wanted is not None else 10
    response = HttpResponse(separator_sheet(count), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="separadores.pdf"'
    return response
