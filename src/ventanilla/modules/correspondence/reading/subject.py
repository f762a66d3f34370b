"""What the letter is about: what follows `Asunto:`, with its wrapped lines."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ventanilla.core.documents.text import Word
from ventanilla.modules.correspondence.reading.assurance import CLEAR
from ventanilla.modules.correspondence.reading.blocks import HEADED, is_value, text_begins, value_of
from ventanilla.modules.correspondence.reading.dateforms import MONTHS, dates_in
from ventanilla.modules.correspondence.reading.dates import in_seal, near_seal
from ventanilla.modules.correspondence.reading.headings import unlabelled
from ventanilla.modules.correspondence.reading.lines import Line, beside, fold, joined, line_of, quality, surround
from ventanilla.modules.correspondence.reading.model import Field
from ventanilla.modules.correspondence.reading.number import LABEL
from ventanilla.modules.correspondence.reading.people import HOLDER, PRESENT, TITLE
from ventanilla.modules.correspondence.reading.spelling import WORDS
from ventanilla.modules.correspondence.reading.tails import FAINT, LOST, UNREAD, bare, before_seal, vocabulary, without_tail
from ventanilla.modules.correspondence.reading.witness import repeated, slashed, unbroken

_LABEL = re.compile(
    r"^(.{0,60}?)\b(?:[li]?a[s5]u[ni][tl][o0a]|tema|materia)\s?[:;.,]{1,3}[\s—–-]*|^\W*a ?s ?u ?n ?t ?o\b\W*(?:\s+|$)"
    r"|^\W*[a-z]?(?:motivo|objet(?:o|ivo)|concepto)(?: del (?:oficio|presente|escrito))?\s?(?:[:;]|\.-)\s*"
    r"|^\W*(?:tema|motivo|objeto|materia)\W*$")
_STOP = re.compile(
    r"^\W*(?:(?:folio|oficio|fecha|expediente|anexo|referencia)\b|para:|de:|exp\.|no\. |a las? personas"
    r"|a l[oa]s |at'?n|por este medio|con fundamento)|“|recibid|oficialia|\d\d? de [a-z]+ de 20\d\d"
    r"|, ano d|^\W*20\d\d(?!\W*$)|^[\W_]*(?:correspondencia|recepcion|acuse)\W*$"
)


_OPEN = re.compile(r"\b(?:y|e|de|del|la|las|los|el|para|en|con|por|al|a|su|numero|folio|oficio|expediente)$")
#: The label of the next cell, perhaps wrapped.
_CELL = re.compile(r"^\W*(?:lugar(?: ?y(?: fecha)?)?|fecha|expediente|anexos?|referencia)\W*$")
_NUMBERED = re.compile(r"^numero \d")  # a label, or the end of `crédito / número 07302`
_DATED = re.compile(rf"\d de \w+ del? 20\d\d$|,? a (?:\d{{1,2}}|[a-z]+) (?:de|dias del mes de) (?:{'|'.join(MONTHS)})\b")
#: The line of the date, its year torn off, and a seal's own moment: `Toluca, México, a 20 de julio`, `julio 22 de`, `22-08-2024 10:00`.
_MONTH = f"(?:{'|'.join(MONTHS)})"
_WHEN = re.compile(
    rf"\w\.?[,;] (?:a )?(?:(?:los )?\d{{1,2}} (?:dias )?(?:del? (?:mes de )?)?{_MONTH}|{_MONTH} \d{{1,2}})(?: del?)?$"
    r"|\w\.?[,;] a (?:los )?\d{1,2}(?: dias)?(?: del?)?(?: mes de)?$|^\d{1,2}[/.-]\d{1,2}[/.-](?:20)?\d\d\b")
_COUNTED = re.compile(r"\b(?:credito|estimacion|ordinaria|extraordinaria|sesion|contrato|acta|convenio|folio|auditoria)$")
#: Marks of a stroke, a seal or two lines run together: none of these stands in a subject.
_ODD = re.compile(
    r"[|_~*=<>{}\[\]\\^]|[^\W\d]{3,}-[^\W\d]{2,}|[a-zñ]-\d|[a-z][.,;:][a-zA-Z]|[a-z][A-Z]|\b[^\W\d]{1,3}[;:]"
    r"|\b[B-DF-NP-XZ]\b(?!\.)| [a-z]$|[^\W\d]{4,}\.\s|\d\. [a-z]|\b(?:de|del|la|las|los|el|en|y|al|con|por|para)[.,;] "
)


SURE_WORD, HARDLY = 0.9, 0.68  # a word of a wrapped line that is surely print; a line of words under this was not read
_QUOTE = re.compile(r"(?<!\w)['‘’`´]|['‘’`´](?!\w)")
_TWICE = re.compile(r"(?<=\d/)([A-Z])(?=\1[A-Z]/\d)|(?<=\d/[A-Z])([A-Z])(?=\2/\d)")
_STOPPED = re.compile(r"[^\W\d]{4,}\.")


def read_subject(lines: Sequence[Line], numbers: Sequence[str] = ()) -> Field | None:
    """The subject on the first page; where no line is labelled so a heading or the first sentence (`headings`).

    `numbers` are those the letter writes anywhere.
    """
    edge = sorted(line.box[2] for line in lines if line.page == 1 and len(line.words) > 6 and quality(line.words) > 0.4)
    right = edge[int(len(edge) * 0.75)] if edge else 0.9
    end = text_begins(lines)
    for i, line in enumerate(lines):
        match = _LABEL.match(line.plain)
        if match and line.page == 1 and line.box[1] < 0.6 and i <= end:
            taken, clean = _taken(lines, range(i, end if i < end else len(lines)), match, right)
            if not taken and any(_LABEL.match(one.plain) for one in lines[i + 1 : end]):
                continue  # read twice, once without what stands beside it
            sealed = near_seal(lines, i) or any(near_seal(lines, lines.index(one)) for one in taken if one in lines)
            return _field(taken, clean and not sealed, numbers) if taken else None
    return _unlabelled(lines, numbers)


def _unlabelled(lines: Sequence[Line], numbers: Sequence[str]) -> Field | None:
    """A subject without label, its number as the letter writes it elsewhere; `00656 VS 2024` gets its slashes."""
    field = unlabelled(lines)
    return replace(field, value=repeated(field.value, numbers) or slashed(field.value)) if field else None


def _taken(lines: Sequence[Line], over: range, match: re.Match[str], right: float) -> tuple[list[Line], bool]:
    """The lines of the value and whether their end was plain to see; `over` is from the label to where the text begins."""
    line = lines[over.start]
    words = () if _unread(line.after(match.end())) else line.after(match.end())
    first = line_of(line.page, words) if words else value_of(lines, line)
    if first is None or (not words and _begins(first)):
        return [], False
    first = _led(first)
    taken = [_bare(first, lines)]
    clean = taken[0] is first
    for one in lines[over.start + 1 : min(over.start + 16, over.stop)]:
        if one.words[0] in taken[-1].words or _other_column(taken, line, one) or _speck(taken, one) or _stamped(lines, (line, first), one):
            continue
        one = _unled(_unsealed(one)) if _OPEN.search(taken[-1].plain) or taken[-1].text[-1].isdigit() else one
        more = _goes_on(taken, line, one, _edge(lines, taken[-1], right))
        if not more:
            clean = clean and not _NUMBERED.match(one.plain) and not _may_go_on(taken, line, one)
        if (not more and (clean or not _tight(taken, line, one))) or is_value(lines, one):
            break
        taken.append(_with_rest(_bare(one, lines), lines))
        clean = clean and taken[-1] is one and not HOLDER.match(one.plain)
    covered = any(_scrawl(one) and _below(taken, line, one) for one in lines[over.start + 1 : min(over.start + 16, over.stop)])
    return taken, clean and not covered and not any(_torn_off(lines, one) for one in taken)


def _unread(words: Sequence[Word]) -> bool:
    """Whether behind a label stands nothing but a few hardly read letters, a stroke: its value is in the next cell."""
    return sum(len(w.text) for w in words) < 5 and all(w.confidence < FAINT for w in words)


def _with_rest(line: Line, lines: Sequence[Line]) -> Line:
    """A line that ends open with what stands a letter's width to its right: `ORDINARIA NÚMERO` and `8 DEL COMITÉ`, parted by a stroke."""
    rest = beside(lines, line) if _OPEN.search(line.plain) else None
    close = rest is not None and rest.box[0] - line.box[2] < 0.03
    return line_of(line.page, (*line.words, *rest.words)) if rest and close else line


