"""`read_file`: a form in any file that it comes in. Text is read here; everything else becomes lines of cells in a confined process.

A PDF whose text layer gives no form is read again from the picture of its pages, and the reading says so.
"""
import re
from collections import Counter
from dataclasses import replace
from typing import Final

from ventanilla.core.documents.services.cells import Cells, cells_of
from ventanilla.modules.practices.reading.lexicon import norm
from ventanilla.modules.practices.reading.model import Notice, Reading
from ventanilla.modules.practices.reading.reading import read_text
from ventanilla.modules.practices.reading.tokens import RUNNING

_NOTICES: Final = {"formula": "formula", "unreadable_layer": "capa_de_texto_erronea", "truncated": "texto_cortado"}
_BINARY: Final = (b"PK\x03\x04", b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"GIF8", b"BM", b"RIFF", b"\xd0\xcf\x11\xe0")


def read_file(name: str, data: bytes) -> Reading:
    """The first form in the file. Raises DocumentError (Spanish) when the file cannot be opened.

    `name` says nothing: the type is told by the content. A file that is no form gives a reading without generation.
    """
    if not data.startswith(_BINARY) and b"%PDF-" not in data[:1024]:
        return read_text(data)
    found = cells_of(data)
    reading = _read(found, data)
    if not reading.is_form and found.media_type == "application/pdf" and "recognised" not in found.said:
        again = cells_of(data, recognise=True)
        seen = _read(again, data)
        if seen.is_form:
            return _noted(seen, "capa_de_texto_erronea")
    return reading


def _read(found: Cells, data: bytes) -> Reading:
    reading = replace(read_text(_running_apart(found.text)), original=data)
    for code in found.said:
        if code in _NOTICES:
            reading = _noted(reading, _NOTICES[code])
    return reading


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
