"""Copies of an identification that came with a request: kept apart from all documents, read by nobody else, and gone after a term."""
import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.orgs.models import Person
from ventanilla.core.privacy.models.requests import SubjectRequest


class IdentityFile(models.Model):
    """One side of it. It is no document of the case: not read by machine, not searched, not exported, and deleting the row deletes it."""

    MOST_BYTES = 4 * 1024 * 1024

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    request = models.ForeignKey(SubjectRequest, models.CASCADE, related_name="identities")
    name = models.CharField(lazy("nombre del archivo"), max_length=255)
    media_type = models.CharField(max_length=60)
    content = models.BinaryField(lazy("contenido"))
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.CheckConstraint(
            condition=Q(media_type__in=["application/pdf", "image/jpeg", "image/png"]), name="privacy_identity_type")]

    def __str__(self) -> str:
        return self.name
