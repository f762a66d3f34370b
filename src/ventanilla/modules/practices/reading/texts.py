"""Oddities inside one answer: text made by a machine, open quotes, repeated words, a unit with two names, a city among states."""
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import eq
from typing import Any, Final

from ventanilla.modules.practices.rules.figures import unsigned_percentage
from ventanilla.modules.practices.rules.plans import folded

_NOTHING: Final = frozenset({"no aplica", "na", "n/a", "n.a", "ninguna", "ninguno", "no", "-", "--", "s/d", "sin dato", "no existe"})
_WORD: Final = re.compile(r"\w+")
_ENGLISH: Final = frozenset({"the", "image", "displays", "shows", "with", "and", "slide", "slides", "screenshot", "contain", "contains",
                             "feature", "features", "likely", "showing", "picture"})
_SPANISH: Final = frozenset({"el", "la", "los", "las", "de", "del", "que", "con", "para", "un", "una", "por", "se"})
_KEYED: Final = re.compile(r"\bclave\s+([0-9A-Z]{8,20})\s+([^.,;]{5,120})", re.IGNORECASE)
_CAPITAL: Final = r"[A-ZÁÉÍÓÚÑ]\w+"
_DEPARTMENT: Final = re.compile(rf"\bDepartamento de ((?:{_CAPITAL}(?:\s(?:y|de|e)\s)?\s?){{1,6}}?),?\s+(?:perteneciente a|adscrito a|de) "
                                rf"la (Direcci[oó]n de {_CAPITAL}(?:\s{_CAPITAL}){{0,4}})")
_STATES_OF: Final = re.compile(rf"\bestados de ((?:{_CAPITAL}(?:\s(?:de\s)?{_CAPITAL})*(?:,\s|\sy\s)?){{2,32}})")
STATES: Final = frozenset(map(folded, (
    "Aguascalientes", "Baja California", "Baja California Sur", "Campeche", "Chiapas", "Chihuahua", "Ciudad de México",
    "Coahuila", "Colima", "Durango", "Guanajuato", "Guerrero", "Hidalgo", "Jalisco", "México", "Estado de México",
    "Michoacán", "Morelos", "Nayarit", "Nuevo León", "Oaxaca", "Puebla", "Querétaro", "Quintana Roo", "San Luis Potosí",
    "Sinaloa", "Sonora", "Tabasco", "Tamaulipas", "Tlaxcala", "Veracruz", "Yucatán", "Zacatecas")))
"""The federative entities (Constitución Política de los Estados Unidos Mexicanos, artículo 43), in their short names."""


def says_no(value: Any) -> bool:
    """Whether an answer is a way of saying nothing: «No aplica», «Ninguna»."""
    return isinstance(value, str) and len(value) < 20 and folded(value).strip(" .") in _NOTHING


def machine_made(text: str) -> bool:
    """Whether a text is the English description that a program made of a picture."""
    words = _WORD.findall(text.lower())
    return sum(word in _ENGLISH for word in words) > 2 * sum(word in _SPANISH for word in words) + 2


def unclosed(text: str) -> bool:
    """Whether quotes open that do not close."""
    return text.count('"') % 2 == 1 or text.count("“") != text.count("”") or text.count("«") != text.count("»")


def repeated_word(text: str) -> bool:
    """Whether the same long word stands twice in a row, also with «y» between."""
    words = [word for word in text.split() if word != "y"]
    return any(len(one) > 4 and one.isalpha() and other.rstrip(",.;:") == one for one, other in pairwise(words))


def _may_repeat(whole: bytes) -> bool:
    """Whether any word equals the one before it, signs and nearly every «y» left out: yes too often, but no only where nothing repeats."""
    words = whole.replace(b" y ", b" ").translate(None, b",.;:").split()
    return b"y" in words or True in map(eq, words, words[1:])


def repeated_key(text: str) -> bool:
    """Whether the same structural key names two units."""
    if "lave" not in text:
        return False
    names: dict[str, str] = {}
    return any(names.setdefault(key, folded(name)) != folded(name) for key, name in _KEYED.findall(text))


def not_states(text: str) -> list[str]:
    """What a list «estados de …» names that is no state of Mexico; lists without any state are about something else."""
    if "estados de " not in text:
        return []
    for found in _STATES_OF.finditer(text):
        names = [one.strip() for one in re.split(r",\s|\sy\s", found[1]) if one.strip()]
        strange = [one for one in names if folded(one) not in STATES]
        if strange and len(strange) < len(names):
            return strange
    return []


@dataclass(slots=True)
class Texts:
    """The long answers of a form, as (field, text).

    `plain`: all of them in Latin-1, where other letters are «?», because bytes are searched faster.
    """

    pairs: Sequence[tuple[str, str]]
    whole: str
    plain: bytes
    percent: bool
    """Whether any may name a percentage."""


def texts_of(pairs: Sequence[tuple[str, str]]) -> Texts:
    """The answers together, so that what none of them holds is looked for only once."""
    whole = "\n".join(text for _key, text in pairs)
    plain = whole.encode("latin-1", "replace")
    return Texts(pairs, whole, plain, b"%" in plain or b"ciento" in plain.lower())


_QUOTES: Final = '"“”«»'
ODDITIES: Final[tuple[tuple[str, Callable[[str], object], Callable[[Texts], bool]], ...]] = (
    ("comillas_sin_cerrar", unclosed, lambda texts: any(quote in texts.whole for quote in _QUOTES)),
    ("repeticion", repeated_word, lambda texts: _may_repeat(texts.plain)),
    ("porcentaje_sin_signo", unsigned_percentage, lambda texts: texts.percent),
    ("clave_repetida", repeated_key, lambda texts: b"lave" in texts.plain),
    ("no_es_estado", not_states, lambda texts: b"estados de " in texts.plain),
)
"""Code, test of one text, and a quick test of all texts together: where it says no, no text needs the first."""


def oddities(texts: Texts) -> Iterator[tuple[str, str]]:
    """Every (field, code) of what is odd about one text, field by field."""
    asked = [(code, odd) for code, odd, possible in ODDITIES if possible(texts)]
    return ((key, code) for key, text in texts.pairs for code, odd in asked if odd(text))


def one_unit_two_names(texts: Texts) -> list[str]:
    """Fields that name the department of a directorate otherwise than the first field that names it."""
    first: dict[str, str] = {}
    return [key for key, name, parent in _departments(texts) if first.setdefault(parent, name) != name]


def _departments(texts: Texts) -> Iterator[tuple[str, str, str]]:
    for key, text in texts.pairs if b"Departamento de" in texts.plain else ():
        for name, parent in _DEPARTMENT.findall(text):
            yield key, folded(name), folded(parent)
