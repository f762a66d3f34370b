"""Saved views: a person's own filters, order and columns of a list, shown as tabs."""
import uuid
from typing import ClassVar

from django.db import models

from ventanilla.core.orgs.models import Person


class SavedView(models.Model):
    """The query string of a list under a name."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    screen = models.SlugField()
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=2000)
    order = models.PositiveSmallIntegerField(default=100)

    class Meta:
        ordering: ClassVar = ["order", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "screen", "name"], name="screens_view_once")]

    def __str__(self) -> str:
        return self.name
