"""To whom a letter is turned at the moment in which it is registered: the part of the form, and its turns."""
from typing import Any
from uuid import UUID, uuid5

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ventanilla.core.audit.models import Entry
from ventanilla.core.cases import services as spine
from ventanilla.core.cases.models import Case, Instruction, Turn
from ventanilla.core.cases.services import TurnDraft
from ventanilla.core.cases.terms import Term
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import AlreadySent, NotAllowed, Refused
from ventanilla.lib.spanish import listed, long_moment
from ventanilla.modules.correspondence.forms_routing import UnitsField


class NotTurned(Refused):
    """The letter may not go there; it is not registered either."""


class FirstTurnForm(forms.Form):
    """Units, for what and with which instruction; nothing chosen: it is only registered. People and due dates are the page of turning's."""

    units = UnitsField(Unit.objects.none(), label=_("Turnar a"), required=False)
    purpose = forms.ChoiceField(label=_("Para"), choices=Turn.Purpose.choices, initial="action", required=False, widget=forms.RadioSelect)
    instruction = forms.ModelChoiceField(Instruction.objects.none(), label=_("Instrucción"), required=False,
                                         empty_label=_("Sin instrucción del catálogo"))
    text = forms.CharField(label=_("Indicaciones"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: Any, *, person: Person) -> None:
        super().__init__(data, prefix="turno")
        here: dict[str, Any] = {
            "units": Unit.objects.filter(institution_id=person.institution_id, valid_to=None),
            "instruction": Instruction.objects.filter(institution_id=person.institution_id, active=True)}
        for name, rows in here.items():
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows
        self.fields["units"].sender = (person, person.unit)  # type: ignore[attr-defined]

    @property
    def opened(self) -> bool:
        """Whether something was filled in, or is wrong: then the part stands open."""
        return self.is_bound and bool(self.errors or self.cleaned_data.get("units") or self.cleaned_data.get("text"))

    def drafts(self, key: UUID) -> list[TurnDraft]:
        """A draft for each unit; their keys derive from the letter's, so a resend is the same turns. The form must be valid."""
        data = self.cleaned_data
        instruction: Instruction | None = data["instruction"]
        term = Term(instruction.amount) if instruction and instruction.amount is not None else None
        return [TurnDraft(unit, None, data["purpose"] or "action", instruction, data["text"], term, uuid5(key, f"turno {unit.pk}"))
                for unit in data["units"]]


def first_turns_of(data: Any, person: Person) -> FirstTurnForm | None:
    """The part of the form for whoever turns somewhere; None for others."""
    return FirstTurnForm(data, person=person) if reach_of(person).can(cap.ROUTE) else None


def turn_first(person: Person, case: Case, drafts: list[TurnDraft]) -> list[Turn]:
    """Send the letter that is being registered to these; within the transaction that registers it. Raises NotTurned."""
    if not drafts:
        return []
    try:
        return spine.route(actor=person, case=case, drafts=drafts)
    except AlreadySent:
        raise NotTurned(gettext("Ya se registró con el folio %(folio)s y se turnó a %(to)s. Para turnarlo a otras unidades, ábralo.")
                        % {"folio": case.folio, "to": listed(_units(case))}, "units") from None
    except NotAllowed:
        raise NotTurned(gettext("Usted no turna lo que se registra en esa unidad: regístrelo sin turnarlo."), "units") from None
    except Refused as refusal:
        raise NotTurned(refusal.message, "units") from None


def _units(case: Case) -> list[str]:
    return [str(name) for name in Turn.objects.filter(case=case, parent=None).order_by("pk").values_list("unit__name", flat=True)]


def sent_before(person: Person, entry: Entry) -> str:
    """What a form says that registered a letter and turned it at once: whoever only wanted to add a unit would else register it twice."""
    registered = entry.case_id if entry.verb == "letter.register" else None
    case = Case.objects.visible_to(person).filter(pk=registered).first() if registered else None
    to = _units(case) if case else []
    if case is None or not to:
        return ""
    text = gettext("Este formulario ya se envió el %(day)s: se registró con el folio %(folio)s y se turnó a %(to)s. Ahora no se guardó "
                   "nada. Para turnarlo a otras unidades, abra ese folio; si es otro documento, envíelo de nuevo.")
    return text % {"day": long_moment(timezone.localtime(entry.at)), "folio": case.folio, "to": listed(to)}
