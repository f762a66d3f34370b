"""Files of a form that comes back with an error: kept (`core/documents`), shown under their field, and sent again with the form.

And the word to the browser that a form was answered, so that what it wrote down before the sending is let go.

A browser forgets chosen files. The page that comes back calls `files_back.of(field)`, which keeps them and gives what to show; the next
time the form is sent, `ReturnedFiles` puts them back among `request.FILES`, so that no view knows whether a file was chosen now or before.
A form is known by its own key (`uuid`); without a key, or without somebody who signed in, files are named and have to be chosen again.
"""
import io
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Final, TypeVar
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse

from ventanilla.core.documents.models import PendingFile
from ventanilla.core.documents.problems import FileRefused
from ventanilla.core.documents.services import FileDraft, drop_files, keep_files, open_pending, pending_files
from ventanilla.core.orgs.models import Person
from ventanilla.web.ui import errors

PENDING: Final = "--pending"
REMOVE: Final = "--remove"
View = TypeVar("View", bound=Callable[..., HttpResponse])
OWN_UPLOADS: Final = "own_uploads"
FORMS: Final = ("multipart/form-data", "application/x-www-form-urlencoded")
ANSWERED: Final = "answered"
UNTOLD: Final = (401, 403, 408, 409, 429)
"""Answers after which a form has to be sent again: assets/js/holding.js keeps what got one of these, or none."""
MOST_ANSWERED: Final = 8


def own_uploads(view: View) -> View:
    """Of a view that sets the handlers of its uploads: nothing reads its form before it, so that nothing comes back to it."""
    setattr(view, OWN_UPLOADS, True)
    return view


class Kept(UploadedFile):  # type: ignore[type-arg]
    """A file that came with the form before, as if it were sent again."""

    def __init__(self, row: PendingFile) -> None:
        super().__init__(open_pending(row), row.filename, size=row.size)


class Unusable(UploadedFile):  # type: ignore[type-arg]
    """In the place of a file that cannot be had: whoever reads it is told why, at its field."""

    def __init__(self, problem: FileRefused) -> None:
        super().__init__(_Refusing(problem), problem.name, size=1)  # type: ignore[arg-type]


class _Refusing(io.RawIOBase):
    def __init__(self, problem: FileRefused) -> None:
        self.problem = problem

    def readable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return 0

    def readinto(self, buffer: Any) -> int:
        raise self.problem


class ReturnedFiles:
    """Middleware, below the one that sets `request.person`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing is told of a request that is no form with a key of somebody who signed in."""
        response = self.get_response(request)
        person, key = _person(request), _sent_key(request) if _is_form(request) else None
        return _answered(request, response, key) if person and key else response

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], _args: Any, _named: Any) -> None:
        """Before the view: what had been kept stands among what was sent. Not where the view says how uploads are read (OWN_UPLOADS)."""
        if not _is_form(request) or getattr(view, OWN_UPLOADS, False):
            return
        person, key = _person(request), key_of(request)
        if person and key:
            for name in [n for n in request.POST if n.endswith(PENDING)]:
                _brought_back(request, person, key, name.removesuffix(PENDING))

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A file that could not be had, read by a view that does not store files: told in words."""
        return errors.bad_request(request) if isinstance(exception, FileRefused) else None


def _answered(request: HttpRequest, response: HttpResponse, key: UUID) -> HttpResponse:
    """Tell the browser, which wrote the form down before the sending, that it is answered: by a cookie, since a redirect says nothing."""
    navigates = request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
    if navigates and response.status_code < 500 and response.status_code not in UNTOLD:
        before = [one for one in request.COOKIES.get(ANSWERED, "").split(".") if _is_key(one) and one != str(key)]
        told = ".".join([*before, str(key)][-MOST_ANSWERED:])
        response.set_cookie(ANSWERED, told, max_age=86_400, samesite="Lax", secure=request.is_secure())
    return response


def _is_form(request: HttpRequest) -> bool:
    return request.method == "POST" and request.content_type in FORMS and _person(request) is not None


def key_of(request: HttpRequest) -> UUID | None:
    """The form's own key; None when it has none."""
    with suppress(ValueError):
        return UUID(request.POST.get("uuid", ""))
    return None


def _sent_key(request: HttpRequest) -> UUID | None:
    """The key as the browser sent it: a form that comes back may have another one by now (`sendings.py`)."""
    return getattr(request, "sent_key", None) or key_of(request)


def _person(request: HttpRequest) -> Person | None:
    return getattr(request, "person", None)


def _brought_back(request: HttpRequest, person: Person, key: UUID, field: str) -> None:
    """What was shown under the field and not taken out stands before what was chosen now."""
    gone = set(request.POST.getlist(field + REMOVE))
    if gone:
        drop_files(actor=person, key=key, uuids=list(_uuids(gone)))
    rows = {str(row.uuid): row for row in pending_files(person, key) if row.field == field}
    shown = [mark.partition(" ") for mark in request.POST.getlist(field + PENDING)]
    files: list[Any] = [_again(rows.get(uuid), name) for uuid, _space, name in shown if uuid not in gone]
    files += request.FILES.getlist(field)
    most = settings.DATA_UPLOAD_MAX_NUMBER_FILES
    if len(files) > most:
        files.append(Unusable(FileRefused("too_many", files[most].name, limit=most)))
    request.FILES.setlist(field, files)


def _uuids(texts: set[str]) -> Iterator[UUID]:
    yield from (UUID(text) for text in texts if _is_key(text))


def _is_key(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


def _again(row: PendingFile | None, name: str) -> "UploadedFile[Any]":
    try:
        return Kept(row) if row else Unusable(FileRefused("gone", name[:255] or "archivo"))
    except FileRefused as problem:
        return Unusable(problem)


class FilesBack:
    """For templates: what is kept of the form that this page shows again. A field's files are kept when they are first asked for."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self._lost: dict[str, list[str]] = {}

    def of(self, field: str, most: int = 0) -> list[PendingFile]:
        """Files to show under the field, the newest `most` of them (0: all); none on a page that no form led to."""
        person, files = _person(self.request), self.request.FILES.getlist(field) if self.request.method == "POST" else []
        key = key_of(self.request) if files else None
        if person is None or key is None:
            self._lost[field] = [f.name for f in files if f.name]
            return []
        if field not in self._lost:
            self._lost[field] = [*_not_kept(person, key, field, files)]
        return [row for row in pending_files(person, key) if row.field == field][-most:]

    def lost(self, field: str) -> list[str]:
        """Names of the field's files that have to be chosen again."""
        return self._lost.get(field, [])


def _not_kept(person: Person, key: UUID, field: str, files: list[Any]) -> Iterator[str]:
    fresh = [f for f in files if not isinstance(f, Kept | Unusable)]
    readable = [f for f in fresh if not f.file.closed]
    for file in readable:
        file.file.seek(0)
    yield from (f.name for f in fresh if f not in readable)
    drafts = [FileDraft(f.name or "archivo", f.file) for f in readable]
    yield from (problem.name for problem in keep_files(actor=person, key=key, field=field, files=drafts))
