"""Addresses of rows, for columns and lists that take a function."""
from collections.abc import Callable
from functools import partial

from ventanilla.web.ui.addresses import address


def by_number(name: str) -> Callable[[int], str]:
    """The address of that name for a row's number, as `reverse(name, args=[number])` says it."""
    return partial(address, name)
