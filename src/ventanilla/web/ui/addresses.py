"""Addresses of views, fast: Django finds one by trying patterns, the same for every row of a page; here each shape once."""
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from django.urls import get_script_prefix, get_urlconf, reverse

SAMPLE: Final = 7_770_777_077
"""The first of the numbers that stand for the numbers of an address while its shape is found."""


Place = tuple[str, str | None]
_place: ContextVar[Place | None] = ContextVar("place", default=None)


@contextmanager
def in_one_place() -> Iterator[None]:
    """Inside (a request) neither changes: Django is asked once for both, which takes longer than to write an address."""
    token = _place.set((get_script_prefix(), get_urlconf()))
    try:
        yield
    finally:
        _place.reset(token)


def place() -> Place:
    """Where addresses begin, and which views they lead to: what kept addresses, and texts with addresses, depend on."""
    return _place.get() or (get_script_prefix(), get_urlconf())


def address(name: str, *args: Any) -> str:
    """As `reverse(name, args=args)`; numbers and UUIDs are filled into the shape that was found the first time.

    Raises NoReverseMatch.
    """
    kinds = tuple([a if type(a) is str else int if type(a) is int and a >= 0 else UUID if type(a) is UUID else None for a in args])
    shape = None if None in kinds else _shape(name, kinds, place())
    return reverse(name, args=args or None) if shape is None else shape % tuple([a for a in args if type(a) is not str])


@lru_cache(maxsize=2048)
def _shape(name: str, kinds: tuple[Any, ...], where: Place) -> str | None:
    """The address with %s for each number; None for one that does not show each of them once, in order."""
    samples = [kind if type(kind) is str else kind(SAMPLE + n) if kind is int else UUID(int=SAMPLE + n) for n, kind in enumerate(kinds)]
    rest, parts = reverse(name, where[1], args=samples or None), []
    for sample in (str(s) for s, kind in zip(samples, kinds, strict=True) if type(kind) is not str):
        before, found, rest = rest.partition(sample)
        if not found or sample in rest:
            return None
        parts.append(before)
    return "%s".join(part.replace("%", "%%") for part in (*parts, rest))
