"""Forms of the institution, its units, people, posts, grants, delegations, absences and roles."""
import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Institution, Person, Role, Unit
from ventanilla.core.orgs.models.people import PostKind
from ventanilla.core.orgs.models.units import Level
from ventanilla.core.orgs.services.grants import lendable_roles
from ventanilla.lib.spanish import fold
from ventanilla.web.admin_area import contrast
from ventanilla.web.admin_area.forms.fields import Day, person_field, today, unit_field
from ventanilla.web.ui.sendings import Keyed

_HEADING = re.compile(r"(clave|codigo)s?( \D*)?$", re.IGNORECASE)
CLEARANCES = [(0, _("Ordinarios")), (1, _("Ordinarios y reservados")), (2, _("Ordinarios, reservados y confidenciales"))]


class InstitutionForm(forms.Form):
    """Names, zone and colours of the look, with the contrast checked."""

    name = forms.CharField(label=_("Nombre"), max_length=200)
    short_name = forms.CharField(label=_("Nombre corto"), max_length=60)
    time_zone = forms.CharField(label=_("Zona horaria"), max_length=40, help_text=_("Por ejemplo America/Mexico_City."))
    light_primary = forms.RegexField(r"^#[0-9a-fA-F]{6}$", label=_("Color principal, tema claro"), required=False,
                                     help_text=_("Como #8A1538. Vacío: el de la plataforma."))
    dark_primary = forms.RegexField(r"^#[0-9a-fA-F]{6}$", label=_("Color principal, tema oscuro"), required=False)
    light_accent = forms.RegexField(r"^#[0-9a-fA-F]{6}$", label=_("Color de acento, tema claro"), required=False)
    dark_accent = forms.RegexField(r"^#[0-9a-fA-F]{6}$", label=_("Color de acento, tema oscuro"), required=False)
    only_liaisons = forms.BooleanField(label=_("Sólo los enlaces piden servicios"), required=False)
    days_to_warn = forms.IntegerField(label=_("Días hábiles de aviso antes de un vencimiento"), min_value=0, max_value=30,
                                      required=False)

    turn_margin = forms.IntegerField(
        label=_("Margen de los turnos, en días hábiles"), min_value=0, max_value=30, required=False,
        help_text=_("Cuántos días hábiles antes vence un turno que el asunto o el turno del que sale, para que quien turnó alcance a "
                    "evaluar. Vacío o 0: pueden vencer a la vez. Vale para los turnos que se envíen desde ahora."))

    def clean(self) -> dict[str, Any]:
        """Colours must be readable on their surface (WCAG 2.2, 1.4.3: at least 4.5 to 1)."""
        data: dict[str, Any] = super().clean() or {}
        for theme in ("light", "dark"):
            for name in ("primary", "accent"):
                if colour := data.get(f"{theme}_{name}"):
                    ratio = contrast.ratio(colour, contrast.SURFACES[theme])
                    if ratio < contrast.LEAST:
                        self.add_error(f"{theme}_{name}", _("No se lee bien: su contraste es %(ratio).1f y debe ser 4.5 "
                                                            "o más. Elija un tono más %(way)s.")
                                       % {"ratio": ratio, "way": _("oscuro") if theme == "light" else _("claro")})
        return data


class UnitForm(Keyed):
    """A new unit, or the facts of one."""

    name = forms.CharField(label=_("Nombre"), max_length=200)
    short_name = forms.CharField(label=_("Siglas"), max_length=40, required=False)
    level = forms.ChoiceField(label=_("Nivel"), choices=Level.choices, initial=Level.DEPARTMENT)
    counter = forms.BooleanField(label=_("Es oficialía de partes"), required=False,
                                 help_text=_("Recibe y registra lo que llega a la institución."))


class CodelessUnitForm(UnitForm):
    """A unit that has no code yet gets it here; afterwards it changes by the table of old and new ones."""

    field_order = ("name", "short_name", "code", "level", "counter")
    code = forms.CharField(label=_("Clave"), max_length=40, required=False)


