"""Bringing filled forms in, and looking at what was read of one: each value with its raw text, doubts, and what to decide."""
from typing import Any
from uuid import uuid4, uuid5

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.questionnaires.definition import Definition
from ventanilla.lib.numbers import whole
from ventanilla.modules.practices.form import definition
from ventanilla.modules.practices.models import FieldReading, Practice, PracticeArrival, PracticeImport
from ventanilla.modules.practices.reading.codes import SENTENCES
from ventanilla.modules.practices.screens.common import attempt, person_of, posted_uuid, writable_practice
from ventanilla.modules.practices.screens.record import said
from ventanilla.modules.practices.services.arrivals import arrivals_of, withdraw_arrival
from ventanilla.modules.practices.services.deciding import NONE, decide
from ventanilla.modules.practices.services.further import begin_further, leave_further
from ventanilla.modules.practices.services.importing import FormFile, Imported, import_forms
from ventanilla.modules.practices.services.permissions import units_of
from ventanilla.web.ui.downloads import download_or_why

MOST_FILES = 20


def import_page(request: HttpRequest) -> HttpResponse:
    """Choose files and the unit; then what became of each, and what waits for recognition. It recognises nothing itself."""
    person = person_of(request)
    units = list(Unit.objects.filter(pk__in=units_of(person), valid_to=None).order_by("sort_key")[:500])
    if not units:
        raise Http404
    done: list[Imported] = []
    if request.method == "POST":
        unit = next((u for u in units if str(u.pk) == request.POST.get("unidad")), units[0])
        done = import_forms(actor=person, unit=unit, files=_posted(request, person), at_once=False)
        if len(done) == 1 and (place := _place_of(request, done[0])):
            return place
        if not done:
            messages.error(request, _("Elija al menos un archivo."))
    return render(request, "practices/import.html", {
        "units": units, "mine": person.unit_id, "done": done, "arrivals": arrivals_of(person), "uuid": uuid4()},
        status=422 if request.method == "POST" and not any(d.practice or d.arrival for d in done) else 200)


def _posted(request: HttpRequest, person: Person) -> list[FormFile]:
    """The files, each with a uuid of its own that the same form sent again gives again."""
    key = posted_uuid(request)
    return [FormFile(f.name or "formulario", f.read(), "otra-vez" in request.POST, uuid5(key, f"{person.pk}:{n}"))
            for n, f in enumerate(request.FILES.getlist("archivos")[:MOST_FILES])]


def _place_of(request: HttpRequest, one: Imported) -> HttpResponse | None:
    """Where a single file leads: to how it was read, or to the list of what waits; None when there is only something to say."""
    if one.known:
        return None
    if one.practice:
        for sentence in one.told:
            messages.warning(request, sentence)
        messages.success(request, _("El formulario se leyó: revise lo que dice y decida lo que quedó en duda."))
        return redirect("practice_readings", one.practice.pk)
    if one.arrival:
        messages.success(request, _("El archivo se guardó y se está reconociendo. Puede cerrar esta página: se le avisará."))
        return redirect("practices_import")
    return None


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Do not read a file that waits."""
    person = person_of(request)
    row = PracticeArrival.objects.visible_to(person).filter(pk=pk, person_id=person.pk).first()
    if row is None:
        raise Http404
    attempt(request, lambda: withdraw_arrival(actor=person, arrival=row), _("El archivo ya no se leerá."))
    return redirect("practices_import")


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
    number = NONE if choice == str(NONE) else whole(choice)
    chosen = len(row.alternatives) if number is None else number
    attempt(request, lambda: decide(actor=person, reading=row, choice=chosen), _("Quedó decidido."))
    return redirect("practice_readings", pk)


@require_POST
def further(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Another form of the same file: a practice of its own, or left."""
    practice, person = writable_practice(request, pk)
    imported = _imported(practice)
    if not any(one["number"] == number for one in imported.others):
        raise Http404
    if "dejar" in request.POST:
        attempt(request, lambda: leave_further(actor=person, imported=imported, number=number),
                _("Ese formulario se queda en el archivo original."))
        return redirect("practice_readings", pk)
    made: list[Practice] = []
    attempt(request, lambda: made.append(begin_further(actor=person, imported=imported, number=number)),
            _("Se empezó otra práctica con ese formulario: revise lo que dice."))
    return redirect("practice_readings", made[0].pk if made else pk)


@require_safe
def original(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """The file as it came; the log says who took it."""
    practice, person = writable_practice(request, pk)
    return download_or_why(_imported(practice).document.latest, actor=person, practice=practice.pk)
