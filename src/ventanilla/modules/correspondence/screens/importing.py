"""Bringing an old register: upload it, say which column is what, look at what would be done, then do it."""
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.correspondence.models import ImportRun
from ventanilla.modules.correspondence.screens.record import person_of
from ventanilla.modules.correspondence.services.legacy import FIELDS, columns_of, runs
from ventanilla.modules.correspondence.services.legacy.mapping import REQUIRED

SHOWN = 200
"""Problems listed on the page; the command line lists a thousand."""


def _importer(request: HttpRequest) -> tuple[Person, list[Unit]]:
    person = person_of(request)
    units = runs.units_for(person)
    if not units:
        raise Http404
    return person, units


def _run(request: HttpRequest, pk: int) -> tuple[Person, ImportRun]:
    person, _units = _importer(request)
    try:
        return person, runs.own_run(person, pk)
    except ImportRun.DoesNotExist:
        raise Http404 from None


def imports(request: HttpRequest) -> HttpResponse:
    """The imports so far; posting a register begins one."""
    person, units = _importer(request)
    refused = False
    if request.method == "POST":
        try:
            unit = next((u for u in units if str(u.pk) == request.POST.get("unit")), units[0])
            run = runs.receive(actor=person, unit=unit, file=_uploaded(request), uuid=_uuid(request))
            return redirect("letter_import", run.pk)
        except NotAllowed:
            raise Http404 from None
        except Refused as refusal:
            refused = True
            messages.error(request, refusal.message)
    context = {"rows": runs.runs_of(person), "units": units, "unit_id": person.unit_id, "uuid": uuid4()}
    return render(request, "correspondence/imports.html", context, status=422 if refused else 200)


def _uploaded(request: HttpRequest) -> runs.Uploaded:
    file = request.FILES.get("file")
    if file is None or not file.size or file.file is None:
        raise Refused(_("Elija el archivo del registro."), "file")
    return runs.Uploaded(file.name or "registro.csv", file.file)


def _uuid(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("uuid", ""))
    except ValueError:
        return uuid4()


@require_safe
def run_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One import: its columns while it is a plan, its progress and problems afterwards."""
    person, run = _run(request, pk)
    working = not run.dry and run.finished_at is None
    context = {"run": run, "working": working, "counts": run.counts, "problems": run.problems[:SHOWN],
               "hidden": max(0, len(run.problems) - SHOWN)}
    if getattr(request, "htmx", False):
        return render(request, "correspondence/import_progress.html", context)
    if run.dry:
        context |= _plan(run, person)
    return render(request, "correspondence/import.html", context)


def _plan(run: ImportRun, person: Person) -> dict[str, object]:
    chosen = run.mapping.columns if run.mapping else {}
    try:
        job = runs.job_of(run, person, dry=True)
        columns, rows = columns_of(job.source, job.table)
    except Refused as refusal:
        return {"gone": refusal.message}
    fields = [(name, _(label), name in REQUIRED, chosen.get(name, "")) for name, (label, _words) in FIELDS.items()]
    return {"columns": columns, "sample": rows[:3], "fields": fields, "folders": runs.file_folders(), "unit": job.unit,
            "folder": run.mapping.options.get("folder", "") if run.mapping else ""}


@require_POST
def run_action(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """`revisar` keeps the columns and looks; `importar` and `reanudar` do it; `detener` stops it."""
    person, run = _run(request, pk)
    try:
        if action == "revisar":
            columns = {name: request.POST.get(f"col-{name}", "") for name in FIELDS}
            runs.choose(actor=person, run=run, columns=columns, folder=request.POST.get("folder", ""))
            runs.look(actor=person, run=run)
        elif action in ("importar", "reanudar"):
            runs.begin(actor=person, run=run)
        elif action == "detener":
            runs.cancel(actor=person, run=run)
            messages.success(request, _("Se detuvo. Lo registrado hasta ahora se conserva."))
        else:
            raise Http404
    except NotAllowed:
        raise Http404 from None
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("letter_import", run.pk)
