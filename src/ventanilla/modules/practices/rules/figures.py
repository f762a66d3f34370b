"""Figures and dates of the form: percentages in a text, targets with their unit, dates and periods in order."""
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

_PERCENT: Final = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*(?:%|por ciento)", re.IGNORECASE)
_PROGRESS: Final = re.compile(r"(?:avance|cumplimiento)\s+del?\s+(\d{1,3}(?:\.\d+)?)\s*(?:%|por ciento)", re.IGNORECASE)
_BARE: Final = re.compile(
    r"(?<![\d.,])(\d{1,2}\.\d{1,4})(?![\d.,]*\s*(?:%|por ciento))(?!\d)(?=\s+(?:con|de|en|muy|son|fue)\b)", re.IGNORECASE)
_TARGET: Final = re.compile(r"(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s*(%|[^\W\d][^\n]{0,120})?", re.DOTALL)


@dataclass(frozen=True)
class Target:
    """An amount with its unit; "" when none is written."""

    value: Decimal
    unit: str


def target(text: str) -> Target | None:
    """The amount that a target begins with: "109 áreas usuarias" is 109 and "áreas usuarias"; prose is None."""
    found = _TARGET.fullmatch(text.strip().rstrip(".").strip())
    return Target(Decimal(found[1].replace(",", "")), (found[2] or "").strip()) if found else None


def percentages(text: str) -> list[Decimal]:
    """Every figure that the text calls a percentage."""
    return [Decimal(one) for one in _PERCENT.findall(text)] if "%" in text or "ciento" in text.lower() else []


def progress(text: str) -> list[Decimal]:
    """Percentages that the text calls progress or fulfilment."""
    return [Decimal(one) for one in _PROGRESS.findall(text)] if "%" in text or "ciento" in text.lower() else []


def unsigned_percentage(text: str) -> str:
    """A figure that completes a percentage of the text to one hundred and has no sign itself; "" when there is none."""
    said = percentages(text) if "." in text else []
    return next((bare for bare in _BARE.findall(text) if any(one + Decimal(bare) == 100 for one in said)), "") if said else ""


def disordered(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Pairs of fields whose dates are in the wrong order: (the one that should be earlier, the one that should be later)."""
    order = [("inicio", "mejora_fecha"), ("mejora_fecha", "fecha_validacion"), ("inicio", "fecha_validacion"), ("periodo_de", "periodo_al"),
             ("inicio", "certificacion_fecha"), ("inicio", "reconocimiento_fecha")]
    return [(one, other) for one, other in order if values.get(one) and values.get(other)
            and date.fromisoformat(values[one]) > date.fromisoformat(values[other])]
