"""Filters of the list of tickets that the tiles of a dashboard drill with, beside the usual ones."""
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ventanilla.core.cases.models import Clock, Party
from ventanilla.core.orgs.models import Person
from ventanilla.lib.numbers import whole
from ventanilla.modules.servicedesk.models import Cause, TimeEntry
from ventanilla.modules.servicedesk.services.reports.facts import Scope
from ventanilla.modules.servicedesk.services.reports.satisfaction import answered_so
from ventanilla.web.screens.widgets import PeriodFilter

YES_NO = [("si", _("Sí")), ("no", _("No"))]
WORKED_DAYS = 30
PATHS = {"estado": "state", "tipo": "kind", "prioridad": "priority", "equipo": "ticket__team", "servicio": "ticket__service",
         "unidad": "ticket__unit", "atiende": "assignee", "pide": "ticket__requester", "causa": "ticket__cause",
         "enlace": "parties__person"}
"""The field of each thing by which tiles tell tickets, by the name of its filter."""
TEXTS = ("estado", "tipo")
NONE = {"equipo": _("Sin equipo"), "servicio": _("Sin servicio"), "unidad": _("Sin unidad"), "atiende": _("Sin nadie asignado"),
        "pide": _("De personas sin cuenta"), "causa": _("Sin causa")}


def _people(request: HttpRequest | None) -> QuerySet[Person]:
    person: Person | None = getattr(request, "person", None)
    return Person.objects.filter(institution_id=person.institution_id) if person else Person.objects.none()


def _causes(request: HttpRequest | None) -> QuerySet[Cause]:
    person: Person | None = getattr(request, "person", None)
    return Cause.objects.filter(institution_id=person.institution_id) if person else Cause.objects.none()


class Told(str):
    """A value of the address that people read in other words."""

    words = ""

    def __str__(self) -> str:
        return self.words


class AddressField(forms.CharField):
    """A hidden value that only addresses carry."""

    widget = forms.HiddenInput

    def __init__(self, *, words: Callable[[str], str], **extra: Any) -> None:
        super().__init__(max_length=2000, **extra)
        self.words = words

    def clean(self, value: Any) -> Any:
        """The value, which says itself in words."""
        told = Told(super().clean(value) or "")
        told.words = self.words(told[:]) if told else ""
        return told


class AddressFilter(django_filters.Filter):  # type: ignore[misc]  # the library has no types
    """A filter of which only addresses make use."""

    field_class = AddressField


class BoardFilters(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """Open or not, who has it, when it was resolved, in time or not, reopened, and who worked on it lately."""

    abierto = django_filters.ChoiceFilter(method="by_open", label=_("Abierto"), choices=YES_NO, empty_label=_("Todos"))
    atiende = django_filters.ModelChoiceFilter(field_name="assignee", label=_("Atiende"), queryset=_people, widget=forms.HiddenInput)
    pide = django_filters.ModelChoiceFilter(field_name="ticket__requester", label=_("Pide"), queryset=_people, widget=forms.HiddenInput)
    enlace = django_filters.ModelChoiceFilter(method="by_liaison", label=_("Enlace"), queryset=_people, widget=forms.HiddenInput)
    resuelto = PeriodFilter(field_name="ticket__resolved_at", label=_("Resuelto"))
    cumple = django_filters.ChoiceFilter(method="by_promise", label=_("Se resolvió en plazo"), choices=YES_NO, empty_label=_("Todos"))
    reabierto = django_filters.ChoiceFilter(method="by_reopened", label=_("Reabierto"), choices=YES_NO[:1], empty_label=_("Todos"))
    causa = django_filters.ModelChoiceFilter(field_name="ticket__cause", label=_("Causa"), queryset=_causes, empty_label=_("Todas"))
    solucion = django_filters.CharFilter(method="by_solution", label=_("La solución dice"))
    opinion = AddressFilter(method="by_opinion", label=_("Opinión"), words=lambda value: value.split("~")[-1])
    sin = django_filters.ChoiceFilter(method="by_none", label=_("Sin"), choices=list(NONE.items()), widget=forms.HiddenInput)
    fuera = AddressFilter(method="by_rest", label=_("Figura"), words=lambda _value: gettext("los demás, que la figura cuenta juntos"))
    trabajo = django_filters.ModelChoiceFilter(method="by_work", label=_("Trabajó en él en los últimos 30 días"), queryset=_people,
                                               widget=forms.HiddenInput)

    def by_open(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Whether something is still owed."""
        return rows.filter(closed_at=None) if value == "si" else rows.exclude(closed_at=None)

    def by_promise(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Resolved with a promise, kept or not."""
        clocks = Clock.objects.filter(case=OuterRef("pk"), turn_id=None, kind="resolve")
        how = {"due_at__gte": OuterRef("ticket__resolved_at")} if value == "si" else {"due_at__lt": OuterRef("ticket__resolved_at")}
        return rows.filter(Exists(clocks.filter(**how)), ticket__resolved_at__isnull=False)

    def by_liaison(self, rows: QuerySet[Any], _name: str, value: Person) -> QuerySet[Any]:
        """Of which that person is the liaison."""
        return rows.filter(Exists(Party.objects.filter(case=OuterRef("pk"), person=value, role="liaison")))

    def by_reopened(self, rows: QuerySet[Any], _name: str, _value: str) -> QuerySet[Any]:
        """At least once."""
        return rows.filter(ticket__reopened__gt=0)

    def by_solution(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Every word stands in the solution."""
        for word in value.split()[:12]:
            rows = rows.filter(ticket__solution__icontains=word)
        return rows

    def by_opinion(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Whose survey was answered so: `since~until~words` (local days, the last excluded)."""
        person = getattr(self.request, "person", None)
        since, _sep, rest = value.partition("~")
        until, _sep, label = rest.partition("~")
        days = [parse_date(day) if len(day) == 10 else None for day in (since, until)]
        if person is None or None in days:
            return rows.none()
        begin, end = (timezone.make_aware(datetime.combine(day, time.min)) for day in days if day)
        return rows.filter(pk__in=answered_so(Scope(person.institution, person), begin, end, label))

    def by_none(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Without one of these."""
        return rows.filter(**{PATHS[value]: None})

    def by_rest(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """`unidad:1,2,null`: of any other than these; null are those without one."""
        name, _sep, listed = value.partition(":")
        if name not in PATHS:
            return rows.none()
        known = [one for one in listed.split(",") if one and one != "null"]
        if name not in TEXTS:
            known = [one for one in known if whole(one) is not None]
        if name == "enlace":
            others = Party.objects.filter(case=OuterRef("pk"), role="liaison").exclude(person__in=[int(one) for one in known])
            return rows.filter(Exists(others))
        empty = Q(**{PATHS[name]: None})
        rest = ~Q(**{f"{PATHS[name]}__in": known}) | empty
        return rows.filter(rest & ~empty if "null" in listed.split(",") else rest)

    def by_work(self, rows: QuerySet[Any], _name: str, value: Person) -> QuerySet[Any]:
        """With minutes of that person in the last WORKED_DAYS days."""
        since = timezone.now() - timedelta(days=WORKED_DAYS)
        return rows.filter(Exists(TimeEntry.objects.filter(case=OuterRef("pk"), person=value, at__gte=since)))
