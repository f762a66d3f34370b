"""Who signs in (User), who they are in an institution (Person), and the posts they hold for a period."""
import uuid
from typing import Any, ClassVar, Final

import pghistory
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core import plans
from ventanilla.core.orgs.models.units import Institution, Unit


class UserManager(BaseUserManager["User"]):
    """Creates users by e-mail, and reads one by key for each page."""

    def get(self, *args: Any, **named: Any) -> "User":
        """As Django's; what every page asks (`pk` alone) brings the user's people by the same statement. Raises DoesNotExist."""
        if args or [*named] != ["pk"] or type(named["pk"]) is not int:
            return super().get(*args, **named)
        people = active_people(named["pk"])
        found = [people[0].user] if people else _BY_KEY([named["pk"]])
        if not found or found[0] is None:
            raise self.model.DoesNotExist
        found[0].people = people
        return found[0]

    def create_user(self, email: str, password: str | None = None, **extra: Any) -> "User":
        """A user that signs in with `email`; without a password only other factors work."""
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """Sign-in ignores the case of the e-mail."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """An account. What it may do is said by the grants of its persons, never here."""

    email = models.EmailField(lazy("correo electrónico"), unique=True)
    is_active = models.BooleanField(lazy("activa"), default=True)
    is_operator = models.BooleanField(lazy("opera la plataforma"), default=False)
    theme = models.CharField(max_length=5, default="auto", choices=[("auto", lazy("Automático")), ("light", lazy("Claro")),
                                                                    ("dark", lazy("Oscuro"))])
    language = models.CharField(max_length=5, default="es-mx")
    date_joined = models.DateTimeField(auto_now_add=True)

    people: "list[Person] | None" = None
    """The active people of the account as they were when it was read by key, until somebody takes them."""

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(Lower("email"), name="orgs_user_email")]

    def __str__(self) -> str:
        return self.email


_BY_KEY: Final = plans.Related(User, where="t.id = %s")


@pghistory.track(exclude=["sort_key"])
class Person(models.Model):
    """A user in one institution, or somebody without an account; two surnames, sorted the Spanish way."""

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="people")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="persons")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="staff")
    given_name = models.CharField(lazy("nombre"), max_length=100)
    surname_1 = models.CharField(lazy("primer apellido"), max_length=100)
    surname_2 = models.CharField(lazy("segundo apellido"), max_length=100, blank=True)
    email = models.EmailField(lazy("correo electrónico"), blank=True)
    phone = models.CharField(lazy("teléfono"), max_length=40, blank=True)
    active = models.BooleanField(lazy("activa"), default=True)
    sort_key = models.CharField(max_length=400, db_collation="C", editable=False, default="")

    class Meta:
        ordering: ClassVar = ["sort_key"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "id"], name="orgs_person_owned"),
            models.UniqueConstraint(fields=["institution", "user"], name="orgs_person_user"),
        ]
        indexes: ClassVar = [models.Index(fields=["institution", "sort_key"], name="orgs_person_sort")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """Given name and surnames as people say them."""
        return " ".join(filter(None, (self.given_name, self.surname_1, self.surname_2)))

    @property
    def listed_name(self) -> str:
        """Surnames first, as lists in the order of the alphabet show it."""
        return " ".join(filter(None, (self.surname_1, self.surname_2))) + f", {self.given_name}"


_ACTIVE: Final = plans.Related(Person, "institution", "unit", "user", where="t.user_id = %s AND t.active")


def active_people(user_id: int) -> list[Person]:
    """The active people of an account with institution, unit and the account, in no order; one query."""
    return _ACTIVE([user_id])


class PostKind(models.TextChoices):
    """What a post does in its unit."""

    HEAD = "head", lazy("Titular")
    DEPUTY = "deputy", lazy("Suplente")
    LIAISON = "liaison", lazy("Enlace")
    CLERK = "clerk", lazy("Oficialía de partes")
    ASSISTANT = "assistant", lazy("Asistente")
    STAFF = "staff", lazy("Personal")


@pghistory.track()
class Post(models.Model):
    """A position of a unit; `order` decides which deputy acts first."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="posts")
    kind = models.CharField(lazy("tipo"), max_length=12, choices=PostKind.choices)
    title = models.CharField(lazy("denominación"), max_length=160)
    order = models.PositiveSmallIntegerField(lazy("orden"), default=1)

    def __str__(self) -> str:
        return self.title


@pghistory.track()
class Appointment(models.Model):
    """A person holds a post for a period; the database refuses two holders of one post at a time."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="appointments")
    person = models.ForeignKey(Person, models.PROTECT, related_name="appointments")
    valid_from = models.DateField(lazy("desde"))
    valid_to = models.DateField(lazy("hasta"), null=True, blank=True)
    source = models.CharField(lazy("documento que lo sustenta"), max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                                   name="orgs_appointment_period"),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.post}"
