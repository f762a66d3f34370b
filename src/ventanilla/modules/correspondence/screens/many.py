"""One step on the letters ticked in a list: routed together, other steps in one after the other; what is left out is told."""
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.forms import ModelChoiceField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ventanilla.core.cases.models import Case, Turn
from ventanilla.core.cases.moving import allowed_steps
from ventanilla.core.cases.words import step_of
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.numbers import whole
from ventanilla.modules.correspondence import services as letters
from ventanilla.modules.correspondence.flow import LETTER_FLOW
from ventanilla.modules.correspondence.forms import ArchiveForm, ConcludeForm, RefileForm
from ventanilla.modules.correspondence.forms_routing import RouteForm
from ventanilla.modules.correspondence.models import ArchiveFile
from ventanilla.modules.correspondence.screens.record import person_of
from ventanilla.modules.correspondence.screens.routing_many import route_together
from ventanilla.modules.correspondence.services.archiving import FileDraft, open_drafted
from ventanilla.web.screens.screen import screen_of
from ventanilla.web.ui.refusals import blame

MOST: Final = 100
"""Letters in one go; a page of a list has 50."""
TOLD: Final = 5
Take = Callable[[Person, Case], object]
LeftOut = tuple[str, str]
"""A folio, and why the step was not taken there."""


class ArchiveManyForm(ArchiveForm):
    """The expediente for all of them; of each letter go in the sheets that it has."""

    sheets = None  # type: ignore[assignment]  # Django's way to leave out an inherited field


class RefileManyForm(RefileForm):
    """Another expediente for all of them, and why; each keeps its sheets."""

    sheets = None  # type: ignore[assignment]


@dataclass(frozen=True)
class Way:
    """How a step is taken on several letters: who may, its form, and what `do` does by it: in how many, and where not.

    `slug`: of the list where they are ticked; `in_one_file`: they go into one expediente, which is a unit's.
    """

    capability: str
    form: Callable[[HttpRequest, Person, Case], Any]
    do: Callable[[Person, Sequence[Case], Any], tuple[int, list[LeftOut]]]
    slug: str = "correspondencia"
    in_one_file: bool = False


def each(prepare: Callable[[Person, Case, Any], Take]) -> Callable[[Person, Sequence[Case], Any], tuple[int, list[LeftOut]]]:
    """A step that is taken in one letter after the other."""
    return lambda person, cases, form: one_by_one(person, cases, prepare(person, cases[0], form))


def _conclude(_person: Person, _first: Case, form: Any) -> Take:
    return lambda person, case: letters.conclude(actor=person, case=case, reason=form.cleaned_data["reason"])


def _archive(person: Person, first: Case, form: Any) -> Take:
    file = _file(person, first, form.cleaned_data)
    return lambda person, case: letters.archive(actor=person, case=case, draft=letters.PlaceDraft(file, max(case.letter.sheets, 1)))


def _refile_form(request: HttpRequest, _person: Person, first: Case) -> RefileManyForm:
    form = RefileManyForm(sent(request), unit=first.unit)
    file = form.fields["file"]
    assert isinstance(file, ModelChoiceField) and file.queryset is not None
    file.queryset = file.queryset.exclude(pk=whole(request.POST.get("de")) or 0)
    return form


def _refile(person: Person, first: Case, form: Any) -> Take:
    file, reason = _file(person, first, form.cleaned_data), form.cleaned_data["reason"]
    return lambda person, case: letters.refile(
        actor=person, case=case, draft=letters.PlaceDraft(file, case.archive_place.sheets), reason=reason)


def _file(person: Person, first: Case, data: dict[str, Any]) -> ArchiveFile:
    """The chosen expediente, or the new one: the same form again opens no second."""
    chosen: ArchiveFile | None = data["file"]
    return chosen or open_drafted(actor=person, draft=FileDraft(
        first.unit, data["series"], data["title"], data["box"], data["shelf"], data["uuid"]))


WAYS: Final[dict[str, Way]] = {
    "route": Way(cap.ROUTE, lambda request, person, first: RouteForm(sent(request), person=person, origin=first.unit), route_together),
    "conclude": Way(cap.CONCLUDE, lambda request, _person, _first: ConcludeForm(sent(request)), each(_conclude)),
    "archive": Way(cap.ARCHIVE, lambda request, _person, first: ArchiveManyForm(sent(request), unit=first.unit), each(_archive),
                   in_one_file=True),
    "refile": Way(cap.ARCHIVE, _refile_form, each(_refile), slug="expedientes", in_one_file=True),
}


def sent(request: HttpRequest) -> Any:
    """What was filled in; nothing while the letters have only been ticked."""
    return request.POST if "hacer" in request.POST else None


