"""Results of a form: response rate, satisfaction with its interval, every question with chart and table, comments, files."""

import tempfile
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from markupsafe import Markup

from ventanilla.core.exports.services import WRITERS
from ventanilla.core.exports.spreadsheets import csv_lines
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.questionnaires.keeping import visible_to
from ventanilla.core.questionnaires.models import Instrument, Response
from ventanilla.core.questionnaires.statistics import QuestionResult, Results, by_month, comments, results
from ventanilla.lib import spanish
from ventanilla.web.admin_area.pages import page
from ventanilla.web.questionnaires.exports import TYPES, answers_table
from ventanilla.web.questionnaires.views.shared import COUNT, counted_of, crumbs
from ventanilla.web.ui.charts import Series, bar_chart, line_chart

WRITTEN = ("text", "long_text")


@dataclass(frozen=True)
class Period:
    """Days, both included (local); as moments [since, until)."""

    first: date | None
    last: date | None

    @property
    def since(self) -> datetime | None:
        """The first moment."""
        return timezone.make_aware(datetime.combine(self.first, time())) if self.first else None

    @property
    def until(self) -> datetime | None:
        """The first moment after."""
        return timezone.make_aware(datetime.combine(self.last + timedelta(days=1), time())) if self.last else None

    @property
    def words(self) -> str:
        """For people."""
        if self.first and self.last:
            return _("del %(a)s al %(b)s") % {"a": spanish.long_date(self.first), "b": spanish.long_date(self.last)}
        if self.first:
            return _("desde el %(a)s") % {"a": spanish.long_date(self.first)}
        return _("hasta el %(b)s") % {"b": spanish.long_date(self.last)} if self.last else _("desde el principio")


def period_of(request: HttpRequest) -> Period:
    """From the address; what is no date counts as none."""
    return Period(_day(request.GET.get("desde", "")), _day(request.GET.get("hasta", "")))


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text[:10])
    except ValueError:
        return None
    return found if 1900 <= found.year <= 2200 else None


@dataclass(frozen=True)
class Shown:
    """One question on the page: its figures, chart, columns and rows of the table twin."""

    result: QuestionResult
    svg: Markup | str
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    said: list[Any]


@page(*COUNT)
def results_page(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """All figures of the period."""
    instrument, period = counted_of(person, pk), period_of(request)
    measured = Response.objects.measured_by(person)
    found = results(measured, instrument_id=pk, since=period.since, until=period.until)
    seen = Response.objects.visible_to(person).submitted(period.since, period.until)
    questions = [
        _shown(q, comments(seen, instrument_id=pk, key=q.field.key) if q.field.type in WRITTEN and q.n else [])
        for q in found.questions
    ]
    months = by_month(measured, instrument_id=pk, since=period.since, until=period.until)
    reach = reach_of(person)
    return render(
        request,
        "questionnaires/results.html",
        {
            "instrument": instrument,
            "found": found,
            "questions": questions,
            "period": period,
            "sentence": _sentence(instrument, found),
            "months_rows": [(f"{spanish.MONTHS[m.first.month - 1]} de {m.first.year}", m.submitted) for m in months],
            "trend": _trend(months),
            "crumbs": crumbs(instrument) if visible_to(person).filter(pk=pk).exists() else [],
            "may_export": reach.can(cap.EXPORT),
            "query": request.GET.urlencode(),
        },
    )


def _sentence(instrument: Instrument, found: Results) -> str:
    """The answer first: who answered what."""
    main = next((q for q in found.questions if q.field.type == "scale" and q.n), None)
    if main is None:
        return _("%(n)s respuestas.") % {"n": spanish.number(found.submitted)}
    best = max(main.options, key=lambda o: o.count)
    return _("%(share)s eligió «%(label)s» entre %(n)s respuestas (intervalo de 95 %%: de %(low)s a %(high)s).") % {
        "share": percent(best.share),
        "label": best.label,
        "n": spanish.number(main.n),
        "low": percent(best.interval.low),
        "high": percent(best.interval.high),
    }


def percent(share: float) -> str:
    """To the hundredth: 0.99857 as "99.86 %"."""
    return f"{share * 100:.2f}\u00a0%"


def _shown(q: QuestionResult, said: list[Any]) -> Shown:
    if q.options:
        svg = (
            bar_chart(
                q.field.label, [o.label for o in q.options], [round(o.share * 100, 2) for o in q.options], unit="%", lying=True, width=900
            )
            if q.n
            else ""
        )
        return Shown(
            q,
            svg,
            (_("Opción"), _("Respuestas"), _("Porcentaje"), _("Intervalo de 95 %")),
            [(o.label, o.count, percent(o.share), f"{percent(o.interval.low)} – {percent(o.interval.high)}") for o in q.options],
            said,
        )
    if q.mean is not None:
        unit = q.field.unit
        pairs = [(_("Promedio"), q.mean), (_("Mediana"), q.median), (_("Mínimo"), q.minimum), (_("Máximo"), q.maximum)]
        return Shown(
            q,
            "",
            (_("Medida"), _("Valor")),
            [(name, f"{value:,.2f} {unit}".strip()) for name, value in pairs if value is not None],
            said,
        )
    return Shown(q, "", (), [], said)


def _trend(months: list[Any]) -> Markup | str:
    """Responses per month, when there are at least two."""
    if len(months) < 2:
        return ""
    return line_chart(
        _("Respuestas por mes"),
        [f"{spanish.MONTHS[m.first.month - 1][:3]} {m.first:%y}" for m in months],
        [Series(_("Respuestas"), [m.submitted for m in months])],
    )


@page(*COUNT)
def results_file(request: HttpRequest, person: Person, pk: int, kind: str) -> Any:
    """The answers that the person may see, as a file."""
    instrument, period = counted_of(person, pk), period_of(request)
    if kind not in TYPES or not reach_of(person).can(cap.EXPORT):
        raise Http404
    table = answers_table(person, instrument, period.since, period.until, period.words)
    name = f"{instrument.slug}.{kind}"
    if kind == "csv":
        answer: Any = StreamingHttpResponse(csv_lines(table), content_type=TYPES[kind])
    else:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            WRITERS[kind](table, path)
            answer = HttpResponse(path.read_bytes(), content_type=TYPES[kind])
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
