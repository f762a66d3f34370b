"""Which generation a form is of: told by the words that some generations print and others do not, never by the numbers."""
from collections.abc import Mapping

from ventanilla.modules.practices.form import generations
from ventanilla.modules.practices.reading.lexicon import vocabulary


def generation_of(words: Mapping[tuple[str, str], int], year: int | None) -> tuple[str, bool]:
    """The generation, and whether that is sure. `words`: the telling words that were seen; `year`: of the validation date.

    Where the words leave several, the last one not later than `year`, else the newest.
    """
    scores = {one: len(vocabulary(one).intersection(words)) for one in generations()}
    best = max(scores.values())
    tied = [one for one in generations() if scores[one] == best]
    if len(tied) == 1:
        return tied[0], True
    early = [one for one in tied if year is not None and int(one) <= year]
    return (early or tied)[-1], False
