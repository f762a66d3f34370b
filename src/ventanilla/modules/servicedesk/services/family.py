"""What was merged: which ticket goes on in the place of a duplicate, and which ones a ticket took in."""
from collections.abc import Sequence

from django.db import connection

from ventanilla.core.cases.models import Case
from ventanilla.core.cases.places import refresh
from ventanilla.core.orgs.models import Unit
from ventanilla.modules.servicedesk.models import Merge

_END = """
WITH RECURSIVE up AS (
  SELECT m.survivor_id, 1 AS n FROM servicedesk_merge m WHERE m.case_id = %s AND m.undone_at IS NULL
  UNION ALL
  SELECT m.survivor_id, up.n + 1 FROM up JOIN servicedesk_merge m ON m.case_id = up.survivor_id AND m.undone_at IS NULL
) SELECT survivor_id FROM up ORDER BY n DESC LIMIT 1
"""
_TAKEN = """
WITH RECURSIVE down AS (
  SELECT m.case_id FROM servicedesk_merge m WHERE m.survivor_id = %s AND m.undone_at IS NULL
  UNION
  SELECT m.case_id FROM down JOIN servicedesk_merge m ON m.survivor_id = down.case_id AND m.undone_at IS NULL
) SELECT case_id FROM down ORDER BY case_id
"""


def survivor_of(case: Case) -> Case | None:
    """The ticket in which a merged one goes on, through any number of merges; None for one that was not merged."""
    found = _ids(_END, case.pk)
    return Case.objects.get(pk=found[0]) if found else None


def merged_ids(case_id: int) -> Sequence[int]:
    """Ids of the tickets that were merged into this one, directly or through another."""
    return _ids(_TAKEN, case_id)


def merges_of(case: Case) -> list[Merge]:
    """The merges into this ticket that hold, oldest first."""
    return list(Merge.objects.filter(survivor=case, undone_at=None).select_related("case__ticket__requester", "person").order_by("pk"))


def carry(case: Case, unit: Unit) -> None:
    """What was merged into a ticket opens to the unit that gets the ticket, in the caller's transaction."""
    taken = merged_ids(case.pk)
    if taken:
        Case.objects.filter(pk__in=taken).update(unit=unit)
        refresh(taken)


def _ids(query: str, case_id: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(query, [case_id])
        return [row[0] for row in cursor.fetchall()]
