"""Forms of the service desk: they only parse; the verbs check and refuse."""
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.modules.servicedesk.models import (
    Cause,
    HoldReason,
    Liaison,
    OfferingVersion,
    Service,
    Team,
    Ticket,
)
from ventanilla.modules.servicedesk.models.changes import Risk
from ventanilla.modules.servicedesk.services.authorities import authorities, quorum_for
from ventanilla.modules.servicedesk.services.closing import open_children
from ventanilla.modules.servicedesk.services.opening import liaison_units
from ventanilla.web.ui.people import PeopleField, PersonField
from ventanilla.web.ui.sendings import Keyed

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
DATETIME = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
WEIGHTS = Ticket.Level.choices


class AskForm(Keyed):
    """What everybody says when they ask for something; the offering's own questions come beside it."""

    subject = forms.CharField(label=_("¿Qué necesita, en pocas palabras?"), max_length=300)
    description = forms.CharField(label=_("Cuéntenos más"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 5}),
                                  help_text=_("Qué pasa, desde cuándo, dónde. Puede agregar una foto o un archivo abajo."))
    beneficiary = PersonField(label=_("¿Para quién es?"), required=False, help_text=_("Vacío: para mí."))
    beneficiary_name = forms.CharField(label=_("O su nombre, si no tiene cuenta"), max_length=200, required=False)
    beneficiary_email = forms.EmailField(label=_("Y su correo"), max_length=254, required=False,
                                         help_text=_("También se le avisará, y se le pedirá su opinión."))

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = liaison_units(person).values("unit_id")
        people = Person.objects.filter(unit__in=units, institution_id=person.institution_id, active=True).exclude(pk=person.pk)
        if people.exists():
            self.fields["beneficiary"].queryset = people  # type: ignore[attr-defined]
        else:
            del self.fields["beneficiary"]
        if not units.exists():
            del self.fields["beneficiary_name"], self.fields["beneficiary_email"]


def _offered(version: OfferingVersion) -> str:
    """Service and offering, once where both are called the same."""
    return " · ".join(dict.fromkeys((version.offering.service.name, version.offering.name)))


