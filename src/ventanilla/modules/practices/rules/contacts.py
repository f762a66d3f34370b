"""Telephones, e-mail and web addresses as the form wants them."""
import re
from typing import Final

_MAIL: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}")
_WEB: Final = re.compile(r"https?://[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?(?::\d{1,5})?(?:/\S*)?", re.IGNORECASE)


def telephone(text: str) -> str | None:
    """The ten digits of a Mexican telephone (Plan Técnico Fundamental de Numeración, since 3 August 2019), or None.

    Signs between the digits, the prefix 52 and the old prefixes 01, 044 and 045 are taken off.
    """
    if re.search(r"[^\d\s()+./-]", text):
        return None
    digits = re.sub(r"\D", "", text)
    for prefix in ("0052", "521", "52", "044", "045", "01"):
        if len(digits) == 10 + len(prefix) and digits.startswith(prefix):
            digits = digits[len(prefix):]
    return digits if len(digits) == 10 and digits[0] not in "01" else None


def is_email(text: str) -> bool:
    """Whether it is one whole address with a domain."""
    return len(text) <= 254 and _MAIL.fullmatch(text.strip()) is not None


def is_web(text: str) -> bool:
    """Whether every word of it is a whole web address."""
    words = text.replace(",", " ").split()
    return bool(words) and all(_WEB.fullmatch(word) and "." in word for word in words)
