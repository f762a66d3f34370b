"""Mi bandeja: what waits for a person, read only from Tray, one index probe per token and tab.

A person's places are the trays of the units where they work (route, answer, register, conclude) up to their
clearance, and whatever is addressed to them by name. Whoever also works in what hangs below those units finds that
apart (`Place.side`). What waits for a team is narrowed by the module that has teams (`kinds.Teams`), in the trays of
the team's own units only, so that nobody else's matters are looked through.
"""
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection

from ventanilla.core import plans
from ventanilla.core.cases.kinds import Team, teams
from ventanilla.core.cases.models import Tray
from ventanilla.core.cases.search import few_saying
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import Reach, reach_of, token

CAP = 1000
OWN, BELOW = "own", "below"
NEAR = 5  # rows among which the next matter is looked for: one may stand in the same part twice
OWED = (Tray.Tab.TO_DO, Tray.Tab.TO_EVALUATE)
WORK = (cap.ROUTE, cap.ANSWER, cap.REGISTER, cap.CONCLUDE)

_TRAYS = "unnest(ARRAY(SELECT unnest(%(tokens)s::bigint[]))) AS held(token)"
_PAGE = """
SELECT 0 AS part, NULL::int AS tab, NULL::bigint AS n, p.order_at, p.id FROM (
SELECT DISTINCT page.order_at, page.id FROM (
  SELECT y.order_at, y.id FROM {trays} CROSS JOIN LATERAL (
    SELECT y.order_at, y.id FROM cases_tray y WHERE y.token = held.token AND y.tab = %(tab)s {after} {narrow}
    ORDER BY y.order_at, y.id LIMIT {limit}) y
  UNION ALL (
  SELECT y.order_at, y.id FROM cases_tray y WHERE y.person_id = %(person)s AND y.tab = %(tab)s {after} {narrow}
  ORDER BY y.order_at, y.id LIMIT {limit})
) page ORDER BY page.order_at, page.id LIMIT {limit}) p
"""
# A row stands in one tray: of those in trays no more than the limit are read, and only what is addressed to the person can be among them.
_COUNTS = """
SELECT {part} AS part, tabs.tab, (
  SELECT count(*) FROM (SELECT DISTINCT few.id FROM (
    (SELECT y.id FROM {trays} CROSS JOIN LATERAL (
      SELECT y.id FROM cases_tray y WHERE y.token = held.token AND y.tab = tabs.tab {narrow} {order} LIMIT {limit}) y LIMIT {limit})
    UNION ALL (
    SELECT y.id FROM cases_tray y WHERE y.person_id = %(person)s AND y.tab = tabs.tab {narrow} {order} LIMIT {limit})
  ) few LIMIT {limit}) capped) AS n, NULL::timestamptz AS order_at, NULL::bigint AS id
FROM unnest({tabs}::int[]) AS tabs(tab)
"""
# With a word that not too many cases say, those are listed first: their trays are looked at one by one, and nobody's tray is walked.
_HELD = """(SELECT DISTINCT unnest(%(cases)s::bigint[])) AS said(case_id) CROSS JOIN LATERAL (
  SELECT t.* FROM cases_tray t WHERE t.case_id = said.case_id OFFSET 0) y
WHERE (y.token = ANY (%(tokens)s::bigint[]) OR y.person_id = %(person)s)"""
_LISTED_PAGE = f"""
SELECT 0 AS part, NULL::int AS tab, NULL::bigint AS n, p.order_at, p.id FROM (
  SELECT y.order_at, y.id FROM {_HELD} AND y.tab = %(tab)s {{after}} {{narrow}}
  ORDER BY y.order_at, y.id LIMIT {{limit}}) p
"""
_LISTED_COUNTS = f"""
SELECT {{part}} AS part, tabs.tab, least(coalesce(c.n, 0), {{limit}}) AS n, NULL::timestamptz AS order_at, NULL::bigint AS id
FROM unnest({{tabs}}::int[]) AS tabs(tab)
LEFT JOIN (SELECT y.tab, count(*) AS n FROM {_HELD} {{narrow}} GROUP BY y.tab) c ON c.tab = tabs.tab
"""
# A word that very many say is met soon in the tray itself; the sum keeps this from being turned into a join, made anew for each token.
_SAID = """AND (SELECT bool_or(s.vector @@ (SELECT public.words_query(%(words)s)) AND s.tokens && %(read)s::bigint[])
  FROM cases_searchrow s WHERE s.case_id = y.case_id AND s.kind <> 'page')"""
