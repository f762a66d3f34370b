"""The API's reference in the reader's language.

What operations, schemas and fields say stands in the code, docstrings in English and summaries in Spanish. What the code does not
say in a language stands in `locale/<language>/api.po`, by the text itself, and is read from there as it is: nothing to compile, and
a process reads each once.
"""
from collections.abc import Callable, Mapping
from functools import cache, wraps
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from django.http import HttpRequest, HttpResponse
from django.utils import translation

LANGUAGES = ("es", "en")
FOLDER = Path(__file__).parent / "locale"
SAID = frozenset({"description", "summary"})
DATA = frozenset({"default", "example", "examples", "enum", "const"})
View = Callable[..., HttpResponse]


def in_language(document: Any, language: str) -> Any:
    """The document with its texts in a language; what has no translation stays as the code says it."""
    known = words(language)
    return each(document, lambda text: known.get(text, text))


def each(part: Any, say: Callable[[str], str]) -> Any:
    """A copy of a part of the document whose every text is what `say` makes of it. Names, codes and examples are no texts."""
    if isinstance(part, list):
        return [each(one, say) for one in part]
    if not isinstance(part, dict):
        return part
    return {key: _said(key, value, say) for key, value in part.items() if not (key == "title" and _only_repeats(part))}


def _said(key: str, value: Any, say: Callable[[str], str]) -> Any:
    if key == "properties":
        return {name: each(one, say) for name, one in value.items()}
    if key in DATA:
        return value
    if key in SAID and isinstance(value, str):
        return say(flat(value))
    if key == "tags" and isinstance(value, list):
        return [say(flat(one)) for one in value]
    return each(value, say)


def _only_repeats(part: Mapping[str, Any]) -> bool:
    """Whether a title is the one that pydantic makes of a field's name; those of whole shapes are names that programs use."""
    return isinstance(part["title"], str) and "version" not in part and "properties" not in part


def flat(text: str) -> str:
    """The text as paragraphs: a docstring that is wrapped elsewhere is the same text."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


@cache
def words(language: str) -> Mapping[str, str]:
    """The texts that the code says in another language than this."""
    with (FOLDER / language / "api.po").open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file, locale=language) if m.id and m.string}


def spoken() -> str:
    """The language of the reference for whoever is asking now."""
    active = (translation.get_language() or "")[:2]
    return active if active in LANGUAGES else LANGUAGES[0]


def asked(view: View) -> View:
    """The view in the language of `?lang=`, for programs, which have no cookie; else in that of whoever asks."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            language = translation.get_supported_language_variant(request.GET.get("lang", ""))
        except LookupError:
            return view(request, *args, **kwargs)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            return view(request, *args, **kwargs)

    return answer
