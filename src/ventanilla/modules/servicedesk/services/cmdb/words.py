"""Text as it is kept: NFC, one line or several, without control characters and marks that turn the reading direction."""
import unicodedata


def clean(text: str, most: int = 0) -> str:
    """The text without what cannot be seen; at most so many letters, where said."""
    text = unicodedata.normalize("NFC", text)
    if not text.isprintable():
        text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))
    return text.strip()[:most or None].strip()


def one_line(text: str, most: int = 0) -> str:
    """The same in one line."""
    return clean(" ".join(text.split()), most)
