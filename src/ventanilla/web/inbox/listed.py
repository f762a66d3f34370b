"""The inbox as a list without a page of its own: what gives it files and saved views as every list has them."""
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ventanilla.core.cases import inbox
from ventanilla.core.cases.models import Tray, Turn
from ventanilla.core.cases.models.cases import Priority
from ventanilla.core.cases.words import state_of, turn_state_of, undone
from ventanilla.core.exports.tables import LIGHTS
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.lib.numbers import whole
from ventanilla.web.inbox import teams
from ventanilla.web.inbox.parts import UNITS, part_of
from ventanilla.web.screens.columns import LIGHT, Column, LightCell, light_of
from ventanilla.web.screens.plain import by_keys
from ventanilla.web.screens.screen import Screen, register
from ventanilla.web.screens.units import chosen_in, listed

TURN: Final = ("institution_id", "state", "purpose", "from_unit__name", "unit__name", "instruction__text")
"""What a row of the inbox reads of its turn."""
ROW: Final = ("tab", "side", "case_id", "turn_id", "since", "order_at", *(f for f in LIGHT if f != "closed_at"), "unit__name",
              *(f"case__{f}" for f in ("folio", "subject", "kind", "state", "institution_id", "priority", "level")),
              *(f"person__{f}" for f in ("given_name", "surname_1", "surname_2")))
MOST: Final = 10_000_000
CHUNK: Final = 1000
SIDE_NAMES: Final = {inbox.BELOW: _("De las que dependen")}


def turns_of(rows: Sequence[Any]) -> dict[int, Any]:
    """The turns of these rows, with the fields TURN."""
    return {t.pk: t for t in by_keys(Turn, TURN)([r.turn_id for r in rows if r.turn_id])}


def rows_of(keys: Sequence[int]) -> list[Any]:
    """The rows of the inbox with these keys, in their order, with the fields ROW."""
    return by_keys(Tray, ROW)(keys)


def _units(request: HttpRequest, person: Person) -> list[Unit]:
    chosen = chosen_in(request.GET, UNITS)
    rows = list(Unit.objects.filter(institution_id=person.institution_id, pk__in=[pk for one in chosen if (pk := whole(one)) is not None]))
    for unit in rows:
        unit.below = chosen.get(str(unit.pk), False)  # type: ignore[attr-defined]
    return rows


def light_on(row: Any, turn: Any) -> LightCell:
    """The light of a row, which is its turn's where it has one; `turn` with the fields TURN."""
    row.closed_at = ended = row.since if row.tab == Tray.Tab.DONE else None
    light, of, word_of = light_of(row), turn or row.case, turn_state_of if turn else state_of
    return light._replace(ended=undone(of, word_of)) if ended else light


def told(rows: Sequence[Any], _names: Collection[str]) -> Mapping[int, Mapping[str, Any]]:
    """What each row says of its turn and its team."""
    turns, named = turns_of(rows), teams.named(rows)
    found = {}
    for row in rows:
        turn = turns.get(row.turn_id or 0)
        found[row.pk] = {
            "light": light_on(row, turn), "state": turn_state_of(turn) if turn else state_of(row.case),
            "from": turn.from_unit.name if turn else "", "to": turn.unit.name if turn else "",
            "instruction": turn.instruction.text if turn and turn.instruction else "",
            "purpose": Turn.Purpose(turn.purpose).label if turn else "", "team": named.get(row.case_id, "")}
    return found


@register
class Inbox(Screen):
    """What waits for a person, by tab; in order of due date."""

    slug = "bandeja"
    title = _("Mi bandeja")
    own_page = "inbox"
    columns = (
        Column("case.folio", _("Folio"), "folio"), Column("case.subject", _("Asunto"), "title"),
        Column("light", _("Semáforo"), "light", together=told), Column("due_at", _("Vence"), "datetime"),
        Column("state", _("Estado"), "badge", together=told), Column("unit.name", _("Con")), Column("from", _("De"), together=told),
        Column("to", _("Para"), together=told), Column("instruction", _("Instrucción"), together=told),
        Column("purpose", _("Finalidad"), together=told),
        Column("priority", _("Prioridad"), get=lambda row: Priority(row.case.priority).label),
        Column("team", _("Equipo"), together=told), Column("person", _("Persona"), get=lambda row: row.person.name if row.person else ""),
        Column("since", _("Desde"), "datetime"),
    )
    empty = _("No tiene nada en su bandeja.")

    def asked_in_words(self, request: HttpRequest, person: Person) -> str:
        """The tab, and what narrows it."""
        place = part_of(person, request.GET).place
        light = str(LIGHTS.get(place.light, ""))
        said = ((gettext("Pestaña"), Tray.Tab(place.tab).label), (gettext("Búsqueda"), place.words), (gettext("Semáforo"), light),
                (gettext("De qué unidades"), SIDE_NAMES.get(place.side, "")), (gettext("Unidad"), listed(_units(request, person))))
        return "; ".join(f"{label}: {words}" for label, words in said if words)

    def stream(self, request: HttpRequest, person: Person) -> Iterator[Any]:
        """The rows that the page shows, all pages of them, as they were at one moment."""
        keys = inbox.keys(person, self._place(request, person, MOST), timezone.now())
        for first in range(0, len(keys), CHUNK):
            yield from rows_of(keys[first:first + CHUNK])

    def count(self, request: HttpRequest, person: Person, most: int) -> int:
        """How many the page would show on all its pages, counted up to `most`."""
        return len(inbox.keys(person, self._place(request, person, most), timezone.now()))

    def _place(self, request: HttpRequest, person: Person, most: int) -> inbox.Place:
        return replace(part_of(person, request.GET).place, limit=most)
