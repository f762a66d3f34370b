"""What hands leave on paper: reception seals and signatures, drawn from a seed as data for typst."""

from collections.abc import Mapping
from math import cos, pi, sin
from random import Random
from typing import Any

INKS = ("#1b3f94", "#26338a", "#1f2a44", "#3a2f86", "#101820")
SEAL_INKS = ("#2b4fb0", "#6a2c91", "#b3262e", "#1f6f4a", "#404040")
#: Where a seal may fall, as fractions of the page: the corner, over the head lines, the subject or the text.
SPOTS = ((0.70, 0.035), (0.62, 0.17), (0.10, 0.26), (0.36, 0.40), (0.60, 0.55), (0.68, 0.80))


def seal(rng: Random, office: str, moment: str) -> Mapping[str, Any] | None:
    """A reception seal or, for about a third of letters, none. Its date is a later one than the letter's."""
    if rng.random() < 0.35:
        return None
    x, y = rng.choice(SPOTS)
    return {
        "shape": rng.choice(("box", "box", "round")),
        "x": x + rng.uniform(-0.02, 0.02),
        "y": y + rng.uniform(-0.015, 0.015),
        "angle": rng.uniform(-14, 14),
        "ink": rng.choice(SEAL_INKS),
        "fade": rng.uniform(45, 70),
        "lines": [
            "RECIBIDO",
            office,
            moment,
            f"{rng.randint(1, 28)} ANEXOS" if rng.random() < 0.3 else "OFICIALÍA DE PARTES",
        ],
    }


def signature(rng: Random) -> tuple[tuple[tuple[float, float], ...], ...]:
    """A stroke of loops that drifts to the right, and a flourish; points in the unit square or somewhat above
    it.

    How far they reach down over the name differs: from clear of it to right through it.
    """
    loops, lift = rng.randint(3, 6), rng.uniform(0.25, 0.45)
    phase, up = rng.uniform(0, 2 * pi), rng.uniform(0.0, 0.55)
    stroke = tuple(
        (
            0.08 + 0.75 * t / 60 + 0.07 * cos(phase + 2 * pi * loops * t / 60),
            0.5 - up + lift * sin(phase + 2 * pi * loops * t / 60) * (1 - 0.5 * t / 60),
        )
        for t in range(61)
    )
    sweep = rng.uniform(-0.2, 0.2)
    flourish = tuple((0.05 + 0.9 * t / 12, 0.72 - up + sweep * (t / 12) + 0.08 * sin(t)) for t in range(13))
    return (stroke, flourish)
