"""`Idempotency-Key: <uuid>` on any request that changes something: sent again, it is the same thing once.

The answer is kept in the transaction of the change; a repetition that arrives while the first one runs waits for it.
The same key with another request is refused (422). Answers are kept 7 days; registrations by key for ever.
"""
import hashlib
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from ventanilla.web.api.models import ApiToken, KeptAnswer
from ventanilla.web.api.problems import problem
from ventanilla.web.api.services import digest_of

View = Callable[..., Any]


def idempotent(view: View) -> View:
    """Wrap a whole endpoint."""

    @csrf_exempt
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        text = request.headers.get("Idempotency-Key", "")
        if not text or request.method in ("GET", "HEAD", "OPTIONS"):
            return view(request, *args, **kwargs)
        key, person_id = _uuid(text), _person_id(request)
        if key is None:
            return problem(422, _("La cabecera Idempotency-Key debe ser un UUID."), field="Idempotency-Key")
        if person_id is None:
            return view(request, *args, **kwargs)
        try:
            return _once(lambda: view(request, *args, **kwargs), request, person_id, key)
        except IntegrityError:  # a deferred constraint speaks at the commit
            return problem(409, _("Choca con lo que ya está registrado."))

    return asked


def _once(run: Callable[[], HttpResponse], request: HttpRequest, person_id: int, key: UUID) -> HttpResponse:
    mark = fingerprint(request)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [(key.int ^ person_id) % 2**63])
        kept = KeptAnswer.objects.filter(person_id=person_id, key=key).first()
        if kept:
            return _again(kept, mark)
        response = run()
        if response.status_code >= 300:
            transaction.set_rollback(True)
            return response
        KeptAnswer.objects.create(
            person_id=person_id, key=key, request=mark, status=response.status_code, body=response.content,
            content_type=response.headers.get("Content-Type", ""), etag=response.headers.get("ETag", ""))
    return response


def _again(kept: KeptAnswer, mark: str) -> HttpResponse:
    if kept.request != mark:
        return problem(422, _("Esa Idempotency-Key ya se usó con otra solicitud."), field="Idempotency-Key")
    response = HttpResponse(bytes(kept.body), status=kept.status, content_type=kept.content_type)
    response.headers["Idempotency-Replayed"] = "true"
    if kept.etag:
        response.headers["ETag"] = kept.etag
    return response


def fingerprint(request: HttpRequest) -> str:
    """What makes two requests the same: method, address and body (of a form with files only the address)."""
    body = b"" if (request.content_type or "").startswith("multipart/") else request.body
    return hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode() + body).hexdigest()


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _person_id(request: HttpRequest) -> int | None:
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    rows = ApiToken.objects.valid(timezone.now()).filter(digest=digest_of(secret.strip()))
    return rows.values_list("person_id", flat=True).first()


def key_of(request: HttpRequest, number: int = 0) -> UUID | None:
    """The uuid a thing made by this request gets (the n-th one), so that the key holds for ever; None without a key."""
    from uuid import uuid5

    key = _uuid(request.headers.get("Idempotency-Key", ""))
    return key if key is None or number == 0 else uuid5(key, str(number))
