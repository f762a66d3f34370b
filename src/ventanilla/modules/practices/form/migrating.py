"""A record of one generation moved to another: what both ask is kept, what the new one asks besides is listed."""
from collections.abc import Mapping
from typing import Any

from ventanilla.core.questionnaires.definition import Field, check
from ventanilla.modules.practices.form.loading import definition


def migrate(values: Mapping[str, Any], old: str, new: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The values under generation `new`, and the keys that somebody must still look at, in the order of the form.

    A key is listed when `new` asks it and `old` did not, or when an answer has no place any more (an option that is gone, a
    required answer that is missing). Fields that `new` does not have are left out of the values; the old revision keeps them.
    Raises LookupError when a generation is not known.
    """
    before, after = definition(old).fields, definition(new).fields
    kept = {key: _kept(after[key], value) for key, value in values.items() if key in after}
    moved = check(definition(new), {key: value for key, value in kept.items() if value not in (None, [], "")}, partial=True)
    lost = {key for key, value in kept.items() if value != values[key]} | {key.split(".")[0] for key in moved.errors}
    missing = [key for key, one in after.items()
               if key in lost or (key in moved.visible and key not in moved.values and (key not in before or one.required))]
    return moved.values, tuple(missing)


def _kept(field: Field, value: Any) -> Any:
    """The part of an answer that the new field can hold."""
    if field.type == "choice":
        return value if value in field.by_value else None
    if field.type == "choices":
        return [one for one in value or () if one in field.by_value]
    return value
