"""How long each stage of a turn took: rows that triggers keep, from which the board reads its medians."""
from typing import ClassVar

from django.db import models


class Pace(models.Model):
    """Seconds of each stage of a first-level turn for action of a letter; None while it has not gone through it.

    Only triggers write it (migration 0013), from the turn, its letter and the answer that stands.
    """

    turn_id = models.BigIntegerField(primary_key=True)
    unit_id = models.BigIntegerField()
    sent_at = models.DateTimeField()
    instruct = models.FloatField(null=True)
    read = models.FloatField(null=True)
    answer = models.FloatField(null=True)
    evaluate = models.FloatField(null=True)
    conclude = models.FloatField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["unit_id", "sent_at"], name="letters_pace_sent")]

    def __str__(self) -> str:
        return str(self.turn_id)
