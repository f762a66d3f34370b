"""Counting answers: distribution, mean and score per question, response rate, and how sure a share is.

Everything takes a set of responses (`Response.objects.measured_by(person)…`), so period and attributes of cases are
filters of that set. The number of queries does not depend on how many questions or answers there are. Private fields are
never counted.
"""
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Final

from django.db.models import Aggregate, Avg, Count, FloatField, Max, Min, Q
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from ventanilla.core.questionnaires.definition import Field
from ventanilla.core.questionnaires.definition.fields import CHOSEN, NUMBERS
from ventanilla.core.questionnaires.definition.scoring import points_of
from ventanilla.core.questionnaires.models import FieldValue, InstrumentVersion
from ventanilla.core.questionnaires.queries import ResponseQuerySet

Z95: Final = 1.959963984540054
LISTED: Final = CHOSEN | {"yes_no"}


@dataclass(frozen=True)
class Interval:
    """Bounds of a share, 0..1."""

    low: float
    high: float


def wilson(successes: int, n: int, z: float = Z95) -> Interval:
    """The score interval of a share at 95 % (z = 1.96): what the true share may be, given `successes` of `n`.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927) 209-212: the roots
    of (p - share)^2 = z^2 p (1 - p) / n. Unlike the normal approximation it stays within 0..1 and is not empty when the
    share is 0 or 1. Without answers nothing is known: 0..1. Raises ValueError unless 0 <= successes <= n.
    """
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n}")
    if n == 0:
        return Interval(0.0, 1.0)
    share, z2 = successes / n, z * z
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = z / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return Interval(0.0 if successes == 0 else max(centre - half, 0.0), 1.0 if successes == n else min(centre + half, 1.0))


@dataclass(frozen=True)
class Option:
    """How often an option was chosen: `share` of who answered the question, 0..1, with its interval."""

    value: str
    label: str
    count: int
    share: float
    interval: Interval


@dataclass(frozen=True)
class QuestionResult:
    """One question: `n` answers; options for those with a list; mean, median, minimum and maximum of numbers.

    `mean` of a list are its points; `score` is 0..100, the mean share of the best. `current`: still asked in the newest version.
    """

    field: Field
    section: str
    n: int
    options: tuple[Option, ...] = ()
    mean: float | None = None
    median: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    score: float | None = None
    current: bool = True


@dataclass(frozen=True)
class Results:
    """The whole: `submitted` responses in the period, `invited` ones and how many of those answered (`answered`).

    `rate` is answered / invited, None when nobody was invited; `score` the mean of the responses' scores, 0..100.
    """

    submitted: int
    invited: int
    answered: int
    score: float | None
    questions: tuple[QuestionResult, ...]

    @property
    def rate(self) -> float | None:
        """Response rate, 0..1."""
        return self.answered / self.invited if self.invited else None

    @property
    def rate_interval(self) -> Interval:
        """Within which the rate lies."""
        return wilson(self.answered, self.invited)


class _Median(Aggregate):
    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


def results(responses: ResponseQuerySet, *, instrument_id: int, since: datetime | None = None, until: datetime | None = None) -> Results:
    """Count the responses to a form in [since, until), over all its versions (a key is one question for ever)."""
    mine = responses.filter(instrument_id=instrument_id, role="answer")
    done = mine.submitted(since, until)
    total = done.aggregate(n=Count("pk"), score=Avg("score"))
    asked = mine.invited(since, until).aggregate(n=Count("pk"), answered=Count("pk", filter=Q(state="submitted")))
    fields = _fields(instrument_id)
    return Results(total["n"], asked["n"], asked["answered"], float(total["score"]) if total["score"] is not None else None,
                   tuple(_questions(done, fields)))


def _fields(instrument_id: int) -> dict[str, tuple[Field, str, bool]]:
    """Every question that was ever published, as its newest version asks it: (field, title of the section, still asked)."""
    versions = InstrumentVersion.objects.filter(instrument_id=instrument_id).exclude(state="draft").order_by("-number")
    found: dict[str, tuple[Field, str, bool]] = {}
    for n, version in enumerate(versions):
        for section in version.form.sections:
            for one in section.fields:
                found.setdefault(one.key, (one, section.title, n == 0))
    return {key: item for key, item in found.items() if not item[0].private and not item[0].companion_of}


