"""Controls of filters."""
from typing import Any

import django_filters
from django.utils.functional import Promise
from django.utils.translation import gettext as _


class DayRange(django_filters.widgets.DateRangeWidget):  # type: ignore[misc]  # the library has no types
    """Two dates, each named for who does not see that they stand side by side (WCAG 2.2, 1.3.1 and 4.1.2)."""

    def __init__(self, label: str | Promise) -> None:
        super().__init__(attrs={"type": "date"})
        self.label = label

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Adds the names."""
        return _named(super().get_context(name, value, attrs), self.label, (_("Desde"), _("Hasta")))


class NumberRange(django_filters.widgets.RangeWidget):  # type: ignore[misc]  # the library has no types
    """Two numbers, each named as above."""

    def __init__(self, label: str | Promise) -> None:
        super().__init__(attrs={"type": "number", "step": "any"})
        self.label = label

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Adds the names."""
        return _named(super().get_context(name, value, attrs), self.label, (_("Desde"), _("Hasta")))


def _named(context: dict[str, Any], label: str | Promise, words: tuple[str, str]) -> dict[str, Any]:
    for part, word in zip(context["widget"]["subwidgets"], words, strict=True):
        part["attrs"] |= {"aria-label": f"{label}: {word}", "class": "form-control"}
    return context
