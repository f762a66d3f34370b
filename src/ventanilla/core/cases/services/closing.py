"""Steps of the case itself: conclude, reopen, cancel, archive, and completion when the last turn is done."""
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import ngettext

from ventanilla.core.cases.clocks import case_clocks_follow
from ventanilla.core.cases.kinds import kind_of
from ventanilla.core.cases.models import Answer, Case, Turn
from ventanilla.core.cases.moving import Moving, lock_cases, moving, moving_each
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused

COMPLETE, RECALL, SETTLE, GIVE_BACK, VOID = "complete", "recall", "settle", "give_back", "void"


def take_step(*, actor: Person | None, case: Case, step: str, reason: str = "",
              detail: Mapping[str, Any] | None = None) -> Case:
    """Take a step of the case's own flow. Raises NotAllowed and Refused (also while turns are open at an end)."""
    with moving(case, step, actor, reason=reason) as move:
        move.detail.update(detail or {})
        _guard_open_turns([move])
        case_clocks_follow(move)
        return move.case


def take_step_each(*, actor: Person | None, cases: Sequence[Case], step: str, reason: str = "") -> None:
    """`take_step` in many cases, in all or none. Raises as it does."""
    with moving_each(cases, step, actor, reason=reason) as moves:
        _guard_open_turns(moves)
        case_clocks_follow(*moves)


def _guard_open_turns(moves: Sequence[Moving]) -> None:
    ending = [m.case.pk for m in moves if kind_of(m.case.kind).flow.is_end(m.step.lands(m.case.state))]
    if ending and (n := open_turns(*ending)):
        raise Refused(ngettext("No se puede: hay %(n)s turno sin atender.", "No se puede: hay %(n)s turnos sin atender.", n) % {"n": n})


def open_turns(*case_ids: int) -> int:
    """How many turns for action of these cases still owe something."""
    return Turn.objects.filter(case_id__in=case_ids).open().for_action().count()


@transaction.atomic
def complete_when_done(*case_ids: int) -> bool:
    """Cases in which nothing is owed any more move on by the system: `complete` when somebody attended it (or it
    went only for information), `recall` when every turn was returned or withdrawn. True when any moved."""
    cases, turns = lock_cases(case_ids), Turn.objects.filter(case_id__in=case_ids)
    owing = set(turns.open().for_action().values_list("case_id", flat=True))
    attended = _attended(turns)
    moved = False
    for step in (COMPLETE, RECALL):
        going = [c for c in cases if c.pk not in owing and (c.pk in attended) == (step == COMPLETE)
                 and kind_of(c.kind).flow.find(step, c.state)]
        with moving_each(going, step, None):
            moved = moved or bool(going)
    return moved


def letter_follows(answer: Answer, step: str, reason: str = "") -> bool:
    """The letter by which a turn was answered takes a step of its own flow, by the system: SETTLE when the answer was accepted,
    GIVE_BACK when it was sent back, VOID when it was withdrawn. False where there is no letter, its kind has no such step, or it has
    turns of its own open."""
    return letters_follow([answer], step, reason) == 1


def letters_follow(answers: Sequence[Answer], step: str, reason: str = "") -> int:
    """`letter_follows` for many answers; how many letters took the step."""
    by = {answer.letter_id: answer for answer in answers if answer.letter_id}
    if not by:
        return 0
    owing = set(Turn.objects.filter(case_id__in=list(by)).open().for_action().values_list("case_id", flat=True))
    going = [c for c in lock_cases(by) if c.pk not in owing and kind_of(c.kind).flow.find(step, c.state)]
    with moving_each(going, step, None, reason=reason) as moves:
        for move in moves:
            move.detail.update(answer=by[move.case.pk].pk)
        case_clocks_follow(*moves)
    return len(going)


def _attended(turns: QuerySet[Turn]) -> set[int]:
    """The cases of these turns in which an answer was accepted, or no turn for action was ever sent."""
    accepted, standing = Q(state="closed"), ~Q(state="cancelled")
    found = turns.values("case_id").filter(accepted | standing).annotate(
        accepted=Count("pk", filter=accepted), asked=Count("pk", filter=standing & Q(purpose="action")))
    return {row["case_id"] for row in found if row["accepted"] or not row["asked"]}
