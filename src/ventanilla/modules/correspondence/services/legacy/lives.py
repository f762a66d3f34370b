"""From the rows of an old register to a history: what is known is kept, what is missing is not invented.

Moments are put in order (an answer cannot come before its turn); a concluded letter whose turns have no answer gets
them withdrawn, with that said as the reason. Everything is flagged `source = import`.
"""
import re
from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils import timezone

from ventanilla.lib.spanish import clean_text
from ventanilla.modules.correspondence.services.histories import Happened, Past, To
from ventanilla.modules.correspondence.services.legacy.mapping import TYPED, Mapping, Row, Unreadable, moment, plain, said, whole
from ventanilla.modules.correspondence.services.legacy.units import Units
from ventanilla.modules.correspondence.services.legacy.ways import ends_of
from ventanilla.modules.correspondence.services.registration import MAX_SUBJECT

NO_ANSWER = "Sin respuesta en el registro anterior."
UNTOLD = "Folio cancelado en el registro anterior"
UNSAID = "Respondido (sin texto en el registro anterior)."
ENDS = ("concluded", "archived")
_TURN = ("turn_unit", "turn_sent", "turn_due", "turn_text")
SERIES = {"incoming": "legacy", "outgoing": "legacy-out", "internal": "legacy-int"}
"""A numbering of its own for each way: old books begin each at 1."""


@dataclass(frozen=True)
class Around:
    """What rows refer to: units, types of document by folded name, and the type of a letter that says none."""

    units: Units
    types: Dictionary[str, int]
    type_id: int
    mapping: Mapping

    def find_type(self, text: str) -> int | None:
        """The type of document of that name (or what the mapping says it is); None for a word that nobody has explained."""
        word = said(self.mapping.types, text) or text
        if self._tells_way(word):
            return self.type_id
        return self.types.get(plain(word)) if word else self.type_id

    def way(self, row: Row) -> str:
        """Which way a letter went. Where no column says it, the one of types may («Entrada», «Salida»). Raises Unreadable."""
        word = self.mapping.cell(row, "type")
        text = word if self._tells_way(said(self.mapping.types, word) or word) else self.mapping.cell(row, "direction")
        return self.mapping.way(text)

    def usual_way(self, row: Row) -> str:
        """The same; the usual one where it is not known."""
        try:
            return self.way(row)
        except Unreadable:
            return self.mapping.usual

    def _tells_way(self, word: str) -> bool:
        return not self.mapping.columns.get("direction") and plain(word) in TYPED and plain(word) not in self.types

    def unknown(self, rows: Sequence[Row]) -> set[tuple[str, str]]:
        """Words of these rows that stand for nothing known: (what they are, the word)."""
        cell, found = self.mapping.cell, set()
        sender = ("sender_unit",) if self.usual_way(rows[0]) != "incoming" else ()
        for kind, names, find in (("state", ("state",), self.mapping.state), ("unit", ("unit", "turn_unit", *sender), self.units.find),
                                  ("direction", ("direction",), self.mapping.way)):
            for text in {cell(row, name) for row in rows for name in names}:
                try:
                    find(text)
                except Unreadable:
                    found.add((kind, text))
        return found | {("type", cell(row, "type")) for row in rows if self.find_type(cell(row, "type")) is None}


def past_of(key: str, rows: Sequence[Row], around: Around) -> Past:
    """The letter of these rows (one per turn), by its key. Raises Unreadable with what could not be read."""
    row, cell = rows[0], around.mapping.cell
    way, dated = around.way(row), moment(cell(row, "dated"))
    left = moment(cell(row, "sent")) or dated if way != "incoming" else None
    received = moment(cell(row, "received"), cell(row, "hour")) or left
    subject = clean_text(cell(row, "subject")) or (UNTOLD if around.mapping.state(cell(row, "state")) == "cancelled" else "")
    if received is None or not subject:
        raise Unreadable("Falta la fecha de recepción." if received is None else "Falta el asunto.")
    if received > timezone.now():
        raise Unreadable("La fecha de recepción está en el futuro.")
    around = replace(around, units=around.units.on(timezone.localdate(received)))
    folio, ends = clean_text(cell(row, "folio"))[:80], ends_of(row, way, around.mapping, around.units)
    past = Past(
        ends.unit, around.find_type(cell(row, "type")) or around.type_id,
        subject[:MAX_SUBJECT], ends.sender, received, received, None, way, SERIES[way],
        timezone.localtime(received).year, _number(folio), folio or None, cell(row, "number"),
        timezone.localtime(dated).date() if dated else None, ends.addressee, ends.addressee_unit, max(1, whole(cell(row, "sheets"))),
        due_at=_after(moment(cell(row, "due")), received), legacy_key=key)
    life = _Life(rows, around, received, past)
    past.happened = life.events()
    if life.delivered:
        past.facts = {"delivered_at": life.delivered}
    return past


