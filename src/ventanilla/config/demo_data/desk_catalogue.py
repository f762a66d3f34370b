"""The demo's service desk as it is set up: teams with agents, promises, forms, the survey, thirty services, liaisons."""
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.text import slugify

from ventanilla.config.demo_data import desk_tables as words
from ventanilla.config.demo_data.desk_sheets import SHEETS
from ventanilla.config.demo_data.desk_tables import ServiceRow
from ventanilla.config.demo_data.institution import Organisation, new_person, open_doors
from ventanilla.core.cases.models import FolioSeries
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.services import give
from ventanilla.core.questionnaires.models import InstrumentVersion
from ventanilla.core.questionnaires.references import reference_kinds
from ventanilla.core.questionnaires.services import InstrumentDraft, create_instrument, publish
from ventanilla.core.workdays.models import Calendar, CalendarVersion
from ventanilla.core.workdays.services import VersionDraft, publish_version
from ventanilla.lib.worktime import Coverage
from ventanilla.modules.servicedesk.models import (
    CannedAnswer,
    Cause,
    HoldReason,
    Liaison,
    Objective,
    Offering,
    OfferingVersion,
    Service,
    ServiceFamily,
    ServiceLevel,
    Team,
)
from ventanilla.modules.servicedesk.services.opening import MASK, SERIES

DESK, SECOND = "212C0101030500T", "212C0101030501S"
MORE = {"Mesa de ayuda": 2, "Sitios web": 2, "Desarrollo de sistemas": 3, "Soporte técnico": 2, "Redes e infraestructura": 2}
"""Agents of each team beside those who sign in."""
SURVEY: dict[str, Any] = {"thanks": "Gracias: con su opinión mejoramos el servicio.", "sections": [{"key": "servicio",
                                                                                                    "title": "La atención", "fields": [
    {"key": "nivel", "type": "scale", "label": "¿Qué tan satisfecha o satisfecho quedó con la atención?", "required": True, "choices": [
        {"value": "muy_satisfecho", "label": "Muy satisfecho", "score": 3}, {"value": "satisfecho", "label": "Satisfecho", "score": 2},
        {"value": "poco", "label": "Poco satisfecho", "score": 1}, {"value": "nada", "label": "Nada satisfecho", "score": 0}]},
    {"key": "motivo", "type": "long_text", "label": "¿Qué faltó?", "when": {"field": "nivel", "op": "in", "value": ["poco", "nada"]}}]}]}
PAGE: dict[str, Any] = {"sections": [{"key": "pagina", "title": "La publicación", "fields": [
    {"key": "contenido", "type": "choice", "label": "Qué se publica", "choices": [
        {"value": "aviso", "label": "Un aviso"}, {"value": "convocatoria", "label": "Una convocatoria"},
        {"value": "documento", "label": "Un documento"}, {"value": "datos", "label": "Un directorio u otros datos"}]},
    {"key": "direccion", "type": "text", "label": "Sección o dirección de la página"},
    {"key": "hasta", "type": "date", "label": "Publicada hasta"}]}]}
PEOPLE: dict[str, Any] = {"sections": [{"key": "cuenta", "title": "La cuenta", "fields": [
    {"key": "persona", "type": "text", "label": "Nombre completo de quien la usará", "required": True},
    {"key": "desde", "type": "date", "label": "Desde"}]}]}


@dataclass
class Setup:
    """What is needed to live two years at the desk."""

    org: Organisation
    rng: Random
    teams: dict[str, Team] = field(default_factory=dict)
    agents: dict[str, list[Person]] = field(default_factory=dict)
    levels: dict[str, ServiceLevel] = field(default_factory=dict)
    forms: dict[str, InstrumentVersion] = field(default_factory=dict)
    offers: dict[str, tuple[ServiceRow, OfferingVersion]] = field(default_factory=dict)
    causes: dict[str, list[Cause]] = field(default_factory=dict)
    holds: list[HoldReason] = field(default_factory=list)
    liaisons: dict[int, Person] = field(default_factory=dict)
    hours: dict[tuple[int | None, int], int] = field(default_factory=dict)
    begun: datetime = field(default_factory=timezone.now)

    @property
    def manager(self) -> Person:
        """Who answers for the desk."""
        return self.org.head(self.org.units[DESK])


