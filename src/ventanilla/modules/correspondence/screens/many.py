"""One step on the letters or turns that were ticked in a list: each by its own verb and transaction, each refusal told."""
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ventanilla.core.cases import services as spine
from ventanilla.core.cases.models import Case
from ventanilla.core.cases.moving import allowed_steps
from ventanilla.core.cases.words import step_of
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.numbers import whole
from ventanilla.modules.correspondence import services as letters
from ventanilla.modules.correspondence.flow import LETTER_FLOW
from ventanilla.modules.correspondence.forms import ArchiveForm, ConcludeForm
from ventanilla.modules.correspondence.forms_routing import RouteForm
from ventanilla.modules.correspondence.models import ArchiveFile
from ventanilla.modules.correspondence.screens.record import person_of
from ventanilla.modules.correspondence.services.archiving import FileDraft, open_drafted
from ventanilla.web.inbox import bulk
from ventanilla.web.ui.refusals import blame

MOST: Final = 100
"""Letters in one go; a page of a list has 50."""
TOLD: Final = 5
Take = Callable[[Person, Case], object]


class ArchiveManyForm(ArchiveForm):
    """The expediente for all of them; of each letter go in the sheets that it has."""

    sheets = None  # type: ignore[assignment]  # Django's way to leave out an inherited field


@dataclass(frozen=True)
class Way:
    """How a step is taken on several letters: who may, its form, and from the form what is done to each (`prepare` may refuse all)."""

    capability: str
    form: Callable[[HttpRequest, Person, Case], Any]
    prepare: Callable[[Person, Case, Any], Take]


def _route(_person: Person, _first: Case, form: Any) -> Take:
    return lambda person, case: spine.route(actor=person, case=case, drafts=form.drafts(case.pk), parent=None)


def _conclude(_person: Person, _first: Case, form: Any) -> Take:
    return lambda person, case: letters.conclude(actor=person, case=case, reason=form.cleaned_data["reason"])


def _archive(person: Person, first: Case, form: Any) -> Take:
    file = _file(person, first, form.cleaned_data)
    return lambda person, case: letters.archive(actor=person, case=case, draft=letters.PlaceDraft(file, max(case.letter.sheets, 1)))


def _file(person: Person, first: Case, data: dict[str, Any]) -> ArchiveFile:
    """The chosen expediente, or the new one: the same form again opens no second."""
    chosen: ArchiveFile | None = data["file"]
    return chosen or open_drafted(actor=person, draft=FileDraft(
        first.unit, data["series"], data["title"], data["box"], data["shelf"], data["uuid"]))


WAYS: Final[dict[str, Way]] = {
    "route": Way(cap.ROUTE, lambda request, person, first: RouteForm(_sent(request), person=person, origin=first.unit), _route),
    "conclude": Way(cap.CONCLUDE, lambda request, _person, _first: ConcludeForm(_sent(request)), _conclude),
    "archive": Way(cap.ARCHIVE, lambda request, _person, first: ArchiveManyForm(_sent(request), unit=first.unit), _archive),
}


def _sent(request: HttpRequest) -> Any:
    """What was filled in; nothing while the letters have only been ticked."""
    return request.POST if "hacer" in request.POST else None


def letters_page(request: HttpRequest, step: str) -> HttpResponse:
    """The ticked letters and the form of the step; sent, the step on each that allows it. Without any, back to the list."""
    person = _able(request, WAYS[step].capability)
    able, unable = _chosen(request, person, step)
    if not able:
        _tell(request, 0, unable or [("", _("Marque al menos una fila."))])
        return redirect(_back(request, "correspondencia"))
    form = WAYS[step].form(request, person, able[0])
    if form.is_bound and form.is_valid():
        try:
            take = WAYS[step].prepare(person, able[0], form)
        except (Refused, NotAllowed) as refusal:
            blame(form, refusal if isinstance(refusal, Refused) else Refused(_("Usted no puede dar ese paso.")))
        else:
            _tell(request, *_each(person, able, take, unable))
            return redirect(_back(request, "correspondencia"))
    return render(request, "correspondence/many.html", {
        "form": form, "able": able, "unable": unable, "step": step_of(person.institution_id, LETTER_FLOW, step), "name": step,
        "query": request.POST.get("consulta", "")[:2000]}, status=422 if form.is_bound else 200)


def _able(request: HttpRequest, capability: str) -> Person:
    person = person_of(request)
    if not reach_of(person).can(capability):
        raise Http404
    return person


def _chosen(request: HttpRequest, person: Person, step: str) -> tuple[list[Case], list[tuple[str, str]]]:
    """Of the ticked letters that the person sees: those that allow the step now, and the folios of the others with why not."""
    ids = [pk for i in request.POST.getlist("fila") if (pk := whole(i)) is not None][:MOST]
    rows = Case.objects.visible_to(person).filter(kind="letter", pk__in=ids).select_related("unit", "letter", "institution").order_by("pk")
    able, unable = [], []
    for case in rows:
        if any(s.name == step for s in allowed_steps(person, case)):
            able.append(case)
        else:
            unable.append((case.folio or "", _("su estado, o lo que usted puede hacer en su unidad, no permite ese paso.")))
    return able, unable


def _each(person: Person, cases: Iterable[Case], take: Take, unable: Sequence[tuple[str, str]]) -> tuple[int, list[tuple[str, str]]]:
    done, refused = 0, list(unable)
    for case in cases:
        try:
            take(person, case)
            done += 1
        except Refused as refusal:
            refused.append((case.folio or "", refusal.message))
        except NotAllowed:
            refused.append((case.folio or "", _("usted no puede dar ese paso.")))
    return done, refused


def _tell(request: HttpRequest, done: int, refused: Sequence[tuple[str, str]]) -> None:
    if done:
        messages.success(request, ngettext("Quedó hecho en %(n)s asunto.", "Quedó hecho en %(n)s asuntos.", done) % {"n": done})
    for folio, reason in refused[:TOLD]:
        messages.warning(request, f"{folio}: {reason}" if folio else reason)
    if len(refused) > TOLD:
        messages.warning(request, _("Y otros %(n)s tampoco.") % {"n": len(refused) - TOLD})


def _back(request: HttpRequest, slug: str) -> str:
    return f"{reverse('screen', args=[slug])}?{request.POST.get('consulta', '')[:2000]}"


def turns_page(request: HttpRequest, step: str) -> HttpResponse:
    """Accept the ticked turns, or mark them as read: the same as in the inbox."""
    person = _able(request, cap.ANSWER)
    chosen = [pk for i in request.POST.getlist("fila") if (pk := whole(i)) is not None]
    if not chosen:
        messages.warning(request, _("Marque al menos una fila."))
    bulk.tell(request, step, *bulk.take(actor=person, step=step, turn_ids=chosen))
    return redirect(_back(request, "turnos"))
