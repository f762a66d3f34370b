"""Lists of the service desk: every ticket that this person may see, with what they are of the person."""
from collections.abc import Iterable, Sequence
from typing import Any

import django_filters
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ventanilla.core.cases.models import Case
from ventanilla.core.cases.models.cases import Priority
from ventanilla.core.cases.words import labels_over, said, state_of
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.modules.servicedesk.flow import FLOWS
from ventanilla.modules.servicedesk.leaving import asked_of
from ventanilla.modules.servicedesk.models import Service, Team, Ticket
from ventanilla.modules.servicedesk.screens.fields import columns_of, filters_of
from ventanilla.modules.servicedesk.screens.items_filters import ItemFilters
from ventanilla.modules.servicedesk.services.approving import due_from
from ventanilla.modules.servicedesk.services.fields import fields_for
from ventanilla.modules.servicedesk.services.working import waits, works_somewhere
from ventanilla.web.screens.columns import CASE_LIGHT, Column, case_light
from ventanilla.web.screens.screen import BulkAction, Screen, register
from ventanilla.web.screens.states import StateFilter
from ventanilla.web.screens.units import UnitFilter
from ventanilla.web.screens.widgets import PeriodFilter
from ventanilla.web.ui.addresses import address

KINDS = [("request", _("Solicitudes")), ("incident", _("Incidentes")), ("problem", _("Problemas")), ("known_error", _("Errores conocidos")),
         ("change", _("Cambios normales")), ("simple_change", _("Cambios simples")), ("emergency_change", _("Cambios de emergencia"))]
SINGULAR = {"request": _("Solicitud"), "incident": _("Incidente"), "problem": _("Problema"), "known_error": _("Error conocido"),
            "change": _("Cambio normal"), "simple_change": _("Cambio simple"), "emergency_change": _("Cambio de emergencia")}
LIGHTS = [("red", _("Vencido")), ("amber", _("Por vencer")), ("green", _("En tiempo")), ("none", _("Sin plazo"))]
ROLES = [("asked", _("Pedidos por mí o para mí")), ("mine", _("Los atiendo yo")),
         ("team", _("De mis equipos")), ("free", _("Sin nadie asignado")), ("authorise", _("Esperan mi autorización"))]
DESK_TABS = ((_("Los atiendo yo"), "abierto=si&mio=mine"), (_("De mis equipos"), "abierto=si&mio=team"),
             (_("Sin nadie asignado"), "mio=free"), (_("Vencidos"), "luz=red"), (_("Abiertos"), "abierto=si"))
ASKER_TABS = ((_("Abiertos"), "abierto=si"), (_("Pedidos por mí o para mí"), "mio=asked"))
_USUAL = {state: label for flow in FLOWS for state, label in flow.labels.items()}


FIRST = ("tipo", "estado", "luz", "mio", "servicio", "equipo", "unidad", "prioridad", "recibido", "abierto", "canal", "elemento",
         "alcance")
"""Filters of the list in the order in which people reach for them."""


def ticket_states(institution_id: int | None) -> Iterable[tuple[str, str]]:
    """States of tickets of every kind."""
    return labels_over(institution_id, FLOWS, _USUAL).items()


def _here(model: type[Model]) -> Any:
    def rows(request: HttpRequest | None) -> QuerySet[Any]:
        person: Person | None = getattr(request, "person", None)
        return model._default_manager.filter(institution_id=person.institution_id if person else None)

    return rows


