"""Requests about personal data: the unit that attends them and its terms, the request, what was found, and who is not to be disturbed."""
from typing import TYPE_CHECKING, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.cases.models import Case
from ventanilla.core.cases.queries import opened_to
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Institution, Person, Unit
from ventanilla.core.orgs.reach import reach_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SOURCE = ("Ley de Protección de Datos Personales en Posesión de Sujetos Obligados del Estado de México y Municipios: respuesta en 20 días "
          "hábiles, ampliable una sola vez por 10; se hace efectiva en 15. Artículos por confirmar por el área jurídica.")


def _days(label: "StrOrPromise", default: int) -> "models.PositiveSmallIntegerField[int | str, int]":
    """A term in working days."""
    return models.PositiveSmallIntegerField(label, default=default, validators=[MinValueValidator(1), MaxValueValidator(120)])


class PrivacyDesk(models.Model):
    """The unit of an institution that attends the requests, and their terms in working days, with their legal source.

    `restarts`: once identity is proven the days to answer are counted anew (the requirement interrupts the term); else they only stood
    still. `identity_days`: calendar days after which a copy of an identification is deleted, once identity was proven or the request ended.
    """

    institution = models.OneToOneField(Institution, models.PROTECT, primary_key=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    contact = models.CharField(lazy("domicilio, teléfono y horario"), max_length=400, blank=True)
    respond_days = _days(lazy("días hábiles para responder"), 20)
    extend_days = _days(lazy("días hábiles de la ampliación"), 10)
    fulfil_days = _days(lazy("días hábiles para hacerla efectiva"), 15)
    prove_days = _days(lazy("días hábiles para acreditar lo requerido"), 10)
    identity_days = _days(lazy("días que se guarda la copia de la identificación"), 10)
    restarts = models.BooleanField(lazy("acreditar lo requerido vuelve a empezar el plazo"), default=True)
    source = models.TextField(lazy("fundamento"), default=SOURCE)

    def __str__(self) -> str:
        return str(self.unit)


class Right(models.TextChoices):
    """The four rights (derechos ARCO)."""

    ACCESS = "access", lazy("Acceso")
    RECTIFICATION = "rectification", lazy("Rectificación")
    CANCELLATION = "cancellation", lazy("Cancelación")
    OPPOSITION = "opposition", lazy("Oposición")


class Denial(models.TextChoices):
    """Why a request may be denied (grounds of the law, in plain words)."""

    IDENTITY = "identity", lazy("Quien la pide no es la persona titular ni la representa")
    NOT_HELD = "not_held", lazy("La institución no tiene esos datos")
    LEGAL_BAR = "legal_bar", lazy("Lo impide una ley o una orden de autoridad")
    OTHERS = "others", lazy("Dañaría derechos de otra persona")
    PROCEEDING = "proceeding", lazy("Estorbaría un procedimiento en curso")
    PUBLIC_DUTY = "public_duty", lazy("Los datos son necesarios para cumplir una obligación de la institución")
    OTHER = "other", lazy("Otra causa prevista en la ley")


class RequestQuerySet(models.QuerySet["SubjectRequest"]):
    """Reads of requests."""

    def attended_by(self, officer: Person) -> Self:
        """Those of the units where the person attends them, whose case they may read."""
        return self.filter(case__in=opened_to(officer), case__unit_id__in=reach_of(officer).within(cap.PRIVACY_ATTEND),
                           institution_id=officer.institution_id)


class SubjectRequest(models.Model):
    """A request of the person whom data are about (`holder`), or of who represents them. Its case carries folio, state and clocks.

    Of the key by which it is followed without an account only the SHA-256 is kept.
    """

    class Channel(models.TextChoices):
        WEB = "web", lazy("Página pública")
        COUNTER = "counter", lazy("En persona")
        MAIL = "mail", lazy("Correo o escrito")
        PHONE = "phone", lazy("Teléfono, con ayuda")

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="subject_request")
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    rights = ArrayField(models.CharField(max_length=16, choices=Right.choices), verbose_name=lazy("qué pide"))
    holder = models.CharField(lazy("persona titular de los datos"), max_length=200)
    representative = models.CharField(lazy("quien la representa"), max_length=200, blank=True)
    email = models.EmailField(lazy("correo electrónico"), blank=True)
    details = models.TextField(lazy("qué pide, con sus palabras"))
    channel = models.CharField(lazy("llegó por"), max_length=8, choices=Channel.choices, default=Channel.WEB)
    identity = models.CharField(lazy("cómo se acreditó"), max_length=300, blank=True)
    proven_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    proven_at = models.DateTimeField(null=True)
    extended_at = models.DateTimeField(null=True)
    partial = models.BooleanField(lazy("procede en parte"), default=False)
    resolution = models.TextField(lazy("respuesta"), blank=True)
    denial = models.CharField(lazy("causa"), max_length=12, choices=Denial.choices, blank=True)
    fulfilment = models.TextField(lazy("cómo se cumplió"), blank=True)
    terms = models.JSONField(lazy("palabras con que se buscó"), default=dict)
    key_digest = models.CharField(max_length=64, null=True, unique=True)

    objects = RequestQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(rights__len__gte=1) & Q(rights__contained_by=Right.values), name="privacy_request_rights"),
            models.CheckConstraint(condition=~Q(holder="") & ~Q(details=""), name="privacy_request_said"),
            models.CheckConstraint(condition=Q(proven_at=None) | (Q(proven_by__isnull=False) & ~Q(identity="")),
                                   name="privacy_request_proven"),
        ]

    def __str__(self) -> str:
        return str(self.case.folio)

    @property
    def rights_words(self) -> list[str]:
        """What is asked for, in words."""
        return [str(Right(one).label) for one in self.rights]


class Finding(models.Model):
    """A row somewhere on the platform that the officer said is the person's, and what became of it by this request."""

    class Outcome(models.TextChoices):
        PENDING = "pending", lazy("Por atender")
        ERASED = "erased", lazy("Cancelado")
        KEPT = "kept", lazy("Bloqueado: se conserva")
        RECTIFIED = "rectified", lazy("Rectificado")

    request = models.ForeignKey(SubjectRequest, models.CASCADE, related_name="findings", db_index=False)
    source = models.SlugField(max_length=60, db_index=False)
    ref = models.BigIntegerField()
    ticked_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    ticked_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.PENDING)
    reason = models.CharField(max_length=400, blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "source", "ref"], name="privacy_finding_once"),
            models.CheckConstraint(condition=Q(outcome="pending", done_at=None) | Q(done_at__isnull=False) & ~Q(outcome="pending"),
                                   name="privacy_finding_done"),
            models.CheckConstraint(condition=~Q(outcome="kept") | ~Q(reason=""), name="privacy_finding_why_kept"),
        ]

    def __str__(self) -> str:
        return f"{self.source}:{self.ref}"


class Opposition(models.Model):
    """Somebody who opposed every use that is not mandatory: no surveys, no notices by mail. Known by address, or by person.

    `lifted_at`: they asked to be told again.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    request = models.ForeignKey(SubjectRequest, models.PROTECT, related_name="oppositions", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    email = models.CharField(lazy("correo electrónico"), max_length=254, blank=True)
    since = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "email"], condition=Q(lifted_at=None) & ~Q(email=""),
                                    name="privacy_opposition_mail"),
            models.UniqueConstraint(fields=["person"], condition=Q(lifted_at=None, person__isnull=False), name="privacy_opposition_person"),
            models.CheckConstraint(condition=Q(person__isnull=False) | ~Q(email=""), name="privacy_opposition_of"),
        ]

    def __str__(self) -> str:
        return self.email or str(self.person_id)
