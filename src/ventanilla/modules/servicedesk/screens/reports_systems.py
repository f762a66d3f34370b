"""The report by "Nombre del Sistema": the list of systems, and one system with what was learned of it."""
from collections.abc import Mapping
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from ventanilla.modules.servicedesk.screens.reports import asked, period_query
from ventanilla.modules.servicedesk.services.cmdb.referring import choosable
from ventanilla.modules.servicedesk.services.reports.systems import SystemLine, by_system
from ventanilla.modules.servicedesk.services.reports.tables import as_of_text, title_of

CHARTED = 12


def systems(request: HttpRequest) -> HttpResponse:
    """Every system of the period: volume, faults that come back, working time to solve, what was learned."""
    _person, scope, period = asked(request)
    lines, own = by_system(scope, period), period_query(request, period)
    return render(request, "servicedesk/reports/systems.html", {
        "lines": lines, "period": period, "title": title_of(period), "as_of": as_of_text(period), "asked_day": own.get("al", ""),
        "chart": ([x.label for x in lines[:CHARTED]], [x.received for x in lines[:CHARTED]], [_one(own, x) for x in lines[:CHARTED]]),
        "query": urlencode(own), "one": {x.key: _one(own, x) for x in lines}, "drill": {x.key: _drills(own, x) for x in lines},
        "year_query": urlencode({**own, "periodo": str(period.first.year)})})


def system(request: HttpRequest) -> HttpResponse:
    """One system: its figures, each with its tickets, its causes, and the lessons for the next development."""
    person, scope, period = asked(request)
    found = by_system(scope, period, request.GET.get("clave", "")[:210])
    if not found:
        raise Http404
    line, own = found[0], period_query(request, period)
    shown = line.item_id is not None and choosable(person, person.institution_id).filter(pk=line.item_id).exists()
    return render(request, "servicedesk/reports/system.html", {
        "line": line, "period": period, "title": title_of(period), "as_of": as_of_text(period), "query": urlencode(own),
        "drill": _drills(own, line), "record": reverse("ci", args=[line.item_id]) if shown else ""})


def _one(own: Mapping[str, str], line: SystemLine) -> str:
    return f"{reverse('desk_report_system')}?{urlencode({**own, 'clave': line.key})}"


def _drills(own: Mapping[str, str], line: SystemLine) -> dict[str, str]:
    """The tickets behind each figure of a line."""
    base = reverse("desk_report_rows")
    return {measure: f"{base}?{urlencode({**own, 'cifra': measure, 'por': 'system', 'clave': line.key})}"
            for measure in ("received", "attended", "reopened")}
