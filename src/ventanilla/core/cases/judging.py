"""Who evaluates an answer: whoever routes where the turn was sent from, but never the person who wrote it.

When nobody else routes there, the answer goes up: whoever routes in the nearest unit above evaluates it.
"""
from collections.abc import Iterable

from ventanilla.core.cases.models import Answer, Case, Turn
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import Reach

_KEPT = "_author"


def keep_authors(turns: Iterable[Turn]) -> None:
    """Remember who wrote the answers that wait for evaluation, in one query, so that a page does not ask for each."""
    waiting = {t.pk: t for t in turns if t.state == "answered"}
    rows = Answer.objects.filter(turn__in=waiting, partial=False, verdict="") if waiting else Answer.objects.none()
    for turn_id, person_id in rows.values_list("turn_id", "person_id"):
        waiting[turn_id].__dict__[_KEPT] = person_id


def author_of(turn: Turn) -> int | None:
    """Who wrote the answer that waits for evaluation; None when none waits."""
    if turn.state != "answered":
        return None
    if _KEPT in turn.__dict__:
        kept: int | None = turn.__dict__[_KEPT]
        return kept
    rows = Answer.objects.filter(turn=turn, partial=False, verdict="")
    return rows.values_list("person_id", flat=True).first()


def judges_of(turn: Turn, level: int, author: int | None) -> set[int]:
    """Ids of the people who evaluate what `author` answered, by clearance to read `level`; empty when there is nobody up to the top."""
    from ventanilla.core.cases.telling.people import people_of, routers_of  # the package it stands in imports this module

    judges = _others(routers_of(turn, level), author)
    for unit_id in reversed(turn.from_unit.path[:-1]):
        if judges:
            break
        judges = _others(people_of(unit_id, level, cap.ROUTE), author)
    return judges


def _others(people: set[int], author: int | None) -> set[int]:
    return set(Person.objects.filter(pk__in=people - {author}, active=True).values_list("pk", flat=True))


def judges(reach: Reach, case: Case, turn: Turn) -> bool:
    """Whether a person with this reach evaluates the answer that waits in the turn."""
    if turn.state != "answered" or (author := author_of(turn)) == reach.person_id:
        return False
    if turn.from_person_id == reach.person_id or reach.can(cap.ROUTE, turn.from_unit_id):
        return True
    above = reach.units.get(cap.ROUTE, frozenset()) & set(turn.from_unit.path)
    return bool(above) and reach.person_id in judges_of(turn, case.level, author)
