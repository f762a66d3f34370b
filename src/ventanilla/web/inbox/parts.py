"""Which part of the inbox an address asks for: page, counts, files and saved views read it here, so that they mean the same."""
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from django.http import Http404, QueryDict

from ventanilla.core.cases import inbox
from ventanilla.core.cases.models import Tray
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.lib.numbers import whole
from ventanilla.web.inbox import teams
from ventanilla.web.screens.keys import BadKey, pack, unpack
from ventanilla.web.screens.units import BELOW, chosen_in

LIGHTS: Final = {"rojo": "red", "ambar": "amber", "verde": "green", "sin-plazo": "none"}
TABS: Final = {"atender": Tray.Tab.TO_DO, "evaluar": Tray.Tab.TO_EVALUATE, "espera": Tray.Tab.WAITING, "concluidos": Tray.Tab.DONE}
UNITS: Final = "unidad"
SIDE: Final = "ambito"
SIDES: Final = {"": inbox.OWN, "dependen": inbox.BELOW}
ALONG: Final = ("q", SIDE, UNITS, UNITS + BELOW, "equipo", "atiende")
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
        return bool(place.words or place.chosen or place.light or place.side == inbox.BELOW or self.team.chosen or self.team.hands)

    @property
    def beside(self) -> inbox.Place | None:
        """The same on the other side of the units where the person works; None where there are no two."""
        other = {inbox.OWN: inbox.BELOW, inbox.BELOW: inbox.OWN}.get(self.place.side)
        return replace(self.place, side=other, light="", after=None) if other else None


def part_of(person: Person, asked: QueryDict) -> Part:
    """What an address asks for. Raises Http404 for a tab, a team or a key that there is not."""
    name = asked.get("pestana", "atender")
    if name not in TABS:
        raise Http404
    team, chosen = teams.choosing(person, asked), _units(asked)
    return Part(name, inbox.Place(
        TABS[name], _side(person, asked, chosen, team), chosen, LIGHTS.get(asked.get("luz", ""), ""), key_of(asked.get("despues", "")),
        teams=team.narrowed, hands=teams.HANDS.get(team.hands, ""), words=asked.get("q", "").replace("\0", " ").strip()[:LONGEST]), team)


def _side(person: Person, asked: QueryDict, chosen: frozenset[int] | None, team: teams.Choosing) -> str:
    """The side of one's units, where there are two and neither units nor a team are asked for."""
    divided = chosen is None and not team.chosen and inbox.units_below(person)
    return SIDES.get(asked.get(SIDE, ""), inbox.OWN) if divided else ""


def _units(asked: QueryDict) -> frozenset[int] | None:
    """The units that are asked for, with what hangs below those of which that is said; None: any."""
    chosen = {pk: below for text, below in chosen_in(asked, UNITS).items() if (pk := whole(text)) is not None}
    heads = [pk for pk, below in chosen.items() if below]
    under = Unit.objects.under(*heads).values_list("pk", flat=True) if heads else ()
    return frozenset({*under, *chosen}) or None


def along(asked: QueryDict, side: str | None = None) -> str:
    """The query that goes from one tab to another, or to that side of one's units."""
    kept = [(name, value) for name in ALONG for value in (asked.getlist(name) if name != SIDE or side is None else [side])]
    return urlencode([(name, value) for name, value in kept if value])


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
