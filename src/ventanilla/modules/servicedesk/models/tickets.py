"""Tickets: what a case of the service desk is about, with its checklist, approvals, time worked, causes; problems and changes."""
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Institution, Person, Unit
from ventanilla.modules.servicedesk.models.catalogue import OfferingVersion, Service
from ventanilla.modules.servicedesk.models.changes import ChangeModel, Risk
from ventanilla.modules.servicedesk.models.promises import ServiceLevel
from ventanilla.modules.servicedesk.models.teams import Team


class Cause(models.Model):
    """Catalogue of causes, counted by the reports."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(lazy("causa"), max_length=160)
    order = models.PositiveSmallIntegerField(lazy("orden"), default=100)
    active = models.BooleanField(lazy("activa"), default=True)

    class Meta:
        ordering: ClassVar = ["order", "name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["institution", "name"], name="servicedesk_cause_once")]

    def __str__(self) -> str:
        return self.name


class HoldReason(models.Model):
    """Why a ticket waits, and which of its clocks stand still meanwhile; a held ticket keeps what the reason said then."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    text = models.CharField(lazy("motivo de espera"), max_length=160)
    stops_own = models.BooleanField(lazy("detiene el tiempo para tomarla"), default=True, db_default=True)
    stops_resolve = models.BooleanField(lazy("detiene el tiempo para resolver"), default=True, db_default=True)
    stops_team = models.BooleanField(lazy("detiene los acuerdos internos"), default=True, db_default=True)
    order = models.PositiveSmallIntegerField(lazy("orden"), default=100)
    active = models.BooleanField(lazy("activo"), default=True)

    class Meta:
        ordering: ClassVar = ["order", "text"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["institution", "text"], name="servicedesk_hold_once")]

    def __str__(self) -> str:
        return self.text

    @property
    def runs(self) -> list[str]:
        """The metrics whose clocks run on while a ticket waits for it."""
        stops = {"own": self.stops_own, "resolve": self.stops_resolve, "team": self.stops_team}
        return [metric for metric, stopped in stops.items() if not stopped]


class CannedAnswer(models.Model):
    """A text that agents begin with."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=lazy("equipo"))
    title = models.CharField(lazy("título"), max_length=120)
    text = models.TextField(lazy("texto"))
    active = models.BooleanField(lazy("activa"), default=True)

    class Meta:
        ordering: ClassVar = ["title"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["institution", "title"], name="servicedesk_canned_once")]

    def __str__(self) -> str:
        return self.title


class Ticket(models.Model):
    """The facts of a request, incident, problem, known error or change; which one it is stands in `case.kind`.

    `requester` asked, `beneficiary` (or `beneficiary_name`, who has no account) gets it, `channel` is how it came. Who has no account
    and left an address is told by mail (`services/mail/guests.py`).
    Priority is impact x urgency (1 high to 3 low) and stands in `case.priority` (1 to 4). `held_for` is why it waits,
    `held_until` when it goes on by itself; both only mean something while it waits.
    """

    class Channel(models.TextChoices):
        PORTAL = "portal", lazy("Portal")
        PHONE = "phone", lazy("Teléfono")
        PERSON = "person", lazy("En persona")
        LETTER = "letter", lazy("Por escrito")
        MAIL = "mail", lazy("Correo electrónico")
        API = "api", lazy("Otro sistema")

    class Level(models.IntegerChoices):
        HIGH = 1, lazy("Alto")
        MEDIUM = 2, lazy("Medio")
        LOW = 3, lazy("Bajo")

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="ticket")
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    service = models.ForeignKey(Service, models.PROTECT, null=True, related_name="+", db_index=False)
    version = models.ForeignKey(OfferingVersion, models.PROTECT, null=True, related_name="+", db_index=False)
    level = models.ForeignKey(ServiceLevel, models.PROTECT, null=True, related_name="+", db_index=False)
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+", db_index=False)
    requester = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    requester_name = models.CharField(max_length=200, blank=True)
    requester_email = models.EmailField(blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)
    beneficiary = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    beneficiary_name = models.CharField(max_length=200, blank=True)
    beneficiary_email = models.EmailField(blank=True, default="")
    channel = models.CharField(lazy("llegó por"), max_length=8, choices=Channel.choices, default=Channel.PORTAL)
    impact = models.PositiveSmallIntegerField(lazy("impacto"), choices=Level.choices, default=Level.LOW)
    urgency = models.PositiveSmallIntegerField(lazy("urgencia"), choices=Level.choices, default=Level.MEDIUM)
    description = models.TextField(lazy("descripción"), blank=True)
    major = models.BooleanField(lazy("incidente mayor"), default=False)
    held_for = models.ForeignKey(HoldReason, models.PROTECT, null=True, related_name="+", db_index=False)
    held_until = models.DateTimeField(null=True)
    owned_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    cause = models.ForeignKey(Cause, models.PROTECT, null=True, related_name="+", db_index=False)
    solution = models.TextField(lazy("solución"), blank=True)
    reopened = models.PositiveSmallIntegerField(default=0)
    parent = models.ForeignKey(Case, models.PROTECT, null=True, related_name="child_tickets", db_index=False)
    external_key = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(impact__gte=1, impact__lte=3, urgency__gte=1, urgency__lte=3),
                                   name="servicedesk_ticket_matrix"),
            models.CheckConstraint(condition=Q(channel__in=["portal", "phone", "person", "letter", "mail", "api"]),
                                   name="servicedesk_ticket_channel"),
            models.CheckConstraint(condition=Q(parent=None) | ~Q(parent=F("case")), name="servicedesk_ticket_not_own_parent"),
            models.UniqueConstraint(fields=["institution", "external_key"], condition=~Q(external_key=""),
                                    name="servicedesk_ticket_external"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["institution", "service", "-case"], name="servicedesk_ticket_service"),
            models.Index(fields=["team", "-case"], name="servicedesk_ticket_team"),
            models.Index(fields=["unit", "-case"], name="servicedesk_ticket_unit"),
            models.Index(fields=["parent"], condition=Q(parent__isnull=False), name="servicedesk_ticket_parent"),
            models.Index(fields=["institution", "resolved_at"], name="servicedesk_ticket_resolved"),
            models.Index(fields=["institution", "-case"], condition=Q(major=True), name="servicedesk_ticket_major"),
            models.Index(fields=["held_until"], condition=Q(held_until__isnull=False), name="servicedesk_ticket_held"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}"

    @property
    def asked_by(self) -> str:
        """Who asked, in words."""
        return self.requester.name if self.requester else self.requester_name

    @property
    def for_whom(self) -> str:
        """Who gets it, in words."""
        return self.beneficiary.name if self.beneficiary else self.beneficiary_name


class Approval(models.Model):
    """One authorisation asked of a person, in a step of the ticket; a step is passed by its quorum.

    `retrospective`: asked after the fact, of an emergency change.
    """

    case = models.ForeignKey(Case, models.CASCADE, related_name="approvals", db_index=False)
    step = models.PositiveSmallIntegerField(default=1)
    label = models.CharField(max_length=120)
    quorum = models.PositiveSmallIntegerField(default=1)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    retrospective = models.BooleanField(default=False)
    verdict = models.CharField(max_length=8, blank=True)
    reason = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "step", "person", "asked_at"], name="servicedesk_approval_once"),
            models.CheckConstraint(condition=Q(verdict="", at=None) | Q(verdict__in=["yes", "no"], at__isnull=False),
                                   name="servicedesk_approval_verdict"),
        ]
        indexes: ClassVar = [models.Index(fields=["person"], condition=Q(verdict=""), name="servicedesk_approval_waits")]

    def __str__(self) -> str:
        return f"{self.label} {self.verdict}"


class ChecklistItem(models.Model):
    """A step of the work, ticked when done."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="checklist", db_index=False)
    order = models.PositiveSmallIntegerField(default=1)
    text = models.CharField(max_length=300)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        ordering: ClassVar = ["order", "id"]
        indexes: ClassVar = [models.Index(fields=["case", "order"], name="servicedesk_checklist_case")]

    def __str__(self) -> str:
        return self.text


