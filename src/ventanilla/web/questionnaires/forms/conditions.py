"""A condition as up to three rows (question, comparison, value) that must all, or any of them, hold; and back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.questionnaires.definition.conditions import BARE, OPS
from ventanilla.lib.spanish import fold

ROWS = 3
YES_NO = [{"value": True, "label": lazy("Sí")}, {"value": False, "label": lazy("No")}]


@dataclass(frozen=True)
class Earlier:
    """A question that a condition may look at: one that comes before."""

    key: str
    label: str
    type: str
    choices: Sequence[Mapping[str, Any]]


def earlier_of(data: Mapping[str, Any], section: int, at: int | None) -> list[Earlier]:
    """The questions before a place; for a section (at None) those of the sections before it."""
    found = []
    for n, part in enumerate(data.get("sections") or ()):
        for m, one in enumerate(part.get("fields") or ()):
            if n < section or (n == section and at is not None and m < at):
                options = YES_NO if one.get("type") == "yes_no" else one.get("choices") or ()
                found.append(Earlier(str(one.get("key")), str(one.get("label")), str(one.get("type")), options))
    return found


def add_fields(form: forms.Form, earlier: Sequence[Earlier], when: Any) -> None:
    """Put the rows into a form, filled with the condition when it is one that rows can say."""
    rows = _rows(when)
    form.fields["when_mode"] = forms.ChoiceField(
        label=lazy("Se pregunta"),
        required=False,
        initial=rows[0] if rows else "all",
        choices=[("all", lazy("si se cumplen todas")), ("any", lazy("si se cumple alguna"))],
    )
    names = [("", lazy("— siempre —")), *((e.key, e.label[:90]) for e in earlier)]
    for n in range(ROWS):
        test = rows[1][n] if rows and n < len(rows[1]) else {}
        form.fields[f"when_field_{n}"] = forms.ChoiceField(
            label=lazy("Pregunta"), required=False, choices=names, initial=test.get("field", "")
        )
        form.fields[f"when_op_{n}"] = forms.ChoiceField(
            label=lazy("Comparación"), required=False, choices=[(k, _(v)) for k, v in OPS.items()], initial=test.get("op", "eq")
        )
        form.fields[f"when_value_{n}"] = forms.CharField(
            label=lazy("Valor"), required=False, max_length=300, initial=_shown(test.get("value"), earlier, test.get("field"))
        )
    if when and rows is None:
        form.fields["when_keep"] = forms.BooleanField(
            label=lazy("Conservar la condición actual, que combina varias"), required=False, initial=True
        )


def _rows(when: Any) -> tuple[str, list[Mapping[str, Any]]] | None:
    """(mode, tests), or None for a condition with parts within parts."""
    if not when:
        return ("all", [])
    mode = next((op for op in ("all", "any") if op in when), "")
    tests = list(when[mode]) if mode else [when]
    simple = len(tests) <= ROWS and all(isinstance(t, Mapping) and "field" in t for t in tests)
    return (mode or "all", tests) if simple else None


def _shown(value: Any, earlier: Sequence[Earlier], key: Any) -> str:
    options = next((e.choices for e in earlier if e.key == key), ())
    labels = {str(o["value"]): str(o["label"]) for o in options}
    values = value if isinstance(value, list) else [] if value is None else [value]
    return "; ".join(labels.get(str(v), str(v)) for v in values)


def condition_of(data: Mapping[str, Any], earlier: Sequence[Earlier], old: Any) -> Any:
    """The JSON of the rows. Raises Refused naming the row whose value is no option of its question."""
    if data.get("when_keep"):
        return old
    known = {e.key: e for e in earlier}
    tests = [_test(known[data[f"when_field_{n}"]], data, n) for n in range(ROWS) if data.get(f"when_field_{n}") in known]
    if len(tests) < 2:
        return tests[0] if tests else None
    return {data.get("when_mode") or "all": tests}


def _test(one: Earlier, data: Mapping[str, Any], n: int) -> dict[str, Any]:
    op, text = data.get(f"when_op_{n}") or "eq", str(data.get(f"when_value_{n}") or "").strip()
    if op in BARE:
        return {"field": one.key, "op": op}
    if op in ("in", "not_in"):
        return {"field": one.key, "op": op, "value": [_value(one, part.strip(), n) for part in text.split(";") if part.strip()]}
    return {"field": one.key, "op": op, "value": _value(one, text, n)}


def _value(one: Earlier, text: str, n: int) -> Any:
    """The value of an option by its words; other types as written (the definition's own check says what is wrong)."""
    if not one.choices:
        return text
    wanted = fold(text).lower()
    for option in one.choices:
        if wanted in (fold(str(option["label"])).lower(), str(option["value"]).lower()):
            return option["value"]
    listed = ", ".join(str(o["label"]) for o in one.choices)[:200]
    raise Refused(
        _("«%(text)s» no es una opción de esa pregunta. Las opciones son: %(listed)s.") % {"text": text, "listed": listed},
        f"when_value_{n}",
    )
