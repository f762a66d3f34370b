"""Attributes of a type as data: what a definition may say, and checking the values of an item against it.

A definition is {"name", "label", "kind", "required", "choices", "to", "unit", "help"}; `kind` is text, number, date,
choice or reference (to an item of the type whose slug is `to`). Values are kept as text, number, ISO date, text, item id.
"""
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.orgs.services.setup import Refused
from ventanilla.lib.spanish import fold
from ventanilla.modules.servicedesk.models.cmdb import CIType
from ventanilla.modules.servicedesk.services.cmdb.words import clean

KINDS: Final = {"text": lazy("Texto"), "number": lazy("Número"), "date": lazy("Fecha"), "choice": lazy("Opción de una lista"),
                "reference": lazy("Referencia a otro elemento")}
MAX_TEXT: Final = 500
MAX_OWN: Final = 60
"""Attributes of one type."""
Find = Callable[[str, str], int | None]
"""(text, type slug) -> the item named so."""


@dataclass(frozen=True)
class Attribute:
    """A field of the items of a type."""

    name: str
    label: str
    kind: str = "text"
    required: bool = False
    choices: tuple[str, ...] = ()
    to: str = ""
    unit: str = ""
    help: str = ""

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Attribute":
        """From what the type keeps."""
        known = {k: v for k, v in data.items() if k in cls.__dataclass_fields__}
        return cls(**{**known, "choices": tuple(known.get("choices", ()))})

    def as_data(self) -> dict[str, Any]:
        """What the type keeps: only what is said."""
        data = {k: v for k, v in asdict(self).items() if v not in ("", False, ())}
        return {**data, "choices": list(self.choices)} if self.choices else data


@dataclass
class Checked:
    """Values that are right, and what is wrong by attribute name."""

    values: dict[str, Any] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)


def chain(kind: CIType) -> list[CIType]:
    """The type and those above it, the topmost first; a circle ends."""
    found: list[CIType] = []
    step: CIType | None = kind
    while step is not None and step not in found:
        found.insert(0, step)
        step = step.parent
    return found


def attributes_of(kind: CIType) -> list[Attribute]:
    """Every attribute of the type, inherited ones first; one of the same name below replaces it in its place."""
    found: dict[str, Attribute] = {}
    for step in chain(kind):
        found |= {a.name: a for a in map(Attribute.of, step.attributes)}
    return list(found.values())


def defined(rows: Sequence[Attribute]) -> list[dict[str, Any]]:
    """The definitions to keep. Raises Refused, with the field `attributes`, for what makes no sense."""
    if len(rows) > MAX_OWN:
        raise Refused(_("Un tipo admite hasta %(n)s datos propios.") % {"n": MAX_OWN}, "attributes")
    seen: set[str] = set()
    wrong = []
    for row in rows:
        if problem := _nonsense(row, seen):
            wrong.append(f"«{row.label or row.name}»: {problem}")
        seen.add(row.name)
    if wrong:
        raise Refused("; ".join(wrong), "attributes")
    return [row.as_data() for row in rows]


def _nonsense(row: Attribute, seen: set[str]) -> str:
    tests = (
        (not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", row.name), _("la clave lleva letras minúsculas, números y guion bajo")),
        (row.name in seen, _("la clave está repetida")),
        (not row.label.strip() or len(row.label) > 80, _("falta el nombre, o pasa de 80 letras")),
        (row.kind not in KINDS, _("el tipo de dato no existe")),
        (row.kind == "choice" and len(row.choices) < 1, _("faltan las opciones")),
        (row.kind == "reference" and not row.to, _("falta decir a qué tipo de elemento")),
    )
    return next((words for wrong, words in tests if wrong), "")


def name_for(label: str) -> str:
    """A key made from a label: "Dirección IP" is direccion_ip."""
    made = slugify(fold(label)).replace("-", "_")[:40]
    return made if made[:1].isalpha() else f"d_{made}"[:40]


def check(rows: Sequence[Attribute], raw: Mapping[str, Any], find: Find) -> Checked:
    """Raw texts (or values) by attribute name as clean values. What is empty is left out; unknown names are not looked at."""
    found = Checked()
    for row in rows:
        text = clean(str(raw.get(row.name) if raw.get(row.name) is not None else ""))
        if not text:
            if row.required:
                found.problems[row.name] = _("Falta «%(label)s».") % {"label": row.label}
            continue
        value = _READ[row.kind](row, text, find)
        if value is None:
            found.problems[row.name] = _WRONG[row.kind](row, text)
        else:
            found.values[row.name] = value
    return found


def _text(_row: Attribute, text: str, _find: Find) -> str | None:
    return text if len(text) <= MAX_TEXT else None


def _number(_row: Attribute, text: str, _find: Find) -> int | float | None:
    try:
        value = Decimal(text.replace(",", "") if "." in text or re.fullmatch(r"-?\d{1,3}(,\d{3})+", text) else text.replace(",", "."))
    except InvalidOperation:
        return None
    if not value.is_finite() or abs(value) > 10**15:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _date(_row: Attribute, text: str, _find: Find) -> str | None:
    day = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text)
    local = re.fullmatch(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})", text)
    parts = day.groups() if day else local.groups()[::-1] if local else None
    try:
        return date(*map(int, parts)).isoformat() if parts else None
    except ValueError:
        return None


def _choice(row: Attribute, text: str, _find: Find) -> str | None:
    return next((c for c in row.choices if fold(c).lower() == fold(text).lower()), None)


def _reference(row: Attribute, text: str, find: Find) -> int | None:
    return find(text, row.to)


_READ: Final[Mapping[str, Callable[[Attribute, str, Find], Any]]] = {
    "text": _text, "number": _number, "date": _date, "choice": _choice, "reference": _reference}
_WRONG: Final[Mapping[str, Callable[[Attribute, str], str]]] = {
    "text": lambda r, t: _("«%(label)s» pasa de %(n)s letras.") % {"label": r.label, "n": MAX_TEXT},
    "number": lambda r, t: _("«%(label)s» debe ser un número.") % {"label": r.label},
    "date": lambda r, t: _("«%(label)s» debe ser una fecha como 2026-11-21 o 21/11/2026.") % {"label": r.label},
    "choice": lambda r, t: _("«%(label)s» debe ser una de: %(choices)s.") % {"label": r.label, "choices": ", ".join(r.choices[:12])},
    "reference": lambda r, t: _("«%(label)s»: no hay un elemento «%(text)s» de ese tipo.") % {"label": r.label, "text": t[:60]},
}
