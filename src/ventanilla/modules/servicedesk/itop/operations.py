"""The operations of the protocol: what each takes and answers (iTop's "REST/JSON services" 1.3)."""
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.itop import around, items, knowledge, lnk, tickets  # noqa: F401 - they register their classes
from ventanilla.modules.servicedesk.itop.adding import ADDED
from ventanilla.modules.servicedesk.itop.asking import found_by
from ventanilla.modules.servicedesk.itop.classes import ItopClass, Seen, class_of
from ventanilla.modules.servicedesk.itop.doing import Doing, apply
from ventanilla.modules.servicedesk.itop.problems import INVALID_PAGE, UNAUTHORIZED, ItopError
from ventanilla.modules.servicedesk.itop.profile import OF_KIND
from ventanilla.modules.servicedesk.itop.related import related
from ventanilla.modules.servicedesk.itop.states import status_of
from ventanilla.modules.servicedesk.itop.writing import create, update, update_ticket
from ventanilla.web.api import scopes

MOST: Final = 20_000
FILES: Final = 50
"""Files with their contents in one answer, at most."""
NEEDED: Final = {"Attachment": scopes.FILES_WRITE, **dict.fromkeys(ADDED, scopes.WRITE)}
"""What a token needs to create objects of a class, where that is not to open tickets."""
Answer = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """A request: whose token, with which scopes, what is wanted, and the key of its repetition."""

    person: Person
    scopes: frozenset[str]
    data: Mapping[str, Any]
    key: UUID | None = None

    def kind(self) -> ItopClass:
        """The class that it names, when the token may read it. Raises ItopError."""
        found = class_of(self.text("class"))
        if found is None:
            raise ItopError(f"Unknown class '{self.text('class')}'")
        self.need(found.scope)
        return found

    def need(self, scope: str) -> None:
        """Raise ItopError unless the token has that scope."""
        if scope not in self.scopes:
            raise ItopError(f"Error: this token is not allowed to do this (scope {scope})", UNAUTHORIZED)

    def text(self, name: str) -> str:
        """A parameter that must be there. Raises ItopError."""
        value = self.data.get(name)
        if not isinstance(value, str) or not value:
            raise ItopError(f"Missing parameter '{name}'")
        return value

    def fields(self) -> dict[str, Any]:
        """The values by field. Raises ItopError."""
        found = self.data.get("fields", {})
        if not isinstance(found, dict):
            raise ItopError("Parameter 'fields' is an object")
        return found

    @property
    def comment(self) -> str:
        """Why; goes into the history."""
        return str(self.data.get("comment") or "")[:2000]


def shown(asked: Asked, rows: Sequence[Any], kind: ItopClass, note: str = "") -> Answer:
    """`objects` by "Class::key", with the fields that were asked for; null when there are none."""
    seen = Seen(asked.person, rows)
    names = _fields(asked.data.get("output_fields", "*"), kind)
    found = {}
    for row in rows:
        final = kind.final(row)
        found[f"{final}::{row.pk}"] = {
            "code": 0, "message": note, "class": final, "key": str(row.pk),
            "fields": {name: kind.fields[name].read(row, seen) for name in _visible(names, row, seen)}}
    return {"objects": found or None}


def _visible(names: Iterable[str], row: Any, seen: Seen) -> Iterable[str]:
    """The private log is not even named to who is not of the desk."""
    private = isinstance(row, Case) and not seen.staff(row)
    return (name for name in names if not (private and name == "private_log"))


def _fields(wanted: Any, kind: ItopClass) -> list[str]:
    text = str(wanted).strip()
    if text in ("*", "*+", ""):
        return list(kind.fields)
    names = [n.strip() for n in text.split(",") if n.strip()]
    if ":" in text:
        names = [n.strip() for part in text.split(";") for n in part.split(":")[-1].split(",") if n.strip()]
    if unknown := [n for n in names if n not in kind.fields]:
        raise ItopError(f"Unknown attribute '{unknown[0]}' of class '{kind.name}'")
    return list(dict.fromkeys(names))


