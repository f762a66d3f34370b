"""The people that forms name (head and contact), and what a person decided about two of them being the same one."""
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.orgs.models import Institution, Person
from ventanilla.modules.practices.models.records import Practice


class NamedPerson(models.Model):
    """Who stands in section VII of a practice. The row stays while the practice does; its words follow the form.

    `name_key` and `post_words` are made by `rules.people`; an empty key is offered to nobody. `twin`: the
    same name stands in another row.
    """

    class Part(models.TextChoices):
        HEAD = "titular", lazy("Titular")
        CONTACT = "enlace", lazy("Enlace")

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    practice = models.ForeignKey(Practice, models.CASCADE, related_name="named", db_index=False)
    part = models.CharField(lazy("papel"), max_length=8, choices=Part.choices)
    name = models.CharField(lazy("nombre"), max_length=300)
    post = models.CharField(lazy("cargo"), max_length=300, blank=True)
    mail = models.CharField(lazy("correo"), max_length=254, blank=True)
    name_key = models.CharField(max_length=200, blank=True)
    post_words = ArrayField(models.CharField(max_length=40), default=list)
    twin = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["practice", "-part"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["practice", "part"], name="practices_named_once"),
            models.CheckConstraint(condition=Q(part__in=["titular", "enlace"]), name="practices_named_part"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["name_key", "id"], condition=~Q(name_key=""), name="practices_named_key"),
            models.Index(fields=["id"], condition=Q(twin=True), name="practices_named_twins"),
        ]

    def __str__(self) -> str:
        return self.name


class SamePerson(models.Model):
    """A person of the registry decided that two named people are the same one, or are not. It joins nothing: it can be taken back.

    `one` is the older row. `reasons` are the codes that were shown when it was decided. It falls away when one of both names changes.
    """

    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+", db_index=False)
    one = models.ForeignKey(NamedPerson, models.CASCADE, related_name="+", db_index=False)
    other = models.ForeignKey(NamedPerson, models.CASCADE, related_name="+")
    same = models.BooleanField()
    reasons = ArrayField(models.CharField(max_length=20), default=list)
    decided_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    decided_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["one", "other", "institution"], name="practices_same_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="practices_same_order"),
        ]
        indexes: ClassVar = [models.Index(fields=["institution", "-decided_at", "id"], name="practices_same_newest")]

    def __str__(self) -> str:
        return f"{self.one_id} {'=' if self.same else '≠'} {self.other_id}"
