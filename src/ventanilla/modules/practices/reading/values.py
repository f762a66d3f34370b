"""From the text of a cell to a canonical value; what cannot be one becomes a warning and, where it helps, a reading to decide on."""
import re
from datetime import date
from typing import Any, Final
from unicodedata import is_normalized

from ventanilla.core.questionnaires.definition import Field
from ventanilla.core.questionnaires.definition.texts import tidy
from ventanilla.core.questionnaires.definition.values import BadValue, clean
from ventanilla.lib.spanish import MONTHS, fold
from ventanilla.modules.practices.reading.drafts import Draft, joined

_ISO: Final = re.compile(r"(\d{4})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{1,2})")
_DAY: Final = re.compile(r"(\d{1,2})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{4})")
_WORDS: Final = re.compile(r"(\d{1,2})[oº°]?\s+de\s+([a-z]+)\s+(?:de|del)\s+(\d{4})", re.IGNORECASE)
_YEAR: Final = re.compile(r"(?:año\s+)?((?:19|20)\d\d)\.?", re.IGNORECASE)
_PERCENT: Final = re.compile(r"(\d{1,3}(?:,\d{3})*(?:\.\d+)?|\d+(?:[.,]\d+)?)\s*(?:%|por ciento)?\.?", re.IGNORECASE)
_SPACES: Final = re.compile("[ \u00a0\u2007\u202f]+")
_EMPTY_DATE: Final = re.compile(r"0{1,4}[-/]0{1,2}[-/]0{1,4}")


def settle(draft: Draft, asked: Field) -> None:
    """Set the draft's value from its texts."""
    if not draft.texts:
        return
    text = joined(draft.texts, asked.type == "long_text")
    if text:
        _SETTLE.get(asked.type, _written)(draft, asked, text)


def _written(draft: Draft, asked: Field, text: str) -> None:
    draft.value = tidied(text, asked.type == "long_text")
    if len(draft.value) > asked.longest:
        draft.value = None
        draft.warn("demasiado_largo")


def tidied(text: str, lines: bool) -> str:
    """The text as `core.questionnaires` keeps it, with single plain spaces."""
    if text.isprintable() and "  " not in text and is_normalized("NFC", text):
        return text.strip()  # as most are: nothing else to tidy; what is no plain space is not printable
    text = _SPACES.sub(" ", text)
    rows = text.split("\n")
    if not lines or not all(map(str.isprintable, rows)) or not is_normalized("NFC", text) or "\n\n\n" in text:
        return tidy(text, lines=lines)
    return "\n".join(map(str.rstrip, rows)).strip()


def _date(draft: Draft, _asked: Field, text: str) -> None:
    if _EMPTY_DATE.fullmatch(text.strip()):
        draft.warn("fecha_nula")
        return
    found = day_of(text)
    if found:
        draft.value = found.isoformat()
    elif year := _YEAR.fullmatch(text.strip()):
        draft.doubt("fecha_incompleta", "El formulario solo dice el año. ¿Qué fecha se registra?",
                    [(f"{year[1]}-01-01", "El primer día de ese año"), (None, "Sin fecha")])
    else:
        draft.warn("fecha_invalida")


def day_of(text: str) -> date | None:
    """The date that a text is: 2024-06-21, 21/06/2024 or 21 de junio de 2024; None when it is none or does not exist."""
    text = text.strip().rstrip(".")
    try:
        if found := _ISO.fullmatch(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _DAY.fullmatch(text):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if (found := _WORDS.fullmatch(text)) and fold(found[2]).lower() in MONTHS:
            return date(int(found[3]), MONTHS.index(fold(found[2]).lower()) + 1, int(found[1]))
    except ValueError:
        return None
    return None


def _decimal(draft: Draft, asked: Field, text: str) -> None:
    found = _PERCENT.fullmatch(text.strip())
    try:
        if found is None:
            raise BadValue("")
        number = found[1]
        draft.value = clean(asked, number.replace(",", ".") if re.fullmatch(r"\d+,\d{1,2}", number) else number)
    except BadValue:
        draft.warn("porcentaje_invalido")


def _checked(code: str) -> Any:
    def settle_checked(draft: Draft, asked: Field, text: str) -> None:
        try:
            draft.value = clean(asked, text)
        except BadValue:
            draft.warn(code)
            draft.doubt(code, f"«{text[:200]}» no tiene la forma esperada. ¿Se deja vacío?", [(None, "Dejarlo vacío")])
    return settle_checked


_SETTLE: Final[dict[str, Any]] = {
    "date": _date, "decimal": _decimal, "email": _checked("correo_invalido"), "phone": _checked("telefono_invalido"),
}