class RegisterForm(Keyed):
    """What an agent notes of somebody who calls, comes or writes."""

    channel = forms.ChoiceField(label=_("Llegó por"), choices=Ticket.Channel.choices, initial="phone")
    requester = PersonField(everybody=True, label=_("Quién lo pide"), required=False, help_text=_("Vacío: alguien sin cuenta."))
    requester_name = forms.CharField(label=_("Nombre, si no tiene cuenta"), max_length=200, required=False)
    requester_email = forms.EmailField(label=_("Correo, si no tiene cuenta"), max_length=254, required=False,
                                       help_text=_("Ahí se le avisará de lo que pase, y se le pedirá su opinión."))
    beneficiary = PersonField(everybody=True, label=_("¿Para quién es?"), required=False,
                              help_text=_("Vacío: para quien lo pide, o alguien sin cuenta."))
    beneficiary_name = forms.CharField(label=_("Nombre de para quién es, si no tiene cuenta"), max_length=200, required=False)
    beneficiary_email = forms.EmailField(label=_("Correo de para quién es, si no tiene cuenta"), max_length=254, required=False,
                                         help_text=_("También se le avisará, y se le pedirá su opinión."))
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Su unidad"), required=False, empty_label=_("La de su cuenta"))
    version = forms.ModelChoiceField(OfferingVersion.objects.none(), label=_("Servicio del catálogo"), empty_label=_("Elija el servicio"))
    subject = forms.CharField(label=_("Qué pide o qué falla"), max_length=300)
    description = forms.CharField(label=_("Descripción"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 4}))
    impact = forms.TypedChoiceField(label=_("Impacto"), choices=[("", _("El usual")), *WEIGHTS], coerce=int, required=False,
                                    empty_value=None)
    urgency = forms.TypedChoiceField(label=_("Urgencia"), choices=[("", _("La usual")), *WEIGHTS], coerce=int, required=False,
                                     empty_value=None)

    def __init__(self, *args: Any, versions: QuerySet[OfferingVersion], person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = {"institution_id": person.institution_id}
        people = Person.objects.filter(active=True, **here)
        for name in ("requester", "beneficiary"):
            self.fields[name].queryset = people  # type: ignore[attr-defined]
        self.fields["unit"].queryset = Unit.objects.filter(valid_to=None, **here).order_by("name")  # type: ignore[attr-defined]
        self.fields["version"].queryset = versions  # type: ignore[attr-defined]
        self.fields["version"].label_from_instance = _offered  # type: ignore[attr-defined]


class AboutCase(forms.Form):
    """A form of an action: it knows the case and who acts."""

    def __init__(self, *args: Any, case: Case, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case, self.actor = case, person
        self.prepare()

    def prepare(self) -> None:
        """Choices of this case."""


class PlainForm(AboutCase):
    """Nothing to say: only to confirm."""


class ReasonForm(AboutCase):
    """Why."""

    reason = forms.CharField(label=_("Motivo"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class AssignForm(AboutCase):
    """To which team, and to whom of it."""

    team = forms.ModelChoiceField(Team.objects.none(), label=_("Equipo"), empty_label=None)
    person = PersonField(label=_("Agente"), required=False, help_text=_("Vacío: quien la tome del equipo."))
    reason = forms.CharField(label=_("Motivo, si quiere decirlo"), required=False, max_length=2000,
                             widget=forms.Textarea(attrs={"rows": 2}))

    def prepare(self) -> None:
        """Active teams of the institution and the people who work in them."""
        teams = Team.objects.filter(institution_id=self.case.institution_id, active=True)
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]
        people = Person.objects.filter(pk__in=teams.values("memberships__person"), active=True)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
        self.fields["team"].initial = self.case.ticket.team_id


class HoldForm(AboutCase):
    """What it waits for."""

    why = forms.ModelChoiceField(HoldReason.objects.none(), label=_("Se espera"), empty_label=None)
    note = forms.CharField(label=_("Detalle para quien lo pidió"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    until = forms.DateTimeField(label=_("Reanudarlo solo el"), required=False, widget=DATETIME, input_formats=FORMATS,
                                help_text=_("Vacío: hasta que alguien lo reanude, o conteste quien lo pidió."))

    def prepare(self) -> None:
        """Reasons of the catalogue."""
        rows = HoldReason.objects.filter(institution_id=self.case.institution_id, active=True)
        self.fields["why"].queryset = rows  # type: ignore[attr-defined]
        self.fields["why"].label_from_instance = self._named  # type: ignore[attr-defined]

    @staticmethod
    def _named(why: HoldReason) -> str:
        """The reason, and what goes on meanwhile."""
        words = {"own": _("para tomarla"), "resolve": _("para resolver"), "team": _("del equipo")}
        running = ", ".join(str(words[metric]) for metric in why.runs)
        return _("%(why)s (sigue el reloj %(clocks)s)") % {"why": why.text, "clocks": running} if running else why.text


class ResolveForm(AboutCase):
    """The cause and what was done."""

    cause = forms.ModelChoiceField(Cause.objects.none(), label=_("Causa"), empty_label=_("Elija la causa"))
    solution = forms.CharField(label=_("Solución"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 5}),
                               help_text=_("La lee quien lo pidió, y la encontrará quien tenga lo mismo."))
    children = forms.BooleanField(label=_("Resolver también los tickets que dependen de éste"), required=False,
                                  help_text=_("Con la misma causa y solución; cada uno guarda su historia, y se avisa a quien lo pidió."))

    def prepare(self) -> None:
        """Causes of the catalogue; its children are asked about only when there are open ones."""
        rows = Cause.objects.filter(institution_id=self.case.institution_id, active=True)
        self.fields["cause"].queryset = rows  # type: ignore[attr-defined]
        if not open_children(self.case):
            del self.fields["children"]


class PriorityForm(ReasonForm):
    """How many it touches and how soon it hurts."""

    field_order = ("impact", "urgency", "reason")
    impact = forms.TypedChoiceField(label=_("Impacto"), choices=WEIGHTS, coerce=int)
    urgency = forms.TypedChoiceField(label=_("Urgencia"), choices=WEIGHTS, coerce=int)

    def prepare(self) -> None:
        """As it is now."""
        self.fields["impact"].initial, self.fields["urgency"].initial = self.case.ticket.impact, self.case.ticket.urgency


class EntryForm(Keyed):
    """Something said in the ticket."""

    text = forms.CharField(label=_("Mensaje"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 4}))
    private = forms.BooleanField(label=_("Nota interna: sólo la ve la mesa de servicio"), required=False)
    mentioned = PeopleField(label=_("Mencionar a"), required=False,
                            help_text=_("Recibirán un aviso; de una nota interna, sólo quien puede leerla."))

    def __init__(self, *args: Any, people: QuerySet[Person] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if people is None:
            del self.fields["mentioned"]
        else:
            self.fields["mentioned"].queryset = people  # type: ignore[attr-defined]


class CauseForm(ReasonForm):
    """What was found."""

    root_cause = forms.CharField(label=_("Causa raíz"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 4}))
    workaround = forms.CharField(label=_("Solución temporal"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 3}))
    reason = forms.CharField(required=False, widget=forms.HiddenInput)

    def prepare(self) -> None:
        """What was found before, when it is corrected."""
        for name in ("root_cause", "workaround"):
            self.fields[name].initial = getattr(getattr(self.case, "problem", None), name, "")


class SolutionForm(AboutCase):
    """What put an end to it."""

    solution = forms.CharField(label=_("Cómo quedó corregido"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 4}))


class PlanForm(AboutCase):
    """How, when, with which risk, and the way back."""

    risk = forms.TypedChoiceField(label=_("Riesgo"), choices=Risk.choices, coerce=int, initial=2)
    impact_text = forms.CharField(label=_("A quién afecta"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2}))
    plan = forms.CharField(label=_("Plan de implementación"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 5}))
    back_out = forms.CharField(label=_("Plan de reversión"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 3}),
                               help_text=_("Qué se hace, y quién decide, si algo sale mal."))
    starts_at = forms.DateTimeField(label=_("Inicia"), widget=DATETIME, input_formats=FORMATS)
    ends_at = forms.DateTimeField(label=_("Termina"), widget=DATETIME, input_formats=FORMATS)
    implementer = PersonField(label=_("Quién lo implementa"))

    def prepare(self) -> None:
        """People of the teams; the plan as it is."""
        teams = Team.objects.filter(institution_id=self.case.institution_id, active=True)
        people = Person.objects.filter(pk__in=teams.values("memberships__person"), active=True)
        self.fields["implementer"].queryset = people  # type: ignore[attr-defined]
        for name in ("risk", "impact_text", "plan", "back_out", "starts_at", "ends_at", "implementer"):
            self.fields[name].initial = getattr(self.case.change, name)
        if self.case.kind == "simple_change":
            self.fields["risk"].choices, self.fields["risk"].initial = Risk.choices[:1], Risk.LOW  # type: ignore[attr-defined]


