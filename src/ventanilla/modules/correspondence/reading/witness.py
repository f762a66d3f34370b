"""What the rest of a letter says about a doubtful number in it: the same number written again, the initials of who writes.

A witness only corrects; a corrected value is never surer than a person's look at it is worth (`DOUBT`).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice

from ventanilla.modules.correspondence.reading.codes import confused_with, distance
from ventanilla.modules.correspondence.reading.lines import SMALL_WORDS, Line, fold
from ventanilla.modules.correspondence.reading.spelling import WORDS, misspelt

#: What a value that was corrected is worth at most: under `model.SURE`, so that a person sees it.
DOUBT = 0.88
SAID, LONG = 0.93, 7  # confidence and letters of a word that bears witness for one like it
#: Long words that letters have, by how many letters: a shorter one is too much like others.
_OF_LENGTH = {size: tuple(word for word in WORDS if len(word) == size) for size in range(LONG + 1, 18)}
_BARE = re.compile(r"^\W+|\W+$")
MOST = 60  # numbers of a letter that are taken as witnesses
_NUMBER = re.compile(r"(?<![\w/])[A-Z0-9][A-Z0-9.]*(?:[/-][A-Z0-9.]+)+(?<![.])")
_FIGURES = re.compile(r"\w*\d(?:[\w/.-]*\w)?")
_LOST = r"[\W_IlJj17]{0,2}"  # how a slash is misread: as a stroke, or not at all
_ORDINALS = ("primer", "segund", "tercer", "cuart", "quint", "sext", "septim", "octav", "noven", "decim")
_FOLIO = re.compile(
    r"\b(\d{3,6})[\[\]|I!l ]{1,2}([A-Z]{1,4})[\[\]|I!l/ ]{1,2}((?:19|20)\d\d)(?=\.?$)"
    r"|\b(\d{3,6})/([A-Z]{1,4})[\[\]|I!l ]{1,2}((?:19|20)\d\d)(?=\.?$)"
    r"|\b(\d{4,6}) ([A-Z][a-z]) ((?:19|20)\d\d)(?=\.?$)"
)


def numbers_in(lines: Iterable[Line]) -> tuple[str, ...]:
    """Numbers of five digits or more with a mark between their parts, each once, in reading order."""
    text = "\n".join(line.text for line in lines).replace("/\n", "/")  # a number is torn behind its slash
    found = (m.group() for m in _NUMBER.finditer(text))
    return tuple(islice(dict.fromkeys(one for one in found if sum(c.isdigit() for c in one) >= 5), MOST))


def pure(number: str) -> bool:
    """Whether every part between marks is letters alone or digits alone: a misread character leaves a mixed part."""
    return all(part.isdigit() or part.isalpha() for part in re.split(r"[/.-]", number))


def unbroken(value: str, numbers: Sequence[str]) -> str:
    """The text without a space inside a number that the letter writes whole elsewhere: `05 141/VS/2024`."""
    return re.sub(r"\b(\d+) (\d+/)", lambda m: m[1] + m[2] if any(n.startswith(m[1] + m[2]) for n in numbers) else m[0], value)


def repeated(value: str, numbers: Sequence[str]) -> str | None:
    """The text with its number as the letter writes it elsewhere, where both differ only as recognition errs; None if none does.

    Only numbers of pure parts are taken as witnesses; two that disagree are none.
    """
    whole = {mended for one in numbers if pure(one) and (mended := _completed(value, one)) is not None}
    if len(whole) == 1:
        return whole.pop()
    options = {mended for one in numbers if pure(one) and (mended := _replaced(value, one)) is not None}
    return options.pop() if len(options) == 1 else None


def _replaced(value: str, number: str) -> str | None:
    match = _misread(number).search(value)
    if match and match.group() == number:
        return None
    if match:
        return value if pure(match.group()) and "/" in match.group() else value[: match.start()] + number + value[match.end() :]
    return _nearly(value, number)


def _completed(value: str, number: str) -> str | None:
    """A number that breaks off at the end of the text, or whose end is broken, as it goes on elsewhere: `07955V 58/2025` for VS."""
    head = number.partition("/")[0]
    rest = r"(?:(?:[^\w ]{1,2}|[A-Z])? ?[A-Z]{0,3}[ /]{0,2}[\d /]{0,8}|[^\w ][A-Z0-9/]{0,10})\.?$"
    known = re.fullmatch(r"\d{4,6}/.*(?:19|20)\d\d", number)
    broken = (re.search(rf"\b{head}{rest}", value) or _begun(value, head)) if known else None
    if broken is None or (pure(broken[0].rstrip(".")) and re.search(r"/(?:19|20)\d\d\.?$", broken[0])):
        return None
    return value[: broken.start()] + number


def _begun(value: str, head: str) -> re.Match[str] | None:
    """The first figures of a number of zeros before, at the end of a text that a seal cut: `auditoría 046`."""
    last = re.search(r"\b0\d{2,}$", value)
    return last if last and head.startswith(last[0]) else None


def _nearly(value: str, number: str) -> str | None:
    """One part between the same first and last parts misread as two characters: `04508/V45/2024` for VS."""
    head, _, rest = number.partition("/")
    middle, _, year = rest.rpartition("/")
    found = re.search(rf"\b{re.escape(head)}/(\w[\w ]{{0,4}})/{re.escape(year)}(?!\d)", value) if middle else None
    read = found[1].replace(" ", "").upper() if found else ""
    longer = any(read[:i] + read[i + 1 :] == middle for i in range(len(read)))  # `VSS`, `V5S`: a stroke read as one more
    near = longer or (not read.isalpha() and distance(read, middle) <= 1.5)
    if found is None or not middle.isalpha() or not near:
        return None
    return value[: found.start(1)] + middle + value[found.end(1) :]


@lru_cache(maxsize=512)
def _misread(number: str) -> re.Pattern[str]:
    """Everything that recognition may make of a number: confused characters, marks lost or read as strokes."""
    parts = (f"[{re.escape(char + confused_with(char))}]" if char.isalnum() else _LOST for char in number)
    return re.compile(rf"(?<!\w){''.join(parts)}(?![\w/])")


def numbers_said_again(value: str, lines: Iterable[Line]) -> bool:
    """Whether each number of three digits or more in a text of the letter stands in it twice: one misread digit is like any other, and
    the letter alone can tell."""
    whole = " ".join(line.text for line in lines)
    return all(whole.count(one) > 1 for one in _FIGURES.findall(value) if sum(c.isdigit() for c in one) >= 3)


def spelt_again(value: str, lines: Iterable[Line], *, names: bool = False) -> str:
    """The text with accents that capitals or recognition lost on words which the letter writes only with them elsewhere; with `names`
    also on words with a capital that it writes with one somewhere."""
    said: dict[str, set[str]] = {}
    for word in (w for line in lines for w in line.words if w.confidence >= 0.8):
        bare = re.sub(r"^\W+|\W+$", "", word.text)
        if len(bare) >= 4 and (bare.islower() or (names and bare.istitle() and not bare.isascii())):
            said.setdefault(fold(bare), set()).add(bare)
    known = {key: form for key, forms in said.items() for form in forms
             if len(forms) == 1 and not form.isascii() and "ñ" not in form and key not in WORDS and not misspelt(form)}
    return re.sub(r"[A-Za-z]{4,}", lambda m: _like_case(known.get(m[0].lower(), m[0]), m[0]), value)


def said_nearly(value: str, lines: Iterable[Line]) -> str:
    """The text with each long word that nothing knows as the letter, or every letter, writes it but for one character: `mejoramiehto`."""
    said = {bare.lower() for line in lines for w in line.words if w.confidence >= SAID and len(bare := _BARE.sub("", w.text)) >= LONG}

    def near(match: re.Match[str]) -> str:
        word = match[0].lower()
        if word in WORDS or (word in said and not misspelt(word)):  # a word that was clearly read stays
            return match[0]
        long = {*(one for one in said if len(one) == len(word)), *_OF_LENGTH.get(len(word), ())}
        like = {one for one in long if sum(a != b for a, b in zip(one, word, strict=True)) == 1}
        known = [one for one in like if one in WORDS or not misspelt(one)]
        return _like_case(known[0], match[0]) if len(known) == 1 and known[0] not in (f"{word[:-1]}a", f"{word[:-1]}o") else match[0]

    return re.sub(rf"[^\W\d_]{{{LONG},}}", near, value)


def numbered_again(value: str, lines: Sequence[Line]) -> str:
    """The text with the numeral that the letter writes, wherever else it does, behind the name at its end: `La Loma II`."""
    bare = re.sub(r" (?!I{2,3}$)[HIl1|!]{2,3}$", "", value)  # one that was misread
    name = re.search(r"(?:\b[A-ZÁÉÍÓÚÑ][\w-]+ ){1,4}[A-ZÁÉÍÓÚÑ][\w-]+$", bare)
    whole = " ".join(line.text for line in lines)
    said = re.findall(rf"(?<!\w){re.escape(' '.join(name[0].split()[-2:]))}(?: (I{{2,3}}|IV)\b)?", whole) if name else []
    numerals = {one for one in said if one}
    return f"{bare} {numerals.pop()}" if len(numerals) == 1 and sum(not one for one in said) <= 1 else value


def _like_case(word: str, model: str) -> str:
    return word.upper() if model.isupper() else word.capitalize() if model[0].isupper() else word


def slashed(value: str) -> str:
    """A file's number at the end of a text with the slashes that were read as strokes or lost: `09511 VS 2025`."""
    return _FOLIO.sub(lambda m: "/".join(part.upper() for part in m.groups() if part), value)


