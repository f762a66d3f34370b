"""Which organisation writes: the letterhead's last institution and its unit as fields, how far each is to be trusted, and the order of
government. Which lines name them is `letterheads`' matter.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from ventanilla.core.documents.text import Word
from ventanilla.modules.correspondence.reading.blocks import head_of
from ventanilla.modules.correspondence.reading.bodies import COMPANY, GENERIC, INSTITUTION, SUFFIX, UNIT
from ventanilla.modules.correspondence.reading.companies import is_form, to_form, with_form
from ventanilla.modules.correspondence.reading.letterheads import (
    Groups,
    guessed,
    letterhead,
    organisations,
    own_secretariats,
    plain_name,
    without_logos,
)
from ventanilla.modules.correspondence.reading.lines import (
    Line,
    fold,
    found,
    joined,
    line_of,
    overlapping,
    proper,
    quality,
    surround,
    under,
)
from ventanilla.modules.correspondence.reading.model import SURE, Catalogue, Field
from ventanilla.modules.correspondence.reading.people import TITLE, name_in
from ventanilla.modules.correspondence.reading.spelling import RESTORED, accented, rejoined
from ventanilla.modules.correspondence.reading.tails import without_tail
from ventanilla.modules.correspondence.reading.towns import TOWNS
from ventanilla.modules.correspondence.reading.witness import DOUBT, spelt_again

_PREFIX = re.compile(
    r"^\W*(?:(?:dependencia|seccion|institucion):?|(?:area|organismo|unidad administrativa|departamento|remitente):"
    r"|gobierno del estado de mexico(?= [a-z]{5})) *\|? *"
)
#: Marks that are specks on a name's longer words: a stop or a quotation mark inside it, a comma before `de`.
_SPECKS = re.compile(
    r"(?<=\w) [.,;:](?= )|(?<=[^\W\d]{5})(?:[.:;](?= [^\W\d]{2,}(?:\s|$))|['‘’`´]+(?=\s)|,(?= del? ))|(?<= [dD][eE])[.,;:](?= )|[¡¿](?=\w)"
    r"|(?<=[^\W\d]{4})-(?= )"
)
_RUN_ON = re.compile(r"(?<=[^\W\d]{5})[.,](?=del? )", re.IGNORECASE)  # `CONSTITUCIONAL.DE LERMA`
_STATE = re.compile(r"\bde[^\W\dl]?(?=Estado de M[eé]xico)")  # `dehEstado`
_FORM = re.compile(r"\bS\. ?A\. ?(?:\w\. ?)*de C\. ?v\.", re.IGNORECASE)
_FORMED = re.compile(r"[^\W\d]{3,},\W?(?:[A-Z]\.){2,}")  # `COAPANOAYA,.A.C.`
_LED = re.compile(r"^[^\w“\"]+")
_FIGURED = re.compile(r" [\w.-]+/[\w./-]*\d{2}$")  # a letter's number that ran into it
_CUT = re.compile(r"[^\w .,()&“”\"-]| (?:y|e|de|del|la|las|los|para|en|el)$")
_OPEN = re.compile(r" (?:y|e|de|del|la|las|los|para|en|el)$")
#: Words that a body's name has with an accent only, though other texts have them without one.
_ACCENTED = ("secretaría", "público", "pública", "públicas", "tránsito", "autónomo", "núm", "niños", "héroes")
_ACCENTS = {fold(word): word for word in _ACCENTED}
_PLACES = frozenset((*_ACCENTS, *RESTORED, *TOWNS, "estado"))  # words that end a body's name, however faint
_FEDERAL = re.compile(
    r"gobierno de mexico|gobierno federal|de la federacion|instituto nacional|comision nacional"
    r"|estados unidos mexicanos"
)
_MUNICIPAL = re.compile(r"ayuntamiento|municipal\b|municipio|presidencia municipal")


def read_sender(
    lines: Sequence[Line], catalogue: Catalogue, signatory: Field | None, number: Field | None = None
) -> tuple[Field | None, Field | None, Field]:
    """`(sender, unit, order)`; without a letterhead the sender is the person who signs."""
    lines = without_logos(lines)
    head = letterhead(head_of(lines))
    names, units = own_secretariats(*organisations(lines, head, numbered=number is not None))
    known = (*catalogue.organisations, *((catalogue.own,) if catalogue.own else ()))
    sender = _confirmed(_accented(_field(_whole(names[-1], lines), known), lines), names, lines) if names else _signer(signatory, lines)
    unit = _field(units[-1], [name for some in catalogue.codes.values() for name in some]) if units and names else None
    sender, unit = _by_code(_untitled(sender), unit, number, catalogue)
    return _checked(sender, known, lines) if sender and names else sender, unit, _order(head, lines, bool(names))


def _untitled(sender: Field | None) -> Field | None:
    """A professional's own name over the letter without its title: `Lic. Araceli Colín López`."""
    title = TITLE.match(fold(sender.value)) if sender else None
    name = name_in(sender.value)[0] if sender and title else ""
    return replace(sender, value=name, confidence=min(sender.confidence, DOUBT)) if sender and name else sender


