"""Turns: route, accept, return, reassign, extend, withdraw, acknowledge. Nested to any depth."""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.cases.clocks import extend_clock, stop_clocks, turn_clocks
from ventanilla.core.cases.models import Case, Instruction, Move, Turn
from ventanilla.core.cases.moving import Moving, lock_case, lock_cases, moving, moving_each
from ventanilla.core.cases.routing import check_route, rules_of
from ventanilla.core.cases.services.closing import complete_when_done
from ventanilla.core.cases.terms import Term
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.services.setup import AlreadySent, Refused
from ventanilla.lib.spanish import listed, long_moment


@dataclass(frozen=True)
class TurnDraft:
    """To whom, for what and until when. `term` by working days or by hand; capped by the parent's due."""

    unit: Unit
    person: Person | None = None
    purpose: str = "action"
    instruction: Instruction | None = None
    text: str = ""
    term: Term | None = None
    uuid: UUID = field(default_factory=uuid4)


@transaction.atomic
def route(*, actor: Person | None, case: Case, drafts: Sequence[TurnDraft], parent: Turn | None = None) -> list[Turn]:
    """Send turns from the unit in charge, or from the holder of `parent`. Idempotent by uuid: a resend gives the
    turns of the first time, and is refused (AlreadySent) when it asks for others.

    Turns only for information leave nothing to wait for: the case is attended at once. Raises NotAllowed, and
    Refused with the reason of the routing rule that does not allow a pair.
    """
    lock_case(case.pk)  # a resend that arrives meanwhile waits, and then finds the turns
    if sent := _already(case, parent, drafts):
        return sent
    if not drafts:
        raise Refused(_("Elija al menos una unidad."), "unit")
    what, step = (parent, "subroute") if parent else (case, "route")
    with moving(what, step, actor, given={"unit": True}) as move:
        turns = _send([(move, draft) for draft in drafts])
        _note(move, turns)
    if parent is None:
        complete_when_done(case.pk)
    return turns


@transaction.atomic
def route_each(*, actor: Person | None, sent: Sequence[tuple[Case, TurnDraft]]) -> list[Turn]:
    """`route` for many cases of one institution, a turn of each, that were sent nothing with these keys yet. Raises as it does."""
    with moving_each([case for case, _draft in sent], "route", actor, given={"unit": True}) as moves:
        turns = _send([(move, draft) for move, (_case, draft) in zip(moves, sent, strict=True)])
        for move, turn in zip(moves, turns, strict=True):
            _note(move, [turn])
    complete_when_done(*(case.pk for case, _draft in sent))
    return turns


@transaction.atomic
def route_many(*, actor: Person, sent: Sequence[tuple[Any, Sequence[TurnDraft]]]) -> list[Turn]:
    """`route` from many cases, or from the holders of many turns, of one institution: all of them or none. Idempotent by uuid as it is:
    what these keys sent before is not sent again. `sent` are cases, or turns, each with its drafts. Raises as it does.
    """
    if not sent:
        return []
    lock_cases([thing.case_id if isinstance(thing, Turn) else thing.pk for thing, _drafts in sent])
    known = set(Turn.objects.filter(uuid__in=[d.uuid for _thing, drafts in sent for d in drafts]).values_list("uuid", flat=True))
    fresh: list[tuple[Any, Sequence[TurnDraft]]] = []
    turns: list[Turn] = []
    for thing, drafts in sent:
        case, above = (thing.case, thing) if isinstance(thing, Turn) else (thing, None)
        before = _already(case, above, drafts) if known.intersection(d.uuid for d in drafts) else []
        turns += before
        fresh += [] if before else [(thing, drafts)]
    return turns + _sent_from(actor, fresh)


def _sent_from(actor: Person, sent: Sequence[tuple[Any, Sequence[TurnDraft]]]) -> list[Turn]:
    things = [thing for thing, _drafts in sent]
    step = "subroute" if things and isinstance(things[0], Turn) else "route"
    with moving_each(things, step, actor, given={"unit": True}) as moves:
        pairs = [(move, draft) for move, (_thing, drafts) in zip(moves, sent, strict=True) for draft in drafts]
        turns = _send(pairs)
        for move in moves:
            _note(move, [turn for (by, _draft), turn in zip(pairs, turns, strict=True) if by is move])
    if step == "route":
        complete_when_done(*(case.pk for case in things))
    return turns


def _note(move: Moving, turns: Sequence[Turn]) -> None:
    move.detail.update(turns=[t.pk for t in turns], units=[t.unit_id for t in turns], people=[t.person_id for t in turns])


def _already(case: Case, parent: Turn | None, drafts: Sequence[TurnDraft]) -> list[Turn]:
    """What these drafts sent before. Raises AlreadySent when one of their keys sent something else."""
    rows = Turn.objects.filter(uuid__in=[d.uuid for d in drafts]).select_related("unit", "person")
    found = {t.uuid: t for t in rows}
    if found and (len(found) < len(drafts) or not all(_same(found[d.uuid], d, case, parent) for d in drafts)):
        raise AlreadySent(_told_again(list(found.values())))
    return [found[d.uuid] for d in drafts] if found else []


