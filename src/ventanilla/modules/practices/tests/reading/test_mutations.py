"""Forms damaged on their way: every damage and every encoding alone, and many together, against what was written."""
from collections import Counter
from collections.abc import Callable
from functools import partial
from random import Random

import pytest

from ventanilla.modules.practices.form import write_text
from ventanilla.modules.practices.reading import bench as measuring
from ventanilla.modules.practices.reading import read_text
from ventanilla.modules.practices.reading.bench import damaged, judged
from ventanilla.modules.practices.reading.mutations import DAMAGES, ENCODINGS, Lines
from ventanilla.modules.practices.reading.specimens import specimen

SEEDS = range(3, 9)


def wrong(text: str | bytes, truth: dict[str, object]) -> list[tuple[str, str]]:
    return [(key, kind) for key, kind in judged(truth, dict(read_text(text).fields)) if kind != "right"]


@pytest.mark.parametrize("boxes", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
def test_an_undamaged_form_is_read_exactly_and_nothing_is_left(seed: int, boxes: bool) -> None:
    generation, values = specimen(seed)
    reading = read_text(write_text(values, generation, boxes=boxes))
    assert (reading.generation, reading.values()) == (generation, values)
    assert [one for one in reading.residue if not one.explained] == []


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda one: one.__name__)
def test_every_damage_leaves_the_meaning(damage: Callable[[Lines, Random], None]) -> None:
    found = list[tuple[str, str]]()
    for seed in SEEDS:
        generation, values = specimen(seed)
        lines = write_text(values, generation).split("\n")
        damage(lines, Random(seed))
        found += wrong("\n".join(lines), values)
    assert len(found) <= 1, found


@pytest.mark.parametrize("number", range(len(ENCODINGS)))
def test_every_encoding_is_read(number: int) -> None:
    generation, values = specimen(7)
    assert wrong(ENCODINGS[number](write_text(values, generation)), values) == []


def test_many_damages_at_once() -> None:
    """The bench reads 10,000; here enough to notice a fall."""
    counts = Counter(kind for seed in range(40) for truth, text in [damaged(seed)] for _key, kind in judged(truth, dict(read_text(text).fields)))
    assert counts["right"] / counts.total() >= 0.995, counts


def test_the_bench_says_what_it_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """By a clock of the test's: the kernel's may stand still for as long as three forms take."""
    taken = [0.004, 0.001, 0.002, 0.001, 0.006, 0.001]  # of reading and of its floor, in turn
    moments = iter([moment for n in range(len(taken)) for moment in (sum(taken[:n]), sum(taken[:n + 1]))])
    monkeypatch.setattr(measuring, "process_time", partial(next, moments))
    speed, right, *_others = measuring.bench(3)
    assert [speed[name] for name in ("size", "p50", "p95", "throughput", "floor", "ratio")] == [3, 4, 6, 250, 1, 4]
    assert right["p50"] > 90 and right["unit"] == "%"
