"""Verbs and reads of the configuration database: items, relations, impact, loads from files, what must be tidied.

May import the models of the module and the core. Start reading at `writing.py`, then `relating.py` and `impacts.py`.
"""
from ventanilla.modules.servicedesk.services.cmdb.estate import Estate, estate_of
from ventanilla.modules.servicedesk.services.cmdb.impacts import ImpactReport, impact_of, to_tell
from ventanilla.modules.servicedesk.services.cmdb.lifecycle import CI_FLOW
from ventanilla.modules.servicedesk.services.cmdb.relating import (
    RelationDraft,
    RelationFacts,
    edit_relation,
    end_relation,
    neighbours,
    relate,
)
from ventanilla.modules.servicedesk.services.cmdb.standard import install_standard
from ventanilla.modules.servicedesk.services.cmdb.writing import (
    Group,
    ItemDraft,
    add_item,
    confirm_item,
    draft_of,
    edit_item,
    step_item,
)

__all__ = ["CI_FLOW", "Estate", "Group", "ImpactReport", "ItemDraft", "RelationDraft", "RelationFacts", "add_item", "confirm_item",
           "draft_of", "edit_item", "edit_relation", "end_relation", "estate_of", "impact_of", "install_standard", "neighbours",
           "relate", "step_item", "to_tell"]
