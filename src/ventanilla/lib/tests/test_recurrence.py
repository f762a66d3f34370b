"""Repeated faults are found among 20,000 tickets, told with their words, items and dates, and little else is."""
import time
from collections import Counter
from datetime import timedelta
from functools import cache
from random import Random

import pytest

from ventanilla.lib.recurrence import Item, Proposal, Rules, Ticket, proposals
from ventanilla.lib.recurrence.words import spelled, stem, words
from ventanilla.lib.tests.recurrence_worlds import START, World, world

SEEDS = (23, 24, 25)  # never looked at while the rules were chosen (1 to 6 were)


@cache
def told(seed: int) -> tuple[World, list[Proposal], float]:
    made = world(seed)
    started = time.process_time()
    found = proposals(made.tickets, made.items)
    return made, found, time.process_time() - started


def right(made: World, proposal: Proposal) -> int | None:
    """The planted fault that a proposal shows: most of its tickets are the fault's, and half of the fault's are in it."""
    holder = {number: fault for fault, numbers in enumerate(made.planted) for number in numbers}
    fault, count = Counter(holder.get(number, -1) for number in proposal.tickets).most_common(1)[0]
    return fault if fault >= 0 and 2 * count >= len(proposal.tickets) and 2 * count >= len(made.planted[fault]) else None


@pytest.mark.slow
def test_planted_faults_are_found_and_little_else_is() -> None:
    """Precision and recall over faults; a second proposal of the same fault counts as a wrong one."""
    shown = good = planted = 0
    for seed in SEEDS:
        made, found, _ = told(seed)
        faults = {right(made, proposal) for proposal in found} - {None}
        shown, good, planted = shown + len(found), good + len(faults), planted + len(made.planted)
    assert good / shown >= 0.9, f"precision {good}/{shown}"
    assert good / planted >= 0.85, f"recall {good}/{planted}"


@pytest.mark.slow
def test_most_tickets_of_a_proposal_are_of_its_fault() -> None:
    inside = total = 0
    for seed in SEEDS:
        made, found, _ = told(seed)
        for proposal in found:
            if (fault := right(made, proposal)) is not None:
                inside += len(made.planted[fault] & set(proposal.tickets))
                total += len(proposal.tickets)
    assert inside / total >= 0.8


@pytest.mark.slow
def test_a_proposal_says_words_items_and_dates() -> None:
    made, found, _ = told(SEEDS[0])
    by_id = {t.id: t for t in made.tickets}
    for proposal in found:
        evidence, tickets = proposal.evidence, [by_id[n] for n in proposal.tickets]
        assert len(evidence.words) >= 3 and all(2 <= n <= len(tickets) for _, n in evidence.words)
        assert sum(n for _, n in evidence.weeks) == len(tickets)
        assert (proposal.first, proposal.last) == (min(t.moment for t in tickets), max(t.moment for t in tickets))
        assert evidence.expected * Rules().lift <= len(tickets)
        chosen = Counter(ci for t in tickets for ci in t.cis)
        assert all(dict(evidence.cis)[ci] >= n for ci, n in chosen.items())


def small(count: int = 400) -> list[Ticket]:
    """A quiet desk: ten everyday themes at ten printers."""
    says = ["cambio de toner", "no imprime", "olvide mi contraseña", "publicar un comunicado", "instalar el antivirus",
            "no recibo correos", "el teclado no sirve", "alta de usuario", "configurar la extension", "proyector para la sala"]
    chance = Random(3)
    return [Ticket(i, START + timedelta(hours=11 * i), chance.choice(says), (i % 10,), i % 9, "") for i in range(count)]


def test_a_quiet_desk_has_no_proposals() -> None:
    assert proposals(small()) == []
    assert proposals([]) == proposals(small(3)) == []


def test_one_fault_at_one_item_is_proposed_whatever_way_it_is_said() -> None:
    ways = ["la charola dos no jala el papel", "no toma hojas de la charola", "CHAROLA SIN JALAR HOJAS", "la charloa no toma papel"]
    faults = [Ticket(1000 + i, START + timedelta(days=3 + 5 * i), ways[i % 4], (4,) if i % 4 else (), i % 9, "hardware") for i in range(28)]
    found = proposals(small() + faults, {i: Item(f"Impresora {i}", "impresora") for i in range(10)})
    assert len(found) == 1
    assert set(found[0].tickets) <= {t.id for t in faults} and len(found[0].tickets) >= 18
    assert found[0].place == ("ci", 4) and "charola" in dict(found[0].evidence.words)


def test_the_order_of_the_tickets_does_not_matter() -> None:
    tickets = world(31, size=2_000, faults=5)
    assert proposals(tickets.tickets, tickets.items) == proposals(tickets.tickets[::-1], tickets.items)


def test_words_lose_endings_accents_and_greetings() -> None:
    assert words("Buenos días, NO puedo timbrar la nómina del año 2025, ext. 12345") == ["timbrar", "nomina", "año", "ext"]
    assert len({stem(w) for w in ("timbrar", "timbrado", "timbra", "timbrando")}) == 1
    assert stem("año") == "año" and stem("ora-01555") == "ora-01555"


def test_slips_of_the_hand_are_set_right_by_the_other_texts() -> None:
    texts = ["falla la impresora"] * 12 + ["falla la imprsora", "falla la impreosra", "falla la inpresora"]
    assert len({tuple(t) for t in spelled(texts)}) == 1


@pytest.mark.slow
def test_twenty_thousand_tickets_take_seconds() -> None:
    """The figure belongs to the benchmark; here only that it is not of another order."""
    assert told(SEEDS[0])[2] < 20
