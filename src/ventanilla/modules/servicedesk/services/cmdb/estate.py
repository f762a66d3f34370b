"""The graph of an institution on a day as arrays: what is in service, what depends on what, and how much redundancy there is.

Everything is read with three statements, whatever the size: each column comes as one array in the database's binary form,
which numpy reads as it is. Types of relation are those of today; what was in service and what was tied to what are those
of the day.
"""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final, NamedTuple, cast

import numpy as np
import psycopg
from django.db import connection
from django.utils import timezone
from numpy.typing import NDArray

from ventanilla.lib.impact import ALONE, Graph, build
from ventanilla.modules.servicedesk.services.cmdb.past import end_of

Longs = NDArray[np.int64]
_ELEMENT: Final = np.dtype([("size", ">i4"), ("value", ">i8")])
_HEADER: Final = 20
SPARSE: Final = 50
"""Ids spread wider than this are looked up by halving, closer ones in a table."""

_NODES = """SELECT array_send(array_agg(id)) FROM (
  SELECT id FROM servicedesk_configurationitem WHERE institution_id = %(institution)s AND state IN ('in_use', 'maintenance')
  ORDER BY id) n"""
_NODES_THEN = """SELECT array_send(array_agg(item_id)) FROM (
  SELECT item_id FROM (
    SELECT DISTINCT ON (v.item_id) v.item_id, v.facts ->> 'state' AS state
    FROM servicedesk_civersion v JOIN servicedesk_configurationitem i ON i.id = v.item_id
    WHERE i.institution_id = %(institution)s AND v.since < %(until)s ORDER BY v.item_id, v.since DESC, v.id DESC) last
  WHERE state IN ('in_use', 'maintenance') ORDER BY item_id) n"""
_EDGES = """SELECT t.id, t.dependent, e.relation, e.source, e.target, e.grouped, e.by_source, e.by_target
FROM servicedesk_relationtype t JOIN (
  SELECT type_id, array_send(array_agg(id)) AS relation, array_send(array_agg(source_id)) AS source,
         array_send(array_agg(target_id)) AS target, array_send(array_agg(id) FILTER (WHERE "group" <> '')) AS grouped,
         array_send(array_agg(hashtextextended("group", source_id)) FILTER (WHERE "group" <> '')) AS by_source,
         array_send(array_agg(hashtextextended("group", target_id)) FILTER (WHERE "group" <> '')) AS by_target
  FROM servicedesk_relation
  WHERE institution_id = %(institution)s AND valid_from <= %(day)s AND (valid_to IS NULL OR valid_to > %(day)s)
    AND type_id = ANY(ARRAY(SELECT id FROM servicedesk_relationtype
                            WHERE institution_id = %(institution)s AND impacts AND dependent <> 'none'))
  GROUP BY type_id) e ON e.type_id = t.id ORDER BY t.id"""
_BANDS = """SELECT i.id, hashtextextended(g ->> 'name', i.id), g ->> 'name', g ->> 'mode', (g ->> 'amount')::int
FROM servicedesk_configurationitem i, jsonb_array_elements(i.redundancy) g
WHERE i.institution_id = %(institution)s AND i.redundancy <> '[]'::jsonb ORDER BY i.id"""
_BANDS_THEN = """SELECT item_id, hashtextextended(g ->> 'name', item_id), g ->> 'name', g ->> 'mode', (g ->> 'amount')::int FROM (
  SELECT DISTINCT ON (v.item_id) v.item_id, v.facts -> 'redundancy' AS redundancy
  FROM servicedesk_civersion v JOIN servicedesk_configurationitem i ON i.id = v.item_id
  WHERE i.institution_id = %(institution)s AND v.since < %(until)s ORDER BY v.item_id, v.since DESC, v.id DESC) last,
  jsonb_array_elements(redundancy) g ORDER BY item_id"""


@dataclass(frozen=True)
class Band:
    """A redundancy group as it counts: of `members` in service, `need` must work."""

    item_id: int
    name: str
    mode: str
    amount: int


@dataclass(frozen=True)
class Estate:
    """`ids[n]` is the item of node n; `relation[e]`, `kind[e]` the relation and its type of edge e; `bands[g]` names group g."""

    day: date
    ids: Longs
    graph: Graph
    relation: Longs
    kind: Longs
    bands: Sequence[Band]

    @cached_property
    def place(self) -> dict[int, int]:
        """Node by item."""
        return {item: n for n, item in enumerate(self.ids.tolist())}

    def nodes_of(self, items: Sequence[int]) -> list[int]:
        """Nodes of these items; those that were not in service have none."""
        return [self.place[i] for i in dict.fromkeys(items) if i in self.place]


