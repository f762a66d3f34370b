"""The forms of the stack in one go: a row for each scan, with the fields of the form of one letter, and what all share."""
from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _

from ventanilla.modules.correspondence.forms import NOBODY, KeyedForm, LetterForm
from ventanilla.modules.correspondence.models.letters import Order
from ventanilla.modules.correspondence.services.registration import ANONYMOUS

SEEN = ("number", "dated", "type", "order", "organisation", "subject")
FOLDED = ("signatory", "post", "addressee", "annexes", "sheets", "amount")


def _shared(name: str) -> forms.Field:
    """A field of the form of one letter, without its list of suggestions."""
    made = deepcopy(LetterForm.base_fields[name])
    if made.widget.attrs.get("list") != "organisations":
        made.widget.attrs.pop("list", None)
    return made


class SharedForm(KeyedForm):
    """What holds for every letter of the run."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {name: _shared(name) for name in ("received_at", "medium", "level")}


class RowForm(forms.Form):
    """One scan: ticked when it is to be registered. Internal and outgoing documents are registered one by one."""

    use_required_attribute = False
    chosen = forms.BooleanField(label=_("Registrar"), required=False)

    def __init__(self, *args: Any, types: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields |= {name: _shared(name) for name in (*SEEN, *FOLDED)}
        senders = [*(c for c in Order.choices if c[0] != Order.INTERNAL), (NOBODY, _("Anónimo: no dice de quién viene"))]
        self.fields["order"] = forms.ChoiceField(label=self.fields["order"].label, choices=senders, initial="state")
        self.fields["type"] = forms.TypedChoiceField(label=self.fields["type"].label, choices=types, coerce=int)
        self.fields["subject"].widget.attrs["rows"] = 2

    def full_clean(self) -> None:
        """What is not ticked is not judged."""
        if self.is_bound and not self.data.get(self.add_prefix("chosen")):
            self._errors, self.cleaned_data = ErrorDict(), {}
        else:
            super().full_clean()

    def facts(self) -> dict[str, Any]:
        """As the run keeps them. The form must be valid."""
        data = self.cleaned_data
        nobody = data["order"] == NOBODY
        sender = {"order": Order.CITIZEN, "signatory": ANONYMOUS} if nobody else {
            name: data[name] for name in ("order", "organisation", "signatory", "post")}
        plain = {name: data[name] for name in ("number", "subject", "type", "addressee", "annexes", "sheets", "amount")}
        return {**plain, "sender": sender, "dated": data["dated"].isoformat() if data["dated"] else None}

    def problem(self) -> str:
        """What is wrong with it, in one line."""
        return " ".join(f"{self.fields[name].label}: {error}" for name, errors in self.errors.items() for error in errors)
