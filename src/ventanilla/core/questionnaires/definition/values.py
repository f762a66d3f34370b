"""One answer: from what a form, a file or a program sent to the canonical value that is stored as JSON.

Canonical: text; int; decimal as plain text ("12.5"); date "2026-11-21"; moment in UTC "2026-11-21T20:32:00+00:00"; true or
false; the value of an option; a list of them in the order of the definition; the id of a reference; the UUID of a file.
What has no zone is taken to be local (America/Mexico_City). Cleaning a canonical value gives the same value.
"""
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from ventanilla.core.questionnaires.definition.fields import Field
from ventanilla.core.questionnaires.definition.messages import N_, Message
from ventanilla.core.questionnaires.definition.patterns import compiled
from ventanilla.core.questionnaires.definition.texts import tidy

ZONE: Final = ZoneInfo("America/Mexico_City")
_NUMBER: Final = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|[+-]?\.\d+", re.ASCII)
_DAY: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
_MAIL: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}")
_PHONE: Final = re.compile(r"\+?[0-9 ()./-]{7,30}(?: ?(?:ext|x)\.? ?[0-9]{1,8})?", re.ASCII | re.IGNORECASE)
_YES: Final = frozenset({"true", "1", "on", "si", "sí", "yes", "verdadero"})
_NO: Final = frozenset({"false", "0", "off", "no", "falso"})
MOST: Final = Decimal("1e15")
Day = TypeVar("Day", bound=date)


class BadValue(ValueError):
    """An answer that cannot be taken; `message` says why."""

    def __init__(self, text: str, **params: Any) -> None:
        self.message = Message(text, params)
        super().__init__(str(self.message))


def clean(field: Field, raw: Any) -> Any:
    """The canonical value, or None when there is no answer. Raises BadValue. Tables are for `checking`."""
    if raw is None or (isinstance(raw, str) and not raw.strip()) or raw == []:
        return None
    if not isinstance(raw, str | int | float | Decimal | list | tuple | date | UUID):
        raise BadValue(N_("El dato no tiene la forma esperada."))
    value = _CLEAN[field.type](field, raw)
    return None if value in ("", []) else value


def _text(field: Field, raw: Any) -> str:
    if not isinstance(raw, str):
        raise BadValue(N_("Escriba un texto."))
    if len(raw) > 4 * field.longest + 1000:
        raise BadValue(N_("Es demasiado largo: el máximo son %(most)s caracteres."), most=f"{field.longest:,}")
    text = tidy(raw, lines=field.type == "long_text")
    if len(text) > field.longest:
        raise BadValue(N_("Es demasiado largo: tiene %(size)s caracteres y el máximo son %(most)s."),
                       size=f"{len(text):,}", most=f"{field.longest:,}")
    if text and len(text) < (field.min_length or 0):
        raise BadValue(N_("Es demasiado corto: escriba al menos %(least)s caracteres."), least=field.min_length)
    if text and field.pattern and not compiled(field.pattern).matches(text):
        if field.pattern_help:
            raise BadValue(N_("No tiene la forma que se pide: %(help)s"), help=field.pattern_help)
        raise BadValue(N_("No tiene la forma que se pide."))
    return text


def _email(field: Field, raw: Any) -> str:
    text = _text(field, raw)
    if text and not _MAIL.fullmatch(text):
        raise BadValue(N_("Escriba un correo completo, como nombre@ejemplo.gob.mx."))
    return text


def _phone(field: Field, raw: Any) -> str:
    text = _text(field, raw)
    digits = sum(c.isdigit() for c in re.split(r"(?i)ext|x", text)[0])
    if text and not (_PHONE.fullmatch(text) and 7 <= digits <= 15):
        raise BadValue(N_("Escriba un teléfono con lada, por ejemplo 722 123 4567, o con extensión: 722 123 4567 ext. 12."))
    return text


def _url(field: Field, raw: Any) -> str:
    text = _text(field, raw)
    if not text:
        return text
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and "." in (parts.hostname or "") and parts.username is None and parts.port != 0
    except ValueError:
        usable = False
    if not usable or " " in text:
        raise BadValue(N_("Escriba la dirección completa; empieza con https://"))
    return text


def number(raw: Any) -> Decimal:
    """A number as people in Mexico write it: 1,234.5. Raises BadValue."""
    text = raw.replace("\u00a0", " ").strip() if isinstance(raw, str) else str(raw)
    try:
        if isinstance(raw, bool | list | tuple | date) or (isinstance(raw, str) and not _NUMBER.fullmatch(text)):
            raise InvalidOperation
        value = Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise BadValue(N_("Escriba un número, por ejemplo 1,234.5.")) from None
    if not value.is_finite() or abs(value) > MOST:
        raise BadValue(N_("El número es demasiado grande."))
    return value


