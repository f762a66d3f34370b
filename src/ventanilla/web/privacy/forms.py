"""Forms of personal data: they only parse; the verbs check and refuse."""
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.privacy.models import Denial, Right, SubjectRequest
from ventanilla.web.ui.sendings import Keyed

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class IdentityField(forms.FileField):
    """Some files that prove who somebody is; the verbs look at what they are."""

    def __init__(self, label: "StrOrPromise" = _("Copia de su identificación"), help_text: "StrOrPromise" = _(
            "Si quiere acreditar su identidad por aquí: credencial para votar o pasaporte, PDF o foto, por los dos lados; a lo más 4 MB "
            "cada archivo. Solo la ve quien atiende su solicitud, y se borra después. También puede mostrarla en persona, sin dejar "
            "copia.")) -> None:
        super().__init__(required=False, label=label, help_text=help_text,
                         widget=_SeveralFiles(attrs={"accept": "application/pdf,image/jpeg,image/png"}))

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Each of them."""
        return [super(IdentityField, self).clean(one, initial) for one in data or [] if one]


class _SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


AT_THE_COUNTER = (_("Copia de la identificación"), _(
    "PDF o foto, por los dos lados; a lo más 4 MB cada archivo. Solo la ve quien atiende la solicitud, y se borra sola después."))


def text(label: "StrOrPromise", *, rows: int = 4, longest: int = 8000, required: bool = True,
         help_text: "StrOrPromise" = "") -> forms.CharField:
    """Several lines."""
    return forms.CharField(label=label, required=required, max_length=longest, help_text=help_text,
                           widget=forms.Textarea(attrs={"rows": rows}))


class NoticeForm(forms.Form):
    """A version of the notice."""

    simplified = text(_("Aviso simplificado"), rows=8, longest=100_000, required=False, help_text=_(
        "Lo que se muestra donde se piden los datos: quién responde por ellos, para qué se usan, y dónde está el aviso integral."))
    integral = text(_("Aviso integral"), rows=20, longest=100_000, required=False, help_text=_(
        "El texto completo. Una línea que empieza con # es un título; con un guion, un renglón de lista."))
    changes = text(_("Qué cambió"), rows=3, longest=2000, required=False, help_text=_(
        "Una o dos frases. Las lee quien ya conocía la versión anterior, al entrar."))
    valid_from = forms.DateField(label=_("Vigente desde"), required=False,
                                 widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class DeskForm(forms.Form):
    """Which unit attends the requests, and in which terms."""

    field_order = ("unit",)

    contact = forms.CharField(label=_("Domicilio, teléfono y horario"), max_length=400, required=False, help_text=_(
        "Se muestra en las páginas públicas: ahí se acredita la identidad en persona."))
    respond_days = forms.IntegerField(label=_("Días hábiles para responder"), min_value=1, max_value=120)
    extend_days = forms.IntegerField(label=_("Días hábiles de la ampliación, una sola vez"), min_value=1, max_value=120)
    fulfil_days = forms.IntegerField(label=_("Días hábiles para hacer efectivo lo que procede"), min_value=1, max_value=120)
    prove_days = forms.IntegerField(label=_("Días hábiles que tiene la persona para acreditar lo requerido"), min_value=1, max_value=120)
    identity_days = forms.IntegerField(label=_("Días que se guarda la copia de la identificación"), min_value=1, max_value=120, help_text=_(
        "Días naturales desde que consta la identidad, o desde que termina la solicitud; después se borra sola."))
    restarts = forms.BooleanField(label=_("Al acreditar lo requerido, el plazo para responder empieza de nuevo"), required=False,
                                  help_text=_("Si no se marca, el plazo solo estuvo detenido."))
    source = text(_("Fundamento de los plazos"), rows=3, longest=2000, help_text=_(
        "Ley y artículos. Que el área jurídica los confirme: se muestran en la página pública."))

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(institution_id=person.institution_id, valid_to=None).order_by("sort_key")
        self.fields["unit"] = forms.ModelChoiceField(units, label=_("Unidad que las atiende"))
        self.order_fields(self.field_order)


class RequestForm(Keyed):
    """What is asked for, and for whom."""

    rights = forms.MultipleChoiceField(label=_("Qué quiere pedir"), widget=forms.CheckboxSelectMultiple, choices=[
        (Right.ACCESS, _("Acceso: saber qué datos míos tienen y recibir una copia")),
        (Right.RECTIFICATION, _("Rectificación: corregir datos equivocados o incompletos")),
        (Right.CANCELLATION, _("Cancelación: que borren datos que ya no deben tener")),
        (Right.OPPOSITION, _("Oposición: que dejen de usarlos para encuestas y avisos por correo"))])
    holder = forms.CharField(label=_("Nombre completo de la persona titular de los datos"), max_length=200,
                             widget=forms.TextInput(attrs={"autocomplete": "name"}))
    representative = forms.CharField(label=_("Nombre de quien la representa"), max_length=200, required=False, help_text=_(
        "Solo si la solicitud la hace otra persona: madre, padre, tutor o representante."))
    details = text(_("Qué pide, con sus palabras"), help_text=_(
        "Diga de qué datos se trata y, si lo sabe, en qué trámite, folio o fecha los entregó. Para rectificar: cuál es el dato correcto."))
    email = forms.EmailField(label=_("Correo electrónico"), required=False, help_text=_(
        "Para comunicarnos. Puede dejarlo vacío y seguir su solicitud con el folio y la clave que le daremos."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}))


class PublicRequestForm(RequestForm):
    """The same, with what tells a person from a robot: a field that people do not see."""

    copies = IdentityField()
    sitio_web = forms.CharField(required=False, widget=forms.HiddenInput)
    notice_id = forms.IntegerField(required=False, widget=forms.HiddenInput)


class DeskRequestForm(RequestForm):
    """The same, registered for somebody by the officer."""

    channel = forms.ChoiceField(label=_("Llegó por"), choices=[c for c in SubjectRequest.Channel.choices if c[0] != "web"])
    copies = IdentityField(*AT_THE_COUNTER)


class IdentityForm(forms.Form):
    """Copies that come later, from the person."""

    copies = IdentityField()


class DeskIdentityForm(forms.Form):
    """Copies that come later, at the counter."""

    copies = IdentityField(*AT_THE_COUNTER)


class FollowForm(forms.Form):
    """Folio and key."""

    folio = forms.CharField(label=_("Folio"), max_length=80)
    key = forms.CharField(label=_("Clave"), max_length=40, help_text=_("Las letras y números que recibió al hacer la solicitud."))


class ReasonForm(forms.Form):
    """Why."""

    reason = text(_("Motivo"), rows=3, longest=2000)


class RequireForm(forms.Form):
    """What is missing."""

    reason = text(_("Qué falta acreditar o aclarar"), rows=4, longest=2000, help_text=_(
        "Lo lee la persona en la página de seguimiento. El plazo para responder se detiene."))


class AdmitForm(forms.Form):
    """By what identity was proven."""

    identity = forms.CharField(label=_("Con qué se acreditó"), max_length=300, help_text=_(
        "Por ejemplo: credencial para votar, cotejada en la ventanilla. No escriba números. La copia, si la hay, se borra sola después."))


class ResolveForm(forms.Form):
    """What is answered."""

    text = text(_("Respuesta"), help_text=_("La lee la persona: qué procede, y cómo y cuándo se hará efectivo."))
    partial = forms.BooleanField(label=_("Procede solo en parte"), required=False)


class DenyForm(forms.Form):
    """Why not."""

    ground = forms.ChoiceField(label=_("Causa"), choices=Denial.choices)
    reason = text(_("Por qué se aplica"), help_text=_("La lee la persona. Diga también ante quién puede inconformarse."))


class FulfilForm(forms.Form):
    """How it was done."""

    text = text(_("Cómo se cumplió"), help_text=_("Por ejemplo: se entregó el informe en la ventanilla el 12 de marzo."))


class SearchForm(forms.Form):
    """Under which words the person may stand on the platform."""

    names = text(_("Nombre y sus variantes, una por renglón"), rows=3, longest=1000, required=False, help_text=_(
        "Se buscan todas las palabras del renglón, en cualquier orden, con o sin acentos: «Núñez Ríos María», «M. Núñez»."))
    emails = text(_("Correos, uno por renglón"), rows=2, longest=1000, required=False)
    codes = text(_("CURP u otras claves, una por renglón"), rows=2, longest=400, required=False)


class CancelForm(forms.Form):
    """Confirmed by writing the folio."""

    folio = forms.CharField(label=_("Escriba el folio de la solicitud para confirmar"), max_length=80)


class OpposeForm(forms.Form):
    """Whom not to disturb any more."""

    emails = text(_("Correos que ya no deben recibir encuestas ni avisos, uno por renglón"), rows=2, longest=1000, required=False)
    folio = forms.CharField(label=_("Escriba el folio de la solicitud para confirmar"), max_length=80)

    field_order = ("emails", "people", "folio")

    def __init__(self, *args: Any, people: QuerySet[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if people.exists():
            self.fields["people"] = forms.ModelMultipleChoiceField(people, label=_("Personas con cuenta"), required=False,
                                                                   widget=forms.CheckboxSelectMultiple)
            self.order_fields(self.field_order)
