"""What has happened to a letter: moves, notes and files in one line, newest first; a turn says to whom it went."""
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from ventanilla.core.cases.models import Attachment, Case, Move, Note
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.modules.correspondence.services.correcting import changes_of

ROUTED = ("route", "subroute")


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
    to = _destinations(moves)
    events = [*(Event(m.at, "move", m, to.get(m.pk, ())) for m in moves), *(Event(n.at, "note", n) for n in notes),
              *(Event(f.at, "file", f) for f in files)]
    return sorted(events, key=lambda e: e.at, reverse=True)


def _destinations(moves: Iterable[Move]) -> dict[int, list[str]]:
    pairs = {m.pk: _sent_to(m) for m in moves if m.verb in (*ROUTED, "reassign")}
    if not any(pairs.values()):
        return {}
    units = dict(Unit.objects.filter(pk__in={u for to in pairs.values() for u, _p in to}).values_list("pk", "name"))
    people = {p.pk: p.name for p in Person.objects.filter(pk__in={p for to in pairs.values() for _u, p in to if p})}
    return {pk: [f"{units.get(u, '')} ({people[p]})" if p in people else units.get(u, "") for u, p in to] for pk, to in pairs.items()}


def _sent_to(move: Move) -> list[tuple[int, int | None]]:
    """Unit and person of each turn of the move; moves of before people were kept name units only."""
    detail = move.detail
    if move.verb == "reassign":
        return [(detail["unit"], detail.get("person"))] if detail.get("unit") else []
    units = detail.get("units") or []
    return list(zip(units, detail.get("people") or [None] * len(units), strict=False))