def plain(value: Decimal) -> str:
    """A decimal without exponent and needless zeros: "12.5", "0"."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def _integer(field: Field, raw: Any) -> int:
    value = number(raw)
    if value != value.to_integral_value():
        raise BadValue(N_("Escriba un número entero, sin decimales."))
    _within(field, value)
    return int(value)


def _decimal(field: Field, raw: Any) -> str:
    value = number(raw)
    if value != round(value, field.decimals):
        raise BadValue(N_("Escriba cuando más %(most)s decimales."), most=field.decimals)
    _within(field, value)
    return plain(value)


def _within(field: Field, value: Any) -> None:
    if field.min is not None and value < _limit(field.min, value):
        raise BadValue(N_("Debe ser al menos %(least)s."), least=_said(field.min))
    if field.max is not None and value > _limit(field.max, value):
        raise BadValue(N_("Debe ser cuando más %(most)s."), most=_said(field.max))


def _limit(limit: Any, value: Any) -> Any:
    if isinstance(value, datetime):
        return datetime.fromisoformat(limit)
    return date.fromisoformat(limit) if isinstance(value, date) else Decimal(str(limit))


def _said(limit: Any) -> str:
    if isinstance(limit, str) and len(limit) >= 10 and limit[4] == "-":
        moment = datetime.fromisoformat(limit)
        return f"{moment.astimezone(ZONE):%d/%m/%Y %H:%M}" if moment.tzinfo else f"{moment:%d/%m/%Y}"
    return f"{Decimal(str(limit)):,f}"


def _day(raw: Any) -> date:
    if isinstance(raw, date):
        return raw.astimezone(ZONE).date() if isinstance(raw, datetime) and raw.tzinfo else date(raw.year, raw.month, raw.day)
    text = str(raw).strip()
    found = _DAY.fullmatch(text)
    try:
        value = date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(text)
    except ValueError:
        raise BadValue(N_("Escriba una fecha que exista, como 21/11/2026.")) from None
    return _sane(value)


def _sane(value: Day) -> Day:
    if not 1800 <= value.year <= 2200:
        raise BadValue(N_("Revise el año de la fecha."))
    return value


def _date(field: Field, raw: Any) -> str:
    value = _day(raw)
    _within(field, value)
    return value.isoformat()


def _moment(raw: Any) -> datetime:
    if isinstance(raw, datetime):
        return raw
    text = re.sub(r"\s+", " ", str(raw).strip())
    try:
        if found := re.fullmatch(rf"{_DAY.pattern}[ ,T]+(\d{{1,2}}):(\d\d)", text, re.ASCII):
            return datetime(int(found[3]), int(found[2]), int(found[1]), int(found[4]), int(found[5]), tzinfo=ZONE)
        return datetime.fromisoformat(text)
    except ValueError:
        raise BadValue(N_("Escriba fecha y hora que existan, como 21/11/2026 14:30.")) from None


def _datetime(field: Field, raw: Any) -> str:
    value = _sane(_moment(raw))
    value = (value if value.tzinfo else value.replace(tzinfo=ZONE)).astimezone(UTC).replace(microsecond=0)
    _within(field, value)
    return value.isoformat()


def _yes_no(_field: Field, raw: Any) -> bool:
    text = str(raw).strip().lower()
    if text not in _YES | _NO:
        raise BadValue(N_("Elija Sí o No."))
    return text in _YES


def _choice(field: Field, raw: Any) -> str:
    if isinstance(raw, str) and raw in field.by_value:
        return raw
    raise BadValue(N_("Elija una de las opciones."))


def _choices(field: Field, raw: Any) -> list[str]:
    given = list(raw) if isinstance(raw, list | tuple) else [raw]
    if any(not isinstance(v, str) or v not in field.by_value for v in given):
        raise BadValue(N_("Elija solo de las opciones."))
    chosen = [c.value for c in field.choices if c.value in given]
    if field.max is not None and len(chosen) > int(field.max):
        raise BadValue(N_("Elija cuando más %(most)s opciones."), most=field.max)
    if chosen and len(chosen) < int(field.min or 0):
        raise BadValue(N_("Elija al menos %(least)s opciones."), least=field.min)
    return chosen


def _file(_field: Field, raw: Any) -> str:
    try:
        return str(raw if isinstance(raw, UUID) else UUID(str(raw)))
    except ValueError:
        raise BadValue(N_("El archivo no se recibió; adjúntelo de nuevo.")) from None


def _reference(_field: Field, raw: Any) -> int:
    text = str(raw).strip()
    if isinstance(raw, bool | float) or not (text.isascii() and text.isdigit()) or not 0 < int(text[:20]) < 2**63:
        raise BadValue(N_("Elija de la lista que se ofrece al escribir."))
    return int(text)


_CLEAN: Final[dict[str, Callable[[Field, Any], Any]]] = {
    "text": _text, "long_text": _text, "email": _email, "phone": _phone, "url": _url, "integer": _integer, "decimal": _decimal,
    "date": _date, "datetime": _datetime, "yes_no": _yes_no, "choice": _choice, "scale": _choice, "choices": _choices,
    "file": _file, "reference": _reference,
}
