"""How the rows of the inbox are drawn. A function, as the cells of lists are: a template takes several times as long for each."""
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

from markupsafe import Markup, escape

from ventanilla.core.cases.kinds import kind_of
from ventanilla.core.cases.models import Turn
from ventanilla.core.cases.models.cases import Confidentiality, Priority
from ventanilla.core.cases.words import state_of, turn_state_of
from ventanilla.lib.worktime import Light
from ventanilla.web.inbox import bulk
from ventanilla.web.inbox.listed import light_on
from ventanilla.web.screens.columns import LightCell
from ventanilla.web.ui.formats import BETWEEN, escaped, reader
from ventanilla.web.ui.icons import icon
from ventanilla.web.ui.lights import light as mark
from ventanilla.web.ui.words import in_language

DONE: Final = "concluidos"


class Drawing:
    """Draws rows with the fields ROW on a tab of the inbox; what many rows say is worked out once."""

    def __init__(self, tab: str, pages: Sequence[bulk.ManyPage] = ()) -> None:
        self.tab, self.pages, self.reads = tab, pages, reader()
        _ = self.say = in_language(self.reads.language)
        self.sent_by = cache(lambda unit: _("De %(unit)s", unit=unit))
        self.answered_by = cache(lambda unit: _("Responde %(unit)s", unit=unit))
        self.held_by = cache(lambda unit: _("Con %(unit)s", unit=unit))
        self.mark = cache(lambda light: mark(light.shape, self.reads.due_words(light)))
        self.choose = str(_("Elegir %(folio)s", folio=BETWEEN))
        self.states: dict[tuple[Any, ...], str] = {}

    def groups(self, rows: Sequence[Any], turns: Mapping[int, Any], teams: Mapping[int, str]) -> list[tuple[Light, int, Markup]]:
        """The rows by light, each light where its first row stands, with their number. Turns with the fields TURN by their keys, teams by
        those of cases."""
        groups: dict[Light, list[str]] = {}
        folios, subjects = escaped([str(row.case.folio) for row in rows]), escaped([str(row.case.subject) for row in rows])
        addresses = escaped([kind_of(row.case.kind).detail_url(row.case_id) for row in rows])
        for row, *texts in zip(rows, folios, subjects, addresses, strict=True):
            turn = turns.get(row.turn_id or 0)
            light = light_on(row, turn)
            drawn = self._row(row, turn, teams.get(row.case_id, ""), light, *texts)
            groups.setdefault(light.light, []).append(drawn)
        return [(light, len(drawn), Markup("".join(drawn))) for light, drawn in groups.items()]

    def _row(self, row: Any, turn: Any, team: str, light: LightCell, folio: str, subject: str, address: str) -> str:
        """One of them; its texts are ready to stand in markup."""
        return (
            f'<li class="inbox-row" data-row id="tray-{row.case_id}-{row.turn_id or 0}-{row.side}">\n{self._choice(row, turn, folio)}'
            f'  <div class="row-body">\n  <div class="between"><span class="cluster">{self.mark(light)} '
            f'<a class="folio" href="{address}" data-row-link>{folio}</a>'
            f'{self._tags(row.case, turn)}</span>\n'
            f'  <span class="state">{self._state(row.case, turn)}</span></div>\n'
            f'  <p class="clamp-2">{subject}</p>\n'
            f'  <p class="quiet small">{self._hands(row, turn, team)} · {self.reads.relative(row.since)}</p>\n  </div>\n</li>\n')

    def _state(self, case: Any, turn: Any) -> str:
        """What the state is called of the turn, or of a case without one."""
        key = (turn.institution_id, turn.purpose, turn.state) if turn else (case.institution_id, None, case.kind, case.state)
        if (known := self.states.get(key)) is None:
            known = self.states[key] = str(escape(turn_state_of(turn) if turn else state_of(case)))
        return known

    def _choice(self, row: Any, turn: Any, folio: str) -> str:
        """The box of a turn that may be ticked."""
        chosen = bulk.choice_of(row, turn, self.pages)
        return "" if chosen is None else (
            f'<label class="pick"><input type="checkbox" name="{chosen[0]}" value="{chosen[1]}">'
            f'<span class="visually-hidden">{self.choose.replace(BETWEEN, folio)}</span></label>')

    def _tags(self, case: Any, turn: Any) -> str:
        """What a matter is besides its folio, where it is anything."""
        _, tags = self.say, ""
        if case.priority == Priority.URGENT:
            tags += f' <span class="state state-bad">{_("Urgente")}</span>'
        if turn and turn.purpose == Turn.Purpose.INFORMATION:
            tags += f' <span class="state state-new">{_("Para conocimiento")}</span>'
        if case.level:
            tags += f' <span class="tag">{icon("lock", size=16)} {escape(Confidentiality(case.level).label)}</span>'
        return tags

    def _hands(self, row: Any, turn: Any, team: str) -> str:
        """Who sent it or answers it, who holds it, and in a team who has taken it."""
        _ = self.say
        parts: list[str] = []
        if turn and row.side == "holder":
            parts.append(self.sent_by(turn.from_unit.name))
            parts += [escape(turn.instruction.text)] if turn.instruction else []
        elif turn:
            parts.append(self.answered_by(turn.unit.name))
        parts.append(self.held_by(row.unit.name))
        if team:
            parts.append(_("Equipo %(team)s", team=team))
            parts.append(_("Atiende %(name)s", name=row.person.name) if row.person else self._free())
        return " · ".join(parts)

    def _free(self) -> str:
        _ = self.say
        return "" if self.tab == DONE else f'<strong>{_("Nadie lo ha tomado")}</strong>'
