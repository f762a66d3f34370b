"""What a class of the façade is: which rows a person sees, how each field is read, and by which it can be asked for."""
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from ventanilla.core.cases.models import Case, Clock, Move, Note
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.modules.servicedesk.itop import states
from ventanilla.modules.servicedesk.itop.words import zone_of
from ventanilla.modules.servicedesk.models import TicketItem
from ventanilla.web.api import scopes


@dataclass
class Seen:
    """The rows of one answer, and what is read for all of them at once, only when some field asks for it."""

    person: Person
    rows: Sequence[Any] = ()
    now: datetime = field(default_factory=timezone.now)

    @cached_property
    def zone(self) -> tzinfo:
        """The institution's."""
        return zone_of(self.person.institution)

    @cached_property
    def statuses(self) -> dict[int, str]:
        """State of iTop by case."""
        return states.statuses(self.rows, self.now)

    @cached_property
    def entries(self) -> dict[int, list[Note]]:
        """What the person may read of what was said, by case, in order."""
        found: dict[int, list[Note]] = {}
        rows = Note.objects.readable_by(self.person).filter(case__in=self.rows).select_related("person")
        for note in rows.order_by("pk"):
            found.setdefault(note.case_id, []).append(note)
        return found

    @cached_property
    def clocks(self) -> dict[tuple[int, str], Clock]:
        """By case and kind."""
        return {(c.case_id, c.kind): c for c in Clock.objects.filter(case__in=self.rows, turn_id=None)}

    @cached_property
    def touched(self) -> dict[int, datetime]:
        """The last move of each case."""
        rows = Move.objects.filter(case__in=self.rows).order_by("case_id", "-pk").distinct("case_id")
        return dict(rows.values_list("case_id", "at"))

    @cached_property
    def ties(self) -> dict[int, list[TicketItem]]:
        """The items that each ticket is about, on its desk's side, by case."""
        from ventanilla.modules.servicedesk.itop.links import seen_ties

        return seen_ties(self.person, self.rows)

    @cached_property
    def _inside(self) -> set[int]:
        return set(reach_of(self.person).within(cap.READ))

    def staff(self, case: Case) -> bool:
        """Whether the private side is the person's to read."""
        return case.assignee_id == self.person.pk or case.unit_id in self._inside


Read = Callable[[Any, Seen], Any]


@dataclass(frozen=True)
class Attribute:
    """A field: how it is read; `lookup` by which it is asked for (empty: it cannot), `kind` of its values, `where` its own rule."""

    read: Read
    lookup: str = ""
    kind: str = "text"
    where: Callable[[Person, str], Q] | None = None
    choices: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ItopClass:
    """A class; `final` names the class of a row (an abstract class holds several); `scope` is what a token needs to read it."""

    name: str
    rows: Callable[[Person], QuerySet[Any]]
    fields: Mapping[str, Attribute]
    final: Callable[[Any], str]
    scope: str = scopes.READ
    names: Callable[[Any], str] = str


_classes: dict[str, ItopClass] = {}


def register(*found: ItopClass) -> None:
    """Called when the module of a class is imported."""
    _classes.update({c.name: c for c in found})


def class_of(name: str) -> ItopClass | None:
    """The class of that name, or None."""
    return _classes.get(name)


def names() -> Iterable[str]:
    """Every class."""
    return sorted(_classes)
