"""The public registry: no sign-in, no script. A search with facets, a page per practice with linked data, files and open data."""
import json
from collections.abc import Callable, Sequence
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from ventanilla.core.exports.spreadsheets import csv_lines
from ventanilla.lib.numbers import whole
from ventanilla.modules.practices.models import Campaign, Practice, PracticeRevision
from ventanilla.modules.practices.screens.common import practice_of
from ventanilla.modules.practices.screens.filters import PublicFilters
from ventanilla.modules.practices.screens.record import told
from ventanilla.modules.practices.services.annexes import Annexed, annex_of
from ventanilla.modules.practices.services.papers import practice_pdf, record_json
from ventanilla.modules.practices.services.permissions import may_write
from ventanilla.modules.practices.services.publishing import (
    as_linked,
    dictionary,
    linked_data,
    open_json,
    open_table,
    public_values,
    published,
)
from ventanilla.modules.practices.services.records import newest
from ventanilla.modules.practices.services.similar import similar_to
from ventanilla.modules.practices.services.words import practice_docx

PER_PAGE: Final = 20
CALLS: Final = 6


@require_safe
def registry(request: HttpRequest) -> HttpResponse:
    """Search and facets, newest first, a page by key."""
    rows = published()
    words = request.GET.get("q", "").strip()
    if words:
        rows = rows.saying(words)
    filters = PublicFilters(request.GET, queryset=rows, request=request)
    rows = filters.qs if filters.is_valid() else rows.none()
    after = request.GET.get("despues", "")
    if after:
        rows = rows.filter(pk__lt=whole(after) or 0)
    page = list(rows.order_by("-pk")[: PER_PAGE + 1])
    kept = request.GET.copy()
    if len(page) > PER_PAGE:
        kept["despues"] = str(page[PER_PAGE - 1].pk)
    return render(request, "practices/public_list.html", {
        "filters": filters, "q": words, "rows": page[:PER_PAGE], "next": kept.urlencode() if len(page) > PER_PAGE else "",
        "calls": list(Campaign.objects.filter(called_at__isnull=False).select_related("institution").order_by("-opens_on", "-pk")[:CALLS]),
        "asked": any(v for k, v in request.GET.items() if k != "despues"), "later": bool(after)})


@require_safe
def page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A practice for everybody."""
    practice = get_object_or_404(published(), uuid=uuid)
    assert practice.current is not None
    return render(request, "practices/public_page.html", {
        "practice": practice, "shown": told(practice.current.generation, public_values(practice.current)),
        "linked": as_linked(linked_data(practice)), "near": [p for p in similar_to(practice, None)][:4]})


@require_safe
def public_paper(request: HttpRequest, uuid: UUID, kind: str) -> HttpResponse:
    """The official form of what is published, without the contact person."""
    practice = get_object_or_404(published(), uuid=uuid)
    assert practice.current is not None
    return _sent(practice, practice.current, kind, public_values(practice.current))


@require_safe
def paper(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The official form, for who may read the practice; who writes it gets the newest revision, others what is published."""
    practice, person = practice_of(request, pk)
    revision = practice.current if practice.by_sealed and practice.current and not may_write(person, practice) else newest(practice)
    values = public_values(revision) if practice.institution_id != person.institution_id else None
    return _sent(practice, revision, kind, values, everything=may_write(person, practice), originals=True)


def _sent(practice: Practice, revision: PracticeRevision, kind: str, values: dict[str, Any] | None, *,
          everything: bool = False, originals: bool = False) -> HttpResponse:
    """The file. The originals of the evidence go along only to who signed in: they may hold more than their picture shows."""
    if kind not in KINDS:
        raise Http404
    media_type, make = KINDS[kind]
    shown = _with(revision, values)
    annex = annex_of(practice, everything=everything, originals=originals and kind != "json")
    response = HttpResponse(make(practice, shown, annex), content_type=media_type)
    name = f"{slugify(practice.title)[:60] or 'practica'}-r{revision.number}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _with(revision: PracticeRevision, values: dict[str, Any] | None) -> PracticeRevision:
    """The revision as it is printed; with other values it is only held in memory, never saved."""
    if values is not None:
        revision.values = values
    return revision


WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
KINDS: Final[dict[str, tuple[str, Callable[[Practice, PracticeRevision, Sequence[Annexed]], bytes | str]]]] = {
    "pdf": ("application/pdf", practice_pdf), "docx": (WORD, practice_docx), "json": ("application/json; charset=utf-8", record_json)}


@require_safe
def open_data(request: HttpRequest, name: str) -> HttpResponse | StreamingHttpResponse:
    """The registry as CSV or JSON, and the dictionary of its columns."""
    if name == "practicas.csv":
        return StreamingHttpResponse(csv_lines(open_table()), content_type="text/csv; charset=utf-8",
                                     headers={"Content-Disposition": 'attachment; filename="practicas.csv"'})
    if name == "practicas.json":
        return StreamingHttpResponse(open_json(), content_type="application/json; charset=utf-8")
    if name == "diccionario.json":
        return HttpResponse(json.dumps(dictionary(), ensure_ascii=False, indent=1), content_type="application/json; charset=utf-8")
    raise Http404
