"""Suppression against an oracle that knows nothing of it: every table that agrees with what was published is made, one after another."""
from itertools import product
from random import Random

import pytest

from ventanilla.lib.smallcells import HIDDEN, SMALL, publishable, with_totals

TOP = 16


def fits(shown: str, n: int) -> bool:
    return 1 <= n <= 4 if shown == SMALL else shown == HIDDEN or int(shown.replace(",", "")) == n


def possible(shown: list[list[str]], rows: int, columns: int) -> list[list[list[int]]]:
    """Every table that a reader could think of."""
    ranges = [range(1, 5) if s == SMALL else range(TOP + 1) if s == HIDDEN else [int(s)] for row in shown[:rows] for s in row[:columns]]
    grids = (with_totals([values[r * columns:(r + 1) * columns] for r in range(rows)]) for values in product(*ranges))
    return [g for g in grids if all(fits(s, n) for row, told in zip(g, shown, strict=True) for n, s in zip(row, told, strict=True))]


def test_no_small_cell_can_be_worked_out() -> None:
    rng, tried = Random(3), 0
    for _n in range(400):
        rows, columns = rng.choice([(1, 2), (2, 2), (1, 3), (2, 3)])
        shown = publishable([[rng.choice([0, 0, 1, 2, 3, 4, 5, 6, 7, 9, 12]) for _c in range(columns)] for _r in range(rows)])
        cells = [s for row in shown[:rows] for s in row[:columns]]
        if (TOP + 1) ** cells.count(HIDDEN) * 4 ** cells.count(SMALL) > 3000:
            continue
        found, tried = possible(shown, rows, columns), tried + 1
        exposed = [(r, c) for r, row in enumerate(shown) for c, s in enumerate(row) if s == SMALL and len({g[r][c] for g in found}) < 2]
        assert exposed == [], shown
    assert tried > 200


def test_what_is_large_is_said_and_what_is_nothing_too() -> None:
    assert publishable([[1234, 0], [10, 20]]) == [["1,234", "0", "1,234"], ["10", "20", "30"], ["1,244", "20", "1,264"]]
    assert publishable([]) == []


def test_a_total_does_not_give_a_small_cell_away() -> None:
    assert publishable([[3, 40, 60]])[0] == [SMALL, HIDDEN, "60", "103"]


@pytest.mark.parametrize("wrong", [[[1, 2], [3]], [[-1]]])
def test_what_is_no_table_is_refused(wrong: list[list[int]]) -> None:
    with pytest.raises(ValueError):
        publishable(wrong)
