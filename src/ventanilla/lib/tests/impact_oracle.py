"""Impact a second time, by another hand: sets and a naive iteration, no arrays, no waves, no counters."""
import random
from dataclasses import dataclass, field

Edge = tuple[int, int, int]
"""Supplier, dependent, group (-1: alone)."""


@dataclass
class Case:
    """A random graph with what fails."""

    nodes: int
    edges: list[Edge] = field(default_factory=list)
    need: list[int] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)

    def arrays(self) -> tuple[list[int], list[int], list[int]]:
        return [e[0] for e in self.edges], [e[1] for e in self.edges], [e[2] for e in self.edges]


def random_case(rng: random.Random) -> Case:
    """Up to 24 nodes; cycles, loops, edges twice, groups that ask for more than they have, several failures."""
    nodes = rng.randint(1, 24)
    case = Case(nodes, failed=rng.sample(range(nodes), rng.randint(0, min(3, nodes))))
    for dependent in range(nodes):
        for _ in range(rng.randint(0, 2)):
            members = rng.choices(range(nodes), k=rng.randint(1, 5))
            case.need.append(rng.randint(1, len(members) + 1) if rng.random() < 0.7
                             else -(-rng.choice([25, 34, 50, 67, 100]) * len(set(members) - {dependent}) // 100))
            case.edges += [(s, dependent, len(case.need) - 1) for s in members]
        case.edges += [(rng.randrange(nodes), dependent, -1) for _ in range(rng.choice([0, 0, 1, 2]))]
    rng.shuffle(case.edges)
    return case


def conditions(case: Case) -> list[tuple[int, set[int], int]]:
    """(dependent, suppliers, how many of them it needs)."""
    grouped: dict[int, tuple[int, set[int]]] = {}
    found = []
    for supplier, dependent, group in case.edges:
        if supplier == dependent:
            continue
        if group < 0:
            found.append((dependent, {supplier}, 1))
        else:
            grouped.setdefault(group, (dependent, set()))[1].add(supplier)
    return found + [(d, members, min(max(case.need[g], 1), len(members))) for g, (d, members) in grouped.items()]


def oracle(case: Case) -> tuple[set[int], set[int]]:
    """The down and the degraded: asked again of every condition until nothing changes."""
    rules = conditions(case)
    down = set(case.failed)
    while more := {d for d, members, need in rules if d not in down and len(members - down) < need}:
        down |= more
    weak: set[int] = set()
    while more := {d for d, members, need in rules if d not in down | weak
                   and (members & down or len(members - down - weak) < need)}:
        weak |= more
    return down, weak
