"""Open tickets after a service level was edited: preview of what flips, then applied, logged. Never silently.

`foreseeing.py` computes with the kernel what `applying.py` does with the verb's own rule (`promising.keep_promise`), ticket by
ticket. Start reading at `foreseeing.foresee`.
"""
from ventanilla.modules.servicedesk.services.promises.repromising.applying import TASK, apply, order, running
from ventanilla.modules.servicedesk.services.promises.repromising.foreseeing import Foreseen, Promised, Shift, as_it_is, foresee

__all__ = ["TASK", "Foreseen", "Promised", "Shift", "apply", "as_it_is", "foresee", "order", "running"]
