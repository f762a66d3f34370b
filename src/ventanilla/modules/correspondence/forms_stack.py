"""The forms of the stack in one go: a row for each scan, with the fields of the form of one letter, and what all share."""
from collections import Counter
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _

from ventanilla.core.orgs.models import Institution, Unit
from ventanilla.modules.correspondence.forms import NOBODY, LetterForm
from ventanilla.modules.correspondence.models import LetterType
from ventanilla.modules.correspondence.models.letters import Direction, Order
from ventanilla.modules.correspondence.services.registration import ANONYMOUS
from ventanilla.web.ui.sendings import Keyed

SEEN = ("number", "dated", "type", "direction", "order", "organisation", "sender_unit", "addressee", "subject")
FOLDED = ("signatory", "post", "annexes", "sheets", "amount")


@dataclass(frozen=True)
class Offered:
    """What every row offers, read once for all of them: types of document, and units by what a person writes."""

    types: Sequence[tuple[int, str]]
    units: Mapping[str, int]


def offered(institution: Institution) -> Offered:
    """The types in use, and the units of today; those with the same name are told apart by the unit above them."""
    units = Unit.objects.filter(institution=institution, valid_to=None).values_list("pk", "name", "code", "parent__name")
    alike = Counter(name for _pk, name, _code, _above in units)
    named = {f"{name} ({above or code})" if alike[name] > 1 else name: pk for pk, name, code, above in units}
    return Offered(list(LetterType.objects.filter(institution=institution, active=True).values_list("pk", "name")), named)


class UnitField(forms.CharField):
    """A unit by its name, from one list that all rows share: a choice in each row would repeat every unit in each of them."""

    default_error_messages = {"unknown": _("No hay una unidad con ese nombre; elija una de la lista.")}

    def __init__(self, units: Mapping[str, int], **kwargs: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"list": "units", "autocomplete": "off"}), max_length=420, **kwargs)
        self.units = {self._key(name): pk for name, pk in units.items()}

    @staticmethod
    def _key(name: str) -> str:
        return " ".join(name.casefold().split())

    def clean(self, value: Any) -> int | None:
        """The number of the unit; None when nothing was written."""
        written = self._key(super().clean(value))
        if written and written not in self.units:
            raise forms.ValidationError(self.error_messages["unknown"], "unknown")
        return self.units.get(written)


def _shared(name: str) -> forms.Field:
    """A field of the form of one letter, without its list of suggestions."""
    made = deepcopy(LetterForm.base_fields[name])
    if made.widget.attrs.get("list") != "organisations":
        made.widget.attrs.pop("list", None)
    return made


class SharedForm(Keyed):
    """What holds for every document of the run; a row may have a direction of its own."""

    NAMES = ("direction", "received_at", "medium", "level")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {name: _shared(name) for name in self.NAMES}
        self.fields["direction"].required = False
        self.fields["direction"].help_text = _("En cada documento puede elegir otro.")
        self.fields["received_at"].label = _("Recibido o enviado")

    @property
    def usual(self) -> str:
        """The direction of the rows that do not say theirs."""
        said = str(self["direction"].value())
        return said if said in Direction.values else Direction.INCOMING


class RowForm(forms.Form):
    """One scan: ticked when it is to be registered. What it needs depends on its direction: its own, else `usual`."""

    use_required_attribute = False
    chosen = forms.BooleanField(label=_("Registrar"), required=False)

    def __init__(self, *args: Any, offered: Offered, usual: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.usual = usual
        self.fields |= {name: _shared(name) for name in (*SEEN, *FOLDED)}
        sides = [("", _("Como se dice arriba")), *Direction.choices]
        self.fields["direction"] = forms.ChoiceField(label=self.fields["direction"].label, choices=sides, required=False)
        self.fields["type"] = forms.TypedChoiceField(label=self.fields["type"].label, choices=offered.types, coerce=int)
        self.fields["sender_unit"] = UnitField(offered.units, label=self.fields["sender_unit"].label, required=False)
        self.fields["subject"].widget.attrs["rows"] = 2

    def full_clean(self) -> None:
        """What is not ticked is not judged."""
        if self.is_bound and not self.data.get(self.add_prefix("chosen")):
            self._errors, self.cleaned_data = ErrorDict(), {}
        else:
            super().full_clean()

    def clean(self) -> dict[str, Any]:
        """What leaves says to whom; what stays inside says from which unit."""
        data: dict[str, Any] = super().clean() or {}
        if self._side == Direction.OUTGOING and not data.get("addressee"):
            self.add_error("addressee", _("Escriba a quién va dirigido."))
        if self._inside and not data.get("sender_unit") and "sender_unit" not in self.errors:
            self.add_error("sender_unit", _("Elija la unidad interna que lo envía."))
        return data

    @property
    def _side(self) -> str:
        return self.cleaned_data.get("direction") or self.usual

    @property
    def _inside(self) -> bool:
        """Another unit of the institution sends it."""
        internal = self._side == Direction.INTERNAL or self.cleaned_data.get("order") == Order.INTERNAL
        return internal and self._side != Direction.OUTGOING

    def facts(self) -> dict[str, Any]:
        """As the run keeps them. The form must be valid."""
        data = self.cleaned_data
        plain = {name: data[name] for name in ("number", "subject", "type", "addressee", "annexes", "sheets", "amount")}
        return {**plain, "direction": self._side, "sender": self._sender(), "dated": data["dated"].isoformat() if data["dated"] else None}

    def _sender(self) -> dict[str, Any]:
        """Of what leaves, who signs: the unit that registers sends it."""
        data = self.cleaned_data
        signed = {name: data[name] for name in ("signatory", "post")}
        if self._side == Direction.OUTGOING:
            return signed
        if self._inside:
            return {**signed, "order": Order.INTERNAL, "unit": data["sender_unit"]}
        if data["order"] == NOBODY:
            return {"order": Order.CITIZEN, "signatory": ANONYMOUS}
        return {**signed, "order": data["order"], "organisation": data["organisation"]}

    def problem(self) -> str:
        """What is wrong with it, in one line."""
        return " ".join(f"{self.fields[name].label}: {error}" for name, errors in self.errors.items() for error in errors)
