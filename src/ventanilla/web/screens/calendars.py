"""By which calendar the deadline of a row is told: kept a minute in the process, so that a list costs no more queries."""
from time import monotonic
from typing import Any, Final

from django.db.models import Model
from django.utils import timezone

from ventanilla.core.orgs.models import Unit
from ventanilla.core.workdays.models import CalendarVersion

SECONDS: Final = 60.0
MOST: Final = 500
_kept: dict[int, tuple[float, dict[int | None, int]]] = {}


def version_of(row: Any) -> int:
    """The published calendar version of the row's unit (the unit's own, the nearest above, else the institution's).

    0 when the institution has none. Asks nothing about a unit that was not loaded with the row.
    """
    versions = _of(row.institution_id)
    loaded = row._state.fields_cache if isinstance(row, Model) else vars(row)
    unit: Unit | None = loaded.get("unit")
    for pk in reversed(unit.path) if unit and (len(versions) > 1 or None not in versions) else ():
        if pk in versions:
            return versions[pk]
    return versions.get(None, 0)


def _of(institution_id: int) -> dict[int | None, int]:
    """Newest version by unit (None: of the whole institution). Hours of a service ("24/7") hold nowhere by themselves."""
    at, found = _kept.get(institution_id, (0.0, {}))
    if not found or monotonic() - at > SECONDS:
        if len(_kept) >= MOST:
            _kept.clear()
        rows = CalendarVersion.objects.filter(institution_id=institution_id, calendar__purpose="").newest().select_related("calendar")
        rows = rows.exclude(calendar__valid_to__lte=timezone.localdate())
        found = {v.calendar.unit_id: v.pk for v in rows}
        _kept[institution_id] = (monotonic(), found)
    return found
