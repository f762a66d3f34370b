"""From bytes to text: the encodings that forms arrive in, and accents that were read as the wrong one and can be put right."""
import re
import unicodedata
from functools import lru_cache
from typing import Final

MAX_CHARS, MAX_LINES = 400_000, 10_000
"""More than this is not read: a filled form has some 20,000 characters in 200 lines."""
_HIGH: Final = "\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122"
_BROKEN: Final = re.compile(f"[\u00c2-\u00f0][{_HIGH}]{{1,3}}")
"""Two to four letters that may be the bytes of one letter in UTF-8; how many, the first one says (`_letter`)."""
_INVISIBLE: Final = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad\x00-\x08\x0e-\x1f]")
_INVISIBLE_BYTES: Final = bytes(code for code in range(256) if _INVISIBLE.match(chr(code)))


def decoded(data: bytes) -> str:
    """Text in the first that fits of UTF-16 (with a mark, or with every second byte zero), UTF-8, Windows-1252."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    if data[1:2] == b"\0" or data[:400:2].count(0) > 100:
        return data.decode("utf-16-le" if data[1:2] == b"\0" else "utf-16-be", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def repaired(text: str) -> tuple[str, bool]:
    """UTF-8 that somebody read as Windows-1252 ("prÃ¡ctica") put right, letter by letter, and whether any was."""
    if not any(sign in text for sign in ("\u00c3", "\u00c2", "\u00e2\u20ac")):
        return text, False
    if not any(_letter(run) for run in _BROKEN.findall(text)):
        return text, False
    return _BROKEN.sub(lambda run: _letter(run[0]) or run[0], text), True


@lru_cache(maxsize=1024)
def _letter(run: str) -> str:
    """The letter that the run begins with, and the rest of it; "" when it is too short for one, the same when it is none."""
    size = 2 if run[0] < "\u00e0" else 3 if run[0] < "\u00f0" else 4
    if len(run) < size:
        return ""
    try:
        return b"".join(_byte(c) for c in run[:size]).decode("utf-8") + run[size:]
    except (UnicodeEncodeError, UnicodeDecodeError):
        return run


def _byte(letter: str) -> bytes:
    try:
        return letter.encode("cp1252")
    except UnicodeEncodeError:
        return letter.encode("latin-1")  # the five codes that Windows-1252 leaves out


def tidied(text: str) -> str:
    """NFC, one kind of line break, without invisible marks; as many lines as before."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\x0c", "\n").replace("\u2028", "\n")
    try:  # Latin-1 is NFC, and bytes are looked through many times faster than letters
        return text.encode("latin-1").translate(None, _INVISIBLE_BYTES).decode("latin-1")
    except UnicodeEncodeError:
        return _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
