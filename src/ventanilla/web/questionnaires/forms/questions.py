"""The form of one question: only what its type knows is asked."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.questionnaires.definition.fields import CHOSEN, EVIDENCE, MOMENTS, NUMBERS, TYPES
from ventanilla.core.questionnaires.editing import free_key
from ventanilla.core.questionnaires.references import references
from ventanilla.web.questionnaires.forms.conditions import Earlier, add_fields, condition_of
from ventanilla.web.questionnaires.forms.lines import choices_of, choices_text, columns_of, columns_text

ASKED: Final[dict[str, tuple[str, ...]]] = {
    "text": ("min_length", "max_length", "pattern", "pattern_help", "default"),
    "long_text": ("min_length", "max_length"),
    "integer": ("min", "max", "unit", "scored", "default"),
    "decimal": ("min", "max", "decimals", "unit", "scored", "default"),
    "date": ("min", "max"),
    "datetime": (),
    "yes_no": ("yes_score", "no_score", "default"),
    "choice": ("choices", "default"),
    "choices": ("choices", "min", "max"),
    "scale": ("choices",),
    "table": ("columns", "min", "max"),
    "email": (),
    "phone": (),
    "url": (),
    "file": (),
    "reference": ("reference",),
}
WEIGHED: Final = CHOSEN | NUMBERS | {"yes_no"}
EVIDENT: Final = CHOSEN | NUMBERS | {"yes_no"}
LIMITS: Final = {
    "choices": (lazy("Opciones como mínimo"), lazy("Opciones como máximo")),
    "table": (lazy("Renglones como mínimo"), lazy("Renglones como máximo")),
    "date": (lazy("No antes de"), lazy("No después de")),
}
EXAMPLES: Final = {
    "text": lazy("Una línea: un nombre, un número de serie."),
    "long_text": lazy("Varios renglones: una explicación."),
    "integer": lazy("Cuántos: personas, equipos, minutos."),
    "decimal": lazy("Montos, porcentajes, medidas."),
    "date": lazy("Un día."),
    "datetime": lazy("Un día con su hora."),
    "yes_no": lazy("Una respuesta de dos."),
    "choice": lazy("Una de una lista."),
    "choices": lazy("Varias de una lista."),
    "scale": lazy("Puntos con nombre, de más a menos, con calificación."),
    "table": lazy("Renglones con columnas: una lista de equipos, de acciones."),
    "email": lazy("Se revisa que esté completo."),
    "phone": lazy("Con lada y, si hay, extensión."),
    "url": lazy("Una página, que empieza con https://"),
    "file": lazy("Un documento o una imagen."),
    "reference": lazy("Una unidad, una persona u otra cosa que ya está en el sistema."),
}


class QuestionForm(forms.Form):
    """Words and rules of a question of a given type; `values()` is its JSON."""

    label = forms.CharField(label=lazy("Pregunta"), max_length=500)
    help = forms.CharField(
        label=lazy("Ayuda"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=lazy("Se muestra debajo de la pregunta."),
    )
    required = forms.BooleanField(label=lazy("Es obligatoria"), required=False)
    private = forms.BooleanField(
        label=lazy("Es interna"),
        required=False,
        help_text=lazy("Solo la ve quien atiende: nunca quien solicita, ni las listas, los archivos o las estadísticas."),
    )

    def __init__(self, kind: str, one: Mapping[str, Any], earlier: Sequence[Earlier], data: Any = None) -> None:
        super().__init__(data, initial=_initial(one))
        self.kind, self.one, self.earlier = kind, one, earlier
        for name in ASKED[kind]:
            self.fields[name] = _MADE[name](kind)
        if kind in WEIGHED:
            self.fields["weight"] = forms.DecimalField(
                label=lazy("Peso"),
                required=False,
                min_value=0,
                max_value=1000,
                help_text=lazy("Cuánto cuenta dentro de su sección; 1 si se deja vacío, 0 para que no cuente."),
            )
        if kind in EVIDENT:
            self.fields["evidence"] = forms.ChoiceField(
                label=lazy("Evidencia"), required=False, choices=[(k, _(v)) for k, v in EVIDENCE.items()]
            )
            self.fields["evidence_required"] = forms.BooleanField(label=lazy("La evidencia es obligatoria"), required=False)
        add_fields(self, earlier, one.get("when"))
        self.fields["key"] = forms.SlugField(
            label=lazy("Clave"),
            required=False,
            max_length=60,
            help_text=lazy("Identifica la pregunta en filtros, archivos y la API. Se forma sola; no cambia una vez publicada."),
        )
        self.plain = [n for n in self.fields if n != "key" and not n.startswith("when_")]

    def values(self, taken: set[str]) -> dict[str, Any]:
        """The JSON. Raises Refused naming the field whose lines or condition cannot be read."""
        data = self.cleaned_data
        made = {
            "key": data["key"] or self.one.get("key") or free_key(data["label"], taken),
            "type": self.kind,
            "label": data["label"],
            "help": data["help"],
            "required": data["required"],
            "private": data["private"],
        }
        for name in ASKED[self.kind]:
            made[name] = self._value(name)
        if self.kind in WEIGHED and data["weight"] is not None and data["weight"] != 1:
            made["weight"] = _number(data["weight"])
        if data.get("evidence"):
            made |= {"evidence": data["evidence"], "evidence_required": data["evidence_required"]}
        return made | {"when": condition_of(data, self.earlier, self.one.get("when"))}

    def _value(self, name: str) -> Any:
        value = self.cleaned_data[name]
        if name == "choices":
            return choices_of(value, self.one.get("choices") or ())
        if name == "columns":
            return columns_of(value, self.one.get("columns") or ())
        if name == "default":
            return self._default(value)
        if name in ("min", "max") and value not in (None, "") and self.kind not in MOMENTS:
            return _number(value)
        return _number(value) if name in ("yes_score", "no_score") and value is not None else value

    def _default(self, text: str) -> Any:
        """A choice by its words."""
        if self.kind == "choice" and text:
            options = choices_of(self.cleaned_data["choices"], self.one.get("choices") or ())
            return next((c["value"] for c in options if text in (c["label"], c["value"])), text)
        return text


def _number(value: Any) -> Any:
    return int(value) if value == int(value) else float(value)


def _initial(one: Mapping[str, Any]) -> dict[str, Any]:
    labels = {c.get("value"): c.get("label") for c in one.get("choices") or ()}
    return {
        **one,
        "choices": choices_text(one.get("choices") or ()),
        "columns": columns_text(one.get("columns") or ()),
        "default": labels.get(one.get("default"), one.get("default")) if not isinstance(one.get("default"), list) else "",
    }


def _limit(name: str) -> Callable[[str], forms.Field]:
    def make(kind: str) -> forms.Field:
        label = LIMITS.get(kind, (lazy("Mínimo"), lazy("Máximo")))[name == "max"]
        if kind == "date":
            return forms.CharField(label=label, required=False, max_length=10, widget=forms.DateInput(attrs={"type": "date"}))
        return forms.DecimalField(label=label, required=False)

    return make


def _area(label: Any, help_text: Any) -> Callable[[str], forms.Field]:
    return lambda _kind: forms.CharField(
        label=label, help_text=help_text, widget=forms.Textarea(attrs={"rows": 6}), max_length=40_000
    )


def _count(label: Any) -> Callable[[str], forms.Field]:
    return lambda _kind: forms.IntegerField(label=label, required=False, min_value=0, max_value=20_000)


def _text(label: Any, help_text: Any = "", most: int = 200) -> Callable[[str], forms.Field]:
    return lambda _kind: forms.CharField(label=label, required=False, max_length=most, help_text=help_text)


_MADE: Final[dict[str, Callable[[str], forms.Field]]] = {
    "min": _limit("min"),
    "max": _limit("max"),
    "min_length": _count(lazy("Caracteres como mínimo")),
    "max_length": _count(lazy("Caracteres como máximo")),
    "unit": _text(lazy("Unidad de medida"), lazy("Por ejemplo: pesos, minutos, %."), 40),
    "decimals": lambda _kind: forms.IntegerField(label=lazy("Decimales"), required=False, min_value=0, max_value=6),
    "pattern": _text(
        lazy("Forma"),
        lazy("Para claves con una forma fija. [A-Z] es una letra, \\d un dígito, {4} cuatro veces: [A-Z]{4}\\d{6}."),
    ),
    "pattern_help": _text(lazy("Cómo se explica la forma"), lazy("Por ejemplo: cuatro letras y seis dígitos.")),
    "default": _text(lazy("Respuesta inicial"), lazy("Con la que empieza; se puede cambiar al responder."), 300),
    "scored": lambda _kind: forms.BooleanField(
        label=lazy("Da puntos"), required=False, help_text=lazy("El mínimo vale 0 y el máximo todos los puntos.")
    ),
    "yes_score": lambda _kind: forms.DecimalField(label=lazy("Puntos del sí"), required=False),
    "no_score": lambda _kind: forms.DecimalField(label=lazy("Puntos del no"), required=False),
    "choices": _area(
        lazy("Opciones, una por renglón"),
        lazy("Para calificar, agregue los puntos después de una barra: Bueno | 2. «No aplica | na» queda fuera del cálculo."),
    ),
    "columns": _area(
        lazy("Columnas, una por renglón"),
        lazy(
            "Nombre | tipo | obligatoria. Por ejemplo: Serie | Texto corto | obligatoria. O: Estado | Una opción: Abierto; Cerrado."
        ),
    ),
    "reference": lambda _kind: forms.ChoiceField(label=lazy("Se refiere a"), choices=[(r.slug, r.label) for r in references()]),
}


def types() -> list[tuple[str, str, str]]:
    """(slug, name, example) of every type, to choose from."""
    return [(slug, _(label), str(EXAMPLES[slug])) for slug, label in TYPES.items()]
