"""Surveys: how many answered, how, and how sure that is (Wilson); and the answers row by row, for who may read them."""
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.questionnaires.models import Instrument, Response
from ventanilla.core.questionnaires.showing import without_private
from ventanilla.core.questionnaires.statistics import Interval, QuestionResult, Results, by_month, results
from ventanilla.modules.servicedesk.api.shaping import READS
from ventanilla.modules.servicedesk.services.reports.periods import moment
from ventanilla.modules.servicedesk.services.reports.satisfaction import survey_ids
from ventanilla.web.api import scopes
from ventanilla.web.api.auth import Bearer, able, actor
from ventanilla.web.api.validators import next_page

router = Router(tags=["Mesa: informes"])
READ = Bearer(scopes.REPORTS, able(cap.MEASURE, cap.ADMIN_CATALOGUES))


class SurveyOut(Schema):
    """A survey; `used`: the catalogue sends it after a ticket is closed."""

    uuid: UUID
    slug: str
    name: str
    active: bool
    used: bool


class IntervalOut(Schema):
    """Bounds of a share at 95 % (Wilson), 0 to 1."""

    low: float
    high: float


class OptionOut(Schema):
    """How often an option was chosen, and its share of who answered the question, 0 to 1."""

    value: str
    label: str
    count: int
    share: float
    interval: IntervalOut


class QuestionOut(Schema):
    """A question over all versions of the survey; `score` is 0 to 100; `current`: the newest version still asks it."""

    key: str
    type: str
    label: str
    section: str
    n: int
    options: list[OptionOut]
    mean: float | None
    median: float | None
    minimum: float | None
    maximum: float | None
    score: float | None
    current: bool


class SurveyMonth(Schema):
    """A local month, by its first day: answers, and their mean score (0 to 100)."""

    month: date
    submitted: int
    score: float | None


class SurveyResults(Schema):
    """Answers submitted in the period; of those invited in it, how many answered (`rate`, with its interval)."""

    submitted: int
    invited: int
    answered: int
    rate: float | None
    rate_interval: IntervalOut
    score: float | None
    questions: list[QuestionOut]
    months: list[SurveyMonth]


class AnswersRow(Schema):
    """One answered survey, without private questions; `values` by the key of the question."""

    uuid: UUID
    version: int
    channel: str
    invited_at: datetime | None
    submitted_at: datetime
    score: float | None
    ticket: UUID | None
    folio: str
    values: dict[str, Any]


class AnswersPage(Schema):
    """A page, the newest answer first; `next` is the address of the following one."""

    items: list[AnswersRow]
    next: str | None


class Days(Schema):
    """Local days, both included; without them everything there is."""

    since: date | None = Field(None, ge=date(1970, 1, 1), le=date(9000, 1, 1))
    until: date | None = Field(None, ge=date(1970, 1, 1), le=date(9000, 1, 1))

    @property
    def bounds(self) -> tuple[datetime | None, datetime | None]:
        """The first moment, and the first one after."""
        after = date.fromordinal(self.until.toordinal() + 1) if self.until else None
        return (moment(self.since) if self.since else None), (moment(after) if after else None)


class AnswersAsked(Days):
    """Which answers."""

    after: int | None = Field(None, ge=1, le=2**62)
    limit: int = Field(100, ge=1, le=500)


def _surveys(person: Person, used: list[int]) -> QuerySet[Instrument]:
    rows = Instrument.objects.filter(institution_id=person.institution_id)
    return rows.filter(Q(purpose="survey") | Q(pk__in=used))


def _of(person: Person, uuid: UUID) -> Instrument:
    return _surveys(person, survey_ids(person.institution)).get(uuid=uuid)


@router.get("/surveys", response={200: list[SurveyOut], **READS}, auth=READ, operation_id="list_surveys", summary="Encuestas")
def surveys(request: HttpRequest) -> Any:
    """By name."""
    person = actor(request)
    used = survey_ids(person.institution)
    return [{"uuid": i.uuid, "slug": i.slug, "name": i.name, "active": i.active, "used": i.pk in used} for i in _surveys(person, used)]


def _interval(one: Interval) -> dict[str, float]:
    return {"low": one.low, "high": one.high}


def _question(one: QuestionResult) -> dict[str, Any]:
    plain = ("section", "n", "mean", "median", "minimum", "maximum", "score", "current")
    return {n: getattr(one, n) for n in plain} | {
        "key": one.field.key, "type": one.field.type, "label": one.field.label,
        "options": [{"value": o.value, "label": o.label, "count": o.count, "share": o.share, "interval": _interval(o.interval)}
                    for o in one.options]}


def _found(found: Results) -> dict[str, Any]:
    return {n: getattr(found, n) for n in ("submitted", "invited", "answered", "rate", "score")} | {
        "rate_interval": _interval(found.rate_interval), "questions": [_question(q) for q in found.questions]}


@router.get("/surveys/{uuid}/results", response={200: SurveyResults, **READS}, auth=READ, operation_id="get_survey_results",
            summary="Resultados de una encuesta: n, tasa de respuesta, e intervalo de cada respuesta")
def survey_results(request: HttpRequest, uuid: UUID, asked: Query[Days]) -> Any:
    """Over the tickets of the units that the person measures."""
    person = actor(request)
    number, (since, until) = _of(person, uuid).pk, asked.bounds
    counted = Response.objects.measured_by(person)
    months = by_month(counted, instrument_id=number, since=since, until=until)
    return _found(results(counted, instrument_id=number, since=since, until=until)) | {
        "months": [{"month": m.first, "submitted": m.submitted, "score": m.score} for m in months]}


@router.get("/surveys/{uuid}/answers", response={200: AnswersPage, **READS}, auth=READ, operation_id="list_survey_answers",
            summary="Las respuestas de una encuesta, una por renglón, de la más nueva a la más antigua")
def answers(request: HttpRequest, uuid: UUID, asked: Query[AnswersAsked]) -> Any:
    """Only of tickets that the person may read; private questions are left out."""
    person = actor(request)
    rows = Response.objects.visible_to(person).filter(instrument=_of(person, uuid), role="answer").submitted(*asked.bounds)
    rows = rows.filter(pk__lt=asked.after) if asked.after else rows
    found = list(rows.select_related("version", "case").order_by("-pk")[:asked.limit + 1])
    shown = found[:asked.limit]
    return {"items": [_answer(r) for r in shown], "next": next_page(request, shown[-1].pk if len(found) > asked.limit else None)}


def _answer(row: Response) -> dict[str, Any]:
    return {n: getattr(row, n) for n in ("uuid", "channel", "invited_at", "submitted_at")} | {
        "version": row.version.number, "score": float(row.score) if row.score is not None else None,
        "ticket": row.case.uuid if row.case else None, "folio": row.case.folio if row.case else "",
        "values": without_private(row.version.form, row.values)}
