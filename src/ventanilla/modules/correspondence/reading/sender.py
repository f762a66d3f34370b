"""Which organisation writes: the letterhead's last institution, its unit below it, and the order of
government.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from ventanilla.modules.correspondence.reading.dates import near_seal
from ventanilla.modules.correspondence.reading.lines import (
    Line,
    fold,
    found,
    joined,
    proper,
    quality,
    surround,
)
from ventanilla.modules.correspondence.reading.model import Catalogue, Field
from ventanilla.modules.correspondence.reading.number import LABEL
from ventanilla.modules.correspondence.reading.people import PRESENT, TITLE

INSTITUTION = re.compile(
    r"^\W*(?:dependencia: *)?(?:instituto|secretaria (?!del ayuntamiento|particular|tecnica|general"
    r"|ejecutiva)|comision|h\.? ?ayuntamiento|ayuntamiento|municipio de|universidad|organismo"
    r"|sistema (?:nacional|para|municipal|estatal)|auditoria superior|fiscalia|poder |tribunal"
    r"|congreso|camara|colegio|fundacion|union de|asociacion|consejo|junta|banco|procuraduria"
    r"|servicio|centro |sindicato|federacion|constructora|grupo|patronato|comite (?!de transparencia)"
    r"|presidencia municipal)"
)
COMPANY = re.compile(r"\b(?:a\. ?c|s\. ?a|s\. ?c|s\. ?de|i\. ?a\. ?p|s\. ?p\. ?r|a\. ?r)\.")
UNIT = re.compile(
    r"^\W*(?:seccion: *|area: *|unidad administrativa: *)?(?:direccion|subdireccion|departamento"
    r"|coordinacion|unidad|delegacion|jefatura|subsecretaria|secretaria (?:del ayuntamiento"
    r"|particular|tecnica|general)|tesoreria|contraloria|oficina|organo interno|area de|gerencia"
    r"|sindicatura|regiduria)\b"
)
_PREFIX = re.compile(r"^\W*(?:dependencia|seccion|area|unidad administrativa|remitente): *")
_STOP = re.compile(
    r"^\W*(?:para|de) ?:|"
    r"^\W*(?:asunto|oficio|dependencia|seccion|expediente|folio|fecha|no\b|num|av\.|calle|plaza|tel)\b|\b(?:19"
    r"|20)\d\d\b|[“”\"@]|c\.p\. ?\d|recibid|oficialia|gobierno"
)
_CUT = re.compile(r"[^\w .,()&-]| (?:y|e|de|del|la|las|los|para|en|el)$")
_HOUSE = re.compile(r"^\W*(?:dependencia: *)?(?:universidad|h\.? ?ayuntamiento|ayuntamiento|municipio)")
_INNER = re.compile(r"^\W*(?:dependencia: *)?(?:secretaria|presidencia municipal)")
_ACCENTS = {fold(word): word for word in (
    "secretaría", "economía", "energía", "fiscalía", "contraloría", "tesorería", "auditoría", "procuraduría", "crédito",
    "público", "pública", "públicos", "públicas", "méxico", "tecnológica", "tecnológico", "autónoma", "politécnica",
    "jurídica", "jurídico", "económico", "económica", "hidráulica", "agrícola", "cámara", "órgano", "vías", "tránsito",
    "estadística", "geografía", "política", "políticas", "ecología")}
_FEDERAL = re.compile(
    r"gobierno de mexico|gobierno federal|de la federacion|instituto nacional|comision nacional"
    r"|estados unidos mexicanos"
)
_MUNICIPAL = re.compile(r"ayuntamiento|municipal\b|municipio|presidencia municipal")


def head_of(lines: Sequence[Line]) -> list[Line]:
    """The lines of the first page over the addressee, at most its upper 40 %."""
    stop = next(
        (i for i, line in enumerate(lines) if (TITLE.match(line.plain) and line.box[1] > 0.1) or PRESENT.match(line.plain)),
        len(lines),
    )
    if stop < len(lines) and PRESENT.match(lines[stop].plain):
        while stop > 1 and lines[stop].box[1] - lines[stop - 1].box[3] < lines[stop].height:
            stop -= 1
    return [line for i, line in enumerate(lines[:stop]) if line.page == 1 and line.box[3] < 0.42 and not near_seal(lines, i)]


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
    above = head[:stop]
    return above if any(INSTITUTION.match(one.plain) or COMPANY.search(one.plain) for one in above) else head


def read_sender(lines: Sequence[Line], catalogue: Catalogue, signatory: Field | None) -> tuple[Field | None, Field | None, Field]:
    """`(sender, unit, order)`; without a letterhead the sender is the person who signs."""
    head = letterhead(head_of(lines))
    groups = [_wrapped(head, i) for i, line in enumerate(head) if _heads(line)]
    names = [g for g in groups if INSTITUTION.match(g[0].plain) or COMPANY.search(g[0].plain)]
    units = [g for g in groups if g not in names]
    names, units = _own_secretariats(names, units)
    sender = _accented(_field(names[-1], catalogue.organisations)) if names else _signer(signatory)
    known = [name for some in catalogue.codes.values() for name in some]
    unit = _field(units[-1], known) if units and names else None
    return sender, unit, _order(head, lines, bool(names))


def _own_secretariats(names: list[list[Line]], units: list[list[Line]]) -> tuple[list[list[Line]], list[list[Line]]]:
    """Under a university or a town hall a "Secretaría Académica" or the "Presidencia Municipal" is a unit of it."""
    if not any(_HOUSE.match(g[0].plain) for g in names):
        return names, units
    inner = [g for g in names if _INNER.match(g[0].plain)]
    return [g for g in names if g not in inner], sorted([*units, *inner], key=lambda g: g[0].box[1])


def _accented(field: Field) -> Field:
    """Accents that recognition lost on the words of institutions, given back, to be confirmed by a person."""
    value = " ".join(_word(word) for word in field.value.split(" "))
    if value == field.value:
        return field
    return replace(field, value=value, confidence=min(field.confidence, 0.88), alternatives=(field.value,),
                   corrections=(*field.corrections, "Se restituyó el acento."))


def _word(word: str) -> str:
    bare = re.sub(r"(?<=[a-z]{3})([cs])ion$", r"\1ión", word)
    accent = _ACCENTS.get(fold(bare)) if bare.isascii() else None
    return (accent.capitalize() if bare[:1].isupper() else accent) if accent else bare


def _heads(line: Line) -> bool:
    if LABEL.match(line.plain) or re.match(r"\W*asunto", line.plain):
        return False
    return bool(INSTITUTION.match(line.plain) or UNIT.match(line.plain) or (COMPANY.search(line.plain) and len(line.plain) < 80))


def _wrapped(head: Sequence[Line], i: int) -> list[Line]:
    """Line i and the wrapped lines under it: same size, close, in the same column, starting nothing new."""
    taken = [head[i]]
    for one in head[i + 1 :]:
        if _beside(taken[-1], one) or one.height < 0.4 * taken[-1].height:  # another column, or specks
            continue
        if not _goes_on(taken[-1], one):
            break
        taken.append(one)
    return taken


def _beside(above: Line, one: Line) -> bool:
    """At the same height, or in another column."""
    apart = one.box[2] < above.box[0] - 0.02 or one.box[0] > above.box[2] + 0.02
    return one.box[1] < (above.box[1] + above.box[3]) / 2 or apart


def _goes_on(above: Line, one: Line) -> bool:
    if _heads(one) or _STOP.search(one.plain) or LABEL.match(one.plain):
        return False
    close = one.box[1] - above.box[3] < 0.9 * above.height and 0.72 < one.height / above.height < 1.38
    return close and (bool(re.search(r"\b(?:y|e|de|del|la|las|los|para|en|el)$|,$", above.plain)) or len(one.words) <= 5)


def _field(group: Sequence[Line], known: Sequence[str]) -> Field:
    prefix = _PREFIX.match(group[0].plain)
    cut = prefix.end() if prefix else 0
    words = [w for line in group for w in line.words]
    value = proper(joined(group)[cut:].strip(" -—.,;:|_/“”'\"") + ("." if re.search(r"[CVAP]\.$", group[-1].text) else ""))
    field = Field(
        value,
        joined(group)[cut:],
        round((0.55 if _CUT.search(fold(value)) else 0.95) * quality(words), 3),
        group[0].page,
        surround(words),
    )
    return _snap(field, known)


def _snap(field: Field, known: Sequence[str]) -> Field:
    wanted = fold(field.value)
    ranked = sorted({(SequenceMatcher(None, wanted, fold(one)).ratio(), one) for one in known}, reverse=True)[:2]
    if not ranked or ranked[0][0] < 0.93 or (len(ranked) > 1 and ranked[0][0] - ranked[1][0] < 0.03):
        return field
    name = ranked[0][1]
    notes = () if fold(name) == wanted else (f"{field.value} corregido según el catálogo.",)
    return replace(field, value=name, confidence=max(field.confidence, 0.97 if not notes else 0.9), corrections=notes)


def _signer(signatory: Field | None) -> Field | None:
    """A letter without letterhead is a citizen's own; somewhat less sure than the signature itself."""
    return replace(signatory, confidence=round(signatory.confidence * 0.97, 3)) if signatory else None


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
