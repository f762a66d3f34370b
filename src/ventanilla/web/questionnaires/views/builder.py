"""The list of forms, a new one, one form with its versions, publishing with the differences shown, retiring."""

from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.questionnaires.definition import Definition, Diff, diff
from ventanilla.core.questionnaires.definition.diffing import NAMES
from ventanilla.core.questionnaires.keeping import keeps_all, kept_by, makes, visible_to, why_not
from ventanilla.core.questionnaires.models import InstrumentVersion, Purpose, VersionState
from ventanilla.core.questionnaires.services import (
    InstrumentDraft,
    create_instrument,
    discard_draft,
    publish,
    rename_instrument,
    retire,
    start_draft,
)
from ventanilla.core.questionnaires.services.instruments import checked_form
from ventanilla.core.questionnaires.showing import condition_in_words
from ventanilla.core.questionnaires.words import BadDefinition
from ventanilla.web.admin_area.pages import FormPage, form_page, page, post_verb
from ventanilla.web.questionnaires.forms.plain import NameForm, NewForm
from ventanilla.web.questionnaires.views.shared import (
    COUNT,
    KEEP,
    counted_of,
    crumbs,
    draft_of,
    instrument_of,
    kept_of,
    may_count,
    newest_of,
)


@page(*KEEP)
def forms_list(request: HttpRequest, person: Person) -> HttpResponse:
    """Every form that the person keeps or reads."""
    versions = InstrumentVersion.objects.filter(instrument=OuterRef("pk"))
    rows = visible_to(person).annotate(
        current=Subquery(versions.filter(state=VersionState.PUBLISHED).values("number")[:1]),
        draft=Subquery(versions.filter(state=VersionState.DRAFT).values("number")[:1]),
        answers=Count("responses", filter=Q(responses__state="submitted")),
    )
    purpose, text = request.GET.get("uso", ""), request.GET.get("q", "").strip()
    rows = rows.filter(purpose=purpose) if purpose in Purpose.values else rows
    rows = rows.filter(Q(name__icontains=text) | Q(slug__icontains=text)) if text else rows
    return render(
        request,
        "questionnaires/list.html",
        {
            "rows": rows[:500],
            "crumbs": crumbs()[:1],
            "purposes": [p for p in Purpose.choices if p[0] in makes(person)],
            "purpose": purpose,
            "q": text,
            "theirs": None if keeps_all(person) else set(kept_by(person).values_list("pk", flat=True)),
        },
    )


@page(*KEEP)
def new(request: HttpRequest, person: Person) -> HttpResponse:
    """A new form, empty or from a file."""

    def save(data: dict[str, Any]) -> str:
        made = create_instrument(
            actor=person,
            institution=person.institution,
            draft=InstrumentDraft(data["name"], data["purpose"], definition=data["file"]),
        )
        return reverse("questionnaires:edit", args=[made.pk])

    return form_page(
        request,
        FormPage(
            title=_("Nuevo formulario"),
            form=NewForm(makes(person), request.POST or None, request.FILES or None),
            save=save,
            button=_("Crear y agregar preguntas"),
            done=_("El formulario se creó. Agregue sus preguntas."),
            crumbs=crumbs(),
            back=reverse("questionnaires:list"),
        ),
    )


