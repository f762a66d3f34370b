"""Writing: a letter with its own outgoing folio, or a circular; and what a template looks like."""
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
from ventanilla.modules.correspondence.models import LetterTemplate
from ventanilla.modules.correspondence.screens.again import Again, again_of
from ventanilla.modules.correspondence.screens.files import pdf_response
from ventanilla.modules.correspondence.screens.record import person_of
from ventanilla.modules.correspondence.services.circulars import CircularDraft, send_circular
from ventanilla.modules.correspondence.services.outgoing import (
    PAPER_PROBLEMS,
    OutgoingDraft,
    make_paper,
    set_body,
    word_values,
    write_letters,
)
from ventanilla.modules.correspondence.services.registering_again import not_again, write_again
from ventanilla.modules.correspondence.services.templates import example
from ventanilla.web.ui.downloads import attachment
from ventanilla.web.ui.drafts import discard
from ventanilla.web.ui.refusals import blame

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def write(request: HttpRequest) -> HttpResponse:
    """The form for a letter or a circular; `de` in the address names the cancelled letter that is written again."""
    person = person_of(request)
    if not reach_of(person).can(cap.ROUTE):
        raise Http404
    posted, again = request.method == "POST", again_of(request, person)
    if again and not posted and (why := not_again(person, again.case)):
        messages.warning(request, why)
        return redirect("letter", again.case.pk)
    form = WritingForm(request.POST if posted else None, person=person, initial=again.written if again else None)
    key = f"letter-write-again-{again.case.pk}" if again else "letter-write"
    if posted and form.is_valid() and (answer := _sent(request, person, form, again)):
        discard(person, key)
        return answer
    context = {"form": form, "again": again, "draft_key": key}
    return render(request, "correspondence/write.html", context, status=422 if form.is_bound else 200)


def _sent(request: HttpRequest, person: Person, form: WritingForm, again: Again | None) -> HttpResponse | None:
    """Where to go once it was sent; None when it was refused, and the form says why."""
    data = form.cleaned_data
    try:
        annexes = store_files(actor=person, files=request.FILES.getlist("files"), key=str(data["uuid"]))
        if not (data["units"] or data["others"]):
            return _letter(request, person, data, annexes, again)
        if again:
            raise Refused(_("Un oficio cancelado se escribe de nuevo a un solo destinatario; para varios, escriba una circular aparte."),
                          "units")
        return _circular(request, person, data, annexes)
    except NotAllowed:
        raise Http404 from None
    except Refused as refusal:
        blame(form, refusal, {"addressees": "units"})
    return None


def _letter(request: HttpRequest, person: Person, data: dict[str, Any], annexes: list[Document], again: Again | None) -> HttpResponse:
    draft = OutgoingDraft(data["unit"], data["type"], data["subject"], data["text"], data["addressee"],
                          template=data["template"], uuid=data["uuid"], annexes=annexes)
    case = (write_again(actor=person, draft=draft, cancelled=again.case, keep=again.documents) if again
            else write_letters(actor=person, drafts=[draft])[0])
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
        [data["addressee"], *data["others"]], data["template"], annexes, data["remind_after"]))
    messages.success(request, _("La circular se envió a %(n)s destinatarios, cada uno con su folio.") % {"n": sent.letters.count()})
    return redirect("circular", sent.pk)


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
