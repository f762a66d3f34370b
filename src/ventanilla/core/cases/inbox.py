"""Mi bandeja: what waits for a person, read only from Tray, one index probe per token and tab.

A person's places are the trays of the units where they work (route, answer, register, conclude) up to their
clearance, and whatever is addressed to them by name. What waits for a team is narrowed by the module that has teams
(`kinds.Teams`), in the trays of the team's own units only, so that nobody else's matters are looked through.
"""
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F, Value

from ventanilla.core.cases.kinds import Team, teams
from ventanilla.core.cases.models import Tray
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import Reach, reach_of, token

CAP = 1000
WORK = (cap.ROUTE, cap.ANSWER, cap.REGISTER, cap.CONCLUDE)

_PAGE = """
SELECT DISTINCT page.order_at, page.id FROM (
  SELECT y.order_at, y.id FROM unnest(%(tokens)s::bigint[]) AS held(token) CROSS JOIN LATERAL (
    SELECT y.order_at, y.id FROM cases_tray y WHERE y.token = held.token AND y.tab = %(tab)s {after} {narrow}
    ORDER BY y.order_at, y.id LIMIT %(limit)s) y
  UNION ALL (
  SELECT y.order_at, y.id FROM cases_tray y WHERE y.person_id = %(person)s AND y.tab = %(tab)s {after} {narrow}
  ORDER BY y.order_at, y.id LIMIT %(limit)s)
) page ORDER BY page.order_at, page.id LIMIT %(limit)s
"""
_COUNTS = """
SELECT tabs.tab, (
  SELECT count(*) FROM (SELECT DISTINCT few.id FROM (
    SELECT y.id FROM unnest(%(tokens)s::bigint[]) AS held(token) CROSS JOIN LATERAL (
      SELECT y.id FROM cases_tray y WHERE y.token = held.token AND y.tab = tabs.tab {narrow} {order} LIMIT %(limit)s) y
    UNION ALL (
    SELECT y.id FROM cases_tray y WHERE y.person_id = %(person)s AND y.tab = tabs.tab {narrow} {order} LIMIT %(limit)s)
  ) few LIMIT %(limit)s) capped)
FROM unnest(%(tabs)s::int[]) AS tabs(tab)
"""
_LIGHTS = {
    "red": "AND y.due_at < %(now)s",
    "amber": "AND y.amber_at <= %(now)s AND y.due_at >= %(now)s",
    "green": "AND y.due_at >= %(now)s AND (y.amber_at > %(now)s OR y.amber_at IS NULL)",
    "none": "AND y.due_at IS NULL",
}
_HANDS = {"nobody": "AND y.side = 'owner' AND y.person_id IS NULL", "mine": "AND y.person_id = %(me)s"}


@dataclass(frozen=True)
class Place:
    """Which part of the inbox: a tab, perhaps one unit, some teams (None: any), one light, some hands (`nobody`, `mine`), after a key."""

    tab: int = Tray.Tab.TO_DO
    unit_id: int | None = None
    light: str = ""
    after: tuple[datetime, int] | None = None
    limit: int = 50
    teams: Sequence[Team] | None = None
    hands: str = ""

    @property
    def units(self) -> Collection[int] | None:
        """The units in whose trays it can be; None: any."""
        among = None if self.teams is None else {u for team in self.teams for u in team.units}
        return among if self.unit_id is None else {self.unit_id} & (among if among is not None else {self.unit_id})

    @property
    def narrow(self) -> str:
        """The conditions on a row `y` that are no key of the index."""
        held = teams() if self.teams is not None else None
        return " ".join((_LIGHTS.get(self.light, ""), _HANDS.get(self.hands, ""), held.condition if held else ""))


def work_tokens(reach: Reach, among: Collection[int] | None = None) -> list[int]:
    """Tokens of the trays of the units where the person works (of those among them, when given)."""
    units = [u for u in reach.within(*WORK) if among is None or u in among]
    return [token(u, level) for u in units for level in range(reach.clearance.get(u, -1) + 1)]


def page(person: Person, place: Place, now: datetime) -> tuple[list[Tray], bool]:
    """The rows of a page in order of due date, each with the name of its team (`team_name`), and whether there are more. `now` is aware."""
    sql = _PAGE.format(after="AND (y.order_at, y.id) > (%(at)s, %(id)s)" if place.after else "",
                       narrow=place.narrow)
    keys = _rows(sql, person, place, now=now, limit=place.limit + 1)
    ids = [k[1] for k in keys[: place.limit]]
    held = teams()
    named = F(f"case__{held.name}") if held else Value(None)
    found = {t.pk: t for t in Tray.objects.filter(pk__in=ids).select_related("case", "unit", "person").annotate(team_name=named)}
    return [found[i] for i in ids if i in found], len(keys) > place.limit


def counts(person: Person, place: Place | None = None, tabs: Sequence[int] = tuple(Tray.Tab.values)) -> dict[int, int]:
    """How many matters of that part (its light aside) wait in each tab; CAP + 1 means "more than CAP"."""
    part = replace(place or Place(), light="", after=None)
    # In order, a tray is walked until there are enough; of a small team among many that would be nearly all of it.
    order = "ORDER BY y.order_at, y.id" if part.teams is None else ""
    return dict(_rows(_COUNTS.format(narrow=part.narrow, order=order), person, part, limit=CAP + 1, tabs=list(tabs)))


def _rows(sql: str, person: Person, place: Place, **extra: Any) -> Sequence[tuple[Any, ...]]:
    values = {"tokens": work_tokens(reach_of(person), place.units), "person": -1 if place.unit_id else person.pk, "me": person.pk,
              "tab": place.tab, "teams": [t.id for t in place.teams or ()], **extra}
    if place.after:
        values["at"], values["id"] = place.after
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: Sequence[tuple[Any, ...]] = cursor.fetchall()
        return found
