"""Files of items and relations: read whole, compared with what is there, shown, applied whole, and undone whole.

May import the other parts of `services.cmdb`. Start reading at `plans.py`, then `items.py` and `applying.py`.
"""
from ventanilla.modules.servicedesk.services.cmdb.loading.applying import apply_load, plan_load
from ventanilla.modules.servicedesk.services.cmdb.loading.plans import Plan
from ventanilla.modules.servicedesk.services.cmdb.loading.undoing import obstacles, undo_load

__all__ = ["Plan", "apply_load", "obstacles", "plan_load", "undo_load"]
