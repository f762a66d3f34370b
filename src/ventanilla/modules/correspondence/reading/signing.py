"""Who signs: the name under the closing formula, beside DE:, or that `el que suscribe` says."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from ventanilla.modules.correspondence.reading.dates import near_seal
from ventanilla.modules.correspondence.reading.lines import Line, fold, found, proper
from ventanilla.modules.correspondence.reading.model import Catalogue, Field
from ventanilla.modules.correspondence.reading.names import known_share
from ventanilla.modules.correspondence.reading.people import (
    POST,
    TITLE,
    labelled_person,
    name_in,
    person_field,
    post_below,
)

CLOSE = re.compile(
    r"^\W*a ?t ?e ?n ?t ?a ?m ?e ?n ?t ?e\b|^\W*(?:muy |quedo de usted,? )?(?:respetuosamente|cordialmente|protesto lo necesario"
    r"|sufragio efectivo|sin otro particular)\b"
)
_COPY = re.compile(r"^\W*(?:c\.? ?c\.? ?[pe]\b|ccp|anexos?\b|copia|elaboro|reviso)")
_FOOT = re.compile(r"([A-ZÑÁÉÍÓÚ]{2,6})\s?/\s?[\wñ/*]{2,9}")
REACH = 12  # lines from the closing formula to the name: a motto, a post and the specks of a signature stand between
_DOUBLE = {
    "maria", "ana", "jose", "juan", "luis", "miguel", "rosa", "francisco", "norma", "martha", "karla", "victor", "jorge", "teresa",
    "carlos", "marco", "luz", "blanca", "julio", "cesar", "alma", "laura",
}


def read_signatory(lines: Sequence[Line], catalogue: Catalogue) -> tuple[Field | None, Field | None]:
    """`(name, post)` of who signs."""
    labelled = labelled_person(lines, r"^\W*(?:de|remite|suscribe):\s*|^\W*de\W*$", catalogue)
    if labelled[0]:
        return labelled
    signed = _best(_candidates(lines, catalogue))
    return _with_evidence(signed[0], lines), signed[1]


Candidate = tuple[float, Field, Field | None]


def _best(options: Iterator[Candidate]) -> tuple[Field | None, Field | None]:
    best = max(options, key=lambda o: o[0], default=None)
    return (best[1], best[2]) if best else (None, None)


def _candidates(lines: Sequence[Line], catalogue: Catalogue) -> Iterator[Candidate]:
    """Every name under a closing formula, with what speaks for it. Without any formula: names with a post in the lower half."""
    closes = [i for i, line in enumerate(lines) if CLOSE.match(line.plain) and not near_seal(lines, i)]
    initials = _initials(lines)
    for at in closes[-2:] or [-1]:
        for i in _reach(lines, at):
            field = person_field(lines[i], catalogue)
            if field:
                post = post_below(lines, i) or _post_above(lines, i)
                yield _weight(field, lines, (at, i), post is not None, initials), _far(field, at, post), post


def _reach(lines: Sequence[Line], at: int) -> range:
    """The lines under a formula to the copies at the foot; without a formula those of the last page's lower half."""
    page = lines[at].page
    start = at + 1 if at >= 0 else next((i for i, line in enumerate(lines) if line.page == page and line.box[1] > 0.45), len(lines))
    end = min(start + REACH, len(lines)) if at >= 0 else len(lines)
    stop = next((i for i in range(start, end) if lines[i].page > page + 1 or _COPY.match(lines[i].plain)), end)
    return range(start, stop)


def _far(field: Field, at: int, post: Field | None) -> Field:
    """A name without a closing formula above it is doubtful, and more so without a post."""
    return field if at >= 0 else replace(field, confidence=round(field.confidence * (0.85 if post else 0.6), 3))


def _weight(field: Field, lines: Sequence[Line], at: tuple[int, int], post: bool, initials: str) -> float:
    line, head = lines[at[1]], lines[at[0]] if at[0] >= 0 else None
    score = field.confidence + 0.4 * known_share(field.value) + 0.25 * bool(TITLE.match(line.plain)) + 0.25 * post
    score += 0.4 * bool(initials and _own(field.value) == initials)
    score -= 0.5 * near_seal(lines, at[1]) + 0.02 * (at[1] - at[0] if head else 0)
    if head:
        middle = abs(line.box[0] + line.box[2] - head.box[0] - head.box[2]) / 2
        score -= 0.5 * (min(middle, abs(line.box[0] - head.box[0])) > 0.22)
    return score


def _post_above(lines: Sequence[Line], i: int) -> Field | None:
    """The post that stands over the name: `EL DIRECTOR GENERAL` between formula and signature."""
    for j in range(i - 1, max(i - 4, -1), -1):
        post = re.match(r"^\W*(?:(?:el|la) )?", lines[j].plain)
        if post and POST.match(lines[j].plain, post.end()):
            line = lines[j]
            return found(line, post.end(), len(line.text), value=proper(line.text[post.end() :]).rstrip("."), trust=0.85)
    return None


def _initials(lines: Sequence[Line]) -> str:
    """Whose initials stand first at the foot: `ALPN/jcg` -> `alpn`; empty when there are none."""
    foot = [m.group(1) for line in lines[-14:] if (m := _FOOT.fullmatch(line.text))]
    return fold(foot[-1]) if foot else ""


def _own(name: str) -> str:
    return fold("".join(w[0] for w in name.split() if w[0].isupper()))


def _with_evidence(field: Field | None, lines: Sequence[Line]) -> Field | None:
    """Initials at the foot, or `el que suscribe, …`, confirm a name, complete it, or cast doubt on it."""
    text = " ".join(line.text for line in lines)
    said = re.search(r"(?:[Ee]l|[Ll]a|[Qq]uien|QUIEN|EL|LA)(?: que)? suscribe,? ([^,]{8,60}),", text)
    if said and (not field or SequenceMatcher(None, fold(field.value), fold(said.group(1))).ratio() > 0.5):
        return _said(said.group(1).strip(), field, lines)
    if not field:
        return None
    initials = _initials(lines)
    factor = (1.0 if _own(field.value) == initials else 0.85) if initials else 0.85 if _maybe_cut(field.value) else 1.0
    return replace(field, confidence=round(field.confidence * factor, 3))


def _maybe_cut(name: str) -> bool:
    """Three words of which the first often is half of a double name: the last surname may be lost."""
    return len(name.split()) < 4 and fold(name.split()[0]) in _DOUBLE


def _said(name: str, field: Field | None, lines: Sequence[Line]) -> Field | None:
    line = next((one for one in lines if re.search(r"suscribe", one.plain)), None)
    title = TITLE.match(fold(name))
    name = name[title.end() if title else 0 :]
    if line is None or not name_in(name)[0]:
        return field
    start = max(line.plain.find("suscribe") + 9, 0)
    read = found(line, start, min(start + len(name) + 2, len(line.text)), value=proper(name), trust=0.96, raw=name)
    if field and fold(field.value) != fold(read.value):
        return replace(read, confidence=round(min(read.confidence, 0.88), 3), alternatives=(field.value,))
    return read
