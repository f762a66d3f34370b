"""Following the flows in memory: from a `Past` to the rows that its verbs would have left."""
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from ventanilla.core.cases.flows import INFO_FLOW, TURN_FLOW
from ventanilla.core.orgs.models import Unit
from ventanilla.modules.correspondence.flow import LETTER_FLOW
from ventanilla.modules.correspondence.services.histories.past import Happened, Past, To


class Impossible(ValueError):
    """The flow has no such step there: the history contradicts itself."""


@dataclass(slots=True)
class TurnRow:
    """A turn as it ends up. `depth` 0 hangs from the case."""

    to: To
    parent: "TurnRow | None"
    from_unit: Unit
    from_person: int | None
    sent_at: datetime
    depth: int
    state: str = "sent"
    read_at: datetime | None = None
    read_by: int | None = None
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    open_children: int = 0
    id: int = 0
    version_id: int = 0
    capped_at: datetime | None = None
    due_at: datetime | None = None
    amber_at: datetime | None = None
    clock_due: datetime | None = None
    uuid: UUID = field(default_factory=uuid4)


@dataclass(slots=True)
class AnswerRow:
    """An answer with its evaluation."""

    turn: TurnRow
    person: int | None
    text: str
    partial: bool
    at: datetime
    verdict: str = ""
    verdict_by: int | None = None
    verdict_at: datetime | None = None
    reason: str = ""
    id: int = 0
    uuid: UUID = field(default_factory=uuid4)


@dataclass(slots=True)
class MoveRow:
    """A step taken; `about` are the rows whose ids the detail names."""

    verb: str
    before: str
    after: str
    actor: int | None
    at: datetime
    turn: TurnRow | None = None
    reason: str = ""
    sent: tuple[TurnRow, ...] = ()
    answer: AnswerRow | None = None
    place: Any = None


_TURN = {name: {(step.name, s): step.lands(s) for step in flow.steps for s in step.sources}
         for name, flow in (("action", TURN_FLOW), ("information", INFO_FLOW))}
_CASE = {(step.name, s): step.lands(s) for step in LETTER_FLOW.steps for s in step.sources}
_ENDS = {"action": frozenset(s for s in TURN_FLOW.labels if TURN_FLOW.is_end(s)),
         "information": frozenset(s for s in INFO_FLOW.labels if INFO_FLOW.is_end(s))}
_CASE_ENDS = frozenset(s for s in LETTER_FLOW.labels if LETTER_FLOW.is_end(s))
_STOPS = frozenset(s for s in LETTER_FLOW.labels if LETTER_FLOW.mode(s) == "stop")
_VERDICTS = {"approve": "accepted", "send_back": "sent_back", "withdraw_answer": "withdrawn"}
_OF_CASE = frozenset({"conclude", "reopen", "cancel", "archive"})


