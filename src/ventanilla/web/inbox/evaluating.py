"""Several answers read on one page, and the good ones accepted together. What is sent back goes back one by one, with its reason."""
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ventanilla.core.cases import services
from ventanilla.core.cases.judging import author_of, keep_authors
from ventanilla.core.cases.kinds import kind_of
from ventanilla.core.cases.models import Answer, Attachment, Case, Turn
from ventanilla.core.cases.moving import allowed_steps
from ventanilla.core.cases.words import turn_state_of
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.numbers import whole
from ventanilla.web.screens.screen import screen_of

MOST: Final = 50
"""Answers on one page: somebody reads them."""
FROM: Final = ("bandeja", "respuestas")
"""The lists from which answers are brought here, and to which one goes back."""


@dataclass(frozen=True)
class Waiting:
    """An answer that waits for this person, with what came with it and the page of its matter."""

    answer: Answer
    files: Sequence[Attachment]
    url: str


@login_required
def evaluate(request: HttpRequest) -> HttpResponse:
    """The ticked answers with their texts; sent (`hacer`), those that are still ticked are accepted, all or none."""
    person: Person | None = getattr(request, "person", None)
    if person is None:
        raise Http404
    turns, left = _asked(request, person)
    if not turns:
        _tell(request, 0, left or [_("Marque al menos una respuesta por evaluar.")])
        return redirect(_back(request))
    problem = ""
    if "hacer" in request.POST:
        try:
            services.approve_each(actor=person, turns=turns)
        except (NotAllowed, Refused) as refusal:
            problem = refusal.message if isinstance(refusal, Refused) else _("Algo cambió mientras tanto y no se aceptó ninguna.")
        else:
            _tell(request, len(turns), left)
            return redirect(_back(request))
    return render(request, "inbox/evaluate.html", {
        "rows": _waiting(turns), "left": left, "problem": problem, "from": _from(request), "back": _back(request),
        "query": request.POST.get("consulta", "")[:2000],
    }, status=422 if problem else 200)


def _asked(request: HttpRequest, person: Person) -> tuple[list[Turn], list[str]]:
    """The turns that are ticked (`turno`), or those of the ticked answers (`fila`), as far as this person sees them: those that they may
    evaluate now, and of the others why not."""
    turns, answers = ([n for n in map(whole, request.POST.getlist(name)) if n][:MOST] for name in ("turno", "fila"))
    of_answers = Answer.objects.filter(pk__in=answers, partial=False).values("turn")
    rows = Turn.objects.filter(Q(pk__in=turns) | Q(pk__in=of_answers), case__in=Case.objects.visible_to(person))
    found = list(rows.select_related("case__unit", "case__institution", "unit", "from_unit", "person").order_by("pk"))
    keep_authors(found)
    fit, left = [], []
    for turn in found:
        if any(step.name == "approve" for step in allowed_steps(person, turn.case, turn)):
            fit.append(turn)
        else:
            left.append(f"{turn.case.folio}: {_why(person, turn)}")
    return fit, left


def _why(person: Person, turn: Turn) -> str:
    if author_of(turn) == person.pk:
        return services.own_answer()
    if turn.state == "answered":
        return _("la evalúa quien la turnó.")
    return _("no está por evaluar: su turno está en «%(state)s».") % {"state": turn_state_of(turn)}


def _waiting(turns: Sequence[Turn]) -> list[Waiting]:
    by = {turn.pk: turn for turn in turns}
    answers = list(Answer.objects.filter(turn__in=by, partial=False, verdict="").select_related("person", "letter").order_by("turn_id"))
    files: dict[int, list[Attachment]] = {}
    for row in Attachment.objects.filter(answer_id__in=[a.pk for a in answers]).select_related("document").order_by("pk"):
        files.setdefault(row.answer_id or 0, []).append(row)
    for answer in answers:
        answer.turn = by[answer.turn_id]
    return [Waiting(a, files.get(a.pk, ()), kind_of(a.turn.case.kind).detail_url(a.turn.case_id)) for a in answers]


def _from(request: HttpRequest) -> str:
    named = request.POST.get("de", "")
    return named if named in FROM else "respuestas" if request.POST.getlist("fila") else FROM[0]


def _back(request: HttpRequest) -> str:
    """The list from which the answers were ticked, as it was."""
    query = request.POST.get("consulta", "")[:2000]
    address = reverse("inbox") if _from(request) == "bandeja" else screen_of(_from(request)).address
    return f"{address}?{query}"


def _tell(request: HttpRequest, done: int, left: Sequence[str]) -> None:
    if done:
        messages.success(request, ngettext("Se aceptó %(n)s respuesta.", "Se aceptaron %(n)s respuestas.", done) % {"n": done})
    for why in left[:5]:
        messages.warning(request, why)
    if len(left) > 5:
        messages.warning(request, _("Y otros %(n)s tampoco.") % {"n": len(left) - 5})
