"""Reads of practices: every page, count, chart, export and search begins with `visible_to`."""
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL

from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of

if TYPE_CHECKING:
    from ventanilla.modules.practices.models import Practice  # noqa: F401 - named in quotes below

STAFF = (cap.PRACTICE_REVIEW, cap.PRACTICE_EVALUATE, cap.PRACTICE_REGISTRY)
BEFORE = ("draft",)
"""States in which only the unit itself reads a practice: what is not presented is nobody else's."""


class PracticeQuerySet(models.QuerySet["Practice"]):
    """Practices that chain."""

    def visible_to(self, person: Person | None) -> Self:
        """Public ones of every institution; those of units whose matters the person reads or documents; their own.

        Who reviews, evaluates or keeps the registry for a unit reads those that were presented.
        """
        if person is None:
            return self.filter(public=True)
        reach, here = reach_of(person), Q(institution_id=person.institution_id)
        mine = Q(unit_id__in=reach.within(cap.READ, cap.PRACTICE_WRITE)) | Q(owner_id=person.pk)
        presented = Q(unit_id__in=reach.within(*STAFF)) & ~Q(state__in=BEFORE)
        return self.filter(Q(public=True) | (here & (mine | presented)))

    def writable_by(self, person: Person) -> Self:
        """Those that the person documents: their own, and those of units where they may."""
        mine = Q(unit_id__in=reach_of(person).within(cap.PRACTICE_WRITE)) | Q(owner_id=person.pk)
        return self.filter(mine, institution_id=person.institution_id)

    def saying(self, words: str) -> Self:
        """Those whose form says these words (the one search's index); who may read them is settled by `visible_to`."""
        asked = RawSQL("SELECT s.ref FROM cases_searchrow s WHERE s.kind = 'practice' AND s.vector @@ public.doc_query(%s)", [words[:200]])
        return self.filter(pk__in=asked)

    def published(self) -> Self:
        """What everybody may read."""
        return self.filter(public=True)
