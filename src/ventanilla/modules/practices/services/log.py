"""One entry of the log about a practice."""
from typing import Any

from ventanilla.core.audit.services import record
from ventanilla.core.orgs.models import Person
from ventanilla.modules.practices.models import Practice


def note(event: str, *, actor: Person | None, practice: Practice, **detail: Any) -> None:
    """Write it in the transaction of the verb; `detail` holds no personal data."""
    record(event, actor=actor, institution_id=practice.institution_id, subject=f"practice:{practice.pk}", detail=detail)
