"""Forms that only recognition can read (scans, photos), from when they arrive until a job has read them."""
import uuid
from datetime import datetime
from typing import ClassVar, Final, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ventanilla.core.documents.models import DocumentVersion
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Institution, Person, Unit
from ventanilla.core.orgs.reach import reach_of
from ventanilla.modules.practices.models.records import Practice


class ArrivalState(models.TextChoices):
    """Where it stands; the last two are the end."""

    WAITING = "waiting", _("En espera")
    READING = "reading", _("Leyendo")
    DONE = "done", _("Leído")
    REFUSED = "refused", _("No se leyó")


OPEN: Final = (ArrivalState.WAITING, ArrivalState.READING)


class ArrivalQuerySet(models.QuerySet["PracticeArrival"]):
    """Arrivals that chain."""

    def visible_to(self, person: Person) -> Self:
        """Those that the person brought, and those of units whose practices they document."""
        mine = Q(person_id=person.pk) | Q(unit_id__in=reach_of(person).within(cap.PRACTICE_WRITE))
        return self.filter(mine, institution_id=person.institution_id)

    def open(self) -> Self:
        """Not read yet."""
        return self.filter(state__in=OPEN)

    def shown_to(self, person: Person, since: datetime) -> Self:
        """The person's own, newest first: those not read yet, and those that ended after `since`."""
        return self.visible_to(person).filter(Q(state__in=OPEN) | Q(finished_at__gt=since), person_id=person.pk).order_by("-pk")


class PracticeArrival(models.Model):
    """A file that waits for recognition. `uuid` is that of the practice to be made, so that it is made once however often it is read.

    `attempts`: how often its reading began. `problem`: why it was refused, for who brought it.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    version = models.OneToOneField(DocumentVersion, models.PROTECT, related_name="+")
    filename = models.CharField(max_length=255)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=ArrivalState.choices, default=ArrivalState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.TextField(blank=True)
    practice = models.OneToOneField(Practice, models.CASCADE, null=True, related_name="arrival")
    finished_at = models.DateTimeField(null=True)

    objects = ArrivalQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=ArrivalState.values), name="practices_arrival_state"),
            models.CheckConstraint(condition=Q(state="done", practice__isnull=False) | (~Q(state="done") & Q(practice=None)),
                                   name="practices_arrival_done"),
            models.CheckConstraint(condition=(Q(state="refused") & ~Q(problem="")) | (~Q(state="refused") & Q(problem="")),
                                   name="practices_arrival_refused"),
            models.CheckConstraint(condition=Q(state__in=OPEN, finished_at=None) | (~Q(state__in=OPEN) & Q(finished_at__isnull=False)),
                                   name="practices_arrival_finished"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["id"], condition=Q(state__in=OPEN), name="practices_arrival_open"),
            models.Index(fields=["person", "-id"], name="practices_arrival_mine"),
        ]

    def __str__(self) -> str:
        return self.filename

    @property
    def is_open(self) -> bool:
        """Whether it still waits to be read, or is being read."""
        return self.state in OPEN
