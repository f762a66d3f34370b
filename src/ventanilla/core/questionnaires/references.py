"""What a field of type "reference" can point to. Units and people come with the core; modules register their own.

A kind is found (suggestions while typing), got (labels of ids, for showing) and visible (which of the ids a person may
choose). `visible` is asked whenever an answer is checked, so that nobody can learn or use what they may not see.
"""
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ventanilla.core.documents.models import Document
from ventanilla.core.orgs.models import Appointment, Person, Unit
from ventanilla.core.orgs.services.finding import find_people, find_units
from ventanilla.core.orgs.services.posts import valid_on
from ventanilla.lib.spanish import fold

Find = Callable[[Person, str], Sequence["Suggestion"]]
Get = Callable[[Collection[int]], dict[int, str]]
Visible = Callable[[Person | None, int, Collection[int]], Collection[int]]


@dataclass(frozen=True)
class Suggestion:
    """Something that may be chosen: its id, what it is called, and what tells it from others."""

    id: int
    label: str
    detail: str = ""

    @property
    def said(self) -> str:
        """The label with what tells it from others."""
        return f"{self.label} · {self.detail}" if self.detail else self.label


@dataclass(frozen=True)
class Reference:
    """A kind. `find(person, text)` gives at most 20 suggestions, the first ones for an empty text; `get(ids)` the labels;
    `visible(person, institution_id, ids)` those that may be chosen (person None: a visitor or the system)."""

    slug: str
    label: str | Promise
    find: Find
    get: Get
    visible: Visible


_references: dict[str, Reference] = {}


def register_reference(slug: str, label: str | Promise, *, find: Find, get: Get, visible: Visible) -> None:
    """Add a kind; the same slug again replaces it (apps may be readied twice in tests)."""
    _references[slug] = Reference(slug, label, find, get, visible)


def reference_of(slug: str) -> Reference:
    """The kind of that slug. Raises KeyError."""
    return _references[slug]


def references() -> tuple[Reference, ...]:
    """Every kind, in order of registration."""
    return tuple(_references.values())


def reference_kinds() -> frozenset[str]:
    """Their slugs, for `definition.parse`."""
    return frozenset(_references)


def _find_units(person: Person, text: str) -> list[Suggestion]:
    if not text.strip():
        return [_unit(u) for u in Unit.objects.filter(institution_id=person.institution_id, valid_to=None)[:20]]
    return [_unit(u) for u in find_units(person.institution, text)]


def _unit(unit: Unit) -> Suggestion:
    return Suggestion(unit.pk, unit.name, unit.code)


def _get_units(ids: Collection[int]) -> dict[int, str]:
    return dict(Unit.objects.filter(pk__in=ids).values_list("pk", "name"))


def _visible_units(_person: Person | None, institution_id: int, ids: Collection[int]) -> list[int]:
    return list(Unit.objects.filter(institution_id=institution_id, pk__in=ids).values_list("pk", flat=True))


def _find_people(person: Person, text: str) -> list[Suggestion]:
    return people_found(Person.objects.filter(institution_id=person.institution_id, active=True), text)


def people_found(rows: QuerySet[Person], text: str) -> list[Suggestion]:
    """At most twenty of these people who fit, each told by unit and post of today; those who are still alike by their e-mail too."""
    found = list(find_people(rows, text).select_related("unit")[:20])
    held: dict[int, list[str]] = {}
    today = Appointment.objects.filter(valid_on(timezone.localdate()), person__in=found).order_by("post__kind", "post__order")
    for pk, title in today.values_list("person", "post__title"):
        held.setdefault(pk, []).append(title)
    told = [(p, " · ".join(filter(None, (p.unit.name if p.unit else "", *held.get(p.pk, ())[:1])))) for p in found]
    alike = Counter((p.name, detail) for p, detail in told)
    return [Suggestion(p.pk, p.name, f"{detail} · {p.email}" if alike[p.name, detail] > 1 and p.email else detail) for p, detail in told]


def named(found: Sequence[Suggestion], text: str) -> Sequence[Suggestion]:
    """Of what was found those that the text names wholly (alone, or with what tells it from others); all, when it names none."""
    wanted = fold(text).lower()
    return [s for s in found if wanted in (fold(s.label).lower(), fold(s.said).lower())] or found


def _get_people(ids: Collection[int]) -> dict[int, str]:
    return {p.pk: p.name for p in Person.objects.filter(pk__in=ids)}


def _visible_people(person: Person | None, institution_id: int, ids: Collection[int]) -> list[int]:
    """Staff see the directory of their institution; visitors choose nobody."""
    if person is None:
        return []
    return list(Person.objects.filter(institution_id=institution_id, active=True, pk__in=ids).values_list("pk", flat=True))


def register_core() -> None:
    """Units and people."""
    register_reference("unit", _("Unidad"), find=_find_units, get=_get_units, visible=_visible_units)
    register_reference("person", _("Persona"), find=_find_people, get=_get_people, visible=_visible_people)


def labels_of(wanted: Collection[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """The labels of (kind, id) pairs, one query per kind; those that are gone are left out."""
    by_kind: dict[str, set[int]] = {}
    for kind, number in wanted:
        by_kind.setdefault(kind, set()).add(number)
    return {(kind, number): label for kind, ids in by_kind.items() if kind in _references
            for number, label in _references[kind].get(ids).items()}


def resolver(person: Person | None, institution_id: int, files: Collection[str] = ()) -> Callable[[str, Collection[Any]], Collection[Any]]:
    """What `definition.check` asks whether references and files may be chosen.

    Files are those that the person uploaded, and `files` (UUIDs that the response has already, or that came with it).
    """
    def resolve(kind: str, ids: Collection[Any]) -> Collection[Any]:
        if kind == "file":
            return _files(person, institution_id, {str(i) for i in ids}, {str(f) for f in files})
        return _references[kind].visible(person, institution_id, ids) if kind in _references else ()

    return resolve


def _files(person: Person | None, institution_id: int, ids: set[str], known: set[str]) -> set[str]:
    rows = Document.objects.filter(institution_id=institution_id, uuid__in=ids).values_list("uuid", "created_by_id")
    return {str(u) for u, owner in rows if str(u) in known or (person is not None and owner == person.pk)}