def set_up(org: Organisation, rng: Random, begun: date) -> Setup:
    """Everything that was there before the first ticket, as of `begun`."""
    setup = Setup(org, rng, begun=timezone.make_aware(datetime.combine(begun, time(9))))
    _teams(setup)
    _levels(setup)
    _forms(setup)
    _services(setup)
    _words(setup)
    _liaisons(setup)
    for code, mask in ((DESK, MASK), (SECOND, "S{yy}-{n:05}")):
        FolioSeries.objects.get_or_create(unit=org.units[code], slug=SERIES, defaults={"institution": org.institution, "mask": mask})
    return setup


def _teams(setup: Setup) -> None:
    org = setup.org
    for name, code, tier in words.TEAMS:
        unit = org.units[code]
        team = Team.objects.create(institution=org.institution, unit=unit, name=name, tier=tier)
        people = [org.staff(unit)] if name in ("Mesa de ayuda", "Redes e infraestructura") else []
        for _n in range(MORE[name]):
            person = new_person(org, unit, setup.rng)
            give(actor=None, person=person, role="staff", unit=unit)
            people.append(person)
        for n, person in enumerate(people):
            team.memberships.create(person=person, lead=n == 0, on_call=tier > 1 and n == 0, capacity=12 if tier == 1 else None)
            give(actor=None, person=person, role="desk_agent" if tier == 1 else "desk_engineer", unit=unit)
        setup.teams[name], setup.agents[name] = team, people
    give(actor=None, person=setup.manager, role="desk_manager", unit=org.units[DESK], subtree=True)
    open_doors([person for people in setup.agents.values() for person in people])


def _levels(setup: Setup) -> None:
    always = _always(setup)
    for name, whole_day, objectives in words.LEVELS:
        level = ServiceLevel.objects.create(institution=setup.org.institution, name=name, calendar=always.calendar if whole_day else None)
        rows = [Objective(level=level, metric=metric, priority=priority, minutes=minutes) for (metric, priority),
                minutes in objectives.items()]
        rows += [Objective(level=level, metric="team", team=setup.teams[team], minutes=minutes) for team, minutes in words.OLA.items()]
        Objective.objects.bulk_create(rows)
        setup.levels[name] = level
    prefetch_related_objects(list(setup.levels.values()), "objectives")


def _always(setup: Setup) -> CalendarVersion:
    """Every hour of every day, for what cannot wait."""
    calendar = Calendar.objects.create(institution=setup.org.institution, name="24 horas, todos los días", purpose="24-7")
    weekly = {day: ((0, 1440),) for day in range(7)}
    return publish_version(actor=None, calendar=calendar, draft=VersionDraft(Coverage(weekly), (), "Servicios críticos"))


def _forms(setup: Setup) -> None:
    system = {"key": "sistema", "label": "Nombre del Sistema", "required": True,
              **({"type": "reference", "reference": "ci"} if "ci" in reference_kinds() else {"type": "text"})}
    forms = (
        ("survey", "Encuesta de satisfacción de la mesa de servicio", "survey", SURVEY), (words.PAGE_FORM, "Publicación en el sitio",
                                                                                          "request_form", PAGE),
        (words.PEOPLE_FORM, "Datos de la cuenta", "request_form", PEOPLE),
        (words.SYSTEM_FORM, "Sistema y pantalla", "request_form", {"sections": [{"key": "sistema_datos", "title": "El sistema", "fields": [
            system, {"key": "pantalla", "type": "text", "label": "Pantalla o módulo"}]}]}))
    for key, name, purpose, definition in forms:
        made = create_instrument(actor=None, institution=setup.org.institution, draft=InstrumentDraft(name, purpose, definition=definition))
        setup.forms[key] = publish(actor=None, version=made.versions.get())