def _torn_off(lines: Sequence[Line], line: Line) -> bool:
    """Whether what may be the rest of a line stands apart to its right: a seal or a stroke took what was between."""
    rest = beside(lines, line)
    return rest is not None and rest.text[:1].islower() and rest.box[0] - line.box[2] < 0.25


def _edge(lines: Sequence[Line], last: Line, right: float) -> float:
    """Where the column of a line ends: at the edge of the text, or where something begins to its right."""
    level = [o.box[0] for o in lines if o.page == last.page and o.box[0] > last.box[2] and abs(o.box[1] - last.box[1]) < 2.5 * last.height]
    return min([right, *(x - 0.015 for x in level)])


def _led(first: Line) -> Line:
    """The value without what stands faint before the capital that begins it: the rule of a cell read as `E`, a seal's `oree`."""
    words = first.words
    while len(words) > 1 and words[1].text[:1].isupper() and _before(words[0]):
        words = words[1:]
    return line_of(first.page, words) if len(words) < len(first.words) else first


def _before(word: Word) -> bool:
    """Whether a word before a capital is none of a subject."""
    if len(word.text) == 1:
        return word.confidence < FAINT or not word.text.isalnum()
    unknown = bare(word.text) not in WORDS and not re.search(r"\d{2}|^[^\W\d]{7,}$", word.text)  # a stroke is no long word
    return (word.confidence < UNREAD and len(word.text) < 4) or (word.confidence < LOST and unknown)


