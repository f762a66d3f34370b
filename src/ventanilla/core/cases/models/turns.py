"""Turns (turnos): instructions to a unit or person, nested, and the answers they get."""
import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.cases.models.cases import Case
from ventanilla.core.cases.queries import TurnQuerySet
from ventanilla.core.orgs.models import Institution, Person, Unit


class Instruction(models.Model):
    """Catalogue of instructions ("Para su atención", "Emitir opinión"…) with their usual term."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="instructions")
    text = models.CharField(lazy("instrucción"), max_length=200)
    purpose = models.CharField(lazy("para"), max_length=12, default="action")
    amount = models.PositiveSmallIntegerField(lazy("término (días hábiles)"), null=True, blank=True)
    order = models.PositiveSmallIntegerField(lazy("orden"), default=100)
    active = models.BooleanField(lazy("activa"), default=True)

    class Meta:
        ordering: ClassVar = ["order", "text"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "text"], name="cases_instruction_once")]

    def __str__(self) -> str:
        return self.text


RELATIONS = {
    "any": lazy("Cualquiera"), "subordinate": lazy("Una que depende de ella"), "superior": lazy("Una de la que depende"),
    "peer": lazy("Una del mismo nivel y superior"), "self": lazy("Ella misma"), "other": lazy("Otra"),
}
"""What the unit that receives is, for the one that routes."""


class RoutingRule(models.Model):
    """Who may route to whom, as data. The first rule (by `order`) that fits the pair decides.

    `relation`: self, subordinate, superior, peer, other. `distance` limits how many levels apart; `level`
    restricts the rule to routers of that level. `reason` is told when the rule refuses.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="routing_rules")
    order = models.PositiveSmallIntegerField(lazy("orden"), default=100)
    relation = models.CharField(lazy("relación"), max_length=12)
    level = models.CharField(lazy("nivel de quien turna"), max_length=24, blank=True)
    max_distance = models.PositiveSmallIntegerField(lazy("niveles de distancia"), null=True, blank=True)
    purpose = models.CharField(lazy("para"), max_length=12, blank=True)
    allowed = models.BooleanField(lazy("se permite"))
    reason = models.CharField(lazy("motivo que se muestra"), max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["order", "id"]

    def __str__(self) -> str:
        return f"{RELATIONS.get(self.relation, self.relation)}: {lazy('sí') if self.allowed else lazy('no')}"


class Turn(models.Model):
    """An instruction from `from_unit` to `unit` (and, when named, `person`), for action or information."""

    class Purpose(models.TextChoices):
        ACTION = "action", lazy("Para atención")
        INFORMATION = "information", lazy("Para conocimiento")

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="turns", db_index=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children", db_index=False)
    purpose = models.CharField(max_length=12, choices=Purpose.choices, default=Purpose.ACTION)
    state = models.CharField(max_length=24, default="sent")
    from_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    from_person = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True, db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    instruction = models.ForeignKey(Instruction, models.PROTECT, null=True, related_name="+", db_index=False)
    text = models.TextField(blank=True)
    due_at = models.DateTimeField(null=True)
    amber_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    read_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    source = models.CharField(max_length=12, default="web")

    objects = TurnQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(purpose__in=["action", "information"]), name="cases_turn_purpose"),
            models.CheckConstraint(condition=Q(parent=None) | ~Q(parent=F("id")), name="cases_turn_not_own_parent"),
            models.CheckConstraint(
                condition=Q(purpose="information", state__in=["sent", "read", "cancelled"])
                | Q(purpose="action", state__in=["sent", "accepted", "returned", "answered", "sent_back", "closed",
                                                 "cancelled"]), name="cases_turn_state"),
            models.CheckConstraint(
                condition=Q(closed_at=None, state__in=["sent", "accepted", "answered", "sent_back"])
                | Q(closed_at__isnull=False, state__in=["returned", "closed", "cancelled", "read"]),
                name="cases_turn_closed"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["case", "id"], name="cases_turn_case"),
            models.Index(fields=["parent"], condition=Q(parent__isnull=False), name="cases_turn_parent"),
            models.Index(fields=["unit", "sent_at"], name="cases_turn_unit"),
            models.Index(fields=["from_unit", "sent_at"], name="cases_turn_from"),
            models.Index(fields=["institution", "sent_at", "id"], name="cases_turn_sent"),
            models.Index(fields=["institution", "due_at", "id"], name="cases_turn_by_due"),
            models.Index(fields=["institution", "id"], include=["case", "purpose", "due_at", "amber_at"], condition=Q(closed_at=None),
                         name="cases_turn_open"),
        ]

    def __str__(self) -> str:
        return f"turno {self.pk} a {self.unit_id}"

    @property
    def is_open(self) -> bool:
        """Something is still owed."""
        return self.closed_at is None


class Answer(models.Model):
    """What a unit answered to a turn; `partial` ones do not ask for evaluation. `verdict` says what became of it: how it was
    evaluated, or that the unit withdrew it before that."""

    class Verdict(models.TextChoices):
        ACCEPTED = "accepted", lazy("Aceptada")
        SENT_BACK = "sent_back", lazy("Devuelta")
        WITHDRAWN = "withdrawn", lazy("Retirada")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    turn = models.ForeignKey(Turn, models.PROTECT, related_name="answers")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True, db_index=False)
    text = models.TextField(blank=True)
    partial = models.BooleanField(default=False)
    letter = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()
    verdict = models.CharField(max_length=10, choices=Verdict.choices, blank=True)
    verdict_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    verdict_at = models.DateTimeField(null=True)
    verdict_reason = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(verdict="", verdict_at=None) | Q(verdict_at__isnull=False) & ~Q(verdict=""),
                                   name="cases_answer_verdict"),
            models.UniqueConstraint(fields=["turn"], condition=Q(partial=False, verdict=""), name="cases_answer_pending_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["letter"], condition=Q(letter__isnull=False), name="cases_answer_letter"),
            models.Index(fields=["at", "id"], name="cases_answer_at"),
        ]

    def __str__(self) -> str:
        return f"respuesta {self.pk}"
