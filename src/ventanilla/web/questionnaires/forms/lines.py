"""Options and columns as lines of text, one per line, and back: what a person writes without knowing any code."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.questionnaires.definition.fields import COLUMN_TYPES, TYPES
from ventanilla.core.questionnaires.editing import free_key
from ventanilla.lib.spanish import fold

NONE = ("na", "n/a", "no aplica")


def choices_of(text: str, old: Sequence[dict[str, Any]] = ()) -> list[dict[str, Any]]:
    """`Bueno | 2` per line; `No aplica | na` is left out of the score. Options keep the value they had, by label or by place."""
    lines = [[part.strip() for part in line.split("|")] for line in text.splitlines() if line.strip()]
    values = _values([line[0] for line in lines], old)
    return [_choice(line, value) for line, value in zip(lines, values, strict=True)]


def _values(labels: Sequence[str], old: Sequence[dict[str, Any]]) -> list[str]:
    by_label = {str(c.get("label")): str(c.get("value")) for c in old}
    kept = [by_label.get(label, "") for label in labels]
    if len(labels) == len(old):  # the same number: one whose words changed is the one in its place
        kept = [
            value or (str(old[n].get("value")) if str(old[n].get("label")) not in labels else "") for n, value in enumerate(kept)
        ]
    taken = {*kept, *by_label.values()}
    found = []
    for label, value in zip(labels, kept, strict=True):
        found.append(value or free_key(label, taken))
        taken.add(found[-1])
    return found


def _choice(line: Sequence[str], value: str) -> dict[str, Any]:
    made: dict[str, Any] = {"value": value, "label": line[0]}
    points = line[1].lower() if len(line) > 1 else ""
    if points in NONE:
        return made | {"na": True}
    if points:
        try:
            made["score"] = float(Decimal(points.replace(",", ".")))
        except InvalidOperation:
            raise Refused(
                _("En «%(line)s», después de la barra van los puntos (un número) o «na».") % {"line": " | ".join(line)}, "choices"
            ) from None
        made["score"] = int(made["score"]) if made["score"] == int(made["score"]) else made["score"]
    return made


def choices_text(choices: Sequence[dict[str, Any]]) -> str:
    """The lines of options."""
    return "\n".join(
        c.get("label", "") + (" | na" if c.get("na") else f" | {c['score']}" if c.get("score") is not None else "")
        for c in choices
    )


def columns_of(text: str, old: Sequence[dict[str, Any]] = ()) -> list[dict[str, Any]]:
    """`Serie | Texto corto | obligatoria` per line; `Estado | Una opción: Abierto; Cerrado`. Columns keep their key by label."""
    known = {str(c.get("label")): str(c.get("key")) for c in old}
    found: list[dict[str, Any]] = []
    taken = set(known.values())
    for line in (line for line in text.splitlines() if line.strip()):
        parts = [part.strip() for part in line.split("|")]
        key = known.get(parts[0]) or free_key(parts[0], taken)
        taken.add(key)
        made: dict[str, Any] = {"key": key, "label": parts[0], **_type(parts[1] if len(parts) > 1 else "text")}
        if len(parts) > 2 and fold(parts[2]).lower().startswith("oblig"):
            made["required"] = True
        found.append(made)
    return found


def _type(words: str) -> dict[str, Any]:
    name, _colon, listed = words.partition(":")
    names = {fold(str(label)).lower(): slug for slug, label in TYPES.items()} | {slug: slug for slug in TYPES}
    kind = names.get(fold(name).lower().strip())
    if kind not in COLUMN_TYPES or kind == "reference":
        raise Refused(
            _("No se conoce el tipo de columna «%(type)s». Use por ejemplo Texto corto, Número entero o Fecha.") % {"type": name},
            "columns",
        )
    return {"type": kind} | ({"choices": choices_of(listed.replace(";", "\n"))} if listed.strip() else {})


def columns_text(columns: Sequence[dict[str, Any]]) -> str:
    """The lines of columns."""
    return "\n".join(_column_line(c) for c in columns)


def _column_line(column: dict[str, Any]) -> str:
    options = "; ".join(c.get("label", "") for c in column.get("choices") or ())
    words = TYPES.get(column.get("type", ""), column.get("type", "")) + (f": {options}" if options else "")
    return f"{column.get('label', '')} | {words}" + (" | obligatoria" if column.get("required") else "")
