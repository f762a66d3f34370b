"""How many registered practices say what: kept by triggers (migration 0014), read by the board of the registry."""
from typing import ClassVar

from django.db import models


class Tally(models.Model):
    """So many more (or fewer) registered practices of which `what` holds; the sum of `n` is the count.

    `what` is a name without `value` (registered, with_evidence, measured, transferable, recognised, transfers, dated), or agency, year,
    category with the value that they say. Rows are only added, so that writers never wait for one another; `services.tally.fold` keeps
    them few. What changes with time alone (age of a measurement, end of a basis) is counted from its index.
    """

    what = models.CharField(max_length=20)
    value = models.CharField(max_length=200, blank=True)
    n = models.IntegerField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=~models.Q(n=0), name="practices_tally_counts")]

    def __str__(self) -> str:
        return f"{self.what} {self.value}: {self.n:+}"
