"""Exports of a list: exactly what its filters and columns show, as XLSX, CSV or PDF; large ones as a job."""
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ventanilla.core.exports.models import ExportJob
from ventanilla.core.exports.services import (
    WRITERS,
    cancel_export,
    key_again,
    name_of,
    order_again,
    order_export,
    register_export,
)
from ventanilla.core.exports.spreadsheets import csv_lines
from ventanilla.core.exports.tables import Column as OutColumn
from ventanilla.core.exports.tables import Table
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.web.screens.choosing import columns_of, pinned
from ventanilla.web.screens.columns import Column, LightCell, read_together
from ventanilla.web.screens.screen import Screen, screen_of
from ventanilla.web.screens.views import CAP, found

LARGE = {"csv": 200_000, "xlsx": 10_000, "pdf": 2_000}
KIND = "list"
CHUNK = 1000
KINDS = {"folio": "text", "badge": "text", "float": "float", "int": "int", "money": "money", "date": "date",
         "datetime": "datetime", "light": "light", "text": "text", "title": "text", "long": "text"}
WIDE = {"title": 48, "folio": 26, "badge": 16}
"""Characters of a column whose kind a file does not tell from text."""
TYPES = {"csv": "text/csv; charset=utf-8", "pdf": "application/pdf",
         "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


class _Asked:
    """The part of a request that a screen's rows look at, also where there is no request (a job)."""

    def __init__(self, query: str, person: Person) -> None:
        self.GET, self.person = QueryDict(query), person


def table_of(screen: Screen, person: Person, query: str) -> Table:
    """The rows and columns of a list as a table, streamed from the database."""
    asked: Any = _Asked(query, person)
    columns = columns_of(screen, person, asked.GET)
    return Table(
        title=str(screen.title), columns=[OutColumn(str(c.title), KINDS[c.kind], WIDE.get(c.kind, 0)) for c in columns],  # type: ignore[arg-type]
        rows=_values(screen.stream(asked, person), columns), filters=screen.asked_in_words(asked, person), generated_by=person.name,
        institution=person.institution.name)


def _values(rows: Iterator[Any], columns: Sequence[Column]) -> Iterator[list[Any]]:
    while some := list(islice(rows, CHUNK)):
        read_together(columns, some)
        for row in some:
            yield [_value(c, row) for c in columns]


def _value(column: Column, row: Any) -> Any:
    value = column.value(row)
    if isinstance(value, LightCell):
        return value.ended or value.light.value
    return value if value is None or column.kind in ("int", "float", "money", "date", "datetime") else str(value)


def _build(person: Person, params: Mapping[str, Any]) -> Table:
    return table_of(screen_of(str(params["screen"])), person, str(params["query"]))


register_export(KIND, _build, lambda params: screen_of(str(params["screen"])).title)


def export(request: HttpRequest, slug: str, kind: str) -> Any:
    """The file now when the list is small, else a job that tells when it is ready."""
    if kind not in WRITERS:
        raise Http404
    screen, person = _allowed(request, slug)
    query = pinned(screen, person, request)
    if screen.count(request, person, LARGE[kind] + 1) > LARGE[kind]:
        order_export(actor=person, kind=KIND, file_format=kind, params={"screen": slug, "query": query})
        messages.info(request, _("La lista es grande: se está preparando. La encontrará en esta página cuando esté lista."))
        return redirect("exports")
    table = table_of(screen, person, query)
    if kind == "csv":
        return _named(StreamingHttpResponse(csv_lines(table), content_type=TYPES[kind]), f"{slug}.csv")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{slug}.{kind}"
        WRITERS[kind](table, path)
        return _named(HttpResponse(path.read_bytes(), content_type=TYPES[kind]), path.name)


def _allowed(request: HttpRequest, slug: str) -> tuple[Screen, Person]:
    screen, person = found(request, slug)
    if not reach_of(person).can(cap.EXPORT) and screen.capability is None:
        raise Http404
    return screen, person


def jobs(request: HttpRequest) -> HttpResponse:
    """My exports: progress, download, cancel."""
    person: Person | None = getattr(request, "person", None)
    if person is None:
        raise Http404
    mine = list(ExportJob.objects.filter(person=person).order_by("-created_at")[:50])
    name = "screens/job_rows.html" if getattr(request, "htmx", False) else "screens/jobs.html"
    known = {job.uuid for job in mine}
    rows = [(job, name_of(job), not (job.is_open or job.path or key_again(job) in known)) for job in mine]
    return render(request, name, {"jobs": rows, "busy": any(j.is_open for j in mine), "cap": CAP})


def _mine(request: HttpRequest, uuid: Any) -> ExportJob:
    job = ExportJob.objects.filter(person=getattr(request, "person", None), uuid=uuid).first()
    if job is None:
        raise Http404
    return job


def job_file(request: HttpRequest, uuid: Any) -> Any:
    """The file of an own job that is done; without one, the page of all says where it stands."""
    job = _mine(request, uuid)
    if not job.path:
        messages.warning(request, _("Todavía se está preparando: aparecerá en esta página.") if job.is_open else _(
            "Ese archivo ya no se conserva. Con «Pedir de nuevo» se prepara otra vez, con lo que hay ahora."))
        return redirect("exports")
    return _named(FileResponse(default_storage.open(job.path), content_type=TYPES[job.format]), f"{slugify(name_of(job))}.{job.format}")


@require_POST
def job_cancel(request: HttpRequest, uuid: Any) -> HttpResponse:
    """Stop an own job."""
    job = _mine(request, uuid)
    cancel_export(actor=job.person, job=job)
    return redirect("exports")


@require_POST
def job_again(request: HttpRequest, uuid: Any) -> HttpResponse:
    """Order an own job anew whose file is gone, or that came to nothing; what it gives is what the person may see now."""
    job = _mine(request, uuid)
    try:
        if job.kind == KIND:
            _allowed(request, str(job.params["screen"]))
        order_again(actor=job.person, job=job)
    except (Http404, KeyError):
        messages.error(request, _("Esa lista ya no se puede exportar, o usted ya no puede consultarla."))
    return redirect("exports")


def _named(response: Any, name: str) -> Any:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
