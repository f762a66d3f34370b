"""Who uses the system: units and heads in a period over those programmed, and since when each has used it.

The definition is that of the measures `adoption_programmed` and `adoption_used`; here it is told unit by unit.
"""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from ventanilla.modules.correspondence.measures import ADOPTION


@dataclass(frozen=True)
class Adopter:
    """A programmed unit and its head (None: nobody holds the post), with the first and last use of each until the period's end.

    `begins` is the first moment of the period.
    """

    unit_id: int
    since: date
    begins: datetime
    first: datetime | None
    last: datetime | None
    head_id: int | None
    head_first: datetime | None
    head_last: datetime | None

    @property
    def used(self) -> bool:
        """Somebody of the unit acted in the period."""
        return self.last is not None and self.last >= self.begins

    @property
    def head_used(self) -> bool:
        """Its head did."""
        return self.head_last is not None and self.head_last >= self.begins


def adoption(units: Sequence[int], start: date, end: date) -> list[Adopter]:
    """The units programmed at the end of the period (local days, both included): who has not started first, then who did not use it."""
    with connection.cursor() as cursor:
        cursor.execute(ADOPTION, {"units": list(units), "start": start, "end": end})
        found = [Adopter(*row) for row in cursor.fetchall()]
    return sorted(found, key=lambda a: (a.first is not None, a.used, a.unit_id))
