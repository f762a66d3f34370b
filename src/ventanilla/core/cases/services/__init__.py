"""Verbs of the spine, by subject: intake, turns, answers, closing, attachments, notes.

May import the spine and the core below it. Start reading at `intake.py`, then `turns.py`.
"""
from ventanilla.core.cases.services.answers import (
    AnswerDraft,
    answer,
    approve,
    approve_each,
    own_answer,
    report,
    send_back,
    withdraw_answer,
    withdrawn,
)
from ventanilla.core.cases.services.attachments import attach, attach_each, refuse_sealed, takes_files
from ventanilla.core.cases.services.closing import complete_when_done, take_step, take_step_each
from ventanilla.core.cases.services.intake import CaseDraft, open_cases
from ventanilla.core.cases.services.notes import add_note, side_of
from ventanilla.core.cases.services.reading import mark_read
from ventanilla.core.cases.services.turns import (
    TurnDraft,
    accept,
    acknowledge,
    extend,
    reassign,
    return_turn,
    route,
    route_each,
    route_many,
    withdraw,
    withdraw_each,
)

__all__ = ["AnswerDraft", "CaseDraft", "TurnDraft", "accept", "acknowledge", "add_note", "answer", "approve", "approve_each", "attach",
           "attach_each", "complete_when_done", "extend", "mark_read", "open_cases", "own_answer", "reassign", "refuse_sealed", "report",
           "return_turn", "route", "route_each", "route_many", "send_back", "side_of", "take_step", "take_step_each", "takes_files",
           "withdraw", "withdraw_answer", "withdraw_each", "withdrawn"]
