"""What changed from one version to the next, in the words of who made it."""
from dataclasses import dataclass, fields
from typing import Any

from ventanilla.core.questionnaires.definition.conditions import Condition
from ventanilla.core.questionnaires.definition.fields import Choice, Definition, Field
from ventanilla.core.questionnaires.definition.messages import N_

NAMES = {
    "type": N_("Tipo"), "label": N_("Pregunta"), "help": N_("Ayuda"), "required": N_("Obligatoria"), "private": N_("Reservada"),
    "when": N_("Se pregunta si"), "min": N_("Mínimo"), "max": N_("Máximo"), "min_length": N_("Caracteres como mínimo"),
    "max_length": N_("Caracteres como máximo"), "pattern": N_("Forma"), "pattern_help": N_("Explicación de la forma"),
    "unit": N_("Unidad de medida"), "decimals": N_("Decimales"), "choices": N_("Opciones"), "columns": N_("Columnas"),
    "reference": N_("Se refiere a"), "default": N_("Respuesta inicial"), "weight": N_("Peso"), "scored": N_("Da puntos"),
    "yes_score": N_("Puntos del sí"), "no_score": N_("Puntos del no"), "evidence": N_("Evidencia"),
    "evidence_required": N_("Evidencia obligatoria"), "section": N_("Sección"),
}


@dataclass(frozen=True)
class Change:
    """A field that stays but is not the same: `what` are (attribute, before, after), values as plain data."""

    key: str
    label: str
    what: tuple[tuple[str, Any, Any], ...]


@dataclass(frozen=True)
class Diff:
    """Fields added, removed and changed, and whether fields or sections stand in another order."""

    added: tuple[Field, ...] = ()
    removed: tuple[Field, ...] = ()
    changed: tuple[Change, ...] = ()
    reordered: bool = False
    sections: tuple[tuple[str, Any, Any], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed or self.reordered or self.sections)


def diff(old: Definition, new: Definition) -> Diff:
    """What `new` adds to, removes from and changes of `old`."""
    was, now = _own(old), _own(new)
    both = [key for key in now if key in was]
    return Diff(
        tuple(f for key, (f, _s) in now.items() if key not in was), tuple(f for key, (f, _s) in was.items() if key not in now),
        tuple(Change(key, now[key][0].label, what) for key in both if (what := _changes(was[key], now[key]))),
        both != [key for key in was if key in now], tuple(_sections(old, new)))


def _own(definition: Definition) -> dict[str, tuple[Field, str]]:
    return {f.key: (f, s.key) for s in definition.sections for f in s.fields if not f.companion_of}


def _changes(was: tuple[Field, str], now: tuple[Field, str]) -> tuple[tuple[str, Any, Any], ...]:
    pairs = ((f.name, getattr(was[0], f.name), getattr(now[0], f.name)) for f in fields(Field) if f.name in NAMES)
    found = [(name, _shown(a), _shown(b)) for name, a, b in pairs if a != b]
    return (*found, *([("section", was[1], now[1])] if was[1] != now[1] else []))


def _sections(old: Definition, new: Definition) -> list[tuple[str, Any, Any]]:
    was, now = ({s.key: (s.title, s.help, str(s.weight), _shown(s.when)) for s in d.sections} for d in (old, new))
    return [(key, was.get(key), now.get(key)) for key in dict.fromkeys((*was, *now)) if was.get(key) != now.get(key)]


def _shown(value: Any) -> Any:
    """As plain data: conditions as JSON, options and columns as their labels with points."""
    if isinstance(value, Condition):
        return value.data()
    if isinstance(value, tuple):
        return [f"{v.label} ({v.type})" if isinstance(v, Field) else _option(v) for v in value]
    return value


def _option(choice: Choice) -> str:
    return choice.label + (f" = {choice.score}" if choice.score is not None else "") + (" (N/A)" if choice.na else "")
