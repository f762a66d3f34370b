"""Validators of what is neither a case nor a ticket: a row as this person is told it (RFC 9110, 8.8.3 and 13.1.1)."""
import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from ventanilla.web.api import shapes

Shown = Mapping[str, Any]


def etag_of(shown: Shown) -> str:
    """A strong validator of what is told: it changes when any of it does."""
    said = json.dumps(shown, default=str, sort_keys=True, ensure_ascii=False)
    return f'"{hashlib.sha256(said.encode()).hexdigest()[:24]}"'


def told(request: HttpRequest, response: HttpResponse, shown: Shown, etag: str = "") -> Shown:
    """With its `ETag`, of all of it unless another is given. Raises NotModified (304) when `If-None-Match` names it."""
    etag = etag or etag_of(shown)
    shapes.check_newer(request, etag)
    response.headers["ETag"] = etag
    return shown


def changed(request: HttpRequest, response: HttpResponse, row: Model, shape: Callable[[], Shown], verb: Callable[[], object],
            mark: Callable[[Shown], str] = etag_of) -> Shown:
    """Hold the row, check `If-Match`, do it, and tell how the row is then, with its new `ETag`.

    `shape` reads the row anew, `mark` makes its `ETag`. Raises Changed (412) unless the client saw the present state.
    """
    with transaction.atomic():
        type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)
        shapes.unless_changed(request, lambda: mark(shape()))
        verb()
        made = shape()
        response.headers["ETag"] = mark(made)
    return made


def check(request: HttpRequest, shape: Callable[[], Shown]) -> None:
    """`If-Match`: raises Changed (412) unless it names the present state; nothing is read when it is not sent."""
    shapes.unless_changed(request, lambda: etag_of(shape()))


def next_page(request: HttpRequest, after: int | str | None) -> str | None:
    """The address of the following page, by the key of the last row of this one; None after the last."""
    if after is None:
        return None
    query = request.GET.copy()
    query["after"] = str(after)
    return f"{request.path}?{query.urlencode()}"


def small(number: int) -> int:
    """A number that the database can look up; else one that nothing has."""
    return number if 0 < number < 2**62 else -1
