"""How a form field becomes a control: classes by widget, the words for required, the error summary."""

from collections.abc import Mapping
from typing import Any, Final

from django.forms import BoundField, widgets
from django.forms.forms import BaseForm
from django.utils.translation import gettext as _
from markupsafe import Markup, escape

UNCHOSEN: Final = "---------"
"""What Django writes where nothing is chosen yet; people read a word."""
SELECT: Final = "django/forms/widgets/select.html"
_CLASSES: Final = (
    (widgets.HiddenInput, ""),
    (widgets.MultipleHiddenInput, ""),
    (widgets.CheckboxSelectMultiple, ""),
    (widgets.RadioSelect, ""),
    (widgets.CheckboxInput, "form-check-input"),
    (widgets.Select, "form-select"),
    (widgets.Input, "form-control"),
    (widgets.Textarea, "form-control"),
)


def control(field: BoundField, **attrs: Any) -> Markup:
    """The widget with its class; `is-invalid` when the field has an error. Extra attributes go onto it."""
    base = next((c for kind, c in _CLASSES if isinstance(field.field.widget, kind)), "")
    given = field.field.widget.attrs.get("class", "")
    classes = " ".join(filter(None, (base, given, "is-invalid" if field.errors and base else "")))
    named = {k.replace("_", "-"): v for k, v in attrs.items()}
    return Markup(field.as_widget(attrs={**({"class": classes} if classes else {}), **named}))


def select(widget: Mapping[str, Any]) -> Markup:
    """What Django's template of a select writes, from the context of its widget."""
    parts = [f'<select name="{escape(widget["name"])}"{_attributes(widget["attrs"])}>']
    for group, options, _index in widget["optgroups"]:
        drawn = [f'<option value="{escape(o["value"])}"{_attributes(o["attrs"])}>{escape(_shown(o["label"]))}</option>' for o in options]
        parts += [f'<optgroup label="{escape(group)}">', *drawn, "</optgroup>"] if group else drawn
    return Markup("".join([*parts, "</select>"]))


def _shown(label: Any) -> Any:
    return _("Elija de la lista") if label == UNCHOSEN else label


def _attributes(attrs: Mapping[str, Any]) -> str:
    given = ((name, value) for name, value in attrs.items() if value is not False)
    return "".join(f" {name}" if value is True else f' {name}="{escape(value)}"' for name, value in given)


def kind(field: BoundField) -> str:
    """checkbox, group (radios and check lists), hidden or plain: how the field template lays it out."""
    widget = field.field.widget
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, widgets.CheckboxInput):
        return "checkbox"
    return "group" if widget.use_fieldset else "plain"


def problems(form: BaseForm) -> list[tuple[str, str, str]]:
    """(id of the control, label, message) of every error, form-wide ones first with an empty id."""
    wide = [("", "", str(e)) for e in form.non_field_errors()]
    return wide + [(f.id_for_label or f.auto_id or "", str(f.label), str(e)) for f in form for e in f.errors]


FILTERS: Final = {"control": control, "control_kind": kind, "problems": problems}
