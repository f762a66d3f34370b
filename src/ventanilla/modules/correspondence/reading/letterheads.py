"""Which lines of a letterhead name a body, and which a unit of it: lines that go on, columns, what the rest of the letter says again."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ventanilla.core.documents.text import Word
from ventanilla.modules.correspondence.reading.blocks import referring, value_of
from ventanilla.modules.correspondence.reading.bodies import (
    BODY,
    COMPANY,
    GENERIC,
    HOUSE,
    INNER,
    INSTITUTION,
    POWER,
    SUFFIX,
    UNIT,
)
from ventanilla.modules.correspondence.reading.dates import in_seal
from ventanilla.modules.correspondence.reading.lines import (
    SMALL_WORDS,
    Line,
    fold,
    joined,
    line_of,
    overlapping,
    quality,
    speck,
    under,
)
from ventanilla.modules.correspondence.reading.number import LABEL
from ventanilla.modules.correspondence.reading.people import HOLDER
from ventanilla.modules.correspondence.reading.tails import FAINT, LOST, UNREAD

_STOP = re.compile(
    r"^\W*(?:para|de) ?:|"
    r"^\W*(?:asunto|oficio|dependencia|seccion|expediente|folio|fecha|no\b|num|av\.|calle|plaza|tel)\b|\b(?:19"
    r"|20)\d\d\b|[“”\"@]|c\.p\. ?\d|recibid|oficialia(?! mayor)|^\W*gobierno\b"
)
_HOUR = re.compile(r" \d\d:\d\d\b")
_NO_NAME = re.compile(r"\d|[“”\"@:]|\bano d")
_OPEN = re.compile(r"\b(?:y|e|de|del|la|las|los|para|en|el)$|,$")  # a line that goes on, and how the next then may begin
#: `Escuela Secundaria No.` / `33 “José María Morelos”`, `… de la Escuela` / `Primaria …`.
_NUMERO = re.compile(r"(?<=\w) (?:no\.|num\.|numero|escuela|jardin de ninos|telesecundaria)$")
_INNER_START = re.compile(r"(?:y|e|de|del|al|para|en|con) ")
_RING = re.compile(r"[(\[{]\w?[)\]}]")  # of a logo
_HONOURED = re.compile(r"\W*h\.? ayuntamiento")
_TOWN = re.compile(r"\W*gobierno (?:municipal|del municipio) de ")  # a body only where no other stands over the units
#: An address of mail or web, its sign misread: `notaria46(Wejemplo.mx`.
_WEB = re.compile(r"\w\.(?:(?:com|gob|org|edu|net)\.)?mx\b|\w\.(?:com|org|net)\b|www\.|@")
_COPY = re.compile(r"\W*(?:c[.,]? ?c[.,]? ?[pe]\b|con copia)")
_HALF_FORM = re.compile(r"(?:s\. ?a\.|r\. ?l\.) de(?: \W?)?$")
_STATED = re.compile(r"^\W*(?:dependencia|institucion|remitente|organismo|empresa)\W*$")
_LABELLED = re.compile(r"^\W*(?:dependencia|instituci[oó]n|organismo)\W+")
CLEAR = 0.8  # confidence of a digit that is one
HARDLY = 0.6  # confidence; a line whose words are all under it was not read
HEAD = 0.3  # of the page: where letterheads and logos stand
Groups = list[list[Line]]


def letterhead(head: Sequence[Line]) -> Sequence[Line]:
    """The part of the head above number, date and subject, when it names an organisation; else the whole
    head.
    """
    stop = next(
        (
            i
            for i, line in enumerate(head)
            if (LABEL.match(line.plain) and re.search(r"\d", line.plain)) or re.search(r"^\W*asunto|\bde 20\d\d$", line.plain)
        ),
        len(head),
    )
    above = [line for i, line in enumerate(head) if i < stop or _left_of(line, head[stop])]
    return above if any(INSTITUTION.match(one.plain) or COMPANY.search(one.plain) for one in above) else head


def _left_of(line: Line, label: Line) -> bool:
    """The end of a letterhead that goes on in a column to the left of the number."""
    return line.box[2] < label.box[0] - 0.02 and line.box[1] - label.box[1] < 0.04 and not re.search(r"\d|:", line.plain)


def without_logos(lines: Sequence[Line]) -> list[Line]:
    """The lines of the first page without addresses of mail and web, those of the head without what a logo left before them, or a
    seal behind them."""
    named = [line for line in lines if len(line.words) > 2 or not _WEB.search(line.plain)]
    return [_untailed(_unstamped(_led(line))) if line.box[1] < HEAD else line for line in named or lines]


def _led(line: Line) -> Line:
    """A line of the head without the faint short words before its first capital word: a logo read as `cen` or `Loco`, or as one
    letter that is much taller than the word behind it."""
    if re.match(r"[fkmn]\. ayuntamiento", line.plain):
        line = line_of(line.page, (replace(line.words[0], text="H."), *line.words[1:]))
    words = _initialled(line.words[1:] if _is_logo(line) else line.words)
    start = next((i for i, w in enumerate(words[:3]) if (w.confidence >= FAINT and not _RING.fullmatch(w.text)) or len(w.text) > 5), 0)
    words, start = (line.words, 0) if _HONOURED.match(line.plain) else (words, start)
    whole = len(words) - start > 1 or (len(words[-1].text) > 4 and words[-1].text.isupper())
    clear = start and whole and len(words[start].text) > 3 and words[start].text[:1].isupper()
    return line_of(line.page, words[start:]) if clear else line_of(line.page, words) if words is not line.words else line


def _initialled(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """With the first letter of a body's name that stood apart in large letters: `N OTARÍA PÚBLICA`."""
    first, *rest = words
    torn = len(first.text) == 1 and first.text.isupper() and bool(rest) and rest[0].text.isupper() and len(rest[0].text) > 3
    whole = line_of(0, (replace(first, text=first.text + rest[0].text, x1=rest[0].x1), *rest[1:])) if torn else None
    return whole.words if whole and INSTITUTION.match(whole.plain) and not INSTITUTION.match(fold(rest[0].text)) else words


