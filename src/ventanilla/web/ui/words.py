"""Translations of pages, remembered: our texts are Spanish, which no catalogue has, so every one was looked for in all of them."""

from collections.abc import Callable
from functools import lru_cache

from django.utils import translation
from markupsafe import Markup, escape


def gettext(message: str) -> str:
    """As Django's, for the language of this request."""
    return gettext_in(translation.get_language(), message)


def shown(message: str, /, **variables: object) -> Markup:
    """The `_` of templates: the text as markup, with the variables escaped into it."""
    return in_language(translation.get_language())(message, **variables)


def _safe(value: object) -> object:
    """Ready to stand in markup; what `Markup % …` does costs three times as much."""
    return value if type(value) in (int, float) else escape(value)


@lru_cache(maxsize=16)
def in_language(language: str | None) -> Callable[..., Markup]:
    """The same for a page whose language is known: a page says a hundred texts, and asking for its language takes longer than they."""

    @lru_cache(maxsize=8192)
    def plain(message: str) -> Markup:
        return Markup(gettext_in(language, message)) % {}

    def said(message: str, /, **variables: object) -> Markup:
        return Markup(gettext_in(language, message) % {k: _safe(v) for k, v in variables.items()}) if variables else plain(message)

    return said


@lru_cache(maxsize=16384)
def gettext_in(language: str | None, message: str) -> str:
    """The same for who asked for the language already, which takes longer than the rest: `language` is the active one."""
    return translation.gettext(message)
