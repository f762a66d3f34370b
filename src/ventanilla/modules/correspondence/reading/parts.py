"""The parts of a letter's number (`DGRC.SA.0630.2025`): which of them were misread, and a mark between them that was lost.

Everything that is changed here is a proposal: it leaves `number` under the border of what is sure.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ventanilla.modules.correspondence.reading.lines import Line
from ventanilla.modules.correspondence.reading.witness import acronym, initials_of

_MARKS = re.compile(r"([/.-])")
_TO_DIGIT = str.maketrans("OQIlSB", "001158")
_MIXED = re.compile(r"(?=.*\d)(?=.*[^\W\d]).{2,}|[BOISZQLD]")  # letters and digits in one part, or a letter that may be a digit
_DIGITS = re.compile(r"\d(?=.*\d)[\dOIQlSB]*[OIQlSB][\dOIQlSB]*")  # `136I`, `27O0`, `3S22`
_GLUED = re.compile(r"([A-Z]{2,}?)[I1l](\d{1,5})")  # a slash read as a stroke between letters and digits: `OFI3895`
_TWO = re.compile(r"([A-Z]{2,})[I1l]([A-Z]{2,})")  # the same between two acronyms: `DAGICG`
_NUMBERED = re.compile(r"\b(?:n[uú]m(?:ero|\.)?|n[o°º]\.?) ?(\d{1,3})\b(?![/-])")
_WORDS = {"0F": "OF", "D0": "DO", "5A": "SA", "D5": "DS", "5G": "SG"}  # abbreviations that numbers everywhere have


@dataclass(frozen=True, slots=True)
class Parts:
    """A number after looking at its parts; `doubt` says that one of them may still be another character."""

    value: str
    doubt: bool


def acronyms(lines: Sequence[Line]) -> frozenset[str]:
    """What the head of the first page may abbreviate itself as: initials of its lines, the number in a name
    (`Notaría Número 172`), and the first part of a file's number."""
    head = [line for line in lines if line.box[1] < 0.35]
    files = (re.match(r"\W*(?:exp|ref)\w*\.?:? *([A-Z]{2,7})[/-]", line.text, re.IGNORECASE) for line in head)
    figures = (number for line in head if line.box[1] < 0.2 for number in _NUMBERED.findall(line.plain))
    said = initials_of(line for line in head if line.box[1] < 0.2)
    return frozenset((*said, *figures, *(m[1].upper() for m in files if m)))


def looked_at(value: str, known: Collection[str], year: str) -> Parts:
    """The number with each part mended that the letter itself explains; a leading structural code is left alone."""
    code, rest = _code_apart(value)
    rest = _year_apart(rest.replace("|", "/"), year)
    parts = [part if _MARKS.fullmatch(part) else _part(part, known) for part in _MARKS.split(rest)]
    doubt = any((_MIXED.fullmatch(part) and part not in known) or _nearly_said(part, known) or _long(part, known) for part in parts)
    single = bool(re.search(r"-[0158]/|[A-Z]-1{2,3}/", rest))  # `2997-8` may be 2997-B, `DRF-11` DRF-II
    return Parts(code + "".join(parts), doubt or single)


def _long(part: str, known: Collection[str]) -> bool:
    """Whether a part of letters is so long, with an I inside, that it may be two: `PMICMPCB`."""
    return len(part) >= 7 and part not in known and bool(_TWO.fullmatch(part))


def _nearly_said(part: str, known: Collection[str]) -> bool:
    """Whether a part of letters is one letter away from how the letter abbreviates itself: `JFD` where its file says JTD."""
    begins = {one[: len(part)] for one in known if len(one) >= len(part) >= 3}
    return part.isalpha() and part not in begins and any(sum(a != b for a, b in zip(part, one, strict=True)) == 1 for one in begins)


def _code_apart(value: str) -> tuple[str, str]:
    """A leading structural code, however misread, and what follows; a mark between them that was lost or read as a 1 is put back."""
    whole = re.match(r"(\d{2}[0-9A-Z|$(]{12,14})([/-].*)$", value)
    if whole and sum(c.isdigit() for c in whole[1]) > 8:
        return whole[1], whole[2]
    glued = re.match(r"(\d{3}[A-Z0-9]\d{10}[A-Z])[|Il1\]!]?(\d{1,5}[/-].*)$", value)
    return (glued[1], f"/{glued[2]}") if glued else ("", value)


def _part(part: str, known: Collection[str]) -> str:
    if len(part) < 2 or part in known or not re.search(r"[A-Za-z]", part):
        return part
    if _DIGITS.fullmatch(part) and sum(c.isdigit() for c in part) * 3 >= 2 * len(part):
        return part.translate(_TO_DIGIT)
    if re.fullmatch(r"[A-NP-Z]{1,3}0", part):
        return part[:-1] + "O"
    if re.fullmatch(r"[A-Z]*l[A-Zl]*", part):
        return part.replace("l", "I")  # a small letter among capitals
    if re.fullmatch(r"1[A-Z]{2,}", part) and any(one.startswith(f"I{part[1:]}") for one in known):
        return f"I{part[1:]}"  # `1MJ`, as the head begins its name
    if re.fullmatch(r"[A-Z][OIl\d]*\d", part):
        return part[0] + part[1:].translate(_TO_DIGIT)  # `BO0` for B00
    if re.fullmatch(r"[A-Z]{3,}1", part):
        return part[:-1] + "I"
    return _unglued(part, known)


def _unglued(part: str, known: Collection[str]) -> str:
    """A part with the slash in it that was read as a stroke, or as the acronym it is near; `NP172` of the notary 172 stays."""
    own = re.fullmatch(r"[A-Z]{1,3}(\d{1,3})", part)
    if own and own[1] in known:
        return part
    two = _before_known(part, known) or _TWO.fullmatch(part)
    glued = two if two and (two[1] in known or two[2] in known) else _GLUED.fullmatch(part)
    return f"{glued[1]}/{glued[2]}" if glued else acronym(part, known) or _WORDS.get(part, part)


def _before_known(part: str, known: Collection[str]) -> re.Match[str] | None:
    """`PMIDGDUM` as `PM` and an acronym that the head gives."""
    longest = sorted((one for one in known if len(one) > 2), key=len, reverse=True)
    ends = (re.fullmatch(rf"([A-Z]{{2,}})[I1l]({re.escape(one)})", part) for one in longest)
    starts = (re.fullmatch(rf"({re.escape(one)})[I1l]([A-Z]{{1,5}})", part) for one in longest if len(one) > 3)
    return next((match for match in (*ends, *starts) if match), None)


def _year_apart(rest: str, year: str) -> str:
    """`AI2024` -> `A/2024`, and with the year of the letter's date `4312024` -> `43/2024`: a slash is read as a stroke, or as a 1."""
    stroke = re.sub(r"(?<=[A-Z0-9])[Il|!\])]((?:19|20)\d\d)$", r"/\1", rest)
    stroke = re.sub(r"(?<=20\d\d)-0$", "-O", stroke)  # of a letter behind the year
    return re.sub(rf"(?<=[/.-])(\d{{1,4}}?)1?({year})$", r"\1/\2", stroke) if year.isdecimal() else stroke
