"""The list of letters that were sent: to whom, and whether their acuse has come back."""
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from ventanilla.core.cases.models import Case
from ventanilla.core.cases.words import label_of, state_of
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.modules.correspondence.flow import LETTER_FLOW
from ventanilla.modules.correspondence.models.letters import Delivery
from ventanilla.modules.correspondence.screens.lists import RECORD, STATE, _units, by_acuse
from ventanilla.web.screens.columns import Column
from ventanilla.web.screens.screen import Screen, register
from ventanilla.web.screens.states import StateFilter
from ventanilla.web.screens.units import UnitFilter
from ventanilla.web.screens.widgets import PeriodFilter

STATES = ("sent", "routed", "attended", "concluded", "archived", "returned", "cancelled")


def sent_states(institution_id: int | None) -> list[tuple[str, str]]:
    """States in which a letter that went out may be."""
    return [(state, label_of(institution_id, LETTER_FLOW, state)) for state in STATES]


class SentFilters(django_filters.FilterSet):
    """By acuse, state, unit, means and day."""

    acuse = django_filters.ChoiceFilter(method=by_acuse, label=_("Acuse"), empty_label=_("Todos"),
                                        choices=[("no", _("Sin acuse")), ("si", _("Con acuse"))])
    estado = StateFilter(sent_states)
    unidad = UnitFilter(field_name="unit", label=_("Unidad"), queryset=_units)
    medio = django_filters.ChoiceFilter(field_name="letter__delivery_means", label=_("Cómo se entregó"), choices=Delivery.choices,
                                        empty_label=_("Todos"))
    enviado = PeriodFilter(field_name="received_at", label=_("Enviado"))


@register
class Sent(Screen):
    """Every letter that went out, newest first."""

    slug = "enviados"
    title = _("Oficios enviados")
    columns = (
        Column("folio", _("Folio"), "folio"), Column("subject", _("Asunto"), "title"),
        Column("letter.addressee", _("Dirigido a")),
        Column("state", _("Estado"), "badge", get=state_of, reads=STATE),
        Column("received_at", _("Enviado"), "datetime", sort="received_at"),
        Column("letter.delivered_at", _("Entregado"), "datetime"), Column("letter.delivered_to", _("Recibió")),
        Column("means", _("Cómo se entregó"), get=lambda c: c.letter.get_delivery_means_display(), reads=("letter__delivery_means",),
               shown=False),
        Column("unit.name", _("Unidad que escribe"), shown=False), Column("letter.delivery_note", _("Sobre la entrega"), shown=False),
    )
    filters = SentFilters
    case = "pk"
    empty = _("Todavía no hay oficios enviados que usted pueda ver.")
    empty_step = ("letter_write", _("Escribir el primero"))
    empty_capability = cap.ROUTE

    def queryset(self, person: Person) -> QuerySet[Case]:
        """Outgoing letters visible to the person."""
        return Case.objects.select_related("letter", "unit").listed_to(person, ["letter"]).filter(letter__direction="outgoing")

    def row_url(self, row: Any) -> str:
        """The record."""
        return RECORD(row.pk)
