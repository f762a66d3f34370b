"""Texts and moments as iTop writes them: `2026-11-21 10:05:00` in the institution's zone, HTML in descriptions and logs."""
import html
import re
from datetime import datetime, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils import timezone

from ventanilla.core.orgs.models import Institution
from ventanilla.modules.servicedesk.itop.problems import ItopError

_MARKUP: Final = re.compile(r"</?(?:p|br|div|ul|ol|li|span|b|i|strong|em|a|table|tr|td|pre|h[1-6])\b[^>]*>", re.I)
_BREAKS: Final = re.compile(r"<br\s*/?>|</(?:p|div|li|tr|h[1-6])>", re.I)


def zone_of(institution: Institution) -> tzinfo:
    """The institution's time zone."""
    return ZoneInfo(institution.time_zone)


def written(moment: datetime | None, zone: tzinfo) -> str | None:
    """As iTop writes it; None stays None."""
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S") if moment else None


def moment_of(text: Any, zone: tzinfo) -> datetime:
    """An aware moment. Raises ItopError."""
    try:
        found = datetime.fromisoformat(str(text).strip())
    except ValueError:
        raise ItopError(f"Wrong date: {text}") from None
    return found if timezone.is_aware(found) else found.replace(tzinfo=zone)


def plain(text: Any) -> str:
    """Without markup, where there is some; what only looks like it (a < b) stays as it is."""
    words = str(text)
    if not _MARKUP.search(words):
        return words
    return html.unescape(_MARKUP.sub("", _BREAKS.sub("\n", words))).strip()
