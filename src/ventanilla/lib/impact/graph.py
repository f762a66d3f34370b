"""The graph as arrays: edges supplier -> dependent, each in a group of its dependent that needs n of its members."""
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Whole = Sequence[int] | NDArray[Any]
ALONE: Final = -1
"""The group of an edge without redundancy: its dependent needs that very supplier."""


class GraphError(ValueError):
    """The arrays do not make a graph: a number out of range, or a group with two dependents."""


@dataclass(frozen=True)
class Rows:
    """Edges listed by node (compressed rows): those of node v are `edge[start[v]:start[v + 1]]`, in order."""

    start: Ints
    edge: Ints

    @classmethod
    def of(cls, keys: Ints, nodes: int) -> "Rows":
        """The edges whose key is each node."""
        start = np.zeros(nodes + 1, np.int32)
        np.cumsum(np.bincount(keys, minlength=nodes), out=start[1:])
        return cls(start, _order(keys))

    def at(self, wanted: Ints) -> Ints:
        """All edges of these nodes, node by node."""
        first, count = self.start[wanted], self.start[wanted + 1] - self.start[wanted]
        if not (total := int(count.sum())):
            return np.empty(0, np.int32)
        jump = np.repeat(first - np.concatenate(([0], np.cumsum(count)[:-1])), count)
        found: Ints = self.edge[jump + np.arange(total)]
        return found


@dataclass(frozen=True)
class Graph:
    """`need[g]` of the `members[g]` suppliers of group g keep its `owner[g]` going. `line[e]` is the edge's place in the input."""

    nodes: int
    supplier: Ints
    dependent: Ints
    group: Ints
    line: Ints
    need: Ints
    members: Ints
    owner: Ints
    out: Rows
    into: Rows

    @property
    def edges(self) -> int:
        """How many edges; one that stood twice, or from a node to itself, counts once or never."""
        return len(self.supplier)


def needed(members: int, *, count: int | None = None, percent: float | None = None) -> int:
    """How many of `members` suppliers must work: a count, or a percentage (0-100] rounded up; at least 1, at most all."""
    wanted = count if count is not None else int(np.ceil(round((percent if percent is not None else 100) * members / 100, 9)))
    return max(1, min(wanted, members))


def build(nodes: int, supplier: Whole, dependent: Whole, group: Whole | None = None, need: Whole | None = None) -> Graph:
    """A graph of `nodes` nodes. `group[e]` is ALONE or a number into `need`; a group's edges share their dependent.

    A supplier that stands twice in a group counts once; an edge from a node to itself says nothing and is left out; a
    group that asks for more than it has asks for all. Raises GraphError.
    """
    ends = _ints(supplier), _ints(dependent)
    groups = np.full(len(ends[0]), ALONE, np.int32) if group is None else _ints(group)
    wanted = _ints(() if need is None else need)
    _check(nodes, *ends, groups, len(wanted))
    keep = _distinct(*ends, groups)
    s, d, g = ends[0][keep], ends[1][keep], groups[keep]
    own = np.flatnonzero(g == ALONE)
    g[own] = len(wanted) + np.arange(len(own), dtype=np.int32)
    needs = np.concatenate((wanted, np.ones(len(own), np.int32)))
    members = np.bincount(g, minlength=len(needs)).astype(np.int32)
    owner = np.full(len(needs), -1, np.int32)
    owner[g] = d
    if len(g) and (owner[g] != d).any():
        raise GraphError("a group belongs to one dependent")
    return Graph(nodes, s, d, g, keep, np.minimum(np.maximum(needs, 1), members), members, owner,
                 Rows.of(s, nodes), Rows.of(d, nodes))


def _ints(values: Whole) -> Ints:
    return np.array(values, np.int32)


def _check(nodes: int, s: Ints, d: Ints, g: Ints, groups: int) -> None:
    if not len(s) == len(d) == len(g):
        raise GraphError("as many suppliers as dependents and groups")
    for values, low, high in ((s, 0, nodes), (d, 0, nodes), (g, ALONE, groups)):
        if len(values) and not (values.min() >= low and values.max() < high):
            raise GraphError("a number out of range")


def _order(keys: Ints | NDArray[np.int64]) -> Ints:
    """Places in order of their keys (below 2**32), equal ones in their own order; a plain sort beats a stable argsort."""
    packed = keys.astype(np.int64) << 31 | np.arange(len(keys))
    return (np.sort(packed) & 0x7FFFFFFF).astype(np.int32)


def _distinct(s: Ints, d: Ints, g: Ints) -> Ints:
    """Places of the edges to keep, in order: no loops, none twice in the same group (alone, a second one says nothing new)."""
    keep = s != d
    grouped = np.flatnonzero(keep & (g != ALONE)).astype(np.int32)
    if len(grouped):
        by = grouped[_order(s[grouped])]
        by = by[_order(g[by])]
        same = np.zeros(len(by), bool)
        same[1:] = (g[by][1:] == g[by][:-1]) & (s[by][1:] == s[by][:-1]) & (d[by][1:] == d[by][:-1])
        keep[by[same]] = False
    return np.flatnonzero(keep).astype(np.int32)
