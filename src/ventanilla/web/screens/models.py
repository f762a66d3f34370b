"""Saved views: filters, order and columns of a list under a name, a person's own or shared with where that person works."""
import uuid
from typing import ClassVar, Final
from urllib.parse import urlencode

from django.db import models

from ventanilla.core.orgs.models import Person, Unit

VIEW: Final = "vista"
"""What an address calls the view from which its filters come, changed since or not."""


class SavedView(models.Model):
    """The query string of a list under a name; `unit`: with whom it is shared, and `below`: also with whoever works below that unit.

    The row without a name is what the person keeps for the list: the columns, and in `first` the number of the view with which it opens.
    That one may be somebody else's and may be gone, which is then said; so it is no reference.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    screen = models.SlugField()
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=2000)
    order = models.PositiveSmallIntegerField(default=100)
    unit = models.ForeignKey(Unit, models.SET_NULL, null=True, blank=True, related_name="+")
    below = models.BooleanField(default=False)
    first = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["order", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "screen", "name"], name="screens_view_once")]

    mine: bool = False
    """Whether it is the reader's to change; told by whoever read it for somebody."""

    def __str__(self) -> str:
        return self.name

    @property
    def asked(self) -> str:
        """The query of the address under which it is opened."""
        return "&".join(filter(None, (self.query, urlencode({VIEW: self.pk}))))
