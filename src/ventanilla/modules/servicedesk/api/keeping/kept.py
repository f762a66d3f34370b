"""The four routes that every table of the catalogue has: list, add, read, change. Rows are retired by `active`, not deleted, but for
places in teams.

A table says its schemas and how its references are named; the verb, its checks and its log are those of the pages
(`web.admin_area.services.save_row`).
"""
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.servicedesk.api.shaping import CHANGES, CHECKED, READS
from ventanilla.web.admin_area.registry import Catalogue, catalogue_of
from ventanilla.web.admin_area.services import drop_row, save_row
from ventanilla.web.api import scopes, shapes
from ventanilla.web.api.auth import Bearer, actor
from ventanilla.web.api.validators import changed, next_page, small, told

Resolve = Callable[[Person, Any], Any]
"""(who asks, what they wrote) -> the row that it names; None when there is none."""


@dataclass(frozen=True)
class Kept:
    """A table: `path` under /catalogue/, the `slug` of its catalogue in the administration area, its schemas, and its references."""

    path: str
    slug: str
    one: str
    many: str
    given: type[Schema]
    change: type[Schema]
    shown: type[Schema]
    page: type[Schema]
    names: Mapping[str, Resolve] = field(default_factory=dict)
    drops: bool = False

    @property
    def catalogue(self) -> Catalogue:
        """As the administration area keeps it."""
        return catalogue_of(self.slug)

    def rows(self, person: Person) -> QuerySet[Any]:
        """Those that the person keeps or only reads, with what they name."""
        found = self.catalogue.visible_to(person)
        joined = [n for n in self.names if found.model._meta.get_field(n).is_relation]
        return found.select_related(*joined) if joined else found


class PageAsked(Schema):
    """Which rows; `active`: only those (not) in use, where the table has such."""

    active: bool | None = None
    after: int | None = Field(None, ge=1, le=2**62)
    limit: int = Field(100, ge=1, le=500)


def out(kept: Kept, row: Any) -> dict[str, Any]:
    """The row: its number, each field as it is written, and its key where others name it by that (services, in offerings)."""
    names = (*kept.catalogue.fields, *(["slug"] if "slug" in kept.shown.model_fields else []))
    return {"id": row.pk} | {name: _said(getattr(row, name)) for name in names}


