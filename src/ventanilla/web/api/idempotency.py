"""`Idempotency-Key: <uuid>` on any request that changes something: sent again, it is the same thing once.

The answer is kept in the transaction of the change; a repetition that arrives while the first one runs waits for it.
The same key with another request is refused (422). Answers are kept 7 days; registrations by key for ever.
"""
import hashlib
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from ventanilla.core import plans
from ventanilla.web.api.auth import held_and_kept
from ventanilla.web.api.models import KeptAnswer
from ventanilla.web.ui.errors import problem

View = Callable[..., Any]
_KEEP = """
INSERT INTO api_keptanswer (person_id, key, request, status, body, content_type, etag, at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
RETURNING id
"""


def idempotent(view: View) -> View:
    """Wrap a whole endpoint."""

    @csrf_exempt
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        text = request.headers.get("Idempotency-Key", "")
        if not text or request.method in ("GET", "HEAD", "OPTIONS"):
            return view(request, *args, **kwargs)
        key, secret = _uuid(text), _secret(request)
        if key is None:
            return problem(422, _("La cabecera Idempotency-Key debe ser un UUID."), field="Idempotency-Key")
        if secret is None:
            return view(request, *args, **kwargs)
        try:
            return _once(lambda: view(request, *args, **kwargs), request, secret, key)
        except IntegrityError:  # a deferred constraint speaks at the commit
            return problem(409, _("Choca con lo que ya está registrado."))

    return asked


def _once(run: Callable[[], HttpResponse], request: HttpRequest, secret: str, key: UUID) -> HttpResponse:
    mark = fingerprint(request)
    with transaction.atomic():
        held, row = held_and_kept(request, secret, key)
        if held is None:
            return run()  # which says that the token is not valid
        if row:
            return _again(KeptAnswer(request=row[0], status=row[1], body=row[2], content_type=row[3], etag=row[4]), mark)
        response = run()
        if response.status_code >= 300:
            transaction.set_rollback(True)
            return response
        plans.rows(_KEEP, [held.person.pk, key, mark, response.status_code, response.content, response.headers.get("Content-Type", ""),
                           response.headers.get("ETag", ""), timezone.now()])
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


def _secret(request: HttpRequest) -> str | None:
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else None


def key_of(request: HttpRequest, number: int = 0) -> UUID | None:
    """The uuid a thing made by this request gets (the n-th one), so that the key holds for ever; None without a key."""
    from uuid import uuid5

    key = _uuid(request.headers.get("Idempotency-Key", ""))
    return key if key is None or number == 0 else uuid5(key, str(number))
