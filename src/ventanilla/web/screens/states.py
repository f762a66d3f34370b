"""The filter by state, which says each one as the institution of whoever asks calls it."""
from collections.abc import Callable, Iterable
from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

Offered = Callable[[int | None], Iterable[tuple[str, str]]]
"""The states that a list can be narrowed to, and what they are called in an institution (None: by the standard words)."""


class StateFilter(django_filters.ChoiceFilter):  # type: ignore[misc]  # the library has no types
    """Its choices are those of each request: words differ between institutions, values never do."""

    def __init__(self, offered: Offered, **kwargs: Any) -> None:
        super().__init__(**{"field_name": "state", "label": _("Estado"), "empty_label": _("Todos"), "choices": (), **kwargs})
        self.offered = offered

    @property
    def field(self) -> Any:
        """The control, made once for a set of filters, which is made for one request."""
        person = getattr(self.parent.request, "person", None)
        self.extra["choices"] = list(self.offered(person.institution_id if person else None))
        return super().field
