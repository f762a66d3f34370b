"""The board: a sentence that answers, figures against the period before, charts with their tables, drill to rows, everything as files."""
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ventanilla.core.exports.services import order_export, register_export
from ventanilla.core.exports.spreadsheets import csv_lines, write_workbook
from ventanilla.core.exports.tables import Table
from ventanilla.core.indicators.registry import measure
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.reach import reach_of
from ventanilla.modules.correspondence.screens.board_figures import SHOWN, Board, board_of
from ventanilla.modules.correspondence.screens.board_links import Links
from ventanilla.modules.correspondence.screens.board_sheets import (
    IN_TERM,
    SHEETS,
    by_unit,
    is_now,
    label_of,
    left_out,
    status,
    table_of,
)
from ventanilla.modules.correspondence.screens.periods import PERIODS, STEPS, label
from ventanilla.modules.correspondence.screens.record import person_of
from ventanilla.web.ui.charts import Series
from ventanilla.web.ui.formats import filesize, long_date

KIND: Final = "letters.board"
FIRST: Final = 12
"""Units of a table before "ver todas"."""
WORST: Final = "-turns_pending"
LARGE: Final = {"csv": 200_000, "xlsx": 10_000}
TYPES: Final = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
DRAWN: Final = ("letters", "turns_sent", "answers_sent")


def board(request: HttpRequest) -> HttpResponse:
    """Production, lights, bottlenecks, times, adoption, files and savings of the units one may measure."""
    person = person_of(request)
    found = board_of(person, request.GET)
    asked, links = asked_of(found), Links(found)
    context = {
        "board": found, "period": found.period, "chosen": found.chosen, "periods": PERIODS, "steps": STEPS,
        "units": Unit.objects.filter(pk__in=reach_of(person).within(cap.MEASURE)), "query": urlencode(asked),
        "exports": reach_of(person).can(cap.EXPORT), "sentence": _sentence(found), "figures": _figures(found),
        "production": _drawn(found, links), "sheets": SHEETS, "per_unit": per_unit(request.GET, found, asked),
        "lights": lights(request.GET, found, asked), "around": _around(found, asked), "adoption": _adoption(found),
        "stored": _stored(found, links), "twins": _twins(found), "bars": {"tipos": links.types(), "sentidos": links.sides()},
    }
    return render(request, "correspondence/board.html", context)


def asked_of(found: Board) -> dict[str, str]:
    """What an address keeps of a board: unit, period and step."""
    period = found.period
    days = {"desde": str(period.start), "hasta": str(period.end)} if period.name == "entre" else {"dia": str(period.end)}
    return {"periodo": period.name, **days, **({"paso": period.wanted} if period.wanted in STEPS else {}),
            **({"unidad": str(found.chosen.pk)} if found.chosen else {})}


def _around(found: Board, asked: dict[str, str]) -> list[tuple[str, str]]:
    """Links to the period before, and to the one after it unless that lies ahead."""
    if found.period.name == "entre":
        return []
    before, later = found.period.neighbours
    links = [(_("Periodo anterior"), before), *([] if is_now(found) else [(_("Periodo siguiente"), later)])]
    return [(text, "?" + urlencode({**asked, "dia": str(day)})) for text, day in links]


def _sentence(found: Board) -> str:
    share = found.in_term()
    if share is None:
        return _("Todavía no se concluyen turnos en este periodo.")
    text = _("%(p)s %% de los turnos se atendió en plazo") % {"p": round(share * 100)}
    then = found.then["turns_concluded", None, None]
    if not then:
        return f"{text}."
    change = round((share - found.then["turns_concluded", None, "on_time"] / then) * 100)
    words = _("igual que") if not change else _more(change)
    return _("%(text)s, %(words)s en el periodo anterior (%(a)s a %(b)s).") % {
        "text": text, "words": words, "a": long_date(found.before[0]), "b": long_date(found.before[1])}


def _more(change: int) -> str:
    if change > 0:
        return ngettext("%(n)s punto más que", "%(n)s puntos más que", change) % {"n": change}
    return ngettext("%(n)s punto menos que", "%(n)s puntos menos que", -change) % {"n": -change}


def _figures(found: Board) -> list[dict[str, Any]]:
    shown, links = [], Links(found)
    for slug in SHOWN:
        now, then = found.figure(slug)
        shown.append({"label": label_of(slug), "value": now, "change": now - then, "definition": measure(slug).definition,
                      "url": (links.whole(slug) if now else "") or "#unidades"})
    return shown


def _drawn(found: Board, links: Links) -> dict[str, Any]:
    """The series of production, of files and of adoption, as charts take them."""
    period = found.period
    labels = [label(day, period.step) for day in period.steps]
    return {"labels": labels, "series": [Series(label_of(s), list(found.steps[s]), urls=links.points(s)) for s in DRAWN],
            "columns": [_("Desde"), *(label_of(s) for s in SHOWN)],
            "rows": [[text, *(found.steps[s][n] for s in SHOWN)] for n, text in enumerate(labels)]}


