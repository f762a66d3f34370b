"""Points: a field earns a share of its best, a section the weighted mean of its fields, the total that of its sections.

"No aplica", hidden fields and sections without scored answers are left out of both the points and the maximum. Exact
rational arithmetic; percentages are rounded once, half up, to four decimals.
"""
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from ventanilla.core.questionnaires.definition.checking import orders
from ventanilla.core.questionnaires.definition.fields import NUMBERS, Definition, Field, Section


@dataclass(frozen=True)
class SectionScore:
    """Points earned of `maximum` (sums of weights); `percent` 0..100, None when nothing applies. `missing`: unanswered."""

    key: str
    points: Decimal
    maximum: Decimal
    percent: Decimal | None
    missing: int


@dataclass(frozen=True)
class Score:
    """The whole: `percent` weighs the sections; None when nothing applies."""

    percent: Decimal | None
    points: Decimal
    maximum: Decimal
    missing: int
    sections: tuple[SectionScore, ...]


def score(definition: Definition, values: Mapping[str, Any]) -> Score:
    """The score of clean values."""
    order = orders(definition)
    parts = [_section(definition, s, values, order) for s in definition.sections if s.when is None or s.when.holds(values, order)]
    weights = {s.key: Fraction(s.weight) for s in definition.sections}
    known = [(weights[key], points / best) for key, points, best, _missing in parts if best]
    total, whole = sum((w * share for w, share in known), Fraction()), sum((w for w, _share in known), Fraction())
    return Score(_percent(total, whole), _rounded(sum((p for _k, p, _b, _m in parts), Fraction())),
                 _rounded(sum((b for _k, _p, b, _m in parts), Fraction())), sum(m for _k, _p, _b, m in parts),
                 tuple(SectionScore(k, _rounded(p), _rounded(b), _percent(p, b), m) for k, p, b, m in parts))


def _section(definition: Definition, section: Section, values: Mapping[str, Any],
             order: Mapping[str, tuple[str, ...]]) -> tuple[str, Fraction, Fraction, int]:
    points, best, missing = Fraction(), Fraction(), 0
    for one in section.fields:
        if not one.is_scored or not one.weight or not (one.when is None or one.when.holds(values, order)):
            continue
        answered = one.key in values
        missing += not answered
        share = share_of(one, values[one.key]) if answered else (Fraction() if definition.unanswered == "zero" else None)
        if share is not None:
            points, best = points + share * Fraction(one.weight), best + Fraction(one.weight)
    return section.key, points, best, missing


def share_of(one: Field, value: Any) -> Fraction | None:
    """What part of its best an answer earns, 0..1; None for "no aplica"."""
    if one.type in NUMBERS:
        low, high = Fraction(Decimal(str(one.min))), Fraction(Decimal(str(one.max)))
        return _clamped((Fraction(Decimal(str(value))) - low) / (high - low))
    points = points_of(one)
    if one.type == "choices":
        earned = sum((points[v] or Fraction() for v in value), Fraction())
        best = sum((p for p in points.values() if p and p > 0), Fraction())
    else:
        if (earned_or_none := points[_named(value)]) is None:
            return None
        earned, best = earned_or_none, max((p for p in points.values() if p is not None), default=Fraction())
    return _clamped(earned / best) if best > 0 else Fraction()


def points_of(one: Field) -> dict[str, Fraction | None]:
    """The points of each option; None where "no aplica". Options without a score earn nothing."""
    if one.type == "yes_no":
        return {"si": Fraction(one.yes_score or 0), "no": Fraction(one.no_score or 0)}
    return {c.value: None if c.na else Fraction(c.score or 0) for c in one.choices}


def _named(value: Any) -> str:
    return {True: "si", False: "no"}[value] if isinstance(value, bool) else value


def _clamped(share: Fraction) -> Fraction:
    return min(max(share, Fraction()), Fraction(1))


def _rounded(value: Fraction, places: str = "0.0001") -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal(places), ROUND_HALF_UP)


def _percent(points: Fraction, best: Fraction) -> Decimal | None:
    return _rounded(100 * points / best) if best else None