def _shown(kept: Kept, person: Person, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """The rows as they are told; where some are only read, which of them are the person's to change."""
    if "kept" not in kept.shown.model_fields:
        return [out(kept, r) for r in rows]
    theirs = set(kept.catalogue.kept_by(person).filter(pk__in=[r.pk for r in rows]).values_list("pk", flat=True))
    return [out(kept, r) | {"kept": r.pk in theirs} for r in rows]


def _one(kept: Kept, person: Person, pk: int) -> dict[str, Any]:
    """A row as it is told. Raises DoesNotExist."""
    return _shown(kept, person, [kept.rows(person).get(pk=pk)])[0]


def _said(value: Any) -> Any:
    if isinstance(value, Person):
        return shapes.person_ref(value)
    if isinstance(value, Unit):
        return shapes.unit_ref(value)
    return getattr(value, "name", value) if hasattr(value, "_meta") else value


def _ready(kept: Kept, person: Person, given: Mapping[str, Any]) -> dict[str, Any]:
    """What was given, with names made rows. Raises Refused naming the field."""
    return {name: _resolved(kept, person, name, value) if name in kept.names else value for name, value in given.items()}


def _resolved(kept: Kept, person: Person, name: str, value: Any) -> Any:
    if value is None and kept.catalogue.model._meta.get_field(name).null:
        return None
    if value is None:
        raise Refused(_("Hace falta."), name)
    row = kept.names[name](person, value)
    if row is None:
        raise Refused(_("No existe en la institución."), name)
    return row


def named(model: type[Any], key: str = "name") -> Resolve:
    """A row of the institution by its name."""
    return lambda person, text: model._default_manager.filter(institution_id=person.institution_id, **{key: text}).first()


def _auth(kept: Kept, scope: str) -> Bearer:
    """Whoever keeps some of the table; asked late, for tables are registered after the routes are made."""
    return Bearer(scope, lambda person: kept.catalogue.open_to(person))


def serve(router: Router, kept: Kept) -> None:
    """Give the table its routes."""
    _list(router, kept)
    _add(router, kept)
    _read(router, kept)
    _change(router, kept)
    if kept.drops:
        _drop(router, kept)


def _list(router: Router, kept: Kept) -> None:
    def rows(request: HttpRequest, asked: Query[PageAsked]) -> Any:
        person = actor(request)
        found = kept.rows(person).order_by("pk")
        if asked.active is not None and any(f.name == "active" for f in found.model._meta.fields):
            found = found.filter(active=asked.active)
        got = list((found.filter(pk__gt=asked.after) if asked.after else found)[:asked.limit + 1])
        shown = got[:asked.limit]
        return {"items": _shown(kept, person, shown), "next": next_page(request, shown[-1].pk if len(got) > asked.limit else None)}

    router.get(f"/catalogue/{kept.path}", response={200: kept.page, **READS}, auth=_auth(kept, scopes.CATALOGUES),
               operation_id=f"list_kept_{_id(kept)}", summary=f"Catálogo: {kept.many}",
               description="In order of registration; follow `next`.")(rows)


def _add(router: Router, kept: Kept) -> None:
    def add(request: HttpRequest, data: Any) -> Any:
        person = actor(request)
        row = kept.catalogue.model(**({"institution_id": person.institution_id} if kept.catalogue.owner == "institution" else {}))
        made = save_row(actor=person, catalogue=kept.catalogue, row=row, values=_ready(kept, person, data.dict()))
        return 201, _one(kept, person, made.pk)

    add.__annotations__["data"] = kept.given
    router.post(f"/catalogue/{kept.path}", response={201: kept.shown, **CHANGES}, auth=_auth(kept, scopes.CATALOGUES_WRITE),
                operation_id=f"add_kept_{_id(kept)}", summary=f"Catálogo: agregar {kept.one}",
                description="`Idempotency-Key` makes a repetition harmless.")(add)


def _read(router: Router, kept: Kept) -> None:
    def one(request: HttpRequest, response: HttpResponse, row: int) -> Any:
        return told(request, response, _one(kept, actor(request), small(row)))

    router.get(f"/catalogue/{kept.path}/{{int:row}}", response={200: kept.shown, 304: None, **READS}, auth=_auth(kept, scopes.CATALOGUES),
               operation_id=f"get_kept_{_id(kept)}", summary=f"Catálogo: {kept.one}", description="With `ETag`.")(one)


def _change(router: Router, kept: Kept) -> None:
    def change(request: HttpRequest, response: HttpResponse, row: int, data: Any) -> Any:
        person = actor(request)
        found = kept.rows(person).get(pk=small(row))
        ready = _ready(kept, person, data.dict(exclude_unset=True))
        return changed(request, response, found, lambda: _one(kept, person, found.pk),
                       lambda: save_row(actor=person, catalogue=kept.catalogue, row=found, values=ready))

    change.__annotations__["data"] = kept.change
    router.patch(f"/catalogue/{kept.path}/{{int:row}}", response={200: kept.shown, **CHECKED}, auth=_auth(kept, scopes.CATALOGUES_WRITE),
                 operation_id=f"change_kept_{_id(kept)}", summary=f"Catálogo: cambiar {kept.one}",
                 description="What is not named stays; `active` false retires it. `If-Match` refuses (412) what changed meanwhile.")(change)


def _drop(router: Router, kept: Kept) -> None:
    def drop(request: HttpRequest, row: int) -> Any:
        person = actor(request)
        drop_row(actor=person, catalogue=kept.catalogue, row=kept.rows(person).get(pk=small(row)))
        return 204, None

    router.delete(f"/catalogue/{kept.path}/{{int:row}}", response={204: None, **CHANGES}, auth=_auth(kept, scopes.CATALOGUES_WRITE),
                  operation_id=f"drop_kept_{_id(kept)}", summary=f"Catálogo: quitar {kept.one}", description="For good; the log keeps it.")(
                      drop)


def _id(kept: Kept) -> str:
    return kept.path.replace("-", "_")
