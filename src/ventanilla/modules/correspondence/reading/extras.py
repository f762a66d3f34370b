"""What the text mentions: the letter it answers, a term in days, annexes."""

import re
from collections.abc import Sequence

from ventanilla.modules.correspondence.reading.lines import Line, fold, found, line_of
from ventanilla.modules.correspondence.reading.model import Catalogue, Field
from ventanilla.modules.correspondence.reading.number import LABEL, TOKEN, tidy

_NUMBERS = {
    word: n
    for n, word in enumerate(
        [
            "un",
            "dos",
            "tres",
            "cuatro",
            "cinco",
            "seis",
            "siete",
            "ocho",
            "nueve",
            "diez",
            "once",
            "doce",
            "trece",
            "catorce",
            "quince",
        ],
        start=1,
    )
}
_NUMBERS |= {
    "veinte": 20,
    "treinta": 30,
    "cuarenta": 40,
    "cuarenta y cinco": 45,
    "sesenta": 60,
    "noventa": 90,
}
_TERM = re.compile(
    r"(?:plazo|termino|dentro de)\D{0,40}?\b(\d{1,3}|"
    + "|".join(sorted(_NUMBERS, key=len, reverse=True))
    + r")\b(?: \((\d{1,3}|[a-z ]+)\))? dias? (habiles|naturales)?"
)
_REFERENCE = re.compile(r"\b(?:oficio|similar|escrito|circular|memorandum)(?: (?:numero|no\.?|num\.?|n[°º*]))?:? (?=[A-Za-z0-9])")
_ANNEXES = re.compile(r"^\W*(?:anexos?|se anexan?|adjuntos?)\b[:.]? *(.{2,80})$")


def read_reference(lines: Sequence[Line], catalogue: Catalogue) -> Field | None:
    """The number of the letter that this one answers, from its text (never from its own label)."""
    for i, line in enumerate(lines):
        if LABEL.match(line.plain):
            continue
        both = line_of(line.page, (*line.words, *(lines[i + 1].words if i + 1 < len(lines) else ())))
        for match in _REFERENCE.finditer(both.plain):
            token = TOKEN.match(both.text, match.end())
            if match.start() < len(line.text) and token and re.search(r"\d", token.group()):
                field = found(both, *token.span(), value=re.sub(r"\s", "", token.group()).rstrip("."), trust=0.95)
                return tidy(field, catalogue, field.value[-4:])
    return None


def read_term(lines: Sequence[Line]) -> Field | None:
    """A term in days; the value is the number, the raw text says whether working days."""
    for i, line in enumerate(lines):
        both = line_of(line.page, (*line.words, *(lines[i + 1].words if i + 1 < len(lines) else ())))
        match = _TERM.search(both.plain)
        if match and match.start() < len(line.text):
            said = fold(match.group(1))
            days = said if said.isdigit() else str(_NUMBERS[said])
            agrees = not match.group(2) or match.group(2) in (
                days,
                *(w for w, n in _NUMBERS.items() if str(n) == days),
            )
            return found(both, *match.span(), value=days, trust=0.95 if agrees else 0.5)
    return None


def read_annexes(lines: Sequence[Line]) -> Field | None:
    """The annexes as the letter's foot names them."""
    for line in reversed(lines):
        match = _ANNEXES.match(line.plain)
        if match and line.box[1] > 0.3:
            return found(line, *match.span(1), value=line.text[slice(*match.span(1))].rstrip(". "), trust=0.93)
    return None