def _is_logo(line: Line) -> bool:
    """Whether a line begins with one letter, faint or half as tall again as the capital word behind it: `Ñ Movilidad`."""
    first, *rest = line.words
    lone = len(first.text) == 1 and bool(rest) and len(rest[0].text) > 3 and rest[0].text[:1].isupper()
    return lone and (first.confidence < FAINT or first.y1 - first.y0 > 1.5 * (rest[0].y1 - rest[0].y0))


def _unstamped(line: Line) -> Line:
    """A body's line without the hour of a seal that ran into it: `H. AYUNTAMIENTO DE JILOTEPEC 09720Zs 10:00`."""
    if not _HOUR.search(line.text) or not INSTITUTION.match(line.plain):
        return line
    end = next(i for i, w in enumerate(line.words) if re.search(r"\d", w.text))
    return line_of(line.page, line.words[:end]) if end > 2 else line


def _untailed(line: Line) -> Line:
    """A line of the head without what a logo or a stroke left behind it: `SECRETARÍA DEL TRABAJO Tl a`, `Integral del Agua 1`."""
    words = line.words
    while len(words) > 1 and _of_logo(words[-1], words[:-1], cut=len(words) < len(line.words)):
        words = words[:-1]
    return line_of(line.page, words) if len(words) < len(line.words) else line


def _of_logo(last: Word, rest: Sequence[Word], *, cut: bool) -> bool:
    """Whether the last of a line's words is none: short and hardly read, small letters behind capitals, a digit that counts nothing."""
    bare, faint = re.sub(r"\W", "", last.text), last.confidence < FAINT
    capitals = [w.text.isupper() for w in rest if len(w.text) > 3]
    if "." in last.text or len(bare) > 4 or not capitals or re.fullmatch(r"[IVX]+", bare):
        return False
    if len(bare) == 1 and bare.isdigit():
        return (cut or last.confidence < CLEAR) and fold(rest[-1].text) not in ("no.", "num.", "numero", "sala", "zona", "unidad")
    other = all(capitals) != last.text.isupper()  # small letters behind capitals, or capitals behind small ones
    if fold(bare) in SMALL_WORDS:
        return other and (last.confidence < UNREAD or (faint and (cut or not all(capitals))))
    return faint and (len(bare) <= 2 or (other and all(capitals)))


