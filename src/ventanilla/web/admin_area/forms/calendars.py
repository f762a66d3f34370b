"""Forms of calendars: a new version starts from the one that holds."""
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.orgs.models import Institution
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.workdays.models import AMBER_RULES, KINDS, Calendar
from ventanilla.core.workdays.services import Revision, VersionDraft, amber_rule, period, read_hours, revised, written
from ventanilla.core.workdays.services.drafts import Ranges
from ventanilla.core.workdays.services.lists import read_days
from ventanilla.lib.worktime import Day as Special
from ventanilla.lib.worktime import Kind
from ventanilla.web.admin_area.forms.fields import Day, unit_field
from ventanilla.web.ui.formats import long_date, weekdays
from ventanilla.web.ui.sendings import Keyed


class CalendarForm(forms.Form):
    """A new calendar of a unit (and those below it)."""

    def __init__(self, institution: Institution, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.CharField(label=lazy("Nombre"), max_length=120)
        self.fields["unit"] = unit_field(institution, label=_("Unidad"), help_text=_("También vale en las que dependen de ella."))


class EditCalendarForm(forms.Form):
    """The name of a calendar, and of a unit's the day on which it no longer holds."""

    def __init__(self, row: Calendar, data: Any) -> None:
        super().__init__(data, initial={"name": row.name, "valid_to": row.valid_to})
        self.fields["name"] = forms.CharField(label=lazy("Nombre"), max_length=120)
        if row.unit_id and not row.purpose:
            self.fields["valid_to"] = Day(label=lazy("Deja de valer el"), required=False, help_text=lazy(
                "Desde ese día vale el de la unidad de arriba o, si no tiene, el de la institución. Vacío: sigue valiendo."))


class Hours(forms.CharField):
    """Hours of a weekday: `09:00-14:00, 15:00-18:00`, `00:00-24:00`, or empty. Gives minutes from midnight."""

    def clean(self, value: Any) -> Ranges:
        """Ranges in order. ValidationError when they cannot be read or overlap."""
        try:
            return read_hours(super().clean(value) or "")
        except Refused as refused:
            raise forms.ValidationError(refused.message) from refused


EXAMPLE: Final = lazy("2027-05-05; ; estatal; Batalla de Puebla; Gaceta 12\n"
                      "2027-07-19; 2027-07-30; vacaciones; Primer periodo vacacional; Acuerdo 3/2027")
MOST_TOLD: Final = 100


class VersionForm(Keyed):
    """The next version: what is added, what is taken away, hours and the amber rule."""

    first = Day(label=lazy("Agregar desde"), required=False)
    last = Day(label=lazy("Hasta"), required=False, help_text=lazy("Vacío: sólo ese día."))
    kind = forms.ChoiceField(label=lazy("Tipo"), choices=[(k, label) for k, label in KINDS], required=False)
    name = forms.CharField(label=lazy("Nombre"), max_length=160, required=False)
    source = forms.CharField(label=lazy("Fuente"), max_length=200, required=False,
                             help_text=lazy("Acuerdo, gaceta o ley que lo dispone; siempre es necesaria."))
    lines = forms.CharField(
        label=lazy("Días o periodos"), required=False, strip=False, max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 8, "placeholder": EXAMPLE}),
        help_text=lazy("Uno por línea: desde, hasta (vacío: sólo ese día), tipo, nombre y fuente, separados por tabulador, punto y coma o "
                       "coma. Puede pegar las cinco columnas de una hoja de cálculo. El tipo es uno de la lista de arriba, o sólo federal, "
                       "estatal, local, vacaciones, suspensión, contingencia o hábil."))
    note = forms.CharField(label=lazy("Motivo de la nueva versión"), max_length=300)
    amber_rule = forms.ChoiceField(label=lazy("El semáforo pasa a ámbar por"), choices=AMBER_RULES)
    amber_value = forms.FloatField(label=lazy("Valor"), min_value=0, max_value=1000,
                                   help_text=lazy("Parte del plazo entre 0 y 1 (0.75 es tres cuartos), o días u horas hábiles antes."))

    def __init__(self, base: VersionDraft, today: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.base = base
        for n, word in enumerate(weekdays()):
            self.fields[f"hours_{n}"] = Hours(label=_("Horario del %(day)s") % {"day": word}, required=False, max_length=120,
                                              initial=written(base.coverage.on(n)))
        coming = [d for d in sorted(base.days, key=lambda d: d.day) if d.day >= today][:200]
        self.fields["remove"] = forms.MultipleChoiceField(
            label=_("Quitar estos días"), required=False, widget=forms.CheckboxSelectMultiple,
            choices=[(d.day.isoformat(), f"{long_date(d.day)} · {d.name}") for d in coming])

    def clean_lines(self) -> tuple[Special, ...]:
        """The days of the lines. ValidationError with all that is wrong in them."""
        single: dict[date, str] = {}
        if first := self.cleaned_data.get("first"):
            last = self.cleaned_data.get("last") or first
            where = _("«Agregar un día o un periodo»")
            single = {first + timedelta(n): where for n in range(min((last - first).days, 366) + 1)}
        days, problems = read_days(self.cleaned_data["lines"], single)
        told = [_("Línea %(line)s: %(text)s.") % vars(p) for p in problems[:MOST_TOLD]]
        if more := len(problems) - len(told):
            told.append(_("Y %(n)s líneas más por corregir.") % {"n": more})
        if told:
            raise forms.ValidationError(told)
        return days

    def clean(self) -> dict[str, Any]:
        """A day needs its name and its source."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("first"):
            for name in ("name", "source"):
                if not data.get(name):
                    self.add_error(name, _("Escríbalo: un día inhábil siempre dice qué es y quién lo dispone."))
        elif data.get("last") or data.get("name"):
            self.add_error("first", _("Escriba el primer día."))
        return data

    def draft(self) -> VersionDraft:
        """The draft to publish. Raises Refused for dates in disorder."""
        data = self.cleaned_data
        added: tuple[Special, ...] = ()
        if data["first"]:
            added = period(data["first"], data["last"] or data["first"], kind=Kind(data["kind"]), name=data["name"],
                           source=data["source"])
        removed = frozenset(date.fromisoformat(day) for day in data["remove"])
        return revised(self.base, Revision(
            data["note"], {n: data[f"hours_{n}"] for n in range(7)}, added + data["lines"], removed,
            amber_rule(data["amber_rule"], data["amber_value"]), uuid=data["uuid"]))
