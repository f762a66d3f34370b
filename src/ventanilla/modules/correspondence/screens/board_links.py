"""Where the figures of the board lead: lists that hold exactly what each counts, as far as whoever looks may see it."""
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse

from ventanilla.core.orgs.models import Unit
from ventanilla.modules.correspondence.measures import LETTERS
from ventanilla.modules.correspondence.screens.board_figures import PENDING, Board
from ventanilla.modules.correspondence.screens.board_sheets import is_now, types_of
from ventanilla.web.screens.units import asked_for


@dataclass(frozen=True)
class Drill:
    """A list, its filter by unit, its filter by day (none: what is now), and the other filters that the figure asks for."""

    screen: str
    unit: str
    day: str = ""
    rest: tuple[tuple[str, str], ...] = ()


COUNTED: Final = (("cancelados", "no"),)
SENT: Final = (("evaluacion", "sent"),)
DRILLS: Final = {
    "letters": Drill("correspondencia", "unidad", "recibido", COUNTED), "turns_received": Drill("turnos", "para", "enviado"),
    "turns_sent": Drill("turnos", "de", "enviado"), "answers_sent": Drill("respuestas", "de", "respondido", SENT),
    "answers_received": Drill("respuestas", "para", "respondido", SENT),
    "turns_concluded": Drill("turnos", "para", "concluido", (("estado", "closed"),)),
    "cases_concluded": Drill("correspondencia", "unidad", "concluido"), PENDING: Drill("turnos", "para", "", (("abiertos", "si"),)),
    "files_attached": Drill("archivos", "unidad", "agregado"),
}


MOST: Final = 100
"""Units in an address, which servers take up to some thousand characters of."""


class Links:
    """The addresses of a board's figures: of one unit, or of all that it counts together; of its period, or of a step of it."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.days = (str(board.period.start), str(board.period.end))

    def of(self, slug: str, unit: Unit) -> str:
        """The list of a figure of a unit; empty where no list tells the same."""
        return self._list(slug, [(unit.pk, False)], self.days)

    def whole(self, slug: str, *more: tuple[str, str]) -> str:
        """The list of a figure of the whole board."""
        return self._list(slug, self.board.cover, self.days, *more)

    def points(self, slug: str) -> list[str]:
        """Of the points of a line, in their order; empty where there is nothing."""
        counted = zip(self.board.period.spans, self.board.steps[slug], strict=True)
        return [self._list(slug, self.board.cover, (str(first), str(last))) if n else "" for (first, last), n in counted]

    def stored(self) -> list[str]:
        """All files that there were at the end of each step."""
        return [self._list("files_attached", self.board.cover, ("", str(last))) for _first, last in self.board.period.spans]

    def types(self) -> list[str]:
        """Of the bars by type, in their order."""
        return [self.whole("letters", ("tipo", str(pk))) for pk, _n in types_of(self.board)]

    def sides(self) -> list[str]:
        """Of the bars by direction, in their order."""
        return [self.whole("letters", ("documentacion", part)) for part in LETTERS.parts if self.board.now["letters", None, part]]

    def _list(self, slug: str, units: Sequence[tuple[int, bool]], days: tuple[str, str], *more: tuple[str, str]) -> str:
        drill = DRILLS.get(slug)
        if drill is None or len(units) > MOST or (slug == PENDING and not is_now(self.board)):
            return ""
        between = [(drill.day + suffix, day) for suffix, day in zip(("_after", "_before"), days, strict=True) if drill.day and day]
        return f"{reverse('screen', args=[drill.screen])}?{urlencode([*asked_for(drill.unit, units), *between, *drill.rest, *more])}"
