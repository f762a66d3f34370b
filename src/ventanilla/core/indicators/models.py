"""Tables of the measures: deltas are appended by triggers, bases (by day and by month) are folded from
them."""

from typing import ClassVar

from django.db import models


class Delta(models.Model):
    """A signed change of a measure. Only triggers write it; only `fold` takes it away."""

    institution_id = models.BigIntegerField()
    unit_id = models.BigIntegerField()
    day = models.DateField()
    measure = models.CharField(max_length=60)
    part = models.CharField(max_length=60)
    amount = models.BigIntegerField()

    class Meta:
        db_table = "indicator_delta"
        indexes: ClassVar = [models.Index(fields=["measure", "unit_id", "day"], name="indicator_delta_read")]

    def __str__(self) -> str:
        return f"{self.measure} {self.amount:+}"


class Base(models.Model):
    """The sum of the folded deltas of a local day."""

    institution_id = models.BigIntegerField()
    unit_id = models.BigIntegerField()
    day = models.DateField()
    measure = models.CharField(max_length=60)
    part = models.CharField(max_length=60)
    amount = models.BigIntegerField()

    class Meta:
        db_table = "indicator_base"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["measure", "unit_id", "day", "part", "institution_id"], name="indicator_base_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.day}: {self.amount}"


class MonthBase(models.Model):
    """The sum of the folded deltas of a month; `day` is its first day. Long series and stocks read this."""

    institution_id = models.BigIntegerField()
    unit_id = models.BigIntegerField()
    day = models.DateField()
    measure = models.CharField(max_length=60)
    part = models.CharField(max_length=60)
    amount = models.BigIntegerField()

    class Meta:
        db_table = "indicator_month"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["measure", "unit_id", "day", "part", "institution_id"], name="indicator_month_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.day}: {self.amount}"
