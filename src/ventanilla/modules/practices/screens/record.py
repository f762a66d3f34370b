"""The record of a practice: what it says, its state and what others add to the page; revisions beside each other; other generations."""
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from ventanilla.core.orgs.models import Person, Unit
from ventanilla.core.questionnaires.definition import Field
from ventanilla.core.questionnaires.showing import Shown, in_words, shown_values
from ventanilla.modules.practices.form import definition, generations, migrate, printed
from ventanilla.modules.practices.models import Practice, PracticeRevision
from ventanilla.modules.practices.screens.bases import basis_mark
from ventanilla.modules.practices.screens.common import attempt, panels_of, person_of, practice_of, writable_practice
from ventanilla.modules.practices.services.columns import completeness
from ventanilla.modules.practices.services.doubts import doubts
from ventanilla.modules.practices.services.editing import move_generation, others_there, still_to_answer
from ventanilla.modules.practices.services.permissions import may_comment, may_write, units_of
from ventanilla.modules.practices.services.publishing import public_values
from ventanilla.modules.practices.services.records import PracticeDraft, clean_values, create_practices, newest
from ventanilla.modules.practices.services.similar import similar_to


def new(request: HttpRequest) -> HttpResponse:
    """Begin a practice: its name, unit and generation."""
    person = person_of(request)
    units = list(Unit.objects.filter(pk__in=units_of(person), valid_to=None).order_by("sort_key")[:500])
    if not units:
        raise Http404
    problem = ""
    if request.method == "POST":
        unit = next((u for u in units if str(u.pk) == request.POST.get("unidad")), None)
        name = " ".join(request.POST.get("nombre", "").split())[:300]
        if unit and name and request.POST.get("generacion") in generations():
            draft = PracticeDraft(unit, request.POST["generacion"], {"nombre": name, "unidad": unit.name})
            return redirect("practice_edit", create_practices(actor=person, drafts=[draft])[0].pk)
        problem = _("Escriba el nombre de la práctica.") if not name else _("Elija la unidad y la generación del formulario.")
    return render(request, "practices/new.html", {
        "units": units, "generations": list(reversed(generations())), "problem": problem, "mine": person.unit_id, "typed": request.POST},
        status=422 if problem else 200)


def record(request: HttpRequest, pk: int) -> HttpResponse:
    """What the practice says, section by section, and what can be done now."""
    practice, person = practice_of(request, pk)
    writes = may_write(person, practice)
    revision = practice.current if practice.by_sealed and not (writes and practice.editable) else newest(practice)
    assert revision is not None
    comments = may_comment(person, practice)
    form = definition(revision.generation)
    return render(request, "practices/record.html", {
        "practice": practice, "revision": revision, "writes": writes, "comments_allowed": comments,
        "shown": told(revision.generation, readable(person, practice, revision)), "whole": completeness(form, revision.values),
        "sections": [(s.key, s.title) for s in form.sections], "others": others_there(person, practice) if writes else [],
        "to_answer": [form.fields[k].label for k in still_to_answer(revision) if k in form.fields],
        "imported": getattr(revision, "imported", None) if writes else None, "newer": generations()[-1],
        "open_comments": practice.comments.filter(resolved_at=None).count() if comments else 0,
        "basis": basis_mark(practice) if practice.institution_id == person.institution_id else ("", ""),
        "doubts": doubts(clean_values(revision.values, revision.generation), revision.generation) if comments else [],
        "panels": panels_of(person, practice), "near": similar_to(practice, person)[:4],
    })


def told(generation: str, values: dict[str, Any]) -> list[Shown]:
    """What the form says in words, under the printed headings of its sections ("IV. …"), which also sort as they are printed."""
    headings = {s.title: s.heading for s in printed(generation).sections}
    return [replace(one, section=headings.get(one.section, one.section)) for one in shown_values(definition(generation), values)]


def readable(person: Person, practice: Practice, revision: PracticeRevision) -> dict[str, Any]:
    """What this person reads of it: people of other institutions what is public."""
    if person.institution_id != practice.institution_id:
        return public_values(revision)
    return clean_values(revision.values, revision.generation)


def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Two revisions beside each other, field by field; the last two unless others are chosen."""
    practice, _person = writable_practice(request, pk)
    rows = list(practice.revisions.select_related("author", "edited_by"))
    after = _chosen(rows, request.GET.get("b", ""), rows[0])
    before = _chosen(rows, request.GET.get("a", ""), rows[min(1, len(rows) - 1)])
    return render(request, "practices/versions.html", {
        "practice": practice, "versions": rows, "before": before, "after": after, "parts": list(_changes(before, after))})


def _chosen(rows: list[PracticeRevision], wanted: str, otherwise: PracticeRevision) -> PracticeRevision:
    return next((v for v in rows if str(v.number) == wanted), otherwise)


def _changes(before: PracticeRevision, after: PracticeRevision) -> Any:
    """(section, label, before, after) of every field that is not the same."""
    old, new = definition(before.generation), definition(after.generation)
    for section in new.sections:
        gone = [f for s in old.sections if s.key == section.key for f in s.fields if f.key not in new.fields]
        for one in (*section.fields, *gone):
            was, now = before.values.get(one.key), after.values.get(one.key)
            if was != now:
                yield section.title, one.label, *compared(said(one, was), said(one, now))


def said(one: Field, value: Any) -> str:
    """An answer in words; rows of a table on lines."""
    if one.type == "table":
        return "\n".join(": ".join(filter(None, (in_words(c, row.get(c.key), {}) for c in one.columns))) for row in value or ())
    return in_words(one, value, {})


def compared(before: str, after: str) -> tuple[Markup, Markup]:
    """Both texts, with what only one of them has marked: <del> and <ins>, word by word."""
    old, new = before.split(" "), after.split(" ")
    left, right = [], []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, came = escape(" ".join(old[a:b])), escape(" ".join(new[c:d]))
        left.append(gone if tag == "equal" else Markup("<del>%s</del>") % gone if gone else Markup(""))
        right.append(came if tag == "equal" else Markup("<ins>%s</ins>") % came if came else Markup(""))
    return Markup(" ").join(filter(None, left)), Markup(" ").join(filter(None, right))


def generation(request: HttpRequest, pk: int) -> HttpResponse:
    """Move to another generation: first what would have to be answered, then the step."""
    practice, person = writable_practice(request, pk)
    last = newest(practice)
    wanted = request.POST.get("generacion") or request.GET.get("generacion") or generations()[-1]
    if wanted not in generations():
        raise Http404
    if request.method == "POST" and attempt(request, lambda: move_generation(actor=person, practice=practice, generation=wanted),
                                            _("La práctica pasó a la generación %(name)s.") % {"name": wanted}):
        return redirect("practice_edit", pk)
    values, missing = migrate(last.values, last.generation, wanted)
    new, old = definition(wanted), definition(last.generation)
    return render(request, "practices/generation.html", {
        "practice": practice, "revision": last, "wanted": wanted, "generations": [g for g in generations() if g != last.generation],
        "missing": [(section.title, f) for section in new.sections for f in section.fields if f.key in missing],
        "left": [(old.fields[k], said(old.fields[k], v)) for k, v in last.values.items() if k in old.fields and k not in new.fields],
        "kept": len(values), "same": wanted == last.generation})

