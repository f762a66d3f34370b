"""What the form of registering takes from the letter that the same person registered just before."""
from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person
from ventanilla.lib.numbers import whole
from ventanilla.modules.correspondence.models.letters import Direction, Order
from ventanilla.modules.correspondence.services.correcting import facts_of

SENDER: Final = ("order", "organisation", "sender_unit", "signatory", "post", "addressee")
"""Repeated only when that is asked for: a sender that stays by itself is one that nobody looked at."""


def previous_of(request: HttpRequest, person: Person) -> Case | None:
    """The letter that the address names (`anterior`), when this person registered it."""
    if not (named := whole(request.GET.get("anterior"))):
        return None
    return Case.objects.visible_to(person).filter(pk=named, kind="letter", registrar=person).select_related("letter__type").first()


def repeated(request: HttpRequest, person: Person, previous: Case | None) -> dict[str, Any]:
    """Unit, direction, type and way of the previous letter, which a morning's letters share; with `remitente=1`, also who sent it."""
    if previous is None or request.method == "POST":
        return {}
    letter = previous.letter
    facts = facts_of(previous, letter)
    kept = {"type": letter.type_id, "medium": letter.medium, "direction": letter.direction, "unit": previous.unit_id}
    if letter.direction == Direction.INTERNAL:
        kept["order"] = Order.INTERNAL  # nobody from outside sends what is internal
    return kept | ({name: facts[name] for name in SENDER} if request.GET.get("remitente") == "1" else {})


def with_read(kept: Mapping[str, Any], read: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of the previous letter and what was read of this one: a sender read from the sheet is not a unit of the institution."""
    outside = {"direction": Direction.INCOMING} if kept.get("direction") == Direction.INTERNAL and read.get("order") else {}
    return {**kept, **outside, **read}
