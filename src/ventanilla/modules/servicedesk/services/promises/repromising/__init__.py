"""Open tickets after a service level was edited, or a team went to another unit: preview of what flips, then applied, logged. Never
silently.

`foreseeing.py` computes with the kernel what `applying.py` does with the verb's own rule (`promising.keep_promise`), ticket by
ticket. Start reading at `foreseeing.foresee`.
"""
from ventanilla.core.cases.shifts import Foreseen, Shift
from ventanilla.modules.servicedesk.services.promises.repromising.applying import TASK, Target, apply, foreseen, order, running
from ventanilla.modules.servicedesk.services.promises.repromising.foreseeing import Promised, as_it_is, foresee, of_team

__all__ = ["TASK", "Foreseen", "Promised", "Shift", "Target", "apply", "as_it_is", "foresee", "foreseen", "of_team", "order", "running"]