def _questions(done: ResponseQuerySet, fields: Mapping[str, tuple[Field, str, bool]]) -> Iterable[QuestionResult]:
    kinds: dict[str, list[str]] = defaultdict(list)
    for key, (one, _section, _current) in fields.items():
        kinds["listed" if one.type in LISTED else "number" if one.type in NUMBERS else "other"].append(key)
    rows = FieldValue.objects.filter(response__in=done.values("pk"))
    listed, answered = _counts(rows, kinds["listed"])
    numbers = {r["key"]: r for r in rows.filter(key__in=kinds["number"]).values("key").annotate(
        n=Count("pk"), mean=Avg("number"), median=_Median("number"), low=Min("number"), high=Max("number")).order_by()}
    others = _present(done, kinds["other"])
    for key, (one, section, current) in fields.items():
        if one.type in LISTED:
            yield _listed(one, section, current, listed[key], answered[key])
        elif one.type in NUMBERS:
            yield _number(one, section, current, numbers.get(key))
        else:
            yield QuestionResult(one, section, others.get(key, 0), current=current)


def _counts(rows: Any, keys: Sequence[str]) -> tuple[dict[str, Counter[str]], Counter[str]]:
    """How often each option was chosen, and how many answered each question (several options are one answer)."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    answered: Counter[str] = Counter()
    counted = rows.filter(key__in=keys).values("key", "text", "number").annotate(n=Count("pk"), first=Count("pk", filter=Q(position=0)))
    for row in counted.order_by():
        value = row["text"] if row["text"] is not None else ("si" if row["number"] else "no")
        found[row["key"]][value] += row["n"]
        answered[row["key"]] += row["first"]
    return found, answered


def _present(done: ResponseQuerySet, keys: Sequence[str]) -> dict[str, int]:
    if not keys:
        return {}
    counted = done.aggregate(**{f"k{i}": Count("pk", filter=Q(values__has_key=key)) for i, key in enumerate(keys)})
    return {key: counted[f"k{i}"] for i, key in enumerate(keys)}


def _listed(one: Field, section: str, current: bool, counts: Counter[str], n: int) -> QuestionResult:
    labels = {"si": _("Sí"), "no": _("No")} if one.type == "yes_no" else {c.value: c.label for c in one.choices}
    labels |= {value: value for value in counts if value not in labels}  # options of older versions
    options = tuple(Option(value, label, counts[value], counts[value] / n if n else 0.0, wilson(counts[value], n))
                    for value, label in labels.items())
    return QuestionResult(one, section, n, options, current=current, **_points(one, counts))


def _points(one: Field, counts: Counter[str]) -> dict[str, float | None]:
    """Mean points and score of single choices; several options have no mean of their own."""
    points = points_of(one) if one.is_scored else {}
    known = {value: p for value, p in points.items() if p is not None}
    n = sum(counts[value] for value in known)
    if one.type == "choices" or not n:
        return {"mean": None, "score": None}
    best = max(known.values())
    mean = sum(p * counts[value] for value, p in known.items()) / n
    shares = sum(min(max(p / best, Fraction()), Fraction(1)) * counts[value] for value, p in known.items()) / n if best > 0 else 0
    return {"mean": float(mean), "score": float(100 * shares)}


def _number(one: Field, section: str, current: bool, row: Mapping[str, Any] | None) -> QuestionResult:
    if row is None:
        return QuestionResult(one, section, 0, current=current)
    return QuestionResult(one, section, row["n"], mean=float(row["mean"]), median=float(row["median"]), minimum=float(row["low"]),
                          maximum=float(row["high"]), current=current)


@dataclass(frozen=True)
class Month:
    """A local month: its first day, responses submitted, their mean score (0..100 or None)."""

    first: date
    submitted: int
    score: float | None


def by_month(responses: ResponseQuerySet, *, instrument_id: int, since: datetime | None = None,
             until: datetime | None = None) -> list[Month]:
    """Responses per local month, oldest first; months without any are left out. One query."""
    done = responses.filter(instrument_id=instrument_id, role="answer").submitted(since, until)
    rows = done.annotate(month=TruncMonth("submitted_at")).values("month").annotate(n=Count("pk"), mean=Avg("score")).order_by("month")
    return [Month(r["month"].date(), r["n"], float(r["mean"]) if r["mean"] is not None else None) for r in rows]


@dataclass(frozen=True)
class Comment:
    """What somebody wrote, when, and about which case."""

    text: str
    at: datetime
    case_id: int | None
    folio: str


def comments(responses: ResponseQuerySet, *, instrument_id: int, key: str, limit: int = 20) -> list[Comment]:
    """The newest written answers to a question; `responses` must begin at `visible_to` (they may tell of cases). One query."""
    done = responses.filter(instrument_id=instrument_id, role="answer", values__has_key=key).submitted()
    rows = done.order_by("-submitted_at", "-pk").values_list("values", "submitted_at", "case_id", "case__folio")[:limit]
    return [Comment(str(values[key]), at, case_id, folio or "") for values, at, case_id, folio in rows if at]


def every_field(instrument_id: int) -> list[Field]:
    """Every question that was ever published and is not private, newest versions first: the columns of a file."""
    return [one for one, _section, _current in _fields(instrument_id).values()]