def _unsealed(line: Line) -> Line:
    words = before_seal(line.words)
    return line if len(words) == len(line.words) else line_of(line.page, words)


def _unled(line: Line) -> Line:
    """The line without what a seal left before the end of a subject: `CIAARMO l Texcoco`."""
    start = next((i for i, w in enumerate(line.words) if w.confidence >= SURE_WORD), 0)
    noisy = start and any(w.confidence < FAINT for w in line.words[:start])
    return line_of(line.page, line.words[start:]) if noisy else line


def _bare(line: Line, lines: Sequence[Line]) -> Line:
    """The line without the noise at its end; itself when there is none."""
    words = without_tail(line.words, vocabulary(lines, line))
    return line if len(words) == len(line.words) else line_of(line.page, words)


def _speck(taken: Sequence[Line], one: Line) -> bool:
    """A dot of dirt or a stroke, no line of text; one sign alone is one only behind `número` and the like."""
    dirt = len(one.text) <= 2 and one.words[0].confidence < 0.7
    alone = len(one.text) == 1 and not _OPEN.search(taken[-1].plain)
    return dirt or alone or _scrawl(one) or one.height < 0.4 * taken[0].height or not re.search(r"\w", one.text)


def _scrawl(one: Line) -> bool:
    """A line of which no word was read, and none is long or a number: a seal's, beside or over what may be the end of a subject."""
    return all(word.confidence < HARDLY for word in one.words) and not re.search(r"\d{3}|[a-zñáéíóú]{5}", one.text)


def _other_column(taken: Sequence[Line], label: Line, one: Line) -> bool:
    first = taken[0]
    level = one.box[1] < (first.box[1] + first.box[3]) / 2
    labels = one.box[2] < first.box[0] - 0.01 and abs(one.box[0] - label.box[0]) < 0.02 and bool(_CELL.match(one.plain))
    return level or labels or one.box[2] < label.box[0] - 0.01 or one.box[0] > max(line.box[2] for line in taken) + 0.01


