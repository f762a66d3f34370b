"""Grants end; delegations lend what one holds, for a time; absences name who acts meanwhile."""
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.orgs.models import Absence, Appointment, Grant, Person, Role, Unit
from ventanilla.core.orgs.models.people import PostKind
from ventanilla.core.orgs.reach import forget
from ventanilla.core.orgs.services.posts import away, head_of, holders, valid_on
from ventanilla.core.orgs.services.setup import NotAllowed, Refused, administer
from ventanilla.lib.spanish import long_date


@dataclass(frozen=True)
class Delegation:
    """What is lent: a role over a unit from `since` until the day before `until` (local dates)."""

    to: Person
    role: Role
    unit: Unit
    since: date
    until: date
    subtree: bool = False
    source: str = ""


@transaction.atomic
def delegate(*, actor: Person | None, delegator: Person, draft: Delegation) -> Grant:
    """Lend a role that the delegator holds themselves, with an end. The delegator or the administration does it.

    Raises NotAllowed; Refused when the delegator does not hold every capability of the role there during
    the whole period by their own grants (what was lent to them cannot be lent on).
    """
    if actor is None or actor.pk != delegator.pk:
        administer(actor, delegator.institution_id)
    if not (delegator.institution_id == draft.to.institution_id == draft.unit.institution_id
            == draft.role.institution_id):
        raise NotAllowed
    _check_delegation(delegator, draft)
    grant = Grant.objects.create(
        person=draft.to, role=draft.role, unit=draft.unit, subtree=draft.subtree, valid_from=draft.since,
        valid_to=draft.until, delegated_by=delegator, source=draft.source)
    forget(draft.to)
    record("orgs.delegate", actor=actor, institution_id=draft.unit.institution_id, subject=f"unit:{draft.unit.pk}",
           detail={"from": delegator.pk, "to": draft.to.pk, "role": draft.role.slug, "since": draft.since,
                   "until": draft.until, "subtree": draft.subtree})
    return grant


def _check_delegation(delegator: Person, draft: Delegation) -> None:
    if delegator.pk == draft.to.pk:
        raise Refused(_("Elija a otra persona."), "to")
    if not draft.to.active:
        raise Refused(_("%(name)s ya no está activa.") % {"name": draft.to.name}, "to")
    if draft.until <= draft.since:
        raise Refused(_("La delegación termina antes de empezar."), "until")
    if not covers(delegator, draft.role, draft.unit, subtree=draft.subtree, days=(draft.since, draft.until)):
        raise Refused(_("%(name)s no tiene todas las facultades de «%(role)s» en «%(unit)s» en esas fechas; "
                        "sólo se delega lo que se tiene.")
                      % {"name": delegator.name, "role": draft.role.name, "unit": draft.unit.name}, "role")
    same = Grant.objects.filter(person=draft.to, role=draft.role, unit=draft.unit, delegated_by=delegator,
                                valid_from__lt=draft.until, valid_to__gt=draft.since).first()
    if same and same.valid_to:
        raise Refused(_("%(to)s ya tiene esa delegación %(when)s; recupérela antes o elija otras fechas.")
                      % {"to": draft.to.name, "when": _between(same.valid_from, same.valid_to)}, "since")


def _between(since: date, until: date) -> str:
    """In words, the last day included."""
    last = until - timedelta(days=1)
    return _("del %(since)s al %(last)s") % {"since": long_date(since), "last": long_date(last)}


@dataclass(frozen=True)
class Lendable:
    """What a person may delegate: a role over a unit (and its subtree)."""

    role: Role
    unit: Unit
    subtree: bool


def lendable(person: Person) -> list[Lendable]:
    """What the person's own current grants let them delegate: the roles held, and every role that these contain."""
    today = timezone.localdate()
    held = Grant.objects.filter(valid_on(today), person=person, delegated_by=None).select_related("role", "unit")
    roles = list(Role.objects.filter(institution_id=person.institution_id).order_by("name"))
    found = {(role.pk, grant.unit_id, grant.subtree): Lendable(role, grant.unit, grant.subtree)
             for grant in held.order_by("unit__sort_key", "pk") for role in roles if _contains(grant.role, role)}
    return list(found.values())


def lendable_roles(person: Person) -> list[Role]:
    """Every role of which the person could lend all somewhere, now or later: their own grants that are not over, taken together."""
    own = [g.role for g in Grant.objects.exclude(valid_to__lte=timezone.localdate()).filter(
        person=person, delegated_by=None).select_related("role")]
    held = {capability for role in own for capability in role.capabilities}
    top = max((role.clearance for role in own), default=0)
    return [role for role in Role.objects.filter(institution_id=person.institution_id).order_by("name")
            if role.capabilities and set(role.capabilities) <= held and role.clearance <= top]