class PlanStepForm(AboutCase):
    """A step of a problem's action plan."""

    text = forms.CharField(label=_("Acción"), max_length=300)
    owner = PersonField(label=_("Responsable"), required=False, help_text=_("Vacío: todavía nadie."))
    due_on = forms.DateField(label=_("Para el"), required=False, widget=DATE)
    definitive = forms.BooleanField(label=_("Es definitiva: quita la causa"), required=False)

    def prepare(self) -> None:
        """People of the teams."""
        teams = Team.objects.filter(institution_id=self.case.institution_id, active=True)
        people = Person.objects.filter(pk__in=teams.values("memberships__person"), active=True)
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]


class ApproversForm(AboutCase):
    """Who has to agree, and how many of them."""

    people = PeopleField(label=_("Quiénes autorizan"))
    quorum = forms.IntegerField(label=_("Cuántas autorizaciones bastan"), min_value=1, max_value=20, initial=1)

    def prepare(self) -> None:
        """Who may authorise it by the rules of its risk, but who asks; and how many have to."""
        rows = authorities(self.case)
        self.fields["people"].queryset = rows.exclude(pk=self.actor.pk)  # type: ignore[attr-defined]
        least = quorum_for(self.case)
        self.fields["quorum"].initial = least
        if least > 1:
            self.fields["quorum"].help_text = now("Un cambio de este riesgo pide al menos %(n)s.") % {"n": least}


class ReviewForm(AboutCase):
    """What was learned."""

    review = forms.CharField(label=_("Revisión"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 4}),
                             help_text=_("Qué salió bien, qué no, y qué se cambia para la próxima."))


class EmergencyReviewForm(ReviewForm, ApproversForm):
    """The review of an emergency, and who authorises it afterwards."""

    def prepare(self) -> None:
        """As of the approvers."""
        ApproversForm.prepare(self)


class DecideForm(AboutCase):
    """Yes or no to what was asked."""

    verdict = forms.ChoiceField(label=_("Su decisión"), choices=[("yes", _("Autorizo")), ("no", _("No autorizo"))],
                                widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Motivo"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
                             help_text=_("Obligatorio cuando no autoriza."))


class TieForm(AboutCase):
    """Another ticket, by its number, and how they belong together."""

    kind = forms.ChoiceField(label=_("Este ticket"), choices=[
        ("caused_by", _("lo causa el problema")), ("known_as", _("es el error conocido")), ("fixed_by", _("lo corrige el cambio")),
        ("duplicates", _("repite a")), ("continues", _("continúa a"))])
    folio = forms.CharField(label=_("Número del otro ticket"), max_length=80)


