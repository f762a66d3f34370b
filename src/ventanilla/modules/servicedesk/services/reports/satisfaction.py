"""Satisfaction of the period, from the surveys of the tickets: how many answered, how, and how sure that is."""
from collections.abc import Sequence
from dataclasses import dataclass

from ventanilla.core.orgs.models import Institution
from ventanilla.core.questionnaires.models import Response
from ventanilla.core.questionnaires.statistics import Interval, QuestionResult, results, wilson
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
    responses = Response.objects.filter(institution=scope.institution)
    if scope.person:
        responses = Response.objects.measured_by(scope.person)
    counts: dict[str, int] = {}
    n = invited = answered = 0
    for instrument_id in survey_ids(scope.institution):
        found = results(responses, instrument_id=instrument_id, since=period.since, until=min(period.until, period.as_of))
        invited, answered = invited + found.invited, answered + found.answered
        question = next((q for q in found.questions if q.field.is_scored and q.options), None)
        if question:
            n += question.n
            for label, count in _best_first(question):
                counts[label] = counts.get(label, 0) + count
    return Satisfaction(n, invited, answered,
                        [Level(label, c, c / n if n else 0.0, wilson(c, n)) for label, c in counts.items()])


def _best_first(question: QuestionResult) -> list[tuple[str, int]]:
    points = {c.value: float(c.score or 0) for c in question.field.choices}
    ordered = sorted(question.options, key=lambda o: -points.get(o.value, 0.0))
    return [(o.label, o.count) for o in ordered]


def survey_ids(institution: Institution) -> list[int]:
    """Instruments that any version of the catalogue sends after a ticket is closed."""
    rows = OfferingVersion.objects.filter(institution=institution, survey__isnull=False).values_list("survey__instrument", flat=True)
    return sorted(set(rows))