def organisations(lines: Sequence[Line], head: Sequence[Line], *, numbered: bool) -> tuple[Groups, Groups]:
    """`(organisations, units)` as groups of wrapped lines: what `Dependencia` names, else the letterhead, else (of a letter with
    a number, so not a citizen's) its largest line, else what stands under the signature, else the highest unit."""
    own = referring(head)
    head = [line for line in head if line not in own]
    groups = _starting([_wrapped(head, i) for i, line in enumerate(head) if _heads(line)])
    stated = [_wrapped(lines, lines.index(value)) for line in head if _STATED.match(line.plain)
              and (value := value_of(lines, line)) and len(value.text) > 7 and _labels(line, value, under(lines, line))]
    names = _placed([g for g in groups if INSTITUTION.match(g[0].plain) or COMPANY.search(joined(g).lower())])
    stated = [g for g in stated if not _of_a_house(g[0], names)]
    names = [g for g in names if _fuller(g, names) is g] if not stated else [_fuller(g, names) for g in stated]
    units = [g for g in groups if g not in names]
    names = _inside_out([_as_said(g, head, lines) for g in _told(names, numbered=numbered)])
    names = names or ([] if numbered else _company_below(lines))
    if not names and numbered:
        names = _towns(head) or _repeated(head, lines) or _above(head, units) or _highest(head) or _largest(head)
        names = [_closed(g, lines) for g in names] or _under_signature(lines) or _foremost(units)
        units = [g for g in units if g not in names]
    return names, units


def _labels(label: Line, value: Line, after: Line | None) -> bool:
    """Whether `ORGANISMO` is a label: with a colon, or its value stands in its row and nothing goes on under it as in a narrow column."""
    if ":" in label.text or label.plain.startswith("dependencia"):
        return True
    level = abs(label.box[1] - value.box[1]) < label.height
    return level and not (after is not None and abs(after.box[0] - label.box[0]) < 0.01)


def _of_a_house(stated: Line, names: Groups) -> bool:
    """Whether what `Dependencia` names is a unit of the body over it: a `Sindicatura`, a `Presidencia Municipal` under its town hall."""
    housed = any(HOUSE.match(g[0].plain) for g in names)
    return bool(names and UNIT.match(stated.plain)) or bool(housed and INNER.match(stated.plain))


def _placed(names: Groups) -> Groups:
    """Without the municipality that only says where another body is: `Municipio de Lerma, Estado de México` under an ejido."""
    bodies = [g for g in names if not re.match(r"municipio de\b", g[0].plain)]
    return bodies or names


def _told(names: Groups, *, numbered: bool) -> Groups:
    """Without what is but the kind of a body, the rest of it not read: a seal's `INSTITUTO BEE`. A letter with a number has a body."""
    def read(group: list[Line]) -> str:
        return " ".join(fold(w.text) for line in group for w in line.words if w.confidence >= LOST and len(w.text) > 1)

    told = [g for g in names if not GENERIC.fullmatch(read(g))]
    return told or (names if numbered else [])


def _fuller(group: list[Line], names: Groups) -> list[Line]:
    """The name that goes on where a cell, or what covers it, broke this one off: both are one body."""
    said = _LABELLED.sub("", joined(group).lower())
    return next((g for g in names if joined(g).lower().startswith(f"{said} ")), group)


def _as_said(group: list[Line], head: Sequence[Line], lines: Sequence[Line]) -> list[Line]:
    """The lines of a name as the letter says it again: with the line under them, or without the last that only seemed to go on."""
    whole = " ".join(line.plain for line in lines)
    after = under(head, group[-1])
    if after and after not in group and whole.count(fold(joined([*group, after]))) > 1:
        return [*group, after]
    shorter = next((group[:k] for k in range(len(group) - 1, 0, -1) if _again(group[:k], group[k], lines)), group)
    return group if whole.count(fold(joined(group))) > 1 else shorter


def _again(name: Sequence[Line], rest: Line, lines: Sequence[Line]) -> bool:
    """Whether a line elsewhere is this name alone, and nothing under it goes on as in the head."""
    said = fold(joined(name)).strip(" .,")
    low = [line for line in lines if line.box[1] > 0.4 and line is not name[0] and line.plain.strip(" .,") == said]
    return any((after := under(lines, line)) is None or after.plain != rest.plain for line in low)


def _inside_out(names: Groups) -> Groups:
    """A power of the state that stands beside the names of its bodies comes before them: columns are read by height."""
    above = [g for g in names if POWER.match(g[0].plain)]
    bodies = [g for g in names if BODY.match(g[0].plain) or g[0].plain.startswith("secretaria de ")]
    return [*above, *(g for g in names if g not in above)] if bodies else names


def _starting(groups: Groups) -> Groups:
    """Without those that begin inside an earlier one: the wrapped end of a name is no other name."""
    return [g for i, g in enumerate(groups) if not any(g[0] is line for before in groups[:i] for line in before)]


