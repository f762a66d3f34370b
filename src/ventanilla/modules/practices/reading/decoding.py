"""From bytes to text: the encodings that forms arrive in, and accents that were read as the wrong one and can be put right."""
import re
import unicodedata
from typing import Final

MAX_CHARS, MAX_LINES = 400_000, 10_000
"""More than this is not read: a filled form has some 20,000 characters in 200 lines."""
_HIGH: Final = "\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122"
_BROKEN: Final = re.compile(f"[\u00c2-\u00df][{_HIGH}]|[\u00e0-\u00ef][{_HIGH}]{{2}}|\u00f0[{_HIGH}]{{3}}")
"""Two to four letters that are the bytes of one letter in UTF-8."""
_INVISIBLE: Final = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad\x00-\x08\x0e-\x1f]")


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
    if not any(sign in text for sign in ("\u00c3", "\u00c2", "\u00e2\u20ac")) or not _BROKEN.search(text):
        return text, False
    return _BROKEN.sub(_letter, text), True


def _letter(found: re.Match[str]) -> str:
    try:
        return b"".join(_byte(c) for c in found[0]).decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return found[0]


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
    if not text.isascii() and not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return _INVISIBLE.sub("", text)
