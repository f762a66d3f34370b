"""`Case`: anything received that must be answered, one concrete table for all modules, and its history."""
import uuid
from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.cases.models.folios import FolioSeries
from ventanilla.core.cases.queries import CaseQuerySet, EntryQuerySet
from ventanilla.core.documents.models import Document
from ventanilla.core.orgs.models import Institution, Person, Unit


class Priority(models.IntegerChoices):
    """How soon, beyond the due date."""

    URGENT = 1, lazy("Urgente")
    HIGH = 2, lazy("Alta")
    NORMAL = 3, lazy("Ordinaria")
    LOW = 4, lazy("Baja")


class Confidentiality(models.IntegerChoices):
    """Levels of reserve; the number is the `level` of access tokens."""

    ORDINARY = 0, lazy("Ordinario")
    RESERVED = 1, lazy("Reservado")
    CONFIDENTIAL = 2, lazy("Confidencial")


class Case(models.Model):
    """A matter: folio, unit in charge, state, deadline. Modules add details by composition.

    `assignee`, when there is one, is the person of the unit in charge who has it in hand. `due_at` and `amber_at` are the
    projection of the governing clock. `(kind, state)` must stand in the
    table `cases_state`, which is written from the flows.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=24)
    state = models.CharField(max_length=24)
    series = models.ForeignKey(FolioSeries, models.PROTECT, related_name="+", db_index=False)
    year = models.SmallIntegerField()
    number = models.BigIntegerField()
    folio = models.CharField(max_length=80)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    registrar = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True, db_index=False)
    assignee = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True, db_index=False)
    subject = models.TextField()
    priority = models.SmallIntegerField(choices=Priority.choices, default=Priority.NORMAL)
    level = models.SmallIntegerField(choices=Confidentiality.choices, default=Confidentiality.ORDINARY)
    received_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField(null=True)
    amber_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    source = models.CharField(max_length=12, default="web")

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "id"], name="cases_case_owned"),
            models.UniqueConstraint(fields=["series", "year", "number"], name="cases_case_folio"),
            models.CheckConstraint(condition=Q(number__gte=1), name="cases_case_number"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["institution", "folio"], name="cases_case_byfolio"),
            models.Index(fields=["unit", "-id"], name="cases_case_unit"),
            models.Index(fields=["institution", "state", "id"], include=["kind"], name="cases_case_in_state"),
            models.Index(fields=["institution", "received_at", "id"], name="cases_case_received"),
            models.Index(fields=["institution", "due_at", "id"], name="cases_case_by_due"),
            models.Index(fields=["due_at", "id"], condition=Q(closed_at=None), name="cases_case_due"),
            models.Index(fields=["amber_at", "id"], condition=Q(closed_at=None), name="cases_case_amber"),
            models.Index(fields=["assignee"], condition=Q(closed_at=None, assignee__isnull=False), name="cases_case_in_hand"),
        ]

    def __str__(self) -> str:
        return f"{self.folio} {self.subject[:60]}"


class Party(models.Model):
    """Somebody outside the unit in charge whom the case concerns: it opens to them, but not its private entries.

    `role`: requester, beneficiary, liaison, watcher, approver. Who leaves a role keeps what they had read (access only grows).
    """

    class Role(models.TextChoices):
        REQUESTER = "requester", lazy("Solicitante")
        BENEFICIARY = "beneficiary", lazy("Persona beneficiaria")
        LIAISON = "liaison", lazy("Enlace")
        WATCHER = "watcher", lazy("Da seguimiento")
        APPROVER = "approver", lazy("Quien autoriza")

    case = models.ForeignKey(Case, models.CASCADE, related_name="parties", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    role = models.CharField(max_length=12, choices=Role.choices)
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "person", "role"], name="cases_party_once"),
            models.CheckConstraint(condition=Q(role__in=["requester", "beneficiary", "liaison", "watcher", "approver"]),
                                   name="cases_party_role"),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "role", "-case"], name="cases_party_person")]

    def __str__(self) -> str:
        return f"{self.role} {self.person_id}"


class CaseLink(models.Model):
    """Two cases that belong together: `answers`, `continues`, `duplicates`, `mirrors`, `replaces`."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="links", db_index=False)
    other = models.ForeignKey(Case, models.CASCADE, related_name="linked_from")
    kind = models.CharField(max_length=12)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "other", "kind"], name="cases_link_once"),
            models.CheckConstraint(condition=~Q(case=models.F("other")), name="cases_link_not_self"),
            models.UniqueConstraint(fields=["other"], condition=Q(kind="replaces"), name="cases_link_replaced_once"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind} {self.other_id}"


class Move(models.Model):
    """A verb that changed a case: history and outbox in one. The relay reads them in order of `xid`."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="moves", db_index=False)
    turn_id = models.BigIntegerField(null=True)
    verb = models.CharField(max_length=24)
    from_state = models.CharField(max_length=24, blank=True)
    to_state = models.CharField(max_length=24)
    actor = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True, db_index=False)
    acting_for = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True, db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", null=True, db_index=False)
    reason = models.TextField(blank=True)
    detail = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    at = models.DateTimeField()
    xid = models.BigIntegerField(db_default=models.Func(function="public.this_xid"))
    source = models.CharField(max_length=12, default="web")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["case", "id"], name="cases_move_case"),
            models.Index(fields=["xid", "id"], name="cases_move_order"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.case_id}"


class Note(models.Model):
    """A remark on a case; `public` ones are seen by the requester, `private` ones only by who reads by a grant over the unit
    in charge (or has the case in hand): parties never see them."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="notes")
    turn_id = models.BigIntegerField(null=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    text = models.TextField()
    public = models.BooleanField(default=False)
    private = models.BooleanField(default=False)
    at = models.DateTimeField()

    objects = EntryQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(public=True, private=True), name="cases_note_one_side")]

    def __str__(self) -> str:
        return self.text[:60]


class Attachment(models.Model):
    """A document of a case, of one of its turns or answers. Who may read the case may read it."""

    class Role(models.TextChoices):
        SCAN = "scan", lazy("Documento digitalizado")
        ANNEX = "annex", lazy("Anexo")
        EVIDENCE = "evidence", lazy("Evidencia")
        LETTER = "letter", lazy("Oficio")
        RECEIPT = "receipt", lazy("Acuse")
        COVER = "cover", lazy("Carátula")

    case = models.ForeignKey(Case, models.PROTECT, related_name="attachments", db_index=False)
    turn_id = models.BigIntegerField(null=True)
    answer_id = models.BigIntegerField(null=True)
    document = models.OneToOneField(Document, models.PROTECT, related_name="attachment")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.ANNEX)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True, db_index=False)
    private = models.BooleanField(default=False)
    at = models.DateTimeField()

    objects = EntryQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["case", "id"], name="cases_attachment_case"),
                             models.Index(fields=["at", "id"], name="cases_attachment_at")]

    def __str__(self) -> str:
        return f"{self.role} {self.case_id}"
