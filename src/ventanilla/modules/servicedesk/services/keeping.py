"""What of the catalogue a person keeps: all of it, or what serves only the teams whose catalogue is theirs (DESK_CATALOGUE).

A service manager keeps the services whose live offerings are all attended by their teams, the families and levels that only such
services use, the ready texts of those teams, and the teams themselves with their members, mailboxes (`keeping_teams`), forms and surveys
(`keeping_forms`). Lists that every team shares (causes, reasons to wait, ready texts without a team) are
kept by who keeps all active teams. So nobody changes what another manager's tickets rely on.
"""
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.servicedesk.models import Objective, Offering, OfferingVersion, Service, ServiceLevel, Team

Rows = QuerySet[Any]


def keeps_all(person: Person) -> bool:
    """Whether the whole catalogue is theirs, whoever attends it."""
    return reach_of(person).can(cap.ADMIN_CATALOGUES)


def kept_units(person: Person) -> list[int]:
    """Units whose teams' catalogue the person keeps."""
    return reach_of(person).within(cap.DESK_CATALOGUE)


def keeps(person: Person) -> bool:
    """Whether some part of the catalogue is theirs to keep."""
    units = kept_units(person)
    return keeps_all(person) or (bool(units) and Team.objects.filter(
        institution_id=person.institution_id, active=True, unit_id__in=units).exists())


def require_keeper(person: Person, institution_id: int) -> None:
    """Raises NotAllowed."""
    if person.institution_id != institution_id or not keeps(person):
        raise NotAllowed


def teams(person: Person, rows: QuerySet[Team]) -> QuerySet[Team]:
    """Of these teams, those whose catalogue the person keeps."""
    return rows if keeps_all(person) else rows.filter(unit_id__in=kept_units(person))


def units(person: Person, rows: QuerySet[Unit]) -> QuerySet[Unit]:
    """Of these units, those whose teams' catalogue the person keeps."""
    return rows if keeps_all(person) else rows.filter(pk__in=kept_units(person))


def offerings(person: Person) -> QuerySet[Offering]:
    """Those that only their teams attend, as published and as drafted; of what is no longer offered, as it last was."""
    rows = Offering.objects.filter(institution_id=person.institution_id)
    if keeps_all(person):
        return rows
    versions = OfferingVersion.objects.filter(offering=OuterRef("pk"))
    mine = Q(team__unit_id__in=kept_units(person))
    last = OfferingVersion.objects.filter(offering=OuterRef("offering_id")).order_by("-number").values("number")[:1]
    return rows.filter(Exists(versions.filter(mine, number=last))).exclude(Exists(versions.exclude(state="retired").exclude(mine)))


def require_offering(person: Person, offering: Offering) -> None:
    """Raises NotAllowed."""
    if not keeps(person) or not offerings(person).filter(pk=offering.pk).exists():
        raise NotAllowed


def require_draft(person: Person, service: Service, team: Team) -> None:
    """What is offered is of a service that they keep, and attended by a team of theirs. Raises Refused naming the field."""
    if not teams(person, Team.objects.filter(pk=team.pk)).exists():
        raise Refused(_("Elija un equipo cuyo catálogo lleve usted."), "team")
    if not services(person, Service.objects.filter(pk=service.pk)).exists():
        raise Refused(_("Elija un servicio que lleve usted: ése también lo atienden otros equipos."), "service")


def _of_others(person: Person, **mine: Any) -> Exists:
    """Something live of the catalogue, of teams whose catalogue is not the person's."""
    live = OfferingVersion.objects.filter(institution_id=person.institution_id, **mine).exclude(state="retired")
    return Exists(live.exclude(team__unit_id__in=kept_units(person)))


def families(person: Person, rows: Rows) -> Rows:
    """Of these shelves, those with nothing of others on them."""
    return rows.exclude(_of_others(person, offering__service__family=OuterRef("pk")))


def services(person: Person, rows: Rows) -> Rows:
    """Of these services, those that no team of others attends."""
    return rows if keeps_all(person) else rows.exclude(_of_others(person, offering__service=OuterRef("pk")))


def levels(person: Person, rows: Rows) -> Rows:
    """Of these levels, those that promise nothing of others."""
    return rows if keeps_all(person) else rows.exclude(_of_others(person, level=OuterRef("pk")))


def goals(person: Person, rows: Rows) -> Rows:
    """Of these objectives, those of levels that they keep; an agreement of a team, of their teams."""
    known = ServiceLevel.objects.filter(institution_id=person.institution_id)
    return rows.filter(Q(team=None) | Q(team__unit_id__in=kept_units(person)), level__in=levels(person, known))


def require_goal(person: Person, objective: Objective) -> None:
    """Raises NotAllowed."""
    if objective.level.institution_id != person.institution_id or not keeps(person):
        raise NotAllowed
    if not keeps_all(person) and not goals(person, Objective.objects.filter(pk=objective.pk)).exists():
        raise NotAllowed


def shared(person: Person, rows: Rows) -> Rows:
    """What every team uses: all of it for who keeps all active teams, else nothing."""
    active = Team.objects.filter(institution_id=person.institution_id, active=True)
    return rows.none() if active.exclude(unit_id__in=kept_units(person)).exists() else rows


def texts(person: Person, rows: Rows) -> Rows:
    """Of these ready texts, those of their teams; without a team, as what every team uses."""
    mine = Q(team__unit_id__in=kept_units(person))
    return rows.filter(mine | Q(pk__in=shared(person, rows.filter(team=None)).values("pk")))