def get(asked: Asked) -> Answer:
    """core/get."""
    kind = asked.kind()
    rows = found_by(asked.person, kind, _key(asked), asked.scopes).order_by("pk")
    limit, page = _whole(asked, "limit", 0), _whole(asked, "page", 1)
    if page < 1:
        raise ItopError("The page number begins at 1", INVALID_PAGE)
    start = (page - 1) * limit
    taken = list(rows[start:start + min(limit, MOST)] if limit else rows[:MOST + 1])
    if len(taken) > MOST:
        raise ItopError(f"More than {MOST} objects: ask with 'limit' and 'page'")
    if kind.name == "Attachment" and len(taken) > FILES and "contents" in _fields(asked.data.get("output_fields", "*"), kind):
        raise ItopError(f"More than {FILES} files: ask with 'limit' and 'page', or without 'contents'")
    return {**shown(asked, taken, kind), "message": f"Found: {len(taken)}"}


def _key(asked: Asked) -> Any:
    key = asked.data.get("key")
    if key is None or isinstance(key, bool | list):
        raise ItopError("Missing parameter 'key'")
    return key


def _whole(asked: Asked, name: str, usual: int) -> int:
    text = str(asked.data.get(name) or usual).strip()
    if not re.fullmatch(r"\d{1,9}", text):
        raise ItopError(f"'{name}' is a number", INVALID_PAGE)
    return int(text)


def _one(asked: Asked, kind: ItopClass) -> Any:
    rows = list(found_by(asked.person, kind, _key(asked), asked.scopes)[:2])
    if len(rows) != 1:
        raise ItopError("Several items found: a change is of one" if rows else "No item found with that key")
    return rows[0]


def _written(asked: Asked, kind: ItopClass, pk: int, note: str) -> Answer:
    """The object as it is now, as the person sees it; nothing of it when it is not theirs to see any more."""
    return {**shown(asked, list(kind.rows(asked.person).filter(pk=pk)), kind, note), "message": ""}


def make(asked: Asked) -> Answer:
    """core/create."""
    name = asked.text("class")
    asked.need(NEEDED.get(name, scopes.TICKETS))
    row = create(asked.person, name, asked.fields(), asked.comment, asked.key)
    if name == "Attachment" and scopes.FILES_READ not in asked.scopes:
        made = {"code": 0, "message": "created", "class": "Attachment", "key": str(row.pk), "fields": {}}
        return {"objects": {f"Attachment::{row.pk}": made}, "message": ""}
    kind = class_of(name)
    assert kind
    return _written(asked, kind, row.pk, "created")


def change(asked: Asked) -> Answer:
    """core/update."""
    asked.need(scopes.WRITE)
    kind = asked.kind()
    row = _one(asked, kind)
    update(asked.person, row, asked.fields(), asked.comment)
    return _written(asked, kind, row.pk, "updated")


def stimulate(asked: Asked) -> Answer:
    """core/apply_stimulus: legal or not is said by the profile; what it needs and who may, by our verbs.

    Scripts say `ev_resolve` as iTop's own data model does, or `resolve`.
    """
    asked.need(scopes.WRITE)
    kind, stimulus = asked.kind(), asked.text("stimulus").removeprefix("ev_")
    case = _one(asked, kind)
    if not isinstance(case, Case):
        raise ItopError(f"Invalid stimulus: '{stimulus}': objects of class '{kind.name}' have no states here")
    Case.objects.select_for_update(of=("self",)).get(pk=case.pk)  # two scripts at once: the second sees what the first did
    do = Doing(asked.person, case, asked.fields(), asked.comment)
    state = status_of(do.again(), timezone.now())
    if OF_KIND[case.kind].target(state, stimulus) is None:
        raise ItopError(f"Invalid stimulus: '{stimulus}' on the object {case.folio} in state '{state}'")
    apply(do, stimulus)
    do.again()
    update_ticket(do)
    return _written(asked, kind, case.pk, "")


def relate(asked: Asked) -> Answer:
    """core/get_related."""
    kind = asked.kind()
    rows = list(found_by(asked.person, kind, _key(asked), asked.scopes)[:1000])
    return related(asked.person, rows, asked.data)


OPERATIONS: Final[Mapping[str, tuple[Callable[[Asked], Answer], str]]] = {
    "core/create": (make, "Create an object"), "core/update": (change, "Update an object"),
    "core/apply_stimulus": (stimulate, "Apply a stimulus to change the state of an object"),
    "core/get": (get, "Search for objects"), "core/get_related": (relate, "Get related objects through the specified relation"),
}
ALSO: Final = {"core/check_credentials": "Check user credentials", "list_operations": "List operations"}


def run(asked: Asked, name: str) -> Answer:
    """One operation, whole or not at all. Raises ItopError, NotAllowed and Refused."""
    with transaction.atomic():
        return OPERATIONS[name][0](asked)
