"""Trying a version: it is filled in like the real one, and shows what would be stored, what is refused and the score; nothing is kept."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ventanilla.core.orgs.models import Person
from ventanilla.core.questionnaires.definition import check, score
from ventanilla.core.questionnaires.models import Purpose
from ventanilla.core.questionnaires.references import resolver
from ventanilla.core.questionnaires.showing import shown_values
from ventanilla.core.questionnaires.words import all_said
from ventanilla.web.admin_area.pages import page
from ventanilla.web.questionnaires.drawing import QuestionForm
from ventanilla.web.questionnaires.receiving import receive
from ventanilla.web.questionnaires.views.shared import KEEP, crumbs, instrument_of, parsed


@page(*KEEP)
def trying(request: HttpRequest, person: Person, pk: int, number: int) -> HttpResponse:
    """Version `number` of the form, also a draft."""
    instrument = instrument_of(person, pk)
    version = instrument.versions.filter(number=number).first()
    if version is None:
        raise Http404
    form, problems = parsed(version)
    context = {
        "instrument": instrument,
        "version": version,
        "problems": problems,
        "definition": form,
        "crumbs": crumbs(instrument),
        "public": instrument.purpose == Purpose.SURVEY,
    }
    if form is None:
        return render(request, "questionnaires/try.html", context)
    if request.method != "POST":
        return render(request, "questionnaires/try.html", {**context, "form": QuestionForm(form, person=person)})
    sent = receive(form, request, person=None if request.FILES else person)  # a file that is only tried is not stored
    found = check(form, sent.raw, resolve=resolver(person, person.institution_id))
    errors = {k: v for k, v in all_said(found.errors).items() if not sent.more}
    done = sent.complete and not errors
    return render(
        request,
        "questionnaires/try.html",
        {
            **context,
            "form": sent.form(errors, person=person),
            "done": done,
            "shown": shown_values(form, found.values, private=True) if done else [],
            "score": score(form, found.values) if done and form.is_scored else None,
        },
        status=200 if done or sent.more else 422,
    )