def _contains(whole: Role, part: Role) -> bool:
    return bool(part.capabilities) and set(part.capabilities) <= set(whole.capabilities) and part.clearance <= whole.clearance


_HELD = """
SELECT DISTINCT unnest(r.capabilities), r.clearance FROM orgs_grant g JOIN orgs_role r ON r.id = g.role_id
JOIN orgs_unit u ON u.id = %(unit)s
WHERE g.person_id = %(person)s AND g.delegated_by_id IS NULL
  AND CASE WHEN g.subtree THEN u.path && ARRAY[g.unit_id] ELSE u.id = g.unit_id AND NOT %(subtree)s END
  AND g.valid_from <= %(since)s AND (g.valid_to IS NULL OR g.valid_to >= %(until)s)
"""


def covers(person: Person, role: Role, unit: Unit, *, subtree: bool, days: tuple[date, date]) -> bool:
    """Whether the person's own grants give everything of the role in the unit during all of [since, until)."""
    with connection.cursor() as cursor:
        cursor.execute(_HELD, {"person": person.pk, "unit": unit.pk, "subtree": subtree,
                               "since": days[0], "until": days[1]})
        rows = cursor.fetchall()
    top = max((level for capability, level in rows if capability == "cases.read"), default=0)
    return set(role.capabilities) <= {capability for capability, _level in rows} and role.clearance <= top


def holds(person: Person, capabilities: Collection[str], unit: Unit) -> bool:
    """Whether the person's own grants give all of these in the unit today; what was lent to them does not count."""
    own = Grant.objects.filter(valid_on(timezone.localdate()), Q(unit=unit) | Q(subtree=True, unit_id__in=unit.path), person=person,
                               delegated_by=None)
    return set(capabilities) <= {one for row in own.select_related("role") for one in row.role.capabilities}


@transaction.atomic
def revoke(*, actor: Person | None, grant: Grant, day: date | None = None, reason: str = "") -> None:
    """End a grant on `day` (local, default today: at once); delegations it no longer covers end with it.

    A delegator may take back what they lent; anything else is the administration's. A grant that had not
    begun is deleted (its history stays).
    """
    row = Grant.objects.select_for_update(of=("self",)).select_related("person", "unit").get(pk=grant.pk)
    if actor is None or actor.pk != row.delegated_by_id:
        administer(actor, row.unit.institution_id)
    day = day or timezone.localdate()
    if row.valid_to is not None and row.valid_to <= day:
        return
    _end(row, day)
    record("orgs.revoke", actor=actor, institution_id=row.unit.institution_id, subject=f"unit:{row.unit_id}",
           detail={"grant": row.pk or grant.pk, "person": row.person_id, "role": row.role_id, "day": day, "reason": reason})
    _end_uncovered(row.person, day)


def _end(row: Grant, day: date) -> None:
    if row.valid_from >= day:
        row.delete()
    else:
        row.valid_to = day
        row.save(update_fields=["valid_to"])
    forget(row.person)


def _end_uncovered(delegator: Person, day: date) -> None:
    lent = Grant.objects.filter(delegated_by=delegator, valid_to__gt=day).select_related("person", "role", "unit")
    for row in lent:
        assert row.valid_to is not None
        since = max(day, row.valid_from)
        if not covers(delegator, row.role, row.unit, subtree=row.subtree, days=(since, row.valid_to)):
            _end(row, day)


@dataclass(frozen=True)
class AbsenceDraft:
    """Away from `since` until the day before `until` (local dates); `acting` named, or found."""

    since: date
    until: date
    acting: Person | None = None
    reason: str = ""


