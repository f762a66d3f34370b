"""The report by an extra field of the forms: answers of a period, the tickets behind each figure, and their files."""
import tempfile
from collections.abc import Callable, Iterable
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ventanilla.core.exports.services import WRITERS, order_export, register_export
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.lib.numbers import whole
from ventanilla.lib.spanish import number
from ventanilla.modules.servicedesk.screens.reports import LARGE, TYPES, asked, period_query
from ventanilla.modules.servicedesk.services.fields import ExtraField
from ventanilla.modules.servicedesk.services.reports import Period, Scope
from ventanilla.modules.servicedesk.services.reports.field_tables import (
    REPORT,
    ROWS,
    counted_fields,
    field_rows_table,
    field_table,
)
from ventanilla.modules.servicedesk.services.reports.fields import FieldReport, by_field, label_of, rows_with
from ventanilla.modules.servicedesk.services.reports.measures import MEASURES
from ventanilla.modules.servicedesk.services.reports.monthly import PAGE
from ventanilla.modules.servicedesk.services.reports.tables import as_of_text, title_of

register_export(REPORT, field_table, lambda _params: _("Informe de la mesa de servicio"))
register_export(ROWS, field_rows_table, lambda _params: _("Informe de la mesa de servicio"))


def fields(request: HttpRequest) -> HttpResponse:
    """The report: choose a field; a sentence, a chart and a table whose figures open their rows."""
    person, scope, period = asked(request)
    offered = counted_fields(person)
    one = offered.get(request.GET.get("campo", "")) or next(iter(offered.values()), None)
    found = by_field(scope, period, one) if one else None
    own = {**period_query(request, period), "campo": one.name if one else ""}
    lines = [line for line in found.lines if line.values["received"]][:12] if found else []
    drill = _drills(own)
    return render(request, "servicedesk/reports/fields.html", {
        "found": found, "one": one, "groups": grouped(offered.values()), "period": period, "title": title_of(period),
        "as_of": as_of_text(period), "asked_day": request.GET.get("al", "")[:10], "query": urlencode(own), "drill": drill,
        "sentence": _sentence(found) if found else "", "measures": MEASURES,
        "chart": ([x.label for x in lines], [x.values["received"] for x in lines], [drill("received", x.key) for x in lines]),
        "back": f"{reverse('desk_report')}?{urlencode(period_query(request, period))}"})


def grouped(offered: Iterable[ExtraField]) -> list[tuple[str, list[ExtraField]]]:
    """Fields by the service that asks them, as they come."""
    return [(group, list(members)) for group, members in groupby(offered, key=lambda one: one.group)]


def _drills(own: dict[str, str]) -> Callable[[str, str], str]:
    """The address of the rows of a figure."""

    def drill(measure: str, key: str) -> str:
        return f"{reverse('desk_field_rows')}?{urlencode({**own, 'cifra': measure, 'clave': key})}"

    return drill


def _sentence(found: FieldReport) -> str:
    """What the report answers, in words."""
    if not found.answered:
        return _("En este periodo nadie contestó esta pregunta.")
    counts = {"n": number(found.answered), "m": number(found.asked)}
    words = ngettext("%(n)s solicitud la contestó, de %(m)s que la preguntan",
                     "%(n)s solicitudes la contestaron, de %(m)s que la preguntan", found.answered) % counts
    if found.spread:
        return _("%(words)s; suman %(total)s, con una mediana de %(median)s.") % {
            "words": words, "total": number(float(found.spread.total)), "median": number(found.spread.median)}
    top = max(found.lines, key=lambda line: line.values["received"])
    return _("%(words)s; lo más frecuente fue «%(top)s», con %(n)s.") % {
        "words": words, "top": top.label, "n": number(top.values["received"])}


def _asked_of(request: HttpRequest) -> tuple[Person, Scope, Period, ExtraField, dict[str, str]]:
    """Also of which field, and which figure. Raises Http404 for those that there are not."""
    person, scope, period = asked(request)
    one = counted_fields(person).get(request.GET.get("campo", ""))
    given = {"cifra": request.GET.get("cifra", "received"), "clave": request.GET.get("clave", "")[:210]}
    if one is None or given["cifra"] not in MEASURES:
        raise Http404
    return person, scope, period, one, {**period_query(request, period), "campo": one.name, **given}


def rows(request: HttpRequest) -> HttpResponse:
    """The tickets that a figure counts; a hundred a page, by key."""
    _person, scope, period, one, own = _asked_of(request)
    after = whole(request.GET.get("despues")) or 0
    try:
        label = label_of(one, own["clave"])
        found = rows_with(scope, period, one, own["cifra"], own["clave"], limit=PAGE + 1,
                          after=after)
    except KeyError:
        raise Http404 from None
    more = f"?{urlencode({**own, 'despues': found[PAGE - 1].case_id})}" if len(found) > PAGE else ""
    return render(request, "servicedesk/reports/rows.html", {
        "rows": found[:PAGE], "next": more, "first": "?" + urlencode(own) if after else "", "measure": MEASURES[own["cifra"]],
        "period": period, "title": title_of(period), "as_of": as_of_text(period), "line": f"{one.label}: {label}",
        "files": "desk_field_file", "query": urlencode(own), "back": _back(own)})


def _back(own: dict[str, str]) -> str:
    return f"{reverse('desk_fields')}?{urlencode({k: v for k, v in own.items() if k not in ('cifra', 'clave')})}"


def export(request: HttpRequest, what: str, kind: str) -> Any:
    """The report or the rows of a figure as a file: at once when small, else as a job that tells when it is ready."""
    person, scope, period, one, own = _asked_of(request)
    if kind not in WRITERS or what not in ("campo", "detalle") or not reach_of(person).can(cap.EXPORT):
        raise Http404
    params = {"field": one.name, "period": period.text, "day": own.get("al", ""), "measure": own["cifra"], "key": own["clave"]}
    try:
        if what == "detalle" and len(rows_with(scope, period, one, own["cifra"], own["clave"], limit=LARGE + 1)) > LARGE:
            order_export(actor=person, kind=ROWS, file_format=kind, params=params)
            messages.info(request, _("La lista es grande: se está preparando. La encontrará en esta página cuando esté lista."))
            return redirect("exports")
        table = field_table(person, params) if what == "campo" else field_rows_table(person, params)
    except KeyError:
        raise Http404 from None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"mesa-{what}-{one.key}-{period.text}.{kind}"
        WRITERS[kind](table, path)
        response = HttpResponse(path.read_bytes(), content_type=TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{path.name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
