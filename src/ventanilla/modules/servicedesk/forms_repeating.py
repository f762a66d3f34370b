"""How a period without changes repeats, in plain choices, and the rule that they make; it only parses."""
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.orgs.services.setup import Refused
from ventanilla.lib.repeating import DAYS, Rule, RuleError
from ventanilla.modules.servicedesk.forms import DATE
from ventanilla.modules.servicedesk.forms_changing import BlackoutForm
from ventanilla.modules.servicedesk.models import Blackout
from ventanilla.modules.servicedesk.services.blackouts import ORDINALS, WEEKDAYS, WORKWEEK, ZONES, Repeat, repeat_of

SHAPES: Final = (("", lazy("No se repite")), ("week", lazy("Por semana")), ("days", lazy("Por mes, en ciertos días")),
                 ("nth", lazy("Por mes, en un día como «el último hábil»")), ("year", lazy("Por año, en la misma fecha")))
LAST: Final = ("ultimo", "último")
WORKDAY: Final = "habil"


class ShapeInput(forms.RadioSelect):
    """Each choice shows the part of the form that belongs to it (`data-shows`)."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The radio of one choice."""
        option: dict[str, Any] = super().create_option(*args, **kwargs)
        if option["value"]:
            option["attrs"]["data-shows"] = f"#repite-{option['value']}"
        return option


class RepeatingForm(BlackoutForm):
    """A period, and how it repeats. Hours are read in the chosen zone."""

    shape = forms.ChoiceField(label=lazy("Se repite"), choices=SHAPES, required=False, widget=ShapeInput)
    weekdays = forms.MultipleChoiceField(label=lazy("Los días"), choices=list(enumerate(WEEKDAYS)), required=False,
                                         widget=forms.CheckboxSelectMultiple)
    month_days = forms.CharField(label=lazy("Los días del mes"), required=False, max_length=60,
                                 help_text=lazy("Con números y la palabra «último»: 15, último."))
    nth = forms.TypedChoiceField(label=lazy("El"), choices=list(ORDINALS.items()), coerce=int, required=False, empty_value=None)
    nth_day = forms.ChoiceField(label=lazy("día"), choices=[(WORKDAY, lazy("día hábil")), *enumerate(WEEKDAYS)], required=False)
    interval = forms.IntegerField(label=lazy("Cada cuántas semanas, meses o años"), min_value=1, max_value=60, required=False, initial=1)
    workdays = forms.BooleanField(label=lazy("Respetar los días inhábiles"), required=False, help_text=lazy(
        "Una fecha del mes que cae en día inhábil se adelanta al hábil anterior; por semana, ese día no ocurre."))
    until_day = forms.DateField(label=lazy("La última vez comienza a más tardar el"), required=False, widget=DATE,
                                help_text=lazy("Vacío: sin fin."))
    zone = forms.ChoiceField(label=lazy("Las horas son de"), choices=list(ZONES.items()), required=False, initial="America/Mexico_City")

    def __init__(self, *args: Any, row: Blackout | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row = row
        if row and row.zone not in ZONES:
            self.fields["zone"].choices = [*ZONES.items(), (row.zone, row.zone)]  # type: ignore[attr-defined]
        if row and (repeat := repeat_of(row)):
            self.initial.update(_begun(repeat), **{name: _wall(getattr(row, name), row.zone) for name in ("starts_at", "ends_at")})

    def clean(self) -> dict[str, Any]:
        """Hours of another zone are moved there: what was written is what its clocks show."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("shape"):
            zone = ZoneInfo(data.get("zone") or timezone.get_default_timezone_name())
            for name in ("starts_at", "ends_at"):
                if isinstance(data.get(name), datetime):
                    data[name] = timezone.make_naive(data[name]).replace(tzinfo=zone)
        return data

    def repeat(self) -> Repeat | None:
        """What the verb takes; None for a period that happens once. Raises Refused naming the field."""
        data = self.cleaned_data
        if not data["shape"]:
            return None
        zone = data["zone"] or timezone.get_default_timezone_name()
        first: date = data["starts_at"].date()
        rule, workdays = self._rule(data, first)
        kept = tuple(self.row.skipped) if self.row else ()
        return Repeat(rule.text, zone, workdays, data["until_day"], kept)

    def _rule(self, data: dict[str, Any], first: date) -> tuple[Rule, bool]:
        every, workdays = data["interval"] or 1, bool(data["workdays"])
        made = {"week": _weekly, "days": _month_days, "nth": _nth, "year": _yearly}[data["shape"]]
        field = {"week": "weekdays", "days": "month_days", "nth": "nth", "year": "starts_at"}[data["shape"]]
        try:
            rule = made(data, every, first)
        except (RuleError, ValueError):
            raise Refused(_("Elija en qué días se repite."), field) from None
        return rule, workdays or (data["shape"] == "nth" and data["nth_day"] == WORKDAY)


def _weekly(data: dict[str, Any], every: int, _first: date) -> Rule:
    return Rule("WEEKLY", every, tuple(sorted(int(d) for d in data["weekdays"])))


def _month_days(data: dict[str, Any], every: int, _first: date) -> Rule:
    words = data["month_days"].lower().replace(" y ", ",").split(",")
    days = {-1 if word.strip() in LAST else int(word) for word in words if word.strip()}
    return Rule("MONTHLY", every, (), tuple(sorted(days)))


def _nth(data: dict[str, Any], every: int, _first: date) -> Rule:
    return Rule("MONTHLY", every, WORKWEEK if data["nth_day"] == WORKDAY else (int(data["nth_day"]),), (), (), data["nth"] or -1)


def _yearly(_data: dict[str, Any], every: int, first: date) -> Rule:
    return Rule("YEARLY", every, (), (first.day,), (first.month,))


def _begun(repeat: Repeat) -> dict[str, Any]:
    """The choices from which a rule was made."""
    rule = Rule.parse(repeat.rule)
    shape = {"WEEKLY": "week", "YEARLY": "year"}.get(rule.frequency, "nth" if rule.nth else "days")
    named = [str(n) if n > 0 else LAST[1] if n == -1 else str(n) for n in sorted(rule.month_days, key=lambda n: (n < 0, n))]
    one = WORKDAY if rule.weekdays == WORKWEEK and rule.nth else str(rule.weekdays[0]) if rule.weekdays else WORKDAY
    return {"shape": shape, "weekdays": [str(d) for d in rule.weekdays if d < len(DAYS)], "month_days": ", ".join(named),
            "nth": rule.nth or -1, "nth_day": one, "interval": rule.interval, "workdays": repeat.workdays, "until_day": repeat.until,
            "zone": repeat.zone}


def _wall(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