_LIGHTS = {
    "red": "AND y.due_at < %(now)s",
    "amber": "AND y.amber_at <= %(now)s AND y.due_at >= %(now)s",
    "green": "AND y.due_at >= %(now)s AND (y.amber_at > %(now)s OR y.amber_at IS NULL)",
    "none": "AND y.due_at IS NULL",
}
_HANDS = {"nobody": "AND y.side = 'owner' AND y.person_id IS NULL", "mine": "AND y.person_id = %(me)s"}


@dataclass(frozen=True)
class Place:
    """Which part of the inbox: a tab, perhaps a side of the units where the person works (OWN, BELOW), some units (None: any) or some
    teams (None: any), which count more than the side, one light, some hands (`nobody`, `mine`), words that the case says, after a key."""

    tab: int = Tray.Tab.TO_DO
    side: str = ""
    chosen: frozenset[int] | None = None
    light: str = ""
    after: tuple[datetime, int] | None = None
    limit: int = 50
    teams: Sequence[Team] | None = None
    hands: str = ""
    words: str = ""

    @property
    def units(self) -> Collection[int] | None:
        """The units in whose trays it can be; None: any."""
        among = None if self.teams is None else {u for team in self.teams for u in team.units}
        return among if self.chosen is None else self.chosen if among is None else self.chosen & among

    @property
    def narrow(self) -> str:
        """The conditions on a row `y` that are no key of the index, words aside."""
        held = teams() if self.teams is not None else None
        return " ".join(filter(None, (_LIGHTS.get(self.light), _HANDS.get(self.hands), held.condition if held else "")))

    @property
    def whole(self) -> bool:
        """Whether trays are read as they stand, so that their order alone says how."""
        return not (self.narrow or self.words)


@dataclass(frozen=True)
class Look:
    """A page of a part of the inbox: the keys of its rows in their order, whether there are more, how many each tab has, and how many
    there are in each of the parts beside it."""

    keys: list[int]
    more: bool
    counts: dict[int, int]
    beside: tuple[int, ...] = ()


def work_tokens(reach: Reach, among: Collection[int] | None = None) -> list[int]:
    """Tokens of the trays of the units where the person works (of those among them, when given)."""
    units = [u for u in reach.within(*WORK) if among is None or u in among]
    return [token(u, level) for u in units for level in range(reach.clearance.get(u, -1) + 1)]


def own_units(person: Person) -> frozenset[int]:
    """Of the units where the person works, those that are theirs: where they belong, or for which they, or somebody for whom they stand
    in, were given a right by name. In the others they work because these hang below."""
    reach = reach_of(person)
    return frozenset(u for u in reach.within(*WORK) if u in reach.direct or u == person.unit_id)


def units_below(person: Person) -> frozenset[int]:
    """The other units where the person works."""
    return frozenset(reach_of(person).within(*WORK)) - own_units(person)


def look(person: Person, place: Place, now: datetime, *beside: Place) -> Look:
    """The page, the counts (its light aside; CAP + 1 means "more than CAP"), and how many there are on the tab of each of the parts
    `beside`, which have its words or none: one statement for all. `now` is aware."""
    listed = _listed(person, place)
    asked = [_page_of(person, place, now, listed), _counts_of(person, place, Tray.Tab.values, 1, listed)]
    asked += [_counts_of(person, other, [other.tab], n, listed if other.words else None) for n, other in enumerate(beside, start=2)]
    found = _read(asked, kept=all(one.whole for one in (place, *beside)))
    counted = {(part, tab): n for part, tab, n, _at, _id in found if part}
    ids = _in_order(found)
    return Look(ids[: place.limit], len(ids) > place.limit, {tab: n for (part, tab), n in counted.items() if part == 1},
                tuple(counted[n, other.tab] for n, other in enumerate(beside, start=2)))


def keys(person: Person, place: Place, now: datetime) -> list[int]:
    """The keys of the rows of that part in the order of the page, from its beginning: `limit` of them at most."""
    place = replace(place, after=None, limit=place.limit - 1)
    return _in_order(_read([_page_of(person, place, now, _listed(person, place))], kept=place.whole))