def letters_page(request: HttpRequest, step: str) -> HttpResponse:
    """The ticked letters and the form of the step; sent, the step on each that allows it. Without any, back to the list."""
    way = WAYS[step]
    person = able(request, way.capability)
    cases, unable = chosen_of(person, ids_of(request, "fila"), step)
    if way.in_one_file:
        cases, unable = _of_one_unit(cases, unable)
    if not cases:
        tell(request, 0, unable or [("", _("Marque al menos una fila."))])
        return redirect(back(request, way.slug))
    form = way.form(request, person, cases[0])
    word = step_of(person.institution_id, LETTER_FLOW, step)
    return done(request, form, lambda: way.do(person, cases, form), unable, way.slug) or asked(
        request, form, [("fila", case.pk, case) for case in cases], unable, (way.slug, word))


def done(request: HttpRequest, form: Any, do: Callable[[], tuple[int, list[LeftOut]]], unable: Sequence[LeftOut],
         slug: str) -> HttpResponse | None:
    """Back to the list, which says what was done; None while something is still to be filled in or corrected."""
    if not (form.is_bound and form.is_valid()):
        return None
    try:
        count, refused = do()
    except (Refused, NotAllowed) as refusal:
        blame(form, refusal if isinstance(refusal, Refused) else Refused(_("Usted no puede dar ese paso.")))
        return None
    tell(request, count, [*unable, *refused])
    return redirect(back(request, slug))


def asked(request: HttpRequest, form: Any, rows: Sequence[tuple[str, int, Case]], unable: Sequence[LeftOut],
          of: tuple[str, str]) -> HttpResponse:
    """The form of a step, beside what it is for and what not; `of`: the list where they were ticked, and the word of the step."""
    slug, word = of
    context = {"form": form, "able": rows, "unable": unable, "list": screen_of(slug), "from": request.POST.get("de", ""), "step": word,
               "back": back(request, slug), "query": request.POST.get("consulta", "")[:2000]}
    return render(request, "correspondence/many.html", context, status=422 if form.is_bound else 200)


def able(request: HttpRequest, capability: str) -> Person:
    """Who asks, when they hold this capability anywhere, or 404."""
    person = person_of(request)
    if not reach_of(person).can(capability):
        raise Http404
    return person


def ids_of(request: HttpRequest, field: str) -> list[int]:
    """What was ticked, by its numbers."""
    return [pk for i in request.POST.getlist(field) if (pk := whole(i)) is not None][:MOST]


def chosen_of(person: Person, ids: Sequence[int], step: str) -> tuple[list[Case], list[LeftOut]]:
    """Of these letters the person sees: those that allow the step now, and the folios of the others with why not."""
    rows = Case.objects.visible_to(person).filter(kind="letter", pk__in=ids).select_related("unit", "letter", "institution").order_by("pk")
    fit, unable = [], []
    for case in rows:
        if any(s.name == step for s in allowed_steps(person, case)):
            fit.append(case)
        else:
            unable.append((case.folio or "", _("su estado, o lo que usted puede hacer en su unidad, no permite ese paso.")))
    return fit, unable


def _of_one_unit(cases: Sequence[Case], unable: Sequence[LeftOut]) -> tuple[list[Case], list[LeftOut]]:
    """Those of the unit of the first one: an expediente is a unit's, and the form offers those of that unit."""
    others = [(case.folio or "", _("lo tiene a cargo %(unit)s: archívelo aparte, en un expediente de esa unidad.")
               % {"unit": case.unit.name})
              for case in cases if case.unit_id != cases[0].unit_id]
    return [case for case in cases if case.unit_id == cases[0].unit_id], [*unable, *others]


def one_by_one(person: Person, things: Iterable[Any], take: Callable[[Person, Any], object]) -> tuple[int, list[LeftOut]]:
    """A step on each of these letters or turns, in a transaction of its own: in how many, and where not and why."""
    count, refused = 0, []
    for thing in things:
        folio = (thing.case if isinstance(thing, Turn) else thing).folio or ""
        try:
            take(person, thing)
            count += 1
        except Refused as refusal:
            refused.append((folio, refusal.message))
        except NotAllowed:
            refused.append((folio, _("usted no puede dar ese paso.")))
    return count, refused


def tell(request: HttpRequest, done: int, refused: Sequence[LeftOut]) -> None:
    """Say in how many it was done, and where it was not and why."""
    if done:
        messages.success(request, ngettext("Quedó hecho en %(n)s asunto.", "Quedó hecho en %(n)s asuntos.", done) % {"n": done})
    for folio, reason in refused[:TOLD]:
        messages.warning(request, f"{folio}: {reason}" if folio else reason)
    if len(refused) > TOLD:
        messages.warning(request, _("Y otros %(n)s tampoco.") % {"n": len(refused) - TOLD})


def back(request: HttpRequest, slug: str) -> str:
    """The list from which the rows were ticked, as it was; the expediente, when they were ticked there."""
    if slug == "expedientes" and (file := whole(request.POST.get("de"))) is not None:
        return reverse("archive_file", args=[file])
    return f"{screen_of(slug).address}?{request.POST.get('consulta', '')[:2000]}"
