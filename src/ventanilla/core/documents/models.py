"""Tables of files: blobs by hash, documents of an institution, their versions, and what each page says.

A `Document` belongs to one institution and is never shared (an upload must not reveal that a file exists
elsewhere); a `Blob` is stored once physically. Who may download is asked of the case a document is attached
to, in `web`.
"""
import json
import uuid
import zlib
from collections.abc import Sequence
from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ventanilla.core.documents import problems, sniff, storage
from ventanilla.core.documents.text import PageText, Word


class Blob(models.Model):
    """Bytes, by their SHA-256 (64 hexadecimal digits). `quarantined` bytes are out of reach for ever."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=120)
    quarantined = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(size__gt=0), name="documents_blob_not_empty"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="documents_blob_hash"),
        ]
        triggers: ClassVar = [
            pgtrigger.ReadOnly(name="documents_blob_fixed", fields=["sha256", "size", "created_at"]),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]

    @property
    def path(self) -> str:
        """Name in the storage: `ab/cd/<sha256>`."""
        return storage.name_of(self.sha256)


class Document(models.Model):
    """A file with its history of versions, of one institution. `role` says what it is to its case (scan,
    answer…)."""

    institution = models.ForeignKey("orgs.Institution", models.PROTECT, related_name="documents")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    title = models.CharField(_("título"), max_length=300)
    role = models.CharField(_("función"), max_length=30, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("orgs.Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["institution", "id"],
                                                         name="documents_document_owned")]
        indexes: ClassVar = [models.Index(fields=["institution", "-created_at"],
                                          name="documents_document_new")]
        triggers: ClassVar = [pgtrigger.ReadOnly(name="documents_document_fixed",
                                                 fields=["institution", "uuid"])]

    def __str__(self) -> str:
        return self.title

    @property
    def latest(self) -> "DocumentVersion":
        """The newest version."""
        return self.versions.select_related("blob").latest("number")


class State(models.TextChoices):
    """Where a version stands between arriving and being readable."""

    RECEIVED = "received", _("Recibido")
    SCANNING = "scanning", _("En espera del antivirus")
    CLEAN = "clean", _("Revisado, sin leer")
    INFECTED = "infected", _("En cuarentena")
    PROCESSING = "processing", _("Leyendo")
    READY = "ready", _("Listo")
    FAILED = "failed", _("Guardado, no se pudo leer")


SERVED = (State.CLEAN, State.PROCESSING, State.READY, State.FAILED)
WAITING = (State.RECEIVED, State.SCANNING, State.CLEAN, State.PROCESSING)


class DocumentVersionQuerySet(models.QuerySet["DocumentVersion"]):
    """Reads of versions."""

    def waiting(self) -> "DocumentVersionQuerySet":
        """Versions whose processing has not ended: what a rescue looks at."""
        return self.filter(state__in=WAITING)

    def latest_only(self) -> "DocumentVersionQuerySet":
        """The newest version of each document."""
        return self.order_by("document_id", "-number").distinct("document_id")


class DocumentVersion(models.Model):
    """One uploaded file. What arrived never changes; only the processing fields do.

    `problem` is a code (`problems.py`); with state ready it is a remark, with failed the cause. `confidence`
    is 0..1, the mean of the recognised words, null where nothing was recognised. A locked version can never
    be removed.
    """

    document = models.ForeignKey(Document, models.PROTECT, related_name="versions")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    number = models.PositiveIntegerField()
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="versions")
    filename = models.CharField(max_length=255)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("orgs.Person", models.PROTECT, null=True, related_name="+")
    locked_at = models.DateTimeField(null=True)

    state = models.CharField(max_length=12, choices=State.choices, default=State.RECEIVED)
    problem = models.CharField(max_length=30, blank=True)
    problem_details = models.JSONField(default=dict, blank=True)
    page_count = models.PositiveIntegerField(default=0)
    engine = models.CharField(max_length=60, blank=True)
    confidence = models.FloatField(null=True)
    searchable = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+")
    thumbnail = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+")
    processed_at = models.DateTimeField(null=True)

    objects = DocumentVersionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "number"], name="documents_version_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="documents_version_from_one"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="documents_version_state"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["id"], name="documents_version_waiting", condition=Q(state__in=WAITING)),
        ]
        triggers: ClassVar = [
            pgtrigger.ReadOnly(name="documents_version_fixed", fields=[
                "document", "uuid", "number", "blob", "filename", "created_at", "created_by"]),
            pgtrigger.Protect(name="documents_version_locked", operation=pgtrigger.Delete,
                              condition=pgtrigger.Q(old__locked_at__isnull=False)),
            pgtrigger.Protect(name="documents_version_stays_locked", operation=pgtrigger.Update,
                              condition=pgtrigger.Q(old__locked_at__isnull=False)
                              & pgtrigger.Q(old__locked_at__df=pgtrigger.F("new__locked_at"))),
            pgtrigger.Protect(name="documents_version_stays_infected", operation=pgtrigger.Update,
                              condition=pgtrigger.Q(old__state="infected")
                              & ~pgtrigger.Q(new__state="infected")),
        ]

    def __str__(self) -> str:
        return f"{self.filename} v{self.number}"

    @property
    def served(self) -> bool:
        """Whether the bytes may leave the platform: scanned (where a scanner is configured) and clean."""
        return self.state in SERVED

    @property
    def reason(self) -> str:
        """What was wrong, a Spanish sentence; empty when nothing was."""
        return problems.sentence(self.problem, self.problem_details)

    @property
    def type_label(self) -> str:
        """The type in Spanish: "PDF", "imagen JPEG"."""
        return sniff.label(self.blob.media_type)


class PendingFile(models.Model):
    """A file of a form that came back with an error, until the form passes or a day is over.

    Of one person and one form (its own key); the bytes lie in the storage under their digest, and no `Blob` speaks of them yet.
    """

    person = models.ForeignKey("orgs.Person", models.CASCADE, related_name="+")
    key = models.UUIDField()
    field = models.CharField(max_length=60)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    filename = models.CharField(_("nombre del archivo"), max_length=255)
    kept_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "key", "field", "sha256", "filename"], name="documents_pending_once"),
            models.CheckConstraint(condition=Q(size__gt=0), name="documents_pending_not_empty"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="documents_pending_hash"),
        ]
        indexes: ClassVar = [models.Index(fields=["kept_at"], name="documents_pending_age"),
                             models.Index(fields=["sha256"], name="documents_pending_bytes")]

    def __str__(self) -> str:
        return self.filename


class Source(models.TextChoices):
    """Where the words of a page come from."""

    OWN = "own", _("Texto del archivo")
    OCR = "ocr", _("Reconocimiento")
    BLANK = "blank", _("Sin texto")


class Page(models.Model):
    """One page: size in points, text, words with boxes (packed), how it was read, its picture for the screen.

    `turn` is the clockwise turn in degrees that made it upright; boxes refer to the upright page.
    """

    version = models.ForeignKey(DocumentVersion, models.CASCADE, related_name="pages")
    number = models.PositiveIntegerField()
    width = models.FloatField()
    height = models.FloatField()
    turn = models.PositiveSmallIntegerField(default=0)
    source = models.CharField(max_length=5, choices=Source.choices, default=Source.OWN)
    confidence = models.FloatField(default=1.0)
    text = models.TextField(blank=True)
    packed_words = models.BinaryField(default=b"")
    problem = models.CharField(max_length=30, blank=True)
    preview = models.ForeignKey(Blob, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["version_id", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "number"], name="documents_page_number"),
            models.CheckConstraint(condition=Q(turn__in=[0, 90, 180, 270]), name="documents_page_turn"),
        ]

    def __str__(self) -> str:
        return f"{self.version_id}:{self.number}"

    @property
    def words(self) -> tuple[Word, ...]:
        """The words in reading order."""
        return unpacked(bytes(self.packed_words))

    @property
    def page_text(self) -> PageText:
        """The shape that search and field reading use."""
        return PageText(self.number, self.width, self.height, self.words)


def packed(rows: Sequence[Sequence[Any]]) -> bytes:
    """Word rows as compressed JSON by column, places in 1/100,000: about 8 bytes a word."""
    columns = list(zip(*rows, strict=True)) if rows else []
    if not columns:
        return b""
    whole = [columns[0], *([round(v * 100_000) for v in column] for column in columns[1:5]),
             [round(v * 1000) for v in columns[5]], columns[6], columns[7]]
    return zlib.compress(json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode(), 6)


def unpacked(data: bytes) -> tuple[Word, ...]:
    """The inverse of `packed`."""
    if not data:
        return ()
    texts, *places, confidences, lines, blocks = json.loads(zlib.decompress(data))
    return tuple(
        Word(text, x0 / 1e5, y0 / 1e5, x1 / 1e5, y1 / 1e5, confidence / 1000, line, block)
        for text, x0, y0, x1, y1, confidence, line,
        block in zip(texts, *places, confidences, lines, blocks, strict=True))
