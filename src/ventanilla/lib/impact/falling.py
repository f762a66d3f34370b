"""Who falls when some fail: the least fixpoint of "fewer suppliers are left than the group needs".

A node goes DOWN when it failed, or when in one of its groups fewer members are not down than it needs. One that is not
down is DEGRADED when some supplier of its is down (its redundancy was used), or when in a group fewer members are whole
than it needs. Both rules only ever add nodes, so the order of work does not matter and cycles end: each node falls
once, each edge is counted once. Reachability alone would be wrong: a cluster of three that needs two survives one.

The least fixpoint begins with what failed: nodes that only hold each other up keep standing until something fails.
"""
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ventanilla.lib.impact.graph import Graph, Ints, Whole

UP, DEGRADED, DOWN = 0, 1, 2
SMALL: Final = 48
"""Waves of fewer nodes are walked one by one: a long chain costs no array operation per link."""
MANY: Final = 10
"""From one edge in so many groups on, counting all groups anew beats subtracting edge by edge."""


@dataclass(frozen=True)
class Impact:
    """State of every node; `cause[v]` the edge by which it fell (-1: failed, or up); `wave[v]` how many falls before (-1: up)."""

    graph: Graph
    state: NDArray[np.uint8]
    cause: Ints
    wave: Ints
    left: Ints

    def nodes(self, state: int) -> Ints:
        """Nodes in that state, in order of wave, then of number."""
        found = np.flatnonzero(self.state == state).astype(np.int32)
        ordered: Ints = found[np.argsort(self.wave[found], kind="stable")]
        return ordered

    def path(self, node: int) -> list[int]:
        """The edges from one that failed to `node`, in order; empty for one that failed or is up."""
        cause, supplier = self._views
        edges: list[int] = []
        while (edge := cause[node]) >= 0:
            edges.append(edge)
            node = supplier[edge]
        return edges[::-1]

    @cached_property
    def _views(self) -> tuple["memoryview[int]", "memoryview[int]"]:
        return view(self.cause), view(self.graph.supplier)

    def returning(self) -> Ints:
        """Nodes that failed and that their own failure would bring down again: mending them alone is not enough."""
        broken = np.flatnonzero((self.left < self.graph.need) & (self.graph.owner >= 0))
        owners = np.unique(self.graph.owner[broken])
        failed: Ints = owners[self.wave[owners] == 0].astype(np.int32)
        return failed


def impact(graph: Graph, failed: Whole) -> Impact:
    """What the failure of these nodes does. O(nodes + edges). Raises IndexError for a node that does not exist."""
    first = np.unique(np.array(failed, np.int32))
    if len(first) and not (first[0] >= 0 and first[-1] < graph.nodes):
        raise IndexError("no such node")
    falling = _Falling(graph)
    falling.state[first], falling.wave[first] = DOWN, 0
    falling.spread(first, DOWN, 1)
    seeds, wave = falling.used_redundancy()
    falling.spread(seeds, DEGRADED, wave + 1)
    return Impact(graph, falling.state, falling.cause, falling.wave, falling.left_down)


def view(array: NDArray[Any]) -> "memoryview[int]":
    """The same numbers, read and written one by one without the cost of numpy; it shares the array's memory."""
    return memoryview(array)  # type: ignore[arg-type]


class _Falling:
    """The state while it spreads; arrays, and views of them that are quick one by one."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.state = np.zeros(graph.nodes, np.uint8)
        self.cause = np.full(graph.nodes, -1, np.int32)
        self.wave = np.full(graph.nodes, -1, np.int32)
        self.left = graph.members.copy()
        self.left_down = self.left

    def spread(self, frontier: Ints, level: int, wave: int) -> None:
        """Let the nodes of `frontier` pull others down to `level`, wave after wave."""
        while len(frontier):
            if len(frontier) < SMALL:
                frontier, wave = self._narrow(frontier.tolist(), level, wave)
            else:
                frontier, wave = self._fall(self._wide(frontier), level, wave), wave + 1

    def _wide(self, frontier: Ints) -> Ints:
        """The edges by which nodes fall after a wide wave."""
        graph = self.graph
        edges = graph.out.at(frontier)
        groups = graph.group[edges]
        if len(groups) * MANY > len(self.left):
            self.left -= np.bincount(groups, minlength=len(self.left)).astype(np.int32)
        else:
            np.subtract.at(self.left, groups, 1)
        broken: Ints = edges[self.left[groups] < graph.need[groups]]
        return broken[self.state[graph.dependent[broken]] == UP]  # type: ignore[no-any-return]

    def _narrow(self, frontier: list[int], level: int, wave: int) -> tuple[Ints, int]:
        """The same node by node while waves stay narrow; the wave that is not, and its number."""
        walk = _Walk(self)
        while frontier and len(frontier) < SMALL:
            frontier, wave = walk.step(frontier, level, wave), wave + 1
        return np.array(frontier, np.int32), wave

    def _fall(self, edges: Ints, level: int, wave: int) -> Ints:
        nodes, first = np.unique(self.graph.dependent[edges], return_index=True)
        self.state[nodes], self.cause[nodes], self.wave[nodes] = level, edges[first], wave
        return nodes.astype(np.int32)

    def used_redundancy(self) -> tuple[Ints, int]:
        """Those still up with a supplier down: degraded from the start. Also the number of their wave."""
        graph = self.graph
        self.left_down, self.left = self.left, self.left.copy()
        edges = graph.out.at(np.flatnonzero(self.state == DOWN).astype(np.int32))
        wave = int(self.wave.max(initial=0)) + 1
        return self._fall(edges[self.state[graph.dependent[edges]] == UP], DEGRADED, wave), wave


class _Walk:
    """Memory views of the arrays: the same numbers, read and written singly without the cost of numpy."""

    def __init__(self, falling: _Falling) -> None:
        graph = falling.graph
        self.start, self.edge = view(graph.out.start), view(graph.out.edge)
        self.group, self.dependent, self.need = view(graph.group), view(graph.dependent), view(graph.need)
        self.left, self.state = view(falling.left), view(falling.state)
        self.cause, self.wave = view(falling.cause), view(falling.wave)

    def step(self, frontier: list[int], level: int, wave: int) -> list[int]:
        """One wave; the first broken edge in order is the cause, as in a wide wave."""
        edge, group, left = self.edge, self.group, self.left
        edges = [edge[i] for node in frontier for i in range(self.start[node], self.start[node + 1])]
        for e in edges:
            left[group[e]] -= 1
        grown = []
        for e in edges:
            node = self.dependent[e]
            if self.state[node] == UP and left[group[e]] < self.need[group[e]]:
                self.state[node], self.cause[node], self.wave[node] = level, e, wave
                grown.append(node)
        return sorted(grown)
