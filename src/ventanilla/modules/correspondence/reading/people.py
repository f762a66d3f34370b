"""Names of people in lines, their posts, and to whom a letter goes (before `Presente`, or beside PARA:)."""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from ventanilla.core.documents.text import Word
from ventanilla.modules.correspondence.reading.lines import (
    Line,
    beside,
    fold,
    found,
    joined,
    line_of,
    proper,
    quality,
    surround,
    under,
)
from ventanilla.modules.correspondence.reading.model import Catalogue, Field
from ventanilla.modules.correspondence.reading.names import AFTER_J, EITHER, GIVEN, SMALL, known_share, mended, parted, spelt
from ventanilla.modules.correspondence.reading.spelling import unaccented
from ventanilla.modules.correspondence.reading.tails import FAINT, LOST, before_seal
from ventanilla.modules.correspondence.reading.witness import DOUBT

TITLE = re.compile(
    r"^\W*(?:(?:p\. ?[ao]|[l1i|]?ic|m\. ?v\. ?z|mtr[oa]|[i1l]n?g|arq|dra?|profra?|psic|biol|c\. ?p|l\. ?[cad](?:\. ?[ep])?"
    r"|m\. en [a-z]+|lcd[oa]|tec|cap|c)[.:/,]+[^\w]+|(?:lic|ing|arq|mtr[oa]|dra?)/"
    r"|(?:c\.p|m\.v\.?z|l\.a\.e|lic|mtr[oa]|ing|arq|dra?|profra?|lcd[oa]) +"
    r"|(?:licenciad[oa]|maestr[oa]|doctora?|ingenier[oa]"
    r"|arquitect[oa]|ciudadan[oa]) )+"
)
PRESENT = re.compile(r"^\W*p ?r ?e ?s ?e ?n ?t ?e ?s?\W*$")
CLEAR = 0.9  # confidence of a word that is no misread common name, however near one is
_CONFUSED = {frozenset(pair) for pair in ("il", "ij", "lj", "lt", "it", "ce", "co", "eo", "uv", "un", "mn", "hb", "rt", "ft", "fl", "gq")}
_ACUTE = str.maketrans("aeiou", "áéíóú")
_PLAIN_EZ = {"Jerez", "Cortez", "Valdez", "Inez", "Velez", "Yanez"}
_ONE = r"(?:(?:Mc|Mac|[A-Z]['’])?(?:[A-ZÁÉÍÓÚÑÜÖÄ][a-záéíóúñüöäçè]+|[A-ZÁÉÍÓÚÑÜÖÄ]{2,}))"
_SEAL = re.compile(r"\W*(?:vivienda|instituto|correspondencia|partes|anexos)\W*")
_LEFT = 0.3  # confidence of what a seal leaves before a name
_STROKE = re.compile(r"\W*(?!y|J\.)\w?\W*")
_INITIAL = re.compile(r"J\.|M[aA]\.?")
_PART = re.compile(rf"{_ONE}(?:-{_ONE})*|{_INITIAL.pattern}|de|la|las|los|del|y|san|santa|e|van|der|den|von|da|di|du")
POST = re.compile(
    r"\b(director|subdirector|rector|juez|jueza|actuari|magistrad|agente d|visitador|fiscal|supervisor|inspector|diputad|senador"
    r"|responsable|integrante|suscrit|analista|promotor|decan|consejer|alcald|prosecretari|proyectista|jef[ea]|coordinador|titular"
    r"|president|secretari|representante|deleg"
    r"|contralor|registrador|tesorer|sindic|regidor|encargad|subsecretari|gerente|administrador|auditor|vocal"
    r"|notari|procurador|comisionad|enlace|apoderad|residente|asesor|comite|tel\.?|unidad"
    r"|departamento|instituto|oficial)"
)
#: How a post begins behind a name and a comma; an article, or its first word, may be all that had room in the line.
_POST_BEGINS = re.compile(rf"(?:(?:el|la)(?: |$))?(?:{POST.pattern}|$)|agente$")
#: A post as whoever holds it is called; `secretaría` and `dirección` are offices, and without accents `secretaria` may be one.
HOLDER = re.compile(
    r"^\W*(?:(?:el|la|al|c\.) )*(?:(?:sub)?director|(?:vice)?rector|jef[ea]|coordinador|titular|(?:vice)?president[ea]|delegad[oa]"
    r"|encargad[oa]|gerente|administrador|regidor|sindic[oa]|tesorer[oa]|contralor|procurador|comisionad[oa]|vocal|residente"
    r"|(?:sub|pro)?secretario|juez|jueza|magistrad[oa]|fiscal|diputad[oa]|senador|gobernador|alcalde|alcaldesa|notario"
    r"|representante|apoderad[oa]|auditor)(?:a|es|as|s)?\b(?! de los trabajos)"
)
_NOT_NAME = re.compile(
    r"\b(primer[oa]?|visitador[ae]?|recibid|oficialia|c\.?c\.?p|anexo|asunto|vivienda|instituto|gobierno|lema|sufragio|abr|ene"
    r"|feb|folio|edificio|col|partes?|por|unidos|mesa|directiva|comunidad|patria|ciencia|trabajo|estado|mexico|municipal"
    r"|presente|atentamente|area|ano|enero|febrero|marzo|abril|mayo|junio|julio \d|agosto|septiembre|octubre|noviembre"
    r"|diciembre|servicios?|direccion|secretaria de|sin|otro|particular|saludo|reciba|cordial|nombre|firma|para|cualquier)\b|[@/]|\d{2}"
)
ORGANISATION = re.compile(r"^\W*(instituto|secretaria de|secretaria del|comision|gobierno|h\. ayuntamiento|consejo|fiscalia)\b")


