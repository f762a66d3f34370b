"""The desk's mailboxes, and every mail that came: what was decided, why, and its bytes."""
from typing import Any, ClassVar, Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.cases.models import Case
from ventanilla.core.documents.models import Document
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Institution, Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.modules.servicedesk.models.catalogue import Offering
from ventanilla.modules.servicedesk.models.teams import Team


class Mailbox(models.Model):
    """A mailbox that the desk reads by IMAP and answers from; its password is configuration (`IMAP_PASSWORDS`).

    `name` stands beside the address in what it sends (empty: the team's); `plus`: its server delivers `mesa+detail@…` too (RFC 5233),
    so that answers carry the ticket's mark in their address.
    `offering`: what a mail asks for (its service, team, priority and level), unless it is not offered just then; without one the
    ticket is of `team` and promises nothing. `agent`: in whose name mails of people without an account are registered.
    `most_per_hour`: mails of one sender, beyond which they are held. `validity` and `last_uid` say how far reading has come
    (RFC 9051, 2.3.1.1).
    """

    class Unknown(models.TextChoices):
        REFUSE = "refuse", lazy("Rechazar con amabilidad, una vez")
        HOLD = "hold", lazy("Guardar para revisión")
        GUEST = "guest", lazy("Abrir como persona invitada")

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    address = models.EmailField(lazy("dirección"), unique=True)
    name = models.CharField(lazy("nombre que se lee"), max_length=120, blank=True, default="", db_default="")
    plus = models.BooleanField(lazy("acepta direcciones con +"), default=False, db_default=False)
    team = models.ForeignKey(Team, models.PROTECT, related_name="+", verbose_name=lazy("equipo que atiende"))
    offering = models.ForeignKey(Offering, models.PROTECT, null=True, blank=True, related_name="+",
                                 verbose_name=lazy("servicio del catálogo"))
    agent = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=lazy("a nombre de quién se registra"))
    unknown = models.CharField(lazy("quien no tiene cuenta"), max_length=6, choices=Unknown.choices, default=Unknown.HOLD)
    host = models.CharField(lazy("servidor IMAP"), max_length=255, blank=True)
    port = models.PositiveIntegerField(lazy("puerto"), default=993)
    tls = models.BooleanField(lazy("con TLS"), default=True)
    user = models.CharField(lazy("usuario"), max_length=255, blank=True)
    folder = models.CharField(lazy("carpeta"), max_length=120, default="INBOX")
    most_per_hour = models.PositiveSmallIntegerField(lazy("mensajes por hora de una persona"), default=30)
    active = models.BooleanField(lazy("activo"), default=True)
    validity = models.BigIntegerField(default=0)
    last_uid = models.BigIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(unknown__in=["refuse", "hold", "guest"]), name="servicedesk_mailbox_unknown"),
            models.CheckConstraint(condition=Q(port__gte=1, port__lte=65535), name="servicedesk_mailbox_port"),
        ]

    def __str__(self) -> str:
        return self.address


class MailMessageQuerySet(models.QuerySet["MailMessage"]):
    """Reads of the mail log."""

    def visible_to(self, person: Person | None) -> Self:
        """Mails of mailboxes whose team's unit the person reads; nothing for nobody.

        Not by ticket: a mail that was held or ignored has none, and quotes what only the desk may read.
        """
        if person is None:
            return self.none()
        reach = reach_of(person)
        boxes = [pk for pk, unit in Mailbox.objects.filter(institution_id=person.institution_id).values_list("pk", "team__unit_id")
                 if reach.can(cap.READ, unit)]
        return self.filter(institution_id=person.institution_id, mailbox_id__in=boxes)

    def waiting(self) -> Self:
        """Those that a person has to look at: held, or not registered after several tries."""
        return self.filter(Q(decision="held") | Q(state="failed"))


