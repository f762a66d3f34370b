"""Bringing filled forms in, and looking at what was read of one: each value with its raw text, doubts, and what to decide."""
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ventanilla.core.audit.services import record as log
from ventanilla.core.documents.problems import DocumentError
from ventanilla.core.documents.services import open_version
from ventanilla.core.orgs.models import Unit
from ventanilla.core.questionnaires.definition import Definition
from ventanilla.modules.practices.form import definition
from ventanilla.modules.practices.models import FieldReading, Practice, PracticeImport
from ventanilla.modules.practices.reading.codes import SENTENCES
from ventanilla.modules.practices.screens.common import attempt, person_of, writable_practice
from ventanilla.modules.practices.screens.record import said
from ventanilla.modules.practices.services.deciding import NONE, decide
from ventanilla.modules.practices.services.importing import FormFile, Imported, import_forms
from ventanilla.modules.practices.services.permissions import units_of

MOST_FILES = 20


def import_page(request: HttpRequest) -> HttpResponse:
    """Choose files and the unit; then what became of each."""
    person = person_of(request)
    units = list(Unit.objects.filter(pk__in=units_of(person), valid_to=None).order_by("sort_key")[:500])
    if not units:
        raise Http404
    done: list[Imported] = []
    if request.method == "POST":
        unit = next((u for u in units if str(u.pk) == request.POST.get("unidad")), units[0])
        posted = request.FILES.getlist("archivos")[:MOST_FILES]
        files = [FormFile(f.name or "formulario", f.read(), "otra-vez" in request.POST) for f in posted]
        done = import_forms(actor=person, unit=unit, files=files)
        if len(done) == 1 and done[0].practice and not done[0].known:
            messages.success(request, _("El formulario se leyó: revise lo que dice y decida lo que quedó en duda."))
            return redirect("practice_readings", done[0].practice.pk)
        if not done:
            messages.error(request, _("Elija al menos un archivo."))
    return render(request, "practices/import.html", {"units": units, "mine": person.unit_id, "done": done},
                  status=422 if request.method == "POST" and not any(d.practice for d in done) else 200)


def _imported(practice: Practice) -> PracticeImport:
    rows = PracticeImport.objects.filter(revision__practice=practice).select_related("revision", "document", "person")
    found = rows.order_by("-pk").first()
    if found is None:
        raise Http404
    return found


def readings(request: HttpRequest, pk: int) -> HttpResponse:
    """What was read of the file, field by field, the undecided first; what could not be placed, and the warnings."""
    practice, _person = writable_practice(request, pk)
    imported = _imported(practice)
    form = definition(imported.generation)
    found = list(imported.readings.select_related("decided_by"))
    rows = [_shown(form, r) | {"beside": _beside(form, r, found)} for r in found]
    wanted = request.GET.get("ver", "")
    return render(request, "practices/readings.html", {
        "practice": practice, "imported": imported, "none": NONE, "wanted": wanted,
        "pending": [r for r in rows if r["row"].decision == "pending"],
        "rows": [r for r in rows if r["row"].decision != "pending" and (wanted == "todo" or r["row"].warnings or r["row"].decision)],
        "total": len(rows), "doubted": sum(1 for r in rows if r["row"].warnings),
        "warnings": [(code, _(SENTENCES[code])) for code in imported.warnings if code in SENTENCES],
        "residue": [r for r in imported.residue if not r.get("explained")],
        "explained": [r for r in imported.residue if r.get("explained")],
        "decidable": practice.editable and imported.revision.open})


def _shown(form: Definition, row: FieldReading) -> dict[str, Any]:
    one = form.fields.get(row.key)
    if one is None:
        return {"row": row, "label": row.key, "text": str(row.value or ""), "options": [], "chosen": "", "sentences": []}
    return {"row": row, "label": one.label, "text": said(one, row.value), "chosen": said(one, row.chosen),
            "options": [(n, said(one, a["value"]), a["why"]) for n, a in enumerate(row.alternatives)],
            "sentences": [_(SENTENCES[code]) for code in row.warnings if code in SENTENCES]}


def _beside(form: Definition, row: FieldReading, found: list[FieldReading]) -> list[tuple[str, str]]:
    """Of an undecided field, what the file answers to the questions that depend on it: the other side of the contradiction."""
    if row.decision != "pending":
        return []
    asked = {key: one for key, one in form.fields.items() if one.when and row.key in one.when.names()}
    return [(asked[r.key].label, said(asked[r.key], r.value)) for r in found if r.key in asked and r.value not in (None, "", [])]


@require_POST
def decide_reading(request: HttpRequest, pk: int, reading: int) -> HttpResponse:
    """Which reading is meant."""
    practice, person = writable_practice(request, pk)
    row = FieldReading.objects.filter(pk=reading, imported__revision__practice=practice).first()
    if row is None:
        raise Http404
    choice = request.POST.get("lectura", "")
    number = int(choice) if choice.lstrip("-").isdigit() and len(choice) < 6 else len(row.alternatives)
    attempt(request, lambda: decide(actor=person, reading=row, choice=number), _("Quedó decidido."))
    return redirect("practice_readings", pk)


@require_safe
def original(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """The file as it came; the log says who took it."""
    practice, person = writable_practice(request, pk)
    version = _imported(practice).document.latest
    try:
        stream = open_version(version)
    except DocumentError as problem:
        return HttpResponse(problem.message, status=409, content_type="text/plain; charset=utf-8")
    log("document.download", actor=person, institution_id=person.institution_id, subject=f"document:{version.document_id}",
        detail={"version": version.number, "sha256": version.blob.sha256})
    return FileResponse(stream, as_attachment=True, filename=version.filename, content_type="application/octet-stream")