def name_in(text: str) -> tuple[str, float]:
    """`(name, trust)` of a line that holds one person: its words of letters, without title and without specks of ink at either
    end; ("", 0) when it is none. A name of common words is surer than one of words never seen.
    """
    title = TITLE.match(fold(text))
    if re.fullmatch(r"\W*[“\"].+[”\"]\W*", text):
        return "", 0.0  # a motto: `“TIERRA Y LIBERTAD”`
    bare = text[title.end() if title else 0 :].strip(" .,;:-—_'’‘“”|/\\")
    behind = fold(bare.partition(",")[2])
    if known_share(bare.replace(",", "")) > 0.7 or (title and len(behind.split()) < 4 and not POST.search(behind)):
        bare = bare.replace(",", "")  # a speck: no name has one
    if _NOT_NAME.search(fold(bare)) or POST.match(fold(bare)) or re.search(r"\w, \w", bare):  # `Patria, Ciencia y Trabajo`
        return "", 0.0
    run = _run(bare.split())
    if any(c.isdigit() for w in run for c in w):
        return "", 0.0
    real = [w for w in run if fold(w) not in SMALL]
    if len(real) < 2 or len(run) > 9:
        return "", 0.0
    name = proper(" ".join(run))
    return name, _name_trust(name, real, title=bool(title), whole=len(run) == len(bare.split()))


def _run(words: list[str]) -> list[str]:
    """The words between specks: from the first to the last that can be part of a name; a title glued to it is taken off."""
    words = [name for word in _joined(words) for part in _unglued(word) for name in parted(part) if name]
    words = [w for i, w in enumerate(words) if not w.startswith("J.") or fold("".join(words[i + 1 : i + 2])) in AFTER_J]
    good = [i for i, w in enumerate(words) if _PART.fullmatch(w) or (len(w) > 3 and known_share(w))]
    while good and _no_start(words[good[0]]):
        good.pop(0)
    while good and (fold(words[good[-1]]) in SMALL or _speck(words[good[-1]]) or _of_seal(words[good[-1]])):
        good.pop()
    return words[good[0] : good[-1] + 1] if good else []


def _joined(words: Sequence[str]) -> list[str]:
    """The words with `O Farrill` as one, and with two pieces of one common name: `Argú elles`."""
    whole: list[str] = []
    for word in words:
        last = whole[-1] if whole else ""
        if last in ("O", "D") and re.match(r"[A-ZÁÉÍÓÚÑ][a-záéíóúñ]{2}|[A-ZÁÉÍÓÚÑ]{3}", word):
            whole[-1] = f"{last}'{word}"
        elif word.isalpha() and last.isalpha() and not known_share(last) and not known_share(word) and known_share(last + word):
            whole[-1] = last + word
        elif (torn := _torn(last, word)) is not None:
            whole[-1] = torn  # `Vi tor`
        elif word.isalpha() and last.isalpha() and not known_share(f"{last} {word}") and len(both := parted(last + word)) == 2:
            whole[-1:] = both  # `Án Gelaguilar`
        else:
            whole.append(word)
    return whole


def _torn(first: str, second: str) -> str | None:
    """The one given name of which two pieces are left and a letter between them is lost; None when there is none."""
    if not (first.isalpha() and second.isalpha() and 5 <= len(first + second) <= 11) or known_share(first) or known_share(second):
        return None
    start, end = fold(first), fold(second)
    names = [one for one in GIVEN if len(one) == len(first + second) + 1 and one.startswith(start) and one.endswith(end)]
    name = spelt(names[0].capitalize()) if len(names) == 1 else None
    return name.upper() if name and first.isupper() and second.isupper() else name


