"""Forms of correspondence: they only parse; the verbs check and refuse."""
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ventanilla.core.cases.models import Answer, Case, Turn
from ventanilla.core.cases.models.cases import Confidentiality, Priority
from ventanilla.core.cases.terms import Term
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.reach import reach_of
from ventanilla.modules.correspondence.models import ArchiveFile, ArchiveSeries, Delivery, LetterTemplate, LetterType
from ventanilla.modules.correspondence.models.letters import Direction, Medium, Order
from ventanilla.modules.correspondence.services import Correction, LetterDraft
from ventanilla.modules.correspondence.services.correcting import edition, facts_of
from ventanilla.modules.correspondence.services.outgoing import usual_subject
from ventanilla.modules.correspondence.services.registration import ANONYMOUS, Sender, check_sender
from ventanilla.web.ui.people import PeopleField
from ventanilla.web.ui.refusals import attempted
from ventanilla.web.ui.sendings import Keyed

NOBODY = "anonymous"
"""Chosen in the place of the kind of sender, so that it costs no further key."""
DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
DATETIME = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


def end_of_day(day: Any) -> datetime | None:
    """The last minute of a local day, or None."""
    return timezone.make_aware(datetime.combine(day, time(23, 59))) if day else None


class LetterForm(Keyed):
    """Everything about a letter that arrives, leaves or goes round inside."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Unidad que registra"))
    direction = forms.ChoiceField(label=_("Sentido"), choices=Direction.choices, initial="incoming")
    type = forms.ModelChoiceField(LetterType.objects.none(), label=_("Tipo de documento"), empty_label=None)
    order = forms.ChoiceField(label=_("Clase de remitente"), choices=[*Order.choices, (NOBODY, _("Anónimo: no dice de quién viene"))],
                              initial="state")
    organisation = forms.CharField(label=_("Institución u organización"), max_length=200, required=False,
                                   widget=forms.TextInput(attrs={"list": "organisations", "autocomplete": "off"}))
    sender_unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Unidad interna que lo envía"), required=False,
                                         empty_label=_("Ninguna"))
    signatory = forms.CharField(label=_("Quien firma"), max_length=200, required=False,
                                widget=forms.TextInput(attrs={"list": "signatories", "autocomplete": "off"}))
    post = forms.CharField(label=_("Cargo"), max_length=200, required=False)
    number = forms.CharField(label=_("Número del documento"), max_length=80, required=False)
    dated = forms.DateField(label=_("Fecha del documento"), required=False, widget=DATE)
    subject = forms.CharField(label=_("Asunto"), widget=forms.Textarea(attrs={"rows": 3}))
    addressee = forms.CharField(label=_("Dirigido a"), max_length=300, required=False,
                                widget=forms.TextInput(attrs={"list": "addressees", "autocomplete": "off"}))
    received_at = forms.DateTimeField(label=_("Recibido"), widget=DATETIME, initial=timezone.localtime,
                                      input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])
    sheets = forms.IntegerField(label=_("Hojas"), min_value=0, max_value=100_000, initial=1)
    annexes = forms.CharField(label=_("Anexos"), max_length=300, required=False,
                              help_text=_("Por ejemplo: 2 planos y 1 disco."))
    medium = forms.ChoiceField(label=_("Cómo llegó"), choices=Medium.choices, initial="paper")
    priority = forms.TypedChoiceField(label=_("Prioridad"), choices=Priority.choices, coerce=int, initial=3)
    level = forms.TypedChoiceField(label=_("Reserva"), choices=Confidentiality.choices, coerce=int, initial=0)
    amount = forms.IntegerField(label=_("Término en días hábiles"), min_value=0, max_value=500, required=False,
                                help_text=_("Vacío: el que usa el tipo de documento."))
    due = forms.DateField(label=_("O vence el"), required=False, widget=DATE)
    uploads = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        units = Unit.objects.filter(pk__in=reach_of(person).within(cap.REGISTER), valid_to=None)
        institution_units = Unit.objects.filter(institution=person.institution, valid_to=None)
        self._choose("unit", units.order_by("-counter", "sort_key"))
        self._choose("sender_unit", institution_units)
        self._choose("type", LetterType.objects.filter(institution=person.institution, active=True))
        if person.unit_id and units.filter(pk=person.unit_id).exists():
            self.fields["unit"].initial = person.unit_id

    def _choose(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows

    def clean(self) -> dict[str, Any]:
        """What the verb would say of the sender, together with what else is missing."""
        data: dict[str, Any] = super().clean() or {}
        sender = ("direction", "order", "organisation", "signatory", "post", "sender_unit")
        if all(name in data for name in sender):
            attempted(self, lambda: check_sender(data["direction"], self._sender()))
        return data

    def _sender(self) -> Sender:
        data = self.cleaned_data
        if data["order"] == NOBODY:
            return Sender(Order.CITIZEN, signatory=ANONYMOUS)
        return Sender(data["order"], data["organisation"], data["signatory"], data["post"],
                      data["sender_unit"] if data["order"] == Order.INTERNAL else None)

    def draft(self) -> LetterDraft:
        """The verb's draft. The form must be valid."""
        data, sender = self.cleaned_data, self._sender()
        amount = data["amount"] if data["amount"] is not None else data["type"].amount
        term = Term(due_at=end_of_day(data["due"])) if data["due"] else Term(amount) if amount else None
        return LetterDraft(
            data["unit"], data["type"], data["subject"], sender, data["direction"], data["number"], data["dated"],
            data["received_at"], addressee=data["addressee"], sheets=data["sheets"], annexes=data["annexes"],
            medium=data["medium"], priority=data["priority"], level=data["level"], term=term, uuid=data["uuid"])

    def upload_ids(self) -> list[UUID]:
        """Uploads that were shown beside the fields."""
        return [UUID(u) for u in self.cleaned_data["uploads"].split(",") if u]


