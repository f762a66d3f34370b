"""What somebody was asked to evaluate, and the instrument beside what the practice says."""
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.questionnaires.showing import shown_values
from ventanilla.core.questionnaires.words import Invalid
from ventanilla.modules.practices.form import definition
from ventanilla.modules.practices.models import Evaluation
from ventanilla.modules.practices.screens.common import person_of
from ventanilla.modules.practices.services import evaluation as panel
from ventanilla.modules.practices.services.records import clean_values
from ventanilla.web.questionnaires.drawing import QuestionForm
from ventanilla.web.questionnaires.receiving import receive
from ventanilla.web.ui.drafts import discard


def mine(request: HttpRequest) -> HttpResponse:
    """The evaluations asked of this person: those to do, and those done."""
    person = person_of(request)
    rows = list(panel.evaluations_of(person)[:200])
    return render(request, "practices/evaluations.html", {
        "waiting": [r for r in rows if not r.finished_at], "done": [r for r in rows if r.finished_at]})


def evaluate(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of one evaluation; handed in, it does not change."""
    row, person = _of(request, pk)
    form_data = panel.form_of(row.review)
    status, form = 200, QuestionForm(form_data, values=row.values if row.finished_at else None, person=person)
    if request.method == "POST" and not row.finished_at:
        sent = receive(form_data, request, person=person)
        try:
            panel.evaluate(actor=person, evaluation=row, raw=sent.raw, files=sent.files)
            discard(person, f"evaluation-{pk}")
            messages.success(request, _("Su evaluación quedó entregada. Gracias."))
            return redirect("practice_evaluations")
        except Invalid as invalid:
            form, status = sent.form(invalid.errors, person=person), 422
        except Refused as refusal:
            messages.error(request, refusal.message)
            return redirect("practice_evaluations")
    revision = row.review.revision
    return render(request, "practices/evaluation.html", {
        "row": row, "practice": row.review.practice, "form": form, "intro": form_data.intro,
        "shown": shown_values(definition(revision.generation), clean_values(revision.values, revision.generation)),
        "results": panel.may_see_results(person, row.review, row.review.case)}, status=status)


def _of(request: HttpRequest, pk: int) -> tuple[Evaluation, Person]:
    person = person_of(request)
    row = panel.evaluations_of(person).select_related("review__revision").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row, person
