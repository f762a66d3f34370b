"""Building an organisation: institution with its roles, units, people, posts and grants."""
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from ventanilla.core.audit.services import record
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Grant, Institution, Person, Role, Unit, UnitCode, User
from ventanilla.core.orgs.reach import forget, reach_of


class NotAllowed(Exception):
    """The actor lacks the right; `message` is Spanish. Web turns it into the same answer as "not found"."""

    def __init__(self, message: str = "") -> None:
        self.message = message or _("No tiene permiso para hacer esto.")
        super().__init__(self.message)


class Refused(Exception):
    """The rules do not let it happen now; `message` says why, in Spanish. `errors` is by field ("" for the whole)."""

    def __init__(self, message: str, field_name: str = "") -> None:
        self.message, self.field = message, field_name
        self.errors = {field_name: message}
        super().__init__(message)


class AlreadySent(Refused):
    """The same form was sent before with something else in it: nothing is sent now, and it is told what was sent then. The form that
    comes back has another key (`web/ui/refusals.py`)."""


REFUSALS: Final = {
    "orgs_unit_name_once": noop("Ya hay una unidad con ese nombre bajo la misma unidad superior."),
    "no puede depender de sí misma": noop("Una unidad no puede depender de sí misma ni de una de sus unidades."),
    "es de otra institución": noop("La unidad superior es de otra institución."),
    "orgs_unit_period": noop("La unidad terminaría antes de empezar."),
}


@contextmanager
def refusals() -> Iterator[None]:
    """What the database refuses becomes a Refused in Spanish; deferred constraints are asked here."""
    try:
        with transaction.atomic():
            yield
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS orgs_unit_name_once IMMEDIATE")
                cursor.execute("SET CONSTRAINTS orgs_unit_name_once DEFERRED")
    except IntegrityError as error:
        raise Refused(next((_(words) for mark, words in REFUSALS.items() if mark in str(error)),
                           _("La base de datos no admite ese cambio.")), "name") from error


def require(actor: Person | None, capability: str, unit_id: int | None = None) -> None:
    """Raise NotAllowed unless the actor holds the capability in the unit. None (the system) may."""
    if actor is not None and not reach_of(actor).can(capability, unit_id):
        raise NotAllowed


def administer(actor: Person | None, institution_id: int) -> None:
    """Raise NotAllowed unless the actor administers units and people of that very institution."""
    if actor is not None and actor.institution_id != institution_id:
        raise NotAllowed
    require(actor, cap.ADMIN_ORGS)


@dataclass(frozen=True)
class UnitDraft:
    """A unit to add; `valid_from` is a local date, `valid_to` that of one which no longer exists."""

    name: str
    parent: Unit | None = None
    code: str = ""
    level: str = "department"
    short_name: str = ""
    counter: bool = False
    valid_from: date = date(2020, 1, 1)
    uuid: UUID = field(default_factory=uuid4)
    valid_to: date | None = None


@dataclass(frozen=True)
class PersonDraft:
    """A person to add; with `password` an account is opened too."""

    given_name: str
    surname_1: str
    surname_2: str = ""
    email: str = ""
    phone: str = ""
    unit: Unit | None = None
    password: str | None = None
    sign_in: bool = False
    uuid: UUID = field(default_factory=uuid4)


@transaction.atomic
def create_institution(*, slug: str, name: str, short_name: str, **extra: Any) -> Institution:
    """An institution with the standard roles, ready for units and people."""
    institution = Institution.objects.create(slug=slug, name=name, short_name=short_name, **extra)
    Role.objects.bulk_create(
        Role(institution=institution, slug=s, name=n, capabilities=list(c), clearance=level)
        for s, (n, c, level) in cap.ROLES.items()
    )
    record("orgs.create_institution", actor=None, institution_id=institution.pk, subject=f"institution:{institution.pk}")
    return institution


@transaction.atomic
def add_unit(*, actor: Person | None, institution: Institution, draft: UnitDraft) -> Unit:
    """Add a unit under its parent and keep its code findable. Idempotent by uuid. Raises NotAllowed; Refused for a name used beside it."""
    administer(actor, institution.pk)
    if made := Unit.objects.filter(institution=institution, uuid=draft.uuid).first():
        return made
    unit = Unit(institution=institution, uuid=draft.uuid, parent=draft.parent, code=draft.code, name=draft.name,
                short_name=draft.short_name, level=draft.level, counter=draft.counter, valid_from=draft.valid_from,
                valid_to=draft.valid_to)
    with refusals():
        unit.save()
    unit.refresh_from_db(fields=["path", "sort_key"])
    if draft.code:
        UnitCode.objects.create(unit=unit, code=draft.code, valid_from=draft.valid_from, valid_to=draft.valid_to)
    record("orgs.add_unit", actor=actor, institution_id=institution.pk, subject=f"unit:{unit.pk}",
           detail={"code": unit.code, "name": unit.name, "parent": unit.parent_id})
    return unit


@transaction.atomic
def add_person(*, actor: Person | None, institution: Institution, draft: PersonDraft) -> Person:
    """Add a person and, when asked, the account to sign in with. Idempotent by uuid.

    Raises NotAllowed; Refused when that account already is a person of the institution.
    """
    administer(actor, institution.pk)
    if made := Person.objects.filter(institution=institution, uuid=draft.uuid).first():
        return made
    user = None
    if draft.sign_in:
        user = User.objects.filter(email__iexact=draft.email).first()
        if user and Person.objects.filter(institution=institution, user=user).exists():
            raise Refused(_("Ya hay una persona con ese correo."), "email")
        user = user or User.objects.create_user(draft.email, draft.password)
    person = Person.objects.create(
        institution=institution, uuid=draft.uuid, user=user, unit=draft.unit, given_name=draft.given_name,
        surname_1=draft.surname_1, surname_2=draft.surname_2, email=draft.email, phone=draft.phone)
    record("orgs.add_person", actor=actor, institution_id=institution.pk, subject=f"person:{person.pk}",
           personal={"name": person.name, "email": draft.email})
    return person


@transaction.atomic
def give(*, actor: Person | None, person: Person, role: str, unit: Unit, subtree: bool = False,
         since: date = date(2020, 1, 1)) -> Grant:
    """Grant a role (by slug) over a unit, or its whole subtree, from `since`.

    Raises NotAllowed, and Refused for what the person already has there, and for oneself: who administers does not open matters to
    themselves.
    """
    administer(actor, unit.institution_id)
    if person.institution_id != unit.institution_id:
        raise NotAllowed
    if actor is not None and actor.pk == person.pk:
        raise Refused(_("No puede darse permisos a usted; pídalo a otra persona de la administración."), "person")
    given = Role.objects.get(institution_id=unit.institution_id, slug=role)
    if Grant.objects.filter(person=person, unit=unit, subtree=subtree, role=given, delegated_by=None, valid_to=None).exists():
        raise Refused(_("%(name)s ya tiene «%(role)s» en «%(unit)s».")
                      % {"name": person.name, "role": given.name, "unit": unit.name}, "role")
    grant = Grant.objects.create(person=person, unit=unit, subtree=subtree, valid_from=since, role=given)
    forget(person)
    record("orgs.give", actor=actor, institution_id=unit.institution_id, subject=f"unit:{unit.pk}",
           detail={"person": person.pk, "role": role, "subtree": subtree})
    return grant