class MailMessage(models.Model):
    """One mail that came, once: the same mail delivered again has the same `digest` and is the same row.

    `message_id` is the sender's (RFC 5322, 3.6.4), or made from the digest when it has none or it was used by
    another mail. `raw` is the mail as it came (`.eml`), missing when it was too large to take. `flags` are
    remarks (forged mark, wrong sender…). State `received`: kept, not yet decided.
    """

    class Decision(models.TextChoices):
        NONE = "", lazy("Sin decidir")
        OPENED = "opened", lazy("Abrió un ticket")
        REPLIED = "replied", lazy("Se agregó a su ticket")
        HELD = "held", lazy("En revisión")
        REFUSED = "refused", lazy("Rechazado")
        IGNORED = "ignored", lazy("Sin efecto")

    class State(models.TextChoices):
        RECEIVED = "received", lazy("Por procesar")
        DONE = "done", lazy("Procesado")
        FAILED = "failed", lazy("Con error")

    REASONS: ClassVar[dict[str, Any]] = {
        "new": lazy("Mensaje nuevo"), "thread": lazy("Respuesta a un mensaje del ticket"), "mark": lazy("Marca firmada del ticket"),
        "bounce": lazy("Aviso de entrega fallida"), "loop": lazy("Es un mensaje de este mismo sistema"),
        "automatic": lazy("Respuesta automática"),
        "unknown": lazy("Quien escribe no tiene cuenta"), "guest": lazy("Persona invitada"),
        "rate": lazy("Demasiados mensajes en una hora"),
        "stranger": lazy("Quien escribe no participa en ese ticket"), "several": lazy("Varias personas tienen esa dirección"),
        "conflict": lazy("Señala dos tickets distintos"), "size": lazy("El mensaje es demasiado grande"),
        "bomb": lazy("El mensaje tiene demasiadas partes"),
        "files": lazy("Demasiados archivos adjuntos"), "unreadable": lazy("El mensaje no se puede leer"),
        "sender": lazy("No dice quién lo envía"),
        "empty": lazy("No trae texto ni archivos"), "rule": lazy("No se pudo registrar"),
        "closed": lazy("El ticket está cerrado: abrió uno nuevo"), "copy": lazy("El mismo mensaje llegó por otro buzón"),
        "error": lazy("Falló el registro"),
        "set_aside": lazy("Alguien de la mesa lo leyó y no era para la mesa"),
    }

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    mailbox = models.ForeignKey(Mailbox, models.PROTECT, related_name="messages", db_index=False)
    digest = models.CharField(max_length=64)
    message_id = models.CharField(max_length=500)
    sender = models.CharField(lazy("remitente"), max_length=254, blank=True)
    sender_name = models.CharField(max_length=200, blank=True)
    subject = models.CharField(lazy("asunto"), max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(lazy("llegó"), default=timezone.now)
    size = models.BigIntegerField(default=0)
    state = models.CharField(max_length=8, choices=State.choices, default=State.RECEIVED)
    decision = models.CharField(lazy("qué se hizo"), max_length=8, choices=Decision.choices, default=Decision.NONE, blank=True)
    reason = models.CharField(lazy("por qué"), max_length=12, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    flags = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    raw = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+", db_index=False)

    objects = MailMessageQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["mailbox", "digest"], name="servicedesk_mail_once"),
            models.UniqueConstraint(fields=["mailbox", "message_id"], name="servicedesk_mail_id_once"),
            models.CheckConstraint(condition=Q(decision__in=["", "opened", "replied", "held", "refused", "ignored"]),
                                   name="servicedesk_mail_decision"),
            models.CheckConstraint(condition=Q(state="done") & ~Q(decision="") | Q(state__in=["received", "failed"], decision=""),
                                   name="servicedesk_mail_state"),
            models.CheckConstraint(condition=~Q(decision__in=["opened", "replied"]) | Q(case__isnull=False), name="servicedesk_mail_case"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["mailbox", "-id"], name="servicedesk_mail_log"),
            models.Index(fields=["message_id"], name="servicedesk_mail_thread"),
            models.Index(fields=["mailbox", "sender", "received_at"], name="servicedesk_mail_sender"),
            models.Index(fields=["case"], condition=Q(case__isnull=False), name="servicedesk_mail_of_case"),
            models.Index(fields=["id"], condition=Q(state="received"), name="servicedesk_mail_waiting"),
        ]
        triggers: ClassVar = [
            pgtrigger.ReadOnly(name="servicedesk_mail_fixed", fields=["institution", "mailbox", "digest", "message_id", "size"]),
        ]

    def __str__(self) -> str:
        return self.message_id

    @property
    def why(self) -> str:
        """The reason in words."""
        return str(self.REASONS.get(self.reason, self.reason))
