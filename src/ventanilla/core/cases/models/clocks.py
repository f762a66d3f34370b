"""Clocks of a case or turn, with the pauses that stop them. They store inputs; the kernel derives."""
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from ventanilla.core.cases.models.cases import Case
from ventanilla.core.workdays.models import CalendarVersion


class Clock(models.Model):
    """One deadline: `amount` of `term_unit` from `start` on the days of `version`.

    `term_unit`: workdays, workhours, calendar_days, or by_hand (then `due_at` is what a person wrote).
    `due_at` None: no future working time exists, or no term.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="clocks", db_index=False)
    turn_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=12, default="internal")
    version = models.ForeignKey(CalendarVersion, models.PROTECT, related_name="+", db_index=False)
    start = models.DateTimeField()
    amount = models.IntegerField(null=True)
    term_unit = models.CharField(max_length=16, default="workdays")
    cap_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    amber_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, default="run")
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "turn_id", "kind"], nulls_distinct=False, name="cases_clock_once"),
            models.CheckConstraint(condition=Q(state__in=["run", "pause", "stop"]), name="cases_clock_state"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["version"], condition=~Q(state="stop"), name="cases_clock_version"),
            models.Index(fields=["amber_at"], condition=Q(state="run"), name="cases_clock_amber"),
            models.Index(fields=["due_at"], condition=Q(state="run"), name="cases_clock_due"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_at}"


class Pause(models.Model):
    """A stretch in which a clock does not count, and why; open while `until` is None."""

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="pauses")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="cases_pause_order"),
        ]

    def __str__(self) -> str:
        return self.reason