@page(*KEEP)
def about(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """One form: what to do next, and its versions."""
    instrument = instrument_of(person, pk)
    versions = list(
        instrument.versions.select_related("published_by")
        .annotate(answers=Count("responses", filter=Q(responses__state="submitted")))
        .order_by("-number")
    )
    return render(
        request,
        "questionnaires/about.html",
        {
            "instrument": instrument,
            "versions": versions,
            "crumbs": crumbs(),
            "why_not": why_not(person, instrument),
            "may_count": may_count(person),
            "draft": next((v for v in versions if v.is_draft), None),
            "current": next((v for v in versions if v.state == VersionState.PUBLISHED), None),
        },
    )


@page(*KEEP)
def rename(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """Another name, or out of use."""
    instrument = kept_of(person, pk)

    def save(data: dict[str, Any]) -> str:
        rename_instrument(actor=person, instrument=instrument, name=data["name"], active=data["active"])
        return reverse("questionnaires:form", args=[pk])

    return form_page(
        request,
        FormPage(
            title=_("Nombre y uso"),
            form=NameForm(request.POST or None, initial={"name": instrument.name, "active": instrument.active}),
            save=save,
            crumbs=crumbs(instrument),
            back=reverse("questionnaires:form", args=[pk]),
        ),
    )


@require_POST
@page(*KEEP)
def begin(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """A draft of the next version."""
    instrument = kept_of(person, pk)
    return post_verb(
        request,
        lambda: start_draft(actor=person, instrument=instrument),
        _("Edite el borrador; la versión publicada no cambia."),
        reverse("questionnaires:edit", args=[pk]),
    )


@require_POST
@page(*KEEP)
def discard(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """Throw the draft away."""
    instrument = kept_of(person, pk)
    draft = draft_of(instrument)
    return post_verb(
        request,
        lambda: discard_draft(actor=person, version=draft),
        _("El borrador se descartó."),
        reverse("questionnaires:form", args=[pk]),
    )


@require_POST
@page(*KEEP)
def take_back(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """Retire the published version."""
    instrument = kept_of(person, pk)

    def run() -> None:
        current = instrument.versions.filter(state=VersionState.PUBLISHED).first()
        if current is None:
            raise Refused(_("No hay una versión publicada."))
        retire(actor=person, version=current)

    return post_verb(
        request, run, _("La versión se retiró; ya no se usa para respuestas nuevas."), reverse("questionnaires:form", args=[pk])
    )


@page(*KEEP)
def publishing(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """What will change, what is still wrong, and the button."""
    instrument = kept_of(person, pk)
    draft = draft_of(instrument)
    if request.method == "POST":
        return post_verb(
            request,
            lambda: publish(actor=person, version=draft),
            _("La versión %(n)s está publicada.") % {"n": draft.number},
            reverse("questionnaires:form", args=[pk]),
        )
    try:
        form, problems = checked_form(draft), []
    except BadDefinition as bad:
        form, problems = None, bad.problems
    before = instrument.versions.filter(state=VersionState.PUBLISHED).first()
    changes = diff(before.form, form) if before and form else None
    return render(
        request,
        "questionnaires/publish.html",
        {
            "instrument": instrument,
            "draft": draft,
            "before": before,
            "form": form,
            "problems": problems,
            "changes": changes,
            "rows": _told(changes, before.form, form) if changes and before and form else [],
            "crumbs": crumbs(instrument),
        },
    )


def _told(changes: Diff, old: Definition, new: Definition) -> list[tuple[str, str, str, str]]:
    """(question, what, before, after) of every change, in words."""
    return [
        (change.label, _(NAMES[name]), _value(name, before, old), _value(name, after, new))
        for change in changes.changed
        for name, before, after in change.what
    ]


def _value(name: str, value: Any, form: Definition) -> str:
    if name == "when":
        return _condition(value, form)
    if isinstance(value, bool):
        return _("Sí") if value else _("No")
    return "; ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)


def _condition(value: Any, form: Definition) -> str:
    one = next((f.when for f in form.fields.values() if f.when and f.when.data() == value), None)
    return condition_in_words(form, one) or _("siempre")


@page(*COUNT, *KEEP)
def download(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """The newest version as a file, from which another form can begin."""
    instrument = counted_of(person, pk) if may_count(person) else instrument_of(person, pk)
    version = newest_of(instrument)
    answer = JsonResponse(
        version.definition if version else {"sections": []}, json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
    answer["Content-Disposition"] = f'attachment; filename="{instrument.slug}.json"'
    return answer
