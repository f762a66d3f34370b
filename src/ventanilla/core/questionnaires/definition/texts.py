"""Texts as the project keeps them: NFC, no control characters, no marks that turn the reading direction."""
import re
import unicodedata
from typing import Final

_DROPPED: Final = ("Cc", "Cf", "Cs", "Co")


def tidy(text: str, *, lines: bool = False) -> str:
    """One line (runs of white space become a space), or several lines with their breaks. Idempotent."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    while True:  # dropping a mark may bring together what NFC composes
        kept = unicodedata.normalize("NFC", text)
        if not kept.replace("\n", "").replace("\t", "").isprintable():  # else nothing is of those categories
            kept = "".join(c for c in kept if c in "\n\t" or unicodedata.category(c) not in _DROPPED)
        kept = _spaced(kept, lines)
        if kept == text:
            return kept
        text = kept


def _spaced(text: str, lines: bool) -> str:
    if not lines:
        return " ".join(text.split())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(row.rstrip() for row in text.split("\n"))).strip()


def slug(text: str, most: int = 40) -> str:
    """A key made of a label: "Nombre del Sistema" as nombre_del_sistema; never empty, begins with a letter."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("ñ", "n"))
    plain = re.sub(r"[^a-z0-9]+", "_", "".join(c for c in plain if not unicodedata.combining(c))).strip("_")
    plain = plain if plain[:1].isalpha() else f"campo_{plain}".strip("_")
    return plain[:most].strip("_")
