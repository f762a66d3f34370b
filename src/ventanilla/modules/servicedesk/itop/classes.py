"""What a class of the façade is: which rows a person sees, how each field is read, and by which it can be asked for."""
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from functools import cached_property
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from ventanilla.core.cases.models import Case, CaseLink, Clock, Move, Note, Party
from ventanilla.core.documents.models import DocumentVersion
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.modules.servicedesk.itop import states
from ventanilla.modules.servicedesk.itop.profile import SHOWN_AS
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
        rows = Clock.objects.filter(case__in=self.rows, turn_id=None).prefetch_related("pauses")
        return {(c.case_id, c.kind): c for c in rows}

    @cached_property
    def contacts(self) -> dict[int, list[Party]]:
        """Who has to do with each case, as far as the person may know."""
        from ventanilla.modules.servicedesk.itop.lnk import contacts_of

        return _by_case(contacts_of(self.person).filter(case__in=self.rows).order_by("pk"), "case_id")

    @cached_property
    def children(self) -> dict[int, list[Case]]:
        """What hangs from each case, as far as the person sees it."""
        rows = Case.objects.visible_to(self.person).filter(ticket__parent__in=self.rows, kind__in=SHOWN_AS).order_by("pk")
        return _by_case(rows.annotate(above=F("ticket__parent")), "above")

    @cached_property
    def touched(self) -> dict[int, datetime]:
        """The last move of each case."""
        rows = Move.objects.filter(case__in=self.rows).order_by("case_id", "-pk").distinct("case_id")
        return dict(rows.values_list("case_id", "at"))

    @cached_property
    def problems(self) -> dict[int, int]:
        """Of known errors, the problem that each was learnt of, where the person sees it."""
        seen = Case.objects.visible_to(self.person)
        return dict(CaseLink.objects.filter(other__in=self.rows, kind="known_as", case__in=seen).values_list("other", "case"))

    @cached_property
    def newest(self) -> dict[int, DocumentVersion]:
        """Of files, the newest version of each document."""
        rows = DocumentVersion.objects.filter(document__in=[row.document_id for row in self.rows]).select_related("blob")
        return {v.document_id: v for v in rows.order_by("document_id", "number")}

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


def _by_case(rows: Iterable[Any], name: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(getattr(row, name), []).append(row)
    return found


Read = Callable[[Any, Seen], Any]


@dataclass(frozen=True)
class Attribute:
    """A field: how it is read; `lookup` by which it is asked for (empty: it cannot), `kind` of its values, `where` its own rule.

    `path`, of a key that makes a tree of its class: the column with the keys from the root down to the object itself.
    """

    read: Read
    lookup: str = ""
    kind: str = "text"
    where: Callable[[Person, str], Q] | None = None
    choices: Mapping[str, Any] = field(default_factory=dict)
    path: str = ""


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
    _classes.update({c.name: replace(c, fields={**c.fields, **_friendly(c.fields)}) for c in found})


def _friendly(fields: Mapping[str, Attribute]) -> dict[str, Attribute]:
    """`x_id_friendlyname`, by which iTop names what a key `x_id` refers to, wherever there is an `x_name`."""
    return {f"{n}_friendlyname": fields[f"{n[:-3]}_name"] for n in fields if n.endswith("_id") and f"{n[:-3]}_name" in fields}


def class_of(name: str) -> ItopClass | None:
    """The class of that name, or None."""
    return _classes.get(name)


def names() -> Iterable[str]:
    """Every class."""
    return sorted(_classes)
