"""A new form, its name, a section."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.questionnaires.editing import is_form
from ventanilla.core.questionnaires.models import Purpose
from ventanilla.web.questionnaires.forms.conditions import Earlier, add_fields, condition_of

MOST = 1_000_000


class NewForm(forms.Form):
    """A form to create, empty or from a file that another form was saved to."""

    name = forms.CharField(label=lazy("Nombre"), max_length=200, help_text=lazy("Por ejemplo: Satisfacción con el servicio."))
    purpose = forms.ChoiceField(
        label=lazy("Para qué se usa"), choices=Purpose.choices, widget=forms.RadioSelect, initial="survey"
    )
    file = forms.FileField(
        label=lazy("Empezar desde un archivo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".json"}),
        help_text=lazy("El archivo .json que se descarga de otro formulario. Sin archivo empieza en blanco."),
    )

    def __init__(self, purposes: Collection[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"].choices = [p for p in Purpose.choices if p[0] in purposes]  # type: ignore[attr-defined]

    def clean_file(self) -> dict[str, Any]:
        """The definition in the file."""
        file = self.cleaned_data.get("file")
        if not file:
            return {"sections": []}
        data: Any
        try:
            data = json.loads(file.read(MOST + 1)[: MOST + 1]) if file.size <= MOST else None
        except (ValueError, RecursionError):
            data = None
        if not is_form(data):
            raise forms.ValidationError(_("El archivo no es un formulario. Descargue uno con «Descargar» y úselo como modelo."))
        found: dict[str, Any] = data
        return found


class NameForm(forms.Form):
    """Another name, or out of use."""

    name = forms.CharField(label=lazy("Nombre"), max_length=200)
    active = forms.BooleanField(label=lazy("Está en uso"), required=False)


class WordsForm(forms.Form):
    """What is said before and after."""

    intro = forms.CharField(
        label=lazy("Presentación"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=lazy("Se lee antes de la primera pregunta."),
    )
    thanks = forms.CharField(
        label=lazy("Agradecimiento"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=lazy("Se lee después de enviar."),
    )
    unanswered = forms.ChoiceField(
        label=lazy("Una pregunta con puntos que quedó sin responder"),
        required=False,
        choices=[("exclude", lazy("no cuenta")), ("zero", lazy("cuenta cero"))],
    )


class SectionForm(forms.Form):
    """A section and its condition."""

    title = forms.CharField(label=lazy("Título"), max_length=200)
    help = forms.CharField(label=lazy("Explicación"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3}))
    weight = forms.DecimalField(
        label=lazy("Peso"),
        required=False,
        min_value=0,
        max_value=1000,
        help_text=lazy("Cuánto cuenta en la calificación total; 1 si se deja vacío."),
    )

    def __init__(self, one: Mapping[str, Any], earlier: Sequence[Earlier], data: Any = None) -> None:
        super().__init__(data, initial=dict(one))
        self.one, self.earlier = one, earlier
        add_fields(self, earlier, one.get("when"))
        self.plain = [n for n in self.fields if not n.startswith("when_")]

    def values(self) -> dict[str, Any]:
        """The JSON. Raises Refused."""
        data = self.cleaned_data
        weight = data["weight"]
        made = {"title": data["title"], "help": data["help"], "when": condition_of(data, self.earlier, self.one.get("when"))}
        return made | (
            {"weight": int(weight) if weight == int(weight) else float(weight)} if weight is not None and weight != 1 else {}
        )
