"""Generates the triggers that keep measures: signed deltas, appended by statement triggers on the source
tables.

A measure is a *projection*: a SELECT that turns each row of a source table into (institution, unit, day,
part,
amount). What is counted equals, at any moment, the sum of that projection over the whole table. A projection
may join other tables; then each of them needs a `Source` of its own, which says what moves when *its* rows
change. Modules call `measure_triggers` in a migration of theirs:
`migrations.RunSQL(*measure_triggers("name", SOURCES))`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

EVENTS = ("INSERT", "UPDATE", "DELETE")
_COLUMNS = "(institution_id, unit_id, day, measure, part, amount)"


@dataclass(frozen=True, slots=True)
class Source:
    """What changes of `table` do to `measure`.

    `sql` is a SELECT of five columns (institution, unit, local day, part, amount) in which `{rows}` stands
    for the
    changed rows. Rows without unit or day do not count. `watch`: columns (or expressions of them) that matter; an UPDATE that changes
    none of them costs almost nothing. `lock`: a statement that locks the joined rows first (`{rows}` again),
    so that two transactions changing both sides at once do not miss each other. `main` marks the source
    whose projection over the whole table is the recount; the others only follow changes of joined tables.
    `counts`: a SELECT (`{rows}` again) that has no row where nothing of an INSERT or DELETE can count.
    `pieces`: the same projection as its columns, what follows FROM, and its condition (`in_pieces`).
    """

    measure: str
    table: str
    sql: str
    watch: tuple[str, ...]
    lock: str = ""
    main: bool = True
    events: tuple[str, ...] = EVENTS
    counts: str = ""
    pieces: tuple[tuple[str, ...], str, str] | None = None


def in_pieces(columns: Sequence[str], origin: str, where: str) -> dict[str, Any]:
    """`sql` and `pieces` of a source. Those of one table that read the same rows, one after the other, read them together and ask
    the zone of the institution (the first column) once: what a row costs is the beginning of each projection, not its columns."""
    return {"sql": f"SELECT {', '.join(columns)} FROM {origin} WHERE {where}", "pieces": (tuple(columns), origin, where)}


def in_zone(sql: str, zone: str) -> str:
    """The same SQL with the local days of plain columns computed in a zone at hand (an SQL expression)."""
    return _DAY.sub(rf"(\1 AT TIME ZONE {zone})::date", sql)


_DAY = re.compile(r"public\.indicators_day\([\w.]+, ([\w.]+)\)")


def local_day(moment: str, institution: str) -> str:
    """SQL of the local date of a moment, in the time zone of the institution (both are SQL expressions)."""
    return f"public.indicators_day({institution}, {moment})"


def measure_triggers(name: str, sources: Sequence[Source]) -> tuple[str, str]:
    """The SQL that creates, and the SQL that removes, the triggers of these sources. `name` must be unique.

    Rows that exist already are not counted by it: call `rebuild` (or `recount_into`) afterwards.
    """
    tables = list(dict.fromkeys(source.table for source in sources))
    groups = [
        (table, event, [s for s in sources if s.table == table and event in s.events])
        for table in tables
        for event in EVENTS
    ]
    made = [
        (_function(name, table, event, group), _trigger(name, table, event))
        for table, event, group in groups
        if group
    ]
    forward = "\n".join(text for pair in made for text in pair)
    backward = "\n".join(
        f"DROP FUNCTION public.{_name(name, table, event)}() CASCADE;"
        for table, event, group in groups
        if group
    )
    return forward, backward


def measure_functions(name: str, sources: Sequence[Source]) -> str:
    """The SQL that replaces the functions of triggers that exist already, for migrations after a change of this file."""
    groups = {(s.table, event): [t for t in sources if t.table == s.table and event in t.events] for s in sources for event in s.events}
    made = (_function(name, table, event, group) for (table, event), group in groups.items())
    return "\n".join(text.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1) for text in made)


def recount(source: Source) -> str:
    """A SELECT of (institution_id, unit_id, day, measure, part, amount), summed afresh from the source
    table."""
    return _summed([_projected(source, source.table, 1)])


def _name(name: str, table: str, event: str) -> str:
    return f"indicators_{name}_{table}_{event.lower()}"[:63]


def _trigger(name: str, table: str, event: str) -> str:
    new, old = "NEW TABLE AS new_rows", "OLD TABLE AS old_rows"
    tables = {"INSERT": new, "DELETE": old, "UPDATE": f"{old} {new}"}[event]
    function = _name(name, table, event)
    return (
        f"CREATE TRIGGER {function} AFTER {event} ON {table} REFERENCING {tables}\n"
        f"  FOR EACH STATEMENT EXECUTE FUNCTION public.{function}();"
    )


def _function(name: str, table: str, event: str, sources: Sequence[Source]) -> str:
    rows = {
        "INSERT": [("new_rows", 1)],
        "DELETE": [("old_rows", -1)],
        "UPDATE": [("new_rows", 1), ("old_rows", -1)],
    }[event]
    groups = [list(group) for _read, group in groupby(sources, _reads)]
    parts = [_together(group, given, sign) for group in groups for given, sign in rows]
    locks = [source.lock.format(rows=given) for source in sources if source.lock for given, _sign in rows]
    body = [
        _guard(sources) if event == "UPDATE" else _nothing(sources, rows[0][0]),
        *(f"PERFORM * FROM ({text}) AS l;" for text in _unique(locks)),
        f"INSERT INTO public.indicator_delta {_COLUMNS} {_summed(parts)};",
    ]
    return (
        f"CREATE FUNCTION public.{_name(name, table, event)}() RETURNS trigger LANGUAGE plpgsql AS $indicators$\n"
        "BEGIN\n" + "\n".join(filter(None, body)) + "\nRETURN NULL;\nEND $indicators$;"
    )


def _unique(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))


def _guard(sources: Sequence[Source]) -> str:
    """Leave at once unless a watched column changed in some row. A set difference, never a join: nothing is known of
    the changed rows when the join is planned, and ten thousand of them were compared pair by pair (16 s)."""
    columns = ", ".join(_unique(["id", *(column for source in sources for column in source.watch)]))
    return (
        f"IF NOT EXISTS (SELECT {columns} FROM new_rows\n"
        f"  EXCEPT SELECT {columns} FROM old_rows) THEN RETURN NULL; END IF;"
    )


def _nothing(sources: Sequence[Source], rows: str) -> str:
    """Leave at once when nothing of these rows can count; one small question in the place of a join for each measure."""
    asked = _unique(f"EXISTS ({source.counts.format(rows=rows)})" if source.counts else "" for source in sources)
    return f"IF NOT ({' OR '.join(asked)}) THEN RETURN NULL; END IF;" if all(asked) else ""


def _reads(source: Source) -> tuple[str, ...]:
    return (source.pieces[0][0], *source.pieces[1:]) if source.pieces else (source.measure, source.sql)


def _together(sources: Sequence[Source], rows: str, sign: int) -> str:
    """The projections of sources that read the same rows."""
    first = sources[0]
    if len(sources) == 1 or not first.pieces:
        return _projected(first, rows, sign)
    _columns, origin, where = first.pieces
    values = ", ".join(f"({i}, {u}, {in_zone(day, 'z.time_zone')}, '{source.measure}'::text, {part}, {sign} * {amount})"
                       for source in sources if source.pieces for i, u, day, part, amount in [source.pieces[0]])
    return (f"SELECT s.i, s.u, s.d, s.m, s.p, s.a FROM {origin} JOIN public.orgs_institution z ON z.id = {_columns[0]}\n"
            f"CROSS JOIN LATERAL (VALUES {values}) AS s(i, u, d, m, p, a)\nWHERE {where} AND s.u IS NOT NULL AND s.d IS NOT NULL"
            ).format(rows=rows)


def _projected(source: Source, rows: str, sign: int) -> str:
    return (
        f"SELECT s.i, s.u, s.d, '{source.measure}'::text AS m, s.p, {sign} * s.a AS a FROM (\n"
        f"{source.sql.format(rows=rows).strip()}\n) AS s(i, u, d, p, a) WHERE s.u IS NOT NULL AND s.d IS NOT NULL"
    )


def _summed(parts: Sequence[str]) -> str:
    return (
        "SELECT t.i, t.u, t.d, t.m, t.p, sum(t.a)::bigint FROM (\n"
        + "\nUNION ALL\n".join(parts)
        + "\n) AS t GROUP BY 1, 2, 3, 4, 5 HAVING sum(t.a) <> 0"
    )