def _stamped(lines: Sequence[Line], edges: Sequence[Line], one: Line) -> bool:
    """A line of a seal beside the edges of value and label: what is under it may still be of the subject."""
    return all(abs(one.box[0] - edge.box[0]) > 0.03 for edge in edges) and in_seal(lines, lines.index(one))


def _goes_on(taken: Sequence[Line], label: Line, one: Line, right: float) -> bool:
    """Wrapped: near, same size, and the line above had no room for its first word."""
    first, last = taken[0], taken[-1]
    counted = _NUMBERED.match(one.plain) and _COUNTED.search(last.plain)
    open_end = _OPEN.search(last.plain) and not re.search(r"recibid|oficialia|^[^:\d]{2,28}:", one.plain)  # `… pública con` / `folio 00550`
    halves = counted or open_end
    if one.page != last.page or (not halves and (_begins(one) or _other_print(first, one))):
        return False
    full = last.box[2] + one.words[0].x1 - one.words[0].x0 + 0.006 > right - 0.02
    small = one.text[:1].islower()
    own = first.box[0] - label.box[0] > 0.03 and abs(one.box[0] - first.box[0]) < 0.012  # under the value, not under its label
    return _near(taken, label, one) and (full or small or own or (bool(open_end) and not _begins(one)))


def _other_print(first: Line, one: Line) -> bool:
    """Whether two words or more in capitals stand under small letters, or small ones under capitals: a subject is in one print."""
    several = min(len(first.words), len(one.words)) > 1 and sum(c.isalpha() for c in one.text) > 7
    capitals = re.sub(r"\bI[Il1]+\b", "II", one.text).isupper()  # `LA LOMA Il`
    return several and first.text.isupper() != capitals and not re.search(r"\d", one.text)


def _near(taken: Sequence[Line], label: Line, one: Line) -> bool:
    """Right under the value, in letters of its size, at the edge of it or of its label, or centred."""
    last = taken[-1]
    lined = label.text.isupper() and one.text.isupper()  # a line drawn under capitals is in the box of the one and not of the other
    tallest = 2.3 if lined or len(one.words) == 1 else 1.8  # one word says little of the size of its letters
    edge = one.text[:1].islower() and abs(one.box[0] - taken[0].box[0]) < 0.006  # a seal's stroke makes the boxes over it taller
    return _below(taken, label, one) and (0.35 if edge else 0.4 if lined else 0.5) < one.height / last.height < tallest


def _below(taken: Sequence[Line], label: Line, one: Line) -> bool:
    """Right under the value and in its column, in letters of any size."""
    last = taken[-1]
    middle = min(abs(one.box[0] + one.box[2] - over.box[0] - over.box[2]) / 2 for over in (last, label))
    aligned = min(abs(one.box[0] - label.box[0]), abs(one.box[0] - taken[0].box[0]), abs(one.box[2] - last.box[2]), middle) < 0.03
    return aligned and one.box[1] - last.box[3] < 1.4 * last.height


def _may_go_on(taken: Sequence[Line], label: Line, one: Line) -> bool:
    """Whether nothing but the room over it, or its size, says that a line is no more of the subject: a person is asked."""
    goes = not _begins(one) or (one.text[:1].islower() and not re.search(r"[:\d]", one.text))  # a label begins with a capital
    return goes and _below(taken, label, one) and not HOLDER.match(one.plain) and not _other_print(taken[0], one)


def _tight(taken: Sequence[Line], label: Line, one: Line) -> bool:
    """A line that is nothing else, as close as wrapped lines are: more likely of the subject than not."""
    return _may_go_on(taken, label, one) and _near(taken, label, one) and one.box[1] - taken[-1].box[3] < 0.75 * taken[-1].height


