"""What a verb refused, told at the field of the form that it is about."""
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from uuid import uuid4

from ventanilla.core.orgs.services.setup import AlreadySent, Refused

Made = TypeVar("Made")


def blame(form: Any, refusal: Refused, names: Mapping[str, str] | None = None) -> None:
    """Put each refused value at its field, or above the form when the form has no such field; `names`: what the form calls a verb's fields.

    A field that could not be read says that already. What was sent already comes back with another key: the next time is meant.
    """
    for told, message in refusal.errors.items():
        name = (names or {}).get(told, told)
        if name not in form.errors:
            form.add_error(name if name in form.fields else None, message)
    if isinstance(refusal, AlreadySent):
        form.data = form.data.copy()
        form.data["uuid"] = str(uuid4())


def done(form: Any, act: Callable[[], Any], names: Mapping[str, str] | None = None) -> Any:
    """What the verb gives; None when something is wrong, and all of it stands in the form then.

    `form.mistakes()` tells what the verb would refuse of what could be read, when the rest could not.
    """
    try:
        if form.is_valid():
            return act()
        blame(form, form.mistakes(), names)
    except Refused as refusal:
        blame(form, refusal, names)
    return None


def attempted(form: Any, act: Callable[[], Made]) -> Made | None:
    """What the verb gives; None after a refusal, which stands in the form then."""
    try:
        return act()
    except Refused as refusal:
        blame(form, refusal)
        return None
