"""The subject of a letter that does not label it: a heading in capitals under the addressee, or what the first sentence names.

Both are proposals for a person to confirm (`UNLABELLED`), never sure.
"""

import re
from collections.abc import Sequence

from ventanilla.modules.correspondence.reading.blocks import addressee, is_present, text_begins
from ventanilla.modules.correspondence.reading.dates import in_seal
from ventanilla.modules.correspondence.reading.lines import Line, line_of, quality, surround, under
from ventanilla.modules.correspondence.reading.model import Field
from ventanilla.modules.correspondence.reading.number import LABEL
from ventanilla.modules.correspondence.reading.people import TITLE

UNLABELLED = 0.7
HEAD = 0.15  # of the page: where nobody is addressed, a heading stands under this
LOWEST = 0.55  # of the page: a heading under this is no longer over the text
_ADDRESSED = re.compile(r"^\W*(?:para|de|c\.? ?c\.?)\W*:|^\W*(?:para|de):")
_OTHER = re.compile(r"[“”\"@]|\d\d:\d\d|\b(?:recibid|oficialia|at'?n|atencion|atentamente|fecha)|^\W*folio\b")
#: `en relación con el asunto X, sobre el cual …`; `Me refiero a: X.`
_NAMED = re.compile(
    r"\b(?:en |con )?relacion (?:con|al?) (?:el |al )?asunto:? (?:de |relativo al? )?(.{8,160}?)"
    r"(?:, (?:sobre|del?|al?|en|por|me|le)\b|[.;:](?= |$))"
    r"|\b(?:me refiero a|con relacion a|en relacion (?:con|a)): (.{8,160}?)[.;](?= |$)")


def unlabelled(lines: Sequence[Line]) -> Field | None:
    """The heading between addressee and text of the first page, else the matter that the first sentences name; None without either."""
    first = [line for line in lines if line.page == 1]
    who, begin = addressee(first), text_begins(first)
    start = max((i + 1 for i, line in enumerate(first) if line.box[1] < LOWEST and _addressed(line)), default=who.stop if who else begin)
    over = [line for i, line in enumerate(first) if i >= start or (not who and i < begin and line.box[1] > HEAD)]
    return _heading(over) or _sentence([line for i, line in enumerate(first[start : start + 14], start) if not in_seal(first, i)])


def _addressed(line: Line) -> bool:
    return bool(is_present(line) or _ADDRESSED.match(line.plain))


def _heading(lines: Sequence[Line]) -> Field | None:
    """Centred lines in capitals over the first line of text."""
    wide = [line for line in lines if line.box[2] - line.box[0] > 0.5 and not line.text.isupper()]
    if not wide:
        return None
    widest = max(wide, key=lambda line: line.box[2] - line.box[0])
    over = [line for line in lines if line.box[1] < min(wide[0].box[1], LOWEST)]
    middle = (widest.box[0] + widest.box[2]) / 2
    taken: list[Line] = []
    for line in over:
        last = len(line.words) == 1 and line.text.isalpha() and any(under(over, one) is line for one in taken)  # the end of a wrapped one
        if (len(line.words) >= 2 or last) and _is_heading(line, middle):
            taken.append(line)
    words = [word for line in taken for word in line.words]
    if not taken or len(taken) > 3 or sum(c.isalpha() for w in words for c in w.text) < 10:
        return None
    value = " ".join(_numerals(line.text) for line in taken).strip(" .:-—_|")
    return Field(value, value, round(UNLABELLED * quality(words), 3), taken[0].page, surround(words))


def _is_heading(line: Line, middle: float) -> bool:
    centred = abs((line.box[0] + line.box[2]) / 2 - middle) < 0.05
    other = _OTHER.search(line.plain) or TITLE.match(line.plain) or LABEL.match(line.plain)
    return centred and _numerals(line.text).isupper() and not other


def _numerals(text: str) -> str:
    """A text in capitals with the numerals II and III that were read with small letters or strokes."""
    return re.sub(r"\bI[Il|]{1,2}(?=\W|$)", lambda m: "I" * len(m[0]), text)


def _sentence(lines: Sequence[Line]) -> Field | None:
    """What the first sentences name as the matter, also over a line's end."""
    if not lines:
        return None
    whole = line_of(lines[0].page, [word for line in lines for word in line.words])
    match = _NAMED.search(whole.plain)
    if not match:
        return None
    start, end = match.span(1 if match[1] else 2)
    words = whole.between(start, end)
    value = whole.text[start:end].strip(" .,:;")
    return Field(value, whole.text[start:end], round(UNLABELLED * quality(words), 3), lines[0].page, surround(words))
