"""Who evaluates a practice, each by a response of the instrument that only they see until everybody has finished."""
import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.orgs.models import Institution, Person
from ventanilla.core.questionnaires.models import Response
from ventanilla.modules.practices.models.reviews import Review


class Evaluation(models.Model):
    """A member of the panel of a review. The database refuses the owner and the authors of the practice (trigger).

    `values` are canonical answers of the review's instrument and `score` 0..100: kept here, where no page of the questionnaires reads
    them, until the review is ruled; then they become a `response`. `due_on` is a local day.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    review = models.ForeignKey(Review, models.CASCADE, related_name="evaluations", db_index=False)
    evaluator = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    values = models.JSONField(default=dict)
    score = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    response = models.OneToOneField(Response, models.PROTECT, null=True, related_name="+")
    tie_break = models.BooleanField(lazy("desempata"), default=False)
    due_on = models.DateField(lazy("para el"))
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["review", "evaluator"], name="practices_evaluation_once"),
            models.CheckConstraint(condition=Q(finished_at=None) | Q(replaced_at=None), name="practices_evaluation_standing"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["evaluator", "finished_at"], condition=Q(replaced_at=None), name="practices_evaluation_mine"),
        ]

    def __str__(self) -> str:
        return f"{self.evaluator_id} · {self.review_id}"
