"""Due moments of whole histories: one kernel call per level of the tree of turns, not one per turn."""
from collections.abc import Sequence

from ventanilla.core.cases.terms import Due, Term, Wish, dues
from ventanilla.modules.correspondence.services.histories.past import Past, To
from ventanilla.modules.correspondence.services.histories.playing import Play, TurnRow


def set_dues(plays: Sequence[Play]) -> None:
    """Give every case and turn its two moments and the calendar version, capped by what it hangs from."""
    for play, found in zip(plays, dues([Wish(p.past.unit, p.past.received_at, _term(p.past)) for p in plays]), strict=True):
        play.due_at, play.amber_at, play.version_id = found.due_at, found.amber_at, found.version.id
    level = [(play, turn) for play in plays for turn in play.turns if turn.depth == 0]
    depth = 0
    while level:
        wishes = [Wish(t.to.unit, t.sent_at, _term(t.to), t.parent.due_at if t.parent else p.due_at) for p, t in level]
        for (_play, turn), wish, found in zip(level, wishes, dues(wishes), strict=True):
            _set(turn, wish, found)
        depth += 1
        level = [(play, turn) for play in plays for turn in play.turns if turn.depth == depth]


def _term(what: Past | To) -> Term | None:
    return Term(what.amount, due_at=what.due_at) if what.amount is not None or what.due_at else None


def _set(turn: TurnRow, wish: Wish, found: Due) -> None:
    turn.version_id = found.version.id
    turn.capped_at = wish.cap_at if found.capped else None
    if turn.to.purpose == "action":
        turn.due_at, turn.amber_at = found.due_at, found.amber_at
