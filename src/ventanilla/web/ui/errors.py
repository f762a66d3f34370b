"""Error pages in Spanish, and the same for programs (RFC 9457). They need no database, session or static file: they stand when
those fail.
"""

import base64
import errno
import hashlib
import sys
from contextlib import suppress
from functools import lru_cache
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import TooManyFilesSent
from django.db import DatabaseError, DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.translation import get_language
from django.utils.translation import gettext as _

GONE: Final = (
    "08",
    "57P",
)  # SQLSTATE classes: connection exceptions, operator intervention (PostgreSQL appendix A)
FULL: Final = frozenset({"53100", "58030"})
NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    if isinstance(exception, TooManyFilesSent):
        return page(request, 400, _("Son demasiados archivos para un solo envío"), _(
            "Se reciben hasta %(n)s archivos por vez y no se guardó ninguno de estos. Vuelva atrás y súbalos en partes."
        ) % {"n": settings.DATA_UPLOAD_MAX_NUMBER_FILES})
    return page(
        request,
        400,
        _("No entendimos la solicitud"),
        _(
            "La dirección o los datos enviados están incompletos. "
            "Vuelva a la página anterior e inténtelo de nuevo."
        ),
    )


def holds_nul(failure: BaseException) -> bool:
    """Whether a statement was refused because a text in it holds NUL: psycopg says so before it is sent, the database of one in JSON."""
    return isinstance(failure, DataError) and any(mark in str(failure) for mark in ("NUL", "\\u0000"))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return page(
        request,
        403,
        _("No tiene permiso para hacer esto"),
        _("Si lo necesita para su trabajo, pídalo a quien administra la plataforma en su institución."),
    )


def slowed(request: HttpRequest, _answer: HttpResponse | None, _credentials: dict[str, Any] | None) -> HttpResponse:
    """429 of the brake on guessed passwords (AXES_LOCKOUT_CALLABLE)."""
    return page(
        request,
        429,
        _("Demasiadas contraseñas equivocadas"),
        _(
            "Desde este lugar se probaron varias que no eran de esta cuenta, y por seguridad no entra ninguna por un rato. "
            "Espere 15 minutos, o elija otra contraseña con «¿Ha olvidado su contraseña?», en la entrada."
        ),
    )


def expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of the protection against forged requests (CSRF_FAILURE_VIEW)."""
    return page(
        request,
        403,
        _("La página estuvo abierta demasiado tiempo"),
        _(
            "Por seguridad no se envió nada. Vuelva atrás: lo escrito sigue en el formulario. "
            "Recargue la página y envíelo otra vez."
        )
        + _where(request),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, the same for what does not exist and what this person may not see; who is in several institutions is told in which they are."""
    text = _("Puede que la dirección esté mal escrita, que ya no exista o que no esté a su alcance.")
    return page(request, 404, _("No encontramos esta página"), text + _where(request))


def _where(request: HttpRequest) -> str:
    """In which institution somebody of several is now."""
    if len(getattr(request, "people", ())) < 2:
        return ""
    name = request.person.institution.name  # type: ignore[attr-defined]
    return " " + _("Ahora trabaja en «%(name)s»: si esto es de otra de sus instituciones, cambie a ella en el menú de su nombre.") % {
        "name": name}


def only_receives(request: HttpRequest, allowed: str) -> HttpResponse:
    """405 with the methods that the address takes (RFC 9110, 15.5.6)."""
    response = page(
        request,
        405,
        _("Esta dirección solo recibe formularios"),
        _(
            "No se guardó ni se cambió nada. Si acaba de entrar otra vez porque su sesión terminó, "
            "abra la página del formulario y envíelo de nuevo."
        ),
    )
    response["Allow"] = allowed
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """500; 503 with a page that reloads itself when the reason is an unreachable database, 507 when a disk is full."""
    failure = sys.exc_info()[1]
    if isinstance(failure, OSError) and failure.errno in NO_ROOM:
        _drop_half_received(request)
        return full_page(request)
    if isinstance(failure, DatabaseError | InterfaceError):
        return database_page(request, failure) or _plain_error(request)
    return _plain_error(request)


