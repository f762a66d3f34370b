"""Reads of cases and turns that chain. Every screen, count, export, search and API starts at `visible_to`."""
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models.expressions import RawSQL

from ventanilla.core.cases.kinds import kinds
from ventanilla.core.cases.listing import TOP, Opened, Whole, whole
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of

if TYPE_CHECKING:
    from ventanilla.core.cases.models import Case, Turn  # noqa: F401 - named in quotes below

_OPENED = "SELECT a.case_id FROM cases_access a WHERE a.token = ANY(%s)"
_NEWEST = """
SELECT DISTINCT page.case_id FROM unnest(%s::bigint[]) AS held(token) CROSS JOIN (SELECT DISTINCT s.kind FROM cases_state s) k
CROSS JOIN LATERAL (
  SELECT a.case_id FROM cases_access a WHERE a.token = held.token AND a.kind = k.kind AND a.case_id < %s
  ORDER BY a.case_id DESC LIMIT %s
) page ORDER BY page.case_id DESC LIMIT %s
"""
VISIBLE = "t.institution_id = %s AND EXISTS (SELECT 1 FROM cases_access x WHERE x.case_id = t.id AND x.token = ANY (%s::bigint[]))"
"""`CaseQuerySet.visible_to` for one case found by its key in a `plans.Related`; its values are those of `visible_values`."""


def visible_values(person: Person) -> tuple[int, list[int]]:
    """The institution and the access tokens of the person."""
    return person.institution_id, reach_of(person).tokens


def opened_to(person: Person) -> RawSQL:
    """Sub-select of the ids of the cases that open to the person's tokens."""
    return RawSQL(_OPENED, (reach_of(person).tokens,))


class CaseQuerySet(models.QuerySet["Case"]):
    """Reads of cases."""

    whole: Whole | None = None
    """What `listed_to` found, until the rows are narrowed further."""

    def visible_to(self, person: Person | None) -> Self:
        """Only what this person may read; nothing for nobody."""
        if person is None:
            return self.none()
        return self.filter(institution_id=person.institution_id, pk__in=opened_to(person))

    def listed_to(self, person: Person, kinds: Sequence[str]) -> Self:
        """`visible_to` of some kinds for a list, which any filter and order may follow; one statement looks how many there are."""
        found = whole(person, kinds)
        rows = self.filter(Opened(found), institution_id=person.institution_id, kind__in=kinds)
        rows.whole = found
        return rows

    def newest_visible_to(self, person: Person, *, before: int = TOP, limit: int = 51) -> Self:
        """One page by key, newest first: a probe per token and kind, so its cost does not grow with the table."""
        page = RawSQL(_NEWEST, (reach_of(person).tokens, before, limit, limit))
        return self.filter(institution_id=person.institution_id, pk__in=page).order_by("-pk")

    def open(self) -> Self:
        """Not concluded, archived or cancelled."""
        return self.filter(closed_at=None)

    def overdue(self, now: datetime) -> Self:
        """Open and past their due moment."""
        return self.open().filter(due_at__lt=now)


class TurnQuerySet(models.QuerySet["Turn"]):
    """Reads of turns."""

    def visible_to(self, person: Person | None) -> Self:
        """Turns of the cases that the person may read."""
        if person is None:
            return self.none()
        return self.filter(institution_id=person.institution_id, case_id__in=opened_to(person))

    def listed_to(self, person: Person) -> Self:
        """`visible_to` for a list, which any filter and order may follow."""
        found = whole(person, [kind.slug for kind in kinds()])
        return self.filter(Opened(found, "case_id"), institution_id=person.institution_id)

    def open(self) -> Self:
        """Something is still owed."""
        return self.filter(closed_at=None)

    def for_action(self) -> Self:
        """Those that must be answered."""
        return self.filter(purpose="action")



class EntryQuerySet(models.QuerySet[Any]):
    """Reads of what is said and filed in a case (notes, attachments)."""

    def readable_by(self, person: Person | None) -> Self:
        """Entries of cases visible to the person; private ones only over a grant in the unit in charge, or with the case in hand."""
        if person is None:
            return self.none()
        inside = models.Q(case__unit_id__in=reach_of(person).within(cap.READ)) | models.Q(case__assignee=person)
        return self.filter(inside | models.Q(private=False), case__institution_id=person.institution_id, case_id__in=opened_to(person))
