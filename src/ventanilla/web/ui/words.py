"""Translations of pages, remembered: our texts are Spanish, which no catalogue has, so every one was looked for in all of them."""

from functools import lru_cache

from django.utils import translation


def gettext(message: str) -> str:
    """As Django's, for the language of this request."""
    return _known(translation.get_language(), message)


@lru_cache(maxsize=16384)
def _known(language: str | None, message: str) -> str:
    """`language` is the active one: it stands here as part of the key."""
    return translation.gettext(message)