def _number(folio: str) -> int | None:
    """The consecutive number in a folio: its last number that is not a year."""
    numbers = [int(n) for n in re.findall(r"\d{1,9}", folio)]
    kept = [n for n in numbers if not 1990 <= n <= 2100] or numbers
    return kept[-1] if kept and kept[-1] > 0 else None


def _after(wanted: datetime | None, least: datetime) -> datetime | None:
    return max(wanted, least) if wanted else None


class _Life:
    """The events of one letter, put in order."""

    def __init__(self, rows: Sequence[Row], around: Around, received: datetime, past: Past) -> None:
        self.around, self.rows, self.received = around, rows, received
        self.delivered = _after(moment(around.mapping.cell(rows[0], "delivered")), received) if past.direction == "outgoing" else None
        self.state = around.mapping.state(around.mapping.cell(rows[0], "state"))
        if self.delivered and self.state not in (*ENDS, "cancelled"):  # the acuse of what was sent concludes it
            self.state = "concluded"
        self.found: list[Happened] = []
        self.last = received

    def events(self) -> tuple[Happened, ...]:
        """Turns with their answers first, then the end."""
        turns = [row for row in self.rows if self.around.mapping.cell(row, "turn_unit")]
        if self.state == "cancelled":
            return (Happened(self._closed(), "cancel", text=self._said() or "Cancelado en el registro anterior."),)
        alike: dict[tuple[str, ...], list[Row]] = {}
        for row in turns:
            alike.setdefault(tuple(self.around.mapping.cell(row, name) for name in _TURN), []).append(row)
        for key, rows in enumerate(alike.values(), start=1):
            self._turn(key, rows)
        ordered = sorted(self.found, key=lambda event: event.at)
        self.last = max((event.at for event in ordered), default=self.received)
        if self.state in ENDS:
            ordered.append(Happened(max(self._closed(), self.last), "conclude", text=self._said() or self._ended()))
        if self.state == "archived":
            ordered.append(Happened(ordered[-1].at, "archive"))
        return tuple(ordered)

    def _turn(self, key: int, rows: Sequence[Row]) -> None:
        """A turn and its answers: rows that say the same turn are one, and all answers but the last were partial."""
        cell, row = self.around.mapping.cell, rows[0]
        sent = max(moment(cell(row, "turn_sent")) or self.received, self.received)
        to = To(key, self.around.units.find(cell(row, "turn_unit")), text=cell(row, "turn_text")[:2000],
                due_at=_after(moment(cell(row, "turn_due")), sent))
        self.found.append(Happened(sent, "route", to=(to,)))
        answers = sorted(self._answers(rows, sent), key=lambda answer: answer[0])
        for n, (at, text) in enumerate(answers, start=1):
            self.found.append(Happened(at + timedelta(seconds=n), "answer" if n == len(answers) else "report", turn=key, text=text))
        if answers and self.state in (*ENDS, "attended"):
            self.found.append(Happened(self.found[-1].at + timedelta(seconds=1), "approve", turn=key))
        elif not answers and self.state in ENDS:
            self.found.append(Happened(max(self._closed(), sent) + timedelta(seconds=1), "withdraw", turn=key, text=NO_ANSWER))

    def _answers(self, rows: Sequence[Row], sent: datetime) -> set[tuple[datetime, str]]:
        cell = self.around.mapping.cell
        cells = {(cell(row, "turn_answered"), clean_text(cell(row, "turn_answer"))) for row in rows}
        return {(max(moment(at) or sent, sent), text or UNSAID) for at, text in cells if at or text}

    def _closed(self) -> datetime:
        return max(moment(self.around.mapping.cell(self.rows[0], "closed")) or self.delivered or self.last, self.received)

    def _ended(self) -> str:
        return "Entregado, según el registro anterior." if self.delivered else "Concluido en el registro anterior."

    def _said(self) -> str:
        return clean_text(self.around.mapping.cell(self.rows[0], "conclusion"))
