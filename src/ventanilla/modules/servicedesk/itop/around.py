"""What tickets refer to: people, organisations (our units), teams, services and what is offered of them. Read only."""
from collections.abc import Callable
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils import timezone

from ventanilla.core.orgs.models import Person, Unit
from ventanilla.modules.servicedesk.itop.classes import Attribute, ItopClass, Read, register
from ventanilla.modules.servicedesk.models import Offering, Service, Team
from ventanilla.modules.servicedesk.services.catalogue import offered_to
from ventanilla.modules.servicedesk.services.working import works_somewhere
from ventanilla.web.api import scopes

ACTIVE: Final = {"active": True, "inactive": False}
PRODUCED: Final = {"production": True, "obsolete": False}


def _of(get: Callable[[Any], Any]) -> Read:
    return lambda row, _seen: str(get(row) if get(row) is not None else "")


def _key(get: Callable[[Any], Any]) -> Read:
    return lambda row, _seen: str(get(row) or 0)


def _state(words: dict[str, bool]) -> Attribute:
    names = {value: word for word, value in words.items()}
    return Attribute(lambda row, _seen: names[row.active], "active", choices=words)


def _people(person: Person) -> QuerySet[Person]:
    return Person.objects.filter(institution_id=person.institution_id).select_related("unit")


def _units(person: Person) -> QuerySet[Unit]:
    return Unit.objects.filter(institution_id=person.institution_id).valid_on(timezone.localdate()).select_related("parent")


def _teams(person: Person) -> QuerySet[Team]:
    return Team.objects.filter(institution_id=person.institution_id).select_related("unit")


def _services(person: Person) -> QuerySet[Service]:
    rows = Service.objects.filter(institution_id=person.institution_id).select_related("family")
    return rows if works_somewhere(person) else rows.filter(internal=False, active=True)


def _offerings(person: Person) -> QuerySet[Offering]:
    return Offering.objects.filter(pk__in=offered_to(person).order_by().values("offering_id")).select_related("service")


def _named(name: str) -> Attribute:
    return Attribute(_of(lambda row: row.name), name)


_ID = Attribute(_key(lambda row: row.pk), "pk", "key")
_surnames = _of(lambda p: " ".join(filter(None, (p.surname_1, p.surname_2))))
_PERSON = {
    "id": _ID, "name": Attribute(_surnames, where=lambda person, text: _by_surnames(text)),
    "first_name": Attribute(_of(lambda p: p.given_name), "given_name"),
    "friendlyname": Attribute(_of(lambda p: p.name), where=lambda person, text: _whole(text)),
    "email": Attribute(_of(lambda p: p.email), "email"), "phone": Attribute(_of(lambda p: p.phone), "phone"),
    "org_id": Attribute(_key(lambda p: p.unit_id), "unit", "key"),
    "org_name": Attribute(_of(lambda p: p.unit.name if p.unit else ""), "unit__name"), "status": _state(ACTIVE),
}
_UNIT = {
    "id": _ID, "name": _named("name"), "friendlyname": _named("name"), "code": Attribute(_of(lambda u: u.code), "code"),
    "parent_id": Attribute(_key(lambda u: u.parent_id), "parent", "key", path="path"),
    "parent_name": Attribute(_of(lambda u: u.parent.name if u.parent else ""), "parent__name"),
    "status": Attribute(lambda row, _seen: "active"),
}
_TEAM = {
    "id": _ID, "name": _named("name"), "friendlyname": _named("name"), "org_id": Attribute(_key(lambda t: t.unit_id), "unit", "key"),
    "org_name": Attribute(_of(lambda t: t.unit.name), "unit__name"), "status": _state(ACTIVE),
}
_SERVICE = {
    "id": _ID, "name": _named("name"), "friendlyname": _named("name"), "description": Attribute(_of(lambda s: s.summary), "summary"),
    "servicefamily_id": Attribute(_key(lambda s: s.family_id), "family", "key"),
    "servicefamily_name": Attribute(_of(lambda s: s.family.name), "family__name"), "status": _state(PRODUCED),
}
_OFFERING = {
    "id": _ID, "name": _named("name"), "friendlyname": _named("name"),
    "service_id": Attribute(_key(lambda o: o.service_id), "service", "key"),
    "service_name": Attribute(_of(lambda o: o.service.name), "service__name"), "status": Attribute(lambda row, _seen: "production"),
}


def _whole(text: str) -> Q:
    """A person by the whole name, as people say it."""
    words = text.split()
    found = Q(pk__in=[])
    for cut in range(1, len(words)):
        given, rest = " ".join(words[:cut]), words[cut:]
        for end in range(1, len(rest) + 1):
            found |= Q(given_name__iexact=given, surname_1__iexact=" ".join(rest[:end]), surname_2__iexact=" ".join(rest[end:]))
    return found if len(words) <= 8 else Q(pk__in=[])


def _by_surnames(text: str) -> Q:
    """A person by the surnames, together as `name` gives them."""
    words = text.split()[:8]
    found = Q(pk__in=[])
    for end in range(1, len(words) + 1):
        found |= Q(surname_1__iexact=" ".join(words[:end]), surname_2__iexact=" ".join(words[end:]))
    return found


def _class(name: str, rows: Callable[[Person], QuerySet[Any]], fields: dict[str, Attribute]) -> ItopClass:
    return ItopClass(name, rows, fields, lambda row: name, scopes.CATALOGUES, lambda row: str(row.name))


register(_class("Person", _people, _PERSON), _class("Organization", _units, _UNIT), _class("Team", _teams, _TEAM),
         _class("Service", _services, _SERVICE), _class("ServiceSubcategory", _offerings, _OFFERING))
