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

COMPLETE = "complete"


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
    """When the last open turn is done, the case takes its `complete` step by the system. True when it did."""
    case = lock_case(case_id)
    step = kind_of(case.kind).flow.find(COMPLETE, case.state)
    if step is None or open_turns(case_id):
        return False
    with moving(case, COMPLETE, None):
        return True
