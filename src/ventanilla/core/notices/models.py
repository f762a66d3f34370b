"""Tables of notices: the centre's rows, what each person chose, the mail outbox, and how far readers have come."""
import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.orgs.models import Institution, Person


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Reads of notices."""

    def visible_to(self, person: Person | None) -> Self:
        """The person's own that the centre shows; nothing for nobody."""
        return self.none() if person is None else self.filter(person_id=person.pk, shown=True)

    def unread(self) -> Self:
        """Not opened and not marked."""
        return self.filter(read_at=None)


class Notice(models.Model):
    """Something one person is told once: `dedupe` names the fact and the person, and is unique.

    `mail` is what the person's preference said when it was written (now, digest, none). `case_id` is only a number
    here: notices know no cases. `xid` lets the relay find what is new.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="notices", db_index=False)
    kind = models.CharField(max_length=24)
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=300, blank=True)
    case_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    shown = models.BooleanField(default=True)
    mail = models.CharField(max_length=6, default="none")
    digested_at = models.DateTimeField(null=True)
    dedupe = models.CharField(max_length=200, unique=True)
    xid = models.BigIntegerField(db_default=models.Func(function="public.this_xid"), editable=False)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(mail__in=["now", "digest", "none"]), name="notices_notice_mail")]
        indexes: ClassVar = [
            models.Index(fields=["person", "-id"], name="notices_notice_centre"),
            models.Index(fields=["person"], condition=Q(read_at=None, shown=True), name="notices_notice_unread"),
            models.Index(fields=["person", "id"], condition=Q(mail="digest", digested_at=None), name="notices_notice_digest"),
            models.Index(fields=["xid", "id"], name="notices_notice_order"),
        ]

    def __str__(self) -> str:
        return self.title


class Preference(models.Model):
    """What a person chose for a kind; without a row the kind's own default holds (`kinds.py`)."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="notice_preferences")
    kind = models.CharField(max_length=24)
    shown = models.BooleanField(default=True)
    mail = models.CharField(max_length=6, default="none")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "kind"], name="notices_preference_once"),
            models.CheckConstraint(condition=Q(mail__in=["now", "digest", "none"]), name="notices_preference_mail"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.mail}"


class MailState(models.TextChoices):
    """Where a mail stands."""

    QUEUED = "queued", lazy("En espera")
    SENT = "sent", lazy("Enviado")
    REFUSED = "refused", lazy("Rechazado")
    EXPIRED = "expired", lazy("Caducado")


class Mail(models.Model):
    """A mail to send once: `message_id` (RFC 5322, 3.6.4) is made from the fact, so the same mail keeps it for ever.

    `thread` is the message id that all mails of one case refer to. `from_address` (empty: the platform's) and `from_name` are the mailbox
    from which it goes, `reply_to` where an answer to it goes (`senders.py`). Refused: the server said a permanent no.
    Expired: it waited longer than it is of use (see `services/sending.py`).
    """

    message_id = models.CharField(max_length=255, unique=True)
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="+")
    to = models.CharField(max_length=320)
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField(blank=True)
    thread = models.CharField(max_length=255, blank=True)
    from_name = models.CharField(max_length=120, blank=True, db_default="")
    from_address = models.CharField(max_length=254, blank=True, db_default="")
    reply_to = models.CharField(max_length=320, blank=True, db_default="")
    state = models.CharField(max_length=8, choices=MailState.choices, default=MailState.QUEUED)
    attempts = models.IntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["next_at", "id"], condition=Q(state="queued"), name="notices_mail_queue")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=MailState.values), name="notices_mail_state"),
            models.CheckConstraint(condition=Q(state="sent", sent_at__isnull=False) | ~Q(state="sent") & Q(sent_at=None),
                                   name="notices_mail_sent"),
            models.CheckConstraint(condition=Q(from_address="") | ~Q(reply_to=""), name="notices_mail_answerable"),
        ]

    def __str__(self) -> str:
        return self.message_id


class Mark(models.Model):
    """How far a reader of an outbox has come. `snapshot`: all it shows is done; `target`: being done, up to (xid, number).

    Rows numbered up to `floor` belong to another cluster (a restore) and are done. `at`: readers by time.
    """

    name = models.CharField(max_length=24, primary_key=True)
    snapshot = models.TextField(blank=True)
    target = models.TextField(blank=True)
    xid = models.BigIntegerField(default=0)
    number = models.BigIntegerField(default=0)
    floor = models.BigIntegerField(default=0)
    at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