def _services(setup: Setup) -> None:
    families: dict[str, ServiceFamily] = {}
    for n, row in enumerate(words.SERVICES):
        family = families.get(row.family)
        if family is None:
            family = families[row.family] = ServiceFamily.objects.create(institution=setup.org.institution, name=row.family, order=10 + n)
        slug = slugify(row.name)
        service = Service.objects.create(institution=setup.org.institution, family=family, slug=slug, name=row.name, internal=row.internal,
                                         owner=setup.manager, summary=SHEETS[row.name].description)
        offering = Offering.objects.create(institution=setup.org.institution, service=service, slug=slug, name=row.name)
        setup.offers[row.name] = (row, OfferingVersion.objects.create(**_version(setup, row), institution=setup.org.institution,
                                                                      offering=offering))


def _version(setup: Setup, row: ServiceRow) -> dict[str, Any]:
    critical, sheet = row.level == "Servicios críticos 24/7", SHEETS[row.name]
    return {
        "number": 1, "state": "published", "kind": row.kind, "team": setup.teams[row.team], "level": setup.levels[row.level],
        "description": sheet.description, "audience": row.audience, "includes": sheet.includes, "requirements": sheet.requirements,
        "hours": "24 horas, todos los días" if critical else "Lunes a viernes de 9:00 a 18:00 horas",
        "legal_basis": "Manual del proceso de administración de la atención de los servicios de TIC (inventado para la demostración).",
        "impact": 2 if critical else 3, "urgency": 1 if critical else 2, "form": setup.forms.get(row.form) if row.form else None,
        "survey": None if row.internal else setup.forms["survey"], "approvals": [{"label": "Jefatura de la unidad",
                                                                                  "who": "head"}] if row.approval else [],
        "tasks": list(sheet.tasks),
        "published_at": setup.begun, "published_by": setup.manager}


def _words(setup: Setup) -> None:
    institution = setup.org.institution
    for kind, names in words.CAUSES.items():
        setup.causes[kind] = [Cause.objects.create(institution=institution, name=name, order=10 * n) for n, name in enumerate(names,
                                                                                                                              start=1)]
    setup.holds = [HoldReason.objects.create(institution=institution, text=text, order=10 * n) for n, text in enumerate(words.HOLDS,
                                                                                                                        start=1)]
    CannedAnswer.objects.bulk_create(CannedAnswer(institution=institution, title=title, text=text) for title, text in words.CANNED)


def _liaisons(setup: Setup) -> None:
    """Most units have one, active; a few stand at another point of the way, and one was changed by letter."""
    rows = []
    for n, (unit, person) in enumerate(_candidates(setup.org)):
        state = ("requested" if n % 31 == 30 else "validated" if n % 29 == 28 else "active")
        rows.append(_liaison(setup, unit, person, n, state))
        if state == "active":
            setup.liaisons[unit.pk] = person
        if n == 3:
            before = _liaison(setup, unit, setup.org.head(unit), 200, "ended")
            before.ended_at, before.change_letter = setup.begun + timedelta(days=200), f"{unit.code}/214/{setup.begun.year + 1}"
            rows.append(before)
    Liaison.objects.bulk_create(rows)


def _candidates(org: Organisation) -> Sequence[tuple[Unit, Person]]:
    return [(unit, org.staff(unit)) for n, unit in enumerate(org.units.values()) if unit.code not in (DESK, SECOND) and n % 11 != 10]


def _liaison(setup: Setup, unit: Unit, person: Person, n: int, state: str) -> Liaison:
    begun = setup.begun - timedelta(days=20 - n % 15)
    active = state in ("active", "ended")
    return Liaison(
        institution=setup.org.institution, unit=unit, person=person, state=state, request_letter=f"{unit.code}/{10 + n}/{begun.year}",
        requested_at=begun, validated_at=begun + timedelta(days=2) if state != "requested" else None,
        validated_by=setup.org.head(unit) if state != "requested" else None,
        agreement_at=(begun + timedelta(days=4)).date() if active else None,
        trained_at=(begun + timedelta(days=6)).date() if active else None,
        active_at=begun + timedelta(days=6) if active else None)
