"""Word recall: the share of the true words, counted with repetition, that were read; case and accents
folded."""
import re
import unicodedata
from collections import Counter

_FOLD = str.maketrans("áéíóúü", "aeiouu")


def folded(text: str) -> Counter[str]:
    """Words with their counts: NFC, lower case, á é í ó ú ü folded, never ñ."""
    return Counter(re.findall(r"\w+", unicodedata.normalize("NFC", text.lower()).translate(_FOLD)))


def recall(truth: str, read: str) -> float:
    """Between 0 and 1."""
    true, found = folded(truth), folded(read)
    return sum((true & found).values()) / max(sum(true.values()), 1)
