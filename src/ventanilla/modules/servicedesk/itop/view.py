"""`/itop/webservices/rest.php`: iTop's REST/JSON protocol, version 1.3, for scripts that were written against it.

Who asks is said by a token of ours (My profile, API): as `auth_pwd` (with the person's e-mail as `auth_user`), by HTTP Basic
in the same way, as `auth_token`, or in the headers `Auth-Token` or `Authorization: Bearer`. Passwords are never taken.
"""
import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from ventanilla.core.documents.problems import DocumentError
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.servicedesk.itop import problems
from ventanilla.modules.servicedesk.itop.operations import ALSO, OPERATIONS, Asked, run
from ventanilla.modules.servicedesk.itop.problems import ItopError
from ventanilla.web.api.models import ApiToken
from ventanilla.web.api.services import digest_of

VERSIONS: Final = ("1.0", "1.1", "1.2", "1.3")


@csrf_exempt
@require_http_methods(["GET", "POST"])
def rest(request: HttpRequest) -> HttpResponse:
    """One operation. Always 200 with a code inside, as scripts expect."""
    try:
        answer = _answer(request)
    except ItopError as problem:
        answer = {"code": problem.code, "message": problem.message}
    except NotAllowed as refusal:
        answer = {"code": problems.UNAUTHORIZED, "message": f"Error: {refusal.message}"}
    except Refused as refusal:
        where = f" ({refusal.field})" if refusal.field else ""
        answer = {"code": problems.INTERNAL_ERROR, "message": f"Error: {refusal.message}{where}"}
    except DocumentError as problem:
        answer = {"code": problems.INTERNAL_ERROR, "message": f"Error: {problem.message}"}
    except IntegrityError:
        answer = {"code": problems.INTERNAL_ERROR, "message": "Error: it clashes with what is there already"}
    return JsonResponse({"code": problems.OK, "message": "", **answer}, json_dumps_params={"ensure_ascii": False})


def _answer(request: HttpRequest) -> dict[str, Any]:
    given = request.POST if request.method == "POST" else request.GET
    version = given.get("version") or request.GET.get("version") or ""
    if not version:
        raise ItopError("Missing parameter 'version' (e.g. '1.3')", problems.MISSING_VERSION)
    if version not in VERSIONS:
        raise ItopError(f"Unsupported version '{version}'", problems.UNSUPPORTED_VERSION)
    token = _token(request, given)
    data = _data(given.get("json_data") or request.GET.get("json_data") or "")
    name = str(data.get("operation") or "")
    if name == "list_operations":
        return _operations(version)
    if name == "core/check_credentials":
        return _credentials(data)
    if name not in OPERATIONS:
        raise ItopError(f"Unknown operation '{name}'", problems.UNKNOWN_OPERATION)
    request.person = token.person  # type: ignore[attr-defined]
    return run(Asked(token.person, frozenset(token.scopes), data, _repeated(request)), name)


def _data(text: str) -> Mapping[str, Any]:
    if not text:
        raise ItopError("Missing parameter 'json_data'", problems.MISSING_JSON)
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise ItopError("Parameter json_data is not a valid JSON structure", problems.INVALID_JSON)
    return data


def _repeated(request: HttpRequest) -> UUID | None:
    """`Idempotency-Key`: what is created with it is created once."""
    try:
        return UUID(request.headers.get("Idempotency-Key", ""))
    except ValueError:
        return None


def _token(request: HttpRequest, given: Mapping[str, Any]) -> ApiToken:
    """The token of the request. Raises ItopError: 5 and 6 for what is missing, 1 for what does not hold."""
    scheme, _space, rest_of = request.headers.get("Authorization", "").partition(" ")
    user, secret = str(given.get("auth_user") or ""), str(given.get("auth_pwd") or "")
    if scheme.lower() == "basic" and not user:
        user, secret = _basic(rest_of)
    bare = request.headers.get("Auth-Token") or given.get("auth_token") or (rest_of if scheme.lower() == "bearer" else "")
    if not bare and not user:
        raise ItopError("Missing parameter 'auth_user'", problems.MISSING_USER)
    if not bare and not secret:
        raise ItopError("Missing parameter 'auth_pwd'", problems.MISSING_PASSWORD)
    found = _valid(str(bare).strip() or secret, "" if bare else user)
    if found is None:
        raise ItopError("Error: Invalid login", problems.UNAUTHORIZED)
    return found


def _basic(text: str) -> tuple[str, str]:
    try:
        user, _colon, secret = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return user, secret


def _valid(secret: str, user: str) -> ApiToken | None:
    """The token of that secret; with a user, only when it is theirs (by the e-mail of the person or of the account)."""
    now = timezone.now()
    row: ApiToken | None = ApiToken.objects.valid(now).select_related("person__institution", "person__user", "person__unit").filter(
        digest=digest_of(secret)).first()
    if row is None or not row.person.user:
        return None
    if user and user.strip().lower() not in (row.person.email.lower(), row.person.user.email.lower()):
        return None
    if row.last_used_at is None or (now - row.last_used_at).total_seconds() > 60:
        ApiToken.objects.filter(pk=row.pk).update(last_used_at=now)
    return row


def _credentials(data: Mapping[str, Any]) -> dict[str, Any]:
    return {"authorized": _valid(str(data.get("password") or ""), str(data.get("user") or "-")) is not None}


def _operations(version: str) -> dict[str, Any]:
    found = {name: text for name, (_run, text) in OPERATIONS.items()} | ALSO
    return {"version": version, "message": f"Operations: {len(found)}",
            "operations": [{"verb": verb, "description": text, "extension": "CoreServices"} for verb, text in sorted(found.items())]}
