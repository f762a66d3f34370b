"""Pages drawn in a language in which every letter is another, to see the Spanish that no translation reaches.

In the pseudo-language each letter of a translated text is a wide one (`Ａｂｃ`), so what stays plain was never translated, or is data.
"""
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.utils import translation

import ventanilla
from ventanilla.lib import english, spanish

PSEUDO = "en-xa"
WIDE = {c: chr(ord(c) + 0xFEE0) for c in map(chr, [*range(65, 91), *range(97, 123)])}
WIDE |= dict(zip("áéíóúüñÁÉÍÓÚÜÑ", (WIDE[c] for c in "aeiouunAEIOUUN"), strict=True))
KEPT = re.compile(r"%\(\w+\)\w|%[sd%]|\{\w*\}|<[^>]*>|&\w+;")
SAID = frozenset({"title", "aria-label", "placeholder", "alt", "data-confirm", "data-copied", "label"})
PLAIN = re.compile(r"[A-Za-zÁÉÍÓÚÜÑáéíóúüñ]{3,}")
SPANISH = re.compile(r"[áéíóúñ¿¡]|\b(de|la|el|los|las|del|que|con|por|para|una|sin|hay|su|sus)\b|(ción|dad|ado|ada|ar|er|ir|as|os|es)\b", re.I)

OWN = frozenset({"Ventanilla", "Español", "server", "printer"})
"""Names and codes that stay as they are in every language."""
NAMED = (*spanish.MONTHS, *spanish.WEEKDAYS, *english.MONTHS, *english.WEEKDAYS)
DATES = re.compile(rf"(?:(?:{'|'.join(NAMED)}|de|del|al|las?|a|el|y)\b ?)+")
"""Dates are written by code: within derivations of deadlines in the reader's language, within stored notices in Spanish."""


def wide(text: str) -> str:
    """The text with other letters, its placeholders and marks as they were."""
    parts, at = [], 0
    for found in KEPT.finditer(text):
        parts += ["".join(WIDE.get(c, c) for c in text[at:found.start()]), found[0]]
        at = found.end()
    return "".join([*parts, *(WIDE.get(c, c) for c in text[at:])])


class Texts(HTMLParser):
    """What a person reads or hears of a page: text and the attributes that are said."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.deaf = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.deaf += tag in ("script", "style", "code", "pre")
        given = dict(attrs)
        self.found += [value for name, value in attrs if name in SAID and value]
        if tag == "input" and given.get("type") == "submit":
            self.found.append(given.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        self.deaf -= tag in ("script", "style", "code", "pre")

    def handle_data(self, data: str) -> None:
        if not self.deaf:
            self.found.append(data)


def data_of() -> str:
    """Every text that stands in the database, one after the other, and those of the official form of good practices."""
    with connection.cursor() as cursor:
        found = []
        for table in {m._meta.db_table for m in apps.get_models()} & set(connection.introspection.table_names(cursor)):
            cursor.execute(f'SELECT coalesce(string_agg(t::text, chr(10)), chr(10)) FROM (SELECT * FROM "{table}" LIMIT 3000) t')
            found.append(cursor.fetchone()[0])
    found += [path.read_text() for path in (Path(ventanilla.__file__).parent / "modules/practices/form").rglob("*.json")]
    return " ".join(re.sub(r"[\"\\]+", "", "\n".join(found)).split()).casefold()


def plain_parts(html: str) -> Iterator[str]:
    """Stretches that no translation reached."""
    page = Texts()
    page.feed(html)
    for text in page.found:
        for part in re.split(r"[^A-Za-zÁÉÍÓÚÜÑáéíóúüñ ]+", text):
            said = " ".join(part.split())
            if PLAIN.search(said) and SPANISH.search(said) and said not in OWN and not DATES.fullmatch(said):
                yield said


def speak(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until the test ends there is a language, PSEUDO, whose every text is wide."""
    settings.LANGUAGES = [*settings.LANGUAGES, (PSEUDO, "Xx")]
    translation.gettext("")
    real = {name: getattr(translation._trans, name) for name in ("gettext", "ngettext", "pgettext", "npgettext")}  # type: ignore[attr-defined]

    def said(name: str) -> Any:
        def run(*given: Any) -> str:
            found: str = real[name](*given)
            if translation.get_language() != PSEUDO:
                return found
            texts = given[1:] if name.startswith(("p", "np")) else given
            return wide(str(texts[0] if len(texts) < 3 or texts[2] == 1 else texts[1]))
        return run

    for name in real:
        monkeypatch.setattr(translation._trans, name, said(name))  # type: ignore[attr-defined]