def _no_start(word: str) -> bool:
    return fold(word) in SMALL or (_speck(word) and not _INITIAL.fullmatch(word))


def _speck(word: str) -> bool:
    """One or two letters that are no surname of that length (`Ek`, `Uc`)."""
    return len(word) < 3 and not known_share(word)


def _of_seal(word: str) -> bool:
    """`ECIBIDO`: four letters or more of a word that seals have, and no common name."""
    return len(word) >= 4 and not known_share(word) and any(fold(word) in said for said in ("recibido", "oficialia", "despachado"))


def _unglued(word: str) -> list[str]:
    """`Arq.Rocío` -> `Rocío`; a short word that ends with a stop is (the rest of) a title, `Vitro.` for `Mtro.`, no part of the name."""
    inner = re.fullmatch(r"([A-ZÁÉÍÓÚÑ][a-záéíóúñü]{2,})([A-ZÁÉÍÓÚÑ][a-záéíóúñü]{2,})", word)
    if inner and known_share(mended(inner[1])) and known_share(mended(inner[2])):
        return [inner[1], inner[2]]  # `FloresMorates`
    if inner and len(inner[1]) <= 4 and not known_share(word) and not known_share(inner[1]) and known_share(mended(inner[2])):
        return [inner[2]]  # `InovGabriela`: a title that nobody could read
    led = re.fullmatch(r"([^\W\d]{2,4})-([^\W\d]{4,})", word)
    if led and not known_share(led[1]) and known_share(mended(led[2])):
        return [led[2]]  # `TC-IWVAN`
    glued = re.fullmatch(r"(?:lic|ing|arq|mtr[oa]|profra?|lcd[oa])([^\W\d]{4,})", word, re.IGNORECASE)
    if glued and not known_share(mended(word)) and known_share(mended(glued[1])):
        return [glued[1]]  # `MTRONÉSTOR`, `LICIESÚS`
    word = re.sub(r"^(?:lic|ing|arq|mtr[oa]|dra?|c(?:\.p)?)[-—,]+(?=\w{3})", "", word, flags=re.IGNORECASE).strip("-—|_,;:~>«<\"'“”")
    word = re.sub(r"^([DO])[*\"´`‘’'](?=[^\W\d]{3})", r"\1'", word)  # D'Alessio
    if _INITIAL.fullmatch(word):
        return [word]
    head, dot, tail = word.rpartition(".")
    if not dot:
        return [word]
    return [tail] if tail else [] if len(head) <= 4 or (len(head) == 5 and not known_share(head)) else [head]


def _name_trust(name: str, real: Sequence[str], *, title: bool, whole: bool) -> float:
    """What the look of a name is worth: a title before it, one style of letters, common words, at least three of them."""
    share = known_share(name)
    good = all(_PART.fullmatch(w) for w in real)
    if not good and share < 0.5:
        return 0.45 if title or sum(w[0].isupper() and len(w) > 2 for w in real) >= 2 else 0.3
    even = len({w.isupper() for w in real}) == 1
    trust = (0.97 if title and even else 0.93 if even else 0.6) * (1.0 if len(real) >= 3 else 0.7)
    trust *= 1.0 if share == 1 or (share >= 0.6 and title and good) else 0.9 if share >= 0.5 else 0.7
    return trust if good and whole else min(trust, 0.8)


def person_field(line: Line, catalogue: Catalogue, trust: float = 1.0) -> Field | None:
    """The name in a line, mended by common names, snapped to a known person where one alone is very near."""
    whole, line = line, _undated(line)
    name, sure = name_in(line.text)
    if not name:
        return None
    trust = trust if line is whole else min(trust, DOUBT)
    start = max(line.plain.find(fold(name.split()[0])), 0)
    clear = frozenset(re.sub(r"\W", "", fold(w.text)) for w in line.words if w.confidence >= CLEAR)
    return _known(_spelt(found(line, start, len(line.text), value=name, trust=min(trust, sure)), clear), catalogue)


def _undated(line: Line) -> Line:
    """The line without a seal's words and the faint figures at its end, and without what strokes leave."""
    kept = before_seal(line.words)
    line = _unstruck(line if len(kept) == len(line.words) else line_of(line.page, kept))
    last = max((i for i, w in enumerate(line.words, start=1) if not _of_moment(w)), default=0)
    return line if last in (0, len(line.words)) else line_of(line.page, line.words[:last])


