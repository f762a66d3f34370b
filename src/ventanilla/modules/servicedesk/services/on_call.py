"""Turns on call of teams: kept one by one or as a weekly rota, and who is on call now.

A team that has a turn in force calls who has it; while it has none, its members who are marked as always on call.
"""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4, uuid5
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.spanish import long_moment
from ventanilla.modules.servicedesk.models import OnCall, Team
from ventanilla.modules.servicedesk.services.sharing import on_call, present_of

MOST_WEEKS: Final = 53
LONGEST: Final = timedelta(days=31)
APART: Final = "oncall_apart"
"""The constraint of the database that keeps two turns apart."""


@dataclass(frozen=True)
class OnCallDraft:
    """A turn; moments are aware. `order` 1 is called first."""

    team: Team
    person: Person
    starts_at: datetime
    ends_at: datetime
    order: int = 1
    uuid: UUID = field(default_factory=uuid4)


@dataclass(frozen=True)
class RotaDraft:
    """People who take weeks on call in turn: the first week begins at `starts_at` (aware), each ends where the next one begins."""

    team: Team
    people: Sequence[Person]
    starts_at: datetime
    weeks: int
    order: int = 1
    uuid: UUID = field(default_factory=uuid4)


def may_keep(person: Person, team: Team) -> bool:
    """Whoever concludes the team's tickets, leads it, or administers catalogues."""
    reach = reach_of(person)
    if team.institution_id != person.institution_id:
        return False
    return reach.can(cap.ADMIN_CATALOGUES) or reach.can(cap.CONCLUDE, team.unit_id) or team.memberships.filter(
        person=person, lead=True).exists()


def kept_by(person: Person) -> list[Team]:
    """The active teams whose turns the person keeps."""
    reach = reach_of(person)
    rows = Team.objects.filter(institution_id=person.institution_id, active=True)
    if reach.can(cap.ADMIN_CATALOGUES):
        return list(rows)
    led = rows.filter(memberships__person=person, memberships__lead=True)
    return sorted({*rows.filter(unit_id__in=reach.within(cap.CONCLUDE)), *led}, key=lambda t: (t.tier, t.name))


def keeps(person: Person) -> bool:
    """Whether the person keeps turns at all."""
    return reach_of(person).can(cap.ADMIN_CATALOGUES) or bool(kept_by(person))


def now_on_call(team: Team) -> list[Person]:
    """Who is called now: of those who are there, whoever has the first place."""
    return called_of([team])[0][1]


def called_of(teams: Iterable[Team]) -> list[tuple[Team, list[Person]]]:
    """Of each team who is called now; one statement for all."""
    listed = list(teams)
    there = present_of(team.pk for team in listed)
    return [(team, [agent.person for agent in on_call(there[team.pk])]) for team in listed]


@transaction.atomic
def save_turn(*, actor: Person, draft: OnCallDraft, turn: OnCall | None = None) -> OnCall:
    """Keep a turn, or change one; idempotent by uuid. Raises NotAllowed, and Refused (who already has it then, a period that ends
    before it begins or is over, somebody who is not of the team)."""
    if not may_keep(actor, draft.team) or (turn and not may_keep(actor, turn.team)):
        raise NotAllowed
    known = turn or OnCall.objects.filter(institution_id=actor.institution_id, uuid=draft.uuid).first()
    row = known or OnCall(institution_id=actor.institution_id, uuid=draft.uuid, by=actor)
    if known and _same(row, draft):
        return row
    _check(draft)
    row.team, row.person, row.order, row.starts_at, row.ends_at = draft.team, draft.person, draft.order, draft.starts_at, draft.ends_at
    _write([row])
    record("on_call.edit" if known else "on_call.plan", actor=actor, institution_id=row.institution_id, subject=f"team:{row.team_id}",
           detail=_told(row))
    return row


