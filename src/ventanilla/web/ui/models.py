"""What people were typing when something interrupted them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from ventanilla.core.orgs.models import Person


class Draft(models.Model):
    """A form as one person left it; `data` maps control names to lists of values. No files, no passwords."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="drafts")
    key = models.CharField(max_length=120)
    data = models.JSONField(default=dict)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "key"], name="ui_draft_key"),
            models.CheckConstraint(condition=~Q(key=""), name="ui_draft_named"),
        ]
        indexes: ClassVar = [models.Index(fields=["updated_at"], name="ui_draft_age")]

    def __str__(self) -> str:
        return self.key
