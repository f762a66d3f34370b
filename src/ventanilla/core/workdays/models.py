"""Calendars with immutable versions, a source for each day, and coverage hours."""
import uuid
from datetime import date
from typing import ClassVar, Self

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.orgs.models import Institution, Person, Unit
from ventanilla.lib.worktime import Amber, Day, DayCount, Kind

KINDS = [
    (Kind.FEDERAL.value, lazy("Descanso obligatorio federal")), (Kind.STATE.value, lazy("Inhábil estatal")),
    (Kind.LOCAL.value, lazy("Inhábil local")), (Kind.VACATION.value, lazy("Periodo vacacional")),
    (Kind.SUSPENSION.value, lazy("Suspensión de labores")), (Kind.CONTINGENCY.value, lazy("Contingencia")),
    (Kind.WORKING.value, lazy("Hábil por excepción")),
]
AMBER_RULES = [
    ("fraction", lazy("Parte usada del plazo")), ("days", lazy("Días hábiles antes")), ("hours", lazy("Horas hábiles antes")),
]


class CalendarQuerySet(models.QuerySet["Calendar"]):
    """Reads of calendars."""

    def visible_to(self, person: Person) -> Self:
        """Everybody of an institution may see its calendars."""
        return self.filter(institution_id=person.institution_id)

    def holding(self, day: date) -> Self:
        """Those that have not ended on that local day."""
        return self.exclude(valid_to__lte=day)


@pghistory.track()
class Calendar(models.Model):
    """A calendar of an institution, or of one of its units (then it also holds for the units below).

    One with a `purpose` (the hours of a service, such as "24/7") holds nowhere by itself: whoever promises by it names it.
    `valid_to` is the first local day on which a unit's no longer holds: the nearest above does.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="calendars")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="calendars")
    name = models.CharField(lazy("nombre"), max_length=120)
    purpose = models.SlugField(lazy("uso"), max_length=40, blank=True, editable=False)
    valid_to = models.DateField(lazy("deja de valer"), null=True, blank=True)

    objects = CalendarQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "id"], name="workdays_calendar_owned"),
            models.UniqueConstraint(
                fields=["institution", "unit", "purpose"], nulls_distinct=False, name="workdays_calendar_once",
                violation_error_message=lazy("Esa unidad ya tiene un calendario."),
            ),
            models.CheckConstraint(condition=Q(valid_to=None) | Q(unit__isnull=False, purpose=""), name="workdays_calendar_ends"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def ended(self) -> bool:
        """Whether it no longer holds today."""
        return self.valid_to is not None and self.valid_to <= timezone.localdate()


class VersionQuerySet(models.QuerySet["CalendarVersion"]):
    """Reads of versions."""

    def visible_to(self, person: Person) -> Self:
        """Everybody of an institution may see its calendars."""
        return self.filter(institution_id=person.institution_id)

    def published(self) -> Self:
        """Versions that hold, or held."""
        return self.filter(published_at__isnull=False)

    def newest(self) -> Self:
        """The one that holds in each calendar."""
        return self.published().order_by("calendar_id", "-number").distinct("calendar_id")


class CalendarVersion(models.Model):
    """A published state of a calendar: with the stored inputs of a clock it says when a matter is due.

    Once published neither it nor its days and hours can be changed or deleted (database triggers).
    `amber_rule` and `amber_value` say when the light turns amber; `day_count` are the fields of
    `lib.worktime.DayCount` that differ from the usual practice.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    calendar = models.ForeignKey(Calendar, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(lazy("versión"))
    published_at = models.DateTimeField(lazy("publicada"), null=True)
    published_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    note = models.CharField(lazy("motivo"), max_length=300, blank=True)
    amber_rule = models.CharField(max_length=8, choices=AMBER_RULES, default="fraction")
    amber_value = models.FloatField(default=0.75)
    day_count = models.JSONField(default=dict)

    objects = VersionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["calendar", "number"], name="workdays_version_number"),
            models.CheckConstraint(
                condition=Q(amber_rule__in=["fraction", "days", "hours"], amber_value__gte=0)
                & (~Q(amber_rule="fraction") | Q(amber_value__lte=1)),
                name="workdays_version_amber",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.calendar} v{self.number}"

    @property
    def amber(self) -> Amber:
        """When the light turns amber."""
        if self.amber_rule == "days":
            return Amber(days=round(self.amber_value))
        if self.amber_rule == "hours":
            return Amber(hours=self.amber_value)
        return Amber(fraction=self.amber_value)

    @property
    def rule(self) -> DayCount:
        """How days are counted."""
        return DayCount(**self.day_count)


class DayException(models.Model):
    """A day that does not follow the week, and the source that says so."""

    version = models.ForeignKey(CalendarVersion, models.CASCADE, related_name="days")
    day = models.DateField(lazy("día"))
    kind = models.CharField(lazy("tipo"), max_length=12, choices=KINDS)
    name = models.CharField(lazy("nombre"), max_length=160)
    source = models.CharField(lazy("fuente"), max_length=200)

    class Meta:
        ordering: ClassVar = ["day"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "day"], name="workdays_day_once"),
            models.CheckConstraint(condition=Q(kind__in=[k for k, _ in KINDS]), name="workdays_day_kind"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(source=""), name="workdays_day_sourced"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"

    def plain(self, hours: tuple[tuple[int, int], ...] | None) -> Day:
        """The same for the kernel."""
        return Day(self.day, Kind(self.kind), self.name, self.source, hours)


class CoverageRange(models.Model):
    """Hours of attention of a weekday (0 Monday), or of one day that differs from its weekday.

    Local minutes from midnight of the day on which the range begins; the end may pass 1440.
    """

    version = models.ForeignKey(CalendarVersion, models.CASCADE, related_name="coverage")
    weekday = models.PositiveSmallIntegerField(lazy("día de la semana"), null=True)
    day = models.DateField(lazy("día"), null=True)
    start_minute = models.PositiveSmallIntegerField(lazy("desde"))
    end_minute = models.PositiveSmallIntegerField(lazy("hasta"))

    class Meta:
        ordering: ClassVar = ["weekday", "day", "start_minute"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(start_minute__lt=1440, end_minute__gt=F("start_minute"))
                & Q(end_minute__lte=F("start_minute") + 1440),
                name="workdays_range_minutes",
            ),
            models.CheckConstraint(
                condition=Q(weekday__isnull=False, weekday__lte=6, day__isnull=True)
                | Q(weekday__isnull=True, day__isnull=False),
                name="workdays_range_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.start_minute}-{self.end_minute}"
