"""Privacy notices in versions that never change once published, and who was shown which one."""
import uuid
from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.orgs.models import Institution, Person


class NoticeQuerySet(models.QuerySet["PrivacyNotice"]):
    """Reads of notices."""

    def published(self) -> Self:
        """What everybody may read."""
        return self.filter(published_at__isnull=False)

    def in_force(self, day: date) -> Self:
        """Published and begun on that local day, the version in force first."""
        return self.published().filter(valid_from__lte=day).order_by("-number")


class PrivacyNotice(models.Model):
    """A version of an institution's notice. A draft has no number; once published the database refuses any change.

    `changes` says what is new against the version before, for who signs in. `valid_from` is a local day.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.PositiveIntegerField(lazy("versión"), null=True)
    simplified = models.TextField(lazy("aviso simplificado"), blank=True)
    integral = models.TextField(lazy("aviso integral"), blank=True)
    changes = models.TextField(lazy("qué cambió"), blank=True)
    valid_from = models.DateField(lazy("vigente desde"), null=True)
    edited_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    edited_at = models.DateTimeField()
    published_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    published_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "id"], name="privacy_notice_owned"),
            models.UniqueConstraint(fields=["institution", "number"], name="privacy_notice_number"),
            models.UniqueConstraint(fields=["institution"], condition=Q(published_at=None), name="privacy_notice_one_draft"),
            models.CheckConstraint(name="privacy_notice_whole", condition=Q(published_at=None, number=None) | (
                Q(published_at__isnull=False, number__gte=1, valid_from__isnull=False) & ~Q(simplified="") & ~Q(integral=""))),
        ]

    def __str__(self) -> str:
        return f"v{self.number}" if self.number else "borrador"


class Receipt(models.Model):
    """Proof that a version was shown: to a person who signed in, or with what somebody sent on a public form (`ref`, its uuid).

    Written once; the database refuses changing or deleting it.
    """

    class Source(models.TextChoices):
        SIGN_IN = "sign_in", lazy("Al entrar a la plataforma")
        SURVEY = "survey", lazy("Al responder una encuesta")
        REQUEST = "request", lazy("Al pedir acceso, rectificación, cancelación u oposición")

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    notice = models.ForeignKey(PrivacyNotice, models.PROTECT, related_name="receipts", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    source = models.CharField(max_length=8, choices=Source.choices)
    ref = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "notice"], condition=Q(person__isnull=False), name="privacy_receipt_person"),
            models.UniqueConstraint(fields=["ref"], condition=Q(ref__isnull=False), name="privacy_receipt_ref"),
            models.CheckConstraint(condition=Q(source="sign_in", person__isnull=False, ref=None)
                                   | Q(source__in=["survey", "request"], person=None, ref__isnull=False), name="privacy_receipt_of"),
        ]
        indexes: ClassVar = [models.Index(fields=["notice", "source"], name="privacy_receipt_notice")]

    def __str__(self) -> str:
        return f"{self.source} {self.notice_id}"
