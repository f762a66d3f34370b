"""What a person wrote in an answer, without the quoted mails below it. The original stays in the raw mail."""
import re
from typing import Final

MARK: Final = "-- Responda arriba de esta línea --"
_CUTS = [re.compile(pattern, re.I | re.M) for pattern in (
    rf"^.{{0,5}}{re.escape(MARK)}.*$",
    r"^\s*-{2,}\s*(?:mensaje original|original message|mensaje reenviado|forwarded message)\s*-{2,}\s*$",
    r"^\s*_{10,}\s*$(?=\s*^\s*\*?(?:de|from)\s*:\*?)",
    r"^\s*>?\s*el\s[^\n]{6,150}(?:\n[^\n]{0,120})?\bescribi[oó]\s*:\s*$",
    r"^\s*>?\s*on\s[^\n]{6,150}(?:\n[^\n]{0,120})?\bwrote\s*:\s*$",
    r"^\s*\*?(?:de|from)\s*:\*?[^\n]{1,200}\n(?:[^\n]{0,300}\n){0,3}?\s*\*?(?:enviado(?: el)?|sent|fecha|date|para|to)\s*:",
)]
_SIGNATURE = re.compile(r"^-- ?$", re.M)


def own_words(text: str) -> str:
    """The text above the first quotation; the whole text when nothing would be left."""
    cut = min((found.start() for pattern in _CUTS if (found := pattern.search(text))), default=len(text))
    kept = text[:cut].rstrip()
    lines = kept.split("\n")
    while lines and (lines[-1].lstrip().startswith(">") or not lines[-1].strip()):
        lines.pop()
    kept = "\n".join(lines)
    signed = _SIGNATURE.search(kept)
    kept = (kept[:signed.start()] if signed and signed.start() else kept).strip()
    return kept or text.strip()
