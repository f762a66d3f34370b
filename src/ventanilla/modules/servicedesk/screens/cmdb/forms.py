"""Forms of the configuration database: they only parse; the verbs check and refuse."""
import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.questionnaires.words import Invalid
from ventanilla.lib.numbers import whole
from ventanilla.modules.servicedesk.models.cmdb import CIType, ConfigurationItem, Criticality, Relation, RelationType
from ventanilla.modules.servicedesk.screens.cmdb.picking import picked
from ventanilla.modules.servicedesk.services.cmdb.attributes import Attribute, attributes_of
from ventanilla.modules.servicedesk.services.cmdb.relating import (
    RelationDraft,
    RelationFacts,
    dependent_of,
    groups_of,
    wrong_facts,
    wrong_tie,
)
from ventanilla.modules.servicedesk.services.cmdb.writing import Group, ItemDraft, mistakes
from ventanilla.web.admin_area.forms.fields import Day, person_field, unit_field
from ventanilla.web.ui.sendings import Keyed

PICK = {"list": "ci-options", "autocomplete": "off", "data-pick": ""}
"""A text field that proposes items while one types."""


class ItemForm(Keyed):
    """An item of a type: what all have, then the type's own fields (`a-<name>`)."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label=lazy("Nombre"), max_length=160)
    code = forms.CharField(label=lazy("Número de inventario"), max_length=60, required=False,
                           help_text=lazy("El de la etiqueta; no se repite."))
    serial = forms.CharField(label=lazy("Número de serie"), max_length=80, required=False)
    criticality = forms.TypedChoiceField(label=lazy("Criticidad"), choices=Criticality.choices, coerce=int, initial=Criticality.MEDIUM,
                                         help_text=lazy("Cuánto duele si falla."))
    state = forms.ChoiceField(label=lazy("Estado"), choices=[("in_use", lazy("En uso")), ("planned", lazy("Planeado"))])
    notes = forms.CharField(label=lazy("Observaciones"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    groups = forms.CharField(label=lazy("Grupos de respaldo"), required=False, max_length=600, help_text=lazy(
        "De cuántos proveedores de cada grupo necesita: «Nodos: 1; Enlaces: 50 %». Vacío: los necesita todos."))
    reason = forms.CharField(label=lazy("Motivo del cambio"), max_length=300, required=False,
                             help_text=lazy("Queda en la historia del elemento."))

    def __init__(self, *args: Any, person: Person, kind: CIType, item: ConfigurationItem | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.item, self.own = kind, item, attributes_of(kind)
        self.fields["unit"] = unit_field(person.institution, label=_("Unidad responsable"), required=False)
        self.fields["owner"] = person_field(person.institution, label=_("Persona responsable"), required=False)
        for row in self.own:
            self.fields[f"a-{row.name}"] = _field(row)
        del self.fields["state" if item else "reason"]
        if item:
            self.initial = initial_of(item, self.own)

    def draft(self) -> ItemDraft:
        """What the verbs take, as far as it could be read."""
        read = self.cleaned_data
        plain = {k: read[k] for k in ("name", "code", "serial", "criticality", "state", "unit", "owner", "notes", "uuid") if k in read}
        own = {row.name: read.get(f"a-{row.name}") for row in self.own}
        return ItemDraft(self.kind, plain.pop("name", ""), redundancy=read.get("groups", ()), attributes=own, **plain)

    def clean_groups(self) -> list[Group]:
        """Groups from "Nodos: 1; Enlaces: 50 %"."""
        return parsed_groups(self.cleaned_data["groups"])

    def mistakes(self) -> Invalid:
        """What would be refused of what could be read, when the rest could not."""
        return mistakes(self.draft(), self.item)

    @property
    def called(self) -> dict[str, str]:
        """What the form calls the verbs' fields."""
        return {"redundancy": "groups", **{f"attribute:{row.name}": f"a-{row.name}" for row in self.own}}


def parsed_groups(text: str) -> list[Group]:
    """Groups of redundancy as people write them. Raises ValidationError."""
    found = []
    for part in filter(None, (p.strip() for p in text.split(";"))):
        match = re.fullmatch(r"(.+?)\s*:\s*(\d{1,5})\s*(%?)", part)
        if match is None:
            raise forms.ValidationError(_("Escríbalo como «Nodos: 1; Enlaces: 50 %»."))
        found.append(Group(match[1], "percent" if match[3] else "count", int(match[2])))
    return found


def written_groups(rows: list[dict[str, Any]]) -> str:
    """The same the other way round."""
    return "; ".join(f"{g['name']}: {g['amount']}{' %' if g['mode'] == 'percent' else ''}" for g in rows)


def initial_of(item: ConfigurationItem, own: list[Attribute]) -> dict[str, Any]:
    """The item as the form's initial values."""
    plain = {k: getattr(item, k) for k in ("name", "code", "serial", "criticality", "unit", "owner", "notes")}
    named = {a.name: item.attributes.get(a.name) for a in own}
    ids = [v for a in own if a.kind == "reference" and isinstance(v := named[a.name], int)]
    names = {i.pk: i.label for i in ConfigurationItem.objects.filter(pk__in=ids)} if ids else {}
    values = {f"a-{a.name}": names.get(named[a.name], "") if a.kind == "reference" else named[a.name] for a in own}
    return {**plain, **values, "groups": written_groups(item.redundancy), "seen": item.changed_at.isoformat()}


