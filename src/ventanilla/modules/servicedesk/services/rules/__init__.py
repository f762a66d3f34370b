"""Rules of notification: events of tickets, who is told of them in which words, and the rehearsal against the last month.

May import the module's models and the core. Start reading at `telling.py`: what a rule sends and what a rehearsal shows come from
the same function.
"""
from ventanilla.modules.servicedesk.services.rules.keeping import RuleDraft, move_rule, save_rule, switch_rule
from ventanilla.modules.servicedesk.services.rules.telling import tell_by_rules, tell_deadlines_by_rules, tell_note_by_rules
from ventanilla.modules.servicedesk.services.rules.trying import Rehearsal, rehearse

__all__ = ["Rehearsal", "RuleDraft", "move_rule", "rehearse", "save_rule", "switch_rule", "tell_by_rules", "tell_deadlines_by_rules",
           "tell_note_by_rules"]
