"""Factories for tests: a small institution in which everything works, made through the verbs."""
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from ventanilla.core.cases.models import Case, FolioSeries, Instruction, Turn
from ventanilla.core.cases.services import TurnDraft, route
from ventanilla.core.documents.models import Document
from ventanilla.core.orgs.models import Institution, Person, Unit
from ventanilla.core.orgs.services import add_person, add_unit, appoint, create_institution, give
from ventanilla.core.orgs.services.setup import PersonDraft, UnitDraft
from ventanilla.core.workdays.services import standard_calendar
from ventanilla.modules.correspondence.models import ArchiveSeries, LetterType
from ventanilla.modules.correspondence.services import LetterDraft, register
from ventanilla.modules.correspondence.services.registration import Sender

_n = count(1)
PASSWORD = "clave-de-pruebas-1"


@dataclass
class World:
    """An institution with a root, two directorates and three departments, and a person for each part."""

    institution: Institution
    root: Unit
    north: Unit
    south: Unit
    north_1: Unit
    north_2: Unit
    south_1: Unit
    oficio: LetterType
    people: dict[str, Person] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Person:
        """`world.head` is the person of that part."""
        try:
            return self.__dict__["people"][name]
        except KeyError:
            raise AttributeError(name) from None


def unit(institution: Institution, name: str, parent: Unit | None = None, **extra: Any) -> Unit:
    """A unit with incoming, outgoing and internal series."""
    made = add_unit(actor=None, institution=institution, draft=UnitDraft(name, parent=parent, **extra))
    masks = (("incoming", "{unit}/E/{n}/{year}"), ("outgoing", "{unit}/{n}/{year}"), ("internal", "{unit}/I/{n}/{year}"))
    FolioSeries.objects.bulk_create(FolioSeries(institution=institution, unit=made, slug=slug, mask=mask) for slug, mask in masks)
    return made


def person(institution: Institution, unit: Unit, role: str | None, *, post: str = "", name: str = "",
           oversees: bool = False) -> Person:
    """A person who can sign in (password PASSWORD) with a role over the unit; heads oversee what depends on it."""
    n = next(_n)
    made = add_person(actor=None, institution=institution, draft=PersonDraft(
        name or f"Persona{n}", "Prueba", "López", email=f"persona{n}@example.org", unit=unit, password=PASSWORD, sign_in=True))
    if role:
        give(actor=None, person=made, role=role, unit=unit)
    if oversees:
        give(actor=None, person=made, role="overseer", unit=unit, subtree=True)
    if post:
        appoint(actor=None, person=made, unit=unit, kind=post)
    return made


@contextmanager
def whole() -> Iterator[None]:
    """One transaction without savepoints, which were a third of the statements of a world: here nothing is refused and then tried otherwise."""
    usual = connection.features.uses_savepoints
    with transaction.atomic():
        connection.features.uses_savepoints = False
        try:
            yield
        finally:
            connection.features.uses_savepoints = usual


@whole()
def world(slug: str = "") -> World:
    """A new institution; nothing is shared with another."""
    n = next(_n)
    institution = create_institution(slug=slug or f"inst-{n}", name=f"Instituto de Vivienda {n}", short_name=f"IV{n}")
    standard_calendar(institution)
    root = unit(institution, "Dirección General", code="212C01010000000", level="agency", counter=True)
    north = unit(institution, "Dirección Norte", root, code="212C0101000100S", level="directorate")
    south = unit(institution, "Dirección Sur", root, code="212C0101000200S", level="directorate")
    w = World(institution, root, north, south,
              unit(institution, "Departamento Norte Uno", north, code="212C0101000101S"),
              unit(institution, "Departamento Norte Dos", north, code="212C0101000102S"),
              unit(institution, "Departamento Sur Uno", south, code="212C0101000201S"),
              LetterType.objects.create(institution=institution, name="Oficio", amount=5))
    Instruction.objects.create(institution=institution, text="Para su atención", amount=5)
    ArchiveSeries.objects.create(institution=institution, code="3C.1", name="Correspondencia")
    w.people = {
        "head": person(institution, root, "head", post="head", oversees=True),
        "clerk": person(institution, root, "clerk", post="clerk"),
        "north_head": person(institution, north, "head", post="head", oversees=True),
        "south_head": person(institution, south, "head", post="head", oversees=True),
        "north_1_head": person(institution, w.north_1, "head", post="head"),
        "north_2_head": person(institution, w.north_2, "head", post="head"),
        "south_1_head": person(institution, w.south_1, "head", post="head"),
        "staff": person(institution, w.north_1, "staff"),
        "nobody": person(institution, w.south_1, None),
        "admin": person(institution, root, "admin"),
    }
    return w


def letter(w: World, *, actor: Person | None = None, unit: Unit | None = None, subject: str = "Solicitud de escrituración",
           **extra: Any) -> Case:
    """A registered letter of the root unit (by its clerk)."""
    draft = LetterDraft(unit or w.root, w.oficio, subject, Sender("state", "Secretaría de Finanzas", "María Peña Ríos"), **extra)
    return register(actor=actor or w.head, drafts=[draft])[0]


def turn(case: Case, actor: Person, *units: Unit, parent: Turn | None = None, **extra: Any) -> list[Turn]:
    """Turns from the case's unit, or from the holder of `parent`."""
    return route(actor=actor, case=case, drafts=[TurnDraft(u, **extra) for u in units], parent=parent)


def document(w: World, title: str = "Escaneo.pdf") -> Document:
    """A document without a version."""
    return Document.objects.create(institution=w.institution, title=title)


def at(day: date, hour: int = 10) -> datetime:
    """A moment in Mexico City."""
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour))