class TimeEntry(models.Model):
    """Minutes worked on a ticket."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="time_entries")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    minutes = models.PositiveIntegerField(lazy("minutos"))
    text = models.CharField(lazy("en qué"), max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(minutes__gte=1, minutes__lte=1440), name="servicedesk_time_minutes")]

    def __str__(self) -> str:
        return f"{self.minutes} min"


class Problem(models.Model):
    """What a problem adds to its ticket: the cause found, and the way round it meanwhile."""

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="problem")
    root_cause = models.TextField(lazy("causa raíz"), blank=True)
    workaround = models.TextField(lazy("solución temporal"), blank=True)


class ProblemStep(models.Model):
    """A step of a problem's action plan; `definitive` removes the cause, the others soften it."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="plan_steps")
    text = models.CharField(lazy("acción"), max_length=300)
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    due_on = models.DateField(lazy("para el"), null=True)
    definitive = models.BooleanField(lazy("definitiva"), default=False)
    done_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.text


class KnownError(models.Model):
    """What a known error adds: symptoms by which it is recognised and the workaround that the desk applies."""

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="known_error")
    symptoms = models.TextField(lazy("cómo se reconoce"), blank=True)
    root_cause = models.TextField(lazy("causa raíz"), blank=True)
    workaround = models.TextField(lazy("solución temporal"))


class Change(models.Model):
    """What a change adds: its risk, plan, way back, window and outcome; `model` is the routine one of which a simple change is."""

    class Outcome(models.TextChoices):
        IMPLEMENTED = "implemented", lazy("Implementado")
        FAILED = "failed", lazy("Falló")
        ROLLED_BACK = "rolled_back", lazy("Se revirtió")

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="change")
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    risk = models.PositiveSmallIntegerField(lazy("riesgo"), choices=Risk.choices, default=Risk.MEDIUM)
    impact_text = models.TextField(lazy("a quién afecta"), blank=True)
    plan = models.TextField(lazy("plan de implementación"), blank=True)
    back_out = models.TextField(lazy("plan de reversión"), blank=True)
    starts_at = models.DateTimeField(lazy("inicia"), null=True)
    ends_at = models.DateTimeField(lazy("termina"), null=True)
    implementer = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    model = models.ForeignKey(ChangeModel, models.PROTECT, null=True, related_name="+", db_index=False)
    outcome = models.CharField(lazy("resultado"), max_length=12, choices=Outcome.choices, blank=True)
    review = models.TextField(lazy("revisión"), blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(starts_at=None) | Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                                   name="servicedesk_change_window"),
            models.CheckConstraint(condition=Q(risk__gte=1, risk__lte=3), name="servicedesk_change_risk"),
        ]
        indexes: ClassVar = [models.Index(fields=["institution", "starts_at"], name="servicedesk_change_window_ix")]
