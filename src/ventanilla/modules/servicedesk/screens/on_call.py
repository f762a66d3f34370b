"""Turns on call: who is called now, what comes, and keeping them."""
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.servicedesk.forms_on_call import OfTeam, RotaForm, TurnForm
from ventanilla.modules.servicedesk.models import OnCall, Team
from ventanilla.modules.servicedesk.screens.record import person_of
from ventanilla.modules.servicedesk.services import on_call as turns
from ventanilla.modules.servicedesk.services.working import works_somewhere
from ventanilla.web.ui.refusals import blame

COMING = 200


def _reader(request: HttpRequest) -> tuple[Person, list[Team]]:
    """Somebody of the desk, and the teams whose turns they keep."""
    person = person_of(request)
    kept = turns.kept_by(person)
    if not turns.keeps(person) and not works_somewhere(person):
        raise Http404
    return person, kept


def home(request: HttpRequest) -> HttpResponse:
    """Of each team who is called now, and the turns that come."""
    person, kept = _reader(request)
    now = timezone.now()
    rows = OnCall.objects.filter(institution_id=person.institution_id, team__active=True).ahead(now).select_related("team", "person__unit")
    coming = list(rows.order_by("starts_at", "team__tier", "team__name", "order")[:COMING])
    teams = Team.objects.filter(institution_id=person.institution_id, active=True)
    return render(request, "servicedesk/on_call/home.html", {
        "called": turns.called_of(teams), "coming": coming, "kept": {t.pk for t in kept}, "now": now})


def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A turn, new or corrected."""
    person, kept = _reader(request)
    row = get_object_or_404(OnCall, pk=pk, institution_id=person.institution_id, team__in=kept) if pk else None
    form = TurnForm(request.POST if request.method == "POST" else None, actor=person, row=row)
    return _page(request, form, lambda: turns.save_turn(actor=person, draft=form.draft(), turn=row), row)


def rota(request: HttpRequest) -> HttpResponse:
    """A weekly rota: its turns are made at once, and each can be changed afterwards."""
    person, _kept = _reader(request)
    form = RotaForm(request.POST if request.method == "POST" else None, actor=person)
    return _page(request, form, lambda: turns.plan_rota(actor=person, draft=form.draft()), None)


def _page(request: HttpRequest, form: OfTeam, verb: Callable[[], Any], row: OnCall | None) -> HttpResponse:
    if not turns.keeps(person_of(request)):
        raise Http404
    if request.method == "POST" and form.is_valid():
        try:
            verb()
            messages.success(request, _("La guardia quedó guardada."))
            return redirect("on_call")
        except NotAllowed:
            raise Http404 from None
        except Refused as refusal:
            blame(form, refusal)
    return render(request, "servicedesk/on_call/edit.html", {"form": form, "row": row}, status=422 if form.is_bound else 200)


@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a turn away."""
    person, kept = _reader(request)
    row = get_object_or_404(OnCall, pk=pk, institution_id=person.institution_id, team__in=kept)
    turns.drop_turn(actor=person, turn=row)
    messages.success(request, _("La guardia se quitó."))
    return redirect("on_call")
