"""Noise at the end of a line: what a seal or a stroke leaves after the last word of a subject or a name."""

import re
from collections.abc import Collection, Sequence

from ventanilla.core.documents.text import Word
from ventanilla.modules.correspondence.reading.lines import SMALL_WORDS, Line, fold
from ventanilla.modules.correspondence.reading.towns import TOWNS

FAINT, LOST = 0.66, 0.5  # confidence: under the first a word may be noise, under the second one of its neighbours must be
UNREAD = 0.2  # two characters under this are noise, also where they are figures
SPELT = 0.4  # a word with a capital that is spelt like a name is noise only under this
#: Numbers are recognised with little confidence and still right; noise is seldom a long word of small letters.
_SHAPED = re.compile(r"\W*(?:\d{3,}[/-][\w/-]+|[A-Z]{2,}[/:;.-]\d[\w/-]*|\d+|[IVXl|]{2,4}|[a-záéíóúñü]{5,})\W*")
_NAME = re.compile(r"[A-ZÁÉÍÓÚÑ][a-záéíóúñü]{3,}\W*")
_MARK = re.compile(r"[/\\|~*_=<>{}\[\]^+]+")
_SEALED = re.compile(r"\W*(?:recibid|oficialia|despachad)")
_SEAL = {"recibido", "oficialia", "partes", "acuse", "despachado"}
AFTER_MARK = 3  # words; what follows a mark that no subject has, when the letter says none of it again


def vocabulary(lines: Sequence[Line], but: Line) -> frozenset[str]:
    """The words of four letters or more that other lines are sure of, folded: a word said again is no noise."""
    return frozenset(
        bare(w.text) for line in lines if line is not but for w in line.words if w.confidence >= 0.8 and len(bare(w.text)) >= 4
    )


def bare(text: str) -> str:
    """A word folded, without the marks round it."""
    return re.sub(r"^\W+|\W+$", "", fold(text))


def without_tail(words: Sequence[Word], known: Collection[str]) -> tuple[Word, ...]:
    """The words without the noise at their end; the first word always stays."""
    kept = _in_capitals(_before_mark(_before_speck(_without_mark(tuple(words))), known))
    end = len(kept)
    alone = end > 2 and kept[-1].text in ("A", "E", "Y") and kept[-1].confidence < FAINT
    if alone and kept[-2].text.islower():  # `municipal de E`, `al programa de vivienda E`
        return kept[:-1]
    if kept[-1].text.lower() in SMALL_WORDS:  # the line goes on in the next; `Á` is a stroke
        return kept
    while end > 1 and (_faint(kept[end - 1], known) or _of_seal(kept[end - 2], kept[end - 1])):
        end -= 1
    cut = kept[end:]
    if cut and fold(kept[end - 1].text) in SMALL_WORDS and len(bare(cut[0].text)) > 3:  # hardly read, but the end of `… Nacional del`
        return kept
    return kept[:end] if any(w.confidence < LOST for w in cut) else kept


def _without_mark(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """`… anterior y, 00025`, `… Arenal» “4`: from a faint small word with a mark on, or without one sign behind an open quotation."""
    quoted = len(words) > 1 and words[-1].confidence < FAINT and re.fullmatch(r"[“”\"‘’´`]\w", words[-1].text)
    marked = next((i for i, w in enumerate(words) if i and i > len(words) - 3 and w.confidence < LOST
                   and w.text[-1] in ",;:" and fold(w.text[:-1]) in SMALL_WORDS), len(words))
    return words[:-1] if quoted else words[:marked]


def before_seal(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """The words before the one of a seal that ran into their line: `Almoloya de Juárez / RECIBIDO A`."""
    at = next((i for i, w in enumerate(words) if i and _SEALED.match(fold(w.text))), len(words))
    while 1 < at < len(words) and not re.search(r"\w", words[at - 1].text):
        at -= 1
    return words[:at]


def _in_capitals(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """`EMPLEADOS DE fos`: a faint short word of small letters behind a line of capitals."""
    last = words[-1]
    rest = [w.text for w in words[:-1] if any(c.isalpha() for c in w.text)]
    noise = last.confidence < FAINT and last.text.islower() and len(last.text) <= 3
    return words[:-1] if noise and len(rest) > 2 and all(text.isupper() for text in rest) else words


def _before_speck(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """`EN TULTITLÁN. 7`, `CAPACITACIÓN 2024. 5 ed`: one or two characters alone after a full stop, or three words at most
    that were hardly read."""
    stop = max((i for i, w in enumerate(words) if re.search(r"(?:[^\W\d]{5,}|\b20\d\d)\.$", w.text)), default=len(words))
    after = words[stop + 1 :]
    if not 1 <= len(after) <= 3:
        return words
    if fold(after[-1].text) in SMALL_WORDS and (after[-1].confidence >= LOST or words[stop].confidence < FAINT):  # the stop is a speck
        return words
    alone = len(after) == 1 and len(after[0].text) <= 2
    return words[: stop + 1] if alone or all(w.confidence < LOST for w in after) else words


def _faint(word: Word, known: Collection[str]) -> bool:
    if word.confidence < UNREAD and (len(word.text) <= 2 or re.search(r"[«»%]", word.text)):
        return True
    if word.confidence >= FAINT or bare(word.text) in known or _SHAPED.fullmatch(word.text):
        return False
    return not (_NAME.fullmatch(word.text) and (word.confidence >= SPELT or fold(word.text) in TOWNS))


def _of_seal(before: Word, word: Word) -> bool:
    """The rest of a seal's word beside a faint one: `… CALIDAD AGROALIMENTARIA QS PARTES`."""
    return bare(word.text) in _SEAL and before.confidence < LOST and fold(before.text) not in SMALL_WORDS


def _before_mark(words: tuple[Word, ...], known: Collection[str]) -> tuple[Word, ...]:
    """`… en El Mirador / REC Ta`: from a lone mark on, when little follows and one word of it is faint."""
    for i, word in enumerate(words):
        after = words[i + 1 :]
        if i and _MARK.fullmatch(word.text) and len(after) <= AFTER_MARK and not any(bare(w.text) in known for w in after):
            return words[:i] if not after or any(w.confidence < FAINT for w in after) else words
    return words
