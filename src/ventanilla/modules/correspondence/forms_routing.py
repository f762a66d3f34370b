"""Forms of turns: to whom, for what and until when; to whom else; until when else. They only parse; the verbs check and refuse."""
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django import forms
from django.db.models import QuerySet
from django.forms.models import ModelChoiceIterator
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ventanilla.core.cases.models import Instruction, Turn
from ventanilla.core.cases.routing import reachable
from ventanilla.core.cases.services import TurnDraft
from ventanilla.core.cases.terms import Term
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.lib.spanish import listed, long_date
from ventanilla.modules.correspondence.forms import DATE, ReasonForm, end_of_day
from ventanilla.web.ui.people import PeopleField, PersonField
from ventanilla.web.ui.sendings import Keyed

RECENT = 6
LOOKED_AT = 200
"""Of so many turns that a unit sent last, those of one person say to whom that person turns."""
MOST = 1000
"""More destinations than a form has: the keys of its turns count on from its own."""


def people_of_units(units: Sequence[Unit]) -> QuerySet[Person]:
    """The active people of these units, in Spanish order."""
    return Person.objects.filter(unit__in=units, active=True).select_related("unit").order_by("sort_key", "pk")


class RecentFirst(ModelChoiceIterator):  # type: ignore[type-arg]  # takes none when it runs
    """The units in two groups: those to which the sender turned last from the origin, and the others; in one when there are none."""

    field: "UnitsField"

    def __iter__(self) -> Iterator[Any]:
        offered = {choice[0].value: choice for choice in super().__iter__()}  # type: ignore[union-attr]
        last = [pk for pk in self.field.sent_last() if pk in offered][:RECENT]
        recent = [offered.pop(pk) for pk in last]
        return iter([(_("A las que turnó hace poco"), recent), (_("Las demás"), list(offered.values()))] if recent else offered.values())


class UnitsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # the same
    """Units to which something is turned. Who turns and from where is said by `sender`; it is asked for only where the list is drawn."""

    iterator = RecentFirst
    sender: tuple[Person, Unit | None] | None = None

    def sent_last(self) -> Iterable[int]:
        """The units to which the sender turned from there, the last one first."""
        if self.sender is None or self.sender[1] is None:
            return ()
        person, origin = self.sender
        sent = Turn.objects.filter(from_unit=origin).order_by("-sent_at").values_list("from_person_id", "unit_id")[:LOOKED_AT]
        return dict.fromkeys(unit for who, unit in sent if who == person.pk)


def until(limit: datetime) -> str:
    """Until when something may be due, as the help of a form says it before it is sent."""
    day = long_date(timezone.localdate(limit), weekday=True)
    if limit < timezone.now():
        return gettext("El asunto o el turno del que sale ya venció el %(day)s: este saldría vencido. "
                       "Amplíe antes ese plazo, si se puede.") % {"day": day}
    return gettext("A más tardar el %(day)s, por el plazo del asunto o del turno del que sale.") % {"day": day}


