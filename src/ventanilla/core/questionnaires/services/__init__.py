"""Verbs by subject: instruments and their versions, invitations by link, answering, extra data of cases.

May import the app's models and definition, cases and below. Start reading at `instruments.py`, then `answering.py`.
"""
from ventanilla.core.questionnaires.services.answering import Proof, answer, open_by_token, submit
from ventanilla.core.questionnaires.services.instruments import (
    InstrumentDraft,
    create_instrument,
    discard_draft,
    publish,
    rename_instrument,
    retire,
    save_draft,
    start_draft,
)
from ventanilla.core.questionnaires.services.invitations import Invitation, InvitationDraft, invite, renew, void
from ventanilla.core.questionnaires.services.records import (
    AnswersDraft,
    ValuesDraft,
    published_version,
    record_answers,
    record_many_values,
    record_values,
    records_of,
    shown_values,
    values_of,
)

__all__ = ["AnswersDraft", "InstrumentDraft", "Invitation", "InvitationDraft", "Proof", "ValuesDraft", "answer", "create_instrument",
           "discard_draft", "invite", "open_by_token", "publish", "published_version", "record_answers", "record_many_values",
           "record_values", "records_of", "rename_instrument", "renew", "retire", "save_draft", "shown_values", "start_draft",
           "submit", "values_of", "void"]
