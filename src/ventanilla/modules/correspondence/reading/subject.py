"""What the letter is about: what follows `Asunto:`, with its wrapped lines."""

import re
from collections.abc import Sequence

from ventanilla.core.documents.text import Word
from ventanilla.modules.correspondence.reading.dates import near_seal
from ventanilla.modules.correspondence.reading.lines import Line, beside, joined, line_of, quality, surround
from ventanilla.modules.correspondence.reading.model import Field
from ventanilla.modules.correspondence.reading.number import LABEL
from ventanilla.modules.correspondence.reading.people import PRESENT, TITLE

_LABEL = re.compile(r"^(.{0,60}?)\b(?:a[s5]un[tl][o0]|tema|materia)\s?[:;.,]\s*|^\W*asunto\s+")
_STOP = re.compile(
    r"^\W*(?:folio|oficio|fecha|para:|de:|expediente|exp\.|anexo|no\. |referencia|a las? personas"
    r"|a l[oa]s |at'?n|por este medio|con fundamento)|“|recibid|oficialia|\d\d? de [a-z]+ de 20\d\d"
    r"|, ano d|^\W*20\d\d"
)


_OPEN = re.compile(r"\b(?:y|e|de|del|la|las|los|el|para|en|con|por|al|a|su|numero|folio|oficio|expediente)$")
#: Marks of a stroke, a seal or two lines run together: none of these stands in a subject.
_ODD = re.compile(
    r"[|_~*=<>{}\[\]\\^]|[^\W\d]{3,}-[^\W\d]{2,}|[a-zñ]-\d|[a-z][.,;:][a-zA-Z]|[a-z][A-Z]|\b[^\W\d]{1,3}[;:]"
    r"|\b[B-DF-NP-XZ]\b(?!\.)| [a-z]$"
)


def read_subject(lines: Sequence[Line]) -> Field | None:
    """The subject on the first page; None when no line is labelled so."""
    edge = sorted(line.box[2] for line in lines if line.page == 1 and len(line.words) > 6 and quality(line.words) > 0.4)
    right = edge[int(len(edge) * 0.75)] if edge else 0.9
    for i, line in enumerate(lines):
        match = _LABEL.match(line.plain)
        if match and line.page == 1 and line.box[1] < 0.6:
            taken, clean = _taken(lines, i, match, right)
            return (
                _field(
                    taken,
                    clean
                    and not any(near_seal(lines, lines.index(one)) for one in taken if one in lines)
                    and not near_seal(lines, i),
                )
                if taken
                else None
            )
    return None


def _taken(lines: Sequence[Line], i: int, match: re.Match[str], right: float) -> tuple[list[Line], bool]:
    """The lines of the value and whether their end was plain to see."""
    line = lines[i]
    words = line.after(match.end())
    first = line_of(line.page, words) if words else beside(lines, line)
    if first is None:
        return [], False
    taken, clean = [first], True
    for one in lines[i + 1 : i + 7]:
        if one is first or _other_column(taken[0], line, one):
            continue
        more = _goes_on(taken, line, one, right)
        if not more:
            break
        taken.append(one)
    return taken, clean


def _other_column(first: Line, label: Line, one: Line) -> bool:
    level = one.box[1] < (first.box[1] + first.box[3]) / 2
    return level or one.box[2] < label.box[0] - 0.01 or one.box[0] > first.box[2] + 0.05


def _goes_on(taken: Sequence[Line], label: Line, one: Line, right: float) -> bool:
    """Wrapped: near, same size, and the line above had no room for its first word."""
    last = taken[-1]
    halves = _OPEN.search(last.plain) and not re.search(r"recibid|oficialia", one.plain)  # `… pública con` / `folio 00550`
    if one.page != last.page or (not halves and _begins(one)):
        return False
    near = one.box[1] - last.box[3] < 1.4 * last.height and 0.5 < one.height / last.height < 1.8
    needed = one.words[0].x1 - one.words[0].x0 + 0.006
    aligned = min(abs(one.box[0] - label.box[0]), abs(one.box[0] - taken[0].box[0]), abs(one.box[2] - last.box[2])) < 0.03
    return near and aligned and last.box[2] + needed > right - 0.02


def _begins(one: Line) -> bool:
    """Whether a line is the start of something else."""
    return bool(_STOP.search(one.plain) or any(p.match(one.plain) for p in (PRESENT, LABEL, TITLE)))


def _field(taken: Sequence[Line], clean: bool) -> Field | None:
    words = [w for line in taken for w in line.words]
    raw = joined(taken)
    parted = re.sub(r"\b(a|de|en|con|por)(l[ao]s?)\b(?= \w)", r"\1 \2", raw, flags=re.IGNORECASE)
    parted = re.sub(r"\b(a)(a[a-z]{3,})", r"\1 \2", parted, flags=re.IGNORECASE)
    parted = re.sub(r"\b(de|del|la|el|los|las|en|a|y)-(?=[\w])", r"\1 ", parted)
    parted = re.sub(r"(?<=[a-zñáéíóú]{2})\.\s?(?=[a-zñáéíóú])", " ", parted)
    parted = re.sub(r"\b[Il|]{2,3}(?=\W|$)", lambda m: "I" * len(m[0]), parted)  # the numerals II and III
    parted = re.sub(r"(?<=/)([A-Z]+)[58](?=/)", r"\1S", parted)
    value = re.sub(r"(?<=\w{3})[.,;:]+$", "", parted.strip(" -—|_“”'\"")).strip()
    clean = clean and parted == raw
    trust = 0.96 if clean and len(taken) <= 3 and len(value) > 7 else 0.8
    if sum(c.isalpha() for c in value) < 5:
        return None
    return Field(value, raw, round(trust * _strict(words, value), 3), taken[0].page, surround(words))


def _strict(words: Sequence[Word], value: str) -> float:
    """Signs that no subject has are a seal or noise that ran into the line."""
    odd = _ODD.search(value)
    doubtful = re.search(r"(?<=\w )[AEIOU][a-z]{3,}", value)  # capitals lose their accent: Alamos for Álamos
    open_end = re.search(r" (?:de|del|la|las|los|el|en|y|a|al|por|para|con)$", value.lower())
    mixed = re.search(r"/(?=\w*[A-Z])(?=\w*[0158])\w+", value)  # `06692/V5/2025` for VS: letters are read as digits
    return quality(words) * (0.75 if odd or open_end else 0.93 if doubtful or mixed else 1.0)