def _by_light(rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
    now, rows = timezone.now(), rows.filter(closed_at=None)
    return {
        "red": rows.filter(due_at__lt=now), "amber": rows.filter(amber_at__lte=now, due_at__gte=now),
        "green": rows.filter(amber_at__gt=now, due_at__gte=now), "none": rows.filter(due_at=None),
    }.get(value, rows)


class TicketFilters(ItemFilters):
    """By kind, state, light, item, service, team, unit, priority, what it is to me, and period."""

    tipo = django_filters.ChoiceFilter(field_name="kind", label=_("Tipo"), choices=KINDS, empty_label=_("Todos"))
    estado = StateFilter(ticket_states)
    luz = django_filters.ChoiceFilter(method=_by_light, label=_("Semáforo"), choices=LIGHTS, empty_label=_("Todos"))
    mio = django_filters.ChoiceFilter(method="by_role", label=_("Para mí"), choices=ROLES, empty_label=_("Todos"))
    servicio = django_filters.ModelChoiceFilter(field_name="ticket__service", label=_("Servicio"), queryset=_here(Service),
                                                empty_label=_("Todos"),
                                                help_text=_("Con uno elegido aparecen los filtros de lo que pregunta."))
    equipo = django_filters.ModelChoiceFilter(field_name="ticket__team", label=_("Equipo"), queryset=_here(Team), empty_label=_("Todos"))
    unidad = UnitFilter(field_name="ticket__unit", label=_("Unidad que pide"), queryset=_here(Unit))
    prioridad = django_filters.ChoiceFilter(field_name="priority", label=_("Prioridad"), choices=Priority.choices, empty_label=_("Todas"))
    canal = django_filters.ChoiceFilter(field_name="ticket__channel", label=_("Llegó por"), choices=Ticket.Channel.choices,
                                        empty_label=_("Todos"))
    mayor = django_filters.ChoiceFilter(method="by_major", label=_("Incidente mayor"), choices=[("si", _("Sí"))], empty_label=_("Todos"))
    recibido = PeriodFilter(field_name="received_at", label=_("Recibido"))

    @classmethod
    def get_filters(cls) -> dict[str, Any]:
        """What people look for first comes first; those of the boards last."""
        found = dict(super().get_filters())
        return {**{name: found[name] for name in FIRST if name in found}, **found}

    def by_major(self, rows: QuerySet[Case], _name: str, _value: str) -> QuerySet[Case]:
        """Declared as major incidents, and not lifted."""
        return rows.filter(ticket__major=True)

    def by_role(self, rows: QuerySet[Case], _name: str, value: str) -> QuerySet[Case]:
        """What the ticket is to whoever looks."""
        person = getattr(self.request, "person", None)
        if value == "mine":
            return rows.filter(assignee=person)
        if value == "team":
            return rows.filter(ticket__team__memberships__person=person)
        if value == "free":
            return rows.filter(assignee=None, closed_at=None)
        if value == "authorise":
            return rows.filter(pk__in=due_from(person).values("case")) if person else rows.none()
        return rows.filter(parties__person=person, parties__role__in=("requester", "beneficiary", "liaison")).distinct()


@register
class Tickets(Screen):
    """Every ticket, newest first."""

    slug = "tickets"
    title = _("Tickets")
    columns = (
        Column("folio", _("Número"), "folio"), Column("subject", _("Asunto"), "title"),
        Column("kind", _("Tipo"), get=lambda c: said(SINGULAR[c.kind]), reads=("kind",)),
        Column("light", _("Semáforo"), "light", get=lambda c: None if waits(c) else case_light(c), sort="due_at",
               reads=CASE_LIGHT),
        Column("state", _("Estado"), "badge", get=state_of, reads=("institution_id", "kind", "state")),
        Column("priority", _("Prioridad"), get=lambda c: Priority(c.priority).label, reads=("priority",), shown=False),
        Column("ticket.major", _("Incidente mayor"), get=lambda c: _("Sí") if c.ticket.major else "", reads=("ticket__major",),
               shown=False),
        Column("ticket.service.name", _("Servicio"), shown=False), Column("ticket.team.name", _("Equipo")),
        Column("assignee", _("Atiende"), get=lambda c: c.assignee.name if c.assignee else "",
               reads=("assignee__given_name", "assignee__surname_1", "assignee__surname_2")),
        Column("approver", _("Autoriza"), together=asked_of),
        Column("ticket.unit.name", _("Unidad que pide"), shown=False),
        Column("received_at", _("Recibido"), "datetime", sort="received_at", shown=False),
        Column("due_at", _("Vence"), "datetime", sort="due_at", shown=False),
        Column("ticket.resolved_at", _("Resuelto"), "datetime", shown=False),
        Column("ticket.cause.name", _("Causa"), shown=False), Column("unit.name", _("Unidad a cargo"), shown=False),
    )
    filters = TicketFilters
    case = "pk"
    empty = _("Todavía no hay tickets que usted pueda ver.")
    empty_step = ("portal", _("Pedir algo del catálogo"))
    actions = (BulkAction("atender", _("Atender los marcados"), capability=cap.ANSWER, page="tickets_many"),
               BulkAction("fusionar", _("Fusionar"), capability=cap.ANSWER, page="ticket_merge"),)

    def queryset(self, person: Person) -> QuerySet[Case]:
        """Tickets visible to the person."""
        rows = Case.objects.select_related("ticket__service", "ticket__team", "ticket__unit", "ticket__cause", "unit", "assignee")
        return rows.listed_to(person, [kind for kind, _label in KINDS])

    def columns_for(self, person: Person) -> tuple[Column, ...]:
        """Also the extra fields of the offerings that the person may see."""
        return (*self.columns, *columns_of(fields_for(person)))

    def tabs_for(self, person: Person) -> Sequence[tuple[str | Promise, str]]:
        """What one begins the day with: at the desk its queues, elsewhere what was asked for."""
        return DESK_TABS if works_somewhere(person) else ASKER_TABS

    def filters_for(self, request: HttpRequest, person: Person) -> type[django_filters.FilterSet]:
        """Also those of the extra fields of the chosen service."""
        return filters_of(TicketFilters, request.GET, person)

    def row_url(self, row: Model) -> str:
        """The record."""
        return address("ticket", row.pk)