class Play:
    """One letter's life, played. Raises Impossible where the flow does not allow what happened."""

    __slots__ = (
        "amber_at",
        "answers",
        "by_key",
        "clock_due",
        "closed_at",
        "due_at",
        "folio",
        "id",
        "leaves",
        "moves",
        "number",
        "open",
        "past",
        "series",
        "state",
        "stopped_at",
        "turns",
        "version_id",
        "year",
    )

    def __init__(self, past: Past) -> None:
        self.past, self.state, self.id, self.open = past, LETTER_FLOW.initial, 0, 0
        self.leaves = past.direction == "outgoing" and not (past.facts.get("circular_id") and past.addressee_unit)
        self.closed_at: datetime | None = None
        self.stopped_at: datetime | None = None
        self.due_at: datetime | None = None
        self.amber_at: datetime | None = None
        self.clock_due: datetime | None = None
        self.version_id, self.number, self.folio, self.year = 0, 0, "", 0
        self.series: Any = None
        self.turns: list[TurnRow] = []
        self.by_key: dict[int, TurnRow] = {}
        self.answers: list[AnswerRow] = []
        self.moves = [MoveRow("register", "", self.state, past.registrar_id, past.created_at)]
        if self.leaves:
            self.moves.append(MoveRow("send", self.state, "sent", None, past.created_at))
            self.state = "sent"
        for event in past.happened:
            self._take(event)

    def _take(self, event: Happened) -> None:
        if event.verb == "route":
            self._route(event)
        elif event.verb in _OF_CASE:
            self._of_case(event)
        elif event.verb == "read":
            self._read(self.by_key[event.turn or 0], event)
        else:
            self._of_turn(event)

    def _land_case(self, verb: str, event: Happened, actor: int | None) -> MoveRow:
        after = _CASE.get((verb, self.state))
        if after is None:
            raise Impossible(f"{verb}: {self.state}")
        if verb == "reopen" and self.leaves:
            after = "sent"
        move = MoveRow(verb, self.state, after, actor, event.at)
        self.state = after
        if verb != "archive":  # it was concluded when it was
            self.closed_at = event.at if after in _CASE_ENDS else None
        self.moves.append(move)
        return move

    def _route(self, event: Happened) -> None:
        self._land_case("route", event, event.actor).sent = self._send(event, None)
        if not self.open and self._attended():  # it went for information only
            self._land_case("complete", event, None)

    def _of_case(self, event: Happened) -> None:
        if self.open:
            raise Impossible(f"{event.verb}: {self.open} open turns")
        move = self._land_case(event.verb, event, event.actor)
        move.reason, move.place = ("" if event.place else event.text), event.place
        if self.state not in _STOPS:
            self.stopped_at = None
        elif self.stopped_at is None:
            self.stopped_at = event.at

    def _send(self, event: Happened, parent: TurnRow | None) -> tuple[TurnRow, ...]:
        origin = parent.to.unit if parent else self.past.unit
        depth = parent.depth + 1 if parent else 0
        rows = tuple(TurnRow(to, parent, origin, event.actor, event.at, depth) for to in event.to)
        for row in rows:
            self.by_key[row.to.key] = row
            if row.to.purpose == "action":
                self.open += 1
                if parent:
                    parent.open_children += 1
        self.turns.extend(rows)
        return rows

    def _of_turn(self, event: Happened) -> None:
        turn = self.by_key[event.turn or 0]
        after = _TURN[turn.to.purpose].get((event.verb, turn.state))
        if after is None:
            raise Impossible(f"{event.verb}: {turn.state}")
        move = MoveRow(event.verb, turn.state, after, event.actor, event.at, turn)
        self._effects(event, turn, move)
        turn.state = after
        self.moves.append(move)
        if after in _ENDS[turn.to.purpose]:
            self._close(turn, event)

    def _effects(self, event: Happened, turn: TurnRow, move: MoveRow) -> None:
        verb = event.verb
        if verb in ("accept", "acknowledge"):
            self._read(turn, event)
        elif verb == "subroute":
            move.sent = self._send(event, turn)
        elif verb in ("answer", "report"):
            self._answer(event, turn, move)
        elif verb in _VERDICTS:
            self._judge(event, turn, move)
        else:
            move.reason = event.text
            if turn.open_children:
                raise Impossible(f"{verb}: open children")

    @staticmethod
    def _read(turn: TurnRow, event: Happened) -> None:
        if turn.read_at is None:
            turn.read_at, turn.read_by = event.at, event.actor

    def _answer(self, event: Happened, turn: TurnRow, move: MoveRow) -> None:
        if event.verb == "answer":
            if turn.open_children:
                raise Impossible("answer: open children")
            turn.answered_at = event.at
        move.answer = AnswerRow(turn, event.actor, event.text, event.verb == "report", event.at)
        self.answers.append(move.answer)

    def _judge(self, event: Happened, turn: TurnRow, move: MoveRow) -> None:
        row = next(a for a in reversed(self.answers) if a.turn is turn and not a.partial)
        row.verdict = _VERDICTS[event.verb]
        row.verdict_by, row.verdict_at, row.reason = event.actor, event.at, event.text
        move.answer, move.reason = row, event.text
        if event.verb != "approve":
            turn.answered_at = None

    def _close(self, turn: TurnRow, event: Happened) -> None:
        turn.closed_at = event.at
        if turn.to.purpose != "action":
            return
        self.open -= 1
        if turn.parent:
            turn.parent.open_children -= 1
        step = "complete" if self._attended() else "recall"
        if not self.open and (step, self.state) in _CASE:
            self._land_case(step, event, None)

    def _attended(self) -> bool:
        """As `core.cases.services.closing`: an answer was accepted, or nothing for action stood."""
        standing = [turn.to.purpose for turn in self.turns if turn.state != "cancelled"]
        return any(turn.state == "closed" for turn in self.turns) or (bool(standing) and "action" not in standing)

