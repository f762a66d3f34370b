"""Tables of the API: tokens (only their hash), answers kept for a repeated request, webhooks and their deliveries."""
import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.orgs.models import Institution, Person


class TokenQuerySet(models.QuerySet["ApiToken"]):
    """Reads of tokens."""

    def valid(self, now: datetime) -> Self:
        """Not revoked, not expired, of a person who may sign in."""
        return self.filter(revoked_at=None, expires_at__gt=now, person__active=True, person__user__is_active=True,
                           person__institution__active=True)


class ApiToken(models.Model):
    """A person's key for programs. The secret is shown once; `digest` is its SHA-256, `hint` its last letters."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=8)
    scopes = ArrayField(models.CharField(max_length=24))
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = TokenQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class KeptAnswer(models.Model):
    """The answer of a request that carried an Idempotency-Key: the same request again gets it, and does nothing."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+", db_index=False)
    key = models.UUIDField()
    request = models.CharField(max_length=64)
    status = models.SmallIntegerField()
    body = models.BinaryField()
    content_type = models.CharField(max_length=80)
    etag = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "key"], name="api_kept_once")]

    def __str__(self) -> str:
        return str(self.key)


class Subscription(models.Model):
    """An address of another system that is told of moves. `events`: "letter.route", "letter.*" or "*"."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="webhooks")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    url = models.URLField(max_length=500)
    secret = models.CharField(max_length=80)
    events = ArrayField(models.CharField(max_length=60))
    active = models.BooleanField(default=True)
    created_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.url

    def wants(self, event: str) -> bool:
        """Whether it asked for this event."""
        return any(e in ("*", event) or (e.endswith(".*") and event.startswith(e[:-1])) for e in self.events)


class Delivery(models.Model):
    """One event for one address: sent until it is accepted, at most MOST_ATTEMPTS times."""

    class State(models.TextChoices):
        QUEUED = "queued", lazy("En espera")
        DELIVERED = "delivered", lazy("Entregado")
        FAILED = "failed", lazy("Sin entregar")

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="deliveries", db_index=False)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    move_id = models.BigIntegerField()
    event = models.CharField(max_length=60)
    body = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.SmallIntegerField(default=0)
    status = models.SmallIntegerField(null=True)
    problem = models.CharField(max_length=300, blank=True)
    next_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subscription", "move_id"], name="api_delivery_once")]
        indexes: ClassVar = [
            models.Index(fields=["next_at", "id"], condition=Q(state="queued"), name="api_delivery_queue"),
            models.Index(fields=["subscription", "-id"], name="api_delivery_list"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.uuid}"