class NewUnitForm(UnitForm):
    """Also where it hangs and its code."""

    field_order = ("name", "short_name", "code", "parent", "level", "counter", "valid_from")

    def __init__(self, institution: Institution, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = forms.CharField(label=_("Clave"), max_length=40, required=False)
        self.fields["parent"] = unit_field(institution, label=str(_("Depende de")), required=False,
                                           help_text=str(_("Vacío: es la raíz.")))
        self.fields["valid_from"] = Day(label=_("Existe desde"), initial=today)
        self.order_fields(self.field_order)


class MoveForm(forms.Form):
    """Under which unit it will hang."""

    def __init__(self, unit: Unit, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"] = unit_field(unit.institution, label=str(_("Dependerá de")), required=False, without=unit.pk,
                                           help_text=str(_("Vacío: será una raíz.")))
        self.fields["reason"] = forms.CharField(label=_("Motivo o documento"), max_length=200, required=False)


class CloseForm(forms.Form):
    """Close a unit in favour of another."""

    def __init__(self, unit: Unit, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"] = unit_field(
            unit.institution, label=str(_("Unidad que la sustituye")), required=False, without=unit.pk,
            help_text=str(_("Recibe los asuntos abiertos. Puede quedar vacío sólo si no hay ninguno.")))
        self.fields["reason"] = forms.CharField(label=_("Motivo o documento"), max_length=200)


class MergeForm(forms.Form):
    """Several units become one."""

    def __init__(self, institution: Institution, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = str(_("Unidad que desaparece"))
        self.fields["unit_1"] = unit_field(institution, label=label)
        for n in (2, 3, 4):
            self.fields[f"unit_{n}"] = unit_field(institution, label=f"{label} ({n})", required=False)
        self.fields["successor"] = unit_field(institution, label=str(_("Unidad que continúa")))
        self.fields["reason"] = forms.CharField(label=_("Motivo o documento"), max_length=200)

    def units(self) -> list[Unit]:
        """The chosen units, each once."""
        chosen = [self.cleaned_data.get(f"unit_{n}") for n in (1, 2, 3, 4)]
        return list({u.pk: u for u in chosen if u}.values())


class RecodeForm(forms.Form):
    """A table of old and new codes."""

    table = forms.CharField(
        label=_("Claves anteriores y nuevas"), strip=False, widget=forms.Textarea(attrs={"rows": 10, "class": "folio"}),
        help_text=_("Una por línea, la anterior y la nueva, separadas por coma, punto y coma o tabulador. "
                    "Puede pegar dos columnas de una hoja de cálculo. Si varias unidades tienen la misma clave, ponga después "
                    "el nombre de la que cambia."))
    day = Day(label=_("Vigentes desde"), initial=today)
    source = forms.CharField(label=_("Documento que lo sustenta"), max_length=200, required=False)

    def pairs(self) -> list[tuple[str, ...]]:
        """The lines as pairs, with a name where there is one; what is missing is an empty text (the verb names the line, so that
        empty lines count too, and the headings of a sheet, which say nothing)."""
        found: list[tuple[str, ...]] = []
        for line in self.cleaned_data["table"].splitlines():
            mark = next((m for m in "\t;," if m in line), ",")
            old, new, name = [part.strip() for part in (*line.split(mark, 2), "", "")][:3]
            found.append(("", "") if not found and _HEADING.match(fold(old)) else (old, new, name))
        return found


class PersonForm(Keyed):
    """Facts of a person."""

    field_order = ("given_name", "surname_1", "surname_2", "email", "phone", "unit")
    given_name = forms.CharField(label=_("Nombre"), max_length=100)
    surname_1 = forms.CharField(label=_("Primer apellido"), max_length=100)
    surname_2 = forms.CharField(label=_("Segundo apellido"), max_length=100, required=False)
    email = forms.EmailField(label=_("Correo electrónico"), required=False)
    phone = forms.CharField(label=_("Teléfono"), max_length=40, required=False)

    def __init__(self, institution: Institution, *args: Any, new: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"] = unit_field(institution, label=str(_("Unidad de adscripción")), required=False)
        if new:
            self.fields["sign_in"] = forms.BooleanField(
                label=_("Podrá iniciar sesión"), required=False,
                help_text=_("Elige su contraseña desde «¿Ha olvidado su contraseña?», en la entrada."))
        else:
            self.fields["active"] = forms.BooleanField(label=_("Está activa"), required=False)

    def clean(self) -> dict[str, Any]:
        """An account needs an e-mail."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("sign_in") and not data.get("email") and "email" not in self.errors:
            self.add_error("email", _("Escriba el correo con el que iniciará sesión."))
        return data


class AppointForm(forms.Form):
    """A post for a person."""

    def __init__(self, institution: Institution, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"] = unit_field(institution, label=str(_("Unidad")))
        self.fields["kind"] = forms.ChoiceField(label=_("Puesto"), choices=PostKind.choices)
        self.fields["title"] = forms.CharField(label=_("Denominación"), max_length=160, required=False,
                                               help_text=_("Por ejemplo «Directora de Administración»."))
        self.fields["since"] = Day(label=_("Desde"), initial=today)
        self.fields["replace"] = forms.BooleanField(label=_("Sustituye a quien ocupa el puesto"), required=False)


class ReplaceForm(forms.Form):
    """Who takes a post over, and since when."""

    def __init__(self, institution: Institution, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"] = person_field(institution, label=str(_("Nueva persona")))
        self.fields["since"] = Day(label=_("Desde"), initial=today)
        self.fields["source"] = forms.CharField(label=_("Documento que lo sustenta"), max_length=200, required=False)


class GrantForm(forms.Form):
    """A role over a unit."""

    def __init__(self, institution: Institution, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"] = forms.ModelChoiceField(
            Role.objects.filter(institution=institution).order_by("name"), label=_("Función"), empty_label="—")
        self.fields["unit"] = unit_field(institution, label=str(_("En la unidad")))
        self.fields["subtree"] = forms.BooleanField(label=_("También en las unidades que dependen de ella"), required=False)
        self.fields["since"] = Day(label=_("Desde"), initial=today)


class DelegateForm(GrantForm):
    """A role lent to another person, with an end: one that who lends it has, or a part of it."""

    def __init__(self, lender: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(lender.institution, *args, **kwargs)
        offered = lendable_roles(lender)
        self.fields["role"] = forms.ModelChoiceField(
            Role.objects.filter(pk__in=[role.pk for role in offered]).order_by("name"), label=_("Función"), empty_label="—",
            help_text=_("Las que tiene, o parte de ellas.") if offered else _("No tiene ninguna función que pueda delegar."),
            error_messages={"invalid_choice": _("No tiene esa función: no puede delegarla.")})
        self.fields["to"] = person_field(lender.institution, label=str(_("A quién")), without=lender.pk)
        self.fields["until"] = Day(label=_("Hasta"), help_text=_("El último día en que vale."))
        self.fields["source"] = forms.CharField(label=_("Motivo o documento"), max_length=200, required=False)
        self.order_fields(("to", "role", "unit", "subtree", "since", "until", "source"))


class AbsenceForm(forms.Form):
    """When a person is away and who acts."""

    def __init__(self, institution: Institution, *args: Any, without: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["since"] = Day(label=_("Desde"), initial=today)
        self.fields["until"] = Day(label=_("Regresa el"))
        self.fields["acting"] = person_field(
            institution, label=str(_("Quién suple")), required=False, without=without,
            help_text=str(_("Vacío: suple la primera persona suplente de la unidad que esté; si no hay, quien dirige "
                            "la unidad superior.")))
        self.fields["reason"] = forms.CharField(label=_("Motivo"), max_length=160, required=False)


class RoleForm(forms.Form):
    """A role as a bundle of capabilities."""

    name = forms.CharField(label=_("Nombre"), max_length=80)
    capabilities = forms.MultipleChoiceField(label=_("Facultades"), choices=list(cap.LABELS.items()), required=False,
                                             widget=forms.CheckboxSelectMultiple)
    clearance = forms.TypedChoiceField(label=_("Asuntos que puede leer"), choices=CLEARANCES, coerce=int, initial=0)


class CsvForm(forms.Form):
    """A CSV to look at before anything is applied."""

    file = forms.FileField(label=_("Archivo CSV"), widget=forms.FileInput(attrs={"accept": ".csv,text/csv,text/plain"}))


class UnitsCsvForm(CsvForm):
    """Units may also be closed when the file does not name them."""

    close_missing = forms.BooleanField(
        label=_("Cerrar las unidades que no están en el archivo"), required=False,
        help_text=_("Sólo si el archivo es el organigrama completo. Las que tienen asuntos abiertos no se cierran así."))
