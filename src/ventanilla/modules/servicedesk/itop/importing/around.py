"""What an export refers to: its people found among ours (or kept, without an account), its teams, services, causes and reasons."""
from collections.abc import Mapping

from ventanilla.core.cases.models import FolioSeries
from ventanilla.core.orgs.models import Institution, Person, Unit
from ventanilla.core.orgs.services import add_person
from ventanilla.core.orgs.services.setup import PersonDraft
from ventanilla.modules.servicedesk.itop.importing.lives import SERIES, Known, uuid_of
from ventanilla.modules.servicedesk.itop.importing.reading import Export, cell, entries
from ventanilla.modules.servicedesk.itop.profile import LIFECYCLES
from ventanilla.modules.servicedesk.models import ServiceLevel
from ventanilla.modules.servicedesk.services.importing.around import Named, prepare

NAMED = ("Person", "Team", "Service", "Organization", "ServiceSubcategory")
LOGS = (("public_log", False), ("private_log", True))


def prepared(unit: Unit, level: ServiceLevel | None, system: str, export: Export, actor_id: int) -> Known:
    """Find or make what is referred to. Names of the export by class and id come from its own files."""
    names = {(kind, cell(row, "id")): _name(kind, row) for kind, row in export.of(*NAMED)}
    known = Known(None, {}, names)  # type: ignore[arg-type]
    around, _made = prepare(unit, level, system, _named(export, known), actor_id)
    known.around = around
    FolioSeries.objects.get_or_create(unit=unit, slug=SERIES, defaults={
        "institution_id": unit.institution_id, "mask": "{unit}/ITOP/{n}/{year}"})
    return known


def _name(kind: str, row: Mapping[str, object]) -> str:
    if kind == "Person":
        return cell(row, "friendlyname") or f"{cell(row, 'first_name')} {cell(row, 'name')}".strip()
    return cell(row, "name", "friendlyname")


def _named(export: Export, known: Known) -> Named:
    found: dict[str, dict[str, None]] = {"teams": {}, "services": {}, "causes": {}, "holds": {}}
    for _kind, row in export.of(*LIFECYCLES):
        found["teams"][known.label(row, "team", "Team")] = None
        found["services"][known.label(row, "service", "Service")] = None
        found["causes"][cell(row, "resolution_code") if cell(row, "status") in ("resolved", "closed") else ""] = None
        found["holds"][cell(row, "pending_reason") if cell(row, "status") == "pending" else ""] = None
    return Named(*([text for text in found[key] if text] for key in ("teams", "services", "causes", "holds")))


def bring_people(institution: Institution, system: str, export: Export, known: Known) -> tuple[int, int]:
    """Everybody of the export, and whoever wrote in a log; returns how many were kept anew, and how many were there.

    Somebody of ours with the same e-mail or name is that person; who is not there is kept as inactive, without an account.
    """
    made = there = 0
    for _kind, row in export.of("Person"):
        name, key = known.names["Person", cell(row, "id")], cell(row, "email").lower()
        found = known.around.people.get(key) or known.around.people.get(name.lower())
        fresh = found is None
        known.people[cell(row, "id")] = found or _keep(institution, system, known, name, key, cell(row, "first_name"), cell(row, "name"))
        _also(known, name, known.people[cell(row, "id")])
        made, there = made + fresh, there + (not fresh)
    for name in _writers(export):
        if name.lower() not in known.around.people:
            _keep(institution, system, known, name)
            made += 1
    return made, there


def _writers(export: Export) -> list[str]:
    found = {e.who.strip(): None for _kind, row in export.of(*LIFECYCLES) for column, _private in LOGS for e in entries(row.get(column))}
    return [name for name in found if name]


def _keep(institution: Institution, system: str, known: Known, name: str, email: str = "", given: str = "", surname: str = "") -> int:
    """A person without an account; the same one in every run."""
    first, _space, rest = name.partition(" ")
    draft = PersonDraft((given or first or "Persona")[:100], (surname or rest or "del registro anterior")[:100], email=email[:254],
                        uuid=uuid_of(system, institution.pk, "person", name.lower(), email))
    fresh = not Person.objects.filter(uuid=draft.uuid).exists()
    person = add_person(actor=None, institution=institution, draft=draft)
    if fresh:
        Person.objects.filter(pk=person.pk).update(active=False)
    _also(known, name, person.pk)
    return person.pk


def _also(known: Known, name: str, pk: int) -> None:
    """In the logs they stand with the name that they have there."""
    people = known.around.people
    assert isinstance(people, dict)
    people.setdefault(name.lower(), pk)
