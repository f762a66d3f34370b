"""Whom a major incident may touch, and what they are told of it on the portal: only what was written for them, never what the ticket holds.

Touched are those who asked (or benefit, or ask for the unit of it) by the incident itself, by the tickets that hang from it, and by the
tickets of the last half year of its service or about its items; the liaisons of the units of those tickets, and of the units that answer
for its items. One that is reserved is told to nobody.
"""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.cases.models import Party
from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.models import Liaison, MajorAffected, MajorMessage, Ticket, TicketItem
from ventanilla.modules.servicedesk.services.catalogue import offered_to
from ventanilla.modules.servicedesk.services.relations import ASKS

RECENT: Final = timedelta(days=180)
"""Who asked for a service so long ago is taken to use it."""
OVER: Final = ("resolved", "closed", "cancelled", "merged")
MOST: Final = 20
"""Major incidents at a time that are looked at."""


@dataclass(frozen=True)
class MajorNotice:
    """What is told of a major incident. `text` and `told_at` are of the last public message (empty: none yet); moments are aware."""

    case_id: int
    uuid: UUID
    service: str
    headline: str
    since: datetime
    text: str
    told_at: datetime | None
    next_at: datetime | None
    affected: bool

    @property
    def waiting(self) -> bool:
        """Whether the next message was announced for a moment that is over."""
        return self.next_at is not None and self.next_at <= timezone.now()


def going_on(institution_id: int) -> QuerySet[Ticket]:
    """Major incidents that are not over, the newest first; without the reserved ones."""
    rows = Ticket.objects.filter(institution_id=institution_id, major=True, case__kind="incident", case__level=0)
    return rows.exclude(case__state__in=OVER).select_related("case", "service").order_by("-case")


def notices_for(person: Person) -> list[MajorNotice]:
    """The major incidents that may touch this person. One query when there is none."""
    rows = list(going_on(person.institution_id)[:MOST])
    touched = _touching(rows, person) if rows else set()
    return _told([row for row in rows if row.pk in touched], person)


def notices_of_service(person: Person, service_id: int) -> list[MajorNotice]:
    """Those of a service that the person is about to ask for."""
    return _told(list(going_on(person.institution_id).filter(service=service_id)[:MOST]), person)


def notice_of(person: Person, uuid: UUID) -> MajorNotice:
    """One that touches the person, or of a service that they may ask for. Raises Ticket.DoesNotExist."""
    row = going_on(person.institution_id).get(case__uuid=uuid)
    if not _touching([row], person) and not offered_to(person).filter(offering__service=row.service_id).exists():
        raise Ticket.DoesNotExist
    return _told([row], person)[0]


def people_touched(row: Ticket) -> set[int]:
    """Everybody whom a major incident may touch (the inverse of `notices_for`); nobody when it is reserved."""
    if row.case.level:
        return set()
    near = _near(row)
    asked = set(Party.objects.filter(case__in=near.values("pk"), role__in=ASKS).values_list("person_id", flat=True))
    units = Q(unit__in=near.values("unit")) | Q(unit__in=_items(row).values("item__unit"))
    return asked | set(Liaison.objects.filter(units, institution_id=row.institution_id, state="active").values_list("person_id", flat=True))


def headline_of(row: Ticket) -> str:
    """What is said before anybody wrote something: the name of the service in the catalogue, and nothing of the ticket."""
    if row.service is None:
        return _("Hay una falla que ya estamos atendiendo")
    return _("Hay una falla en «%(service)s»") % {"service": row.service.name}


def _items(row: Ticket) -> QuerySet[TicketItem]:
    return TicketItem.objects.filter(case=row.pk, role__in=("affected", "cause"))


def _recently() -> datetime:
    return timezone.now() - RECENT


def _near(row: Ticket) -> QuerySet[Ticket]:
    """The incident, what hangs from it, and recent tickets of its service or about its items."""
    about = Q(service=row.service_id) if row.service_id else Q(pk__in=[])
    about |= Q(pk__in=TicketItem.objects.filter(item__in=_items(row).values("item")).values("case"))
    recent = about & Q(case__received_at__gte=_recently())
    return Ticket.objects.filter(Q(pk=row.pk) | Q(parent=row.pk) | recent, institution_id=row.institution_id)


def _touching(rows: Sequence[Ticket], person: Person) -> set[int]:
    """Which of them touch the person: read from the person's own tickets and units, which are few."""
    units = list(Liaison.objects.filter(person=person, state="active").values_list("unit", flat=True))
    theirs = Ticket.objects.filter(Q(pk__in=Party.objects.filter(person=person, role__in=ASKS).values("case")) | Q(unit__in=units),
                                   institution_id=person.institution_id)
    close = set(theirs.filter(Q(pk__in=[r.pk for r in rows]) | Q(parent__in=[r.pk for r in rows])).values_list("pk", "parent"))
    recent = theirs.filter(case__received_at__gte=_recently())
    services = set(recent.filter(service__in=[r.service_id for r in rows if r.service_id]).values_list("service", flat=True))
    direct = {pk for pair in close for pk in pair}
    return {r.pk for r in rows if r.pk in direct or r.service_id in services} | _by_item(rows, recent, units)


def _by_item(rows: Sequence[Ticket], recent: QuerySet[Ticket], units: Iterable[int]) -> set[int]:
    ties = TicketItem.objects.filter(case__in=[r.pk for r in rows], role__in=("affected", "cause"))
    used = TicketItem.objects.filter(case__in=recent.values("pk"), item__in=ties.values("item")).values("item")
    return set(ties.filter(Q(item__in=used) | Q(item__unit__in=list(units))).values_list("case", flat=True))


def _told(rows: Sequence[Ticket], person: Person) -> list[MajorNotice]:
    if not rows:
        return []
    ids = [row.pk for row in rows]
    last = {m.case_id: m for m in MajorMessage.objects.filter(case__in=ids).order_by("case", "-pk").distinct("case")}
    affected = set(MajorAffected.objects.filter(case__in=ids, person=person).values_list("case", flat=True))
    return [_notice(row, last.get(row.pk), row.pk in affected) for row in rows]


def _notice(row: Ticket, said: MajorMessage | None, affected: bool) -> MajorNotice:
    return MajorNotice(
        row.pk, row.case.uuid, row.service.name if row.service else "", said.headline if said else headline_of(row), row.case.received_at,
        said.text if said else "", said.at if said else None, said.next_at if said else None, affected)