class RouteForm(Keyed):
    """To whom, for what, until when; several units and people at once.

    `limit` is the moment that may not be passed; `standing` are the turns for action that are open in the case: a second one to the
    same place is sent only when it is confirmed.
    """

    units = UnitsField(Unit.objects.none(), label=_("Unidades"), required=False)
    people = PeopleField(label=_("Personas, por su nombre"), required=False,
                          help_text=_("De su unidad o de las unidades a las que puede turnar. Cada persona recibe su propio turno."))
    purpose = forms.ChoiceField(label=_("Para"), choices=Turn.Purpose.choices, initial="action", widget=forms.RadioSelect)
    instruction = forms.ModelChoiceField(Instruction.objects.none(), label=_("Instrucción"), required=False,
                                         empty_label=_("Sin instrucción del catálogo"))
    text = forms.CharField(label=_("Indicaciones"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2}))
    amount = forms.IntegerField(label=_("Término en días hábiles"), min_value=0, max_value=500, required=False,
                                help_text=_("Vacío: el de la instrucción."))
    due = forms.DateField(label=_("O vence el"), required=False, widget=DATE)
    again = forms.BooleanField(label=_("Sí, enviar otro turno aunque ya tenga uno abierto"), required=False)

    def __init__(self, *args: Any, person: Person, origin: Unit, limit: datetime | None = None, standing: Sequence[Turn] = (),
                 **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.standing = [t for t in standing if t.is_open and t.purpose == Turn.Purpose.ACTION]
        units = list(Unit.objects.filter(institution_id=person.institution_id, valid_to=None))
        for name, rows in (("units", Unit.objects.filter(institution_id=person.institution_id, valid_to=None).exclude(pk=origin.pk)),
                           ("people", people_of_units([origin, *reachable(origin, units)]).exclude(pk=person.pk)),
                           ("instruction", Instruction.objects.filter(institution_id=person.institution_id, active=True))):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows
        self.fields["units"].sender = (person, origin)  # type: ignore[attr-defined]
        if limit:
            self.fields["due"].help_text = until(limit)
        if not self.is_bound:
            del self.fields["again"]

    def clean(self) -> dict[str, Any]:
        """At least one destination; one that has it already is confirmed."""
        data: dict[str, Any] = super().clean() or {}
        if not data.get("units") and not data.get("people"):
            self.add_error("units", _("Elija al menos una unidad o una persona."))
        twice = self._twice(data)
        if twice and not data.get("again"):
            self.add_error("again", _("%(to)s ya tiene un turno abierto de este asunto. Marque la casilla si de verdad quiere enviar otro.")
                           % {"to": listed(twice)})
        elif not twice:
            del self.fields["again"]
        return data

    def _twice(self, data: dict[str, Any]) -> list[str]:
        """Those to whom the matter is sent for action and who have it already, but by this very form: that is a resend."""
        if data.get("purpose") != Turn.Purpose.ACTION or not data.get("uuid"):
            return []
        standing = [t for t in self.standing if (t.uuid.int - data["uuid"].int) % 2**128 >= MOST]
        units = {t.unit_id for t in standing if t.person_id is None}
        people = {t.person_id for t in standing}
        return [u.name for u in data.get("units") or () if u.pk in units] + [p.name for p in data.get("people") or () if p.pk in people]

    @property
    def term(self) -> Term | None:
        """The term that was asked for. The form must be valid."""
        data = self.cleaned_data
        amount = data["amount"] if data["amount"] is not None else getattr(data["instruction"], "amount", None)
        return Term(due_at=end_of_day(data["due"])) if data["due"] else Term(amount) if amount is not None else None

    def drafts(self, of: str = "") -> list[TurnDraft]:
        """One draft per destination; their keys derive from the form's, so a resend is the same turns.

        `of`: which of the several things that the form is for, a letter or a turn: their numbers may be equal.
        """
        data = self.cleaned_data
        key = uuid5(data["uuid"], of) if of else data["uuid"]
        to: list[tuple[Unit, Person | None]] = [(unit, None) for unit in data["units"]]
        to += [(person.unit, person) for person in data["people"] if person.unit]
        return [TurnDraft(unit, who, data["purpose"], data["instruction"], data["text"], self.term,
                          UUID(int=(key.int + n) % 2**128)) for n, (unit, who) in enumerate(to)]


class ReassignForm(ReasonForm):
    """Another unit, or a person of one, for one turn or several."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Unidad"), required=False, empty_label=_("La de la persona que elija"))
    person = PersonField(label=_("Persona"), required=False,
                         help_text=_("Vacío: nadie en particular. De la unidad que lo tiene o de aquellas a las que se puede turnar."))
    field_order = ("uuid", "unit", "person", "reason")

    def __init__(self, *args: Any, person: Person, turns: Sequence[Turn], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = list(Unit.objects.filter(institution_id=person.institution_id, valid_to=None))
        origins = {turn.from_unit_id: turn.from_unit for turn in turns}.values()
        to = {unit.pk: unit for unit in [turn.unit for turn in turns] + [unit for origin in origins for unit in reachable(origin, units)]}
        for name, rows in (("unit", Unit.objects.filter(institution_id=person.institution_id, valid_to=None)),
                           ("person", people_of_units(list(to.values())))):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows

    def clean(self) -> dict[str, Any]:
        """The unit follows the person; one of them is needed."""
        data: dict[str, Any] = super().clean() or {}
        unit, person = data.get("unit"), data.get("person")
        if unit and person and person.unit_id != unit.pk:
            self.add_error("person", _("%(person)s no es de esa unidad: elija su unidad, o déjela vacía.") % {"person": person.name})
        elif not unit and not person and not self.errors:
            self.add_error("unit", _("Elija una unidad o una persona."))
        data["unit"] = unit or (person.unit if person else None)
        return data


class ExtendForm(ReasonForm):
    """A new due date; `limit` is the moment that may not be passed."""

    due = forms.DateField(label=_("Nuevo vencimiento"), widget=DATE)
    field_order = ("due", "reason")

    def __init__(self, *args: Any, limit: datetime | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if limit:
            self.fields["due"].help_text = until(limit)
