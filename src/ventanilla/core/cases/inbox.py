"""Mi bandeja: what waits for a person, read only from Tray, one index probe per token and tab.

A person's places are the trays of the units where they work (route, answer, register, conclude) up to their
clearance, and whatever is addressed to them by name.
"""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from ventanilla.core.cases.models import Tray
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import Reach, reach_of, token

CAP = 1000
WORK = (cap.ROUTE, cap.ANSWER, cap.REGISTER, cap.CONCLUDE)

_PAGE = """
SELECT DISTINCT page.order_at, page.id FROM (
  SELECT y.order_at, y.id FROM unnest(%(tokens)s::bigint[]) AS held(token) CROSS JOIN LATERAL (
    SELECT y.order_at, y.id FROM cases_tray y WHERE y.token = held.token AND y.tab = %(tab)s {after} {light}
    ORDER BY y.order_at, y.id LIMIT %(limit)s) y
  UNION ALL (
  SELECT y.order_at, y.id FROM cases_tray y WHERE y.person_id = %(person)s AND y.tab = %(tab)s {after} {light}
  ORDER BY y.order_at, y.id LIMIT %(limit)s)
) page ORDER BY page.order_at, page.id LIMIT %(limit)s
"""
_COUNTS = """
SELECT tabs.tab, (
  SELECT count(*) FROM (SELECT DISTINCT few.id FROM (
    SELECT y.id FROM unnest(%(tokens)s::bigint[]) AS held(token) CROSS JOIN LATERAL (
      SELECT y.id FROM cases_tray y WHERE y.token = held.token AND y.tab = tabs.tab ORDER BY y.order_at, y.id LIMIT %(limit)s) y
    UNION ALL (
    SELECT y.id FROM cases_tray y WHERE y.person_id = %(person)s AND y.tab = tabs.tab ORDER BY y.order_at, y.id LIMIT %(limit)s)
  ) few LIMIT %(limit)s) capped)
FROM unnest(%(tabs)s::int[]) AS tabs(tab)
"""
_LIGHTS = {
    "red": "AND y.due_at < %(now)s",
    "amber": "AND y.amber_at <= %(now)s AND y.due_at >= %(now)s",
    "green": "AND y.due_at >= %(now)s AND (y.amber_at > %(now)s OR y.amber_at IS NULL)",
    "none": "AND y.due_at IS NULL",
}


@dataclass(frozen=True)
class Place:
    """Which part of the inbox: a tab, perhaps one unit and one light, after a key (order_at, id)."""

    tab: int = Tray.Tab.TO_DO
    unit_id: int | None = None
    light: str = ""
    after: tuple[datetime, int] | None = None
    limit: int = 50


def work_tokens(reach: Reach, unit_id: int | None = None) -> list[int]:
    """Tokens of the trays of the units where the person works (of one of them, when given)."""
    units = reach.within(*WORK) if unit_id is None else [u for u in reach.within(*WORK) if u == unit_id]
    return [token(u, level) for u in units for level in range(reach.clearance.get(u, -1) + 1)]


def page(person: Person, place: Place, now: datetime) -> tuple[list[Tray], bool]:
    """The rows of a page in order of due date, and whether there are more. `now` is aware."""
    sql = _PAGE.format(after="AND (y.order_at, y.id) > (%(at)s, %(id)s)" if place.after else "",
                       light=_LIGHTS.get(place.light, ""))
    keys = _rows(sql, person, place, now=now, limit=place.limit + 1)
    ids = [k[1] for k in keys[: place.limit]]
    found = {t.pk: t for t in Tray.objects.filter(pk__in=ids).select_related("case", "unit")}
    return [found[i] for i in ids if i in found], len(keys) > place.limit


def counts(person: Person, unit_id: int | None = None) -> dict[int, int]:
    """How many matters wait in each tab; CAP + 1 means "more than CAP"."""
    return dict(_rows(_COUNTS, person, Place(unit_id=unit_id), limit=CAP + 1, tabs=Tray.Tab.values))


def _rows(sql: str, person: Person, place: Place, **extra: Any) -> Sequence[tuple[Any, ...]]:
    mine = -1 if place.unit_id else person.pk
    values = {"tokens": work_tokens(reach_of(person), place.unit_id), "person": mine, "tab": place.tab, **extra}
    if place.after:
        values["at"], values["id"] = place.after
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: Sequence[tuple[Any, ...]] = cursor.fetchall()
        return found
