"""Who signs and to whom: names behind `Atentamente`, before `Presente`, or beside DE: and PARA:."""

import re
from collections.abc import Sequence
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
)
from ventanilla.modules.correspondence.reading.model import Catalogue, Field

TITLE = re.compile(
    r"^\W*(?:(?:[l1i|]?ic|mtr[oa]|[i1l]n?g|arq|dra?|profra?|psic|biol|c\. ?p|l\. ?[cad](?:\. ?[ep])?"
    r"|m\. en [a-z]+|lcd[oa]|tec|cap|c)\.+[^\w]+|(?:licenciad[oa]|maestr[oa]|doctora?|ingenier[oa]"
    r"|arquitect[oa]|ciudadan[oa]) )+"
)
CLOSE = re.compile(r"^\W*a ?t ?e ?n ?t ?a ?m ?e ?n ?t ?e\b|^\W*(?:respetuosamente|cordialmente|protesto lo necesario)\b")
PRESENT = re.compile(r"^\W*p ?r ?e ?s ?e ?n ?t ?e ?s?\W*$")
_SMALL = {"de", "la", "del", "los", "las", "y", "san", "santa"}
_DOUBLE = {
    "maria",
    "ana",
    "jose",
    "juan",
    "luis",
    "miguel",
    "rosa",
    "francisco",
    "norma",
    "martha",
    "karla",
    "victor",
    "jorge",
    "teresa",
    "carlos",
    "marco",
}
_ACUTE = str.maketrans("aeiou", "áéíóú")
_PLAIN_EZ = {"Jerez", "Cortez", "Valdez", "Inez"}
#: Common names that lose their accent in capitals.
ACCENTS = {
    fold(name).capitalize(): name
    for name in [
        "García",
        "María",
        "José",
        "Jesús",
        "Óscar",
        "Ángel",
        "Ángela",
        "Ángeles",
        "Angélica",
        "Héctor",
        "Víctor",
        "Raúl",
        "Rubén",
        "Iván",
        "Sofía",
        "Lucía",
        "Rocío",
        "Verónica",
        "Mónica",
        "Martín",
        "Agustín",
        "Joaquín",
        "Andrés",
        "Tomás",
        "Nicolás",
        "Ramón",
        "Simón",
        "Germán",
        "Adrián",
        "Julián",
        "Fabián",
        "Sebastián",
        "Saúl",
        "Noé",
        "René",
        "Félix",
        "Díaz",
        "Ávila",
        "Dávila",
        "Ríos",
        "Mejía",
        "León",
        "Colín",
        "Albarrán",
        "Cortés",
        "Garduño",
        "Núñez",
        "Ibáñez",
        "Ordóñez",
        "Peña",
        "Piña",
        "Rincón",
        "Cárdenas",
        "Durán",
        "Galván",
        "Millán",
        "Farías",
        "Macías",
        "Bárbara",
        "Concepción",
        "Inés",
        "Álvaro",
        "Efraín",
        "Valentín",
        "Íñigo",
        "Zúñiga",
        "Muñoz",
        "Solís",
        "Tapia",
    ]
}
_POST = re.compile(
    r"\b(director|subdirector|jef[ea]|coordinador|titular|president|secretari|representante|deleg"
    r"|contralor|tesorer|sindic|regidor|encargad|subsecretari|gerente|administrador|auditor|vocal"
    r"|notari|procurador|comisionad|enlace|apoderad|residente|asesor|comite|tel\.?|unidad"
    r"|departamento|instituto|oficial)"
)
_NOT_NAME = re.compile(
    r"\b(recibid|oficialia|c\.?c\.?p|anexo|asunto|vivienda|instituto|gobierno|lema|sufragio|abr|ene"
    r"|feb|folio|edificio|col|parte|partes)\b|[@\d]"
)
ORGANISATION = re.compile(r"^\W*(instituto|secretaria de|secretaria del|comision|gobierno|h\. ayuntamiento|consejo|fiscalia)\b")


def name_in(text: str) -> tuple[str, float]:
    """`(name, trust)` of a line that holds one person: at least three words of letters; ("", 0) when it is
    none.
    """
    title = TITLE.match(fold(text))
    bare = text[title.end() if title else 0 :].strip(" .,;:-—_'’“”")
    words = bare.split()
    if re.search(r"\w, \w", bare):  # a motto: `Patria, Ciencia y Trabajo`
        return "", 0.0
    if not 2 <= len(words) <= 8 or _NOT_NAME.search(fold(bare)) or _POST.match(fold(bare)):
        return "", 0.0
    good = all(re.fullmatch(r"[A-ZÁÉÍÓÚÑÜ][a-záéíóúñü]+|[A-ZÁÉÍÓÚÑÜ]{2,}", w) or w.lower() in _SMALL for w in words)
    even = len({w.isupper() for w in words if w.lower() not in _SMALL}) == 1
    real = [w for w in words if w.lower() not in _SMALL]
    if not good:
        capital = sum(w[0].isupper() and len(w) > 2 for w in words)
        return (proper(bare), 0.45) if len(real) >= 2 and (title or capital >= 2) else ("", 0.0)
    return proper(bare), (0.97 if title and even else 0.9 if even else 0.6) * (1.0 if len(real) >= 3 else 0.7)


def person_field(line: Line, catalogue: Catalogue, trust: float = 1.0) -> Field | None:
    """The name in a line, snapped to a known person where one alone is very near."""
    name, sure = name_in(line.text)
    if not name:
        return None
    title = TITLE.match(line.plain)
    start = title.end() if title else 0
    return _accented(_known(found(line, start, len(line.text), value=name, trust=min(trust, sure)), catalogue))


