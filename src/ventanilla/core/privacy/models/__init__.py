"""Tables of personal data: notices and receipts (`notices.py`), requests with findings and oppositions (`requests.py`), and
searches of a person (`searches.py`), and identifications (`identities.py`).

May import the core's other models. Start reading at `notices.py`.
"""
from ventanilla.core.privacy.models.identities import IdentityFile
from ventanilla.core.privacy.models.notices import PrivacyNotice, Receipt
from ventanilla.core.privacy.models.requests import Denial, Finding, Opposition, PrivacyDesk, Right, SubjectRequest
from ventanilla.core.privacy.models.searches import PersonSearch, SearchHit

__all__ = ["Denial", "Finding", "IdentityFile", "Opposition", "PersonSearch", "PrivacyDesk", "PrivacyNotice", "Receipt", "Right",
           "SearchHit", "SubjectRequest"]