def initials_of(lines: Iterable[Line]) -> Iterator[str]:
    """The initials of each line of a letterhead, also with a figure for an ordinal: `Segunda Sala Regional` -> `SSR`, `2SR`."""
    for line in lines:
        letters = "".join(fold(w)[0] for w in line.text.partition(",")[0].split() if w[:1].isalpha() and fold(w) not in SMALL_WORDS)
        if 3 <= len(letters) <= 7:
            yield letters.upper()
            first = line.plain.split()[0][:-1]
            yield from (f"{_ORDINALS.index(first) + 1}{letters[1:].upper()}",) if first in _ORDINALS else ()


def acronym(read: str, known: Iterable[str]) -> str | None:
    """The one known acronym that a part of a number was misread from (`55R` for SSR, `CGIJC` for CGJC); None when none is near."""
    wanted = read.upper()
    near = {one for one in known if one != wanted and _like(wanted, one)}
    return near.pop() if len(near) == 1 and wanted not in set(known) else None


def _like(read: str, known: str) -> bool:
    if distance(read, known) <= 0.75:
        return True
    shorter = {read[:i] + read[i + 1 :] for i, char in enumerate(read[:-1]) if char in "I1L|"}  # an end may be a letter that the line lacks
    figures = sum(char.isdigit() for char in read) == 1 and re.sub(r"\d", "", read) == known  # `3JST`: a speck read as a figure
    return figures or (len(known) >= 4 and known in shorter)
