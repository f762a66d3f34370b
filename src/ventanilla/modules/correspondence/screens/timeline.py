"""What has happened to a letter: moves, notes and files in one line, newest first; a turn says to whom it went."""
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from ventanilla.core.cases.models import Attachment, Case, Move, Note
from ventanilla.modules.correspondence.services.correcting import changes_of
from ventanilla.modules.correspondence.services.destinations import destinations


@dataclass(frozen=True)
class Event:
    """One entry of the time line: a move, a note or a file. `to` are the names of those to whom a move sent a turn."""

    at: Any
    kind: str
    row: Any
    to: Sequence[str] = ()

    @property
    def changes(self) -> list[tuple[str, str, str]]:
        """Of a correction: label, old and new value."""
        return changes_of(self.row) if self.kind == "move" else []


    @property
    def part(self) -> str:
        """The part of the history it belongs to."""
        return "turnos" if self.kind == "move" and self.row.turn_id else PARTS[self.kind]


PARTS: Final = {"move": "asunto", "note": "notas", "file": "archivos"}


@dataclass(frozen=True)
class Told:
    """What is told of the history: the entries of the chosen part, and the parts that there are with how many entries each has."""

    events: Sequence[Event]
    chosen: str
    parts: Sequence[tuple[str, str, int]]


def parts_of(events: Sequence[Event], wanted: str) -> Told:
    """The history, or only one part of it; an unknown part is the whole."""
    labels = {"asunto": _("Pasos del asunto"), "turnos": _("Turnos y respuestas"), "notas": _("Notas"), "archivos": _("Archivos")}
    counts = Counter(e.part for e in events)
    chosen = wanted if counts[wanted] else ""
    parts = [("", _("Todo"), len(events)), *((part, label, counts[part]) for part, label in labels.items() if counts[part])]
    return Told([e for e in events if e.part == chosen] if chosen else events, chosen, parts)


def moves_of(case: Case) -> list[Move]:
    """The moves of the case, oldest first."""
    return list(Move.objects.filter(case=case).select_related("actor", "unit", "acting_for").order_by("id"))


def events_of(case: Case, moves: Sequence[Move]) -> list[Event]:
    """The entries, newest first: two queries, and two more for names where something was routed."""
    notes = Note.objects.filter(case=case).select_related("person")
    files = Attachment.objects.filter(case=case).select_related("document", "person")
    to = destinations(moves)
    events = [*(Event(m.at, "move", m, to.get(m.pk, ())) for m in moves), *(Event(n.at, "note", n) for n in notes),
              *(Event(f.at, "file", f) for f in files)]
    return sorted(events, key=lambda e: e.at, reverse=True)
