"""What the rows of a log refer to: found among what the desk has, or kept as rows of its catalogues (not offered to anybody)."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import Model
from django.utils.text import slugify

from ventanilla.core.cases.models import FolioSeries
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.lib.spanish import clean_text
from ventanilla.modules.servicedesk.flow import ASKED
from ventanilla.modules.servicedesk.models import Cause, HoldReason, Service, ServiceFamily, ServiceLevel, Team
from ventanilla.modules.servicedesk.services.importing.eventlog import EventLog
from ventanilla.modules.servicedesk.services.importing.lives import SERIES, Around, state_of
from ventanilla.modules.servicedesk.services.promising import chosen, clock_kind, version_of

FAMILY: Final = "Registro anterior"
MASK: Final = "{unit}/IMP/{n}/{year}"
NAMED: Final = {"teams": "assignment_group", "services": "category", "causes": "closed_code", "holds": "incident_state"}


@dataclass(frozen=True)
class Named:
    """The texts by which a log names teams, services, causes and reasons to wait, in order of appearance."""

    teams: Sequence[str]
    services: Sequence[str]
    causes: Sequence[str]
    holds: Sequence[str]


def names_in(log: EventLog) -> Named:
    """What the whole log names."""
    found: dict[str, dict[str, None]] = {key: {} for key in NAMED}
    for rows in log.tickets.values():
        for row in rows:
            for key, column in NAMED.items():
                found[key][log.cell(row, column)] = None
    found["holds"] = {t: None for t in found["holds"] if state_of(t) == "pending"}
    return Named(*([t for t in found[key] if t] for key in NAMED))


def prepare(unit: Unit, level: ServiceLevel | None, system: str, named: Named, actor_id: int) -> tuple[Around, dict[str, int]]:
    """Find or make what is named; returns it, and how many rows of each catalogue were made."""
    institution_id = unit.institution_id
    FolioSeries.objects.get_or_create(unit=unit, slug=SERIES, defaults={"institution_id": institution_id, "mask": MASK})
    family = ServiceFamily.objects.get_or_create(institution_id=institution_id, name=FAMILY, defaults={"active": False})[0]
    own = {"institution_id": institution_id}
    teams, n_teams = _rows(Team, "name", 120, named.teams, own, {"unit": unit, "tier": 1})
    services, n_services = _services(named.services, own, family)
    causes, n_causes = _rows(Cause, "name", 160, named.causes, own, {"active": False, "order": 900})
    holds, n_holds = _rows(HoldReason, "text", 160, named.holds, own, {"active": False, "order": 900})
    around = Around(unit, ZoneInfo(unit.institution.time_zone), system, teams, services, causes, holds, people_of(institution_id),
                    _units(institution_id), level.pk if level else None, promises_of(unit, level), actor_id)
    return around, {"teams": n_teams, "services": n_services, "causes": n_causes, "holds": n_holds}


def _rows(model: type[Model], column: str, size: int, texts: Sequence[str], own: Mapping[str, Any],
          given: Mapping[str, Any]) -> tuple[dict[str, int], int]:
    """Text to id. What is there under that name is taken as it is."""
    manager = model._default_manager
    names = {text: clean_text(text)[:size] for text in texts}
    known = dict(manager.filter(**own, **{f"{column}__in": list(names.values())}).values_list(column, "pk"))
    fresh = [name for name in dict.fromkeys(names.values()) if name not in known]
    made = manager.bulk_create(model(**own, **given, **{column: name}) for name in fresh)
    known |= {getattr(row, column): row.pk for row in made}
    return {text: known[name] for text, name in names.items()}, len(fresh)


def _services(texts: Sequence[str], own: Mapping[str, Any], family: ServiceFamily) -> tuple[dict[str, int], int]:
    """By name; slugs are made unique."""
    known = dict(Service.objects.filter(**own).values_list("name", "pk"))
    slugs = set(Service.objects.filter(**own).values_list("slug", flat=True))
    names = {text: clean_text(text)[:160] for text in texts}
    fresh = []
    for name in dict.fromkeys(names.values()):
        if name not in known:
            slug = base = slugify(name)[:70] or "servicio"
            while slug in slugs:
                slug = f"{base}-{len(slugs)}"
            slugs.add(slug)
            fresh.append(Service(**own, family=family, slug=slug, name=name, active=False))
    known |= {row.name: row.pk for row in Service.objects.bulk_create(fresh)}
    return {text: known[name] for text, name in names.items()}, len(fresh)


def people_of(institution_id: int) -> dict[str, int]:
    """People by e-mail and by full name, in small letters; a name that two share is nobody's."""
    found: dict[str, int] = {}
    twice: set[str] = set()
    for person in Person.objects.filter(institution_id=institution_id).order_by("pk"):
        for text in filter(None, (person.email.lower(), person.name.lower())):
            if found.setdefault(text, person.pk) != person.pk:
                twice.add(text)
    return {text: pk for text, pk in found.items() if text not in twice}


def _units(institution_id: int) -> dict[str, int]:
    rows = Unit.objects.filter(institution_id=institution_id).order_by("-pk").values_list("pk", "name", "code", "short_name")
    return {text.lower(): pk for pk, *texts in rows for text in texts if text}


def promises_of(unit: Unit, level: ServiceLevel | None) -> dict[tuple[str, int], list[tuple[str, int | None, int]]]:
    """Clocks of requests and incidents by (kind, priority): kind of clock, minutes, version of the calendar; without a level, or where
    it promises nothing, one without a term."""
    version = version_of(level, unit).pk
    rows = list(level.objectives.filter(team=None)) if level else []
    found: dict[tuple[str, int], list[tuple[str, int | None, int]]] = {}
    for kind, priority in product(ASKED, range(1, 5)):
        held = chosen(rows, 0, priority, kind)
        found[kind, priority] = [(clock_kind(o), o.minutes, version) for o in held] or [("resolve", None, version)]
    return found
