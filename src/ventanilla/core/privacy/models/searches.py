"""A search of a person across the platform, taken table by table and window by window, and the rows in which they stand."""
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.orgs.models import Person
from ventanilla.core.privacy.models.requests import SubjectRequest
from ventanilla.core.privacy.registry import Asked


class PersonSearch(models.Model):
    """One search for a request: the words, and how far it has come. The next one of the request, or its end, removes it.

    `source` is the table that is being read, `after` the last row of it that was; `read` counts rows of all tables.
    """

    request = models.ForeignKey(SubjectRequest, models.CASCADE, related_name="searches")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    terms = models.JSONField(lazy("palabras con que se busca"))
    source = models.SlugField(max_length=60, blank=True, db_index=False)
    after = models.BigIntegerField(default=0)
    read = models.BigIntegerField(default=0)
    in_background = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.request_id} {self.source}"

    @property
    def asked(self) -> Asked:
        """The words."""
        return Asked(*(tuple(self.terms.get(name, ())) for name in ("names", "emails", "codes")))


class SearchHit(models.Model):
    """A row in which the words stand."""

    search = models.ForeignKey(PersonSearch, models.CASCADE, related_name="hits", db_index=False)
    source = models.SlugField(max_length=60, db_index=False)
    ref = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["search", "source", "ref"], name="privacy_hit_once")]

    def __str__(self) -> str:
        return f"{self.source}:{self.ref}"
