"""Reads of responses that chain; every page, count, export and API starts at `visible_to`."""
from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet

from ventanilla.core.cases.queries import opened_to
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of

if TYPE_CHECKING:
    from ventanilla.core.cases.models import Case
    from ventanilla.core.questionnaires.models import Response  # noqa: F401 - named in quotes below


class ResponseQuerySet(models.QuerySet["Response"]):
    """Reads of responses."""

    def visible_to(self, person: Person | None) -> Self:
        """Those of cases that the person may read, their own, and those without a case for who measures or keeps forms."""
        if person is None:
            return self.none()
        reach = reach_of(person)
        allowed = Q(case_id__in=opened_to(person)) | Q(respondent=person)
        if reach.can(cap.MEASURE) or reach.can(cap.ADMIN_CATALOGUES):
            allowed |= Q(case=None)
        return self.filter(allowed, institution_id=person.institution_id)

    def measured_by(self, person: Person | None) -> Self:
        """Those that the person may count without reading them: of cases of the units that they measure, and without a case."""
        if person is None:
            return self.none()
        reach = reach_of(person)
        allowed = Q(case__unit_id__in=reach.within(cap.MEASURE))
        if reach.can(cap.MEASURE) or reach.can(cap.ADMIN_CATALOGUES):
            allowed |= Q(case=None)
        return self.filter(allowed, institution_id=person.institution_id)

    def submitted(self, since: datetime | None = None, until: datetime | None = None) -> Self:
        """Answered, in [since, until)."""
        found = self.filter(state="submitted")
        found = found.filter(submitted_at__gte=since) if since else found
        return found.filter(submitted_at__lt=until) if until else found

    def invited(self, since: datetime | None = None, until: datetime | None = None) -> Self:
        """Sent out and not voided, in [since, until) by the moment of the invitation."""
        found = self.filter(invited_at__isnull=False).exclude(state="void")
        found = found.filter(invited_at__gte=since) if since else found
        return found.filter(invited_at__lt=until) if until else found

    def of_cases(self, cases: "QuerySet[Case]") -> Self:
        """Those of these cases."""
        return self.filter(case_id__in=cases.values("pk"))


def having(key: str, op: str, value: Any, *, outer: str = "pk", instrument_id: int | None = None,
           instruments: Collection[int] | None = None) -> Exists:
    """A filter for cases by an answer of theirs: `Case.objects.visible_to(p).filter(having("sistema", "eq", 12))`.

    `op`: eq, ge, le, in, contains. The type of `value` chooses the column: bool, int of a reference as `Ref(12)`,
    numbers (int, Decimal), datetime, text. Only values of records (extra fields), never of surveys; only those of one form
    (`instrument_id`) or of some (`instruments`), where it is said. Whoever lets people choose the key leaves out private
    questions: a filter by one tells its answer.
    """
    from ventanilla.core.questionnaires.models import FieldValue

    column = _column(value[0] if isinstance(value, list | tuple) else value)
    lookup = {"eq": "", "ge": "__gte", "le": "__lte", "in": "__in", "contains": "__icontains"}[op]
    rows = FieldValue.objects.filter(case_id=OuterRef(outer), key=key, response__role="record", **{f"{column}{lookup}": value})
    among = instruments if instrument_id is None else [instrument_id]
    return Exists(rows if among is None else rows.filter(response__instrument_id__in=among))


class Ref(int):
    """The id of a reference, to tell it from a number in `having`."""


def _column(value: Any) -> str:
    if isinstance(value, Ref):
        return "ref"
    if isinstance(value, int | float | Decimal):
        return "number"
    return "moment" if isinstance(value, datetime) else "text"