@transaction.atomic
def plan_rota(*, actor: Person, draft: RotaDraft) -> list[OnCall]:
    """A turn a week for each in order, again from the first, by the clock on the wall; all or none. Idempotent by uuid.

    Raises NotAllowed and Refused as of a turn.
    """
    if not may_keep(actor, draft.team):
        raise NotAllowed
    if not draft.people:
        raise Refused(_("Elija quiénes se turnan."), "people")
    if not 1 <= draft.weeks <= MOST_WEEKS:
        raise Refused(_("Planee entre 1 y %(n)s semanas.") % {"n": MOST_WEEKS}, "weeks")
    keys = [uuid5(draft.uuid, str(n)) for n in range(draft.weeks)]
    if made := list(OnCall.objects.filter(institution_id=actor.institution_id, uuid__in=keys)):
        return made
    rows = []
    for n, key in enumerate(keys):
        one = OnCallDraft(draft.team, draft.people[n % len(draft.people)], _week(draft.starts_at, n), _week(draft.starts_at, n + 1),
                          draft.order, key)
        _check(one)
        rows.append(OnCall(institution_id=actor.institution_id, uuid=key, by=actor, team=one.team, person=one.person, order=one.order,
                           starts_at=one.starts_at, ends_at=one.ends_at))
    _write(rows)
    record("on_call.rota", actor=actor, institution_id=actor.institution_id, subject=f"team:{draft.team.pk}", detail={
        "people": [p.pk for p in draft.people], "weeks": draft.weeks, "order": draft.order, "starts_at": draft.starts_at})
    return rows


def _week(start: datetime, number: int) -> datetime:
    """That many weeks later at the same hour on the wall."""
    local = timezone.localtime(start)
    zone = local.tzinfo if isinstance(local.tzinfo, ZoneInfo) else timezone.get_current_timezone()
    return (local.replace(tzinfo=None) + timedelta(weeks=number)).replace(tzinfo=zone)


@transaction.atomic
def drop_turn(*, actor: Person, turn: OnCall) -> None:
    """Take a turn away; twice is once. Raises NotAllowed."""
    if not may_keep(actor, turn.team):
        raise NotAllowed
    if OnCall.objects.filter(pk=turn.pk).delete()[0]:
        record("on_call.drop", actor=actor, institution_id=turn.institution_id, subject=f"team:{turn.team_id}", detail=_told(turn))


def _same(row: OnCall, draft: OnCallDraft) -> bool:
    return (row.team_id, row.person_id, row.order, row.starts_at, row.ends_at) == (
        draft.team.pk, draft.person.pk, draft.order, draft.starts_at, draft.ends_at)


def _told(row: OnCall) -> dict[str, Any]:
    return {"person": row.person_id, "order": row.order, "starts_at": row.starts_at, "ends_at": row.ends_at}


def _check(draft: OnCallDraft) -> None:
    if draft.ends_at <= draft.starts_at:
        raise Refused(_("Debe terminar después de comenzar."), "ends_at")
    if draft.ends_at - draft.starts_at > LONGEST:
        raise Refused(_("Una guardia dura %(n)s días a lo más: divídala en varias.") % {"n": LONGEST.days}, "ends_at")
    if draft.ends_at <= timezone.now():
        raise Refused(_("Esa guardia ya habría terminado: las pasadas no se cambian."), "ends_at")
    if not 1 <= draft.order <= 3:
        raise Refused(_("El orden va de 1 a 3."), "order")
    if not draft.team.memberships.filter(person=draft.person, person__active=True).exists():
        raise Refused(_("%(name)s no es de «%(team)s».") % {"name": draft.person.name, "team": draft.team.name}, "person")


def _write(rows: Sequence[OnCall]) -> None:
    """Raises Refused naming the turn that stands in the way."""
    try:
        with transaction.atomic():
            for row in rows:
                row.save()
    except IntegrityError as error:
        if APART not in str(error):
            raise
        raise Refused(_taken(rows), "starts_at") from None


def _taken(rows: Sequence[OnCall]) -> str:
    for row in rows:
        there = OnCall.objects.filter(team=row.team, order=row.order, starts_at__lt=row.ends_at, ends_at__gt=row.starts_at)
        other = there.exclude(uuid=row.uuid).select_related("person").first()
        if other:
            return _("En esas fechas ya tiene la guardia %(name)s (desde el %(since)s hasta el %(until)s): cambie o quite ésa, o elija "
                     "otro lugar.") % {"name": other.person.name, "since": long_moment(timezone.localtime(other.starts_at)),
                                  "until": long_moment(timezone.localtime(other.ends_at))}
    return _("Alguien acaba de registrar una guardia en esas fechas.")
