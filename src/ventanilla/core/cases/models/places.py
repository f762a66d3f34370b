"""Where matters wait (Tray), whom they open to (Access) and how they are found (SearchRow).

All three are written by the verbs in the same transaction, never by hand.
"""
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.cases.models.cases import Case
from ventanilla.core.orgs.models import Institution, Person, Unit


class Access(models.Model):
    """A token (see `core.orgs.reach`) that opens a case. `kind` is that of the case, for lists."""

    pk = models.CompositePrimaryKey("case", "token")
    token = models.BigIntegerField()
    case = models.ForeignKey(Case, models.CASCADE, related_name="access", db_index=False)
    kind = models.CharField(max_length=24, db_collation="C")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["token", "kind", "case"], name="cases_access_newest")]

    def __str__(self) -> str:
        return f"{self.token}:{self.case_id}"


class Tray(models.Model):
    """One row per place where a matter waits. `side`: owner (the case itself), holder or router of a turn.

    `order_at` is the due date, or a far day when there is none, so that a list can page by key.
    """

    class Tab(models.IntegerChoices):
        TO_DO = 1, lazy("Por atender")
        TO_EVALUATE = 2, lazy("Por evaluar")
        WAITING = 3, lazy("En espera")
        DONE = 4, lazy("Concluidos")

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="trays", db_index=False)
    turn_id = models.BigIntegerField(null=True)
    side = models.CharField(max_length=6)
    tab = models.SmallIntegerField(choices=Tab.choices)
    token = models.BigIntegerField()
    due_at = models.DateTimeField(null=True)
    amber_at = models.DateTimeField(null=True)
    order_at = models.DateTimeField()
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "turn_id", "side"], nulls_distinct=False, name="cases_tray_once"),
            models.CheckConstraint(condition=Q(side__in=["owner", "holder", "router"]), name="cases_tray_side"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["token", "tab", "order_at", "id"], include=["case", "side"], name="cases_tray_waiting"),
            models.Index(fields=["person", "tab", "order_at", "id"], condition=Q(person__isnull=False), name="cases_tray_person"),
            models.Index(fields=["unit", "tab"], name="cases_tray_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.tab} {self.case_id}"


class SearchRow(models.Model):
    """Something that can be found: a case, a page of a document, or another thing of a module.

    `tokens` open it (0 opens it to everybody of the institution) and hold its month (`public.month_token`),
    in the same GIN index as the text, so that a search can begin with the newest months.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=24)
    ref = models.BigIntegerField()
    page = models.IntegerField(default=0)
    case = models.ForeignKey(Case, models.CASCADE, null=True, related_name="+", db_index=False)
    version_id = models.BigIntegerField(null=True)
    title = models.TextField()
    body = models.TextField(blank=True)
    at = models.DateTimeField()
    tokens = ArrayField(models.BigIntegerField())
    vector = SearchVectorField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "ref", "page"], name="cases_search_once")]
        indexes: ClassVar = [
            GinIndex(fields=["vector", "tokens"], name="cases_search_gin", fastupdate=False),
            models.Index(fields=["case"], name="cases_search_case"),
        ]

    def __str__(self) -> str:
        return self.title
