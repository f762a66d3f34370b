"""Forms of calendars: a new version starts from the one that holds."""
import itertools
import re
from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.orgs.models import Institution
from ventanilla.core.workdays.models import AMBER_RULES, KINDS
from ventanilla.core.workdays.services import VersionDraft, period
from ventanilla.lib.worktime import Amber, Coverage, Kind
from ventanilla.web.admin_area.forms.fields import Day, Sent, unit_field
from ventanilla.web.ui.formats import long_date, weekdays

_RANGE: Final = re.compile(r"\s*(\d{1,2}):(\d{2})\s*(?:-|–|a)\s*(\d{1,2}):(\d{2})\s*")


class CalendarForm(forms.Form):
    """A new calendar of a unit (and those below it)."""

    def __init__(self, institution: Institution, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.CharField(label=lazy("Nombre"), max_length=120)
        self.fields["unit"] = unit_field(institution, label=_("Unidad"), help_text=_("También vale en las que dependen de ella."))


class Hours(forms.CharField):
    """Hours of a weekday: `09:00-14:00, 15:00-18:00`, `00:00-24:00`, or empty. Gives minutes from midnight."""

    def clean(self, value: Any) -> tuple[tuple[int, int], ...]:
        """Ranges in order. ValidationError when they cannot be read or overlap."""
        found = []
        for part in filter(None, (super().clean(value) or "").split(",")):
            match = _RANGE.fullmatch(part)
            if not match:
                raise forms.ValidationError(_("Escriba horas como 09:00-14:00, 15:00-18:00."))
            h1, m1, h2, m2 = map(int, match.groups())
            start, end = h1 * 60 + m1, h2 * 60 + m2
            end += 1440 if end <= start else 0
            if m1 > 59 or m2 > 59 or start >= 1440 or end > start + 1440:
                raise forms.ValidationError(_("«%(part)s» no es un horario.") % {"part": part.strip()})
            found.append((start, end))
        found.sort()
        if any(a[1] > b[0] for a, b in itertools.pairwise(found)):
            raise forms.ValidationError(_("Los horarios se enciman."))
        return tuple(found)


def written(ranges: Iterable[tuple[int, int]]) -> str:
    """Minutes as people write hours; an end after midnight is written as the hour of the next day."""
    return ", ".join(f"{_hour(start)}-{_hour(end) if end != 1440 else '24:00'}" for start, end in ranges)


def _hour(minutes: int) -> str:
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


class VersionForm(Sent):
    """The next version: what is added, what is taken away, hours and the amber rule."""

    first = Day(label=lazy("Agregar desde"), required=False)
    last = Day(label=lazy("Hasta"), required=False, help_text=lazy("Vacío: sólo ese día."))
    kind = forms.ChoiceField(label=lazy("Tipo"), choices=[(k, label) for k, label in KINDS], required=False)
    name = forms.CharField(label=lazy("Nombre"), max_length=160, required=False)
    source = forms.CharField(label=lazy("Fuente"), max_length=200, required=False,
                             help_text=lazy("Acuerdo, gaceta o ley que lo dispone; siempre es necesaria."))
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
        gone = set(data["remove"])
        days = [d for d in self.base.days if d.day.isoformat() not in gone]
        if data["first"]:
            added = period(data["first"], data["last"] or data["first"], kind=Kind(data["kind"]), name=data["name"],
                           source=data["source"])
            days = [d for d in days if d.day not in {a.day for a in added}] + list(added)
        weekly = {n: data[f"hours_{n}"] for n in range(7) if data[f"hours_{n}"]}
        return VersionDraft(Coverage(weekly), tuple(sorted(days, key=lambda d: d.day)), data["note"],
                            _amber(data["amber_rule"], data["amber_value"]), self.base.rule, uuid=data["uuid"])


def _amber(rule: str, value: float) -> Amber:
    if rule == "days":
        return Amber(days=round(value))
    return Amber(hours=value) if rule == "hours" else Amber(fraction=min(value, 1.0))
