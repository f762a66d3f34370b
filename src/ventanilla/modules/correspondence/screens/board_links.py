"""Where the figures of the board lead: lists that hold exactly what each counts, as far as whoever looks may see it."""
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse

from ventanilla.core.orgs.models import Unit
from ventanilla.modules.correspondence.measures import LETTERS
from ventanilla.modules.correspondence.screens.board_figures import PENDING, Board
from ventanilla.modules.correspondence.screens.board_sheets import is_now, types_of
from ventanilla.web.screens.units import BELOW, YES


@dataclass(frozen=True)
class Drill:
    """A list, its filter by unit, its filter by day (none: what is now), and the other filters that the figure asks for."""

    screen: str
    unit: str
    day: str = ""
    rest: tuple[tuple[str, str], ...] = ()


COUNTED: Final = (("cancelados", "no"),)
DRILLS: Final = {
    "letters": Drill("correspondencia", "unidad", "recibido", COUNTED), "turns_received": Drill("turnos", "para", "enviado"),
    "turns_sent": Drill("turnos", "de", "enviado"), "answers_sent": Drill("respuestas", "de", "respondido"),
    "answers_received": Drill("respuestas", "para", "respondido"),
    "turns_concluded": Drill("turnos", "para", "concluido", (("estado", "closed"),)),
    "cases_concluded": Drill("correspondencia", "unidad", "concluido"), PENDING: Drill("turnos", "para", "", (("abiertos", "si"),)),
    "files_attached": Drill("archivos", "unidad", "agregado"),
}


class Links:
    """The addresses of a board's figures: of one unit, or of all that it counts together."""

    def __init__(self, board: Board) -> None:
        self.board = board
        period = board.period
        self.days = (("_after", str(period.start)), ("_before", str(period.end)))

    def of(self, slug: str, unit: Unit | int, *more: tuple[str, str], below: bool = False) -> str:
        """The list of a figure of a unit (or of it and everything `below`); empty where no list tells the same."""
        drill = DRILLS.get(slug)
        if drill is None or (slug == PENDING and not is_now(self.board)):
            return ""
        asked = [(drill.unit, str(unit.pk if isinstance(unit, Unit) else unit)), *([(drill.unit + BELOW, YES)] if below else ())]
        days = [(drill.day + suffix, day) for suffix, day in self.days] if drill.day else []
        return f"{reverse('screen', args=[drill.screen])}?{urlencode([*asked, *days, *drill.rest, *more])}"

    def whole(self, slug: str, *more: tuple[str, str]) -> str:
        """The list of a figure of the whole board; empty where its units are no subtree."""
        return self.of(slug, self.board.top, *more, below=True) if self.board.top else ""

    def types(self) -> list[str]:
        """Of the bars by type, in their order."""
        return [self.whole("letters", ("tipo", str(pk))) for pk, _n in types_of(self.board)]

    def sides(self) -> list[str]:
        """Of the bars by direction, in their order."""
        return [self.whole("letters", ("documentacion", part)) for part in LETTERS.parts if self.board.now["letters", None, part]]
