"""Who may do what with a practice: the same rules for verbs, pages and lists. Roles bundle the capabilities, as data."""
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed
from ventanilla.modules.practices.models import Practice


def may_write(person: Person | None, practice: Practice) -> bool:
    """Whether the person documents it: its owner while of the institution, or who documents practices of its unit."""
    if person is None or person.institution_id != practice.institution_id:
        return False
    return person.pk == practice.owner_id or reach_of(person).can(cap.PRACTICE_WRITE, practice.unit_id)


def may_read(person: Person | None, practice: Practice) -> bool:
    """Whether `visible_to` gives it."""
    return Practice.objects.visible_to(person).filter(pk=practice.pk).exists()


def may_comment(person: Person | None, practice: Practice) -> bool:
    """Whoever writes it, and whoever reviews or evaluates practices of its unit."""
    if person is None or person.institution_id != practice.institution_id:
        return False
    return may_write(person, practice) or (practice.state != "draft" and any(
        reach_of(person).can(c, practice.unit_id) for c in (cap.PRACTICE_REVIEW, cap.PRACTICE_EVALUATE, cap.PRACTICE_REGISTRY)))


def require_unit(person: Person, unit: Unit) -> None:
    """Raise NotAllowed unless the person documents practices of that unit."""
    if unit.institution_id != person.institution_id or not reach_of(person).can(cap.PRACTICE_WRITE, unit.pk):
        raise NotAllowed


def units_of(person: Person) -> list[int]:
    """Units whose practices the person documents; begins one there."""
    return reach_of(person).within(cap.PRACTICE_WRITE)
