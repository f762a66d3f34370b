"""Addresses of rows: Django finds an address by trying patterns, the same for every row of a page; here once."""
from collections.abc import Callable
from functools import lru_cache

from django.urls import get_script_prefix, get_urlconf, reverse

SAMPLE = 7_770_777_077


def by_number(name: str) -> Callable[[int], str]:
    """The address of that name for a row's number, as `reverse(name, args=[number])` says it."""
    def address(number: int) -> str:
        before, after = _around(name, get_script_prefix(), get_urlconf())
        return f"{before}{int(number)}{after}"

    return address


@lru_cache(maxsize=64)
def _around(name: str, _prefix: str, urlconf: str | None) -> tuple[str, str]:
    before, _number, after = reverse(name, urlconf, args=[SAMPLE]).partition(str(SAMPLE))
    return before, after
