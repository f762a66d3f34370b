"""Oddities inside one answer: text made by a machine, open quotes, repeated words, a unit with two names, a city among states."""
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ventanilla.modules.practices.rules.plans import folded

_NOTHING: Final = frozenset({"no aplica", "na", "n/a", "n.a", "ninguna", "ninguno", "no", "-", "--", "s/d", "sin dato", "no existe"})
_ENGLISH: Final = re.compile(
    r"\b(?:the|image|displays|shows|with|and|slides?|screenshot|contains?|features?|likely|showing|picture)\b", re.IGNORECASE)
_SPANISH: Final = re.compile(r"\b(?:el|la|los|las|de|del|que|con|para|una?|por|se)\b", re.IGNORECASE)
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
    return len(_ENGLISH.findall(text)) > 2 * len(_SPANISH.findall(text)) + 2


def unclosed(text: str) -> bool:
    """Whether quotes open that do not close."""
    return text.count('"') % 2 == 1 or text.count("“") != text.count("”") or text.count("«") != text.count("»")


def repeated_word(text: str) -> bool:
    """Whether the same long word stands twice in a row, also with «y» between."""
    words = [word for word in text.split() if word != "y"]
    if True not in map(str.startswith, words[1:], words):
        return False
    begins = map(str.startswith, words[1:], words)
    return any(yes and len(words[n]) > 4 and words[n].isalpha() and words[n + 1].rstrip(",.;:") == words[n] for n, yes in enumerate(begins))


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


def one_unit_two_names(texts: Mapping[str, str]) -> list[str]:
    """Fields that name the department of a directorate otherwise than the first field that names it."""
    first: dict[str, str] = {}
    return [key for key, name, parent in _departments(texts) if first.setdefault(parent, name) != name]


def _departments(texts: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    for key, text in texts.items():
        for name, parent in _DEPARTMENT.findall(text) if "Departamento de" in text else ():
            yield key, folded(name), folded(parent)
