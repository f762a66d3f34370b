"""One step on the turns ticked in their list or in the inbox: sent on together, other steps in one after the other."""
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from ventanilla.core.cases import services as spine
from ventanilla.core.cases.flows import TURN_FLOW, flow_of
from ventanilla.core.cases.models import Case, Turn
from ventanilla.core.cases.moving import allowed_steps
from ventanilla.core.cases.words import step_of, turn_state_of
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.modules.correspondence.forms import ReasonForm, end_of_day
from ventanilla.modules.correspondence.forms_routing import ExtendForm, ReassignForm, RouteForm
from ventanilla.modules.correspondence.screens.many import (
    LeftOut,
    able,
    asked,
    back,
    chosen_of,
    done,
    ids_of,
    one_by_one,
    sent,
    tell,
)
from ventanilla.modules.correspondence.screens.routing_many import route_together
from ventanilla.web.inbox import bulk

WHOSE: Final[dict[str, Callable[[], str]]] = {
    "subroute": lambda: _("quien lo turna es la unidad que lo tiene."),
    "reassign": lambda: _("lo reasigna quien lo envió, o quien turna en la unidad que lo tiene."),
    "extend": lambda: _("su plazo lo amplía quien lo envió."),
    "return": lambda: _("lo devuelve quien lo tiene."),
    "withdraw": lambda: _("lo retira quien lo envió."),
}
"""Who takes a step on a turn, for whoever may not."""


@dataclass(frozen=True)
class TurnWay:
    """How a step is taken on several turns: who may anywhere, its form, and what it does to each by the valid form."""

    capability: str
    form: Callable[[HttpRequest, Person, Sequence[Turn]], Any]
    take: Callable[[Person, Turn, dict[str, Any]], object]


def _reason(request: HttpRequest, _person: Person, _turns: Sequence[Turn]) -> ReasonForm:
    return ReasonForm(sent(request))


def _reassign(person: Person, turn: Turn, data: dict[str, Any]) -> None:
    spine.reassign(actor=person, turn=turn, unit=data["unit"], person=data["person"], reason=data["reason"])


def _extend(person: Person, turn: Turn, data: dict[str, Any]) -> None:
    due = end_of_day(data["due"])
    assert due is not None
    spine.extend(actor=person, turn=turn, due_at=due, reason=data["reason"])


TURN_WAYS: Final[dict[str, TurnWay]] = {
    "reassign": TurnWay(cap.ROUTE, lambda request, person, turns: ReassignForm(sent(request), person=person, turns=turns), _reassign),
    "extend": TurnWay(cap.ROUTE, lambda request, _person, _turns: ExtendForm(sent(request)), _extend),
    "return": TurnWay(cap.ANSWER, _reason, lambda who, turn, data: spine.return_turn(actor=who, turn=turn, reason=data["reason"])),
    "withdraw": TurnWay(cap.ROUTE, _reason, lambda who, turn, data: spine.withdraw(actor=who, turn=turn, reason=data["reason"])),
}


def turns_page(request: HttpRequest, step: str) -> HttpResponse:
    """Accept the ticked turns, or mark them as read: the same as in the inbox."""
    person = able(request, cap.ANSWER)
    chosen = ids_of(request, "fila")
    if not chosen:
        messages.warning(request, _("Marque al menos una fila."))
    bulk.tell(request, step, *bulk.take(actor=person, step=step, turn_ids=chosen))
    return redirect(back(request, "turnos"))


def steps_page(request: HttpRequest, step: str) -> HttpResponse:
    """The ticked turns and the form of the step; sent, the step on each that allows it, those that hang from others first."""
    way = TURN_WAYS[step]
    person = able(request, way.capability)
    turns, unable = turns_for(person, ids_of(request, "fila"), step)
    if not turns:
        return _nothing(request, unable, "turnos")
    form = way.form(request, person, turns)
    word = step_of(person.institution_id, TURN_FLOW, step)
    return done(request, form, lambda: one_by_one(person, reversed(turns), lambda who, turn: way.take(who, turn, form.cleaned_data)),
                unable, "turnos") or asked(request, form, [("fila", turn.pk, turn.case) for turn in turns], unable, ("turnos", word))


def routed_page(request: HttpRequest) -> HttpResponse:
    """What was ticked in the list of turns (`fila`) or in the inbox (`turno`; `asunto`: letters), and the form of turning; sent, all that
    may go on do, together."""
    person = able(request, cap.ROUTE)
    turns, unable = turns_for(person, [*ids_of(request, "fila"), *ids_of(request, "turno")], "subroute")
    cases, not_these = chosen_of(person, ids_of(request, "asunto"), "route")
    slug = "bandeja" if request.POST.get("de") == "bandeja" else "turnos"
    things: list[Any] = [*cases, *turns]
    left = [*not_these, *unable]
    if not things:
        return _nothing(request, left, slug)
    form = RouteForm(sent(request), person=person, origin=things[0].unit)
    word = step_of(person.institution_id, TURN_FLOW, "subroute")
    rows = [("asunto", case.pk, case) for case in cases] + [("turno", turn.pk, turn.case) for turn in turns]
    return done(request, form, lambda: route_together(person, things, form), left, slug) or asked(request, form, rows, left, (slug, word))


def _nothing(request: HttpRequest, unable: Sequence[LeftOut], slug: str) -> HttpResponse:
    tell(request, 0, unable or [("", _("Marque al menos una fila."))])
    return redirect(back(request, slug))


def turns_for(person: Person, ids: Sequence[int], step: str) -> tuple[list[Turn], list[LeftOut]]:
    """Of these turns the person sees: those that allow the step now, and the folios of the others with why not."""
    rows = Turn.objects.filter(pk__in=ids, case__in=Case.objects.visible_to(person)).select_related(
        "case__unit", "case__institution", "unit", "from_unit", "parent")
    fit, unable = [], []
    for turn in rows.order_by("pk"):
        if any(found.name == step for found in allowed_steps(person, turn.case, turn)):
            fit.append(turn)
        else:
            unable.append((turn.case.folio or "", _why(turn, step)))
    return fit, unable


def _why(turn: Turn, step: str) -> str:
    flow = flow_of(turn.purpose)
    if flow.find(step, turn.state):
        return WHOSE[step]()
    if turn.purpose == Turn.Purpose.INFORMATION and not any(known.name == step for known in flow.steps):
        return _("es para conocimiento: no se turna.") if step == "subroute" else _("es para conocimiento: no lleva ese paso.")
    return _("su turno está en «%(state)s».") % {"state": turn_state_of(turn)}
