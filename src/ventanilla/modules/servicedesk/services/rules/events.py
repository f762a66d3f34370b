"""What happens to a ticket, by name: steps, entries, and moments of its clocks, made alike for rules."""
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ventanilla.core.cases.models import Clock, Move, Note
from ventanilla.modules.servicedesk.flow import FLOWS

KINDS: Final = tuple(flow.slug for flow in FLOWS)
LABELS: Final = {
    "opened": _("Se abre un ticket"), "assigned": _("Se asigna"), "taken": _("Una persona lo toma"), "paused": _("Se pone en espera"),
    "resumed": _("Se reanuda"), "asked": _("Se pide una autorización"), "approved": _("Se autoriza"), "rejected": _("No se autoriza"),
    "prioritised": _("Cambia su prioridad"), "reclassified": _("Cambia de tipo o de servicio"), "major": _("Se declara incidente mayor"),
    "amber": _("Un plazo está por vencer"), "red": _("Un plazo vence"), "answered": _("Hay un mensaje público nuevo"),
    "noted": _("Hay una nota interna nueva"), "resolved": _("Se resuelve"), "closed": _("Se cierra"), "reopened": _("Se reabre"),
    "cancelled": _("Se cancela"), "merged": _("Se fusiona con otro")}
"""Every event a rule can name, in the order in which they are offered."""
OF_VERB: Final = {
    "register": "opened", "assign": "assigned", "take": "taken", "hold": "paused", "resume": "resumed", "ask_approval": "asked",
    "submit": "asked", "approve": "approved", "reject": "rejected", "prioritise": "prioritised", "reclassify": "reclassified",
    "major": "major", "resolve": "resolved", "close": "closed", "review": "closed", "fix": "resolved", "reopen": "reopened",
    "appeal": "reopened", "cancel": "cancelled", "withdraw": "cancelled", "abandon": "cancelled", "merge": "merged"}
"""The event of a step of the flows; other steps are none."""
DESK_ONLY: Final = frozenset({"noted"})
"""Events whose words only the desk may read."""
MOMENTS: Final = {"amber": "amber_at", "red": "due_at"}


@dataclass(frozen=True)
class Occurrence:
    """One event of one ticket. `key` names the fact for ever; `text` is what was said (a reason, a note), `actor_id` who did it."""

    event: str
    case_id: int
    key: str
    at: datetime
    actor_id: int | None = None
    text: str = ""
    due_at: datetime | None = None

    @property
    def private(self) -> bool:
        """Whether only the desk may learn of it."""
        return self.event in DESK_ONLY


def of_moves(moves: Iterable[Move]) -> Iterator[Occurrence]:
    """Steps of tickets that are events."""
    for move in moves:
        event = OF_VERB.get(move.verb)
        if event and move.turn_id is None and move.case.kind in KINDS:
            yield Occurrence(event, move.case_id, f"move:{move.pk}", move.at, move.actor_id, move.reason)


def of_notes(notes: Iterable[Note]) -> Iterator[Occurrence]:
    """Public entries and internal notes; what is neither belongs to other modules."""
    for note in notes:
        if note.public or note.private:
            yield Occurrence("noted" if note.private else "answered", note.case_id, f"note:{note.pk}", note.at, note.person_id, note.text)


def of_clocks(event: str, since: datetime, until: datetime) -> Sequence[Occurrence]:
    """Clocks of tickets whose amber or due moment lies in (since, until], and that had not stopped by then."""
    name = MOMENTS[event]
    rows = Clock.objects.filter(**{f"{name}__gt": since, f"{name}__lte": until}, case__kind__in=KINDS, turn_id=None)
    return [_moment(event, c, getattr(c, name)) for c in rows.filter(_ran(name)).order_by(name, "pk")]


def _ran(name: str) -> Q:
    return Q(state="run") | Q(state="stop", stopped_at__gte=F(name))


def _moment(event: str, clock: Clock, at: datetime) -> Occurrence:
    return Occurrence(event, clock.case_id, f"{MOMENTS[event]}:{clock.pk}:{at.timestamp():.0f}", at, due_at=clock.due_at)
