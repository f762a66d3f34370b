"""The page on which the desk corrects the facts of a ticket, and the answers of its form, with the reason."""
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.questionnaires.definition import Definition
from ventanilla.core.questionnaires.services import values_of
from ventanilla.core.questionnaires.words import Invalid
from ventanilla.lib.flow import Step
from ventanilla.modules.servicedesk.forms_correcting import CorrectForm
from ventanilla.modules.servicedesk.services.correcting import Correction, correct
from ventanilla.web.questionnaires.drawing import QuestionForm
from ventanilla.web.questionnaires.receiving import Sent, receive
from ventanilla.web.ui.drafts import discard
from ventanilla.web.ui.refusals import blame


def page(request: HttpRequest, person: Person, case: Case, step: Step) -> HttpResponse:
    """The facts as they are; sent well, as they should be. Raises NotAllowed."""
    posted, asked = request.method == "POST", _form_of(case)
    form = CorrectForm(request.POST if posted else None, case=case, person=person)
    sent = receive(asked, request, person=person) if asked and posted and "asked" in request.POST else None
    wrong: dict[str, str] = {}
    if posted and form.is_valid() and (sent is None or sent.complete):
        try:
            draft = Correction(form.facts, sent.raw if sent else None, tuple(sent.files) if sent else ())
            correct(actor=person, case=case, draft=draft, reason=form.cleaned_data["reason"])
            discard(person, f"ticket-{case.pk}-correct")
            messages.success(request, _("Los datos quedaron corregidos; lo que decían antes está en la historia."))
            return redirect("ticket", case.pk)
        except Invalid as invalid:
            wrong = invalid.errors
        except Refused as refusal:
            blame(form, refusal)
    elif sent:
        had = values_of(case, private=True)
        wrong = sent.mistakes(person, [had[one.key] for one in sent.definition.fields.values() if one.type == "file" and one.key in had])
    return render(request, "servicedesk/correct.html", {
        "case": case, "step": step, "form": form, "questions": _questions(person, case, asked, sent, wrong)},
        status=422 if form.is_bound else 200)


def _form_of(case: Case) -> Definition | None:
    version = case.ticket.version
    return version.form.form if version and version.form else None


def _questions(person: Person, case: Case, asked: Definition | None, sent: Sent | None, wrong: dict[str, str]) -> QuestionForm | None:
    """The questions with the answers that there are, or as they were sent with what is wrong."""
    if asked is None:
        return None
    return sent.form(wrong, person=person) if sent else QuestionForm(asked, values_of(case, private=True), person=person)
