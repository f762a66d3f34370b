"""The monthly report, the rows behind each figure, and the files of the reports."""
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from ventanilla.core.exports.services import WRITERS, order_export, register_export
from ventanilla.core.exports.tables import MONTHS
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.lib.numbers import whole
from ventanilla.lib.spanish import number
from ventanilla.modules.servicedesk.services.reports import Drill, Period, Report, Scope, by, monthly_report, rows_of
from ventanilla.modules.servicedesk.services.reports.measures import DIMENSIONS, DRILLS, MEASURES, SHARES
from ventanilla.modules.servicedesk.services.reports.monthly import PAGE, MonthOf, labels_of, totals
from ventanilla.modules.servicedesk.services.reports.tables import (
    REPORT,
    ROWS,
    SYSTEMS,
    as_of_text,
    period_of,
    report_table,
    rows_table,
    systems_table,
    title_of,
)
from ventanilla.web.ui.charts import Series

LARGE = 10_000
TYPES = {"csv": "text/csv; charset=utf-8", "pdf": "application/pdf",
         "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
register_export(REPORT, report_table, lambda _params: _("Informe de la mesa de servicio"))
register_export(ROWS, rows_table, lambda _params: _("Informe de la mesa de servicio"))
register_export(SYSTEMS, systems_table, lambda _params: _("Informe de la mesa de servicio"))
FILES = {"informe": report_table, "detalle": rows_table, "sistemas": systems_table}


def asked(request: HttpRequest) -> tuple[Person, Scope, Period]:
    """Who asks for which period. Raises Http404 when they measure nothing."""
    person: Person | None = getattr(request, "person", None)
    if person is None or not reach_of(person).within(cap.MEASURE):
        raise Http404
    return person, Scope(person.institution, person), period_of(_params(request))


def _params(request: HttpRequest) -> dict[str, str]:
    """What the address says, by the names the exports use."""
    return {"period": request.GET.get("periodo", "")[:7], "day": request.GET.get("al", "")[:10], "measure": request.GET.get("cifra",
                                                                                                                            "received"),
            "dimension": request.GET.get("por", ""), "key": request.GET.get("clave", "")[:210]}


def report(request: HttpRequest) -> HttpResponse:
    """The page: a sentence, figures, shares, satisfaction, trend, and a table per part; every figure opens its rows."""
    _person, scope, period = asked(request)
    own = period_query(request, period)
    if (only := request.GET.get("por", "")) in DIMENSIONS:
        return render(request, "servicedesk/reports/lines.html", {
            "lines": by(scope, period, only), "total": totals(scope, period), "dimension": DIMENSIONS[only], "drill": _drills(own),
            "title": title_of(period), "as_of": as_of_text(period), "query": urlencode(own)})
    found, drill = monthly_report(scope, period), _drills(own)
    services = found.lines["service"][:12]
    return render(request, "servicedesk/reports/monthly.html", {
        "report": found, "period": period, "title": title_of(period), "as_of": as_of_text(period), "asked_day": request.GET.get("al",
                                                                                                                                "")[:10],
        "sentence": _sentence(found), "drill": drill, "dimensions": DIMENSIONS, "measures": MEASURES, "shares": SHARES,
        "trend": _trend(found.trend), "demand": ([x.label for x in services], [x.values["received"] for x in services],
                                                 [drill("received", "service", x.key) for x in services]),
        "query": urlencode(own), "year_query": urlencode({**own, "periodo": str(period.first.year)}),
        "month_query": urlencode({**own, "periodo": f"{period.before.first:%Y-%m}"}) if period.is_year else "",
    })


def _drills(own: dict[str, str]) -> Callable[..., str]:
    """The address of the rows of a figure."""

    def drill(measure: str, dimension: str = "", key: str | None = "") -> str:
        more = {"cifra": measure, **({"por": dimension, "clave": key or ""} if dimension else {})}
        return f"{reverse('desk_report_rows')}?{urlencode({**own, **more})}"

    return drill


def period_query(request: HttpRequest, period: Period) -> dict[str, str]:
    """What an address keeps of the period and of the day as of which it is read."""
    day = request.GET.get("al", "")[:10]
    return {"periodo": period.text, **({"al": day} if day else {})}


def _sentence(found: Report) -> str:
    """What the report answers, in words."""
    total = found.total.values
    if not total["received"] and not total["attended"]:
        return _("En %(period)s no hubo solicitudes.") % {"period": title_of(found.period)}
    text = _("En %(period)s se recibieron %(received)s y se atendieron %(attended)s") % {
        "period": title_of(found.period), "received": number(total["received"]), "attended": number(total["attended"])}
    share = found.total.share("resolve_share")
    if share is None:
        return f"{text}."
    text += _("; %(share)s %% se resolvió en plazo") % {"share": number(round(100 * share, 1))}
    before = found.before.share("resolve_share")
    return f"{text}{_compared(share, before)}."


def _compared(share: float, before: float | None) -> str:
    if before is None:
        return ""
    points = round(100 * (share - before), 1)
    if not points:
        return _(", igual que en el periodo anterior")
    words = _(", %(n)s puntos más que en el periodo anterior") if points > 0 else _(", %(n)s puntos menos que en el periodo anterior")
    return words % {"n": number(abs(points))}


def _trend(months: Any) -> dict[str, Any]:
    """Lines of the year: what came and what was attended; and the share in time, in percent."""
    rows: list[MonthOf] = list(months)
    labels = [f"{MONTHS[m.first.month - 1][:3]} {m.first:%y}" for m in rows]
    shares = [None if m.share is None else round(100 * m.share, 1) for m in rows]
    counts = [Series(_("Recibidas"), [m.received for m in rows]), Series(_("Atendidas"), [m.attended for m in rows])]
    return {"labels": labels, "counts": counts, "shares": [Series(_("En plazo"), shares)],
            "rows": [[label, m.received, m.attended, "—" if s is None else f"{s} %"]
                     for label, m, s in zip(labels, rows, shares, strict=True)]}


def rows(request: HttpRequest) -> HttpResponse:
    """The tickets that a figure counts, as they were known then; a hundred a page, by key."""
    _person, scope, period = asked(request)
    drill = _drill(request)
    after = whole(request.GET.get("despues")) or 0
    found = rows_of(scope, period, drill, after=after, limit=PAGE + 1)
    own = {**period_query(request, period), "cifra": drill.measure, "por": drill.dimension, "clave": drill.key}
    more = f"?{urlencode({**own, 'despues': found[PAGE - 1].case_id})}" if len(found) > PAGE else ""
    return render(request, "servicedesk/reports/rows.html", {
        "rows": found[:PAGE], "next": more, "first": "?" + urlencode(own) if after else "", "measure": MEASURES[drill.measure],
        "period": period, "title": title_of(period), "as_of": as_of_text(period), "line": _line_label(drill),
        "query": urlencode(own), "back": f"{reverse('desk_report')}?{urlencode(period_query(request, period))}"})


def _drill(request: HttpRequest) -> Drill:
    """Raises Http404 for a figure that does not exist."""
    asked = _params(request)
    if asked["measure"] not in MEASURES or (asked["dimension"] and asked["dimension"] not in DRILLS):
        raise Http404
    return Drill(asked["measure"], asked["dimension"], asked["key"])


def _line_label(drill: Drill) -> str:
    """"Servicio: Sitio web", of the line that was opened; empty for a total."""
    if not drill.dimension:
        return ""
    one = DRILLS[drill.dimension]
    return f"{one.label}: {labels_of(drill.dimension, [drill.key]).get(drill.key) or one.none}"


def export(request: HttpRequest, what: str, kind: str) -> Any:
    """The report or the rows of a figure as a file: at once when small, else as a job that tells when it is ready."""
    person, scope, period = asked(request)
    params = _params(request)
    if kind not in WRITERS or what not in FILES or not reach_of(person).can(cap.EXPORT):
        raise Http404
    drill = _drill(request)
    if what == "detalle" and _count(scope, period, drill) > LARGE:
        order_export(actor=person, kind=ROWS, file_format=kind, params=params)
        messages.info(request, _("La lista es grande: se está preparando. La encontrará en esta página cuando esté lista."))
        return redirect("exports")
    table = FILES[what](person, params)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"mesa-{what}-{period.text}.{kind}"
        WRITERS[kind](table, path)
        response = HttpResponse(path.read_bytes(), content_type=TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{path.name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _count(scope: Scope, period: Period, drill: Drill) -> int:
    """At least as many as the rows of the figure."""
    return totals(scope, period).values[drill.measure]