@transaction.atomic
def declare_absence(*, actor: Person | None, person: Person, draft: AbsenceDraft) -> Absence:
    """Note an absence and settle who acts meanwhile: the named person, else the first deputy of the unit who
    is there, else the head of the unit above. The person or the administration does it.

    Raises NotAllowed; Refused for dates in disorder, two absences at once, or an acting person who is away too.
    """
    if actor is None or actor.pk != person.pk:
        administer(actor, person.institution_id)
    if draft.acting and draft.acting.institution_id != person.institution_id:
        raise NotAllowed
    if draft.until <= draft.since:
        raise Refused(_("El regreso es anterior a la salida."), "until")
    if known := Absence.objects.filter(person=person, valid_from__lt=draft.until, valid_to__gt=draft.since).first():
        raise Refused(_("Ya hay una ausencia registrada %(when)s; termínela antes o elija otras fechas.")
                      % {"when": _between(known.valid_from, known.valid_to)}, "since")
    if actor is not None and actor.pk == person.pk and draft.since < timezone.localdate():
        raise Refused(_("Su ausencia puede empezar hoy o después; lo que ya pasó lo registra la administración."), "since")
    acting = _named(draft) if draft.acting else _found(person, draft)
    try:
        with transaction.atomic():
            row = Absence.objects.create(person=person, valid_from=draft.since, valid_to=draft.until, acting=acting,
                                         reason=draft.reason)
    except IntegrityError as error:
        raise Refused(_("Nadie se suple a sí mismo, o ya hay una ausencia en esas fechas."), "acting") from error
    if acting:
        forget(acting)
    record("orgs.declare_absence", actor=actor, institution_id=person.institution_id, subject=f"person:{person.pk}",
           detail={"since": draft.since, "until": draft.until, "acting": acting.pk if acting else None},
           personal={"reason": draft.reason} if draft.reason else {})
    return row


def _named(draft: AbsenceDraft) -> Person:
    assert draft.acting is not None
    if not draft.acting.active or _away_in(draft.acting, draft):
        raise Refused(_("%(name)s tampoco está en esas fechas; elija a otra persona.")
                      % {"name": draft.acting.name}, "acting")
    return draft.acting


def _away_in(person: Person, draft: AbsenceDraft) -> bool:
    return Absence.objects.filter(person=person, valid_from__lt=draft.until, valid_to__gt=draft.since).exists()


def _found(person: Person, draft: AbsenceDraft) -> Person | None:
    headed = Appointment.objects.filter(valid_on(draft.since), person=person, post__kind=PostKind.HEAD).first()
    unit = headed.post.unit if headed else person.unit
    if unit is None:
        return None
    for deputy in holders(unit.pk, PostKind.DEPUTY, draft.since).exclude(pk=person.pk):
        if not _away_in(deputy, draft):
            return deputy
    for above in _above(unit) if headed else [unit, *_above(unit)]:
        head, _acting = head_of(above, draft.since)
        if head and head.pk != person.pk and not _away_in(head, draft):
            return head
    return None


def _above(unit: Unit) -> list[Unit]:
    found = {u.pk: u for u in Unit.objects.filter(pk__in=unit.path[:-1])}
    return [found[pk] for pk in reversed(unit.path[:-1])]


@transaction.atomic
def end_absence(*, actor: Person | None, absence: Absence, day: date | None = None) -> None:
    """The person is back on `day` (local, default today); one that had not begun is withdrawn."""
    if actor is None or actor.pk != absence.person_id:
        administer(actor, absence.person.institution_id)
    row = Absence.objects.select_for_update(of=("self",)).select_related("person", "acting").get(pk=absence.pk)
    day = day or timezone.localdate()
    if row.valid_to <= day:
        return
    if row.valid_from >= day:
        row.delete()
    else:
        row.valid_to = day
        row.save(update_fields=["valid_to"])
    if row.acting:
        forget(row.acting)
    record("orgs.end_absence", actor=actor, institution_id=row.person.institution_id,
           subject=f"person:{row.person_id}", detail={"day": day})


_WITH = """
SELECT DISTINCT p.id FROM orgs_unit u
JOIN orgs_grant g ON CASE WHEN g.subtree THEN g.unit_id = ANY (u.path) ELSE g.unit_id = u.id END
JOIN orgs_role r ON r.id = g.role_id AND %(capability)s = ANY (r.capabilities)
LEFT JOIN orgs_absence a ON a.person_id = g.person_id AND a.valid_from <= %(day)s AND a.valid_to > %(day)s
JOIN orgs_person p ON p.active AND (p.id = g.person_id OR p.id = a.acting_id)
WHERE u.id = %(unit)s AND g.unit_id = ANY (u.path)
  AND g.valid_from <= %(day)s AND (g.valid_to IS NULL OR g.valid_to > %(day)s)
"""


def people_with(unit: Unit, capability: str, day: date | None = None) -> list[Person]:
    """Active people who hold the capability in the unit on `day` (local, default today), by grant, from above,
    by delegation or while acting for somebody; in Spanish order."""
    with connection.cursor() as cursor:
        cursor.execute(_WITH, {"unit": unit.pk, "capability": capability, "day": day or timezone.localdate()})
        ids = [row[0] for row in cursor.fetchall()]
    return list(Person.objects.filter(pk__in=ids).select_related("user"))


def is_away(person: Person, day: date | None = None) -> bool:
    """Whether an absence covers the day (local, default today)."""
    return away(person, day or timezone.localdate()) is not None
