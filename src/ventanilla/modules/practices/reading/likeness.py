"""How many letters two spellings differ by, as fast as a text of a hundred letters allows.

Of a spelling cut in `most` + 1 parts, `most` changed letters leave one part whole; so a text that holds none of the parts differs by more,
and nearly every text is told apart by that alone.
"""
from functools import cache
from itertools import pairwise


def near(word: str, printed: str, most: int) -> bool:
    """Whether `word` differs from the printed spelling by at most `most` letters changed, added or dropped (Levenshtein)."""
    if not _holds_a_part(word, printed, most):
        return False
    return _last_row(*_trimmed(word, printed), most)[-1] <= most


def nearest_beginning(word: str, printed: str, most: int) -> int | None:
    """How many letters of `word` are most like the printed spelling, the fewest if several; None when all differ by more than `most`."""
    if not _holds_a_part(word, printed, most):
        return None
    start = _shared(word, printed)
    sizes = _last_row(printed[start:], word[start:len(printed) + most], most)
    least = min(sizes)
    return start + sizes.index(least) if least <= most else None


def _trimmed(one: str, other: str) -> tuple[str, str]:
    """Both without what they begin and end with alike: that changes no distance, and of a typing error leaves a letter or two."""
    start = _shared(one, other)
    one, other = one[start:], other[start:]
    end = _shared(one[::-1], other[::-1])
    return one[:len(one) - end], other[:len(other) - end]


def _shared(one: str, other: str) -> int:
    """How many letters both begin with."""
    size = 0
    for letter, another in zip(one, other, strict=False):
        if letter != another:
            break
        size += 1
    return size


def _holds_a_part(word: str, printed: str, most: int) -> bool:
    return any(map(word.__contains__, _parts(printed, most)))


@cache
def _parts(printed: str, most: int) -> tuple[str, ...]:
    """Only printed spellings are kept here, with the few `most` that their length allows."""
    borders = [n * len(printed) // (most + 1) for n in range(most + 2)]
    return tuple(printed[start:end] for start, end in pairwise(borders))


def _last_row(one: str, other: str, most: int) -> list[int]:
    """The distance of `one` to every beginning of `other`, from none of it to all; what is over `most` is only said to be that."""
    before = list(range(len(other) + 1))
    for n, letter in enumerate(one, 1):
        low, high = max(1, n - most), min(len(other), n + most)
        now = [most + 1] * (len(other) + 1)
        now[0] = n
        for m in range(low, high + 1):
            now[m] = min(before[m] + 1, now[m - 1] + 1, before[m - 1] + (letter != other[m - 1]))
        if min(now[low - 1:high + 1]) > most:
            return [most + 1]
        before = now
    return before