def _whole(group: Sequence[Line], lines: Sequence[Line]) -> Sequence[Line]:
    """A name that ends open (`… Territorial y`) with the short line close under it, which went for something else."""
    rest = under(lines, group[-1]) if _OPEN.search(group[-1].plain) else None
    if rest is None or rest.box[1] - group[-1].box[3] > group[-1].height:
        return group
    if len(rest.words) > 3 or len(rest.text) < 3 or re.search(r"[:\d]", rest.text):
        return group
    return (*group, rest)


def _checked(sender: Field, known: Sequence[str], lines: Sequence[Line]) -> Field:
    """Only a body of the directory is sure, or one that the foot, the signature or the text says again: else a misread letter, or a
    unit taken for its body, could not be noticed."""
    sure = sender.value in known or _said_again(sender, lines)
    return sender if sure else replace(sender, confidence=min(sender.confidence, DOUBT))


def _said_again(field: Field, lines: Sequence[Line]) -> bool:
    """Whether a line further down has the name from its beginning to its end; `… de Agua y Saneamiento de Lerma` says nothing of
    `Saneamiento de Lerma`, which no word shows to be a whole name."""
    name = re.escape(fold(field.value).rstrip("."))
    before = r"|\b(?:de|del|el|la|las|los|al|a|y|con|por|en) " if INSTITUTION.match(fold(field.value)) else ""
    end = re.compile(rf"(?:^\W*|[^\w ] ?{before}){name}(?:[^\w ]|$)")
    return any(end.search(one.plain) for one in lines if one.box[1] > field.box[3] + 0.2)


def _confirmed(field: Field, names: Groups, lines: Sequence[Line]) -> Field:
    """Two equal organisations in the head leave a doubt, unless the foot or the signature says the same name again."""
    wanted, again = fold(field.value), _said_again(field, lines)
    last = names[-1][-1]
    inner = [g for g in names[:-1] if not re.match(r"\W*(?:secretaria|poder|gobierno|h?\.? ?ayuntamiento)", g[0].plain)]
    unlike = not INSTITUTION.match(names[-1][0].plain) and not COMPANY.search(wanted)
    secret = len(names) > 1 and names[-1][0].plain.startswith(("secretaria", "procuraduria", "registro", "archivo", "fondo"))
    cut = not any(one is last for one in lines)
    more = _unexplained(last, under(lines, last))
    doubt = ((bool(inner) or unlike or secret or cut or more) and not again) or _hangs(names[-1][0], lines)
    return replace(field, confidence=min(field.confidence, 0.86)) if doubt else field


def _hangs(first: Line, lines: Sequence[Line]) -> bool:
    """Whether the line right over a name goes on in it and is no part of it: `Instituto Municipal de` over `Planeación de Lerma`."""
    top, tall = first.box[1], first.height
    over = [one for one in lines if one.page == first.page and 0 < top - one.box[1] < 2.5 * tall and overlapping(one, first)]
    return any(_OPEN.search(one.plain) for one in over)


def _unexplained(last: Line, after: Line | None) -> bool:
    """Whether a line close under a name, in its letters, is nothing that is known: perhaps the end of the name."""
    if after is None or after.box[1] - last.box[3] > last.height or after.height < 0.7 * last.height:
        return False
    return plain_name(after) or (len(after.words) == 1 and after.text.isalpha() and len(after.text) > 4 and not UNIT.match(after.plain))


def _by_code(sender: Field | None, unit: Field | None, number: Field | None, catalogue: Catalogue) -> tuple[Field | None, Field | None]:
    """A number that begins with the code of one of our units comes from our own institution and that unit."""
    code = re.split(r"[/-]", number.value)[0] if number else ""
    if not number or code not in catalogue.codes:
        return sender, unit
    ours = replace(unit or number, value=catalogue.codes[code][0], confidence=round(min(number.confidence, 0.95), 3))
    if not catalogue.own:
        return sender, unit or ours
    if sender and fold(sender.value) == fold(catalogue.own):
        return replace(sender, confidence=max(sender.confidence, 0.95)), unit or ours
    if sender and sender.confidence >= SURE and not fold(sender.value).startswith(("secretaria", "gobierno")):
        return replace(sender, confidence=0.86, alternatives=(catalogue.own,)), unit
    others = (sender.value,) if sender else ()
    return replace(sender or number, value=catalogue.own, confidence=0.85, alternatives=others,
                   corrections=("Según la clave de la unidad en el número.",)), unit or ours