def estate_of(institution_id: int, day: date | None = None) -> Estate:
    """The estate at the end of a local day (today)."""
    today = timezone.localdate()
    day = day or today
    values: dict[str, Any] = {"institution": institution_id, "day": day, "until": end_of(day)}
    past = day < today
    ids = _numbers(rows_of(_NODES_THEN if past else _NODES, values)[0][0])
    return _estate(day, ids, _edges(rows_of(_EDGES, values)), rows_of(_BANDS_THEN if past else _BANDS, values))


def rows_of(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows in binary form, which Django's own cursors do not ask for."""
    connection.ensure_connection()
    with psycopg.Cursor(cast("psycopg.Connection[Any]", connection.connection)) as cursor:
        return cursor.execute(statement, values, binary=True).fetchall()


def _numbers(sent: bytes | None) -> Longs:
    """An array of bigint as PostgreSQL sends it: a header of 20 bytes, then for each element its length and itself."""
    if not sent:
        return np.empty(0, np.int64)
    return np.frombuffer(sent, _ELEMENT, offset=_HEADER)["value"].astype(np.int64)


class _Edges(NamedTuple):
    """Relations along which failures pass, by relation: ends, type, and the number of the group's name (0: none)."""

    relation: Longs
    supplier: Longs
    dependent: Longs
    kind: Longs
    band: Longs


def _edges(rows: Sequence[tuple[Any, ...]]) -> _Edges:
    parts = [_of_type(*row) for row in rows] or [_Edges(*[np.empty(0, np.int64)] * 5)]
    whole = _Edges(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
    order = np.argsort(whole.relation, kind="stable")
    return _Edges(*(column[order] for column in whole))


def _of_type(kind: int, dependent: str, *sent: bytes) -> _Edges:
    """The relations of one type; `dependent` says which end depends on the other."""
    relation, source, target, grouped, by_source, by_target = map(_numbers, sent)
    ends, names = ((target, source), by_source) if dependent == "source" else ((source, target), by_target)
    band = np.zeros(len(relation), np.int64)
    if len(grouped):
        order = np.argsort(relation)
        band[order[np.searchsorted(relation, grouped, sorter=order)]] = names
    return _Edges(relation, *ends, np.full(len(relation), kind, np.int64), band)


def _estate(day: date, ids: Longs, edges: _Edges, bands: Sequence[tuple[Any, ...]]) -> Estate:
    relation, supplier, dependent, kind, band = edges
    s, d = _places(ids, supplier), _places(ids, dependent)
    kept = np.flatnonzero((s >= 0) & (d >= 0))
    relation, s, d, kind, band = relation[kept], s[kept], d[kept], kind[kept], band[kept]
    group, names = _groups(band, ids[d] if len(ids) else d, bands)
    need = _needs(group, s, names)
    graph = build(len(ids), s, d, group, need)
    return Estate(day, ids, graph, relation[graph.line], kind[graph.line], names)


def _places(ids: Longs, wanted: Longs) -> Longs:
    """Where each wanted id stands in the sorted `ids`; -1 for one that is not there."""
    if not len(ids):
        return np.full(len(wanted), -1, np.int64)
    if int(ids[-1] - ids[0]) > SPARSE * len(ids):
        found = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
        return np.where(ids[found] == wanted, found, -1)
    table = np.full(int(ids[-1] - ids[0]) + 2, -1, np.int64)
    table[ids - ids[0]] = np.arange(len(ids))
    at = wanted - ids[0]
    return table[np.where((at >= 0) & (at < len(table)), at, len(table) - 1)]


def _groups(band: Longs, owner: Longs, rows: Sequence[tuple[Any, ...]]) -> tuple[Longs, list[Band]]:
    """The group of each edge; an edge that names a group its dependent does not have stands alone."""
    if not rows:
        return np.full(len(band), ALONE, np.int64), []
    keys = np.array([r[1] for r in rows], np.int64)
    owners = np.array([r[0] for r in rows], np.int64)
    order = np.argsort(keys, kind="stable")
    found = order[np.minimum(np.searchsorted(keys[order], band), len(keys) - 1)]
    right = (band != 0) & (keys[found] == band) & (owners[found] == owner)
    return np.where(right, found, ALONE), [Band(r[0], r[2], r[3], r[4]) for r in rows]


def _needs(group: Longs, supplier: Longs, bands: Sequence[Band]) -> list[int]:
    """How many members each group needs; a percentage is of those in service, each counted once."""
    grouped = np.flatnonzero(group >= 0)
    pairs = np.unique(np.stack((group[grouped], supplier[grouped])), axis=1) if len(grouped) else np.empty((2, 0), np.int64)
    members = np.bincount(pairs[0], minlength=len(bands))
    return [b.amount if b.mode == "count" else -(-b.amount * int(m) // 100) for b, m in zip(bands, members, strict=True)]
