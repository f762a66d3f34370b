"""Who signs: the name under the closing formula, beside DE:, or that `el que suscribe` says."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from ventanilla.modules.correspondence.reading.bodies import INSTITUTION, UNIT
from ventanilla.modules.correspondence.reading.dates import CLOSE, near_seal
from ventanilla.modules.correspondence.reading.lines import Line, beside, fold, found, line_of, proper, under
from ventanilla.modules.correspondence.reading.model import Catalogue, Field
from ventanilla.modules.correspondence.reading.names import GIVEN, SMALL, SURNAMES, known_share
from ventanilla.modules.correspondence.reading.people import (
    HOLDER,
    POST,
    TITLE,
    before_post,
    labelled_person,
    name_in,
    person_field,
    post_below,
)
from ventanilla.modules.correspondence.reading.witness import DOUBT

_COPY = re.compile(
    r"^\W*(?:[ce]{1,2}[.:,]? ?[ce]{1,2}[.:,]? ?[pe]\b|ccp|[ce]\.?c\.? ?:|anexos?\b(?=\W*[a-z]{3})"
    r"|(?:con )?copia|elaboro:|reviso:)")
#: How a copy's line ends, whatever was read of its beginning.
_COPIED = re.compile(r"\bpara su (?:\w+ )?conocimiento|\bmismo fin\b|\.\W*presente\W*$")
#: What stands over a second name: who agreed, checked, wrote or received, and does not sign the letter.
_BESIDE = re.compile(
    r"^\W*(?:v[ou]\.? ?b[ou]\b|visto bueno|autorizo|aprobo|reviso|elaboro|valido|superviso|testigos?|recibi|enterad[oa]|de conformidad)\b")
_FOOT = re.compile(r"([A-ZÑÁÉÍÓÚ]{2,6})\s?/\s?[\wñ/*]{2,9}")
_ELECTRONIC = re.compile(r"(?:firma|firmad[oa]|sello) (?:electronic|digital)|cadena original|certificado|firma autografa")
_FIRM = re.compile(
    r"^\W*(?:(?:documento )?firmad[oa] (?:(?:electronica|digital)mente )?por|firmante|signatari[oa]"
    r"|nombre(?: del firmante| de quien firma)?)\W*:\s*")
_SUBSCRIBES = re.compile(r"(?:[Ee]l|[Ll]a|[Qq]uien|QUIEN|EL|LA)(?: que)? suscribe,? ([^,]{8,60}),")
#: How an escrito begins: `ANA SOTO LIMA, en mi carácter de apoderada …`.
_PRESENTED = re.compile(r"^\W*((?:[A-ZÁÉÍÓÚÑ'’]{2,} ){2,5}[A-ZÁÉÍÓÚÑ'’]{2,}), (?:en mi car[aá]cter de|por mi propio derecho)\b")
_IN_PLACE = re.compile(r"^\W*p\. ?[aop]\. ?\W*(?=[a-z]{2})")  # `P.A. Lic. Ana Soto`: signs in another's absence
REACH = 12  # lines from the closing formula to the name: a motto, a post and the specks of a signature stand between
_DOUBLE = {
    "maria", "ana", "jose", "juan", "luis", "miguel", "rosa", "francisco", "norma", "martha", "karla", "victor", "jorge", "teresa",
    "carlos", "marco", "luz", "blanca", "julio", "cesar", "alma", "laura",
}


def read_signatory(lines: Sequence[Line], catalogue: Catalogue) -> tuple[Field | None, Field | None]:
    """`(name, post)` of who signs."""
    labelled = labelled_person(lines, r"^\W*(?:de|remite|remitente|suscribe):\s*|^\W*(?:de|remitente)\W*$", catalogue)
    if labelled[0]:
        return labelled
    stated = _stated(lines, catalogue)
    if stated[0]:
        return stated
    signed = _best(list(_candidates(lines, catalogue)), lines)
    return _with_evidence(signed[0], lines), signed[1]


def _stated(lines: Sequence[Line], catalogue: Catalogue) -> tuple[Field | None, Field | None]:
    """Whom an electronic signature names: behind `Firmado electrónicamente por:`, or behind `Nombre:` beside the seal of one."""
    chains = [i for i, line in enumerate(lines) if _ELECTRONIC.search(line.plain)]
    for i, line in enumerate(lines):
        label = _FIRM.match(line.plain)
        if not label or (line.plain.lstrip(" .-").startswith("nombre") and not any(abs(i - j) < 7 for j in chains)):
            continue
        words = line.between(label.end(), len(line.text)) if label.end() < len(line.text) else ()
        target = line_of(line.page, words) if words else beside(lines, line) or under(lines, line)
        name = person_field(before_post(target), catalogue) if target else None
        if name and target:
            return name, post_below(lines, i if words else lines.index(target))
    return None, None


Candidate = tuple[float, Field, Field | None]


def _best(options: Sequence[Candidate], lines: Sequence[Line]) -> tuple[Field | None, Field | None]:
    """The likeliest; of two who sign side by side the one to the left, and not surely unless the other one only agreed or checked."""
    best = max(options, key=lambda o: o[0], default=None)
    if best is None:
        return None, None
    level = [o for o in options if _side_by_side(best[1], o[1])]
    agreed = _only_agreed(best[1], lines)
    peers = [o for o in level if agreed or o[2] is not None or known_share(o[1].value) >= 0.5 or _titled(o[1], lines)]
    signing = [o for o in (best, *peers) if not _only_agreed(o[1], lines)]
    _, name, post = min(signing, key=lambda o: o[1].box[0]) if signing else best
    return (replace(name, confidence=min(name.confidence, DOUBT)) if len(signing) != 1 and peers else name), post


def _titled(name: Field, lines: Sequence[Line]) -> bool:
    """Whether the line of a name begins with a title: a name of rare words is one all the same."""
    return any(line.page == name.page and line.box[1] <= name.box[1] + 0.002 < line.box[3] and line.box[0] <= name.box[0] <= line.box[2]
               and TITLE.match(line.plain) for line in lines)


def _side_by_side(one: Field, other: Field) -> bool:
    """Whether two names stand at nearly the same height in two columns of the same page."""
    level = abs(one.box[1] - other.box[1]) < 3.5 * (one.box[3] - one.box[1])
    return one.page == other.page and level and (one.box[0] > other.box[2] or one.box[2] < other.box[0])


def _only_agreed(name: Field, lines: Sequence[Line]) -> bool:
    """Whether `Vo. Bo.`, `Revisó` or the like stands over a name, or before it in its line."""
    middle, top = (name.box[0] + name.box[2]) / 2, name.box[1]
    return any(
        _BESIDE.match(line.plain) and line.box[0] - 0.04 < middle < line.box[2] + 0.16 and -0.005 < top - line.box[1] < 0.12
        for line in lines if line.page == name.page
    )


def _candidates(lines: Sequence[Line], catalogue: Catalogue) -> Iterator[Candidate]:
    """Every name under a closing formula, with what speaks for it; where none is under one, names with a post in the lower half."""
    closes = [i for i, line in enumerate(lines) if CLOSE.match(line.plain) and not near_seal(lines, i)]
    under_formula = [one for at in closes[-2:] for one in _candidates_at(lines, at, catalogue)]
    before = [line for line in lines if line.page < lines[-1].page]  # the last page may hold copies alone
    free = under_formula or list(_candidates_at(lines, -1, catalogue))
    yield from free or (_candidates_at(before, -1, catalogue) if before else ())


def _candidates_at(lines: Sequence[Line], at: int, catalogue: Catalogue) -> Iterator[Candidate]:
    """The names under the formula in line `at`, or in the lower half (-1)."""
    initials = _initials(lines)
    for i in _reach(lines, at):
        field, last = _named(lines, i, catalogue)
        if field and not _COPIED.search(lines[i].plain):
            post = post_below(lines, last) or _post_above(lines, i)
            yield _weight(field, lines, (at, i), post is not None, initials), _far(field, at, post), post


def _named(lines: Sequence[Line], i: int, catalogue: Catalogue) -> tuple[Field | None, int]:
    """The name in line i with the surnames that a narrow column put under it, and the index of its last line."""
    if CLOSE.match(lines[i].plain) or (INSTITUTION.match(lines[i].plain) and not known_share(lines[i].words[0].text)):
        return None, i  # the house under the post of who signs
    line, below = lines[i], under(lines, lines[i])
    rest = before_post(below) if below else None
    if rest is None or below is None or not (_may_be_surnames(line, rest) and _placed(line, below)):
        return person_field(before_post(line), catalogue), i
    if not (_lacks(line, rest, lines) or rest is not below):
        return _doubted(person_field(before_post(line), catalogue)), i
    first = line.words
    glued = replace(rest.words[0], text=first[-1].text + rest.words[0].text)
    whole = (*first[:-1], glued, *rest.words[1:]) if first[-1].text.endswith("-") else (*first, *rest.words)
    return _doubted(person_field(line_of(line.page, whole), catalogue)), lines.index(below)


def _doubted(field: Field | None) -> Field | None:
    return replace(field, confidence=min(field.confidence, DOUBT)) if field else None


def _may_be_surnames(line: Line, rest: Line) -> bool:
    """Whether the words under a name may go on with it: few, in the same letters, no post, no office."""
    few = 1 <= sum(fold(w.text) not in SMALL for w in rest.words) <= 4 and len(line.words) <= 8
    said = re.sub(r"^(?:el|la) ", "", rest.plain)
    if not few or any(p.match(said) for p in (POST, HOLDER, INSTITUTION, UNIT, CLOSE)) or not name_in(line.text)[0]:
        return False
    named = all(re.fullmatch(r"[A-ZÁÉÍÓÚÑÜ][\w'’-]+|de|la|del|los|y", w.text) for w in rest.words)
    return named and line.text.isupper() == rest.text.isupper() and rest.box[1] - line.box[3] < 1.2 * line.height


def _placed(line: Line, below: Line) -> bool:
    """Whether two lines begin at the same place or have the same middle."""
    return min(abs(line.box[0] - below.box[0]), abs(line.box[0] + line.box[2] - below.box[0] - below.box[2]) / 2) < 0.02


def _lacks(line: Line, rest: Line, lines: Sequence[Line]) -> bool:
    """Whether a name is not whole without the line under it: it ends open, has not two surnames yet, or a post follows that line."""
    words = [w for w in line.plain.split() if "." not in w and w not in SMALL]
    given = max((i for i, w in enumerate(words) if w in GIVEN and w not in SURNAMES), default=0)
    after = under(lines, rest)
    torn = re.search(r"-$|\b(?:de|del|la|las|los|y|san|santa)$", line.plain) or re.match(r"(?:de|del|la) ", rest.plain)
    rare = len(rest.words) == 1 and known_share(" ".join(words)) < 1  # an unknown given name may be two
    return bool(torn or rare or len(words) - given <= 2 or known_share(rest.text) == 1 or (after and POST.match(after.plain)))


def _reach(lines: Sequence[Line], at: int) -> range:
    """The lines under a formula to the copies at the foot; without a formula those of the last page's lower half."""
    page = lines[at].page
    half = 0.45 if page == lines[0].page else 0.0
    start = at + 1 if at >= 0 else next((i for i, line in enumerate(lines) if line.page == page and line.box[1] > half), len(lines))
    said = [i for i in range(start, len(lines)) if any(len(w.text) > 2 and w.confidence > 0.3 for w in lines[i].words)]
    end = said[REACH] if at >= 0 and len(said) > REACH else len(lines)
    stop = next((i for i in range(start, end) if lines[i].page > page + 1 or _COPY.match(lines[i].plain)), end)
    return range(start, stop)