def _town(field: Field) -> Field:
    """A town hall's town by the list of municipalities, when one alone is near what was read."""
    field = _town_hardly_read(field)
    match = re.match(r"(.*(?:ayuntamiento|municipio|constitucional)(?: constitucional)? de )(.+)$", fold(field.value))
    if not match or match[2] in TOWNS:
        return field
    inside = max((town for town in TOWNS if re.match(rf"{town}[ .,;]", match[2])), key=len, default="")
    if inside:  # the next column ran into the line
        return replace(field, value=field.value[: match.end(1) + len(inside)], confidence=min(max(field.confidence, 0.6), 0.88))
    ranked = sorted(((SequenceMatcher(None, match[2], town).ratio(), name) for town, name in TOWNS.items()), reverse=True)[:2]
    clear = field.confidence >= 0.93 and ranked[0][0] < 0.88  # well read, and like no town of the list: a town of another state
    if clear or ranked[0][0] < 0.72 or ranked[0][0] - ranked[1][0] < 0.08:
        return replace(field, confidence=min(field.confidence, 0.88))
    value = field.value[: match.end(1)] + ranked[0][1]
    return replace(field, value=value, confidence=min(max(field.confidence, 0.6), 0.88), alternatives=(field.value,),
                   corrections=(f"{field.value} corregido por el nombre del municipio.",))


def _town_hardly_read(field: Field) -> Field:
    """The name with the town that stands in what was left out of it as noise: `H. Ayuntamiento de` over `M mainaLco`."""
    said = re.match(r".*(?:ayuntamiento|municipio|constitucional) de (.{5,})$", fold(field.raw))
    if not said or not re.search(r" de(?: \w{1,2})?$", fold(field.value)):
        return field
    tails = (said[1], said[1].partition(" ")[2])
    ranked = sorted(((SequenceMatcher(None, tail, town).ratio(), name) for tail in tails for town, name in TOWNS.items()), reverse=True)
    if ranked[0][0] < 0.72 or next(ratio for ratio, name in ranked if name != ranked[0][1]) > ranked[0][0] - 0.05:
        return field
    value = re.sub(r"( [dD][eE])(?: \w{1,2})?$", rf"\1 {ranked[0][1]}", field.value)
    return replace(field, value=value, confidence=0.6, corrections=(f"{field.raw} leído como {value}.",))


def _accented(field: Field, lines: Sequence[Line]) -> Field:
    """Accents that recognition lost on the words of institutions, given back, to be confirmed by a person."""
    value = spelt_again(re.sub(r"[^\W\d_]+", lambda m: _word(m[0]), field.value), lines, names=True)
    if value == field.value:
        return field
    return replace(field, value=value, confidence=min(field.confidence, 0.88), alternatives=(field.value,),
                   corrections=(*field.corrections, "Se restituyó el acento."))


def _word(word: str) -> str:
    bare = re.sub(r"(?<=[a-z]{3})([cs])ion$", r"\1ión", word)
    town = TOWNS.get(fold(bare)) if bare.isascii() and bare.istitle() else None
    accent = _ACCENTS.get(fold(bare)) if bare.isascii() else None
    if town:
        return town
    return (accent.capitalize() if bare[:1].isupper() else accent) if accent else accented(bare)


def _field(group: Sequence[Line], known: Sequence[str]) -> Field:
    prefix = _PREFIX.match(group[0].plain)
    cut = prefix.end() if prefix else 0
    raw = joined(group)[cut:]
    group, noisy = _quiet(group)
    words = [w for line in group for w in line.words]
    whole = re.sub(r"[\[\]|{}~<>=]| [1Il!](?= (?:de|del|y|e|para|en)\b)", "", joined(group)[cut:], flags=re.IGNORECASE)
    name = rejoined(_FIGURED.sub("", _paired(_SPECKS.sub("", _LED.sub("", _RUN_ON.sub(" ", whole))))))
    read = proper(_quoted(name.strip(" -—.,;:|_/“”'\"")) + ("." if re.search(r"[CVAP]\.$", group[-1].text) else ""))
    value = with_form(proper(to_form(read)))  # what stood behind the form may have been in other letters
    cutoff = whole.rstrip().endswith(",")  # what follows a comma, a legal form, was lost
    mended = cutoff or fold(value).rstrip(".") != fold(read).rstrip(".") or name != whole
    trust = 0.55 if _CUT.search(fold(value)) or GENERIC.fullmatch(fold(value)) else DOUBT if noisy or mended or guessed(group) else 0.95
    notes = ("Se corrigió la forma de la sociedad.",) if mended else ()
    field = Field(value, raw, round(trust * quality(words), 3), group[0].page, surround(words), corrections=notes)
    return _snap(field, known)


