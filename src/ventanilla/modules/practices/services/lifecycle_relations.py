"""What a person is to a case of the registry, who holds a right over a unit, and letting them into its cases."""
from collections.abc import Iterable, Iterator

from django.db.models import Q
from django.utils import timezone

from ventanilla.core.cases.models import Case, FolioSeries, Party
from ventanilla.core.cases.places import refresh
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Grant, Person, Unit
from ventanilla.core.orgs.reach import Reach, reach_of
from ventanilla.core.orgs.services.setup import NotAllowed
from ventanilla.modules.practices.flow import AUTHOR, KEEPER, REVIEWER, TAKER
from ventanilla.modules.practices.models import Practice, PracticeRevision

_PATHS = {"practice_review": "reviews", "practice_measurement": "measurements", "practice_transfer": "transfer_cases"}


def relations(reach: Reach, case: Case) -> Iterator[str]:
    """For the core's registry of kinds."""
    if case.kind == "practice_adoption":
        if case.registrar_id == reach.person_id or reach.can(cap.PRACTICE_WRITE, case.unit_id):
            yield TAKER
        return
    practice = Practice.objects.filter(**{f"{_PATHS[case.kind]}__case": case}).first()
    if practice:
        yield from to_practice(reach, practice)


def to_practice(reach: Reach, practice: Practice) -> Iterator[str]:
    """AUTHOR, REVIEWER, KEEPER. Who had a part in writing a practice neither reviews nor registers it."""
    if practice.owner_id == reach.person_id or reach.can(cap.PRACTICE_WRITE, practice.unit_id):
        yield AUTHOR
    held = [name for name, capability in ((REVIEWER, cap.PRACTICE_REVIEW), (KEEPER, cap.PRACTICE_REGISTRY))
            if reach.can(capability, practice.unit_id)]
    if held and not wrote(practice, reach.person_id):
        yield from held


def wrote(practice: Practice, person_id: int) -> bool:
    """Whether the person answers for the practice or wrote any of its revisions."""
    mine = Q(author_id=person_id) | Q(edited_by_id=person_id)
    return practice.owner_id == person_id or PracticeRevision.objects.filter(mine, practice=practice).exists()


def must(person: Person, practice: Practice, *wanted: str) -> None:
    """Raise NotAllowed unless the person is one of these to the practice."""
    if person.institution_id != practice.institution_id or not set(wanted) & set(to_practice(reach_of(person), practice)):
        raise NotAllowed


def holders(capability: str, unit: Unit) -> set[int]:
    """Ids of the active people who hold the capability over the unit today, by a grant on it or on a unit above with its subtree."""
    day = timezone.localdate()
    over = Q(unit=unit) | Q(subtree=True, unit_id__in=unit.path)
    now = Q(valid_to=None) | Q(valid_to__gt=day)
    return set(Grant.objects.filter(over, now, valid_from__lte=day, role__capabilities__contains=[capability], person__active=True)
               .values_list("person_id", flat=True))


def let_in(case: Case, person: Person) -> None:
    """Open the case to somebody who has a part in it by their capabilities over the practice's unit, and not by the case's own unit."""
    if Case.objects.visible_to(person).filter(pk=case.pk).exists():
        return
    if person.institution_id == case.institution_id and set(relations(reach_of(person), case)):
        admit(case, [person.pk])


def admit(case: Case, people: Iterable[int], role: str = "watcher") -> None:
    """Make people parties of the case, so that it opens to them."""
    now = timezone.now()
    Party.objects.bulk_create([Party(case=case, person_id=i, role=role, since=now) for i in people], ignore_conflicts=True)
    refresh([case.pk])


def numbering(unit: Unit, slug: str, mask: str) -> FolioSeries:
    """The unit's series for a kind of case, made when it is first needed."""
    return FolioSeries.objects.get_or_create(unit=unit, slug=slug, defaults={"institution_id": unit.institution_id, "mask": mask})[0]