def _far(field: Field, at: int, post: Field | None) -> Field:
    """A name without a closing formula above it is doubtful, and more so without a post."""
    return field if at >= 0 else replace(field, confidence=round(field.confidence * (0.85 if post else 0.6), 3))


def _weight(field: Field, lines: Sequence[Line], at: tuple[int, int], post: bool, initials: str) -> float:
    line, head = lines[at[1]], lines[at[0]] if at[0] >= 0 else None
    score = field.confidence + 0.4 * known_share(field.value) + 0.25 * bool(TITLE.match(line.plain)) + 0.25 * post
    score += 0.5 * bool(_IN_PLACE.match(line.plain))
    score += 0.4 * bool(initials and _own(field.value) == initials)
    score -= 0.5 * near_seal(lines, at[1]) + 0.02 * (at[1] - at[0] if head else 0)
    tall = sorted(one.height for one in lines if one.page == line.page and len(one.words) > 5)
    score -= 0.5 * bool(tall and line.height < 0.78 * tall[len(tall) // 2])  # copies stand in smaller letters than the text
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
    said = _SUBSCRIBES.search(text) or next((m for line in lines if (m := _PRESENTED.match(line.text))), None)
    if said and (not field or SequenceMatcher(None, fold(field.value), fold(said.group(1))).ratio() > 0.5):
        return _said(said.group(1).strip(), field, lines)
    if not field:
        return None
    initials = _initials(lines)
    field = _as_signed(field, initials)
    factor = (1.0 if _own(field.value) == initials else 0.85) if initials else 0.85 if _maybe_cut(field.value) else 1.0
    return replace(field, confidence=round(field.confidence * factor, 3))


def _as_signed(field: Field, initials: str) -> Field:
    """The name without its last word when that alone keeps it from the initials at the foot: `GÓMEZ ECIBIDO`, a seal's word."""
    name, _, noise = field.value.rpartition(" ")
    if not initials or len(name.split()) < 3 or known_share(noise) or _own(field.value) == initials or _own(name) != initials:
        return field
    note = f"{field.value} corregido según las iniciales al pie."
    return replace(field, value=name, confidence=min(field.confidence, DOUBT), corrections=(*field.corrections, note))


def _maybe_cut(name: str) -> bool:
    """Three words of which the first often is half of a double name: the last surname may be lost."""
    return len(name.split()) < 4 and fold(name.split()[0]) in _DOUBLE


def _said(name: str, field: Field | None, lines: Sequence[Line]) -> Field | None:
    line = next((one for one in lines if re.search(r"suscribe", one.plain) or name in one.text), None)
    title = TITLE.match(fold(name))
    name = name[title.end() if title else 0 :]
    if line is None or not name_in(name)[0]:
        return field
    start = line.plain.find("suscribe") + 9 if "suscribe" in line.plain else max(line.text.find(name), 0)
    read = found(line, start, min(start + len(name) + 2, len(line.text)), value=proper(name), trust=0.96, raw=name)
    if field and known_share(field.value) > known_share(read.value):
        return replace(field, confidence=round(min(field.confidence, 0.88), 3), alternatives=(read.value,))
    if field and fold(field.value) != fold(read.value):
        return replace(read, confidence=round(min(read.confidence, 0.88), 3), alternatives=(field.value,))
    return read
