"""Hints while typing: the planted twin of a ticket is among the first five."""
import random
from collections import Counter
from datetime import timedelta

import pytest

from ventanilla.lib.recurrence import Candidate, Ticket, Typed, duplicates, features, rarest
from ventanilla.lib.tests.recurrence_worlds import START, Desk


class Shelf:
    """What the database will be: tickets found by their features, and how frequent each is."""

    def __init__(self, tickets: list[Ticket]) -> None:
        self.tickets = {t.id: t for t in tickets}
        self.holding: dict[str, set[int]] = {}
        for ticket in tickets:
            for feature in features(ticket.text):
                self.holding.setdefault(feature, set()).add(ticket.id)
        self.frequency = {f: len(ids) for f, ids in self.holding.items()}

    def candidates(self, text: str, most: int = 100) -> list[Candidate]:
        """Those that share most of the rarest features, the newest first among equals."""
        shared = Counter(n for f in rarest(text, self.frequency) for n in self.holding[f])
        best = sorted(shared, key=lambda n: (-shared[n], -n))[:most]
        return [Candidate(t.id, t.text, t.moment, t.cis, t.unit) for t in map(self.tickets.__getitem__, best)]


def pairs(desk: Desk, count: int) -> list[tuple[Ticket, Typed]]:
    """A ticket, and what another person types about the same fault a few days later (other wording of the same words)."""
    made = []
    for i in range(count):
        ci, name, parts = desk.systems[i % 60]
        part, saying = desk.random.choice(parts), desk.random.choice(SAYINGS)
        said = saying.format(c=desk.random.choice(part), n=name, code=desk.random.randrange(100, 999))
        unit = desk.random.randrange(109)
        moment = desk.moment(100, 700)
        again = desk.spoken(said if i % 2 else " ".join(reversed(said.split(", "))))
        made.append((Ticket(900_000 + i, moment, desk.spoken(said), (ci,), unit, ""),
                     Typed(again, moment + timedelta(days=desk.random.uniform(0.1, 6)), (ci,) if i % 3 else (), unit if i % 4 else None)))
    return made


SAYINGS = ["{n} se traba al firmar {c}, aparece la clave {code}", "desde ayer {c} de {n} rechaza el folio {code}, ya intentamos tres veces",
           "al consultar {c} en {n} falta el renglón {code}, lo ocupa el director", "el renglón {code} de {c} sale en ceros, es de {n}"]


def hits(shelf: Shelf, made: list[tuple[Ticket, Typed]]) -> float:
    found = 0
    for ticket, typed in made:
        hints = duplicates(typed, shelf.candidates(typed.text), shelf.frequency, len(shelf.tickets))
        found += any(h.id == ticket.id for h in hints)
    return found / len(made)


@pytest.fixture(scope="module")
def stocked() -> tuple[Shelf, list[tuple[Ticket, Typed]]]:
    desk = Desk(5, 6_000, 0)
    made = pairs(desk, 120)
    return Shelf(desk.build().tickets + [ticket for ticket, _ in made]), made


def test_the_twin_is_among_the_first_five(stocked: tuple[Shelf, list[tuple[Ticket, Typed]]]) -> None:
    assert hits(*stocked) >= 0.9


def test_also_while_the_last_word_is_half_written(stocked: tuple[Shelf, list[tuple[Ticket, Typed]]]) -> None:
    shelf, made = stocked
    chance = random.Random(1)
    half = [(t, Typed(q.text[:max(25, len(q.text) - chance.randrange(2, 12))], q.moment, q.cis, q.unit)) for t, q in made]
    assert hits(shelf, half) >= 0.85


def typed(text: str, **more: object) -> Typed:
    return Typed(text, START, **more)  # type: ignore[arg-type]


def told(number: int, text: str, **more: object) -> Candidate:
    return Candidate(number, text, START - timedelta(days=2), **more)  # type: ignore[arg-type]


def test_a_hint_says_why() -> None:
    (hint,) = duplicates(typed("no timbra la nomina", cis=(3,), unit=8), [told(1, "Falla al timbrar la nómina", cis=(3,), unit=8)], {}, 10)
    assert (hint.words, hint.same_item, hint.same_unit) == (("timbrar", "nomina"), True, True)


def test_the_same_item_and_unit_come_first() -> None:
    twins = [told(1, "sin red en la oficina"), told(2, "sin red en la oficina", cis=(5,)), told(3, "sin red en la oficina", cis=(6,))]
    assert duplicates(typed("sin red en oficina", cis=(6,)), twins, {}, 10)[0].id == 3


def test_nothing_alike_gives_no_hint() -> None:
    assert duplicates(typed("no imprime"), [told(1, "publicar convocatoria")], {}, 10) == []
    assert duplicates(typed(""), [told(1, "publicar convocatoria")], {}, 10) == []


def test_features_are_the_same_for_slips_but_for_a_few() -> None:
    one, two = set(features("impresora")), set(features("imprsora"))
    assert len(one & two) >= 4 and features("árbol ARBOL") == features("arbol")
