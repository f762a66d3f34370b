"""Tickets that may say the same, for the desk: while it registers one, and beside a record."""
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from ventanilla.core.cases.words import state_of
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.lib.numbers import whole
from ventanilla.modules.servicedesk.screens.record import person_of, visible_ticket
from ventanilla.modules.servicedesk.services.hints import Asked, alike
from ventanilla.modules.servicedesk.services.knowledge.helping import suggest
from ventanilla.modules.servicedesk.services.naming import items_of
from ventanilla.modules.servicedesk.services.working import works_somewhere


def _agent(request: HttpRequest) -> Person:
    person = person_of(request)
    if not works_somewhere(person):
        raise Http404
    return person


def typing(request: HttpRequest) -> HttpResponse:
    """What fits the subject and description being typed: tickets, articles and known errors."""
    person, given = _agent(request), request.GET
    subject, description = given.get("subject", "")[:300], given.get("description", "")[:1500]
    found = alike(person, Asked(f"{subject} {description}".strip(), _unit(person, given)))
    return render(request, "servicedesk/candidates/hints.html", {
        "found": [(a, state_of(a.case)) for a in found], "help": suggest(person, subject, description, limit=3), "beside": False})


def _unit(person: Person, given: QueryDict) -> int | None:
    """The unit chosen, or that of who asks."""
    unit, asker = whole(given.get("unit")), whole(given.get("requester"))
    here = {"institution_id": person.institution_id}
    if unit is not None:
        return Unit.objects.filter(pk=unit, **here).values_list("pk", flat=True).first()
    if asker is not None:
        return Person.objects.filter(pk=asker, **here).values_list("unit_id", flat=True).first()
    return None


def beside(request: HttpRequest, pk: int) -> HttpResponse:
    """What may say the same as a ticket, with what helped then."""
    _agent(request)
    case, person = visible_ticket(request, pk)
    text = f"{case.subject} {case.ticket.description[:1500]}"
    found = alike(person, Asked(text, case.ticket.unit_id, items_of([pk]).get(pk, ()), besides=pk))
    return render(request, "servicedesk/candidates/hints.html", {
        "found": [(a, state_of(a.case)) for a in found], "help": suggest(person, case.subject, case.ticket.description[:600], limit=3),
        "beside": True})
