"""The list of requests about personal data, for the officer of the unit in charge."""
from collections.abc import Iterable
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ventanilla.core.cases.words import labels_of, state_of
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.privacy.flow import REQUEST_FLOW
from ventanilla.core.privacy.models import Right, SubjectRequest
from ventanilla.web.screens.columns import Column, case_light
from ventanilla.web.screens.screen import Screen, register
from ventanilla.web.screens.states import StateFilter


def states(institution_id: int | None) -> Iterable[tuple[str, str]]:
    """States of a request, by the institution's words."""
    return labels_of(institution_id, REQUEST_FLOW).items()


class RequestFilters(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """By state and by right."""

    estado = StateFilter(states, field_name="case__state")
    derecho = django_filters.ChoiceFilter(method="with_right", label=_("Derecho"), choices=Right.choices, empty_label=_("Todos"))

    def with_right(self, rows: QuerySet[SubjectRequest], _name: str, value: str) -> QuerySet[SubjectRequest]:
        """Those that ask for it."""
        return rows.filter(rights__contains=[value])


@register
class Requests(Screen):
    """Requests of the units in which the person attends them, and only those that they may read."""

    slug = "datos-personales"
    title = _("Solicitudes de datos personales")
    capability = cap.PRIVACY_ATTEND
    columns = (
        Column("case.folio", _("Folio"), "folio"), Column("rights", _("Derechos"), get=lambda r: ", ".join(r.rights_words)),
        Column("light", _("Semáforo"), "light", get=lambda r: case_light(r.case)),
        Column("state", _("Estado"), "badge", get=lambda r: state_of(r.case)),
        Column("holder", _("Persona titular")),
        Column("channel", _("Llegó por"), get=lambda r: r.get_channel_display(), shown=False),
        Column("case.received_at", _("Recibida"), "datetime"), Column("case.due_at", _("Vence"), "datetime", shown=False),
    )
    filters = RequestFilters
    search = ("case__folio", "holder", "representative")
    empty = _("Todavía no hay solicitudes de acceso, rectificación, cancelación u oposición.")
    empty_step = ("privacy:register", _("Registrar una solicitud"))

    def queryset(self, person: Person) -> QuerySet[SubjectRequest]:
        """Visible ones of the units where the person attends them."""
        return SubjectRequest.objects.attended_by(person).select_related("case__unit", "case__institution")

    def row_url(self, row: Any) -> str:
        """Its record."""
        return reverse("privacy:request", args=[row.pk])
