"""What every template receives: person, institution, menu, shell, theme, theme_css, language."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.functional import SimpleLazyObject
from markupsafe import Markup

from ventanilla.core import plans
from ventanilla.core.orgs.models import Institution, Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.web.ui import navigation, returning, themes, words


@dataclass
class Menu:
    """The places of the left menu and of the phone's bottom bar, computed only where they are drawn."""

    person: Person | None
    path: str

    @cached_property
    def places(self) -> tuple[navigation.Place, ...]:
        """Every place the person may open."""
        return tuple(navigation.nav_for(self.person, self.path))

    @property
    def places_phone(self) -> tuple[navigation.Place, ...]:
        """At most five of them."""
        return tuple(p for p in self.places if p.item.on_phone)[:5]


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

    @property
    def hold(self) -> str:
        """The key (256 bits, base64) under which this person's browser holds forms while there is no network; only their pages have it."""
        if self.person is None:
            return ""
        digest = salted_hmac("ventanilla.held", str(self.person.uuid), algorithm="sha256").digest()
        return base64.b64encode(digest).decode()

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
        """Names of the absent people whose place this person takes today; asked only where the reach has work of somebody else."""
        if self.person is None or not reach_of(self.person).lenders:
            return []
        today = timezone.localdate()
        return [str(_PERSON.instance(row)) for row in plans.rows(_ACTING_FOR, [self.person.pk, today, today])]

    @property
    def told(self) -> dict[str, Any]:
        """What the person's menu says of them beside their name."""
        person = self.person
        return {
            "initials": f"{person.given_name[:1]}{person.surname_1[:1]}" if person else "·",
            "given_name": person.given_name if person else "",
            "unit": person.unit.name if person and person.unit else "",
            "acting_for": tuple(self.acting_for),
        }

    @cached_property
    def institutions(self) -> list[Person]:
        """The user's other persons, for changing institution."""
        return [p for p in self.people if p != self.person][:20]


_PERSON = plans.Columns(Person)
_ACTING_FOR = f"""
SELECT {_PERSON.sql("p")} FROM orgs_absence a JOIN orgs_person p ON p.id = a.person_id
WHERE a.acting_id = %s AND a.valid_from <= %s AND a.valid_to > %s LIMIT 5
"""


@dataclass
class CsrfInput:
    """The hidden field of a form that is posted: one for all forms of a page, with the token that its scripts send too."""

    request: HttpRequest

    @cached_property
    def token(self) -> str:
        """Made when it is first drawn: to make one costs as much as a statement."""
        return get_token(self.request)

    @cached_property
    def field(self) -> Markup:
        """As Django writes it."""
        return Markup('<input type="hidden" name="csrfmiddlewaretoken" value="{}">').format(self.token)

    def __html__(self) -> str:
        return self.field

    def __str__(self) -> str:
        return self.field


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context processor of the Jinja2 engine."""
    person: Person | None = getattr(request, "person", None)
    institution: Institution | None = person.institution if person else None
    csrf = CsrfInput(request)
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
        "csrf_input": csrf,
        "csrf_token": SimpleLazyObject(lambda: csrf.token),
        "files_back": returning.FilesBack(request),
        "_": words.in_language(translation.get_language()),
    }


def theme_of(request: HttpRequest) -> str:
    """light, dark or auto: the user's, else the visitor's cookie, else auto."""
    person: Person | None = getattr(request, "person", None)
    chosen = person.user.theme if person and person.user else request.COOKIES.get("tema", "auto")
    return chosen if chosen in {"light", "dark", "auto"} else "auto"
