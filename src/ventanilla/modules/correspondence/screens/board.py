"""The board: a sentence that answers, figures against the period before, charts with their tables, drill to rows."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ventanilla.core.indicators.periods import add_months, month_start, previous
from ventanilla.core.indicators.reading import compare_with_previous, series, total
from ventanilla.core.indicators.registry import measure
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.reach import reach_of
from ventanilla.lib.spanish import long_date
from ventanilla.modules.correspondence.measures import LETTERS
from ventanilla.modules.correspondence.models import LetterType
from ventanilla.modules.correspondence.screens.record import person_of
from ventanilla.modules.correspondence.services import figures
from ventanilla.web.ui.charts import Series

PERIODS = {"semana": "day", "mes": "day", "trimestre": "week", "anio": "month", "entre": "month"}
FIGURES = ("letters", "turns_sent", "turns_received", "turns_pending", "answers_sent", "answers_received", "cases_concluded")


@dataclass(frozen=True)
class Period:
    """Local days, both included, and the step of its charts."""

    name: str
    start: date
    end: date

    @property
    def step(self) -> str:
        """day, week or month, so that a chart has a readable number of points."""
        days = (self.end - self.start).days
        return "day" if days <= 31 else "week" if days <= 120 else "month"

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """The first moment, and the first one after it."""
        first, after = datetime.combine(self.start, time.min), datetime.combine(self.end + timedelta(days=1), time.min)
        return timezone.make_aware(first), timezone.make_aware(after)


def period_of(request: HttpRequest) -> Period:
    """The period asked for; the current month when nothing, or nonsense, is asked."""
    today, name = timezone.localdate(), request.GET.get("periodo", "mes")
    start = {"semana": today - timedelta(days=today.weekday()), "trimestre": add_months(month_start(today), -2),
             "anio": date(today.year, 1, 1)}.get(name, month_start(today))
    if name == "entre":
        try:
            first, last = (parse_date(request.GET.get(k, "")) for k in ("desde", "hasta"))
        except ValueError:
            first = last = None
        if first and last and first <= last and (last - first).days < 3700:
            return Period(name, first, last)
    return Period(name if name in PERIODS and name != "entre" else "mes", start, today)


def board(request: HttpRequest) -> HttpResponse:
    """Production, lights, bottlenecks, times, adoption, files and savings of the units one may measure."""
    person = person_of(request)
    allowed = reach_of(person).within(cap.MEASURE)
    if not allowed:
        raise Http404
    units, chosen = _units(request, person, allowed)
    period = period_of(request)
    ids = [u.pk for u in units]
    context = {
        "period": period, "units": Unit.objects.filter(pk__in=allowed)[:300], "chosen": chosen, "sentence": _sentence(ids, period),
        "figures": _figures(ids, period), "production": _production(ids, period), "types": _types(person, ids, period),
        "sides": _sides(ids, period),
        "loads": _loads(units, ids), "stages": _stages(ids, period), "adoption": _adoption(units, ids, period),
        "savings": figures.savings(person.institution_id, ids, period.start, period.end),
        "files": (total("files_attached", ids, period.start, period.end), total("file_bytes", ids, period.start, period.end)),
    }
    return render(request, "correspondence/board.html", context)


def _units(request: HttpRequest, person: Person, allowed: Sequence[int]) -> tuple[list[Unit], Unit | None]:
    """The units measured: those below the chosen one, or all that the person may measure."""
    wanted = request.GET.get("unidad", "")
    rows = Unit.objects.filter(pk__in=allowed, institution=person.institution)
    chosen = rows.filter(pk=int(wanted)).first() if wanted.isdigit() and len(wanted) < 18 else None
    if wanted and chosen is None:
        raise Http404
    return list(rows.under(chosen.pk) if chosen else rows), chosen


def _sentence(ids: list[int], period: Period) -> str:
    now = total("turns_concluded", ids, period.start, period.end)
    if not now:
        return _("Todavía no se concluyen turnos en este periodo.")
    share = total("turns_concluded", ids, period.start, period.end, part="on_time") / now
    before = previous(period.start, period.end)
    then = total("turns_concluded", ids, *before)
    text = _("%(p)s %% de los turnos se atendió en plazo") % {"p": round(share * 100)}
    if not then:
        return f"{text}."
    change = round((share - total("turns_concluded", ids, *before, part="on_time") / then) * 100)
    words = _("igual que") if not change else _more(change)
    return _("%(text)s, %(words)s en el periodo anterior (%(a)s a %(b)s).") % {
        "text": text, "words": words, "a": long_date(before[0]), "b": long_date(before[1])}


def _more(change: int) -> str:
    if change > 0:
        return ngettext("%(n)s punto más que", "%(n)s puntos más que", change) % {"n": change}
    return ngettext("%(n)s punto menos que", "%(n)s puntos menos que", -change) % {"n": -change}


def _figures(ids: list[int], period: Period) -> list[dict[str, Any]]:
    shown = []
    for slug in FIGURES:
        found = compare_with_previous(slug, ids, period.start, period.end)
        one = measure(slug)
        shown.append({"label": one.label, "value": found.current, "change": found.change, "definition": one.definition,
                      "percent": found.percent})
    return shown


def _labels(period: Period) -> list[date]:
    days, day = [], period.start
    if period.step == "month":
        day = month_start(day)
    elif period.step == "week":
        day -= timedelta(days=day.weekday())
    while day <= period.end:
        days.append(day)
        day = add_months(day, 1) if period.step == "month" else day + timedelta(days=7 if period.step == "week" else 1)
    return days


def _label(day: date, step: str) -> str:
    months = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")
    return f"{months[day.month - 1]} {day.year % 100:02d}" if step == "month" else f"{day.day} {months[day.month - 1]}"


def _production(ids: list[int], period: Period) -> dict[str, Any]:
    days = _labels(period)
    lines = [(str(measure(s).label), s) for s in ("letters", "turns_sent", "answers_sent")]
    values = {s: {p.start: p.value for p in series(s, ids, period.start, period.end, period=period.step)} for _l, s in lines}

    def of(slug: str) -> list[int]:
        return [values[slug].get(max(d, period.start), values[slug].get(d, 0)) for d in days]

    drawn = [Series(label, of(slug)) for label, slug in lines]
    labels = [_label(d, period.step) for d in days]
    return {"labels": labels, "series": drawn, "columns": [_("Periodo"), *(label for label, _s in lines)],
            "rows": [[label, *(s.values[i] for s in drawn)] for i, label in enumerate(labels)]}


def _types(person: Person, ids: list[int], period: Period) -> list[tuple[str, int]]:
    names = dict(LetterType.objects.filter(institution=person.institution).values_list("pk", "name"))
    parts = series("letters_by_type", ids, period.start, period.end, period="between", by="part")
    rows = [(names.get(int(str(p.key).removeprefix("type:")), "—"), p.value) for p in parts]
    return sorted(rows, key=lambda r: -r[1])


def _sides(ids: list[int], period: Period) -> list[tuple[str, int]]:
    parts = series("letters", ids, period.start, period.end, period="between", by="part")
    return [(str(LETTERS.parts.get(str(p.key), p.key)), p.value) for p in parts]


def _loads(units: list[Unit], ids: list[int]) -> list[tuple[Unit, figures.Load, str]]:
    by_id = {u.pk: u for u in units}
    link = reverse("inbox")
    return [(by_id[load.unit_id], load, f"{link}?unidad={load.unit_id}") for load in figures.loads(ids)[:30]]


def _stages(ids: list[int], period: Period) -> list[tuple[str, float | None, float | None]]:
    before = Period("", *previous(period.start, period.end))
    now, then = figures.stage_hours(ids, *period.moments), figures.stage_hours(ids, *before.moments)
    return list(zip(figures.STAGES, now, then, strict=True))


def _adoption(units: list[Unit], ids: list[int], period: Period) -> dict[str, Any]:
    found = figures.adoption(ids, *period.moments)
    by_id = {u.pk: u for u in units}
    return {"found": found, "idle": [by_id[u] for u in found.idle][:120]}
