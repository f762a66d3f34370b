"""What a node needs, directly and through others, and which single failure would bring it down."""
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ventanilla.lib.impact.falling import DOWN, impact
from ventanilla.lib.impact.graph import Graph, Ints, Whole, build


@dataclass(frozen=True)
class Supply:
    """Suppliers of some roots: `wave[v]` steps from the nearest root (0: a root, -1: not needed), `cause[v]` the edge that says so."""

    graph: Graph
    wave: Ints
    cause: Ints

    def nodes(self) -> Ints:
        """Everything needed, without the roots, nearest first."""
        found = np.flatnonzero(self.wave > 0).astype(np.int32)
        return found[np.argsort(self.wave[found], kind="stable")]

    def path(self, node: int) -> list[int]:
        """The edges from `node` to the root that needs it, in order."""
        edges: list[int] = []
        while (edge := int(self.cause[node])) >= 0:
            edges.append(edge)
            node = int(self.graph.dependent[edge])
        return edges


def supply(graph: Graph, roots: Whole) -> Supply:
    """Everything that the roots depend on, whatever the redundancy. O(nodes + edges)."""
    wave, cause = np.full(graph.nodes, -1, np.int32), np.full(graph.nodes, -1, np.int32)
    frontier, step = np.unique(np.array(roots, np.int32)), 0
    wave[frontier] = 0
    while len(frontier):
        step += 1
        edges = graph.into.at(frontier)
        edges = edges[wave[graph.supplier[edges]] < 0]
        nodes, first = np.unique(graph.supplier[edges], return_index=True)
        wave[nodes], cause[nodes] = step, edges[first]
        frontier = nodes.astype(np.int32)
    return Supply(graph, wave, cause)


def single_points(graph: Graph, root: int, among: Iterable[int] | None = None) -> list[int]:
    """The suppliers whose failure alone brings `root` down, nearest first; only those of `among`, where given.

    One fixpoint per candidate, on the part of the graph that `root` needs: bound the candidates of a large graph.
    """
    reached = supply(graph, [root])
    wanted = None if among is None else set(among)
    candidates = [int(v) for v in reached.nodes() if wanted is None or int(v) in wanted]
    part, place = _part(graph, np.flatnonzero(reached.wave >= 0).astype(np.int32))
    return [v for v in candidates if impact(part, [int(place[v])]).state[place[root]] == DOWN]


def _part(graph: Graph, kept: Ints) -> tuple[Graph, Ints]:
    """The graph of these nodes alone (closed under suppliers), and the new number of each."""
    place = np.full(graph.nodes, -1, np.int32)
    place[kept] = np.arange(len(kept))
    edges = np.flatnonzero(place[graph.dependent] >= 0)
    groups, number = np.unique(graph.group[edges], return_inverse=True)
    return build(len(kept), place[graph.supplier[edges]], place[graph.dependent[edges]], number, graph.need[groups]), place
