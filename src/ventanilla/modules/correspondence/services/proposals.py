"""What was read from a letter, as proposals for its form: value, confidence, and where on the page."""
from collections.abc import Sequence
from typing import Any

from ventanilla.core.documents.text import PageText


def propose(pages: Sequence[PageText], institution_id: int) -> dict[str, Any]:
    """Proposals by name of the form's field; empty when nothing could be read."""
    return {}
