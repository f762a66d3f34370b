"""Editing the draft: sections and questions are added, changed, moved and removed one step at a time, each saved at once."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.questionnaires import editing
from ventanilla.core.questionnaires.definition import TYPES
from ventanilla.core.questionnaires.models import Instrument, InstrumentVersion
from ventanilla.core.questionnaires.services import save_draft
from ventanilla.core.questionnaires.services.instruments import checked_form, used_keys
from ventanilla.core.questionnaires.words import BadDefinition
from ventanilla.lib.numbers import whole
from ventanilla.web.admin_area.pages import FormPage, form_page, page
from ventanilla.web.questionnaires.forms.conditions import earlier_of
from ventanilla.web.questionnaires.forms.plain import SectionForm, WordsForm
from ventanilla.web.questionnaires.forms.questions import QuestionForm, types
from ventanilla.web.questionnaires.views.shared import KEEP, crumbs, draft_of, kept_of

BY = {"up": -1, "down": 1}


def _problems(draft: InstrumentVersion) -> list[tuple[str, str, str]]:
    try:
        checked_form(draft)
    except BadDefinition as bad:
        return bad.problems
    return []


@page(*KEEP)
def edit(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """The draft as a list; its buttons move and remove."""
    instrument = kept_of(person, pk)
    draft = draft_of(instrument)
    if request.method == "POST":
        return _step(request, person, draft)
    return render(
        request,
        "questionnaires/edit.html",
        {
            "instrument": instrument,
            "draft": draft,
            "sections": draft.definition.get("sections") or [],
            "types": TYPES,
            "problems": _problems(draft),
            "crumbs": crumbs(instrument),
        },
    )


def _step(request: HttpRequest, person: Person, draft: InstrumentVersion) -> HttpResponse:
    """`do` is "up:0:3" (section, question), "down:1", "remove:0:3"…"""
    verb, *places = request.POST.get("do", "").split(":")
    back = reverse("questionnaires:edit", args=[draft.instrument_id])
    try:
        section, at = int(places[0]), int(places[1]) if len(places) > 1 else None
        changed = (
            editing.remove(draft.definition, section, at)
            if verb == "remove"
            else editing.move(draft.definition, section, at, BY[verb])
        )
        save_draft(actor=person, version=draft, definition=changed, revision=_revision(request))
    except (ValueError, IndexError, KeyError):
        messages.error(request, _("Eso ya no está ahí; vea el borrador como quedó."))
        return redirect(back)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect(back)
    return redirect(f"{back}#s{section}")


def _revision(request: HttpRequest) -> int:
    return whole(request.POST.get("revision")) or 0


def _saver(
    request: HttpRequest, person: Person, draft: InstrumentVersion, change: Callable[[], dict[str, Any]], section: int
) -> str:
    save_draft(actor=person, version=draft, definition=change(), revision=_revision(request))
    return reverse("questionnaires:edit", args=[draft.instrument_id]) + f"#s{section}"


def _section(draft: InstrumentVersion, number: int) -> dict[str, Any]:
    sections = draft.definition.get("sections") or []
    if not 0 <= number < len(sections):
        raise Http404
    found: dict[str, Any] = sections[number]
    return found


@page(*KEEP)
def words(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """What is said before and after, and how unanswered questions count."""
    instrument = kept_of(person, pk)
    draft = draft_of(instrument)
    form = WordsForm(request.POST or None, initial=draft.definition)
    return form_page(
        request,
        FormPage(
            title=_("Presentación y agradecimiento"),
            form=form,
            crumbs=_trail(instrument),
            back=_back(instrument),
            template="questionnaires/words.html",
            save=lambda data: _saver(request, person, draft, lambda: {**draft.definition, **data}, 0),
            extra={"draft": draft},
        ),
    )


def _trail(instrument: Instrument) -> list[tuple[str, str]]:
    return [*crumbs(instrument), (_("Borrador"), _back(instrument))]


def _back(instrument: Instrument) -> str:
    return reverse("questionnaires:edit", args=[instrument.pk])


@page(*KEEP)
def section(request: HttpRequest, person: Person, pk: int, number: int | None = None) -> HttpResponse:
    """A new section, or one of the draft."""
    instrument = kept_of(person, pk)
    draft = draft_of(instrument)
    one = {} if number is None else _section(draft, number)
    last = len(draft.definition.get("sections") or [])
    form = SectionForm(one, earlier_of(draft.definition, last if number is None else number, None), request.POST or None)
    return form_page(
        request,
        FormPage(
            title=_("Nueva sección") if number is None else _("Sección"),
            form=form,
            crumbs=_trail(instrument),
            back=_back(instrument),
            template="questionnaires/section.html",
            extra={"draft": draft},
            save=lambda _data: _saver(
                request,
                person,
                draft,
                lambda: editing.put_section(draft.definition, number, form.values()),
                last if number is None else number,
            ),
        ),
    )


@page(*KEEP)
def choose_type(request: HttpRequest, person: Person, pk: int, number: int) -> HttpResponse:
    """The types of question, to add one to a section."""
    instrument = kept_of(person, pk)
    one = _section(draft_of(instrument), number)
    return render(
        request,
        "questionnaires/types.html",
        {"instrument": instrument, "number": number, "section": one, "types": types(), "crumbs": _trail(instrument)},
    )


@page(*KEEP)
def new_question(request: HttpRequest, person: Person, pk: int, number: int, kind: str) -> HttpResponse:
    """A question of a type, at the end of a section."""
    if kind not in TYPES:
        raise Http404
    instrument = kept_of(person, pk)
    return _question(request, person, instrument, (number, None), {"type": kind})


@page(*KEEP)
def question(request: HttpRequest, person: Person, pk: int, number: int, place: int) -> HttpResponse:
    """A question of the draft."""
    instrument = kept_of(person, pk)
    fields = _section(draft_of(instrument), number).get("fields") or []
    if place >= len(fields) or fields[place].get("type") not in TYPES:
        raise Http404
    return _question(request, person, instrument, (number, place), fields[place])


def _question(
    request: HttpRequest, person: Person, instrument: Instrument, at: tuple[int, int | None], one: dict[str, Any]
) -> HttpResponse:
    draft = draft_of(instrument)
    number, place = at
    here = _section(draft, number)
    earlier = earlier_of(draft.definition, number, len(here.get("fields") or []) if place is None else place)
    form = QuestionForm(one["type"], one, earlier, request.POST or None)

    def change() -> dict[str, Any]:
        taken = (editing.keys_of(draft.definition) - {one.get("key")}) | set(used_keys(instrument.pk))
        return editing.put_field(draft.definition, number, place, form.values(taken))

    return form_page(
        request,
        FormPage(
            title=_("Nueva pregunta") if place is None else _("Pregunta"),
            sub=f"{_(TYPES[one['type']])} · {here.get('title', '')}",
            form=form,
            crumbs=_trail(instrument),
            back=_back(instrument),
            template="questionnaires/question.html",
            extra={"draft": draft},
            button=_("Guardar la pregunta"),
            save=lambda _data: _saver(request, person, draft, change, number),
        ),
    )
