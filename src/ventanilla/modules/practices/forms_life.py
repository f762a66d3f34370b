"""Forms of the life cycle, evidence, campaigns and transfers: they only parse; the verbs check and refuse."""
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ventanilla.core.indicators.registry import measure
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.reach import reach_of
from ventanilla.modules.practices.models import Campaign, EvidenceFile, ExternalResult, Indicator, Practice, Target
from ventanilla.modules.practices.models.evidence import Frequency
from ventanilla.modules.practices.models.transfers import Level, Sphere
from ventanilla.modules.practices.services.evaluation import candidates
from ventanilla.modules.practices.services.evidence import bindable, parts_of
from ventanilla.web.ui.sendings import Keyed


def day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """A local day."""
    return forms.DateField(label=label, required=required, help_text=help_text,
                           widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


def text(label: Any, *, required: bool = True, rows: int = 4, longest: int = 8000, help_text: Any = "") -> forms.CharField:
    """Several lines."""
    return forms.CharField(label=label, required=required, max_length=longest, help_text=help_text,
                           widget=forms.Textarea(attrs={"rows": rows}))


class PlainForm(forms.Form):
    """Nothing to say: only to confirm."""


class ReasonForm(forms.Form):
    """Why."""

    reason = text(_("Motivo"), longest=2000, rows=3)


class RulingForm(forms.Form):
    """What the registry resolved."""

    ruling = text(_("Dictamen"), help_text=_("En qué se funda la decisión. Lo lee quien presentó la práctica."))


class PresentForm(Keyed):
    """The letter, its file, and the campaign when one is open."""

    letter = forms.CharField(label=_("Número del oficio"), max_length=120, help_text=_(
        "Si el oficio está registrado en correspondencia, escriba su folio y quedará ligado."))
    campaign = forms.ModelChoiceField(Campaign.objects.none(), label=_("Convocatoria"), required=False, empty_label=_("Ninguna"))
    file = forms.FileField(label=_("Archivo del oficio"), required=False)

    def __init__(self, *args: Any, practice: Practice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        opened = Campaign.objects.filter(institution_id=practice.institution_id, called_at__isnull=False, closed_at=None)
        if opened.exists():
            self.fields["campaign"].queryset = opened  # type: ignore[attr-defined]
        else:
            del self.fields["campaign"]


class PanelForm(forms.Form):
    """Who evaluates, and by when."""

    people = forms.ModelMultipleChoiceField(Person.objects.none(), label=_("Quiénes evalúan"), widget=forms.CheckboxSelectMultiple,
                                            help_text=_(
        "Dos o más personas que no escribieron la práctica. Ninguna verá lo de las otras hasta que todas terminen."))
    due_on = day(_("Para el"))

    def __init__(self, *args: Any, practice: Practice, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        able = Person.objects.filter(pk__in=[p.pk for p in candidates(practice)]).order_by("sort_key")
        self.fields["people"].queryset = able  # type: ignore[attr-defined]


class EvaluatorForm(forms.Form):
    """One person to evaluate, and why."""

    person = forms.ModelChoiceField(Person.objects.none(), label=_("Quién evalúa"))
    due_on = day(_("Para el"))
    reason = text(_("Motivo"), longest=2000, rows=3)

    def __init__(self, *args: Any, practice: Practice, dated: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        able = Person.objects.filter(pk__in=[p.pk for p in candidates(practice)]).order_by("sort_key")
        self.fields["person"].queryset = able  # type: ignore[attr-defined]
        if not dated:
            del self.fields["due_on"]


class PlanForm(forms.Form):
    """How often it is measured."""

    frequency = forms.ChoiceField(label=_("Cada cuánto se mide"), choices=Frequency.choices)
    since = day(_("A partir del"), help_text=_("El primer periodo es el que contiene este día."))
    days = forms.IntegerField(label=_("Días hábiles para entregarla"), min_value=1, max_value=120, initial=10)


class MeasurementForm(forms.Form):
    """What the measurement says in words."""

    text = text(_("Qué se observa en este periodo"), required=False)


class IndicatorForm(Keyed):
    """What is counted, and from where."""

    name = forms.CharField(label=_("Qué se cuenta"), max_length=200)
    source = forms.ChoiceField(label=_("De dónde sale"), required=False,
                               help_text=_("Una medida de la plataforma se cuenta sola en cada periodo."))
    per = forms.ChoiceField(label=_("Como porcentaje de"), required=False)
    units = forms.ModelMultipleChoiceField(Unit.objects.none(), label=_("Unidades que se cuentan"), required=False,
                                           help_text=_("Las unidades cuyos indicadores puede ver usted."))
    frequency = forms.ChoiceField(label=_("Cada cuánto"), choices=Frequency.choices)
    since = day(_("Desde"))
    unit_label = forms.CharField(label=_("Se cuenta en"), max_length=60, required=False,
                                 help_text=_("Por ejemplo: solicitudes, documentos, %."))
    field = forms.ChoiceField(label=_("Respalda el campo"), required=False, choices=[
        ("", _("Ninguno en particular")), ("medicion_indicadores", _("4.2 Indicadores aplicados")),
        ("resultados_cuantitativos", _("6.5 Resultados cuantitativos"))])

    def __init__(self, *args: Any, person: Person, indicator: Indicator | None = None, **kwargs: Any) -> None:
        if indicator:
            kwargs["initial"] = _initial(indicator)
        super().__init__(*args, **kwargs)
        choices = sources()
        self.fields["source"].choices = [("", _("Se escribe a mano")), *choices]  # type: ignore[attr-defined]
        self.fields["per"].choices = [("", _("No es un porcentaje")), *choices]  # type: ignore[attr-defined]
        mine = Unit.objects.filter(pk__in={*reach_of(person).within(cap.MEASURE), *(indicator.units if indicator else ())}, valid_to=None)
        self.fields["units"].queryset = mine.order_by("sort_key")  # type: ignore[attr-defined]

    def clean_source(self) -> tuple[str, str]:
        """Measure and part."""
        return _split(self.cleaned_data["source"])

    def clean_per(self) -> tuple[str, str]:
        """Measure and part."""
        return _split(self.cleaned_data["per"])


def _split(value: str) -> tuple[str, str]:
    slug, _colon, part = value.partition("|")
    return slug, part


def _initial(indicator: Indicator) -> dict[str, Any]:
    return {"name": indicator.name, "source": f"{indicator.measure}|{indicator.part}".strip("|"), "units": indicator.units,
            "per": f"{indicator.per_measure}|{indicator.per_part}".strip("|"), "frequency": indicator.frequency, "since": indicator.since,
            "unit_label": indicator.unit_label, "field": indicator.field}


def sources() -> list[tuple[str, Any]]:
    """Every measure and each of its parts, as choices "slug|part"."""
    found: list[tuple[str, Any]] = []
    for one in bindable():
        parts = parts_of(one)
        options = [(one.slug, f"{one.label}: {_('todo')}" if parts else str(one.label))]
        options += [(f"{one.slug}|{part}", f"{one.label}: {label}") for part, label in parts.items()]
        found.append((str(one.label), options) if parts else options[0])
    return found


def source_label(slug: str, part: str) -> str:
    """A measure and its part in words."""
    try:
        one = measure(slug)
    except KeyError:
        return slug
    label = parts_of(one).get(part, part)
    return f"{one.label}: {label}" if part else str(one.label)


class StatedForm(forms.Form):
    """A value that somebody writes."""

    start = day(_("Del"))
    end = day(_("Al"))
    value = forms.DecimalField(label=_("Valor"), max_digits=20, decimal_places=4)
    source = forms.CharField(label=_("De dónde sale"), max_length=300, required=False)


class TargetForm(Keyed):
    """A goal: in words, and with structure when it is known."""

    prose = text(_("Meta, con palabras"), required=False, rows=2, help_text=_("Como está escrita en el formulario (6.3)."))
    indicator = forms.ModelChoiceField(Indicator.objects.none(), label=_("Indicador"), required=False, empty_label=_("Todavía ninguno"))
    direction = forms.ChoiceField(label=_("Sentido"), choices=Target.Direction.choices)
    value = forms.DecimalField(label=_("Valor"), max_digits=20, decimal_places=4, required=False)
    start = day(_("Del"), required=False)
    end = day(_("Al"), required=False)

    def __init__(self, *args: Any, practice: Practice, target: Target | None = None, **kwargs: Any) -> None:
        if target:
            kwargs["initial"] = {name: getattr(target, name) for name in ("prose", "indicator", "direction", "value", "start", "end")}
        super().__init__(*args, **kwargs)
        self.fields["indicator"].queryset = practice.indicators.filter(active=True)  # type: ignore[attr-defined]


class ResultForm(Keyed):
    """A result or award from outside."""

    kind = forms.ChoiceField(label=_("Qué es"), choices=ExternalResult.Kind.choices)
    title = forms.CharField(label=_("Nombre"), max_length=200)
    body = forms.CharField(label=_("Institución que lo otorga o mide"), max_length=200)
    year = forms.IntegerField(label=_("Año"), min_value=1900, max_value=2200, initial=lambda: timezone.localdate().year)
    place = forms.IntegerField(label=_("Lugar"), min_value=1, max_value=30000, required=False)
    of = forms.IntegerField(label=_("De cuántos"), min_value=1, max_value=30000, required=False)
    value = forms.DecimalField(label=_("Resultado"), max_digits=20, decimal_places=4, required=False)
    unit_label = forms.CharField(label=_("Se mide en"), max_length=60, required=False)
    file = forms.FileField(label=_("Archivo que lo prueba"), required=False)


class EvidenceForm(Keyed):
    """A picture or certificate with its caption."""

    file = forms.FileField(label=_("Archivo"))
    kind = forms.ChoiceField(label=_("Qué es"), choices=EvidenceFile.Kind.choices)
    caption = forms.CharField(label=_("Pie"), max_length=300, help_text=_("Qué muestra. Se imprime debajo."))
    order = forms.IntegerField(label=_("Orden"), min_value=1, max_value=999, initial=100)
    public = forms.BooleanField(label=_("Se publica con la práctica"), required=False, initial=True)


class CampaignForm(Keyed):
    """The call and its calendar."""

    field_order = ("name", "text", "requirements")
    name = forms.CharField(label=_("Nombre"), max_length=160)
    requirements = text(_("Requisitos"), required=False, rows=5, longest=10_000)
    text = text(_("Texto de la convocatoria"), rows=8, longest=20_000)
    opens_on = day(_("Se abre el"))
    closes_on = day(_("Se cierra el"))
    evaluates_until = day(_("Se evalúa hasta el"))
    publishes_on = day(_("Se publica el"))
    reminders = forms.RegexField(r"^[\d\s,]*$", label=_("Recordatorios, en días antes del cierre"), required=False, initial="30, 15, 5, 1")

    def clean_reminders(self) -> list[int]:
        """Days, as numbers."""
        return [int(n) for n in self.cleaned_data["reminders"].replace(",", " ").split()][:12]


class AskForm(Keyed):
    """Who asks for a practice, for what, how much of it."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Unidad que la adoptará"))
    name = forms.CharField(label=_("Institución que la solicita"), max_length=200)
    sphere = forms.ChoiceField(label=_("Ámbito de gobierno"), choices=Sphere.choices)
    level = forms.ChoiceField(label=_("Nivel de transferencia"), choices=Level.choices)
    letter = forms.CharField(label=_("Número del oficio de solicitud"), max_length=120)
    reason = text(_("Para qué la quiere adoptar"), required=False, rows=3)
    contact = forms.CharField(label=_("Con quién tratarlo"), max_length=300, required=False, help_text=_("Nombre, teléfono o correo."))

    def __init__(self, *args: Any, person: Person, outside: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(pk__in=reach_of(person).within(cap.PRACTICE_WRITE), valid_to=None, institution_id=person.institution_id)
        self.fields["unit"].queryset = units.order_by("sort_key")  # type: ignore[attr-defined]
        del self.fields["unit" if outside else "name"]


class StepForm(Keyed):
    """Something to be done by a day."""

    text = forms.CharField(label=_("Qué se hará"), max_length=300)
    due_on = day(_("Para el"))
    by_taker = forms.TypedChoiceField(label=_("A quién le toca"), coerce=lambda v: v == "1", choices=[
        ("", _("A quien transfiere")), ("1", _("A quien adopta"))], required=False, empty_value=None)


class AgreementForm(Keyed):
    """The agreement."""

    agreement = forms.CharField(label=_("Convenio o acuerdo"), max_length=200, help_text=_("Su número o nombre."))
    agreed_on = day(_("Firmado el"))
    file = forms.FileField(label=_("Archivo"), required=False)


class AdoptForm(forms.Form):
    """What came of it."""

    result = text(_("Qué resultado dio"), rows=4)
    since = day(_("Opera desde el"))


class DeskForm(forms.Form):
    """Which unit keeps the registry."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("Unidad que lleva el registro"))
    review_days = forms.IntegerField(label=_("Días hábiles para revisar"), min_value=1, max_value=120)
    revalidate_months = forms.IntegerField(label=_("Meses entre validaciones"), min_value=1, max_value=120)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(  # type: ignore[attr-defined]
            institution_id=person.institution_id, valid_to=None).order_by("sort_key")