class KnownForm(AboutCase):
    """What the desk needs to apply a workaround."""

    symptoms = forms.CharField(label=_("Cómo se reconoce"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 3}))
    workaround = forms.CharField(label=_("Solución temporal"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 4}))


class ProblemForm(AboutCase):
    """A problem behind this incident."""

    subject = forms.CharField(label=_("El problema, en pocas palabras"), max_length=300)
    description = forms.CharField(label=_("Qué se sabe"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 4}))

    def prepare(self) -> None:
        """Begins as the incident says."""
        self.fields["subject"].initial = self.case.subject


class MinutesForm(AboutCase):
    """Time worked."""

    minutes = forms.IntegerField(label=_("Minutos"), min_value=1, max_value=1440)
    text = forms.CharField(label=_("En qué"), required=False, max_length=300)


class ItemForm(AboutCase):
    """A further step of the work."""

    text = forms.CharField(label=_("Qué hay que hacer"), max_length=300)


class LiaisonForm(forms.Form):
    """Whom a letter proposes as liaison."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Unidad"), empty_label=_("Elija la unidad"))
    person = PersonField(label=_("Persona propuesta"))
    letter = forms.CharField(label=_("Oficio de solicitud"), max_length=120, help_text=_("Su número, como aparece en el oficio."))
    until = forms.DateField(label=_("Hasta"), required=False, widget=DATE, help_text=_("Vacío: hasta que se cambie por oficio."))

    def __init__(self, *args: Any, actor: Person, units: Q, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Unit.objects.filter(units, institution_id=actor.institution_id, valid_to=None)
        self.fields["unit"].queryset = rows.order_by("name")  # type: ignore[attr-defined]
        self.fields["person"].queryset = Person.objects.filter(unit__in=rows, active=True)  # type: ignore[attr-defined]


class LiaisonFileForm(forms.Form):
    """Agreement and training."""

    agreement = forms.DateField(label=_("Acuerdo de confidencialidad firmado el"), required=False, widget=DATE)
    training = forms.DateField(label=_("Capacitación recibida el"), required=False, widget=DATE)

    def __init__(self, *args: Any, liaison: Liaison, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agreement"].initial, self.fields["training"].initial = liaison.agreement_at, liaison.trained_at


class OfferingForm(forms.ModelForm):  # type: ignore[type-arg]
    """The draft of an offering's next version."""

    name = forms.CharField(label=_("Nombre"), max_length=160)
    service = forms.ModelChoiceField(Service.objects.none(), label=_("Servicio"), empty_label=_("Elija el servicio"))
    steps = forms.CharField(label=_("Pasos de la atención"), required=False, widget=forms.Textarea(attrs={"rows": 4}),
                            help_text=_("Uno por renglón: la lista que marcará quien atienda."))

    class Meta:
        model = OfferingVersion
        fields = ("kind", "description", "includes", "requirements", "hours", "legal_basis", "audience", "impact", "urgency", "form",
                  "survey", "level", "team")
        widgets = {"impact": forms.Select(choices=WEIGHTS), "urgency": forms.Select(choices=WEIGHTS),
                   "kind": forms.Select(choices=[("request", _("Una solicitud")), ("incident", _("Un incidente"))]),
                   **{name: forms.Textarea(attrs={"rows": 3}) for name in ("description", "includes", "requirements", "legal_basis")}}

    def __init__(self, *args: Any, institution_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = {"institution_id": institution_id}
        self.fields["service"].queryset = Service.objects.filter(active=True, **here)  # type: ignore[attr-defined]
        self.fields["team"].queryset = Team.objects.filter(active=True, **here)  # type: ignore[attr-defined]
        self.fields["level"].queryset = self.fields["level"].queryset.filter(active=True, **here)  # type: ignore[attr-defined]
        for name, purpose in (("form", "request_form"), ("survey", "survey")):
            usable = Q(state="published", instrument__active=True) | Q(pk=getattr(self.instance, f"{name}_id"))
            rows = self.fields[name].queryset.filter(usable, instrument__purpose=purpose, **here)  # type: ignore[attr-defined]
            self.fields[name].queryset = rows.select_related("instrument")  # type: ignore[attr-defined]
            self.fields[name].label_from_instance = lambda v: f"{v.instrument.name} (v{v.number})"  # type: ignore[attr-defined]
            self.fields[name].empty_label = _("Ninguno")  # type: ignore[attr-defined]
        if self.instance.offering_id:
            self.initial.update(steps="\n".join(self.instance.tasks), name=self.instance.name, service=self.instance.service)
