"""Controls of filters: periods of days, and ranges of numbers."""
from datetime import date
from typing import Any, Final

import django_filters
from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from markupsafe import Markup

from ventanilla.core.indicators.periods import DAY, after, first_of

ALWAYS: Final = "siempre"
BETWEEN: Final = "entre"
PERIODS: Final[dict[str, str | Promise]] = {
    ALWAYS: lazy("Cualquier fecha"), "hoy": lazy("Hoy"), "semana": lazy("Esta semana"), "mes": lazy("Este mes"),
    "anio": lazy("Este año"), BETWEEN: lazy("Entre fechas")}
"""What a period is called in an address (`recibido=semana`); dates alone (`recibido_after=2026-11-01`) are `entre`."""
_STEPS: Final = {"hoy": "day", "semana": "week", "mes": "month", "anio": "year"}


def days_of(period: str, today: date) -> tuple[date, date] | None:
    """First and last local day of a named period that holds `today`; weeks begin on Monday. None for any other word."""
    step = _STEPS.get(period)
    return (first := first_of(today, step), after(first, step) - DAY) if step else None


class PeriodInput(django_filters.widgets.SuffixedMultiWidget):  # type: ignore[misc]  # the library has no types
    """A named period, or two dates, in one row; each date is named for who does not see that they stand side by side
    (WCAG 2.2, 1.3.1 and 4.1.2)."""

    suffixes = ("", "after", "before")

    def __init__(self, label: str | Promise = "") -> None:
        day = {"type": "date", "class": "form-control"}
        super().__init__(widgets=(forms.Select(attrs={"class": "form-select"}, choices=list(PERIODS.items())),
                                  forms.DateInput(attrs=day), forms.DateInput(attrs=day)))
        self.label = label

    def decompress(self, value: Any) -> list[Any]:
        """Nothing was chosen."""
        return [ALWAYS, None, None]

    def id_for_label(self, id_: str) -> str:
        """The label belongs to the list of periods."""
        return f"{id_}_0" if id_ else ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Adds the names of the dates; dates without a period are "between"."""
        if isinstance(value, list) and not value[0]:
            value = [BETWEEN if any(value) else ALWAYS, *value[1:]]
        context: dict[str, Any] = super().get_context(name, value, {k: v for k, v in (attrs or {}).items() if k != "class"})
        _named(context["widget"]["subwidgets"][1:], self.label)
        return context

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> Markup:
        """The dates stand together; the style sheet shows them for "between" alone."""
        parts = self.get_context(name, value, attrs)["widget"]["subwidgets"]
        drawn = [Markup(renderer.render(part["template_name"], {"widget": part})) for part in parts]
        return Markup('<span class="period">{}<span class="between">{}{}</span></span>').format(*drawn)


class PeriodField(django_filters.fields.DateRangeField):  # type: ignore[misc]
    """The chosen period as aware first and last moment (`slice`), in the current time zone; a named one is that of today."""

    widget = PeriodInput

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        fields = (forms.ChoiceField(choices=list(PERIODS.items())), forms.DateField(), forms.DateField())
        django_filters.fields.RangeField.__init__(self, fields, *args, **kwargs)

    def compress(self, data_list: list[Any]) -> Any:
        """`slice` of two moments; None when any date will do."""
        if not data_list or data_list[0] == ALWAYS:
            return None
        return super().compress(days_of(data_list[0], timezone.localdate()) or data_list[1:])


class PeriodFilter(django_filters.DateFromToRangeFilter):  # type: ignore[misc]
    """Today, this week, month or year, or between two dates: the filter of every list that filters by days."""

    field_class = PeriodField

    def __init__(self, *args: Any, label: str | Promise, **kwargs: Any) -> None:
        super().__init__(*args, label=label, widget=PeriodInput(label), **kwargs)


class NumberRange(django_filters.widgets.RangeWidget):  # type: ignore[misc]
    """Two numbers, each named as above."""

    def __init__(self, label: str | Promise) -> None:
        super().__init__(attrs={"type": "number", "step": "any"})
        self.label = label

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Adds the names."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        _named(context["widget"]["subwidgets"], self.label)
        return context


def _named(parts: list[dict[str, Any]], label: str | Promise) -> None:
    for part, word in zip(parts, (_("Desde"), _("Hasta")), strict=True):
        part["attrs"] |= {"aria-label": f"{label}: {word}", "class": "form-control"}
