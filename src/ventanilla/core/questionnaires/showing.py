"""Answers in words: what a page, a list, a file and a message show of canonical values."""
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ventanilla.core.documents.models import Document
from ventanilla.core.questionnaires.definition import Definition, Field
from ventanilla.core.questionnaires.definition.conditions import OPS, Condition
from ventanilla.core.questionnaires.definition.fields import CHOSEN, NUMBERS
from ventanilla.core.questionnaires.references import labels_of
from ventanilla.lib import spanish

Labels = Mapping[tuple[str, Any], str]


@dataclass(frozen=True)
class Shown:
    """A question and its answer in words. `rows` (a list of cells) and `heads` are for tables; `file` is a document's UUID."""

    section: str
    field: Field
    text: str
    heads: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    file: str = ""


def without_private(definition: Definition, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that the requester, lists and exports may see."""
    return {k: v for k, v in values.items() if k in definition.fields and not definition.fields[k].private}


def shown_values(definition: Definition, values: Mapping[str, Any], *, private: bool = False) -> list[Shown]:
    """Every answer in the order of the form; at most one query per kind of reference and one for files."""
    kept = dict(values) if private else without_private(definition, values)
    labels = labels_in([(definition, kept)])
    return [_one(section.title, one, kept[one.key], labels)
            for section in definition.sections for one in section.fields if one.key in kept]


def _one(section: str, one: Field, value: Any, labels: Labels) -> Shown:
    if one.type == "table":
        rows = [[in_words(c, row.get(c.key), labels) for c in one.columns] for row in value]
        count = ngettext("%(n)s renglón", "%(n)s renglones", len(rows)) % {"n": len(rows)}
        return Shown(section, one, count, [c.label for c in one.columns], rows)
    return Shown(section, one, in_words(one, value, labels), file=value if one.type == "file" else "")


def labels_in(pairs: Sequence[tuple[Definition, Mapping[str, Any]]]) -> dict[tuple[str, Any], str]:
    """Labels of every reference and file in the values of many responses: one query per kind."""
    wanted = {pair for definition, values in pairs for pair in _pointing(definition, values)}
    files = {v for kind, v in wanted if kind == "file"}
    found: dict[tuple[str, Any], str] = dict(labels_of({(k, v) for k, v in wanted if k != "file"}))
    if files:
        found |= {("file", str(u)): t for u, t in Document.objects.filter(uuid__in=files).values_list("uuid", "title")}
    return found


def _pointing(definition: Definition, values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        one = definition.fields.get(key)
        if one is None:
            continue
        if one.type in ("file", "reference"):
            yield one.reference or "file", value
        elif one.type == "table":
            yield from ((c.reference, row[c.key]) for row in value for c in one.columns if c.reference and c.key in row)


def in_words(one: Field, value: Any, labels: Labels) -> str:
    """One answer; "" for none. What a reference pointed to and no longer exists is said."""
    if value is None:
        return ""
    if one.type == "yes_no":
        return _("Sí") if value else _("No")
    if one.type in CHOSEN:
        return "; ".join(one.by_value[v].label for v in (value if isinstance(value, list) else [value]) if v in one.by_value)
    if one.type in NUMBERS:
        text = spanish.number(value) if isinstance(value, int) else f"{Decimal(value):,f}"
        return f"{text} {one.unit}".strip()
    if one.type in ("date", "datetime"):
        return _moment(value)
    if one.type in ("reference", "file"):
        return labels.get((one.reference or "file", value), _("(ya no existe)"))
    return str(value)


def _moment(value: str) -> str:
    if len(value) == 10:
        return spanish.long_date(date.fromisoformat(value))
    return spanish.long_moment(timezone.localtime(datetime.fromisoformat(value)))


def typed(one: Field, value: Any, labels: Labels) -> Any:
    """For spreadsheets: numbers as numbers, dates as dates, all else in words."""
    if value is None:
        return None
    if one.type in NUMBERS:
        return value if isinstance(value, int) else float(value)
    if one.type == "date":
        return date.fromisoformat(value)
    if one.type == "datetime":
        return datetime.fromisoformat(value)
    if one.type == "table":
        return "\n".join(" | ".join(in_words(c, row.get(c.key), labels) for c in one.columns) for row in value)
    return in_words(one, value, labels)


def condition_in_words(definition: Definition, condition: Condition | None) -> str:
    """«¿Hubo falla?» es igual a Sí, y «Tipo» es una de Red, Correo; "" for none."""
    if condition is None:
        return ""
    if condition.op in ("all", "any"):
        return (_(" y ") if condition.op == "all" else _(" o ")).join(condition_in_words(definition, p) for p in condition.parts)
    if condition.op == "not":
        return _("no se cumple que %(what)s") % {"what": condition_in_words(definition, condition.parts[0])}
    one = definition.fields.get(condition.field)
    words = f"«{one.label if one else condition.field}» {_(OPS[condition.op])}"
    return f"{words} {_value_in_words(one, condition.value)}" if condition.value is not None else words


def _value_in_words(one: Field | None, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_value_in_words(one, v) for v in value)
    if one is None or one.type in ("reference", "file"):
        return str(value)
    return in_words(one, value, {})
