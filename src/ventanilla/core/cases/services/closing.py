"""Steps of the case itself: conclude, reopen, cancel, archive, and completion when the last turn is done."""
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import ngettext

from ventanilla.core.cases.clocks import case_clocks_follow
from ventanilla.core.cases.kinds import kind_of
from ventanilla.core.cases.models import Answer, Case, Turn
from ventanilla.core.cases.moving import Moving, lock_case, moving
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused

COMPLETE, RECALL, SETTLE, GIVE_BACK = "complete", "recall", "settle", "give_back"


def take_step(*, actor: Person | None, case: Case, step: str, reason: str = "",
              detail: Mapping[str, Any] | None = None) -> Case:
    """Take a step of the case's own flow. Raises NotAllowed and Refused (also while turns are open at an end)."""
    with moving(case, step, actor, reason=reason) as move:
        move.detail.update(detail or {})
        _guard_open_turns(move)
        case_clocks_follow(move)
        return move.case


def _guard_open_turns(move: Moving) -> None:
    flow = kind_of(move.case.kind).flow
    if flow.is_end(move.step.lands(move.case.state)) and (n := open_turns(move.case.pk)):
        raise Refused(ngettext("No se puede: hay %(n)s turno sin atender.", "No se puede: hay %(n)s turnos sin atender.", n) % {"n": n})


def open_turns(case_id: int) -> int:
    """How many turns for action of the case still owe something."""
    return Turn.objects.filter(case_id=case_id).open().for_action().count()


@transaction.atomic
def complete_when_done(case_id: int) -> bool:
    """When nothing is owed any more the case moves on by the system: `complete` when somebody attended it (or it
    went only for information), `recall` when every turn was returned or withdrawn. True when it moved."""
    case = lock_case(case_id)
    if open_turns(case_id):
        return False
    step = COMPLETE if _attended(case_id) else RECALL
    if kind_of(case.kind).flow.find(step, case.state) is None:
        return False
    with moving(case, step, None):
        return True


def letter_follows(answer: Answer, step: str, reason: str = "") -> bool:
    """The letter by which a turn was answered takes a step of its own flow, by the system: SETTLE when the answer was accepted,
    GIVE_BACK when it was sent back. False where there is no letter, its kind has no such step, or it has turns of its own open."""
    if answer.letter_id is None:
        return False
    letter = lock_case(answer.letter_id)
    if kind_of(letter.kind).flow.find(step, letter.state) is None or open_turns(letter.pk):
        return False
    take_step(actor=None, case=letter, step=step, reason=reason, detail={"answer": answer.pk})
    return True


def _attended(case_id: int) -> bool:
    """An answer was accepted, or no turn for action was ever sent."""
    turns = Turn.objects.filter(case_id=case_id)
    standing = turns.exclude(state="cancelled")
    return turns.filter(state="closed").exists() or (standing.exists() and not standing.for_action().exists())
