"""Steps of the case itself: conclude, reopen, cancel, archive, and completion when the last turn is done."""
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from ventanilla.core.cases.clocks import case_clocks_follow
from ventanilla.core.cases.kinds import kind_of
from ventanilla.core.cases.models import Case, Turn
from ventanilla.core.cases.moving import Moving, lock_case, moving
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused

COMPLETE, RECALL = "complete", "recall"


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
        raise Refused(f"No se puede: hay {n} turno{'s' if n > 1 else ''} sin atender.")


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


def _attended(case_id: int) -> bool:
    """An answer was accepted, or no turn for action was ever sent."""
    turns = Turn.objects.filter(case_id=case_id)
    standing = turns.exclude(state="cancelled")
    return turns.filter(state="closed").exists() or (standing.exists() and not standing.for_action().exists())
