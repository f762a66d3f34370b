"""Tables: instruments, their versions (a published one never changes), responses, and values in columns for filters."""
import uuid
from collections.abc import Mapping
from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Institution, Person
from ventanilla.core.questionnaires.definition import Definition, parse
from ventanilla.core.questionnaires.queries import ResponseQuerySet

FORMS_KEPT = 500
_forms: dict[int, tuple[str, Definition]] = {}


class Purpose(models.TextChoices):
    """What an instrument is for."""

    SURVEY = "survey", _("Encuesta")
    REQUEST_FORM = "request_form", _("Formulario de solicitud")
    INSTRUMENT = "instrument", _("Instrumento de evaluación")
    RECORD = "record", _("Ficha")


class Instrument(models.Model):
    """A form that an institution keeps; what it asks is in its versions. `slug` is unique in the institution."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(_("clave"), max_length=60)
    name = models.CharField(_("nombre"), max_length=200)
    purpose = models.CharField(_("uso"), max_length=12, choices=Purpose.choices)
    active = models.BooleanField(_("activo"), default=True)
    created_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "id"], name="questionnaires_instrument_owned"),
            models.UniqueConstraint(fields=["institution", "slug"], name="questionnaires_instrument_slug"),
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="questionnaires_instrument_purpose"),
        ]

    def __str__(self) -> str:
        return self.name


class VersionState(models.TextChoices):
    """Where a version stands."""

    DRAFT = "draft", _("Borrador")
    PUBLISHED = "published", _("Publicada")
    RETIRED = "retired", _("Retirada")


class InstrumentVersion(models.Model):
    """What is asked, as data. A draft changes (`revision` counts how often); once published it is what it is for ever.

    `digest` is the SHA-256 of the canonical JSON. At most one draft and one published version per instrument.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    instrument = models.ForeignKey(Instrument, models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveIntegerField(_("versión"))
    state = models.CharField(max_length=10, choices=VersionState.choices, default=VersionState.DRAFT)
    definition = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    digest = models.CharField(max_length=64)
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["instrument", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "id"], name="questionnaires_version_owned"),
            models.UniqueConstraint(fields=["instrument", "id"], name="questionnaires_version_of"),
            models.UniqueConstraint(fields=["instrument", "number"], name="questionnaires_version_number"),
            models.UniqueConstraint(fields=["instrument"], condition=Q(state="draft"), name="questionnaires_version_one_draft"),
            models.UniqueConstraint(fields=["instrument"], condition=Q(state="published"), name="questionnaires_version_one_current"),
            models.CheckConstraint(condition=Q(number__gte=1), name="questionnaires_version_from_one"),
            models.CheckConstraint(
                condition=Q(state="draft", published_at=None, retired_at=None)
                | Q(state="published", published_at__isnull=False, retired_at=None)
                | Q(state="retired", published_at__isnull=False, retired_at__isnull=False), name="questionnaires_version_state"),
        ]

    def __str__(self) -> str:
        return f"{self.instrument_id} v{self.number}"

    @cached_property
    def form(self) -> Definition:
        """The definition. Published ones are parsed once per process. Raises DefinitionError for a draft with mistakes."""
        if self.is_draft:
            return parse(self.definition)
        if self.pk not in _forms or _forms[self.pk][0] != self.digest:
            if len(_forms) >= FORMS_KEPT:
                _forms.pop(next(iter(_forms)))
            _forms[self.pk] = (self.digest, parse(self.definition))
        return _forms[self.pk][1]

    @property
    def is_draft(self) -> bool:
        """It may still change."""
        return self.state == VersionState.DRAFT


def definitions(wanted: Mapping[int, str]) -> dict[int, Definition]:
    """The definitions of published or retired versions, from their digests by id; those that this process knows are not read."""
    found = {pk: _forms[pk][1] for pk, digest in wanted.items() if pk in _forms and _forms[pk][0] == digest}
    missing = wanted.keys() - found.keys()
    rows = InstrumentVersion.objects.filter(pk__in=missing).exclude(state=VersionState.DRAFT) if missing else ()
    return found | {row.pk: row.form for row in rows}


class ResponseState(models.TextChoices):
    """Where a response stands."""

    OPEN = "open", _("Pendiente")
    SUBMITTED = "submitted", _("Respondida")
    VOID = "void", _("Anulada")