def _accented(field: Field) -> Field:
    """Accents that recognition loses on capitals, given back to names that have them, to be confirmed by a
    person.
    """
    words = [ACCENTS.get(word, _ez(word)) for word in field.value.split()]
    value = " ".join(words)
    if value == field.value:
        return field
    return replace(
        field,
        value=value,
        confidence=min(field.confidence, 0.88),
        alternatives=(field.value,),
        corrections=("Se restituyó el acento.",),
    )


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


def read_signatory(lines: Sequence[Line], catalogue: Catalogue) -> tuple[Field | None, Field | None]:
    """`(name, post)` of who signs."""
    labelled = _label(lines, r"^\W*(?:de|remite|suscribe):\s*", catalogue)
    if labelled[0]:
        return labelled
    at = [i for i, line in enumerate(lines) if CLOSE.match(line.plain)]
    signed = _below(lines, at[-1], catalogue) if at else (None, None)
    return _with_evidence(signed[0], lines), signed[1]


def _below(lines: Sequence[Line], at: int, catalogue: Catalogue) -> tuple[Field | None, Field | None]:
    """The first name under the closing formula, on its page, and the lines right below it."""
    for i in range(at + 1, min(at + 9, len(lines))):
        if lines[i].page != lines[at].page or re.match(r"^\W*c\. ?c\. ?p", lines[i].plain):
            break
        name = person_field(lines[i], catalogue)
        if name:
            return name, _post_below(lines, i)
    return None, None


def _post_below(lines: Sequence[Line], i: int, stop: re.Pattern[str] = ORGANISATION) -> Field | None:
    """The post under a name: from a word of a post on, with its wrapped line."""
    rest = [one for one in lines[i + 1 : i + 5] if one.page == lines[i].page and _under(lines[i], one)]
    if not rest or not _POST.match(rest[0].plain) or re.match(r"tel", rest[0].plain):
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
    return one.box[0] < above.box[2] + 0.12 and one.box[2] > above.box[0] - 0.12


def _close(above: Line, one: Line) -> bool:
    return one.box[1] - above.box[3] < above.height and one.page == above.page


def _many(lines: Sequence[Line], value: str, trust: float) -> Field:
    words = [w for line in lines for w in line.words]
    return Field(value, joined(lines), round(trust * quality(words), 3), lines[0].page, surround(words))


def _with_evidence(field: Field | None, lines: Sequence[Line]) -> Field | None:
    """Initials at the foot, or `el que suscribe, …`, confirm a name, complete it, or cast doubt on it."""
    text = " ".join(line.text for line in lines)
    said = re.search(r"(?:[Ee]l|[Ll]a) que suscribe,? ([^,]{8,60}),", text)
    if said and (not field or SequenceMatcher(None, fold(field.value), fold(said.group(1))).ratio() > 0.5):
        return _said(said.group(1).strip(), field, lines)
    foot = [m.group(1) for line in lines[-14:] if (m := re.fullmatch(r"([A-ZÑÁÉÍÓÚ]{2,6})\s?/\s?[\wñ/*]{2,9}", line.text))]
    if not field:
        return None
    if not foot:
        return replace(field, confidence=round(field.confidence * (0.85 if _maybe_cut(field.value) else 1.0), 3))
    own = "".join(w[0] for w in field.value.split() if w[0].isupper())
    return replace(field, confidence=round(field.confidence * (1.0 if fold(own) == fold(foot[-1]) else 0.85), 3))


def _maybe_cut(name: str) -> bool:
    """Three words of which the first often is half of a double name: the last surname may be lost."""
    return len(name.split()) < 4 and fold(name.split()[0]) in _DOUBLE


def _said(name: str, field: Field | None, lines: Sequence[Line]) -> Field | None:
    line = next((one for one in lines if re.search(r"que suscribe", one.plain)), None)
    if line is None or not name_in(name)[0]:
        return field
    start = max(line.plain.find("suscribe") + 9, 0)
    read = found(line, start, min(start + len(name) + 2, len(line.text)), value=proper(name), trust=0.96, raw=name)
    if field and fold(field.value) != fold(read.value):
        return replace(read, confidence=round(min(read.confidence, 0.88), 3), alternatives=(field.value,))
    return read


def _label(lines: Sequence[Line], label: str, catalogue: Catalogue) -> tuple[Field | None, Field | None]:
    """`(name, post)` beside a label at the head of a memorandum; the name may be a column of its own."""
    for i, line in enumerate(lines):
        match = re.match(label, line.plain)
        if match and line.page == 1 and line.box[1] < 0.5:
            words = line.between(match.end(), len(line.text))
            target = _cut(line, words) if words else beside(lines, line)
            name = person_field(target, catalogue) if target else None
            if name and target:
                return name, _post_below(lines, i if words else lines.index(target))
    return None, None


def _cut(line: Line, words: Sequence[Word]) -> Line:
    return line_of(line.page, line.words[len(line.words) - len(words) :])


def read_addressee(lines: Sequence[Line], catalogue: Catalogue) -> tuple[Field | None, Field | None]:
    """`(name, post)` of the addressee: the lines over `Presente`, or beside PARA:."""
    labelled = _label(lines, r"^\W*(?:para|dirigido a|a):\s*", catalogue)
    if labelled[0]:
        return labelled
    at = next((i for i, line in enumerate(lines) if PRESENT.match(line.plain)), None)
    if at is None:
        return None, None
    for i in range(at - 1, max(-1, at - 7), -1):
        if lines[i].page == lines[at].page and TITLE.match(lines[i].plain) and (name := person_field(lines[i], catalogue)):
            return name, _post_below(lines, i)
    return None, None
