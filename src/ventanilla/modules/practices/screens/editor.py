"""The editor: a section at a time, saved while typing or by its button, with who else is writing and what was said beside each field."""
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.core.questionnaires.definition import Definition, Section
from ventanilla.core.questionnaires.showing import in_words
from ventanilla.modules.practices.form import definition
from ventanilla.modules.practices.models import Comment, FieldReading, Practice, PracticeRevision
from ventanilla.modules.practices.screens.common import attempt, practice_of, writable_practice
from ventanilla.modules.practices.services.columns import Progress, completeness
from ventanilla.modules.practices.services.editing import Saved, be_present, mark_of, others_there, save_section, still_to_answer
from ventanilla.modules.practices.services.records import newest
from ventanilla.modules.practices.services.remarks import comment, settle
from ventanilla.web.questionnaires.drawing import QuestionForm
from ventanilla.web.questionnaires.receiving import Sent, receive

MARK = "m-"


def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """The first section that lacks something, or the first."""
    practice, _person = writable_practice(request, pk)
    revision = newest(practice)
    found = completeness(definition(revision.generation), revision.values)
    lacking = next((key for key, part in found.sections.items() if part.missing), next(iter(found.sections)))
    return redirect("practice_section", pk, lacking)


def section_page(request: HttpRequest, pk: int, section: str) -> HttpResponse:
    """One section: read, saved by its button, or saved while typing (then the answer is JSON)."""
    practice, person = writable_practice(request, pk)
    revision = newest(practice)
    one = _section(revision.generation, section)
    if not practice.editable:
        messages.warning(request, _("La práctica está %(state)s: por ahora se lee, no se modifica.") % {
            "state": practice.get_state_display().lower()})
        return redirect("practice", pk)
    if request.method != "POST":
        return _page(request, practice, person, one, revision)
    return _save(request, practice, person, one)


def _section(generation: str, key: str) -> Section:
    found = next((s for s in definition(generation).sections if s.key == key), None)
    if found is None:
        raise Http404
    return found


def _save(request: HttpRequest, practice: Practice, person: Person, one: Section) -> HttpResponse:
    sent = receive(Definition((one,)), request, person=person)
    marks = {f.key: request.POST.get(MARK + f.key, "") for f in one.fields}
    quiet = "application/json" in request.headers.get("Accept", "")
    try:
        saved = save_section(actor=person, practice=practice, section=one.key, raw=sent.raw, marks=marks)
    except NotAllowed:
        raise Http404 from None
    except Refused as refusal:
        if quiet:
            return JsonResponse({"problem": refusal.message}, status=409)
        messages.error(request, refusal.message)
        return redirect("practice", practice.pk)
    if quiet:
        return JsonResponse(_told(saved, one))
    if saved.errors or saved.conflicts or not sent.complete:
        return _page(request, practice, person, one, saved.revision, sent=sent, saved=saved)
    messages.success(request, _("La sección quedó guardada."))
    return redirect(_next(request, practice.pk, saved.revision.generation, one.key))


def _next(request: HttpRequest, pk: int, generation: str, section: str) -> str:
    """Where the button leads: this section again, or the one after it."""
    keys = [s.key for s in definition(generation).sections]
    place = keys.index(section) + ("seguir" in request.POST)
    return reverse("practice_section", args=[pk, keys[place]]) if place < len(keys) else reverse("practice", args=[pk])


def _told(saved: Saved, one: Section) -> dict[str, Any]:
    """What the page needs to know after it was saved while typing."""
    revision = saved.revision
    found = completeness(definition(revision.generation), revision.values)
    return {
        "saved": f"{timezone.localtime(revision.edited_at):%H:%M}", "errors": saved.errors,
        "conflicts": {key: _words(one, key, value) for key, value in saved.conflicts.items()},
        "marks": {f.key: mark_of(revision.values.get(f.key)) for f in one.fields if f.key not in saved.conflicts},
        "progress": {key: [part.answered, part.asked] for key, part in found.sections.items()}, "percent": found.percent,
    }