def _of_moment(word: Word) -> bool:
    """Whether a word is of a seal: an hour, a year, figures that were hardly read, a word of its own hardly read."""
    if word.confidence < LOST and _SEAL.fullmatch(fold(word.text)):
        return True
    moment = re.fullmatch(r"\W*(?:\d{1,2}:\d\d|20\d\d)\W*", word.text)
    return bool(re.search(r"\d", word.text)) and (word.confidence <= FAINT or bool(moment))


def _unstruck(line: Line) -> Line:
    """The line without what a stroke leaves of hardly read words: a hyphen between two common names, `E/` before one, `-Z` alone."""
    words = tuple(_bare(word) for word in line.words if not _is_stroke(word))
    named = sum(bool(known_share(word.text)) for word in words[1:]) > 2
    if named and words[0].confidence < _LEFT and not known_share(mended(words[0].text)) and not TITLE.match(fold(words[0].text) + " "):
        words = words[1:]  # before a whole name of common words: `ASE EDGAR RANGEL ÁVILA`
    return line if words == line.words or not words else line_of(line.page, words)


def _is_stroke(word: Word) -> bool:
    """A mark or a letter hardly read, or two letters that are no name: `Gutiérrez Gi Guzmán`."""
    two = word.confidence < FAINT and re.fullmatch(r"[^\W\d]{2}", word.text) and _no_start(word.text)
    return (word.confidence < LOST and bool(_STROKE.fullmatch(word.text))) or bool(two and fold(word.text) not in SMALL)


def _bare(word: Word) -> Word:
    if word.confidence >= FAINT:
        return word
    text = word.text.replace("-", " ") if _two_names(word.text) else re.sub(r"^\w?[/\\|](?=[^\W\d]{4})", "", word.text)
    return word if text == word.text else replace(word, text=text)


def _two_names(text: str) -> bool:
    parts = text.split("-")
    return len(parts) == 2 and all(len(part) > 3 and known_share(mended(part)) for part in parts)


def _spelt(field: Field, clear: Collection[str]) -> Field:
    """Accents that recognition loses on capitals, and one misread letter of a word that was not `clear`, given back to common
    names; to be confirmed."""
    read = field.value.split()
    words = [spelt(word) if known_share(word) else unaccented(_ez(_mended(word, clear))) for word in read]
    value = re.sub(r"(?<=[gG])(?:ú(?=[ií])|(?:ú|ii)(?=[eé]))", "ü", " ".join(words))  # after g no other accent is spelt before e and i
    near = any(mended(word) != word for word in words)  # one letter from a common name: rare, or misread
    if near or any(fold(word) in EITHER for word in words):  # Erika or Érika: print alone cannot say
        field = replace(field, confidence=min(field.confidence, 0.88))
    if value == field.value:
        return field
    note = "Se restituyó el acento." if fold(value) == fold(field.value) else f"{field.value} corregido por un nombre común."
    return replace(field, value=value, confidence=min(field.confidence, 0.88), alternatives=(field.value,), corrections=(note,))


def _mended(word: str, clear: Collection[str]) -> str:
    """The common name that a word was misread from; a clear word only where the letter that differs is easily confused."""
    name = mended(word)
    a, b = fold(word), fold(name)
    differ = [frozenset(pair) for pair in zip(a, b, strict=False) if pair[0] != pair[1]]
    alike = len(a) == len(b) and all(pair in _CONFUSED for pair in differ)
    return word if a in clear and not alike else spelt(name)


def _ez(word: str) -> str:
    """`Chavez` -> `Chávez`: surnames in -ez carry the accent on the vowel before, if it has none."""
    match = re.fullmatch(r"([A-ZÑ][a-zñü]*?)([aeiou])([bcdfghj-nñp-tvxyz]+ez)", word)
    return match.group(1) + match.group(2).translate(_ACUTE) + match.group(3) if match and word not in _PLAIN_EZ else word


def _known(field: Field, catalogue: Catalogue) -> Field:
    wanted = fold(field.value)
    ranked = sorted(((SequenceMatcher(None, wanted, fold(one)).ratio(), one) for one in catalogue.people), reverse=True)[:2]
    if not ranked or ranked[0][0] < 0.88 or (len(ranked) > 1 and ranked[0][0] - ranked[1][0] < 0.06):
        return field
    near, name = ranked[0]
    if name == field.value:
        return replace(field, confidence=max(field.confidence, 0.97 if field.confidence > 0.5 else 0.8))
    sure = min(0.95, max(field.confidence, 0.95 if near >= 0.96 else 0.75))
    return replace(field, value=name, confidence=sure, corrections=(f"{field.value} corregido según el directorio.",))


