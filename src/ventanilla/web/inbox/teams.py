"""Teams in the inbox: by which it can be narrowed, and what waits for one's own teams and nobody has taken."""
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import Http404, QueryDict

from ventanilla.core.cases import inbox
from ventanilla.core.cases.kinds import Team, teams
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

    @property
    def untaken(self) -> inbox.Place | None:
        """What waits for the person's own teams and nobody has taken; None without teams."""
        return inbox.Place(teams=self.own, hands="nobody") if self.own else None


def choosing(person: Person, asked: QueryDict) -> Choosing:
    """What the person can choose and what was asked for; the first MOST teams."""
    found = list(held.of(person))[:MOST] if (held := teams()) else []
    own, others = [t for t in found if t.mine], [t for t in found if not t.mine]
    return Choosing(own, others, asked.get("equipo", ""), asked.get("atiende", ""))


def named(rows: Sequence[Any]) -> dict[int, str]:
    """The team of each matter that waits for one, by case."""
    held = teams()
    cases: list[Any] = [row.case_id for row in rows if held and row.side == "owner" and row.case.kind in held.kinds]
    return dict(held.names(cases)) if held and cases else {}
