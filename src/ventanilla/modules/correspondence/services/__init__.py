"""Verbs of correspondence, by subject; turns and answers are verbs of the spine (`core.cases.services`).

May import models, `reading` and the core; never screens, forms or the web. Start reading at `registration.py`.
"""
from ventanilla.modules.correspondence.services.archiving import PlaceDraft, archive, open_file, refile
from ventanilla.modules.correspondence.services.closing import cancel, conclude, reopen, set_due
from ventanilla.modules.correspondence.services.correcting import Correction, correct
from ventanilla.modules.correspondence.services.delivery import DeliveryDraft, note_delivery
from ventanilla.modules.correspondence.services.receipts import issue_receipt, renew_receipt, verify_receipt
from ventanilla.modules.correspondence.services.registration import LetterDraft, register

__all__ = ["Correction", "DeliveryDraft", "LetterDraft", "PlaceDraft", "archive", "cancel", "conclude", "correct", "issue_receipt",
           "note_delivery", "open_file", "refile", "register", "renew_receipt", "reopen", "set_due", "verify_receipt"]