def _plain_error(request: HttpRequest) -> HttpResponse:
    return page(
        request,
        500,
        _("Algo falló de nuestro lado"),
        _(
            "El error quedó registrado. Lo que ya estaba guardado sigue a salvo; "
            "inténtelo de nuevo en unos minutos."
        ),
    )


def database_page(request: HttpRequest, failure: BaseException) -> HttpResponse | None:
    """The 503 page of a database that does not answer or has no room; None for any other database error."""
    state = getattr(failure.__cause__, "sqlstate", None)
    if state in FULL:
        return full_page(request)
    if not isinstance(failure, OperationalError | InterfaceError) or (state and not unreachable(state)):
        return None
    return page(
        request,
        503,
        _("La base de datos no responde"),
        _(
            "Estamos esperando a que vuelva. Esta página se recarga sola cada 10 segundos; "
            "no pierda lo escrito: "
            "si venía de un formulario, vuelva atrás y envíelo otra vez."
        ),
        reload=10,
    )


def _drop_half_received(request: HttpRequest) -> None:
    """What was received of an upload gives its room back now, not when the failed request is forgotten."""
    for handler in request.upload_handlers:
        with suppress(OSError):
            handler.upload_interrupted()


def full_page(request: HttpRequest) -> HttpResponse:
    """The 507 page of a server without room (RFC 4918, 11.5)."""
    return page(
        request,
        507,
        _("No hay espacio para guardar"),
        _(
            "El disco del servidor está lleno. Lo último que envió no se guardó; "
            "lo anterior está a salvo. "
            "Avise a quien administra la plataforma."
        ),
    )


def unreachable(state: str) -> bool:
    """Whether an SQLSTATE means that the server is away, starting, stopping or out of connections."""
    return (state.startswith(GONE) and state != "57014") or state == "53300"


@lru_cache(maxsize=1)
def style() -> tuple[str, str]:
    """The pages' own style sheet and the hash that admits it in the content policy."""
    text = render_to_string("ui/error.css").strip()
    return text, base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def page(request: HttpRequest, status: int, title: str, text: str, *, reload: int = 0) -> HttpResponse:
    """A self-contained page; `reload` seconds make it reload itself (only pages that were read, not sent).

    A problem for programs, to which the text of a page that reloads itself says nothing.
    """
    response = problem(status, title, "" if reload else text) if by_program(request) else _page(request, status, title, text, reload)
    response["Cache-Control"] = "no-store"
    if status == 503:
        response["Retry-After"] = "10"
    return response


def by_program(request: HttpRequest) -> bool:
    """Whether a program of the API asks; a browser, which says that it takes pages, gets one."""
    return request.path.startswith("/api/") and "text/html" not in request.headers.get("Accept", "")


def problem(status: int, title: str, detail: str = "", **more: Any) -> HttpResponse:
    """A problem document; `more` are further members."""
    body = {"type": "about:blank", "status": status, "title": title, "detail": detail or title, **more}
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return JsonResponse(body, status=status, content_type="application/problem+json", headers=headers,
                        json_dumps_params={"ensure_ascii": False})


def _again(request: HttpRequest, status: int) -> str:
    """Where trying again leads: the page without network stands at the address that was asked."""
    if status == 200:
        return ""
    return request.get_full_path() if request.method == "GET" else "/"


def _script() -> str:
    """Where the script stands that asks whether the platform answers again; empty where it was not collected: this page needs nothing."""
    with suppress(ValueError):
        return static("built/again.js")
    return ""


def _page(request: HttpRequest, status: int, title: str, text: str, reload: int) -> HttpResponse:
    css, mark = style()
    context: dict[str, Any] = {
        "status": status,
        "heading": title,
        "text": text,
        "css": css,
        "reload": reload if request.method == "GET" else 0,
        "again": _script(),
        "path": _again(request, status),
        "reference": getattr(request, "id", ""),
        "lang": (get_language() or "es")[:2],
    }
    response = HttpResponse(render_to_string("ui/error.html", context), status=status)
    response.style_hashes = (mark,)  # type: ignore[attr-defined]
    return response