def _field(row: Attribute) -> forms.Field:
    label = f"{row.label} ({row.unit})" if row.unit else row.label
    common: dict[str, Any] = {"label": label, "required": row.required, "help_text": row.help}
    if row.kind == "choice":
        return forms.ChoiceField(choices=[("", "—"), *((c, c) for c in row.choices)], **common)
    if row.kind == "date":
        return Day(**common)
    if row.kind == "reference":
        return forms.CharField(max_length=240, widget=forms.TextInput(attrs=PICK), **common)
    attrs = {"inputmode": "decimal"} if row.kind == "number" else {}
    return forms.CharField(max_length=500, widget=forms.TextInput(attrs=attrs), **common)


class RelateForm(Keyed):
    """What the item is tied to: how it reads (both ways), the other end, a group, from when."""

    reads = forms.ChoiceField(label=lazy("Este elemento…"))
    other = forms.CharField(label=lazy("Cuál elemento"), max_length=240, widget=forms.TextInput(attrs=PICK),
                            help_text=lazy("Escriba su nombre o su número de inventario."))
    group = forms.CharField(label=lazy("Grupo de respaldo"), max_length=40, required=False,
                            widget=forms.TextInput(attrs={"list": "ci-groups"}), help_text=lazy(
                                "De quien depende, si basta con algunos del grupo. Vacío: este proveedor es indispensable."))
    since = Day(label=lazy("Desde"), required=False)

    def __init__(self, *args: Any, person: Person, item: ConfigurationItem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds: Mapping[int, RelationType] = RelationType.objects.filter(institution_id=person.institution_id, active=True).in_bulk()
        field = self.fields["reads"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(f"{k.pk}:{side}", word) for k in sorted(self.kinds.values(), key=lambda k: (k.order, k.pk))
                         for side, word in (("f", k.forward), ("b", k.backward))]
        self.person, self.item, self.groups = person, item, groups_of(item)

    def clean_other(self) -> ConfigurationItem:
        """The item that the text names."""
        try:
            return picked(self.person, self.cleaned_data["other"])
        except Refused as refusal:
            raise forms.ValidationError(refusal.message) from None

    def draft(self) -> RelationDraft:
        """What the verb takes."""
        kind, source, target = self._ends()
        assert kind and source and target
        return RelationDraft(kind, source, target, self.cleaned_data["group"], self.cleaned_data["since"], self.cleaned_data["uuid"])

    def mistakes(self) -> Invalid:
        """What would be refused of what could be read, when the rest could not."""
        kind, source, target = self._ends()
        return Invalid(wrong_tie(kind, source, target, self.cleaned_data.get("group", "")) if kind else {})

    def _ends(self) -> tuple[RelationType | None, ConfigurationItem | None, ConfigurationItem | None]:
        """The type of relation and its two ends, None for what could not be read."""
        number, _colon, side = self.cleaned_data.get("reads", "").partition(":")
        other = self.cleaned_data.get("other")
        return self.kinds.get(whole(number) or 0), *((self.item, other) if side == "f" else (other, self.item))


class RelationForm(forms.Form):
    """What may be corrected of a relation."""

    group = forms.CharField(label=lazy("Grupo de respaldo"), max_length=40, required=False, widget=forms.TextInput(
        attrs={"list": "ci-groups"}), help_text=lazy("Vacío: este proveedor es indispensable."))
    always = forms.BooleanField(label=lazy("El grupo estaba mal escrito: corregirlo desde el principio"), required=False, help_text=lazy(
        "Sin marcar, el grupo cambia desde hoy y los días pasados quedan como estaban."))
    since = Day(label=lazy("Desde"))
    until = Day(label=lazy("Último día"), required=False, help_text=lazy("Vacío: sigue vigente."))

    def __init__(self, *args: Any, relation: Relation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.relation = relation
        self.initial = {"group": relation.group, "since": relation.valid_from, "until": relation.last_day}
        self.groups = groups_of(dependent_of(relation.type, relation.source, relation.target))

    def facts(self) -> RelationFacts:
        """What the verb takes; a first day that could not be read is that of before."""
        read = self.cleaned_data
        return RelationFacts(read.get("group", ""), read.get("since") or self.relation.valid_from, read.get("until"), read["always"])

    def mistakes(self) -> Invalid:
        """What would be refused of what could be read, when the rest could not."""
        return Invalid(wrong_facts(self.relation, self.facts()))


class StepForm(forms.Form):
    """The reason of a step."""

    reason = forms.CharField(label=lazy("Motivo"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = needed


class LoadForm(forms.Form):
    """A file to look at."""

    what = forms.ChoiceField(label=lazy("Qué contiene"), choices=[("items", lazy("Elementos")), ("relations", lazy("Relaciones"))])
    file = forms.FileField(label=lazy("Archivo CSV"))
