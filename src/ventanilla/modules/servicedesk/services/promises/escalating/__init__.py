"""Escalation: thresholds of a service level, looked for on working time, each told and done exactly once.

`moments.py` says when a clock reaches a threshold; `watching.py` keeps the next one of each clock and looks each minute; `reaching.py`
does what it says; `keeping.py` writes thresholds. Start reading at `watching.look`.
"""
from ventanilla.modules.servicedesk.services.promises.escalating.keeping import (
    EscalationDraft,
    begin_with_usual,
    save_escalation,
    switch_escalation,
)
from ventanilla.modules.servicedesk.services.promises.escalating.recipients import ROLES
from ventanilla.modules.servicedesk.services.promises.escalating.watching import (
    look,
    own_deadlines,
    points_of,
    rearm,
    rearm_level,
    rearm_moved,
)

__all__ = [
    "ROLES", "EscalationDraft", "begin_with_usual", "look", "own_deadlines", "points_of", "rearm", "rearm_level", "rearm_moved",
    "save_escalation", "switch_escalation",
]
