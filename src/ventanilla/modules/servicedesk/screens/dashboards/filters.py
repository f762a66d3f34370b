"""Filters of the list of tickets that the tiles of a dashboard drill with, beside the usual ones."""
from datetime import timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ventanilla.core.cases.models import Clock, Party
from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.models import TimeEntry
from ventanilla.web.screens.widgets import DayRange

YES_NO = [("si", _("Sí")), ("no", _("No"))]
WORKED_DAYS = 30


def _people(request: HttpRequest | None) -> QuerySet[Person]:
    person: Person | None = getattr(request, "person", None)
    return Person.objects.filter(institution_id=person.institution_id) if person else Person.objects.none()


class BoardFilters(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """Open or not, who has it, when it was resolved, in time or not, reopened, and who worked on it lately."""

    abierto = django_filters.ChoiceFilter(method="by_open", label=_("Abierto"), choices=YES_NO, empty_label=_("Todos"))
    atiende = django_filters.ModelChoiceFilter(field_name="assignee", label=_("Atiende"), queryset=_people, widget=forms.HiddenInput)
    pide = django_filters.ModelChoiceFilter(field_name="ticket__requester", label=_("Pide"), queryset=_people, widget=forms.HiddenInput)
    enlace = django_filters.ModelChoiceFilter(method="by_liaison", label=_("Enlace"), queryset=_people, widget=forms.HiddenInput)
    resuelto = django_filters.DateFromToRangeFilter(field_name="ticket__resolved_at", label=_("Resuelto"), widget=DayRange(_("Resuelto")))
    cumple = django_filters.ChoiceFilter(method="by_promise", label=_("Se resolvió en plazo"), choices=YES_NO, empty_label=_("Todos"))
    reabierto = django_filters.ChoiceFilter(method="by_reopened", label=_("Reabierto"), choices=YES_NO[:1], empty_label=_("Todos"))
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

    def by_work(self, rows: QuerySet[Any], _name: str, value: Person) -> QuerySet[Any]:
        """With minutes of that person in the last WORKED_DAYS days."""
        since = timezone.now() - timedelta(days=WORKED_DAYS)
        return rows.filter(Exists(TimeEntry.objects.filter(case=OuterRef("pk"), person=value, at__gte=since)))
