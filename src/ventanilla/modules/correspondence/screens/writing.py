"""Writing: a letter with its own outgoing folio, or a circular; and the status of each circular's addressees."""
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ventanilla.core.cases.terms import Term
from ventanilla.core.documents.models import Document
from ventanilla.core.documents.services import open_version, store_files
from ventanilla.core.exports.docx import fill_docx
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.correspondence import tasks
from ventanilla.modules.correspondence.forms import WritingForm
from ventanilla.modules.correspondence.models import Circular, LetterTemplate
from ventanilla.modules.correspondence.screens.circulars import letters_of
from ventanilla.modules.correspondence.screens.files import pdf_response
from ventanilla.modules.correspondence.screens.record import person_of
from ventanilla.modules.correspondence.services.circulars import CircularDraft, addressees, send_circular
from ventanilla.modules.correspondence.services.outgoing import (
    PAPER_PROBLEMS,
    OutgoingDraft,
    make_paper,
    set_body,
    word_values,
    write_letters,
)
from ventanilla.modules.correspondence.services.templates import example
from ventanilla.web.ui.downloads import attachment
from ventanilla.web.ui.drafts import discard

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def write(request: HttpRequest) -> HttpResponse:
    """The form for a letter or a circular."""
    person = person_of(request)
    if not reach_of(person).can(cap.ROUTE):
        raise Http404
    form = WritingForm(request.POST if request.method == "POST" else None, person=person)
    if request.method == "POST" and form.is_valid():
        try:
            send = _circular if form.cleaned_data["units"] or form.cleaned_data["others"] else _letter
            annexes = store_files(actor=person, files=request.FILES.getlist("files"), key=str(form.cleaned_data["uuid"]))
            answer = send(request, person, form.cleaned_data, annexes)
            discard(person, "letter-write")
            return answer
        except NotAllowed:
            raise Http404 from None
        except Refused as refusal:
            form.add_error({"addressees": "units"}.get(refusal.field, refusal.field if refusal.field in form.fields else None),
                           refusal.message)
    return render(request, "correspondence/write.html", {"form": form}, status=422 if form.is_bound else 200)


def _letter(request: HttpRequest, person: Person, data: dict[str, Any], annexes: list[Document]) -> HttpResponse:
    draft = OutgoingDraft(data["unit"], data["type"], data["subject"], data["text"], data["addressee"],
                          template=data["template"], uuid=data["uuid"], annexes=annexes)
    case = write_letters(actor=person, drafts=[draft])[0]
    try:
        make_paper(actor=person, case=case)
    except PAPER_PROBLEMS:
        tasks.make_paper.defer(case_id=case.pk, person_id=person.pk)
        messages.warning(request, _("El folio quedó dado; el documento no se pudo preparar y se intentará de nuevo en unos minutos."))
    messages.success(request, _("Oficio %(folio)s preparado.") % {"folio": case.folio})
    return redirect("letter", case.pk)


def _circular(request: HttpRequest, person: Person, data: dict[str, Any], annexes: list[Document]) -> HttpResponse:
    term = Term(data["amount"]) if data["amount"] is not None else None
    sent = send_circular(actor=person, draft=CircularDraft(
        data["unit"], data["type"], data["subject"], data["text"], list(data["units"]), data["purpose"], term, data["uuid"],
        [data["addressee"], *data["others"]], data["template"], annexes))
    messages.success(request, _("La circular se envió a %(n)s destinatarios, cada uno con su folio.") % {"n": sent.letters.count()})
    return redirect("circular", sent.pk)


def circular(request: HttpRequest, pk: int) -> HttpResponse:
    """Each addressee: folio, state, whether it was read and acknowledged, by whom and when, and its answer."""
    person = person_of(request)
    found = get_object_or_404(Circular.objects.select_related("unit", "person"), pk=pk, institution=person.institution)
    rows = addressees(list(letters_of(person).filter(letter__circular=found).values_list("pk", flat=True)))
    if not rows:
        raise Http404
    counts = {"read": sum(r.read for r in rows), "acknowledged": sum(bool(r.acknowledged or r.letter.delivered_at) for r in rows),
              "answered": sum(bool(r.answer) for r in rows)}
    action = any(r.turn and r.turn.purpose == "action" for r in rows)
    exports = reach_of(person).can(cap.EXPORT)
    return render(request, "correspondence/circular.html", {
        "circular": found, "rows": rows, "counts": counts, "action": action, "exports": exports})


@require_safe
def template_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What a letter made from the template looks like, with invented data: a PDF, or the filled Word document."""
    person = person_of(request)
    if not reach_of(person).can(cap.ADMIN_CATALOGUES):
        raise Http404
    template = get_object_or_404(LetterTemplate.objects.select_related("document"), pk=pk, institution=person.institution)
    try:
        return _example(template, person)
    except PAPER_PROBLEMS as problem:
        messages.error(request, str(problem))
        return redirect("admin_area:catalogue_row", "plantillas-de-oficio", pk)


def _example(template: LetterTemplate, person: Person) -> HttpResponse:
    values = example() | {"institucion": person.institution.name}
    if template.engine == "docx" and template.document:
        with open_version(template.document.latest) as stream:
            made = HttpResponse(fill_docx(stream.read(), word_values(values)), content_type=WORD)
        return attachment(made, f"ejemplo-{template.pk}.docx")
    return pdf_response(set_body(person.institution, template.body.strip() or USUAL, values), f"ejemplo-{template.pk}.pdf", inline=True)


USUAL = """*{institucion}*
{unidad}

>>*Oficio No. {folio}*
>>Asunto: {asunto}
>>{fecha}

*{destinatario}*
Presente

{texto}

><*Atentamente*
><{firmante}
><{cargo}"""
"""The platform's own design, as the text of a template."""
