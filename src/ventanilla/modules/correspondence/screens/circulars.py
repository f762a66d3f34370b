"""Lists of circulars: each with how many received, read and answered it; and their addressees, one by one."""
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import django_filters
from django.db.models import Count, Exists, IntegerField, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ventanilla.core.cases.models import Case, Move, Turn
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.modules.correspondence.models import Circular, CircularReminder
from ventanilla.modules.correspondence.screens.lists import RECORD, _units
from ventanilla.modules.correspondence.services.circulars import addressees, letters_of, readable
from ventanilla.web.screens.columns import Column
from ventanilla.web.screens.screen import Screen, register
from ventanilla.web.screens.units import UnitFilter
from ventanilla.web.screens.widgets import PeriodFilter

INSIDE = Q(letter__addressee_unit__isnull=False)  # who is outside cannot read here: to them it is delivered
READ = INSIDE & Q(Exists(Turn.objects.filter(case=OuterRef("pk"), parent=None, read_at__isnull=False)))
DELIVERED = ~INSIDE & Q(letter__delivered_at__isnull=False)
ACKNOWLEDGED = Q(letter__delivered_at__isnull=False) | Exists(Move.objects.filter(case=OuterRef("pk"), verb="acknowledge"))
YES_NO = [("si", _("Sí")), ("no", _("No"))]


class CircularFilters(django_filters.FilterSet):
    """By unit, day, and whether it was cancelled."""

    unidad = UnitFilter(field_name="unit", label=_("Unidad que escribe"), queryset=_units)
    enviada = PeriodFilter(field_name="at", label=_("Enviada"))
    cancelada = django_filters.ChoiceFilter(method="by_cancelling", label=_("¿Se canceló?"), choices=YES_NO, empty_label=_("Todas"))

    def by_cancelling(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Cancelled as a whole, or standing."""
        return rows.filter(cancelled_at__isnull=value == "no")


@register
class Circulars(Screen):
    """Every circular of which one may read some letter, newest first; it counts those that one may read."""

    slug = "circulares"
    title = _("Circulares")
    columns = (
        Column("subject", _("Asunto"), "title"), Column("unit.name", _("Unidad que escribe")),
        Column("at", _("Enviada"), "datetime", sort="at"),
        Column("addressees", _("Destinatarios"), "int"), Column("read", _("La han leído"), "int"),
        Column("outside", _("De fuera"), "int", shown=False), Column("delivered", _("Entregadas fuera"), "int", shown=False),
        Column("acknowledged", _("Dieron acuse"), "int"), Column("cancelled_at", _("Se canceló el"), "datetime"),
        Column("reminded", _("Último recordatorio"), "datetime", shown=False),
        Column("person", _("Quién la envió"), shown=False),
    )
    filters = CircularFilters
    search = ("subject", "text", "letters__case__folio")
    empty = _("Todavía no hay circulares que usted pueda ver.")
    empty_step = ("letter_write", _("Escribir la primera"))
    empty_capability = cap.ROUTE

    def queryset(self, person: Person) -> QuerySet[Circular]:
        """Circulars with their counts."""
        def counted(*among: Q | Combinable) -> Coalesce:
            rows = letters_of(person).filter(*among, letter__circular=OuterRef("pk")).order_by().values("letter__circular")
            return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)

        return readable(person).select_related("unit", "person").annotate(
            addressees=counted(), read=counted(READ), outside=counted(~INSIDE), delivered=counted(DELIVERED),
            acknowledged=counted(ACKNOWLEDGED), reminded=Subquery(
                CircularReminder.objects.filter(circular=OuterRef("pk")).order_by("-at").values("at")[:1]))

    def found(self, rows: QuerySet[Any], words: str, person: Person) -> QuerySet[Any]:
        """A circular once, however many of its folios fit."""
        return super().found(rows, words, person).distinct()

    def row_url(self, row: Model) -> str:
        """What became of it."""
        return reverse("circular", args=[row.pk])


def told(rows: Sequence[Any], _names: Collection[str]) -> Mapping[int, Mapping[str, Any]]:
    """What became of the letters of these rows, by column."""
    found = {}
    for one in addressees([row.pk for row in rows]):
        seen, answer, letter = one.acknowledged, one.answer, one.letter
        found[letter.case_id] = {
            "to": one.name, "state": one.state, "read": one.turn.read_at if one.turn else None,
            "reader": one.turn and one.turn.read_by, "seen": seen.at if seen else letter.delivered_at,
            "seen_by": seen.actor if seen else letter.delivered_to, "answered": answer and answer.at,
            "verdict": answer.get_verdict_display() if answer and answer.verdict else ""}
    return found


def _readable(request: HttpRequest | None) -> QuerySet[Circular]:
    person: Person | None = getattr(request, "person", None)
    return readable(person).order_by("-at") if person else Circular.objects.none()


class AddresseeFilters(django_filters.FilterSet):
    """By circular, and whether it was read and acknowledged."""

    circular = django_filters.ModelChoiceFilter(field_name="letter__circular", label=_("Circular"), queryset=_readable,
                                                empty_label=_("Todas"))
    leida = django_filters.ChoiceFilter(method="by_reading", label=_("Leída"), choices=YES_NO, empty_label=_("Todas"))
    acuse = django_filters.ChoiceFilter(method="by_acuse", label=_("Acuse"), choices=YES_NO, empty_label=_("Todos"))

    def by_reading(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Read, or not yet."""
        return rows.filter(READ) if value == "si" else rows.filter(INSIDE).exclude(READ)

    def by_acuse(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Acknowledged, or not yet."""
        return rows.filter(ACKNOWLEDGED) if value == "si" else rows.exclude(ACKNOWLEDGED)


@register
class Addressees(Screen):
    """Every addressee of every circular, newest first."""

    slug = "destinatarios"
    title = _("Destinatarios de circulares")
    columns = (
        Column("folio", _("Folio"), "folio"), Column("letter.circular.subject", _("Circular"), shown=False),
        Column("to", _("Destinatario"), together=told), Column("state", _("Estado"), "badge", together=told),
        Column("read", _("Leída"), "datetime", together=told), Column("reader", _("Quién la leyó"), together=told),
        Column("seen", _("Acuse"), "datetime", together=told), Column("seen_by", _("Quién dio acuse"), together=told),
        Column("answered", _("Respuesta"), "datetime", together=told), Column("verdict", _("Evaluación"), together=told),
    )
    filters = AddresseeFilters
    search = ("folio", "letter__addressee", "letter__addressee_unit__name")
    empty = _("Todavía no hay circulares que usted pueda ver.")
    empty_step = ("letter_write", _("Escribir la primera"))
    empty_capability = cap.ROUTE

    def queryset(self, person: Person) -> QuerySet[Case]:
        """Their letters, as far as the person may read them."""
        return letters_of(person).select_related("letter__circular")

    def row_url(self, row: Any) -> str:
        """The record of the letter."""
        return RECORD(row.pk)
