"""What happens to every request: an id, a strict content policy, a language, and who is asking."""

import re
import secrets
import uuid
from collections.abc import Callable
from functools import lru_cache
from gzip import GzipFile
from io import BytesIO
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.middleware.gzip import GZipMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers

from ventanilla.core.cases import words
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.models.people import active_people
from ventanilla.web.ui import addresses, errors
from ventanilla.web.ui.logs import request_id

Next = Callable[[HttpRequest], HttpResponse]
SAFE_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")
PERMISSIONS: Final = (
    "camera=(self), publickey-credentials-get=(self), publickey-credentials-create=(self), "
    "geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"
)
SESSION_PERSON: Final = "person"


class RequestId:
    """Takes a proxy's X-Request-ID when it is well formed, else makes one; logs and the answer carry it."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set `request.id` and the context variable for the length of the request."""
        given = request.headers.get("X-Request-ID", "")
        request.id = given if SAFE_ID.fullmatch(given) else uuid.uuid4().hex  # type: ignore[attr-defined]
        mark = request_id.set(request.id)  # type: ignore[attr-defined]
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(mark)
        response["X-Request-ID"] = request.id  # type: ignore[attr-defined]
        return response


class Compressed(GZipMiddleware):
    """Django's, with less effort for whole answers: a list of 51 kB takes 0.2 ms in the place of 0.6 and is 9.8 kB in the place of 9.0."""

    LEVEL: Final = 3
    LEAST: Final = 200

    def process_response(self, request: HttpRequest, response: Any) -> Any:
        """What is sent in parts, is short or is not to be compressed is left to Django."""
        asked = re.search(r"\bgzip\b", request.META.get("HTTP_ACCEPT_ENCODING", ""))
        if response.streaming or len(response.content) < self.LEAST or response.has_header("Content-Encoding") or not asked:
            return super().process_response(request, response)
        patch_vary_headers(response, ("Accept-Encoding",))
        packed = self._packed(response.content)
        if len(packed) < len(response.content):
            response.content = packed
            response.headers["Content-Length"] = str(len(packed))
            response.headers["Content-Encoding"] = "gzip"
            if response.headers.get("ETag", "").startswith('"'):
                response.headers["ETag"] = f"W/{response.headers['ETag']}"  # other bytes, the same said
        return response

    def _packed(self, content: bytes) -> bytes:
        """Under a name of any length, so that the length of an answer does not tell what is in it (BREACH)."""
        held = BytesIO()
        with GzipFile("a" * secrets.randbelow(self.max_random_bytes), "wb", self.LEVEL, held, mtime=0) as file:
            file.write(content)
        return held.getvalue()


class Worded:
    """What Django would tell without a word gets a page: text that no database column can hold (NUL, PostgreSQL 8.3), wherever in the
    request it stood, and an address that was opened though it only receives forms (also by signing in again after sending one)."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Only what goes wrong is looked at."""
        response = self.get_response(request)
        silent = isinstance(response, HttpResponseNotAllowed) and not response.content
        return errors.only_receives(request, response["Allow"]) if silent else response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """400 in words instead of a failure; anything else goes on."""
        return errors.bad_request(request, exception) if errors.holds_nul(exception) else None


@lru_cache(maxsize=16)
def policy(events: str, style_hashes: tuple[str, ...] = ()) -> str:
    """The Content-Security-Policy: own origin only, nothing inline, `events` as the one other connection."""
    styles = " ".join(["'self'", *(f"'sha256-{h}'" for h in style_hashes)])
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            f"style-src {styles}",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            f"connect-src 'self' {events}".rstrip(),
            "media-src 'self' blob:",
            "worker-src 'self'",
            "manifest-src 'self'",
            "frame-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        )
    )


class ContentSecurityPolicy:
    """Adds the policy unless the view set its own; `response.style_hashes` admits error pages' own style."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Set the headers on every answer."""
        response = self.get_response(request)
        hashes = getattr(response, "style_hashes", ())
        response.headers.setdefault("Content-Security-Policy", policy(settings.EVENTS_URL, hashes))
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response


class CurrentPerson:
    """Sets `request.person`: the active person of the signed-in user in the institution of the session.

    None when nobody signed in or the user has no active person. Requests without a session cookie cost no
    query. Also applies the user's language, which wins over the browser's.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Find the person once, before the view."""
        signed_in = settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated
        person = person_of(request) if signed_in else None
        request.person = person  # type: ignore[attr-defined]
        if person is not None:
            words.seen(person.institution_id, person.institution.words_changed)
        if not meant_for(request, person):
            return HttpResponse(status=409 if person else 401)
        language = getattr(request.user, "language", "") if signed_in else chosen_language(request)
        spoken = language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(spoken), addresses.in_one_place():
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
        if person is None and _sent_to_sign_in(request, response):
            response = HttpResponse(status=401)
        response.headers["Content-Language"] = request.LANGUAGE_CODE
        return response


def _sent_to_sign_in(request: HttpRequest, response: HttpResponse) -> bool:
    """A part of a page asked for with a lost session: htmx would follow the redirect and put the sign-in page into it."""
    htmx = getattr(request, "htmx", False)
    return bool(htmx) and isinstance(response, HttpResponseRedirect) and response.url.startswith(settings.LOGIN_URL)


def meant_for(request: HttpRequest, person: Person | None) -> bool:
    """A form that a browser held while there was no network says whose it is, and is never taken for anybody else's."""
    held_for = request.headers.get("X-Held-For")
    return held_for is None or (person is not None and held_for == str(person.pk))


def chosen_language(request: HttpRequest) -> str:
    """The language a visitor chose by cookie; Spanish first, whatever the browser prefers."""
    return request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")


def person_of(request: HttpRequest) -> Person | None:
    """The person chosen in the session, else the user's first active one; most were read with the user. Keeps the others as
    `request.people`."""
    user: Any = request.user
    found, user.people = user.people, None
    mine = sorted((p for p in (active_people(user.pk) if found is None else found) if p.institution.active), key=lambda p: p.pk)
    people = {p.pk: p for p in mine[:50]}
    chosen: Any = request.session.get(SESSION_PERSON)
    person = people.get(chosen) or next(iter(people.values()), None)
    if person is not None:
        person.user = request.user
        request.people = list(people.values())  # type: ignore[attr-defined]
    return person