def post_below(lines: Sequence[Line], i: int, stop: re.Pattern[str] = ORGANISATION) -> Field | None:
    """The post under a name: from a word of a post on, with its wrapped line."""
    rest = [one for one in lines[i + 1 : i + 5] if one.page == lines[i].page and _under(lines[i], one)]
    if not rest or not POST.match(rest[0].plain) or re.match(r"tel", rest[0].plain):
        return None
    taken = [rest[0]]
    for one in rest[1:]:
        if stop.match(one.plain) or _ends_post(taken, one):
            break
        taken.append(one)
    return _many(taken, proper(joined(taken)).rstrip("."), 0.89)


def _ends_post(taken: Sequence[Line], one: Line) -> bool:
    """Whether a line under a post is something else: a label, a person, a number, or not placed like its
    first line.
    """
    first, last = taken[0], taken[-1]
    left, centre = (
        abs(one.box[0] - first.box[0]),
        abs(one.box[0] + one.box[2] - first.box[0] - first.box[2]) / 2,
    )
    other = PRESENT.match(one.plain) or TITLE.match(one.plain) or re.search(r"\d|c\.c\.p|anexo|, |:$|^\W*\w+:", one.plain)
    return bool(other) or not _close(last, one) or last.box[2] - last.box[0] < 0.3 or min(left, centre) > 0.03


def _under(above: Line, one: Line) -> bool:
    lower = one.box[1] + one.box[3] > above.box[1] + above.box[3] + above.height  # what stands beside it is another column
    return lower and one.box[0] < above.box[2] + 0.12 and one.box[2] > above.box[0] - 0.12


def _close(above: Line, one: Line) -> bool:
    return one.box[1] - above.box[3] < above.height and one.page == above.page


def _many(lines: Sequence[Line], value: str, trust: float) -> Field:
    words = [w for line in lines for w in line.words]
    return Field(value, joined(lines), round(trust * quality(words), 3), lines[0].page, surround(words))


def labelled_person(lines: Sequence[Line], label: str, catalogue: Catalogue) -> tuple[Field | None, Field | None]:
    """`(name, post)` beside a label at the head of a memorandum; the name may be a column of its own."""
    for i, line in enumerate(lines):
        match = re.match(label, line.plain)
        if match and line.page == 1 and line.box[1] < 0.5:
            words = line.between(match.end(), len(line.text))
            target = _cut(line, words) if words else beside(lines, line)
            name = person_field(before_post(target), catalogue) if target else None
            if name and target:
                return name, _post_behind(lines, target) or post_below(lines, i if words else lines.index(target))
    return None, None


def before_post(line: Line) -> Line:
    """The words of a line to the comma before a post: `Lic. Ana Soto Paz, Directora` has the post on the same line."""
    commas = (i for i, w in enumerate(line.words[:-1]) if w.text.endswith(","))
    end = next((i for i in commas if _POST_BEGINS.match(line_of(line.page, line.words[i + 1 :]).plain)), None)
    if end is None:
        return line
    return line_of(line.page, (*line.words[:end], replace(line.words[end], text=line.words[end].text.rstrip(","))))


def _post_behind(lines: Sequence[Line], line: Line) -> Field | None:
    """The post behind a name and a comma, with the line of the same cell under it."""
    start = line.text.find(", ") + 2
    words = line.between(start, len(line.text)) if start > 1 else ()
    rest = under(lines, line)
    if not words:
        return None
    more = rest if rest and abs(rest.box[0] - line.box[0]) < 0.02 and ":" not in rest.text else None
    taken = [line_of(line.page, words), *([more] if more else [])]
    return _many(taken, proper(joined(taken)).rstrip("."), 0.85)


def _cut(line: Line, words: Sequence[Word]) -> Line:
    return line_of(line.page, line.words[len(line.words) - len(words) :])


def read_addressee(lines: Sequence[Line], catalogue: Catalogue) -> tuple[Field | None, Field | None]:
    """`(name, post)` of the addressee: the lines over `Presente`, or beside PARA:."""
    labelled = labelled_person(lines, r"^\W*(?:para|dirigido a|destinatari[oa]|a):\s*|^\W*para\W*$", catalogue)
    if labelled[0]:
        return labelled
    at = next((i for i, line in enumerate(lines) if PRESENT.match(line.plain)), None)
    if at is None:
        return None, None
    for i in range(at - 1, max(-1, at - 7), -1):
        if lines[i].page == lines[at].page and TITLE.match(lines[i].plain) and (name := person_field(lines[i], catalogue)):
            return name, post_below(lines, i)
    return None, None
