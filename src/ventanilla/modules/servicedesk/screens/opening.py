"""Pages by which the desk registers a problem and opens a change, from its menu or from the ticket that a change corrects."""
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.numbers import whole
from ventanilla.modules.servicedesk.forms_opening import NewChangeForm, NewProblemForm, OpenForm
from ventanilla.modules.servicedesk.screens.desk import agent_of
from ventanilla.modules.servicedesk.services import solving
from ventanilla.modules.servicedesk.services.kinds import ChangeFacts
from ventanilla.modules.servicedesk.services.relations import is_staff
from ventanilla.web.ui.drafts import discard
from ventanilla.web.ui.refusals import blame

MENDED = ("incident", "problem", "known_error", "request")
"""Kinds that a change may correct or serve."""


def new_problem(request: HttpRequest) -> HttpResponse:
    """Register a problem: seen by the desk, or behind incidents named by their numbers."""
    person = agent_of(request)
    form = NewProblemForm(request.POST if request.method == "POST" else None, person=person)
    return _page(request, person, form, _open_problem, "problem-new")


def new_change(request: HttpRequest) -> HttpResponse:
    """Open a change (with `de`, as what corrects that ticket)."""
    person = agent_of(request)
    case = _mended(request, person)
    form = NewChangeForm(request.POST if request.method == "POST" else None, person=person, case=case)
    return _page(request, person, form, _open_change, f"change-new-{case.pk if case else 0}")


def _mended(request: HttpRequest, person: Person) -> Case | None:
    """The ticket that the change corrects; 404 for one that is not the desk's or cannot be corrected so."""
    text = request.GET.get("de", "")
    if not text:
        return None
    rows = Case.objects.visible_to(person).filter(pk=whole(text) or 0, kind__in=MENDED).select_related("ticket")
    case = rows.first()
    if case is None or not is_staff(reach_of(person), case):
        raise Http404
    return case


def _page(request: HttpRequest, person: Person, form: OpenForm, run: Callable[[Person, Any], Case], draft: str) -> HttpResponse:
    """The form; sent well, the ticket that was opened. 404 for who works in a team without a right in its unit."""
    if not form.teams:
        raise Http404
    if form.is_bound and form.is_valid():
        try:
            made = run(person, form)
            discard(person, draft)
            messages.success(request, _("Se abrió %(folio)s.") % {"folio": made.folio})
            return redirect("ticket", made.pk)
        except NotAllowed:
            raise Http404 from None
        except Refused as refusal:
            blame(form, refusal)
    title = _("Abrir un cambio") if isinstance(form, NewChangeForm) else _("Registrar un problema")
    return render(request, "servicedesk/open.html", {"form": form, "title": title, "case": form.case, "draft": draft},
                  status=422 if form.is_bound else 200)


def _open_problem(person: Person, form: NewProblemForm) -> Case:
    data = {n: form.cleaned_data[n] for n in ("subject", "description", "team", "service", "impact", "urgency", "uuid")}
    return solving.register_problem(actor=person, draft=solving.ProblemDraft(**data), incidents=_incidents(person, form.folios))


def _incidents(person: Person, folios: list[str]) -> list[Case]:
    rows = {c.folio.upper(): c for c in Case.objects.visible_to(person).filter(folio__in=folios, kind="incident")}
    if missing := [f for f in folios if f not in rows]:
        raise Refused(_("No hay un incidente con ese número que usted pueda ver: %(folio)s.") % {"folio": missing[0]}, "incidents")
    return [rows[f] for f in folios]


def _open_change(person: Person, form: NewChangeForm) -> Case:
    data = form.cleaned_data
    facts = ChangeFacts(data["risk"], data["impact_text"], data.get("model"))
    plain = {n: data[n] for n in ("kind", "subject", "description", "team", "service", "uuid")}
    return solving.open_change(actor=person, draft=solving.ChangeDraft(**plain, facts=facts), mends=[form.case] if form.case else [])
