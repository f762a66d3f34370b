"""Reading measures: bases plus deltas, in one statement, so that what was just done already counts.

The caller decides which units a person may see figures of; nothing here opens a case. Days are local dates
of the institution; both ends of a period belong to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from ventanilla.core.indicators.periods import previous, whole_months
from ventanilla.core.indicators.registry import measure as find

BEGINNING = date(1, 1, 2)
PERIODS = ("day", "week", "month", "year", "between")


@dataclass(frozen=True, slots=True)
class Point:
    """A value: `start` is the first day of the period, `key` the unit's number, the part, or None."""

    start: date
    key: int | str | None
    value: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A value of one of several measures: as a Point, with the unit and the part that it was asked by (else None)."""

    measure: str
    start: date
    unit: int | None
    part: str | None
    value: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """A total beside that of the period before. `percent` is None when there was nothing before."""

    current: int
    previous: int
    previous_start: date
    previous_end: date

    @property
    def change(self) -> int:
        """How many more (or fewer)."""
        return self.current - self.previous

    @property
    def percent(self) -> float | None:
        """The change in percent of the period before."""
        return 100 * self.change / self.previous if self.previous else None


_KEYS = {None: "NULL::text", "unit": "unit_id", "part": "part"}


def series(
    slug: str, units: Sequence[int], start: date, end: date, *, period: str = "day", by: str | None = None
) -> list[Point]:
    """Values per period (weeks start on Monday), only where something happened; by unit, by part, or
    together.

    For a stock the value is what there was at the end of each period in which it changed. `between` is one
    period. Raises KeyError for an unknown measure, period or `by`, and ValueError for steps of a measure that is
    counted over a whole period only.
    """
    if find(slug).event == "period" and period != "between":
        raise ValueError(f"{slug} is counted over a whole period")
    if find(slug).event == "stock":
        return _stock(slug, units, start, end, period, by)
    return [Point(*row) for row in _sums(slug, units, start, end, _bucket(period), _KEYS[by])]


def total(slug: str, units: Sequence[int], start: date, end: date, *, part: str | None = None) -> int:
    """The sum of a period; of a stock, what there was at the end of its last day."""
    first = BEGINNING if find(slug).event == "stock" else start
    rows = _sums(slug, units, first, end, _bucket("between"), _KEYS["part"])
    return sum(value for _start, key, value in rows if part is None or key == part)


def compare_with_previous(
    slug: str, units: Sequence[int], start: date, end: date, *, part: str | None = None
) -> Comparison:
    """The total beside that of the period before: whole months before whole months, else as many days
    before."""
    before = previous(start, end)
    return Comparison(
        total(slug, units, start, end, part=part), total(slug, units, *before, part=part), *before
    )


def cells(
    slugs: Sequence[str], units: Sequence[int], start: date, end: date, *, period: str = "between", by: Sequence[str] = ()
) -> list[Cell]:
    """What `series` says of several flows that triggers keep, in one statement: a board reads all of its figures at once.

    `by` names unit, part, or both. Raises ValueError for a stock or a measure that is counted when it is read, KeyError as `series`.
    """
    if any(find(slug).event != "flow" or find(slug).live for slug in slugs):
        raise ValueError("only flows that triggers keep")
    keys = {"unit": "NULL::bigint", "part": "NULL::text"} | {name: _KEYS[name] for name in by}
    values = _span(start, end, period) | {"slugs": list(slugs), "units": list(units)}
    with connection.cursor() as cursor:
        cursor.execute(_CELLS.format(bucket=_bucket(period), **keys), values)
        return [Cell(*row) for row in cursor.fetchall()]


def overdue(units: Sequence[int]) -> dict[int, int]:
    """Open turns for action past their due time at this moment, per unit: counted from the indexed due
    times."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT unit_id, count(*) FROM cases_turn WHERE unit_id = ANY(%s) AND closed_at IS NULL "
            "AND purpose = 'action' AND due_at < statement_timestamp() GROUP BY 1",
            [list(units)],
        )
        return dict(cursor.fetchall())


