"""Teams in the inbox: by which it can be narrowed, and what waits for one's own teams and nobody has taken."""
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.http import Http404, QueryDict

from ventanilla.core.cases import inbox
from ventanilla.core.cases.kinds import Team, teams
from ventanilla.core.cases.models import Tray
from ventanilla.core.orgs.models import Person
from ventanilla.lib.numbers import whole

OWN: Final = "mios"
HANDS: Final = {"nadie": "nobody", "yo": "mine"}
MOST: Final = 200


@dataclass(frozen=True)
class Choosing:
    """The teams that the person can choose from, and what was chosen: a team's number or OWN; and in whose HANDS."""

    own: Sequence[Team]
    others: Sequence[Team]
    chosen: str
    hands: str

    @property
    def narrowed(self) -> Sequence[Team] | None:
        """The teams of the part that is shown; None: any. Raises Http404 for a team that is not the person's to see."""
        if not self.chosen:
            return None
        if self.chosen == OWN:
            return self.own
        found = [t for t in (*self.own, *self.others) if t.id == whole(self.chosen)]
        if not found:
            raise Http404
        return found

    def waiting(self, person: Person) -> int | None:
        """How much of the person's own teams nobody has taken; None without teams. Capped as every count of the inbox."""
        place = inbox.Place(teams=self.own, hands="nobody")
        return inbox.counts(person, place, [Tray.Tab.TO_DO])[Tray.Tab.TO_DO] if self.own else None


def choosing(person: Person, asked: QueryDict) -> Choosing:
    """What the person can choose and what was asked for; the first MOST teams."""
    found = list(held.of(person))[:MOST] if (held := teams()) else []
    own, others = [t for t in found if t.mine], [t for t in found if not t.mine]
    return Choosing(own, others, asked.get("equipo", ""), asked.get("atiende", ""))


def kept(asked: QueryDict) -> str:
    """What leads from one tab to another: the unit, the team and in whose hands."""
    return urlencode([(name, asked[name]) for name in ("unidad", "equipo", "atiende") if asked.get(name)])