def _begins(one: Line) -> bool:
    """Whether a line is the start of something else."""
    day = one.text[:1].isupper() or one.text[:1].isdigit()
    if day and any(len(one.plain) - date.end < 4 for date in dates_in(one.plain)):
        return True
    if day and _WHEN.search(one.plain):
        return True
    return bool(_STOP.search(one.plain) or any(p.match(one.plain) for p in (PRESENT, LABEL, TITLE, HEADED)))


def _field(taken: Sequence[Line], clean: bool, numbers: Sequence[str]) -> Field | None:
    words = [w for line in taken for w in line.words]
    raw = joined(taken)
    taken = [_unmarked(line) for line in taken]
    parted = re.sub(r"\b(a|de|en|con|por)(l[ao]s?)\b(?= \w)", r"\1 \2", joined(taken), flags=re.IGNORECASE)
    parted = re.sub(r"\b(a)(a[a-z]{3,})", r"\1 \2", parted, flags=re.IGNORECASE)
    parted = re.sub(r"\b(de|del|la|el|los|las|en|a|y)-(?=[\w])|(?<=[^\W\d]{3})-(?=(?:de|del|la|las|los|en|y)\b)", r"\1 ", parted)
    parted = re.sub(r"(?<= )([BCDFGHJ-NP-TV-Z]) (?=\1[^\W\d])", "", parted)  # `ALTA D DE PERSONAL`
    parted = re.sub(r"(?<=[^\W\d])\|(?=[^\W\d])", " ", re.sub(r"(?<= )E (?=DEL? )", "", parted))
    parted = re.sub(r"(?<=[a-zñáéíóú]{4})/+$", "", parted)
    parted = re.sub(r"(?<=[^\W\d]{4})-(?=\d{3,}/)", " ", parted)  # `crédito-03954/VS/2025`
    parted = re.sub(r"(?<=\b[a-z]{2})['’](?=\d)", " ", parted)  # `de'66 equipos`
    parted = re.sub(r"\b([^\W\d]{5,})([aA])(?= (?:la|las|los|el)\b)", _with_a, parted, flags=re.IGNORECASE)
    parted = re.sub(r"(?<=\d/)([A-Z]) ([A-Z])(?=/\d)", r"\1\2", parted)
    parted = re.sub(r"(?<=[a-zñáéíóú]{2})\.\s?(?=[a-zñáéíóú])", " ", parted)
    parted = re.sub(r"(?<=[a-zñáéíóú]{3})[.,;:](?=\d{3})", " ", parted)  # `crédito.09345`
    parted = re.sub(r"\b(?:(?!il\b)[Ili|]{2,3}|I[IL]{1,2})(?=\W|$)", lambda m: "I" * len(m[0]), parted)  # the numerals II and III
    parted = re.sub(r"(?<=/)([A-Z]+)[58](?=/)", r"\1S", parted)
    for one in (re.compile(r"[“”\"]"), _QUOTE):
        parted = one.sub("", parted) if len(one.findall(parted)) == 1 else parted  # one alone is dirt
    parted = unbroken(_spelt(parted), numbers)
    parted = repeated(parted, numbers) or slashed(parted)
    parted = re.sub(r"^[][{}]+|(?<! )[][{}]+$", "", re.sub(r"(?<=[a-záéíóú]{3})\](?= )", "l", parted))
    parted = re.sub(r"(?<=\d/)/(?=[A-Z]{1,3}/\d)", "V", parted)  # `03133//S/2024`: a V leans like two slashes
    value = re.sub(r"(?<=\w{3})[.,;:!]+$|(?<=\b[IVX]{2})[.,]+$", "", parted.strip(" -—|_“”'\"")).strip()
    clean = clean and parted == raw and raw[-1] not in "/-" and not value[:1].islower() and not any(_gapped(line) for line in taken)
    trust = 0.96 if clean and len(taken) <= 3 and len(value) > 7 else 0.8
    if sum(c.isalpha() for c in value) < 5:
        return None
    return Field(value, raw, round(trust * _strict(words, value), 3), taken[0].page, surround(words))


