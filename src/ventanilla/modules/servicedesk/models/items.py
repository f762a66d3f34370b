"""Which configuration items a ticket is about, and as what: affected by it, to be changed by it, or its cause."""
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.cases.models import Case
from ventanilla.core.cases.queries import opened_to
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Institution, Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.modules.servicedesk.models.cmdb import ConfigurationItem


class TicketItemQuerySet(models.QuerySet["TicketItem"]):
    """Reads of ties. They belong to the desk's side of a ticket: whoever only asked never reads them."""

    def readable_by(self, person: Person | None) -> Self:
        """Ties of tickets visible to the person over a grant in the unit in charge, or with the ticket in hand."""
        if person is None:
            return self.none()
        inside = Q(case__unit_id__in=reach_of(person).within(cap.READ)) | Q(case__assignee=person)
        return self.filter(inside, institution_id=person.institution_id, case_id__in=opened_to(person))


class TicketItem(models.Model):
    """A tie of a ticket and an item. `source`: somebody of the desk, the ticket's form, or an import.

    Only those of the form follow its answers; `by` is empty when a program tied them.
    """

    class Role(models.TextChoices):
        AFFECTED = "affected", lazy("Afectado")
        CHANGED = "changed", lazy("Se cambia")
        CAUSE = "cause", lazy("Causa")

    class Source(models.TextChoices):
        DESK = "desk", lazy("Mesa de servicio")
        FORM = "form", lazy("Formulario")
        IMPORT = "import", lazy("Importación")

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="ticket_items", db_index=False)
    item = models.ForeignKey(ConfigurationItem, models.PROTECT, related_name="ticket_items", db_index=False)
    role = models.CharField(lazy("papel"), max_length=8, choices=Role.choices, default=Role.AFFECTED)
    source = models.CharField(max_length=6, choices=Source.choices, default=Source.DESK)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()

    objects = TicketItemQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "item", "role"], name="servicedesk_ticketitem_once"),
            models.CheckConstraint(condition=Q(role__in=["affected", "changed", "cause"]), name="servicedesk_ticketitem_role"),
            models.CheckConstraint(condition=Q(source__in=["desk", "form", "import"]), name="servicedesk_ticketitem_source"),
        ]
        indexes: ClassVar = [models.Index(fields=["item", "-case"], name="servicedesk_ticketitem_item")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.role} {self.item_id}"


class PastTicketItem(models.Model):
    """A tie that there was in [since, until): written when it is taken away, so that a report of a past date counts what was known then.

    Keyed by the tie that it was, so nothing is noted twice.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="past_items", db_index=False)
    item = models.ForeignKey(ConfigurationItem, models.PROTECT, related_name="+", db_index=False)
    role = models.CharField(max_length=8, choices=TicketItem.Role.choices)
    source = models.CharField(max_length=6, choices=TicketItem.Source.choices)
    tie = models.BigIntegerField(unique=True)
    since = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(until__gte=models.F("since")), name="servicedesk_pastitem_period")]
        indexes: ClassVar = [models.Index(fields=["case"], name="servicedesk_pastitem_case"),
                             models.Index(fields=["institution", "until"], name="servicedesk_pastitem_until")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.role} {self.item_id}"
