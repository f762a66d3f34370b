"""Bringing an old register: upload it, say which column is what, look at what would be done, then do it."""
from collections.abc import Sequence
from typing import Final
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST, require_safe

from ventanilla.core.cases.words import label_of
from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.correspondence.flow import LETTER_FLOW
from ventanilla.modules.correspondence.models import ImportRun, LetterType
from ventanilla.modules.correspondence.models.letters import Direction
from ventanilla.modules.correspondence.screens.record import person_of
from ventanilla.modules.correspondence.services.legacy import FIELDS, columns_of, runs
from ventanilla.modules.correspondence.services.legacy.joining import SEPARATOR, Join, again, columns_with, names_of
from ventanilla.modules.correspondence.services.legacy.mapping import REQUIRED, STATES

SHOWN = 200
"""Problems listed on the page; the command line lists a thousand."""
WORD_KINDS: Final = {"state": lazy("Estado"), "unit": lazy("Unidad"), "type": lazy("Tipo de documento"), "direction": lazy("Sentido")}


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
            run = runs.receive(actor=person, unit=unit, file=_uploaded(request), uuid=_uuid(request),
                               register=request.POST.get("register", ""))
            return redirect("letter_import", run.pk)
        except NotAllowed:
            raise Http404 from None
        except Refused as refusal:
            refused = True
            messages.error(request, refusal.message)
    context = {"rows": runs.runs_of(person), "units": units, "unit_id": person.unit_id, "uuid": uuid4(),
               "registers": runs.registers_of(person)}
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
    chosen, options = (run.mapping.columns, run.mapping.options) if run.mapping else ({}, {})
    try:
        job = runs.job_of(run, person, dry=True)
        shown, rows = columns_of(job.source, job.table)
    except Refused as refusal:
        return {"gone": refusal.message}
    tables = options.get("tables") or {job.table: shown}
    columns = columns_with(tables, job.table, job.joins)
    fields = [(name, _(label), name in REQUIRED, chosen.get(name, "")) for name, (label, _words) in FIELDS.items()]
    return {"columns": columns, "shown": shown, "sample": rows[:3], "fields": fields, "folders": runs.file_folders(), "unit": job.unit,
            "folder": options.get("folder", ""), "ways": Direction.choices, "usual": job.mapping.usual,
            "main": job.table, "tables": tables if len(tables) > 1 else {},
            "ties": _ties(tables, job.table, job.joins), "words": _words(run, job.unit)}


def _ties(tables: dict[str, list[str]], main: str, joins: Sequence[Join]) -> list[tuple[str, str, Join | None, list[str], list[str]]]:
    """Each other table, under what name, how it is tied, its columns, and those to which it can be. A catalogue (tied by its first
    column) can be tied once more: another column may hold its numbers too."""
    names = list(zip(names_of(joins), joins, strict=True))
    given = [(main, main, "")] + [(name, join.table, name + SEPARATOR) for name, join in names]
    given += [(name, name, name + SEPARATOR) for name in tables if name != main and name not in {table for _name, table, _s in given}]
    found: list[tuple[str, str, Join | None, list[str], list[str]]] = []
    for table, columns in tables.items():
        others = [start + column for _name, owner, start in given if owner != table for column in tables[owner]]
        mine: list[tuple[str, Join | None]] = [(name, join) for name, join in names if join.table == table]
        if not mine or (mine[-1][1] and mine[-1][1].column == columns[0]):
            mine.append((again(table, len(mine) + 1) if mine else table, None))
        found += [(table, name, join, columns, others) for name, join in mine if table != main]
    return found


def _words(run: ImportRun, unit: Unit) -> list[dict[str, object]]:
    """Words of the register that nobody has explained, or that somebody did: what each may stand for."""
    said = {(kind, word): value for kind, name in runs.WORDS.items()
            for word, value in (run.mapping.options.get(name, {}) if run.mapping else {}).items()}
    met = {(kind, word): n for kind, word, n in run.counts.get("words", [])}
    if not said and not met:
        return []
    units = Unit.objects.filter(institution_id=run.institution_id, valid_to=None)
    types = list(LetterType.objects.filter(institution_id=run.institution_id).order_by("order", "name"))
    stand = {"state": [(name, label_of(run.institution_id, LETTER_FLOW, name)) for name in STATES],
             "unit": [(f"#{u.pk}", u.name) for u in units], "type": [(t.name, t.name) for t in types], "direction": Direction.choices}
    nothing = dict.fromkeys(WORD_KINDS, _("No traer esos documentos")) | {"type": types[0].name if types else ""}
    return [{"kind": kind, "label": str(WORD_KINDS[kind]), "word": word, "times": met.get((kind, word), 0), "options": stand[kind],
             "value": said.get((kind, word), ""), "nothing": nothing[kind]} for kind, word in dict.fromkeys((*met, *said))]


def _said(request: HttpRequest) -> list[tuple[str, str, str]]:
    """The words of the form, with what they stand for."""
    post = request.POST
    return list(zip(post.getlist("word-kind"), post.getlist("word"), post.getlist("word-means"), strict=False))


@require_POST
def run_action(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """`tablas` says which tables, `revisar` keeps the columns and looks; `importar` and `reanudar` do it; `detener` stops it."""
    person, run = _run(request, pk)
    try:
        if action == "revisar":
            columns = {name: request.POST.get(f"col-{name}", "") for name in FIELDS}
            runs.choose(actor=person, run=run, columns=columns, folder=request.POST.get("folder", ""), words=_said(request),
                        usual=request.POST.get("direction", ""))
            runs.look(actor=person, run=run)
        elif action == "tablas":
            sides = zip(*(request.POST.getlist(name) for name in ("side", "side-column", "side-to")), strict=False)
            runs.tie(actor=person, run=run, table=request.POST.get("table", ""), joins=[Join(*side) for side in sides if all(side)])
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