def _bucket(period: str) -> str:
    if period not in PERIODS:
        raise KeyError(period)
    return "%(start)s::date" if period == "between" else f"date_trunc('{period}', day::timestamp)::date"


def _sums(
    slug: str, units: Sequence[int], start: date, end: date, bucket: str, key: str
) -> list[tuple[Any, ...]]:
    """Sums per bucket and key."""
    values = _span(start, end, bucket) | {"slug": slug, "units": list(units)}
    live = find(slug).live
    query = _LIVE.format(bucket=bucket, key=key, live=live) if live else _READ.format(bucket=bucket, key=key)
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _span(start: date, end: date, period: str) -> dict[str, Any]:
    """The dates that a read takes. Whole months inside the period are read by month when its steps (a period or its bucket) allow it."""
    monthly = "week" not in period and "day'" not in period and period != "day"
    first, last = (monthly and whole_months(start, end)) or (end + timedelta(days=1), end)
    before, after = first - timedelta(days=1), last + timedelta(days=1)
    return {"start": start, "end": end, "first": first, "last": last, "before": before, "after": after}


_FROM = "UNION ALL SELECT unit_id, day, part, amount FROM {} WHERE measure = %(slug)s AND unit_id = ANY(%(units)s)"
_READ = f"""
SELECT {{bucket}} AS start, {{key}} AS key, sum(amount)::bigint FROM (
    SELECT NULL::bigint AS unit_id, NULL::date AS day, NULL::text AS part, NULL::bigint AS amount WHERE FALSE
    {_FROM.format("indicator_base")} AND day BETWEEN %(start)s AND %(before)s
    {_FROM.format("indicator_month")} AND day BETWEEN %(first)s AND %(last)s
    {_FROM.format("indicator_base")} AND day BETWEEN %(after)s AND %(end)s
    {_FROM.format("indicator_delta")} AND day BETWEEN %(start)s AND %(end)s
) AS t GROUP BY 1, 2 HAVING sum(amount) <> 0 ORDER BY 1, 2
"""

_MANY = ("SELECT measure, unit_id, day, part, amount FROM {} WHERE measure = ANY(%(slugs)s) AND unit_id = ANY(%(units)s) "
         "AND day BETWEEN %({})s AND %({})s")
_CELLS = f"""
SELECT measure, {{bucket}} AS start, {{unit}} AS unit, {{part}} AS part, sum(amount)::bigint FROM (
    {_MANY.format("indicator_base", "start", "before")}
    UNION ALL {_MANY.format("indicator_month", "first", "last")}
    UNION ALL {_MANY.format("indicator_base", "after", "end")}
    UNION ALL {_MANY.format("indicator_delta", "start", "end")}
) AS t GROUP BY 1, 2, 3, 4 HAVING sum(amount) <> 0 ORDER BY 1, 2, 3, 4
"""

_LIVE = """
SELECT {bucket} AS start, {key} AS key, sum(amount)::bigint FROM ({live}) AS t (unit_id, day, part, amount)
WHERE day BETWEEN %(start)s AND %(end)s GROUP BY 1, 2 HAVING sum(amount) <> 0 ORDER BY 1, 2
"""


def _stock(
    slug: str, units: Sequence[int], start: date, end: date, period: str, by: str | None
) -> list[Point]:
    """Running totals: what there was before the period, then the changes of each bucket."""
    running: dict[Any, int] = {}
    for _day, key, value in _sums(
        slug, units, BEGINNING, start - timedelta(days=1), _bucket("between"), _KEYS[by]
    ):
        running[key] = value
    points = [Point(start, key, value) for key, value in running.items()]
    for day, key, value in _sums(slug, units, start, end, _bucket(period), _KEYS[by]):
        running[key] = running.get(key, 0) + value
        points = [p for p in points if (p.start, p.key) != (day, key)]
        points.append(Point(max(day, start), key, running[key]))
    return points