def per_unit(params: QueryDict, found: Board, asked: dict[str, str]) -> dict[str, Any]:
    """Figures by unit, sorted, the first ones unless all are asked for; each leads to its list where a list can tell the same."""
    order = params.get("orden", WORST)
    names = ["name", *SHOWN, "in_term"]
    order = order if order.removeprefix("-") in names else WORST
    at = names.index(order.removeprefix("-"))
    rows = list(zip(found.units, by_unit(found), strict=True))
    if at:  # the tree's own order is that of the names
        rows.sort(key=lambda row: (row[1][at] is not None, row[1][at] or 0), reverse=order.startswith("-"))
    elif order.startswith("-"):
        rows.reverse()
    every = params.get("ver") == "unidades"
    titles = [_("Unidad"), *(label_of(s) for s in SHOWN), str(IN_TERM)]
    heads = [{"title": title, "sort": name == order.removeprefix("-") and ("descending" if order.startswith("-") else "ascending"),
              "url": "?" + urlencode({**asked, "orden": name if order == f"-{name}" else f"-{name}"}) + "#unidades"}
             for name, title in zip(names, titles, strict=True)]
    links = Links(found)
    shown = [(unit, "?" + urlencode({**asked, "unidad": unit.pk}), [
        (value, links.of(slug, unit) if value else "") for slug, value in zip(SHOWN, row[1:-1], strict=True)],
              row[-1]) for unit, row in (rows if every else rows[:FIRST])]
    return {"heads": heads, "rows": shown, "total": len(rows),
            "all": "" if every or len(rows) <= FIRST else "?" + urlencode({**asked, "orden": order, "ver": "unidades"}) + "#unidades"}


def lights(params: QueryDict, found: Board, asked: dict[str, str]) -> dict[str, Any]:
    """What waits now by unit, the worst first."""
    every, link = params.get("ver") == "semaforo", reverse("inbox")
    rows = [(found.by_id[load.unit_id], load, f"{link}?unidad={load.unit_id}") for load in found.loads]
    return {"rows": rows if every else rows[:FIRST], "total": len(rows),
            "all": "" if every or len(rows) <= FIRST else "?" + urlencode({**asked, "ver": "semaforo"}) + "#semaforo"}


def _adoption(found: Board) -> dict[str, Any]:
    """Units and heads that used it over those programmed, and by name who did not: the table of the files, told shorter."""
    rows = found.adoption
    heads = {p.pk: p.name for p in Person.objects.filter(pk__in=[a.head_id for a in rows if a.head_id and not a.head_used])}
    units = [(found.by_id[a.unit_id], status(a), a.last) for a in rows if not a.used]
    led = [(found.by_id[a.unit_id], heads[a.head_id], status(a, head=True), a.head_last) for a in rows if a.head_id and not a.head_used]
    series = [Series(_("Han empezado"), [n for n, _all in found.started]), Series(_("Programadas"), [n for _n, n in found.started])]
    return {"programmed": len(rows), "used": sum(a.used for a in rows), "units": units, "heads": sum(1 for a in rows if a.head_id),
            "headed": sum(a.head_used for a in rows), "led": led, "series": series}


def _stored(found: Board, links: Links) -> dict[str, Any]:
    rows = list(SHEETS["acervo"].rows(found))
    urls = [url if row[3] else "" for row, url in zip(rows, links.stored(), strict=True)]
    unit, size = ("GB", 1) if rows[-1][4] >= 1 else ("MB", 1000)
    return {"files": found.now["files_attached", None, None], "bytes": found.now["file_bytes", None, None],
            "url": links.whole("files_attached") if found.now["files_attached", None, None] else "",
            "unit": unit, "series": [Series(_("%(unit)s en total") % {"unit": unit}, [round(row[4] * size, 1) for row in rows], urls=urls)]}


def _twins(found: Board) -> dict[str, Any]:
    """Tables beside the charts of adoption and files, with the words of the chart for each step."""
    labels = [label(day, found.period.step) for day in found.period.steps]
    stored = [[text, row[1], filesize(round(row[2] * 1e9)), row[3], filesize(round(row[4] * 1e9))]
              for text, row in zip(labels, SHEETS["acervo"].rows(found), strict=True)]
    return {"stored": stored, "stored_columns": [
        _("Desde"), _("Archivos nuevos"), _("Espacio nuevo"), _("Archivos en total"), _("Espacio en total")],
            "started": [[text, *pair] for text, pair in zip(labels, found.started, strict=True)]}


def _build(person: Person, params: Mapping[str, Any]) -> Table:
    """A table of the board for a job: of what the person may measure when it runs."""
    return table_of(board_of(person, QueryDict(str(params["query"]))), str(params["table"]))


register_export(KIND, _build, lambda params: _("Tablero de correspondencia: %(table)s") % {"table": SHEETS[str(params["table"])].title})


def export(request: HttpRequest, name: str, kind: str) -> Any:
    """A table of the board, or all of them in one workbook: now when it is small, else as a job that tells when it is ready."""
    person = person_of(request)
    found = board_of(person, request.GET)
    if kind not in TYPES or not reach_of(person).can(cap.EXPORT) or (name not in SHEETS and (name, kind) != ("todo", "xlsx")):
        raise Http404
    if name in SHEETS and SHEETS[name].size(found) > LARGE[kind]:
        order_export(actor=person, kind=KIND, file_format=kind, params={"table": name, "query": request.GET.urlencode()})
        messages.info(request, _("La tabla es grande: se está preparando. La encontrará en esta página cuando esté lista."))
        return redirect("exports")
    file_name = f"tablero-{name}-{found.period.start}-{found.period.end}.{kind}"
    if kind == "csv":
        response: Any = StreamingHttpResponse(csv_lines(table_of(found, name)), content_type=TYPES[kind])
    else:
        wanted = list(SHEETS) if name == "todo" else [name]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / file_name
            write_workbook([table_of(found, n) if SHEETS[n].size(found) <= LARGE[kind] else left_out(found, n) for n in wanted], path)
            response = HttpResponse(path.read_bytes(), content_type=TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
