"""Links between objects as iTop's classes: tickets with items and contacts, items with those who answer for them and with each other,
people with teams. A link is read by who may read both of its ends; what people do to a ticket's links is done by the verbs.
"""
from collections.abc import Callable
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils import timezone

from ventanilla.core.cases.models import Case, Party
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.modules.servicedesk.itop.classes import Attribute, ItopClass, Read, register
from ventanilla.modules.servicedesk.itop.profile import OF_KIND
from ventanilla.modules.servicedesk.models import Membership, TicketItem
from ventanilla.modules.servicedesk.models.cmdb import ConfigurationItem, Relation
from ventanilla.modules.servicedesk.services.cmdb.referring import choosable
from ventanilla.modules.servicedesk.services.working import works_somewhere
from ventanilla.web.api import scopes

TICKETS: Final = tuple(OF_KIND)
RELATIONS: Final = {
    "lnkApplicationSolutionToFunctionalCI": ("applicationsolution_id", "functionalci_id", "depende-de", "sistema", ""),
    "lnkApplicationSolutionToBusinessProcess": ("businessprocess_id", "applicationsolution_id", "depende-de", "servicio", "sistema"),
    "lnkConnectableCIToNetworkDevice": ("connectableci_id", "networkdevice_id", "se-conecta-por", "", "dispositivo-de-red")}
"""Class of links -> the end that depends, the end that it depends on, our relation, and the type of each end (empty: any)."""


def _of(path: str) -> Read:
    steps = path.split(".")

    def read(row: Any, _seen: Any) -> str:
        for step in steps:
            row = getattr(row, step, None)
        return "" if row is None else str(row)

    return read


def _key(path: str, lookup: str) -> Attribute:
    return Attribute(_of(path), lookup, "key")


def _items(person: Person) -> QuerySet[ConfigurationItem]:
    return ConfigurationItem.objects.visible_to(person) | choosable(person, person.institution_id)


def _ties(*kinds: str) -> Callable[[Person], QuerySet[TicketItem]]:
    return lambda person: TicketItem.objects.readable_by(person).filter(case__kind__in=kinds, item__in=_items(person)).select_related(
        "case", "item")


def contacts_of(person: Person) -> QuerySet[Party]:
    """Who has to do with tickets: for their desk everybody, for others what they are themselves."""
    inside = Q(case__unit_id__in=reach_of(person).within(cap.READ)) | Q(case__assignee=person) | Q(person=person)
    rows = Party.objects.filter(inside, case__kind__in=TICKETS, case__in=Case.objects.visible_to(person))
    return rows.select_related("case", "person")


def _owned(person: Person) -> QuerySet[ConfigurationItem]:
    return ConfigurationItem.objects.visible_to(person).filter(owner__isnull=False).select_related("owner")


def _members(person: Person) -> QuerySet[Membership]:
    rows = Membership.objects.filter(team__institution_id=person.institution_id).select_related("team", "person")
    return rows if works_somewhere(person) else rows.none()


def _related(slug: str, dependent: str, other: str) -> Callable[[Person], QuerySet[Relation]]:
    def rows(person: Person) -> QuerySet[Relation]:
        mine = ConfigurationItem.objects.visible_to(person)
        found = Relation.objects.on(timezone.localdate()).filter(
            institution_id=person.institution_id, type__slug=slug, source__in=mine, target__in=mine)
        for end, kind in (("source", dependent), ("target", other)):
            if kind:
                found = found.filter(Q(**{f"{end}__type__slug": kind}) | Q(**{f"{end}__type__parent__slug": kind}))
        return found.select_related("source", "target")

    return rows


_ID: Final = _key("pk", "pk")
_TICKET: Final = {"ticket_id": _key("case_id", "case"), "ticket_ref": Attribute(_of("case.folio"), "case__folio"),
                  "ticket_title": Attribute(_of("case.subject"), "case__subject")}
_ITEM: Final = {"functionalci_id": _key("item_id", "item"), "functionalci_name": Attribute(_of("item.name"), "item__name")}
_MANUAL: Final = Attribute(lambda row, seen: "manual")
_PERSON: Final = {"contact_id": _key("person_id", "person"), "contact_email": Attribute(_of("person.email"), "person__email"),
                  "contact_name": Attribute(_of("person.name"))}


def _class(name: str, rows: Callable[[Person], QuerySet[Any]], fields: dict[str, Attribute], scope: str = scopes.READ) -> ItopClass:
    return ItopClass(name, rows, {"id": _ID, **fields, "friendlyname": Attribute(lambda row, seen: f"{name}::{row.pk}")},
                     lambda row: name, scope, lambda row: f"{name}::{row.pk}")


def _relation(name: str) -> ItopClass:
    dependent, other, slug, *types = RELATIONS[name]
    return _class(name, _related(slug, *types), {
        dependent: _key("source_id", "source"), f"{dependent[:-3]}_name": Attribute(_of("source.name"), "source__name"),
        other: _key("target_id", "target"), f"{other[:-3]}_name": Attribute(_of("target.name"), "target__name")}, scopes.CMDB_READ)


register(
    _class("lnkFunctionalCIToTicket", _ties(*TICKETS), {**_TICKET, **_ITEM, "impact_code": _MANUAL,
                                                        "impact": Attribute(lambda row, seen: row.get_role_display())}),
    _class("lnkErrorToFunctionalCI", _ties("known_error"), {
        **_ITEM, "error_id": _key("case_id", "case"), "error_name": Attribute(_of("case.subject"), "case__subject")}),
    _class("lnkContactToTicket", contacts_of, {**_TICKET, **_PERSON, "role": Attribute(lambda row, seen: row.get_role_display()),
                                               "role_code": _MANUAL}),
    _class("lnkContactToFunctionalCI", _owned, {
        "functionalci_id": _key("pk", "pk"), "functionalci_name": Attribute(_of("name"), "name"),
        "contact_id": _key("owner_id", "owner"), "contact_name": Attribute(_of("owner.name"))}, scopes.CMDB_READ),
    _class("lnkPersonToTeam", _members, {
        "team_id": _key("team_id", "team"), "team_name": Attribute(_of("team.name"), "team__name"),
        "person_id": _key("person_id", "person"), "person_name": Attribute(_of("person.name")),
        "role_name": Attribute(lambda row, seen: "Coordina" if row.lead else "")}, scopes.CATALOGUES),
    *(_relation(name) for name in RELATIONS),
)
