"""What comes back: repeated incidents worth a problem, rates that rise, and tickets that say the same.

`proposals` finds groups of tickets that repeat one fault, with the words, items and dates that justify
each; `alarms` tells within a day that a rate has risen; `duplicates` hints while a person types.
Pure Python and numpy; no Django, no clock, no vocabulary of its own beyond stop words.
Start reading at `proposals.py`.
"""
from ventanilla.lib.recurrence.alarms import Alarm, Watch, alarms, shares
from ventanilla.lib.recurrence.corpus import Item, Ticket
from ventanilla.lib.recurrence.duplicates import Candidate, Hint, Typed, duplicates, features, rarest
from ventanilla.lib.recurrence.proposals import Evidence, Proposal, proposals
from ventanilla.lib.recurrence.searching import Rules

__all__ = [
    "Alarm", "Candidate", "Evidence", "Hint", "Item", "Proposal", "Rules", "Ticket", "Typed", "Watch", "alarms", "duplicates",
    "features", "proposals", "rarest", "shares",
]
