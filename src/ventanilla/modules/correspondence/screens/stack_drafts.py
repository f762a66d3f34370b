"""What a person typed into the rows of the stack, until each is registered: a draft for each page, read together by row.

Rows leave and pages move up; a row finds its values wherever they were kept last.
"""
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.http import QueryDict

from ventanilla.core.orgs.models import Person
from ventanilla.modules.correspondence.forms_stack import SharedForm
from ventanilla.modules.correspondence.services.uploads import stack_of
from ventanilla.web.ui.drafts import discard, keep
from ventanilla.web.ui.models import Draft

KEY: Final = "letter-stack"
_UUID: Final = 36
Values = dict[str, list[str]]


@dataclass(frozen=True)
class Typed:
    """The last values of what all documents share, and of each row by its upload: name of the field and its values."""

    shared: dict[str, str]
    rows: dict[UUID, Values]

    @property
    def ticked(self) -> list[UUID]:
        """The rows to be registered."""
        return [key for key, row in self.rows.items() if row.get("chosen")]

    def data(self, key: UUID) -> dict[str, str]:
        """A row as its form takes it."""
        return {f"{key}-{name}": values[0] for name, values in self.rows.get(key, {}).items() if values}


def key_of(page: int) -> str:
    """The draft of a page; the browser keeps it too while one types."""
    return KEY if page == 1 else f"{KEY}-{page}"


def saved(person: Person) -> Typed:
    """Everything that was kept, the newest of each row."""
    found = Typed({}, {})
    for draft in _drafts(person):
        found.shared.update({name: draft.data[name][0] for name in SharedForm.NAMES if draft.data.get(name)})
        found.rows.update(_rows(draft.data))
    return found


def keep_page(person: Person, page: int, post: QueryDict) -> None:
    """Keep a page as it was sent; a box that is not ticked counts too."""
    data = {name: [str(v) for v in values] for name, values in post.lists() if _row_of(name) or name in SharedForm.NAMES}
    for key in post.getlist("rows"):
        data.setdefault(f"{key}-chosen", [])
    kept = keep(person, key_of(page), data)
    for other in _drafts(person):
        left = {name: values for name, values in other.data.items() if name not in SharedForm.NAMES}
        if other.pk != kept.pk and left != other.data:  # said again just now; the browser would bring the old back on that page
            Draft.objects.filter(pk=other.pk).update(data=left)


def tidy(person: Person) -> None:
    """The drafts forget rows that do not wait any more, and go when nothing of them is left."""
    drafts = list(_drafts(person))
    named = {key for draft in drafts for key in _rows(draft.data)}
    waiting = set(stack_of(person).filter(uuid__in=named).values_list("uuid", flat=True)) if named else set()
    for draft in drafts:
        left = {name: values for name, values in draft.data.items() if (key := _row_of(name)) is None or key in waiting}
        if not any(map(_row_of, left)):
            discard(person, draft.key)
        elif left != draft.data:
            keep(person, draft.key, left)


def _drafts(person: Person) -> Iterator[Draft]:
    yield from Draft.objects.filter(person=person, key__startswith=KEY).order_by("updated_at", "pk")


def _row_of(name: str) -> UUID | None:
    """The upload that a field's name begins with; None for a field of all."""
    try:
        return UUID(name[:_UUID]) if len(name) > _UUID and name[_UUID] == "-" else None
    except ValueError:
        return None


def _rows(data: Values) -> dict[UUID, Values]:
    found: dict[UUID, Values] = {}
    for name, values in data.items():
        if key := _row_of(name):
            found.setdefault(key, {})[name[_UUID + 1:]] = values
    return found
