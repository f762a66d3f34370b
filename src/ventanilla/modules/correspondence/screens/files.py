"""Files of a letter: add, download with permission and log, previews, receipt, label, the whole digital file."""

import io
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from PIL import Image

from ventanilla.core.audit.services import record as log
from ventanilla.core.cases.models import Attachment, Case
from ventanilla.core.cases.services import attach, refuse_sealed
from ventanilla.core.documents.models import DocumentVersion
from ventanilla.core.documents.problems import DocumentError
from ventanilla.core.documents.services import open_preview, store_files
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.numbers import whole
from ventanilla.modules.correspondence.screens.record import page_of, person_of, turns_of, visible_case
from ventanilla.modules.correspondence.services import issue_receipt
from ventanilla.modules.correspondence.services.papers import answering_papers, label_pdf, receipt_pdf, whole_pdf, whole_zip
from ventanilla.modules.correspondence.services.proofs import export_proof
from ventanilla.modules.correspondence.services.uploads import stack_of, store_photos
from ventanilla.web.ui.downloads import attachment, download_or_why


@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Attach posted files to the letter; the same form again attaches nothing more. A refusal brings the page back with the files kept."""
    case, person = visible_case(request, pk)
    key = request.POST.get("uuid", "")
    try:
        refuse_sealed(case)
        documents = [*store_photos(actor=person, photos=request.FILES.getlist("photos"), key=key),
                     *store_files(actor=person, files=request.FILES.getlist("files"), key=key)]
        if not documents:
            raise Refused(_("Elija algún archivo o tome una foto."))
        known = set(Attachment.objects.filter(document__in=documents).values_list("document_id", flat=True))
        attach(actor=person, case=case, documents=[d for d in documents if d.pk not in known], role="annex")
    except NotAllowed:
        raise Http404 from None
    except Refused as refusal:
        context = page_of(request, case, person, turns_of(case)) | {"panel": False, "refused": refusal.message}
        return render(request, "correspondence/record.html", context, status=422)
    messages.success(request,
                     _("Se agregaron %(n)s archivos.") % {"n": len(documents)} if len(documents) != 1 else _("Se agregó el archivo."))
    return redirect("letter", pk)


@require_safe
def download(request: HttpRequest, uuid: UUID) -> HttpResponse | FileResponse:
    """The file as it arrived, always as an attachment; the log says who took it. `version` names an earlier one, `texto` asks for
    the PDF in which one can search and copy."""
    person = person_of(request)
    version, case = _readable(person, uuid, request.GET.get("version", ""))
    return download_or_why(version, actor=person, case_id=case.pk if case else None, text=bool(request.GET.get("texto")))


@require_safe
def preview(request: HttpRequest, uuid: UUID, number: int) -> HttpResponse | FileResponse:
    """A page as a picture."""
    version, _case = _readable(person_of(request), uuid)
    try:
        stream = open_preview(version, number)
    except (DocumentError, DocumentVersion.DoesNotExist, FileNotFoundError):
        raise Http404 from None
    response = FileResponse(stream, content_type="image/jpeg")
    response["Cache-Control"] = "private, max-age=3600"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
def crop(request: HttpRequest, uuid: UUID, number: int) -> HttpResponse:
    """A part of a page's picture: `caja` are four fractions of the page (x0,y0,x1,y1), a little is added round it."""
    version, _case = _readable(person_of(request), uuid)
    try:
        x0, y0, x1, y1 = (min(max(float(v), 0.0), 1.0) for v in request.GET.get("caja", "").split(","))
        with open_preview(version, number) as stream, Image.open(stream) as page:
            w, h = page.size
            box = (int(max(x0 - 0.01, 0) * w), int(max(y0 - 0.006, 0) * h), int(min(x1 + 0.01, 1) * w), int(min(y1 + 0.006, 1) * h))
            if box[2] <= box[0] or box[3] <= box[1]:
                raise Http404
            result = io.BytesIO()
            page.crop(box).convert("RGB").save(result, "JPEG", quality=80)
    except (ValueError, DocumentError, DocumentVersion.DoesNotExist, FileNotFoundError):
        raise Http404 from None
    return HttpResponse(result.getvalue(), content_type="image/jpeg", headers={"Cache-Control": "private, max-age=3600"})


def _readable(person: Person, uuid: UUID, number: str = "") -> tuple[DocumentVersion, Case | None]:
    """The newest version of a document (or that number) when its case, or the stack it waits in, is open to the person."""
    rows = DocumentVersion.objects.filter(document__uuid=uuid, document__institution_id=person.institution_id)
    if number:
        rows = rows.filter(number=whole(number, 6) or 0)
    version = rows.select_related("document", "blob").order_by("-number").first()
    if version is None:
        raise Http404
    if Attachment.objects.filter(document_id=version.document_id).exists():
        mine = Attachment.objects.readable_by(person).filter(document_id=version.document_id).select_related("case").first()
        if mine is None and not answering_papers(person).filter(document_id=version.document_id).exists():
            raise Http404
        return version, mine.case if mine else None
    if not stack_of(person).filter(document_id=version.document_id).exists():
        raise Http404
    return version, None


@require_safe
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """The receipt to hand out."""
    case, person = visible_case(request, pk)
    return pdf_response(receipt_pdf(issue_receipt(actor=person, case=case)), f"acuse-{case.folio}.pdf", inline=True)


@require_safe
def label(request: HttpRequest, pk: int) -> HttpResponse:
    """The label for the paper."""
    case, person = visible_case(request, pk)
    return pdf_response(label_pdf(issue_receipt(actor=person, case=case)), f"etiqueta-{case.folio}.pdf", inline=True)


@require_safe
def whole_file(request: HttpRequest, pk: int, kind: str) -> Any:
    """The whole digital file in one PDF or ZIP: scan, receipt, turns, answers, evaluations, conclusion, archive place."""
    case, person = visible_case(request, pk)
    makers = {"pdf": (whole_pdf, "application/pdf"), "zip": (whole_zip, "application/zip")}
    if kind not in makers:
        raise Http404
    make, media_type = makers[kind]
    log("letter.whole_file", actor=person, institution_id=case.institution_id, subject=f"case:{case.pk}", case_id=case.pk,
        detail={"kind": kind})
    return attachment(FileResponse(make(case), content_type=media_type), f"expediente-{case.folio}.{kind}")


@require_safe
def proof(request: HttpRequest, pk: int) -> Any:
    """The log of the letter with its proof, as JSON to be verified elsewhere; who took it stands in the log."""
    case, person = visible_case(request, pk)
    try:
        made = export_proof(actor=person, case=case)
    except NotAllowed:
        raise Http404 from None
    return attachment(HttpResponse(made, content_type="application/json"), f"constancia-{case.folio}.json")


def pdf_response(content: bytes, name: str, *, inline: bool) -> HttpResponse:
    """A paper to look at (`inline`) or to keep."""
    response = HttpResponse(content, content_type="application/pdf")
    attachment(response, name)
    if inline:
        response["Content-Disposition"] = response["Content-Disposition"].replace("attachment", "inline", 1)
    return response


