"""How alike two letters are, and why: number, date, sender, subject, the same file, nearly the same text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from itertools import pairwise

from ventanilla.modules.correspondence.reading.dateforms import MONTHS
from ventanilla.modules.correspondence.reading.lines import fold

ALIKE = 0.6  # from here on two letters are worth showing side by side
_MEDIA = {
    "paper": "en ventanilla",
    "courier": "por mensajería",
    "email": "por correo",
    "portal": "por la plataforma",
}


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is compared. `medium` and `received` only word the reasons; `simhash` is `simhash(text)` or 0."""

    number: str = ""
    day: date | None = None
    sender: str = ""
    subject: str = ""
    digest: str = ""
    simhash: int = 0
    medium: str = "paper"
    received: date | None = None


def likeness(a: Sketch, b: Sketch) -> tuple[float, tuple[str, ...]]:
    """`(0..1, reasons in Spanish)`; `b` is the letter that was there before. Symmetric in its score.

    One file twice is 1; evidence is joined as independent: 1 - product of (1 - weight).
    """
    evidence = list(_evidence(a, b))
    left = 1.0
    for weight, _ in evidence:
        left *= 1 - weight
    score = round((1 - left) * _contradiction(a, b), 3)
    arrived = _arrival(b)
    reasons = tuple(text for _, text in evidence)
    return score, ((*reasons, arrived) if arrived and score >= ALIKE else reasons)


def _evidence(a: Sketch, b: Sketch) -> Iterator[tuple[float, str]]:
    if a.digest and a.digest == b.digest:
        yield 1.0, "Es exactamente el mismo archivo."
    if same_number(a.number, b.number):
        yield 0.75, f"Mismo número de documento: {b.number}."
    if a.sender and fold(a.sender).split() == fold(b.sender).split():
        yield 0.2, "Mismo remitente."
    if a.day and a.day == b.day:
        yield 0.25, "Misma fecha del documento."
    subject = jaccard(shingles(a.subject), shingles(b.subject))
    if subject >= 0.5:
        yield 0.55 * subject, "Mismo asunto." if subject == 1 else "Asunto casi igual."
    if a.simhash and b.simhash and (apart := (a.simhash ^ b.simhash).bit_count()) <= 10:
        yield 0.8 - 0.04 * apart, "El texto es casi el mismo."


def _contradiction(a: Sketch, b: Sketch) -> float:
    """Two different numbers of the same sender are two letters, however alike; the same file is the same
    file.
    """
    if a.digest and a.digest == b.digest:
        return 1.0
    return 0.55 if a.number and b.number and not same_number(a.number, b.number) else 1.0


def _arrival(b: Sketch) -> str:
    if b.received is None:
        return ""
    when = f"{b.received.day} de {MONTHS[b.received.month - 1]} de {b.received.year}"
    return f"El mismo oficio llegó {_MEDIA.get(b.medium, '')} el {when}.".replace("  ", " ")


def number_key(number: str) -> str:
    """Letters and digits only, folded; leading zeros of each group do not count: `OF-0456/2024` =
    `of/456/2024`.
    """
    groups = re.findall(r"[a-z0-9]+", fold(number))
    return "/".join(g.lstrip("0") or "0" if g.isdigit() else g for g in groups)


def same_number(a: str, b: str) -> bool:
    """Equal keys, or the same letters and digits in a row: `DGA123/2024` = `DGA/123/2024`. False without a number."""
    one, other = number_key(a), number_key(b)
    return bool(one) and (one == other or one.replace("/", "") == other.replace("/", ""))


def tokens(text: str) -> list[str]:
    """Folded words and numbers."""
    return re.findall(r"[a-z0-9ñ]+", fold(text))


def shingles(text: str) -> frozenset[str]:
    """Pairs of neighbouring words, and the words themselves of very short texts."""
    words = tokens(text)
    return frozenset(" ".join(pair) for pair in pairwise(words)) or frozenset(words)


def jaccard(a: frozenset[str], b: frozenset[str]) -> float:
    """Common part of two sets, 0..1; 0 for two empty ones."""
    return len(a & b) / len(a | b) if a or b else 0.0


def simhash(text: str) -> int:
    """64 bits such that texts that share most word triples differ in few bits; 0 for fewer than 8 words."""
    words = tokens(text)
    if len(words) < 8:
        return 0
    sums = [0] * 64
    for triple in zip(words, words[1:], words[2:], strict=False):
        bits = int.from_bytes(blake2b(" ".join(triple).encode(), digest_size=8).digest(), "big")
        sums = [total + (1 if bits >> k & 1 else -1) for k, total in enumerate(sums)]
    return sum(1 << k for k, total in enumerate(sums) if total > 0)
