"""Which part of the inbox an address asks for: page, counts, files and saved views read it here, so that they mean the same."""
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from django.http import Http404, QueryDict

from ventanilla.core.cases import inbox
from ventanilla.core.cases.models import Tray
from ventanilla.core.orgs.models import Person
from ventanilla.lib.numbers import whole
from ventanilla.web.inbox import teams
from ventanilla.web.screens.keys import BadKey, pack, unpack

LIGHTS: Final = {"rojo": "red", "ambar": "amber", "verde": "green", "sin-plazo": "none"}
TABS: Final = {"atender": Tray.Tab.TO_DO, "evaluar": Tray.Tab.TO_EVALUATE, "espera": Tray.Tab.WAITING, "concluidos": Tray.Tab.DONE}
ALONG: Final = ("q", "unidad", "equipo", "atiende")
"""What leads from one tab to another."""
LONGEST: Final = 200


@dataclass(frozen=True)
class Part:
    """A tab by its slug, what of it is asked for, and the teams that were chosen from."""

    tab: str
    place: inbox.Place
    team: teams.Choosing

    @property
    def filtered(self) -> bool:
        """Whether it is less than the whole tab."""
        place = self.place
        return bool(place.words or place.unit_id or place.light or self.team.chosen or self.team.hands)


def part_of(person: Person, asked: QueryDict) -> Part:
    """What an address asks for. Raises Http404 for a tab, a team or a key that there is not."""
    name = asked.get("pestana", "atender")
    if name not in TABS:
        raise Http404
    team = teams.choosing(person, asked)
    return Part(name, inbox.Place(
        TABS[name], whole(asked.get("unidad")), LIGHTS.get(asked.get("luz", ""), ""), key_of(asked.get("despues", "")),
        teams=team.narrowed, hands=teams.HANDS.get(team.hands, ""), words=asked.get("q", "").strip()[:LONGEST]), team)


def along(asked: QueryDict) -> str:
    """The query that goes from one tab to another."""
    return urlencode([(name, asked[name]) for name in ALONG if asked.get(name)])


def key_from(at: datetime, pk: int) -> str:
    """The place of a row in the address of the page after it."""
    return pack(at.isoformat(), pk)


def key_of(text: str) -> tuple[datetime, int] | None:
    """The place that an address names; None when it names none. Raises Http404 for one that was not made here."""
    if not text:
        return None
    try:
        at, pk = unpack(text)
        return datetime.fromisoformat(at), pk
    except (BadKey, ValueError, TypeError):
        raise Http404 from None
