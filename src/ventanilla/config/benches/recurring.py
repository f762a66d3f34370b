"""Repeated incidents: faults planted among Spanish tickets, and how many of them are proposed as problems.

No database: the finder of `lib/recurrence` over the worlds of its own tests, with seeds that its rules were not written on.
"""
from time import process_time
from typing import Final

from ventanilla.config.benches.rows import Row, row
from ventanilla.lib.recurrence import Proposal, Ticket, features, proposals
from ventanilla.lib.tests.recurrence_worlds import Desk, World

FAULTS: Final = 30
SEEDS: Final = (7101, 7102, 7103)


def bench(size: int) -> list[Row]:
    """Precision and recall over faults, and the time of one search; the floor is taking the texts apart."""
    shown = good = planted = 0
    seconds: list[float] = []
    for seed in SEEDS:
        world = Desk(seed, size, FAULTS).build()
        began = process_time()
        found = proposals(world.tickets, world.items)
        seconds.append(process_time() - began)
        shown, good, planted = shown + len(found), good + len(_right(world, found)), planted + len(world.planted)
    floor, took = _floor(world.tickets), sorted(seconds)[len(seconds) // 2]
    around = f"{len(SEEDS)} worlds of {size:,} tickets, {FAULTS} faults; processor time; floor: features of every text"
    return [row("recurrence: search", size, unit="s", p50=round(took, 2), p95=round(max(seconds), 2), floor=round(floor, 2),
                ratio=round(took / floor, 2), conditions=around),
            row("recurrence: precision", size, unit="share", p50=round(good / shown, 3), target=">= 0.9",
                conditions=f"{good} of {shown} proposals"),
            row("recurrence: recall", size, unit="share", p50=round(good / planted, 3), target=">= 0.85",
                conditions=f"{good} of {planted} faults")]


def _right(world: World, found: list[Proposal]) -> set[int]:
    """The planted faults that a proposal shows: most of its tickets are the fault's, and half of the fault's are in it."""
    shown = set()
    for proposal in found:
        for fault, numbers in enumerate(world.planted):
            count = len(numbers & set(proposal.tickets))
            if 2 * count >= len(proposal.tickets) and 2 * count >= len(numbers):
                shown.add(fault)
    return shown


def _floor(tickets: list[Ticket]) -> float:
    began = process_time()
    for ticket in tickets:
        features(ticket.text)
    return process_time() - began