class CorrectForm(LetterForm):
    """The facts of a registered letter as they should be, and why; without what is not a fact of the paper."""

    LEFT_OUT = ("uuid", "unit", "direction", "received_at", "level", "amount", "due", "uploads")
    seen = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Motivo de la corrección"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
                             help_text=_("Queda en la historia junto a los datos anteriores."))

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.LEFT_OUT:
            del self.fields[name]
        letter = case.letter
        keep = Q(institution_id=case.institution_id)
        self._choose("type", LetterType.objects.filter(keep & (Q(active=True) | Q(pk=letter.type_id))))
        self._choose("sender_unit", Unit.objects.filter(keep & (Q(valid_to=None) | Q(pk=letter.sender_unit_id))))
        self.initial = {**facts_of(case, letter), "seen": edition(case), **self.initial}

    def correction(self) -> Correction:
        """The verb's draft. The form must be valid."""
        data = self.cleaned_data
        plain = ("type", "subject", "number", "dated", "addressee", "sheets", "annexes", "medium", "priority", "seen")
        return Correction(sender=self._sender(), **{name: data[name] for name in plain})


class ReasonForm(Keyed):
    """Steps that only need a reason."""

    reason = forms.CharField(label=_("Motivo"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class ConcludeForm(Keyed):
    """How the matter was attended; it stands as the reason of the step."""

    reason = forms.CharField(label=_("Cómo se atendió"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class ProgressForm(Keyed):
    """How far the unit is, by text or by files; the turn stays with it."""

    text = forms.CharField(label=_("Avance"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 4}), required=False,
                           help_text=_("El turno sigue abierto y su plazo corre. Puede quedar vacío si el avance va en un archivo."))


class AnswerForm(Keyed):
    """What the unit answers; `partial` reports progress and keeps the turn."""

    text = forms.CharField(label=_("Respuesta"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 4}), required=False,
                           help_text=_("Puede quedar vacía si la respuesta va en un archivo."))
    partial = forms.BooleanField(label=_("Es un avance; el turno sigue abierto"), required=False)
    letter = forms.BooleanField(label=_("Responder con un oficio que lleve folio de salida"), required=False)
    letter_to = forms.CharField(label=_("Dirigido a"), max_length=300, required=False,
                                help_text=_("Vacío: la unidad que le turnó. También puede ser quien firmó el documento recibido."),
                                widget=forms.TextInput(attrs={"list": "letter-to", "autocomplete": "off"}))
    letter_subject = forms.CharField(label=_("Asunto del oficio"), max_length=4000, required=False)
    letter_type = forms.ModelChoiceField(LetterType.objects.none(), label=_("Tipo de documento del oficio"), required=False)
    template = forms.ModelChoiceField(LetterTemplate.objects.none(), label=_("Plantilla del oficio"), required=False,
                                      empty_label=_("Diseño de la plataforma"))

    LETTER = ("letter", "letter_to", "letter_subject", "letter_type", "template")

    def __init__(self, *args: Any, person: Person, turn: Turn | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if withdrawn := Answer.objects.filter(turn=turn, partial=False).order_by("pk").last() if turn else None:
            self.initial = {"text": withdrawn.text if withdrawn.verdict == Answer.Verdict.WITHDRAWN else "", **self.initial}
        if turn is None or not reach_of(person).can(cap.REGISTER, turn.unit_id):
            for name in self.LETTER:
                del self.fields[name]
            return
        types = LetterType.objects.filter(institution=person.institution, active=True)
        for name, rows in (("template", templates_for([turn.unit_id], person.institution_id)), ("letter_type", types)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows
        self.initial = {"letter_to": turn.from_unit.name, "letter_subject": usual_subject(turn), "letter_type": types.first(),
                        **self.initial}


class DeliveryForm(Keyed):
    """When, how and to whom a sent letter was delivered."""

    at = forms.DateTimeField(label=_("Cuándo se entregó"), widget=DATETIME, initial=timezone.localtime,
                             input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])
    means = forms.ChoiceField(label=_("Cómo se entregó"), choices=Delivery.choices, initial="courier")
    recipient = forms.CharField(label=_("Quién recibió"), max_length=200,
                                help_text=_("Nombre de la persona, u oficialía que puso el sello."))
    note = forms.CharField(label=_("Observaciones"), max_length=200, required=False, help_text=_("Por ejemplo, el número de guía."))


def templates_for(units: Sequence[int], institution_id: int) -> QuerySet[LetterTemplate]:
    """Templates for everybody, and those of these units."""
    own = Q(unit=None) | Q(unit__in=units)
    return LetterTemplate.objects.filter(own, institution_id=institution_id, active=True).order_by("name")


class NoteForm(Keyed):
    """A remark."""

    text = forms.CharField(label=_("Nota"), max_length=4000, widget=forms.Textarea(attrs={"rows": 2}))
    people = PeopleField(label=_("Mencionar a"), required=False, help_text=_("Recibirán un aviso si pueden consultar el asunto."))

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        turns = Turn.objects.filter(case=case)
        units = [case.unit_id, *turns.values_list("unit_id", flat=True), *turns.values_list("from_unit_id", flat=True)]
        field = self.fields["people"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Person.objects.filter(unit_id__in=units, active=True)


class ArchiveForm(Keyed):
    """An open expediente, or a new one of a series."""

    file = forms.ModelChoiceField(ArchiveFile.objects.none(), label=_("Expediente"), required=False,
                                  empty_label=_("Abrir uno nuevo"))
    series = forms.ModelChoiceField(ArchiveSeries.objects.none(), label=_("Serie"), required=False, empty_label=_("Elija una serie"))
    title = forms.CharField(label=_("Título del expediente nuevo"), max_length=200, required=False)
    box = forms.CharField(label=_("Caja"), max_length=40, required=False)
    shelf = forms.CharField(label=_("Estante"), max_length=40, required=False)
    sheets = forms.IntegerField(label=_("Hojas que se archivan"), min_value=1, initial=1)

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (("file", ArchiveFile.objects.filter(unit=unit, closed=None).select_related("series")),
                           ("series", ArchiveSeries.objects.filter(institution_id=unit.institution_id, active=True))):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows

    def clean(self) -> dict[str, Any]:
        """A new expediente needs series and title."""
        data: dict[str, Any] = super().clean() or {}
        if not data.get("file"):
            for name in ("series", "title"):
                if not data.get(name):
                    self.add_error(name, _("Hace falta para abrir el expediente."))
        return data


class RefileForm(ArchiveForm):
    """The same, and why it is moved."""

    reason = forms.CharField(label=_("Motivo"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


MOST_ADDRESSED = 300
"""Letters of how somebody is addressed."""


class WritingForm(Keyed):
    """What a unit writes: to one addressee outside or inside, or as a circular to many units."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Unidad que escribe"))
    type = forms.ModelChoiceField(LetterType.objects.none(), label=_("Tipo de documento"), empty_label=None)
    subject = forms.CharField(label=_("Asunto"), max_length=4000, widget=forms.Textarea(attrs={"rows": 2}))
    text = forms.CharField(label=_("Texto"), max_length=50_000, widget=forms.Textarea(attrs={"rows": 10}))
    template = forms.ModelChoiceField(LetterTemplate.objects.none(), label=_("Plantilla"), required=False,
                                      empty_label=_("Diseño de la plataforma"))
    addressee = forms.CharField(label=_("Dirigido a (fuera de la institución)"), max_length=MOST_ADDRESSED, required=False,
                                help_text=_("Nombre, cargo e institución, como irá en el oficio. Si además elige unidades, cada quien "
                                            "recibe el suyo con su folio."),
                                widget=forms.TextInput(attrs={"list": "addressees", "autocomplete": "off"}))
    others = forms.CharField(label=_("Otros destinatarios de fuera"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
                             help_text=_("Uno por renglón, como irá en su oficio. Cada quien recibe el suyo con su folio."))
    units = forms.ModelMultipleChoiceField(
        Unit.objects.none(), label=_("Unidades destinatarias"), required=False,
        help_text=_("Si elige varias se envía como circular: cada una recibe su propio folio y se sabe quién la leyó."))
    everyone = forms.BooleanField(label=_("A todas las demás unidades de la institución"), required=False)
    purpose = forms.ChoiceField(label=_("Para"), choices=Turn.Purpose.choices, initial="information", widget=forms.RadioSelect)
    amount = forms.IntegerField(label=_("Término en días hábiles"), min_value=0, max_value=500, required=False)
    remind_after = forms.IntegerField(
        label=_("Recordarla después de (días hábiles)"), min_value=1, max_value=60, required=False,
        help_text=_("De una circular: se avisa una vez a las unidades que para entonces no la hayan leído. Vacío: no se recuerda sola."))

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Unit.objects.filter(pk__in=reach_of(person).within(cap.ROUTE), valid_to=None)
        rows: dict[str, Any] = {
            "unit": mine, "type": LetterType.objects.filter(institution=person.institution, active=True),
            "template": templates_for(reach_of(person).within(cap.ROUTE), person.institution_id),
            "units": Unit.objects.filter(institution=person.institution, valid_to=None)}
        if len(only := list(mine[:2])) == 1:
            rows["units"] = rows["units"].exclude(pk=only[0].pk)
        self.offered: QuerySet[Unit] = rows["units"]
        for name, found in rows.items():
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = found
        if person.unit_id and mine.filter(pk=person.unit_id).exists():
            self.fields["unit"].initial = person.unit_id

    def clean_others(self) -> list[str]:
        """The lines that say something."""
        lines = [line.strip() for line in self.cleaned_data["others"].splitlines() if line.strip()]
        if long := next((line for line in lines if len(line) > MOST_ADDRESSED), ""):
            raise forms.ValidationError(_("Cada destinatario admite hasta %(n)s caracteres; «%(line)s…» es más largo."),
                                        params={"n": MOST_ADDRESSED, "line": long[:40]})
        return lines

    def clean(self) -> dict[str, Any]:
        """Somebody outside, or units inside; not the very unit that writes."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("everyone") and data.get("unit"):
            data["units"] = self.offered.exclude(pk=data["unit"].pk)
        elif data.get("unit") in (data.get("units") or ()):
            self.add_error("units", _("La unidad que escribe no puede ser también destinataria; quítela de la lista."))
        if not any(data.get(name) for name in ("addressee", "others", "units")) and "others" not in self.errors:
            self.add_error("addressee", _("Escriba a quién va dirigido o elija unidades."))
        return data
