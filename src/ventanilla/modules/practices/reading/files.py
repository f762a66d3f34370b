"""`read_file`: a form in any file that it comes in. Text is read here; everything else becomes lines of cells in a confined process.

A PDF whose text layer gives no form is read again from the picture of its pages, and the reading says so.
"""
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache, partial
from typing import Final

from ventanilla.core.documents.services.cells import Cells, cells_of
from ventanilla.core.documents.text import PageText
from ventanilla.modules.practices.form.printing import ANNEX
from ventanilla.modules.practices.reading.layers import checked
from ventanilla.modules.practices.reading.lexicon import norm, titles
from ventanilla.modules.practices.reading.model import Notice, Reading
from ventanilla.modules.practices.reading.reading import read_text
from ventanilla.modules.practices.reading.tokens import RUNNING

_NOTICES: Final = {"formula": "formula", "unreadable_layer": "capa_de_texto_erronea", "truncated": "texto_cortado"}
_BINARY: Final = (b"PK\x03\x04", b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"GIF8", b"BM", b"RIFF", b"\xd0\xcf\x11\xe0")


def read_unrecognised(name: str, data: bytes) -> Reading | None:
    """The first form in the file without recognising anything; None where `read_file` would recognise: a picture, a page that is only one
    (also under a layer of text), a PDF whose text gives no form. For whoever waits for an answer now. Raises DocumentError as `read_file`.
    """
    if _is_text(data):
        return read_text(data)
    found = cells_of(data, recognise="never")
    if {"needs_recognition", "pictured"} & set(found.said):
        return None
    reading = _read(found, data)
    return reading if reading.is_form or found.media_type != "application/pdf" else None


def read_file(name: str, data: bytes, known: Mapping[int, PageText] | None = None) -> Reading:
    """The first form in the file. Raises DocumentError (Spanish) when the file cannot be opened.

    `name` says nothing: the type is told by the content. A file that is no form gives a reading without generation. A text that lies over
    pictures of its pages is taken only while they show the same (`layers.py`). `known`: pages that were recognised before.
    """
    if _is_text(data):
        return read_text(data)
    found = cells_of(data, known=known)
    reading = _read(found, data)
    if reading.is_form and "pictured" in found.said:
        shown = cells_of(data, recognise="pictured", known=known)
        pages = cache(lambda: _read(shown, data))
        first = checked(reading, shown.text, pages)
        return replace(first, others=tuple(checked(one, shown.text, partial(_nth, pages, n)) for n, one in enumerate(reading.others)))
    if not reading.is_form and found.media_type == "application/pdf" and "recognised" not in found.said:
        again = _read(cells_of(data, recognise="always"), data)
        if again.is_form:
            return _noted(again, "capa_de_texto_erronea")
    return reading


def _nth(reading: Callable[[], Reading], number: int) -> Reading:
    """A further form of the file as its pages show it; when they show fewer, one that says nothing."""
    whole = reading()
    return whole.others[number] if number < len(whole.others) else replace(whole, fields={}, others=())


def _is_text(data: bytes) -> bool:
    return not data.startswith(_BINARY) and b"%PDF-" not in data[:1024]


def _read(found: Cells, data: bytes) -> Reading:
    reading = read_text(_annex_apart(_running_apart(found.text)))
    reading = replace(reading, original=data, others=tuple(replace(one, original=data) for one in reading.others))
    for code in found.said:
        if code in _NOTICES:
            reading = _noted(reading, _NOTICES[code])
    return reading


def _annex_apart(text: str) -> str:
    """The text with the annex of our own PDF marked like running heads: its captions are set apart, whole, until another form begins."""
    lines, inside = text.split("\n"), False
    for n, line in enumerate(lines):
        word = norm(line)
        inside = word == norm(ANNEX) or (inside and word not in titles())
        if inside and not line.startswith(RUNNING):
            lines[n] = RUNNING + line
    return "\n".join(lines)


def _running_apart(text: str) -> str:
    """The text with its running heads and page numbers marked: what stands first or last on half of the pages, but for digits."""
    pages = [page.strip("\n").split("\n") for page in text.split("\f")]
    edges = [{n for n in (0, 1, len(page) - 2, len(page) - 1) if 0 <= n < len(page)} for page in pages]
    often = Counter(key for page, places in zip(pages, edges, strict=True) for key in {_edge(page[n]) for n in places})
    for page, places in zip(pages, edges, strict=True):
        for n in places:
            if _NUMBERED.search(page[n]) or (len(pages) > 1 and _edge(page[n]) and often[_edge(page[n])] * 2 > len(pages)):
                page[n] = RUNNING + page[n]
    return "\n".join("\n".join(page) for page in pages)


_NUMBERED: Final = re.compile(r"\bp[áa]gina\s+\d+(?:\s+de\s+\d+)?\s*$", re.IGNORECASE)


def _edge(line: str) -> str:
    return re.sub(r"\d", "", norm(line)) if "\t" not in line else ""


def _noted(reading: Reading, code: str) -> Reading:
    return replace(reading, notices=(Notice(code, "", 1), *(n for n in reading.notices if n.code != code)))
