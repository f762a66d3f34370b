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
    """`size` mutated forms: milliseconds and forms per second of one core's processor time, and the share of their fields that is right,
    waits for a person or is wrong. Floor: the median form's text split into lines and cells.
    """
    counts, taken, floor = Counter[str](), list[float](), list[float]()
    for seed in range(FIRST_SEED, FIRST_SEED + size):
        truth, text = damaged(seed)
        begun = process_time()
        reading = read_text(text)
        taken.append(process_time() - begun)
        floor.append(_floor(text))
        counts.update(kind for _key, kind in judged(truth, reading.fields))
    taken.sort()
    base = sorted(floor)[size // 2]
    read = {"what": "mutated practice forms, processor", "size": size, "unit": "ms", "p50": round(1000 * taken[size // 2], 2),
            "p95": round(1000 * taken[int(size * 0.95)], 2), "throughput": round(size / max(sum(taken), 1e-9), 1),
            "floor": round(1000 * base, 4), "ratio": round(taken[size // 2] / max(base, 1e-9), 1), "target": ">= 200/s per core"}
    return [read, *(_share(kind, counts, size, target) for kind, target in _SHARES)]


_SHARES: Final = (("right", ">= 99.5 %"), ("waiting", ""), ("wrong", ""))


def _share(kind: str, counts: Counter[str], size: int, target: str) -> dict[str, Any]:
    return {"what": f"fields of mutated forms: {kind}", "size": size, "unit": "%",
            "p50": round(100 * counts[kind] / max(counts.total(), 1), 4), "target": target}


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