class Role(models.TextChoices):
    """`answer`: somebody answered, once and for all. `record`: extra data of a case, which its verbs may correct."""

    ANSWER = "answer", _("Respuesta")
    RECORD = "record", _("Datos del asunto")


class Response(models.Model):
    """Answers to a version. Of the secret in a link only the SHA-256 is kept (`token_digest`).

    `values` is canonical (see `definition.values`); `score` is 0..100 or None. Moments are aware.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    instrument = models.ForeignKey(Instrument, models.PROTECT, related_name="responses", db_index=False)
    version = models.ForeignKey(InstrumentVersion, models.PROTECT, related_name="responses", db_index=False)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="responses", db_index=False)
    respondent = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    role = models.CharField(max_length=8, choices=Role.choices, default=Role.ANSWER)
    channel = models.CharField(max_length=12, default="link")
    state = models.CharField(max_length=10, choices=ResponseState.choices, default=ResponseState.OPEN)
    values = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    score = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    token_digest = models.CharField(max_length=64, null=True, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    invited_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    void_reason = models.CharField(max_length=200, blank=True)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "id"], name="questionnaires_response_owned"),
            models.UniqueConstraint(fields=["case", "instrument"], condition=Q(role="record"), name="questionnaires_response_one_record"),
            models.CheckConstraint(condition=Q(state="submitted", submitted_at__isnull=False) | Q(state="open", submitted_at=None)
                                   | Q(state="void"), name="questionnaires_response_state"),
            models.CheckConstraint(condition=Q(role="answer") | Q(role="record", case__isnull=False, state="submitted"),
                                   name="questionnaires_response_record"),
            models.CheckConstraint(condition=Q(expires_at=None) | Q(invited_at=None) | Q(expires_at__gt=F("invited_at")),
                                   name="questionnaires_response_expiry"),
            models.CheckConstraint(condition=Q(score=None) | Q(score__gte=0, score__lte=100), name="questionnaires_response_score"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["instrument", "submitted_at"], condition=Q(state="submitted"), name="questionnaires_resp_done"),
            models.Index(fields=["instrument", "invited_at"], condition=Q(invited_at__isnull=False), name="questionnaires_resp_asked"),
            models.Index(fields=["case"], condition=Q(case__isnull=False), name="questionnaires_resp_case"),
            models.Index(fields=["version"], name="questionnaires_resp_version"),
            models.Index(fields=["respondent"], condition=Q(respondent__isnull=False), name="questionnaires_resp_person"),
        ]

    def __str__(self) -> str:
        return f"respuesta {self.pk}"


class FieldValue(models.Model):
    """One answer in columns, so that lists filter and statistics count by index. Written with its response.

    Exactly one of `text` (also options, first 200 characters), `number` (also yes = 1, no = 0), `moment` (dates: local
    midnight) and `ref` holds the value. `position` is the place among several options, or the row of a table, whose cells have
    the key `table.column`. Long texts are not here. `case` repeats the response's.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    response = models.ForeignKey(Response, models.CASCADE, related_name="field_values", db_index=False)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+", db_index=False)
    key = models.CharField(max_length=130)
    position = models.PositiveSmallIntegerField(default=0)
    text = models.CharField(max_length=200, null=True)
    number = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    moment = models.DateTimeField(null=True)
    ref = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["response", "key", "position"], name="questionnaires_value_once"),
            models.CheckConstraint(
                condition=Q(text__isnull=False, number=None, moment=None, ref=None)
                | Q(text=None, number__isnull=False, moment=None, ref=None)
                | Q(text=None, number=None, moment__isnull=False, ref=None)
                | Q(text=None, number=None, moment=None, ref__isnull=False),
                name="questionnaires_value_one"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["institution", "key", "text", "case"], condition=Q(text__isnull=False), name="questionnaires_value_text"),
            models.Index(fields=["institution", "key", "number", "case"], condition=Q(number__isnull=False),
                         name="questionnaires_value_number"),
            models.Index(fields=["institution", "key", "moment", "case"], condition=Q(moment__isnull=False),
                         name="questionnaires_value_moment"),
            models.Index(fields=["institution", "key", "ref", "case"], condition=Q(ref__isnull=False), name="questionnaires_value_ref"),
            models.Index(fields=["case", "key"], condition=Q(case__isnull=False), name="questionnaires_value_case"),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.text or self.number or self.moment or self.ref}"