def _with_a(match: re.Match[str]) -> str:
    """`INVITACIÓNA LA` as two words, where only the first is one."""
    whole, first = match[0].lower(), match[1].lower()
    return f"{match[1]} {match[2]}" if first in WORDS and whole not in WORDS else match[0]


def _unmarked(line: Line) -> Line:
    """The line without marks that are specks on its words (a weak stop before the next word, a weak comma before `de`), and with a
    letter once that was hardly read and twice, in the middle of a number: `05505/VSS/2024`."""
    words = [_without_speck(word, after) for word, after in zip(line.words, [*line.words[1:], None], strict=True)]
    return line_of(line.page, words) if any(a is not b for a, b in zip(words, line.words, strict=True)) else line


def _without_speck(word: Word, after: Word | None) -> Word:
    if word.confidence < LOST:
        word = replace(word, text=_TWICE.sub("", word.text))
    if after is None or word.confidence >= CLEAR:
        return word
    speck = _STOPPED.fullmatch(word.text) or (word.text.endswith(",") and after.text in ("de", "del"))
    return replace(word, text=word.text[:-1]) if speck else word


def _gapped(line: Line) -> bool:
    """Whether much more room than between its other words stands somewhere in a line: a word may be lost there."""
    gaps = [b.x0 - a.x1 for a, b in pairwise(line.words)]
    usual = sorted(gaps)[len(gaps) // 2] if len(gaps) > 2 else 0.4 * line.height
    return any(gap > max(2.2 * usual, line.height) for gap in gaps)


def _spelt(text: str) -> str:
    """Words that are spelt one way only: `Terminacián`, `informacion`, `NUMERO`, `DI` get their letters back, in capitals too."""
    text = re.sub(r"(?<=[cs]i)[áàâo]n\b", "ón", text)
    text = re.sub(r"(?<=[A-Z]{2}[CS]I)[ÁÀO]N\b", "ÓN", text)
    text = re.sub(r"\b([Nn])umero(?= \d)", r"\1úmero", text)
    text = re.sub(r"(?<= )[áàâ](?= \w)", "a", text)
    if text.isupper():
        text = _footed(text)
    return re.sub(r"\bNUMERO(?= \d)", "NÚMERO", re.sub(r"\bDI\b", "DE", text))


def _footed(text: str) -> str:
    """Capitals whose feet a line drawn under them took: `DF.`, `VEHÍCUT.OS`, `INEORMACIÓN` for a word that is known with F for E."""
    text = re.sub(r"\bD[FB]\b\.?", "DE", re.sub(r"\bET\.\s?(?=[A-ZÁÉÍÓÚÑ]{2})", "EL ", text))
    text = re.sub(r"(?<=[A-ZÁÉÍÓÚÑ])T\.(?=[A-ZÁÉÍÓÚÑ]{2})", "L", text)
    return " ".join(map(_with_feet, text.split(" ")))


def _with_feet(word: str) -> str:
    if len(word) < 5 or not re.search("[EF]", word) or word.lower().strip(".,") in WORDS:
        return word
    changed = [word[:i] + {"E": "F", "F": "E"}[char] + word[i + 1 :] for i, char in enumerate(word) if char in "EF"]
    known = [one for one in changed if one.lower().strip(".,") in WORDS]
    return known[0] if len(known) == 1 else word


def _strict(words: Sequence[Word], value: str) -> float:
    """Signs that no subject has are a seal or noise that ran into the line."""
    odd = _ODD.search(value) or _DATED.search(fold(value))  # the line of the date
    doubtful = re.search(r"(?<=\w )[AEIOU][a-z]{3,}", value)  # capitals lose their accent: Alamos for Álamos
    open_end = re.search(r" (?:de|del|la|las|los|el|en|y|a|al|por|para|con)$", value.lower())
    mixed = re.search(r"/(?=\w*[A-Z])(?=\w*[0158])\w+", value)  # `06692/V5/2025` for VS: letters are read as digits
    return quality(words) * (0.75 if odd or open_end else 0.93 if doubtful or mixed else 1.0)