def _largest(head: Sequence[Line]) -> Groups:
    """A line of the letterhead in larger letters than the rest, without digits: a house that no word gives away."""
    tall = sorted(line.height for line in head)
    some = [i for i, one in enumerate(head) if one.height >= 1.25 * tall[len(tall) // 2] and plain_name(one)]
    return [_wrapped(head, min(some, key=lambda i: -head[i].height))] if some else []


def plain_name(line: Line) -> bool:
    """Whether a line of the head may be the name of a body: words alone, no unit, no government, no reference, no legend."""
    other = UNIT.match(line.plain) or LABEL.match(line.plain) or _STOP.search(line.plain) or _NO_NAME.search(line.plain)
    worded = any(len(word.text) > 3 for word in line.words)  # no logo: `A Il`
    return 2 <= len(line.words) <= 10 and worded and not other and not line.text[0].islower() and quality(line.words) > 0.5


def _foremost(units: Groups) -> Groups:
    """Of units without a body over them the one that others belong to: an `Oficialía Mayor` before its directions."""
    great = [g for g in units if re.match(r"\W*(?:oficialia|contraloria|tesoreria|coordinacion general|subsecretaria)", g[0].plain)]
    return (great or units)[:1]


def _closed(group: list[Line], lines: Sequence[Line]) -> list[Line]:
    """A name that no word gives away, without the lines that only their place joins to it; all of it where the letter says it again."""
    end = next((k for k in range(1, len(group)) if guessed(group[k - 1 : k + 1])), len(group))
    again = " ".join(line.plain for line in lines).count(fold(joined(group))) > 1
    return group if again else group[:end]


def _towns(head: Sequence[Line]) -> Groups:
    """`Gobierno Municipal de …` with its wrapped lines, when no body else stands in the head."""
    return [_wrapped(head, i) for i, line in enumerate(head) if _TOWN.match(line.plain)][:1]


def _repeated(head: Sequence[Line], lines: Sequence[Line]) -> Groups:
    """What the letterhead says and the foot, or the lines under the signature, say again."""
    foot = {line.plain.strip(" .,") for line in lines if line.box[1] > 0.5 or line.page > 1}
    groups = [_wrapped(head, i) for i, line in enumerate(head) if plain_name(line)]
    return [g for g in groups if fold(joined(g)).strip(" .,") in foot or g[0].plain.strip(" .,") in foot][:1]


def _highest(head: Sequence[Line]) -> Groups:
    """The first line of the letterhead that may be a name, when it stands over everything that is labelled."""
    first = next((i for i, line in enumerate(head) if plain_name(line)), None)
    return [] if first is None or head[first].box[1] > 0.2 else [_wrapped(head, first)]


def _above(head: Sequence[Line], units: Groups) -> Groups:
    """The line right over the first unit, in no smaller letters: a body of a kind that no word gives away."""
    first = units[0][0] if units else None
    near = [line for line in head if first and 0 < first.box[1] - line.box[1] < 3 * line.height and overlapping(line, first)
            and line.height > 0.6 * first.height]
    return [[*_open_above(head, line), line] for line in near[-1:] if plain_name(line) or _TOWN.match(line.plain)]


def _open_above(head: Sequence[Line], line: Line) -> list[Line]:
    """The line that goes on in this one: `Sistema Mexiquense de` over `Medios Públicos`."""
    near = [one for one in head if one is not line and one.box[3] <= line.box[3] and overlapping(one, line) and plain_name(one)]
    above = max(near, key=lambda one: one.box[3], default=None)
    return [above] if above and _OPEN.search(above.plain) and _goes_on(above, line, 0.0) else []


def _under_signature(lines: Sequence[Line]) -> Groups:
    """The organisation that stands under name and post, at the end."""
    low = [i for i, one in enumerate(lines) if one.box[1] > 0.45 and len(one.words) <= 12 and one.text[:1].isupper()]
    named = [i for i in low if (INSTITUTION.match(lines[i].plain) or SUFFIX.search(lines[i].plain)) and not in_seal(lines, i)]
    return [[lines[named[-1]]]] if named else []


def _company_below(lines: Sequence[Line]) -> Groups:
    """The company of a letter without a head: its name with the legal form at the foot, or under the closing formula."""
    low = [line for line in lines if line.box[1] > 0.45 and len(line.words) <= 10 and line.text[:1].isupper()]
    named = [line for line in low if (form := COMPANY.search(line.plain)) and len(line.plain) - form.end() < 9 and form.start() > 7
             and not any(p.match(line.plain) for p in (HOLDER, _COPY)) and not _STOP.search(line.plain)]
    return [[max(named, key=lambda line: (line.page, line.box[1]))]] if named else []


def own_secretariats(names: list[list[Line]], units: list[list[Line]]) -> tuple[list[list[Line]], list[list[Line]]]:
    """Under a university or a town hall a "Secretaría Académica" or the "Presidencia Municipal" is a unit of it, under a national
    institute its centre in a state."""
    first = next((i for i, g in enumerate(names) if HOUSE.match(g[0].plain)), len(names))
    inner = [g for g in names[first + 1 :] if INNER.match(g[0].plain)]
    national = next((i for i, g in enumerate(names) if re.match(r"\W*(?:instituto|comision) nacional", g[0].plain)), len(names))
    inner += [g for g in names[national + 1 :] if re.match(r"\W*centro ", g[0].plain) and g not in inner]
    inner += [g for g in names[1:] if re.match(r"\W*centro [a-z]{3,6} (?:estado|[a-z]+$)", g[0].plain) and g not in inner]
    return [g for g in names if g not in inner], sorted([*units, *inner], key=lambda g: g[0].box[1])


def _heads(line: Line) -> bool:
    if LABEL.match(line.plain) or re.match(r"\W*asunto", line.plain):
        return False
    company = COMPANY.search(line.plain) and len(line.plain) < 80
    return bool(INSTITUTION.match(line.plain) or UNIT.match(line.plain) or company)


def _wrapped(head: Sequence[Line], i: int) -> list[Line]:
    """Line i and the wrapped lines under it: same size, close, in the same column, starting nothing new."""
    taken = [head[i]]
    for one in head[i + 1 :]:
        if _beside(taken[-1], one) or one.height < 0.4 * taken[-1].height or _faint(one) or speck(one):  # another column, or specks
            continue
        if not _goes_on(taken[-1], one, _room(head, taken[-1])):
            break
        taken.append(one)
    return taken


def _faint(one: Line) -> bool:
    """A speck of few letters, or a line of which no word was read: a stroke, the edge of a seal."""
    return (len(one.text) <= 3 and quality(one.words) < 0.8) or all(word.confidence < HARDLY for word in one.words)


def _room(head: Sequence[Line], line: Line) -> float:
    """How much of its column's width a line leaves free: what stands under a line with room for it was put there on purpose."""
    wide = line.box[2] - line.box[0]
    near = [o.box for o in head if abs(o.box[1] - line.box[1]) < 0.06
            and 2 * (min(o.box[2], line.box[2]) - max(o.box[0], line.box[0])) > wide]
    return max(b[2] for b in near) - min(b[0] for b in near) - wide


def _beside(above: Line, one: Line) -> bool:
    """At the same height, or in another column."""
    apart = one.box[2] < above.box[0] - 0.02 or one.box[0] > above.box[2] + 0.02
    return one.box[1] < (above.box[1] + above.box[3]) / 2 or apart


def _goes_on(above: Line, one: Line, room: float) -> bool:
    gap, alike = (one.box[1] - above.box[3]) / above.height, one.height / above.height
    quoted = above.text.count("“") > above.text.count("”") and one.text.count("”") > one.text.count("“")
    if (SUFFIX.match(one.plain) or quoted or _NUMERO.search(above.plain)) and gap < 1.3:
        return True
    if _heads(one) or _STOP.search(one.plain) or LABEL.match(one.plain):
        return False
    if _HALF_FORM.search(above.plain):
        return bool(re.match(r"\W*c\. ?v", one.plain))
    left = abs(one.box[0] - above.box[0]) < 0.012 and 0.35 < alike < 2.8  # a stroke makes the one box taller
    if GENERIC.fullmatch(above.plain) or _INNER_START.match(one.plain):  # begins inside a name
        return gap < 1.3 and (0.5 < alike < 1.9 or left)
    same = 0.55 < alike < 1.7 if len(one.words) == 1 else 0.72 < alike < 1.38  # one word says little of the size of its letters
    if _OPEN.search(above.plain):
        return gap < 1.3 and (same or left)
    full = room < one.words[0].x1 - one.words[0].x0 + 0.01
    same = same or (full and above.text.isupper() and one.text.isupper() and 0.65 < alike < 1.6)  # accents make boxes taller
    return full and gap < 1.6 and same and len(one.words) <= 7


def guessed(group: Sequence[Line]) -> bool:
    """Whether nothing but its place says that a line goes on with the name over it."""
    return any(
        not (_OPEN.search(above.plain) or GENERIC.fullmatch(above.plain) or _INNER_START.match(one.plain) or SUFFIX.match(one.plain))
        for above, one in pairwise(group)
    )
