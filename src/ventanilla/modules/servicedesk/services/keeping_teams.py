"""Teams, their members and their mailboxes, kept by the service manager of their unit.

A place in a team is not a mere list: its members get its tickets, and so read them, and read what the desk keeps for itself. So a
manager gives a place only to whom that gives nothing new (the administration lets them attend in the unit of the team already), or to
somebody of the units that the manager keeps, while the manager has by grants of their own what a place gives there: nobody gives
what they do not hold, and what was lent is not lent on (as `orgs.grants.delegate`). Nobody brings themselves in that way, and who
administers does not either (as `orgs.setup.give`).

How a mailbox is read (its server, account and folder) stays with the administration: with it goes the password of the configuration.
"""
from collections.abc import Mapping
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.services.grants import holds
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.servicedesk.models import Mailbox, Membership, Offering, Team
from ventanilla.modules.servicedesk.services.keeping import keeps_all, kept_units, offerings

PLACE: Final = (cap.READ, cap.ANSWER)
"""What a place in a team gives over its tickets."""
CONNECTION: Final = ("address", "host", "port", "tls", "user", "folder")


def members(person: Person, rows: QuerySet[Membership]) -> QuerySet[Membership]:
    """Of these places in teams, those of their teams."""
    return rows.filter(team__unit_id__in=kept_units(person))


def check_place(person: Person, row: Membership, before: Mapping[str, Any]) -> None:
    """That this manager may give this place, where somebody comes in by it. Raises Refused naming the field."""
    if _comes_in(row, before) and (why := _no_place(person, row.person, row.team.unit)):
        raise Refused(why, "person")


def check_unit(person: Person, row: Team, before: Mapping[str, Any]) -> None:
    """That this manager may take a team to another unit: as if each of its members came in there. Raises Refused naming the field."""
    if not row.pk or before.get("unit", row.unit) == row.unit:
        return
    for member in row.memberships.select_related("person").order_by("person__sort_key"):
        if why := _no_place(person, member.person, row.unit):
            raise Refused(f"{member.person.name}: {why}", "unit")


def _no_place(person: Person, who: Person, unit: Unit) -> str:
    """Why the person does not give this one a place in a team of that unit; empty when they may."""
    if not who.active:
        return _("Ya no está activa.")
    if holds(who, PLACE, unit) or (keeps_all(person) and who.pk != person.pk):
        return ""
    if keeps_all(person):
        return _("Nadie se agrega: quien administra no se abre asuntos. Pídalo a otra persona de la administración.")
    if who.pk == person.pk or who.unit_id not in kept_units(person):
        return _("No atiende todavía en «%(unit)s» ni es de las unidades cuyo catálogo lleva usted. Pida a la administración que le dé "
                 "ahí una función; después podrá estar en el equipo.") % {"unit": unit.name}
    if not holds(person, PLACE, unit):
        return _("Sólo se da lo que se tiene: a usted no se le dio consultar y atender los asuntos de «%(unit)s». Pida a la "
                 "administración que la agregue.") % {"unit": unit.name}
    return ""


def _comes_in(row: Membership, before: Mapping[str, Any]) -> bool:
    """Whether somebody is in a team by this who was not before."""
    return not row.pk or any(name in before and before[name] != getattr(row, name) for name in ("person", "team"))


def mailboxes(person: Person, rows: QuerySet[Mailbox]) -> QuerySet[Mailbox]:
    """Of these mailboxes, those of their teams whose mails ask for nothing that others attend."""
    return rows.filter(Q(offering=None) | Q(offering__in=offerings(person)), team__unit_id__in=kept_units(person))


def mailboxes_seen(person: Person, rows: QuerySet[Mailbox]) -> QuerySet[Mailbox]:
    """Those that also serve them: of their teams, or for something that they offer."""
    return rows.filter(Q(team__unit_id__in=kept_units(person)) | Q(offering__in=offerings(person)))


def offered(person: Person, rows: QuerySet[Offering]) -> QuerySet[Offering]:
    """Of these offerings, those that they keep."""
    return rows.filter(pk__in=offerings(person).values("pk"))


def connection(row: Mailbox) -> tuple[str, ...]:
    """What of a mailbox only the administration writes; the address until there is a server to which the password would go."""
    return CONNECTION if row.pk and row.host else CONNECTION[1:]
