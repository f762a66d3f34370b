"""Numbers that somebody wrote, in a place where anything may stand."""
from typing import Final

#: Figures of the longest number that is surely kept by a `bigint` of the database.
LONGEST: Final = 18


def whole(text: str | None, figures: int = LONGEST) -> int | None:
    """The number that `text` is: 1 to `figures` figures 0-9 and nothing else; None for anything else.

    Neither signs nor figures of other scripts count, and nothing is too long for `int()` or for a key of the database.
    """
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= figures else None
