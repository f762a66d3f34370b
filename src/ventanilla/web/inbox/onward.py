"""Working down the inbox: which matters were opened from it, and what comes next when a step leaves nothing to do in one.

A browser keeps from which part of the inbox its last matters were opened (a cookie, so that two windows do not mix and nothing is
written). After a step the message of the page offers the next one of that part, in its order.
"""
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from ventanilla.core.cases import inbox
from ventanilla.core.cases.kinds import kind_of, kinds
from ventanilla.core.cases.models import Tray
from ventanilla.core.orgs.models import Person
from ventanilla.lib.numbers import whole
from ventanilla.web.inbox.parts import key_from, part_of

COOKIE: Final = "bandeja"
MOST: Final = 8
LONGEST: Final = 3000
ELSEWHERE: Final = ("/listas/", "/buscar/")
"""Where one works down something else: a matter that is opened from there is no longer one of the inbox."""
AFTER: Final = "despues"


class OpenedFromInbox:
    """Middleware: keeps from which part of the inbox the matter of a page was opened."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """A cookie, where something of it changed."""
        response = self.get_response(request)
        told = getattr(request, "onward", None) or (_opened(request) if response.status_code == 200 else None)
        if told and _person(request):
            response.set_cookie(COOKIE, _packed(request, told), httponly=True, samesite="Lax", secure=request.is_secure())
        return response


def _opened(request: HttpRequest) -> dict[str, str | None]:
    """The record that was opened, and the query of the inbox where its link stood; None: it was opened from somewhere else."""
    try:
        came = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return {}
    here, inside = reverse("inbox"), request.method == "GET" and came.netloc == request.get_host()
    if not inside or not came.path.startswith((here, *ELSEWHERE)) or case_at(request.path) is None:
        return {}
    asked = QueryDict(came.query, mutable=True)
    asked.pop(AFTER, None)
    known = request.path in _kept(request)
    return {request.path: asked.urlencode()} if came.path == here else {request.path: None} if known else {}


def case_at(path: str) -> int | None:
    """The case whose record has this address; None when none has."""
    number = re.search(r"/(\d+)/$", path)
    case_id = whole(number[1]) if number else None
    return case_id if case_id and any(kind.detail_url(case_id) == path for kind in kinds()) else None


def _kept(request: HttpRequest) -> dict[str, str]:
    """The queries of the inbox by the address of the record opened from there, the last one last; those of whoever is signed in."""
    owner, _dot, rest = request.COOKIES.get(COOKIE, "").partition(".")
    person = _person(request)
    return dict(parse_qsl(rest[:LONGEST], keep_blank_values=True)) if person and owner == str(person.pk) else {}


def _packed(request: HttpRequest, told: dict[str, str | None]) -> str:
    kept = {path: query for path, query in _kept(request).items() if path not in told}
    rows = [*kept.items(), *((path, query) for path, query in told.items() if query is not None)][-MOST:]
    while len(packed := urlencode(rows)) > LONGEST:
        rows = rows[1:]
    person = _person(request)
    return f"{person.pk if person else ''}.{packed}"


def _person(request: HttpRequest) -> Person | None:
    return getattr(request, "person", None)


@dataclass(frozen=True)
class _Opened:
    """The case of a record that was opened from the inbox: whose, which part, and where it stood there before the step."""

    person: Person
    case_id: int
    query: str
    place: inbox.Place
    key: tuple[datetime, int]


class Onward:
    """A step on the matter whose record is at `address`: made before the step, it says afterwards that it was done and what comes next."""

    def __init__(self, request: HttpRequest, address: str) -> None:
        self.request, self.address = request, address
        self.opened = self._standing()

    def tell(self, said: str) -> None:
        """The message of the page to which one returns."""
        messages.success(self.request, format_html("{}{}", said, self._offer(self.opened)) if self.opened else said)

    def _standing(self) -> _Opened | None:
        """None where the record was not opened from the inbox, or the matter did not stand in that part of it."""
        person, query, case_id = _person(self.request), _kept(self.request).get(self.address), case_at(self.address)
        if person is None or query is None or case_id is None:
            return None
        try:
            place = part_of(person, QueryDict(query)).place
        except Http404:
            return None
        key = inbox.standing(person, place, case_id).key or place.after
        return _Opened(person, case_id, query, place, key) if key else None

    def _offer(self, opened: _Opened) -> str:
        """Nothing while something of the matter still waits for the person; its place is kept, for the step may have moved it."""
        asked = QueryDict(opened.query, mutable=True)
        asked[AFTER] = key_from(*opened.key)
        self._keep(self.address, asked.urlencode())
        if inbox.standing(opened.person, opened.place, opened.case_id).owed:
            return ""
        del asked[AFTER]
        now, place = timezone.now(), replace(opened.place, after=opened.key, limit=inbox.NEAR)
        if row := inbox.following(opened.person, place, opened.case_id, now):
            return self._link("", _("Siguiente de la bandeja: %(folio)s"), row, asked)
        if row := inbox.following(opened.person, replace(place, after=None), opened.case_id, now):
            return self._link(_("Era lo último."), _("Lo primero que queda en la bandeja: %(folio)s"), row, asked)
        return format_html(' {} <a href="{}?{}">{}</a>', _("Era lo último de la bandeja."), reverse("inbox"), asked.urlencode(),
                           _("Volver a la bandeja"))

    def _link(self, before: str, words: str, row: Tray, asked: QueryDict) -> str:
        address = kind_of(row.case.kind).detail_url(row.case_id)
        self._keep(address, asked.urlencode())
        return format_html(' {} <span data-steps="{}"><a href="{}" data-onward aria-keyshortcuts="n">{}</a></span>', before,
                           Truncator(row.case.subject).chars(120), address, words % {"folio": row.case.folio})

    def _keep(self, address: str, query: str) -> None:
        told: dict[str, Any] = self.request.__dict__.setdefault("onward", {})
        told[address] = query
