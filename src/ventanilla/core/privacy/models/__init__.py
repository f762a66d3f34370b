"""Tables of personal data: notices and receipts (`notices.py`), requests with findings and oppositions (`requests.py`).

May import the core's other models. Start reading at `notices.py`.
"""
from ventanilla.core.privacy.models.notices import PrivacyNotice, Receipt
from ventanilla.core.privacy.models.requests import Denial, Finding, Opposition, PrivacyDesk, Right, SubjectRequest

__all__ = ["Denial", "Finding", "Opposition", "PrivacyDesk", "PrivacyNotice", "Receipt", "Right", "SubjectRequest"]
