"""How an institution calls the states and steps of its flows, where it does not use the standard words."""
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.orgs.models import Institution


class FlowWord(models.Model):
    """An institution's own word for a state or a step; what has none is called as the flow says.

    `flow` and `code` are those of the code (`words.every_flow`) and stay the same in addresses, in the API and in history. Whenever
    rows change, a trigger notes the moment in `Institution.policy["words"]`, so that every process knows that its copy is old.
    """

    class Kind(models.TextChoices):
        STATE = "state", lazy("Estado")
        STEP = "step", lazy("Paso")

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    flow = models.CharField(lazy("flujo"), max_length=24)
    kind = models.CharField(lazy("qué es"), max_length=5, choices=Kind.choices)
    code = models.CharField(lazy("código"), max_length=24)
    label = models.CharField(lazy("palabra propia"), max_length=60)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "flow", "kind", "code"], name="cases_flowword_once"),
            models.CheckConstraint(condition=Q(kind__in=["state", "step"]), name="cases_flowword_kind"),
            models.CheckConstraint(condition=Q(label__regex=r"^[^[:space:]<>[:cntrl:]]([^<>[:cntrl:]]*[^[:space:]<>[:cntrl:]])?$"),
                                   name="cases_flowword_label"),
        ]

    def __str__(self) -> str:
        return self.label
