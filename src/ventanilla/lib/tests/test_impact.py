"""Impact: equal to the naive oracle on random graphs; paths that explain; redundancy, cycles, long chains, bad input."""
import random
from itertools import pairwise

import numpy as np
import pytest

from ventanilla.lib.impact import DEGRADED, DOWN, UP, Graph, GraphError, build, falling, impact, needed, single_points, supply
from ventanilla.lib.tests.impact_oracle import Case, oracle, random_case


def graph_of(case: Case) -> Graph:
    return build(case.nodes, *case.arrays(), case.need)


def differences(cases: range) -> list[int]:
    wrong = []
    for seed in cases:
        case = random_case(random.Random(seed))
        found = impact(graph_of(case), case.failed)
        down, weak = oracle(case)
        if (set(found.nodes(DOWN).tolist()), set(found.nodes(DEGRADED).tolist())) != (down, weak):
            wrong.append(seed)
    return wrong


@pytest.mark.parametrize("small", [0, 2, 48])
def test_random_graphs_equal_the_oracle(small: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Node by node, wave by wave, and changing from one to the other in the middle."""
    monkeypatch.setattr(falling, "SMALL", small)
    assert differences(range(250)) == []


@pytest.mark.slow
def test_ten_thousand_random_graphs_equal_the_oracle() -> None:
    assert differences(range(10_000)) == []


def test_wide_and_narrow_waves_give_the_same_reasons(monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in range(100):
        case, found = random_case(random.Random(seed)), []
        for small in (0, 3, 1000):
            monkeypatch.setattr(falling, "SMALL", small)
            found.append(impact(graph_of(case), case.failed))
        for other in found[1:]:
            assert (other.state == found[0].state).all() and (other.cause == found[0].cause).all()
            assert (other.wave == found[0].wave).all()


def test_every_reason_holds() -> None:
    """A path leads from a failed node, along edges that exist, through nodes that fell in earlier waves."""
    for seed in range(120):
        case = random_case(random.Random(seed))
        graph = graph_of(case)
        found = impact(graph, case.failed)
        for node in range(case.nodes):
            path = found.path(node)
            if found.state[node] == UP or node in case.failed:
                assert path == []
                continue
            assert graph.supplier[path[0]] in case.failed and graph.dependent[path[-1]] == node
            for edge, following in pairwise(path):
                assert graph.dependent[edge] == graph.supplier[following]
            for edge in path:
                supplier, dependent = graph.supplier[edge], graph.dependent[edge]
                assert found.wave[supplier] < found.wave[dependent] and case.edges[graph.line[edge]][:2] == (supplier, dependent)
                assert found.state[supplier] == DOWN or found.state[dependent] == DEGRADED


def test_more_failures_never_hurt_less() -> None:
    for seed in range(100):
        case = random_case(random.Random(seed))
        graph = graph_of(case)
        less, more = impact(graph, case.failed[:1]), impact(graph, case.failed)
        assert (less.state <= more.state).all()


def test_a_cluster_that_needs_two_of_three_survives_one() -> None:
    cluster = build(4, [0, 1, 2], [3, 3, 3], [0, 0, 0], [2])
    assert impact(cluster, [0]).state[3] == DEGRADED
    assert impact(cluster, [0, 1]).state[3] == DOWN


def test_a_node_that_brings_itself_down_through_redundancy() -> None:
    """0 needs one of 1 and 2; both need 0: when 0 fails all fall, and mending 0 alone does not help."""
    ring = build(3, [1, 2, 0, 0], [0, 0, 1, 2], [0, 0, -1, -1], [1])
    found = impact(ring, [0])
    assert found.state.tolist() == [DOWN, DOWN, DOWN] and found.returning().tolist() == [0]
    one = impact(ring, [1])
    assert one.state.tolist() == [DEGRADED, DOWN, DEGRADED] and one.returning().tolist() == []


def test_a_circle_alone_holds_itself_up() -> None:
    ring = build(3, [0, 1, 2], [1, 2, 0])
    assert impact(ring, []).state.tolist() == [UP, UP, UP]
    assert impact(ring, [1]).state.tolist() == [DOWN, DOWN, DOWN]


def test_loops_and_doubles_say_nothing() -> None:
    graph = build(2, [0, 1, 1, 1], [0, 0, 0, 0], [0, 0, 0, -1], [5])
    assert graph.need.tolist() == [1, 1]
    assert impact(graph, [1]).state.tolist() == [DOWN, DOWN] and impact(graph, [0]).state.tolist() == [DOWN, UP]


def test_degradation_goes_up_only_where_no_whole_supplier_is_left() -> None:
    """2 of (0, 1): degraded. 3 needs 2: degraded. 5 needs one of 2 and 4, and 4 is whole."""
    graph = build(6, [0, 1, 2, 2, 4], [2, 2, 3, 5, 5], [0, 0, -1, 1, 1], [1, 1])
    assert impact(graph, [0]).state.tolist() == [DOWN, UP, DEGRADED, DEGRADED, UP, UP]


def test_long_chains_end_quickly() -> None:
    n = 100_000
    chain = build(n, range(n - 1), range(1, n))
    found = impact(chain, [0])
    assert (found.state == DOWN).all() and found.wave[-1] == n - 1 and len(found.path(n - 1)) == n - 1


@pytest.mark.parametrize(("members", "count", "percent", "expected"), [
    (3, 2, None, 2), (3, None, 50, 2), (4, None, 50, 2), (3, None, 1, 1), (3, None, 100, 3), (10, None, 70, 7), (2, 9, None, 2),
    (3, None, None, 3), (0, 1, None, 1), (7, None, 100 / 7, 1)])
def test_how_many_are_needed(members: int, count: int | None, percent: float | None, expected: int) -> None:
    assert needed(members, count=count, percent=percent) == expected


def test_what_a_node_needs() -> None:
    """0 <- 1 <- 3, 0 <- 2 <- 3, and a circle 3 <- 0."""
    graph = build(4, [1, 2, 3, 3, 0], [0, 0, 1, 2, 3])
    found = supply(graph, [0])
    assert found.nodes().tolist() == [1, 2, 3] and found.wave.tolist() == [0, 1, 1, 2]
    assert [(int(graph.supplier[e]), int(graph.dependent[e])) for e in found.path(3)] == [(3, 1), (1, 0)]


def test_single_points_of_failure_are_seen_through_redundancy() -> None:
    """0 runs on one of 1 and 2; both stand in rack 3; 2 also needs 4."""
    graph = build(5, [1, 2, 3, 3, 4], [0, 0, 1, 2, 2], [0, 0, -1, -1, -1], [1])
    assert single_points(graph, 0) == [3]
    assert single_points(graph, 2) == [3, 4]
    assert single_points(graph, 0, among=[1, 4]) == []


def test_single_points_equal_one_failure_at_a_time() -> None:
    for seed in range(40):
        case = random_case(random.Random(seed))
        graph = graph_of(case)
        expected = {v for v in range(1, case.nodes) if 0 in oracle(Case(case.nodes, case.edges, case.need, [v]))[0]}
        assert set(single_points(graph, 0)) == expected, seed


@pytest.mark.parametrize("arrays", [
    (2, [0], [2]), (2, [-1], [0]), (2, [0], [1], [1], [1]), (3, [0, 0], [1, 2], [0, 0], [1]), (2, [0, 1], [0])])
def test_what_is_no_graph_is_refused(arrays: tuple[object, ...]) -> None:
    with pytest.raises(GraphError):
        build(*arrays)  # type: ignore[arg-type]


def test_nodes_that_do_not_exist_are_refused() -> None:
    with pytest.raises(IndexError):
        impact(build(2, [0], [1]), [2])


def test_an_empty_graph() -> None:
    assert impact(build(0, [], []), []).state.tolist() == [] and supply(build(1, [], []), [0]).nodes().tolist() == []


def test_a_large_graph_with_cycles_equals_the_oracle() -> None:
    rng = np.random.default_rng(7)
    n, m = 400, 1600
    groups = rng.integers(-1, 3, m)
    dependents = rng.integers(0, n, m)
    group = [-1 if g < 0 else int(d) * 3 + int(g) for g, d in zip(groups, dependents, strict=True)]
    case = Case(n, list(zip(rng.integers(0, n, m).tolist(), dependents.tolist(), group, strict=True)), [1] * (3 * n), [5, 9, 77])
    found = impact(graph_of(case), case.failed)
    down, weak = oracle(case)
    assert (set(found.nodes(DOWN).tolist()), set(found.nodes(DEGRADED).tolist())) == (down, weak)