def _words(one: Section, key: str, value: Any) -> str:
    asked = next(f for f in one.fields if f.key == key)
    if asked.type == "table":
        return "; ".join(" ".join(in_words(c, row.get(c.key), {}) for c in asked.columns) for row in value or ())
    return in_words(asked, value, {}) or _("(sin respuesta)")


def _page(request: HttpRequest, practice: Practice, person: Person, one: Section, revision: PracticeRevision, *,
          sent: Sent | None = None, saved: Saved | None = None) -> HttpResponse:
    if sent:
        form = sent.form(saved.errors if saved else {}, person=person)
    else:
        form = QuestionForm(Definition((one,)), revision.values, person=person)
        be_present(actor=person, practice=practice, section=one.key)
    conflicts = saved.conflicts if saved else {}
    whole = completeness(definition(revision.generation), revision.values)
    return render(request, "practices/editor.html", {
        "practice": practice, "revision": revision, "section": one, "form": form, "part": form.parts[0], "whole": whole,
        "marks": {f.key: mark_of(revision.values.get(f.key)) for f in one.fields},
        "conflicts": {key: _words(one, key, value) for key, value in conflicts.items()},
        "steps": _steps(practice, revision, whole, one.key), "others": others_there(person, practice, one.key),
        "comments": _by_key(practice), "readings": readings_of(revision), "to_answer": set(still_to_answer(revision)),
    }, status=422 if saved and (saved.errors or saved.conflicts) else 200)


def _steps(practice: Practice, revision: PracticeRevision, whole: Progress, current: str) -> list[dict[str, Any]]:
    return [{"number": n, "title": s.title, "key": s.key, "url": reverse("practice_section", args=[practice.pk, s.key]),
             "part": whole.sections[s.key], "current": s.key == current}
            for n, s in enumerate(definition(revision.generation).sections, 1)]


def _by_key(practice: Practice) -> dict[str, list[Comment]]:
    found: dict[str, list[Comment]] = {}
    for one in practice.comments.select_related("author", "resolved_by"):
        found.setdefault(one.key, []).append(one)
    return found


def readings_of(revision: PracticeRevision) -> Mapping[str, FieldReading]:
    """What was read of each field, when the revision came from a file."""
    return {r.key: r for r in FieldReading.objects.filter(imported__revision=revision)}


@require_POST
def presence(request: HttpRequest, pk: int, section: str) -> JsonResponse:
    """A sign of life of who writes; answers with who else does, as words."""
    practice, person = writable_practice(request, pk)
    _section(newest(practice).generation, section)
    rows = be_present(actor=person, practice=practice, section=section)
    return JsonResponse({"others": [r.person.name for r in rows]})


@require_POST
def say(request: HttpRequest, pk: int) -> HttpResponse:
    """A comment beside a field."""
    practice, person = practice_of(request, pk)
    key = request.POST.get("campo", "")[:80]
    attempt(request, lambda: comment(actor=person, practice=practice, key=key, text=request.POST.get("texto", "")),
            _("El comentario quedó junto al campo."))
    return redirect(_back(practice, request.POST.get("seccion", ""), key))


@require_POST
def attend(request: HttpRequest, pk: int) -> HttpResponse:
    """A comment was attended."""
    row = Comment.objects.select_related("practice").filter(pk=pk).first()
    if row is None:
        raise Http404
    practice, person = practice_of(request, row.practice_id)
    attempt(request, lambda: settle(actor=person, remark=row), _("El comentario quedó atendido."))
    return redirect(_back(practice, request.POST.get("seccion", ""), row.key))


def _back(practice: Practice, section: str, key: str) -> str:
    known = {s.key for s in definition(newest(practice).generation).sections}
    if section in known:
        return f"{reverse('practice_section', args=[practice.pk, section])}#c-{key}"
    return reverse("practice", args=[practice.pk])
