"""Satisfaction of the period, from the surveys of the tickets: how many answered, how, and how sure that is."""
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from ventanilla.core.orgs.models import Institution
from ventanilla.core.questionnaires.models import FieldValue, Response
from ventanilla.core.questionnaires.queries import ResponseQuerySet
from ventanilla.core.questionnaires.statistics import Interval, QuestionResult, Results, results, wilson
from ventanilla.modules.servicedesk.models import OfferingVersion
from ventanilla.modules.servicedesk.services.reports.facts import Scope
from ventanilla.modules.servicedesk.services.reports.periods import Period


@dataclass(frozen=True)
class Level:
    """A level of satisfaction: how many chose it, its share of those who answered, 0..1, with its interval at 95 % (Wilson)."""

    label: str
    count: int
    share: float
    interval: Interval


@dataclass(frozen=True)
class Satisfaction:
    """Answers submitted in the period (and before `as_of`) to the question that measures satisfaction."""

    n: int
    invited: int
    answered: int
    levels: Sequence[Level]

    @property
    def rate(self) -> float | None:
        """Response rate of those invited in the period, 0..1."""
        return self.answered / self.invited if self.invited else None


def satisfaction(scope: Scope, period: Period) -> Satisfaction:
    """Over every survey that the catalogue uses: the first question of each whose options give points, best level first."""
    counts: dict[str, int] = {}
    n = invited = answered = 0
    for found, question in _measured(scope, period.since, min(period.until, period.as_of)):
        invited, answered = invited + found.invited, answered + found.answered
        if question:
            n += question.n
            for label, count in _best_first(question):
                counts[label] = counts.get(label, 0) + count
    return Satisfaction(n, invited, answered,
                        [Level(label, c, c / n if n else 0.0, wilson(c, n)) for label, c in counts.items()])


def _responses(scope: Scope) -> ResponseQuerySet:
    return Response.objects.measured_by(scope.person) if scope.person else Response.objects.filter(institution=scope.institution)


def _measured(scope: Scope, since: datetime, until: datetime) -> Iterator[tuple[Results, QuestionResult | None]]:
    """Each survey of the catalogue with the question that measures satisfaction."""
    for instrument_id in survey_ids(scope.institution):
        found = results(_responses(scope), instrument_id=instrument_id, since=since, until=until)
        yield found, next((q for q in found.questions if q.field.is_scored and q.options), None)


def answered_so(scope: Scope, since: datetime, until: datetime, label: str) -> set[int]:
    """The cases whose survey was answered with that level in [since, until): what a level of `satisfaction` counts. A case that two
    people answered about is one."""
    done = _responses(scope).filter(role="answer").submitted(since, until)
    cases: set[int] = set()
    for _found, question in _measured(scope, since, until):
        chosen = [o.value for o in question.options if o.label == label] if question else []
        if question and chosen:
            rows = FieldValue.objects.filter(response__in=done.values("pk"), key=question.field.key, text__in=chosen, case__isnull=False)
            cases |= set(rows.values_list("case_id", flat=True))
    return cases


def _best_first(question: QuestionResult) -> list[tuple[str, int]]:
    points = {c.value: float(c.score or 0) for c in question.field.choices}
    ordered = sorted(question.options, key=lambda o: -points.get(o.value, 0.0))
    return [(o.label, o.count) for o in ordered]


def survey_ids(institution: Institution) -> list[int]:
    """Instruments that any version of the catalogue sends, or sent, after a ticket is closed; a draft sends none."""
    rows = OfferingVersion.objects.filter(institution=institution, survey__isnull=False).exclude(state="draft")
    return sorted(set(rows.values_list("survey__instrument", flat=True)))