def _paired(name: str) -> str:
    """Without a bracket or, in a town hall's name, a quotation mark that has no other: `DE) TEMASCALCINGO`, `DE "COACALCO`."""
    name = re.sub(r",\.(?=[A-Z]\.)", ", ", name)
    name = name.replace(")", "") if "(" not in name else name
    name = re.sub(r"[“”\"]", "", name) if "ayuntamiento" in fold(name) else name
    name = re.sub(r"\bl(?=[bcdfghjkmnpqrstvwxz][a-z]{3})", "I", name)  # `lberolatina`
    return re.sub(r"\b(MEXIC|MÉXIC) [O0]\b", r"\1O", _STATE.sub("del ", name))


def _quoted(name: str) -> str:
    """A school's own name with the end of its quotation: `Escuela Primaria “Benito Juárez` was stripped of it."""
    return f"{name}”" if name.count("“") == name.count("”") + 1 else f'{name}"' if name.count('"') == 1 else name


def _uncommaed(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Without what ran into the last word behind its comma: `México,fo"e`."""
    last = None if _FORMED.fullmatch(words[-1].text) else re.match(r"([^\W\d]{4,},)\W*\w+\W", words[-1].text)
    return (*words[:-1], replace(words[-1], text=last[1])) if last else words


def _ends_name(whole: tuple[Word, ...], words: tuple[Word, ...], after: Sequence[Line]) -> bool:
    """Whether the hardly read end of a line is of the name all the same: a legal form, or a quotation that goes on under it."""
    quoted = "“" in whole[-1].text and any("”" in line.text for line in after)
    text, cut = (" ".join(w.text for w in some) for some in (whole, whole[len(words) :]))
    return quoted or bool(_FORM.search(text)) or bool(_FORMED.fullmatch(whole[-1].text)) or is_form(cut)


def _quiet(group: Sequence[Line]) -> tuple[list[Line], bool]:
    """The lines without the noise at their ends, and whether there was any; before a legal form a lost comma is put back."""
    lines = []
    for i, line in enumerate(group):
        whole = _uncommaed(line.words)
        words = without_tail(whole, _PLACES)
        words = whole if _ends_name(whole, words, group[i + 1 :]) else words
        form = i + 1 < len(group) and SUFFIX.match(group[i + 1].plain)
        if form and len(words) < len(whole) and not words[-1].text.endswith(","):
            words = (*words[:-1], replace(words[-1], text=f"{words[-1].text},"))
        lines.append(line if words == line.words else line_of(line.page, words))
    return lines, any(a is not b for a, b in zip(lines, group, strict=True))


def _snap(field: Field, known: Sequence[str]) -> Field:
    """The one name of the directory that is very near, or the one town of the state after `Ayuntamiento de`."""
    field = _town(field)
    wanted = fold(field.value)
    ranked = sorted({(SequenceMatcher(None, wanted, fold(one)).ratio(), one) for one in known}, reverse=True)[:2]
    if not ranked or ranked[0][0] < 0.93 or (len(ranked) > 1 and ranked[0][0] - ranked[1][0] < 0.03):
        return field
    name = ranked[0][1]
    notes = () if fold(name) == wanted else (f"{field.value} corregido según el catálogo.",)
    return replace(field, value=name, confidence=max(field.confidence, 0.97 if not notes else 0.9), corrections=notes)


def _signer(signatory: Field | None, lines: Sequence[Line]) -> Field | None:
    """A letter without letterhead is a citizen's own: surely so where it says `el que suscribe` or gives a home."""
    if not signatory:
        return None
    own = any(re.search(r"suscribe|mi propio derecho|con domicilio|mi domicilio|vecin[oa]s? de", line.plain) for line in lines)
    return replace(signatory, confidence=round(min(signatory.confidence * 0.97, 1.0 if own else 0.86), 3))


def _order(head: Sequence[Line], lines: Sequence[Line], letterhead: bool) -> Field:
    text = " ".join(line.plain for line in head)
    choice, trust = _guess(text, letterhead)
    where = head[0] if head else lines[0]
    return found(where, 0, len(where.text), value=choice, trust=trust)


def _guess(text: str, letterhead: bool) -> tuple[str, float]:
    if not letterhead:
        return "citizen", 0.85
    if _FEDERAL.search(text):
        return "federal", 0.93
    if _MUNICIPAL.search(re.sub(r"vida municipal", "", text)):
        return "municipal", 0.93
    if COMPANY.search(text) or re.search(r"\b(camara|colegio|union|fundacion|asociacion|sindicato)\b", text):
        return "organisation", 0.93
    return "state", 0.85
