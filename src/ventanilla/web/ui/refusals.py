"""What a verb refused, told at the field of the form that it is about."""
from collections.abc import Callable
from typing import Any, TypeVar

from ventanilla.core.orgs.services.setup import Refused

Made = TypeVar("Made")


def blame(form: Any, refusal: Refused) -> None:
    """Put the refusal at its field, or above the form when the form has no such field."""
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)


def attempted(form: Any, act: Callable[[], Made]) -> Made | None:
    """What the verb gives; None after a refusal, which stands in the form then."""
    try:
        return act()
    except Refused as refusal:
        blame(form, refusal)
        return None