@dataclass(frozen=True)
class Standing:
    """Where a case stands in a part of the inbox: its key there (None: it does not), and whether something of it waits for the person
    to do or to evaluate."""

    key: tuple[datetime, int] | None
    owed: bool


def standing(person: Person, place: Place, case_id: int) -> Standing:
    """Where the case stands in that part, its words and lights aside. What is in somebody else's hands does not wait for the person. One
    statement."""
    values = _values(person, place, None)
    shown, own = set(values["tokens"]), set(work_tokens(reach_of(person), own_units(person)))
    rows = Tray.objects.filter(case_id=case_id).order_by("order_at", "pk")
    key = next(((y.order_at, y.pk) for y in rows if y.tab == place.tab and (y.token in shown or y.person_id == values["person"])), None)
    hands = (y for y in rows if y.tab in OWED and y.person_id in (None, person.pk))
    return Standing(key, any(y.token in shown | own or y.person_id for y in hands))


def following(person: Person, place: Place, case_id: int, now: datetime) -> Tray | None:
    """The first row after the place's key that is not of the case, with its case; None when there is none."""
    found = _in_order(_read([_page_of(person, place, now, _listed(person, place))], kept=place.whole))
    rows = Tray.objects.filter(pk__in=found).exclude(case_id=case_id).select_related("case").order_by("order_at", "pk")
    return rows.first()


_SIDES: Mapping[str, Callable[[Person], Collection[int] | None]] = {"": lambda _person: None, OWN: own_units, BELOW: units_below}
_Asked = tuple[str, dict[str, Any]]


def _listed(person: Person, place: Place) -> list[int] | None:
    """The cases that say the words of a part, where there are any and not too many say them."""
    return few_saying(person, place.words) if place.words else None


def _page_of(person: Person, place: Place, now: datetime, cases: list[int] | None) -> _Asked:
    sql = (_PAGE if cases is None else _LISTED_PAGE).format(
        after="AND (y.order_at, y.id) > (%(at)s, %(id)s)" if place.after else "", narrow=_narrow(place, cases), trays=_TRAYS,
        limit=place.limit + 1)
    at, key = place.after or (None, None)
    return sql, _values(person, place, cases) | {"tab": int(place.tab), "now": now, "at": at, "id": key}


def _counts_of(person: Person, place: Place, tabs: Sequence[int], part: int, cases: list[int] | None) -> _Asked:
    place = replace(place, light="", after=None)
    # In order, a tray is walked until there are enough; of a small team among many that would be nearly all of it.
    order = "ORDER BY y.order_at, y.id" if place.teams is None else ""
    sql = (_COUNTS if cases is None else _LISTED_COUNTS).format(
        part=part, narrow=_narrow(place, cases), order=order, trays=_TRAYS, limit=CAP + 1, tabs=f"ARRAY{[int(tab) for tab in tabs]}")
    return sql, _values(person, place, cases)


def _narrow(place: Place, cases: list[int] | None) -> str:
    return place.narrow + (_SAID if place.words and cases is None else "")


def _values(person: Person, place: Place, cases: list[int] | None) -> dict[str, Any]:
    reach = reach_of(person)
    units = place.units if place.units is not None else _SIDES[place.side](person)
    named = place.chosen is None and place.side != BELOW
    return {"tokens": work_tokens(reach, units), "person": person.pk if named else -1, "me": person.pk,
            "teams": [t.id for t in place.teams or ()], "cases": cases, "words": place.words[:400], "read": reach.tokens}


def _read(asked: Sequence[_Asked], *, kept: bool) -> list[tuple[Any, ...]]:
    """One statement of several, each with values of its own; with a plan that is `kept` where it does not depend on them."""
    sql = " UNION ALL ".join(f"({one.replace('%(', f'%(p{n}_')})" for n, (one, _values) in enumerate(asked))
    values = {f"p{n}_{name}": value for n, (_sql, values) in enumerate(asked) for name, value in values.items()}
    if kept:
        return plans.rows(sql, values)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _in_order(found: Sequence[tuple[Any, ...]]) -> list[int]:
    return [key for _at, key in sorted((at, key) for part, _tab, _n, at, key in found if part == 0)]
