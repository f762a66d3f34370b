"""What every template receives: `person`, `institution`, `nav`, `nav_phone`, `theme`, `theme_css`."""
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from ventanilla.core.orgs.models import Person
from ventanilla.web.ui import navigation, themes


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context processor of the Jinja2 engine; the menu is only computed where the shell draws it."""
    person: Person | None = getattr(request, "person", None)
    institution = person.institution if person else None
    menu: Any = SimpleLazyObject(lambda: navigation.as_context(person, request.path))
    return {
        "person": person, "institution": institution, "menu": menu, "theme": theme_of(request),
        "theme_css": themes.address(institution) if institution else "",
        "language": getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE),
        "events_url": settings.EVENTS_URL, "demo": settings.DEMO,
    }


def theme_of(request: HttpRequest) -> str:
    """light, dark or auto: the user's, else the visitor's cookie, else auto."""
    person: Person | None = getattr(request, "person", None)
    chosen = person.user.theme if person and person.user else request.COOKIES.get("tema", "auto")
    return chosen if chosen in {"light", "dark", "auto"} else "auto"
