"""What every template receives: person, institution, menu, shell, theme, theme_css, language."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from ventanilla.core.orgs.models import Absence, Institution, Person
from ventanilla.web.ui import navigation, themes


@dataclass
class Menu:
    """The places of the left menu and of the phone's bottom bar, computed only where they are drawn."""

    person: Person | None
    path: str

    @cached_property
    def nav(self) -> list[navigation.Place]:
        """Every place the person may open."""
        return navigation.nav_for(self.person, self.path)

    @property
    def nav_phone(self) -> list[navigation.Place]:
        """At most five of them."""
        return [p for p in self.nav if p.item.on_phone][:5]


@dataclass
class Shell:
    """The top bar: first action, bell, person's menu. Each part costs at most one query, when drawn."""

    person: Person | None
    people: Sequence[Person] = ()

    @property
    def home(self) -> str:
        """Where the brand leads: the inbox of who signed in, else the public home."""
        return navigation.address("inbox:inbox", settings.LOGIN_REDIRECT_URL) if self.person else "/"

    @cached_property
    def action(self) -> navigation.Place | None:
        """The verb of the top bar."""
        return navigation.action_for(self.person)

    @cached_property
    def notices(self) -> int:
        """Unread notices."""
        return navigation.badge("notices", self.person)

    @property
    def notices_url(self) -> str:
        """The notice centre."""
        return navigation.address("inbox:notices", "/avisos/")

    @cached_property
    def acting_for(self) -> list[str]:
        """Names of the absent people whose place this person takes today."""
        if self.person is None:
            return []
        today = timezone.localdate()
        rows = Absence.objects.filter(acting=self.person, valid_from__lte=today, valid_to__gt=today)
        return [str(a.person) for a in rows.select_related("person")[:5]]

    @cached_property
    def institutions(self) -> list[Person]:
        """The user's other persons, for changing institution."""
        return [p for p in self.people if p != self.person][:20]


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context processor of the Jinja2 engine."""
    person: Person | None = getattr(request, "person", None)
    institution: Institution | None = person.institution if person else None
    return {
        "person": person,
        "institution": institution,
        "menu": Menu(person, request.path),
        "shell": Shell(person, getattr(request, "people", ())),
        "theme": theme_of(request),
        "theme_css": themes.address(institution) if institution else "",
        "logo": themes.logo_shown(institution) if institution else None,
        "language": getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE),
        "events_url": settings.EVENTS_URL,
        "demo": settings.DEMO,
    }


def theme_of(request: HttpRequest) -> str:
    """light, dark or auto: the user's, else the visitor's cookie, else auto."""
    person: Person | None = getattr(request, "person", None)
    chosen = person.user.theme if person and person.user else request.COOKIES.get("tema", "auto")
    return chosen if chosen in {"light", "dark", "auto"} else "auto"
