"""The graph of an institution on a day as arrays: what is in service, what depends on what, and how much redundancy there is.

Everything is read with three statements, whatever the size. Types of relation are those of today; what was in service
and what was tied to what are those of the day.
"""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from django.db import connection
from django.utils import timezone
from numpy.typing import NDArray

from ventanilla.lib.impact import ALONE, Graph, build
from ventanilla.modules.servicedesk.services.cmdb.past import end_of

Longs = NDArray[np.int64]

_NODES = """SELECT array_agg(id)::text FROM (
  SELECT id FROM servicedesk_configurationitem WHERE institution_id = %(institution)s AND state IN ('in_use', 'maintenance')
  ORDER BY id) n"""
_NODES_THEN = """SELECT array_agg(item_id)::text FROM (
  SELECT item_id FROM (
    SELECT DISTINCT ON (v.item_id) v.item_id, v.facts ->> 'state' AS state
    FROM servicedesk_civersion v JOIN servicedesk_configurationitem i ON i.id = v.item_id
    WHERE i.institution_id = %(institution)s AND v.since < %(until)s ORDER BY v.item_id, v.since DESC, v.id DESC) last
  WHERE state IN ('in_use', 'maintenance') ORDER BY item_id) n"""
_EDGES = """SELECT array_agg(id)::text, array_agg(supplier)::text, array_agg(dependent)::text, array_agg(kind)::text, array_agg(band)::text
FROM (
  SELECT r.id, r.type_id AS kind, CASE t.dependent WHEN 'source' THEN r.target_id ELSE r.source_id END AS supplier,
         CASE t.dependent WHEN 'source' THEN r.source_id ELSE r.target_id END AS dependent,
         CASE r."group" WHEN '' THEN 0 ELSE hashtextextended(
           r."group", CASE t.dependent WHEN 'source' THEN r.source_id ELSE r.target_id END) END AS band
  FROM servicedesk_relation r JOIN servicedesk_relationtype t ON t.id = r.type_id
  WHERE r.institution_id = %(institution)s AND t.impacts AND t.dependent <> 'none'
    AND r.valid_from <= %(day)s AND (r.valid_to IS NULL OR r.valid_to > %(day)s) ORDER BY r.id) e"""
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
    with connection.cursor() as cursor:
        cursor.execute(_NODES_THEN if past else _NODES, values)
        ids = _numbers(cursor.fetchone()[0])
        cursor.execute(_EDGES, values)
        edges = [_numbers(text) for text in cursor.fetchone()]
        cursor.execute(_BANDS_THEN if past else _BANDS, values)
        bands = cursor.fetchall()
    return _estate(day, ids, edges, bands)


def _numbers(text: str | None) -> Longs:
    return np.fromstring(text[1:-1], np.int64, sep=",") if text else np.empty(0, np.int64)


def _estate(day: date, ids: Longs, edges: Sequence[Longs], bands: Sequence[tuple[Any, ...]]) -> Estate:
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
    found = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    return np.where(ids[found] == wanted, found, -1)


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
