"""What a person chose to see on their dashboard: tiles of named measures, in their order."""
from typing import ClassVar

from django.db import models
from django.db.models import Q

from ventanilla.core.orgs.models import Person


class Tile(models.Model):
    """A measure on somebody's dashboard. A person without rows sees the preset of their profile.

    `narrowed` are filters of the list of tickets that it counts over (`screens.dashboards.narrowing`), empty for all.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="+", db_index=False)
    measure = models.CharField(max_length=60)
    wide = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField()
    narrowed = models.JSONField(default=dict, db_default={}, blank=True)

    class Meta:
        ordering: ClassVar = ["order", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "measure"], name="servicedesk_tile_once"),
            models.CheckConstraint(condition=Q(order__lte=200), name="servicedesk_tile_order"),
        ]

    def __str__(self) -> str:
        return self.measure
