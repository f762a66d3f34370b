"""Unit codes against the catalogue: a misread character is corrected only when one code alone is near.

Tesseract reads the `S` that ends a code such as 212C0101000200S as 5 or 8; the letters it confuses cost
little here,
any other difference costs a whole point, so that a neighbour code is never taken by chance.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

CONFUSED = (
    "S5",
    "S8",
    "58",
    "0O",
    "0D",
    "0Q",
    "OQ",
    "OD",
    "1I",
    "1L",
    "IL",
    "B8",
    "CG",
    "C0",
    "G6",
    "Z2",
    "T7",
    "T1",
    "A4",
    "38",
    "B3",
    "E8",
    "L1",
    "C(",
    "S$",
    "I|",
    "1|",
    "6B",
    "C6",
    "J3",
)
_NEAR = {frozenset(pair) for pair in CONFUSED}
#: A structural code of the state: sector and body, area, unit, part, and the kind of unit as a letter.
_SHAPE = re.compile(r"[0-9OQDIL|BSZ]{3}[A-Z0-9(][0-9OQDIL|BSZ]{10}[A-Z0-9$]")
_TO_FOURTH = str.maketrans("(OQI|", "C0011")  # a digit, or the letter of a body: of the letters those that are no digit misread
_TO_DIGIT, _TO_KIND = str.maketrans("OQDIL|BSZ", "000111852"), str.maketrans("58$17", "SSSLT")
_DOUBLED = frozenset("S58$BO0DQIL1|")  # one letter read as two: `5S` for S
CHEAP, ACCEPT, MARGIN, CONSIDER = 0.25, 0.75, 0.5, 2.0


@dataclass(frozen=True, slots=True)
class Match:
    """`code` is the accepted one or None; `alternatives` are near ones, nearest first; `distance` of the
    nearest.
    """

    code: str | None
    distance: float
    alternatives: tuple[str, ...] = ()


def distance(read: str, code: str, limit: float = 3.0) -> float:
    """Edit distance with cheap confusions (0.25); insertions and deletions cost 1. Above `limit` it may stop
    early.
    """
    if abs(len(read) - len(code)) > limit:
        return limit + 1
    row = [float(j) for j in range(len(code) + 1)]
    for i, a in enumerate(read, start=1):
        above, row = row, [float(i)]
        for j, b in enumerate(code, start=1):
            row.append(min(above[j - 1] + _swap(a, b), above[j] + 1, row[-1] + 1))
        if min(row) > limit:
            return limit + 1
    return row[-1]


def _swap(a: str, b: str) -> float:
    return 0.0 if a == b else CHEAP if frozenset((a, b)) in _NEAR else 1.0


def confused_with(char: str) -> str:
    """The characters that recognition takes for this one, as one text."""
    return "".join(sorted(other for pair in _NEAR if char in pair for other in pair - {char}))


def shaped(read: str) -> str | None:
    """What was read as a structural code must be: digits where digits stand, a letter at the end; None when it has another length.

    Without a catalogue this is a proposal: `2070500OOO0000L` -> `20705000000000L`, a final 5 or 8 -> S, 1 -> L, 7 -> T.
    """
    if not _SHAPE.fullmatch(read):
        return None
    return read[:3].translate(_TO_DIGIT) + read[3].translate(_TO_FOURTH) + read[4:14].translate(_TO_DIGIT) + read[14].translate(_TO_KIND)


def once(read: str) -> str:
    """A code whose last character was read as two: `…000SS`, `…0001L`; any other as it is."""
    last = read[-2:]
    return read[:-2] + read[-1] if len(set(last)) == 1 or frozenset(last) in _NEAR else read


def correct_code(read: str, codes: Mapping[str, Sequence[str]] | Iterable[str]) -> Match:
    """The catalogue's code for what was read. Accepted: exact, or the only nearest within 0.75 and 0.5 ahead
    of the next; further off (`CONSIDER` and more) the only one that it can be by the shape of codes, one character too many allowed.
    """
    wanted = "".join(read.upper().split())
    known = list(codes)
    if wanted in known:
        return Match(wanted, 0.0)
    stem = [code for code in known if code[:-1] == wanted[:-1]]
    if len(stem) == 1 and frozenset((stem[0][-1], wanted[-1])) in _NEAR:
        return Match(stem[0], CHEAP)
    twice = {wanted[:i] + wanted[i + 1 :] for i in range(len(wanted)) if frozenset(wanted[max(i - 1, 0) : i + 2]) & _DOUBLED}
    if len(once := twice & set(known)) == 1:
        return Match(once.pop(), CHEAP)
    ranked = sorted((distance(wanted, code), code) for code in known)
    near = tuple(code for d, code in ranked if d <= CONSIDER)[:4]
    far = ranked[0][0] if ranked else 99.0
    lead = (ranked[1][0] if len(ranked) > 1 else 99.0) - far
    if far <= ACCEPT:
        return Match(near[0], far, near[1:]) if lead >= MARGIN else Match(None, far, near)
    less = (wanted[:i] + wanted[i + 1 :] for i in range(len(wanted)))
    formed = {shaped(one) for one in (wanted, *less)} & set(known)  # `2I20C0I0I020I0I5`
    return Match(formed.pop(), max(far, CONSIDER), near) if len(formed) == 1 else Match(None, far, near)