def _same(turn: Turn, draft: TurnDraft, case: Case, parent: Turn | None) -> bool:
    """Whether the turn is what the draft asks for, as it was sent (it may have been reassigned since)."""
    here = (turn.case_id, turn.parent_id) == (case.pk, parent.pk if parent else None)
    asked = (draft.purpose, draft.instruction.pk if draft.instruction else None, draft.text)
    if not here or (turn.purpose, turn.instruction_id, turn.text) != asked:
        return False
    moves = Move.objects.filter(case_id=turn.case_id, turn_id=turn.pk, verb="reassign").order_by("id")
    first = moves.values_list("detail", flat=True).first()
    sent_to = (first["unit_before"], first["person_before"]) if first else (turn.unit_id, turn.person_id)
    return sent_to == (draft.unit.pk, draft.person.pk if draft.person else None)


def told_again(ids: Sequence[int]) -> str:
    """What a form says that sent these turns before; empty when they are gone."""
    turns = list(Turn.objects.filter(pk__in=ids).select_related("unit", "person").order_by("pk"))
    return _told_again(turns) if turns else ""


def _told_again(turns: Sequence[Turn]) -> str:
    to = listed([f"{t.unit.name} ({t.person.name})" if t.person else t.unit.name for t in turns])
    text = _("Este formulario ya se envió el %(day)s: se turnó a %(to)s. Ahora no se envió nada. Si además quiere turnar a lo que "
             "eligió, oprima el botón otra vez.")
    return text % {"day": long_moment(timezone.localtime(turns[0].sent_at)), "to": to}


def _send(sent: Sequence[tuple[Moving, TurnDraft]]) -> list[Turn]:
    seen: set[tuple[int, int, int | None]] = set()
    rules = rules_of(sent[0][0].case.institution_id) if sent else []
    for move, draft in sent:
        if (key := (move.case.pk, draft.unit.pk, draft.person.pk if draft.person else None)) in seen:
            raise Refused(_("«%(unit)s» está dos veces en la lista.") % {"unit": draft.unit.name}, "unit")
        seen.add(key)
        check_route(_origin(move), draft, move.turn, move.at, rules)
    turns = [
        Turn(institution_id=move.case.institution_id, uuid=d.uuid, case=move.case, parent=move.turn, purpose=d.purpose,
             from_unit=_origin(move), from_person=move.actor, unit=d.unit, person=d.person, instruction=d.instruction,
             text=d.text, sent_at=move.at) for move, d in sent]
    turn_clocks(turns, [d.term for _move, d in sent], [move for move, _draft in sent])
    return turns


def _origin(move: Moving) -> Unit:
    return move.turn.unit if move.turn else move.case.unit


def accept(*, actor: Person, turn: Turn) -> None:
    """The unit takes the turn; the first opening also counts as read."""
    with moving(turn, "accept", actor) as move:
        _read(move)


def acknowledge(*, actor: Person, turn: Turn) -> None:
    """A turn for information was read: its read receipt."""
    with moving(turn, "acknowledge", actor) as move:
        _read(move)


def _read(move: Moving) -> None:
    if move.turn and move.turn.read_at is None:
        move.turn.read_at, move.turn.read_by = move.at, move.actor


@transaction.atomic
def return_turn(*, actor: Person, turn: Turn, reason: str) -> None:
    """Give the turn back to who sent it, with the reason; they route it again.

    Raises NotAllowed, and Refused while derived turns are still open.
    """
    with moving(turn, "return", actor, reason=reason) as move:
        if Turn.objects.filter(parent=turn).open().for_action().exists():
            raise Refused(_("Quedan turnos derivados sin atender; retírelos antes de devolver este."))
        stop_clocks(move)
    complete_when_done(turn.case_id)


@transaction.atomic
def withdraw(*, actor: Person, turn: Turn, reason: str) -> None:
    """Take the turn, and everything open below it, away."""
    lock_case(turn.case_id)  # nobody hangs another turn below meanwhile
    withdraw_each(Turn.objects.filter(parent=turn).order_by("pk"), reason)
    with moving(turn, "withdraw", actor, reason=reason) as move:
        stop_clocks(move)
    complete_when_done(turn.case_id)


def withdraw_each(turns: Iterable[Turn], reason: str) -> None:
    """Withdraw what is open of these turns and of all that hangs below them, the deepest first, because what they hang from goes away (the
    system acts). Below one that is done, a turn for information may still be open."""
    levels = [list(turns)]
    while levels[-1]:
        levels.append(list(Turn.objects.filter(parent__in=levels[-1]).order_by("pk")))
    for level in reversed(levels):
        with moving_each([turn for turn in level if turn.closed_at is None], "withdraw", None, reason=reason) as moves:
            stop_clocks(*moves)


def reassign(*, actor: Person, turn: Turn, unit: Unit, person: Person | None, reason: str) -> None:
    """Hand the turn to another unit or person; the due date stays. Raises Refused when the rules do not allow it."""
    with moving(turn, "reassign", actor, reason=reason) as move:
        current = move.turn
        assert current is not None
        rules = rules_of(move.case.institution_id)
        check_route(current.from_unit, TurnDraft(unit, person, current.purpose), current.parent, move.at, rules)
        if (current.unit_id, current.person_id) == (unit.pk, person.pk if person else None):
            raise Refused(_("El turno ya está con esa unidad o persona."), "unit")
        move.detail.update(unit_before=current.unit_id, person_before=current.person_id, unit=unit.pk,
                           person=person.pk if person else None)
        current.unit, current.person, current.read_at, current.read_by = unit, person, None, None


def extend(*, actor: Person, turn: Turn, due_at: datetime, reason: str) -> None:
    """Give more (or less) time, with the reason; never beyond the turn above it."""
    with moving(turn, "extend", actor, reason=reason, given={"due": due_at}) as move:
        extend_clock(move, due_at)
