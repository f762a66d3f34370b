"""Suggestions while a form is filled: who writes to the institution, whom it is addressed to, and who receives what goes out.

Choosing one fills the other fields too: `fills` are names of form fields and their values.
"""
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Final

from django.db.models import QuerySet
from django.utils import timezone

from ventanilla.core.orgs.models import Appointment, Person
from ventanilla.core.orgs.services.finding import find_people, find_units
from ventanilla.core.orgs.services.posts import valid_on
from ventanilla.lib.spanish import fold
from ventanilla.modules.correspondence.models import Correspondent
from ventanilla.modules.correspondence.models.letters import Order
from ventanilla.modules.correspondence.services.registration import Sender, sender_key

MOST: Final = 8
MOST_PARTS: Final = 12
"""Of a written addressee, between commas; names, posts and organisations have commas too."""
LOOKED_AT: Final = 100
"""Entries used most, of which the suggested organisations are taken."""


@dataclass(frozen=True)
class Asked:
    """What has been typed: `words` in the field itself, and what the form says of the sender so far."""

    words: str
    order: str = ""
    organisation: str = ""


@dataclass(frozen=True)
class Suggestion:
    """One entry: what the list shows and the field would hold, and what choosing it fills."""

    value: str
    fills: Mapping[str, str] = field(default_factory=dict)


def suggest(person: Person, name: str, asked: Asked) -> list[Suggestion]:
    """At most eight suggestions for a field (`organisation`, `signatory`, `addressee`, `outside`), those most used first."""
    find = _FINDERS.get(name)
    return find(person, asked) if find and asked.words.strip() else []


def _listed(person: Person, words: str) -> QuerySet[Correspondent]:
    rows = Correspondent.objects.filter(institution=person.institution, active=True)
    for word in words.split()[:8]:
        rows = rows.filter(key__contains=fold(word).casefold())
    return rows.order_by("-uses", "key")


def _written(*parts: str) -> str:
    return ", ".join(filter(None, parts))


def _sender(row: Correspondent, value: str) -> Suggestion:
    return Suggestion(value, {"order": row.order, "organisation": row.organisation, "signatory": row.name, "post": row.post})


def _organisations(person: Person, asked: Asked) -> list[Suggestion]:
    """Each organisation once before anyone else who signs for one; those that begin with the words first."""
    words, seen = fold(asked.words).casefold(), Counter[str]()
    ranked: list[tuple[int, bool, Correspondent]] = []
    for row in _listed(person, asked.words).exclude(organisation="")[:LOOKED_AT]:
        name = fold(row.organisation).casefold()
        ranked.append((seen[name], not name.startswith(words), row))
        seen[name] += 1
    ranked.sort(key=itemgetter(0, 1))
    return [_sender(row, _written(row.organisation, row.name, row.post)) for _rank, _begins, row in ranked[:MOST]]


def _signatories(person: Person, asked: Asked) -> list[Suggestion]:
    """People of the organisation typed, and citizens; everybody while no organisation is typed."""
    rows = _listed(person, asked.words).exclude(name="")
    if asked.organisation.strip():
        rows = rows.filter(pk__in=_listed(person, asked.organisation).values("pk"))
    return [_sender(row, _written(row.name, row.post, row.organisation)) for row in rows[:MOST]]


def _addressees(person: Person, asked: Asked) -> list[Suggestion]:
    """Who holds a post in the institution, and its units."""
    known = find_people(Person.objects.filter(institution=person.institution, active=True), asked.words).order_by()
    held = Appointment.objects.filter(valid_on(timezone.localdate()), person__in=known).select_related("person", "post")
    found = [_written(a.person.name, a.post.title) for a in held.order_by("person__sort_key", "pk")[:MOST]]
    found += [u.name for u in find_units(person.institution, asked.words, limit=MOST)]
    return [Suggestion(value, {"addressee": value}) for value in found[:MOST]]


def _outside(person: Person, asked: Asked) -> list[Suggestion]:
    found = [_written(row.name, row.post, row.organisation) for row in _listed(person, asked.words)[:MOST]]
    return [Suggestion(value, {"addressee": value}) for value in found]


def lines_of(institution_id: int, addressee: str) -> list[str]:
    """Name, post and organisation of who is addressed as the directory suggests it; what was typed otherwise, as it was typed."""
    keys = _keys_of(addressee.split(", ", MOST_PARTS))
    near = Correspondent.objects.filter(institution=institution_id, key__in=keys).exclude(name="")
    found = {parts for parts in near.values_list("name", "post", "organisation") if _written(*parts) == addressee}
    return list(filter(None, found.pop())) if len(found) == 1 else addressee.splitlines()


def _keys_of(parts: Sequence[str]) -> list[str]:
    """Keys of the entries that may be written so: a name at the beginning, an organisation or none at the end."""
    ends = range(1, len(parts) + 1)
    pairs = [(", ".join(parts[:first]), ", ".join(parts[last:])) for first in ends for last in ends if first <= last]
    return sorted({sender_key(Sender(order, organisation, name)) for name, organisation in pairs for order in Order.values})


_FINDERS: Final[dict[str, Callable[[Person, Asked], list[Suggestion]]]] = {
    "organisation": _organisations, "signatory": _signatories, "addressee": _addressees, "outside": _outside}
