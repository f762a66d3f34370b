"""How exactly and how fast damaged forms are read: invented practices, written, mutated and read again, against what was written.

The floor of the speed is splitting the same texts into lines and cells, in the same run. Nothing is stored.
"""
from collections import Counter
from collections.abc import Iterator, Mapping
from random import Random
from time import process_time
from typing import Any, Final

from ventanilla.modules.practices.form import write_text
from ventanilla.modules.practices.reading.mutations import mutated
from ventanilla.modules.practices.reading.reading import read_text
from ventanilla.modules.practices.reading.specimens import specimen

FIRST_SEED: Final = 500_000
"""Apart from the seeds of the tests, that were looked at while the reader was written."""


def bench(size: int) -> list[dict[str, Any]]:
    """One row for `size` mutated forms: share of fields right, wrong, waiting for a person, forms per second of CPU, ratio to the floor."""
    counts, seconds, floor = Counter[str](), 0.0, 0.0
    for seed in range(FIRST_SEED, FIRST_SEED + size):
        truth, text = damaged(seed)
        begun = process_time()
        reading = read_text(text)
        seconds += process_time() - begun
        floor += _floor(text)
        counts.update(kind for _key, kind in judged(truth, reading.fields))
    total = max(sum(counts.values()), 1)
    shares = {kind: round(counts[kind] / total, 5) for kind in ("right", "waiting", "wrong")}
    return [{"what": "mutated practice forms", "size": size, **shares,
             "forms_per_s": round(size / max(seconds, 1e-9), 1), "ratio_to_floor": round(seconds / max(floor, 1e-9), 1)}]


def damaged(seed: int) -> tuple[dict[str, Any], str | bytes]:
    """A record and its form after some damages, the same for the same seed."""
    chance = Random(seed)
    generation, values = specimen(seed)
    return values, mutated(write_text(values, generation), chance, chance.randint(3, 9))


def judged(truth: Mapping[str, Any], fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every field as right, waiting (the true value is among the readings offered) or wrong."""
    for key in fields or truth:
        one = fields.get(key)
        if one is not None and not one.waiting and same(one.value, truth.get(key)):
            yield key, "right"
        elif one is not None and one.waiting and any(same(a.value, truth.get(key)) for a in one.alternatives):
            yield key, "waiting"
        else:
            yield key, "wrong"


def same(one: Any, other: Any) -> bool:
    """Equal but for spaces and line breaks in texts."""
    if isinstance(one, str) and isinstance(other, str):
        return " ".join(one.split()) == " ".join(other.split())
    return bool(one == other)


def _floor(text: str | bytes) -> float:
    begun = process_time()
    for line in (text.decode("utf-8", "replace") if isinstance(text, bytes) else text).split("\n"):
        line.split("\t")
    return process_time() - begun
