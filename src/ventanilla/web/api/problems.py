"""Errors as `application/problem+json` (RFC 9457), in Spanish. What may not be seen is answered as not existing."""
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import DataError, IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from ventanilla.core.documents.problems import DocumentError
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.web.ui.errors import holds_nul, problem


class MissingScope(Exception):
    """The token may not be used for this; `scope` is what it lacks."""

    def __init__(self, scope: str) -> None:
        super().__init__(scope)
        self.scope = scope


class Changed(Exception):
    """The thing is not any more what the client saw (412)."""


class NotModified(Exception):
    """The client has the newest (304)."""

    def __init__(self, etag: str) -> None:
        super().__init__(etag)
        self.etag = etag


def missing() -> HttpResponse:
    """404, whatever the reason."""
    return problem(404, _("No existe o no está a su alcance."))


@csrf_exempt
def nothing_there(request: HttpRequest, rest: str) -> HttpResponse:
    """An address that the API does not have."""
    return missing()


def in_words(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view, with a method that it does not have told as a problem (RFC 9110, 15.5.6). What is read by GET has a HEAD (9.1)."""

    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = _as_get(view)(request, *args, **kwargs) if request.method == "HEAD" else view(request, *args, **kwargs)
        return _not_allowed(response) if isinstance(response, HttpResponseNotAllowed) else response

    return asked


def _as_get(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view answering HEAD as GET; the server sends none of the body."""

    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.method = "GET"
        try:
            return view(request, *args, **kwargs)
        finally:
            request.method = "HEAD"

    return asked


def _not_allowed(response: HttpResponse) -> HttpResponse:
    allowed = response["Allow"].replace("GET", "GET, HEAD")
    told = problem(405, _("Esta dirección no admite ese método."), _("Admite: %(methods)s.") % {"methods": allowed})
    told["Allow"] = allowed
    return told


def install(api: NinjaAPI) -> None:
    """Say which exception becomes which problem."""
    add: Callable[[type[Exception], Callable[[HttpRequest, Any], HttpResponse]], None] = api.add_exception_handler
    for kind in (NotAllowed, Http404, ObjectDoesNotExist):
        add(kind, lambda request, exc: missing())
    add(Refused, _refused)
    add(DocumentError, _unusable)
    add(AuthenticationError, _no_token)
    add(MissingScope, _too_narrow)
    add(Changed, lambda request, exc: problem(
        412, _("El asunto cambió desde que usted lo leyó."), _("Vuelva a leerlo y decida de nuevo.")))
    add(NotModified, lambda request, exc: HttpResponse(status=304, headers={"ETag": exc.etag}))
    add(IntegrityError, lambda request, exc: problem(409, _("Choca con lo que ya está registrado.")))
    add(DataError, _unstorable)
    add(ValidationError, _invalid)
    add(HttpError, lambda request, exc: problem(  # django-ninja's own words for a body that it cannot read are English
        exc.status_code, _("La solicitud no se entendió."), _("El cuerpo debe ser JSON.") if exc.status_code == 400 else str(exc)))


def _no_token(request: HttpRequest, exc: Any) -> HttpResponse:
    """401; what is wrong with a token that was sent is told apart from none (RFC 6750, 3.1)."""
    if not request.headers.get("Authorization"):
        return problem(401, _("Falta una clave vigente de la API."))
    told = problem(401, _("Esa clave de la API no existe, venció o se retiró."))
    told["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    return told


def _too_narrow(request: HttpRequest, exc: Any) -> HttpResponse:
    told = problem(403, _("La clave no tiene el permiso necesario."), _("Falta el permiso «%(s)s».") % {"s": exc.scope})
    told["WWW-Authenticate"] = f'Bearer error="insufficient_scope", scope="{exc.scope}"'
    return told


def _refused(request: HttpRequest, exc: Any) -> HttpResponse:
    """422 for fields, each with what is wrong with it; 409 when the state does not allow it."""
    if not exc.field:
        return problem(409, _("No se puede hacer."), exc.message)
    errors = [{"field": field, "detail": message} for field, message in exc.errors.items()]
    return problem(422, _("No se puede hacer."), exc.message, field=exc.field, errors=errors)


def _unstorable(request: HttpRequest, exc: Any) -> HttpResponse:
    """422 for a text with NUL; anything else is a fault of ours."""
    if not holds_nul(exc):
        raise exc
    return problem(422, _("Hay datos que faltan o no son válidos."), _("Un texto lleva un carácter que no se puede guardar (NUL)."))


def _unusable(request: HttpRequest, exc: Any) -> HttpResponse:
    """422; 507 where it is not the file but the disk (RFC 4918, 11.5): the same request may succeed later."""
    status = 507 if getattr(exc, "code", "") == "disk_full" else 422
    return problem(status, _("No se pudo usar el archivo."), exc.message, field="file")


def _invalid(request: HttpRequest, exc: Any) -> HttpResponse:
    errors = [{"field": ".".join(str(part) for part in e["loc"][1:]) or str(e["loc"][-1]), "code": e["type"]}
              for e in exc.errors]
    named = ", ".join(e["field"] for e in errors)
    return problem(422, _("Hay datos que faltan o no son válidos."), _("Revise: %(f)s.") % {"f": named}, errors=errors)
