"""Addresses of views, fast: Django finds one by trying patterns, the same for every row of a page; here each shape once."""
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from django.urls import get_script_prefix, get_urlconf, reverse

SAMPLE: Final = 7_770_777_077
"""The first of the numbers that stand for the numbers of an address while its shape is found."""
Shape = tuple[str, ...]


def address(name: str, *args: Any) -> str:
    """As `reverse(name, args=args)`; numbers and UUIDs are filled into the shape that was found the first time.

    Raises NoReverseMatch.
    """
    kinds = tuple(a if type(a) is str else int if type(a) is int and a >= 0 else UUID if type(a) is UUID else None for a in args)
    shape = None if None in kinds else _shape(name, kinds, get_script_prefix(), get_urlconf())
    if shape is None:
        return reverse(name, args=args or None)
    given = [str(a) for a, kind in zip(args, kinds, strict=True) if type(kind) is not str]
    return "".join([part for pair in zip(shape, given, strict=False) for part in pair] + [shape[-1]]) if given else shape[0]


@lru_cache(maxsize=2048)
def _shape(name: str, kinds: tuple[Any, ...], _prefix: str, urlconf: str | None) -> Shape | None:
    """What stands around the numbers; None for an address that does not show each of them once, in order."""
    samples = [kind if type(kind) is str else kind(SAMPLE + n) if kind is int else UUID(int=SAMPLE + n) for n, kind in enumerate(kinds)]
    rest, parts = reverse(name, urlconf, args=samples or None), []
    for sample in (str(s) for s, kind in zip(samples, kinds, strict=True) if type(kind) is not str):
        before, found, rest = rest.partition(sample)
        if not found or sample in rest:
            return None
        parts.append(before)
    return (*parts, rest)
