"""What the pages share: who asks, which practice, and answers of the verbs turned into pages."""
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest

from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.practices.models import Practice


def person_of(request: HttpRequest) -> Person:
    """The signed-in person, or 404."""
    person: Person | None = getattr(request, "person", None)
    if person is None:
        raise Http404
    return person


def practice_of(request: HttpRequest, pk: int) -> tuple[Practice, Person]:
    """The practice when this person may read it; otherwise the same 404 as for one that does not exist."""
    person = person_of(request)
    row = Practice.objects.visible_to(person).filter(pk=pk).select_related("unit", "owner", "institution", "current").first()
    if row is None:
        raise Http404
    return row, person


def writable_practice(request: HttpRequest, pk: int) -> tuple[Practice, Person]:
    """The practice when this person may write it (perhaps not now: its state); otherwise 404."""
    person = person_of(request)
    row = Practice.objects.writable_by(person).filter(pk=pk).select_related("unit", "owner", "institution", "current").first()
    if row is None:
        raise Http404
    return row, person


def posted_uuid(request: HttpRequest) -> UUID:
    """The uuid that the page made for its form; a new one where it was altered."""
    try:
        return UUID(request.POST.get("uuid", ""))
    except ValueError:
        return uuid4()


def attempt(request: HttpRequest, verb: Callable[[], Any], done: str) -> bool:
    """Do it and say so; a refusal becomes its message, what is not allowed a 404."""
    try:
        verb()
    except NotAllowed:
        raise Http404 from None
    except Refused as refusal:
        messages.error(request, refusal.message)
        return False
    if done:
        messages.success(request, done)
    return True


@dataclass(frozen=True)
class Panel:
    """A part of the record's page that another subject brings: a template and what it reads. `place`: "actions", "main" or "aside"."""

    template: str
    context: dict[str, Any]
    place: str = "main"


Maker = Callable[[Person, Practice], Panel | None]
_panels: list[tuple[int, Maker]] = []


def register_panel(order: int, maker: Maker) -> None:
    """Add a part to every record's page (called once from `apps.ready()`); `maker` gives None where it has nothing to show."""
    if (order, maker) not in _panels:
        _panels.append((order, maker))


def panels_of(person: Person, practice: Practice) -> dict[str, list[Panel]]:
    """The parts of a record's page by place, in order."""
    found: dict[str, list[Panel]] = {"actions": [], "main": [], "aside": []}
    for _order, maker in sorted(_panels, key=lambda p: p[0]):
        if panel := maker(person, practice):
            found[panel.place].append(panel)
    return found
