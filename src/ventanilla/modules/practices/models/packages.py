"""Packages of configuration that go with a total transfer: what was taken away, and what was installed here."""
import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.orgs.models import Institution, Person
from ventanilla.modules.practices.models.records import Practice
from ventanilla.modules.practices.models.transfers import Transfer


class PracticePackage(models.Model):
    """A package that was made: the file itself (at most a few MB), its SHA-256, and what it holds by part. Never changed (trigger)."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    practice = models.ForeignKey(Practice, models.PROTECT, related_name="packages")
    transfer = models.ForeignKey(Transfer, models.PROTECT, null=True, related_name="packages")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(lazy("nombre"), max_length=200)
    content = models.BinaryField()
    digest = models.CharField(max_length=64)
    counts = models.JSONField(default=dict)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="practices_package_digest")]

    def __str__(self) -> str:
        return self.name


class PackageInstallation(models.Model):
    """A package that a person brought into this institution: looked at first (`installed_at` None), then installed, perhaps again.

    `choices` are the decisions of the person: the unit for each piece that asks for one, and what to do with each conflict.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    transfer = models.ForeignKey(Transfer, models.PROTECT, null=True, related_name="installations")
    name = models.CharField(lazy("nombre"), max_length=200)
    source = models.CharField(lazy("de quién viene"), max_length=200)
    content = models.BinaryField()
    digest = models.CharField(max_length=64)
    choices = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    installed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "digest"], name="practices_installation_once"),
        ]

    def __str__(self) -> str:
        return self.name
