"""Who signs in is shown a new version of the privacy notice once, on the first page they open, and says that they know it."""
from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from ventanilla.core.orgs.models import Person
from ventanilla.core.privacy.services.notices import acknowledged

KNOWN: Final = "privacy_notice"
"""In the session: [person, version] that is known."""
OPEN: Final = ("/perfil/aviso-de-privacidad/", "/privacidad/", "/salir/", "/entrar/", "/cuenta/", "/idioma/", "/api/", "/archivos/")
"""Where nobody is stopped: the notice itself, leaving, the second factor, programs, files."""


class NoticeGate:
    """Costs no query: the version in force stands in the institution's row, and what is known in the session, where it is asked once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Send to the notice, or go on."""
        person: Person | None = getattr(request, "person", None)
        version = person.institution.notice_on(timezone.localdate()) if person else None
        if person and version and _is_page(request) and not known(request, person, version):
            return redirect(f"{reverse('privacy:know')}?{urlencode({'next': request.get_full_path()})}")
        return self.get_response(request)


def known(request: HttpRequest, person: Person, version: int) -> bool:
    """Whether the person knows the version; kept in the session once it is so."""
    told: Any = request.session.get(KNOWN)
    if told == [person.pk, version]:
        return True
    if acknowledged(person, version):
        remember(request, person, version)
        return True
    return False


def remember(request: HttpRequest, person: Person, version: int) -> None:
    """In the session, so that it is not asked again."""
    request.session[KNOWN] = [person.pk, version]


def _is_page(request: HttpRequest) -> bool:
    """A page that a browser opens; not a fragment, a file, a form that is sent, nor a program."""
    return (request.method == "GET" and "text/html" in request.headers.get("Accept", "") and "HX-Request" not in request.headers
            and request.headers.get("Sec-Fetch-Dest", "document") == "document" and not request.path.startswith(OPEN))
