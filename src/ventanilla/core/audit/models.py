"""Tables of the log, made by SQL in migration 0001: entries and seals refuse UPDATE, DELETE and TRUNCATE there."""
from typing import ClassVar

from django.db import models


class Entry(models.Model):
    """One verb that happened. Holds no personal data: only a salted digest of it (see Personal).

    The table is partitioned by year of `at`. `detail` is canonical JSON text made by the application,
    so that the hashed bytes do not depend on a version of the database.
    """

    at = models.DateTimeField()
    xid = models.BigIntegerField()
    institution_id = models.BigIntegerField()
    verb = models.CharField(max_length=60)
    actor_id = models.BigIntegerField(null=True)
    acting_for_id = models.BigIntegerField(null=True)
    case_id = models.BigIntegerField(null=True)
    subject = models.CharField(max_length=120)
    detail = models.TextField(default="{}")
    digest = models.BinaryField(null=True)

    class Meta:
        managed = False
        db_table = "audit_entry"
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"


class Personal(models.Model):
    """The personal part of an entry, erasable on request; the entry keeps the salted digest of it."""

    entry_id = models.BigIntegerField(primary_key=True)
    salt = models.BinaryField()
    data = models.TextField()

    class Meta:
        managed = False
        db_table = "audit_personal"

    def __str__(self) -> str:
        return f"datos del registro {self.entry_id}"


class Seal(models.Model):
    """A link of the chain: number, entry, and the hash over the previous link and the entry's bytes."""

    seq = models.BigIntegerField(primary_key=True)
    entry_id = models.BigIntegerField(unique=True)
    hash = models.BinaryField()

    class Meta:
        managed = False
        db_table = "audit_seal"

    def __str__(self) -> str:
        return f"sello {self.seq}"


class Head(models.Model):
    """Singleton (id 1): up to where the sealer has come. `floor_id` is set when a backup is restored."""

    seq = models.BigIntegerField(default=0)
    hash = models.BinaryField(default=b"")
    last_xid = models.BigIntegerField(default=0)
    last_id = models.BigIntegerField(default=0)
    floor_id = models.BigIntegerField(default=0)

    class Meta:
        managed = False
        db_table = "audit_head"

    def __str__(self) -> str:
        return f"cabeza {self.seq}"


class Sending(models.Model):
    """A form that was sent and did something (`sendings.py`): whose (0: nobody signed in), its key, and the digest of what was in it.

    Swept after some weeks; no part of the chain.
    """

    person_id = models.BigIntegerField()
    key = models.UUIDField()
    digest = models.BinaryField()
    entry_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person_id", "key"], name="audit_sending_once")]
        indexes: ClassVar = [models.Index(fields=["at"], name="audit_sending_age")]

    def __str__(self) -> str:
        return f"formulario {self.key}"
