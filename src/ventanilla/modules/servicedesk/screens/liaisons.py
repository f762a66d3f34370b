"""Liaisons: the list, and the file of one appointment with its steps, papers, and our own letter."""
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST, require_safe

from ventanilla.core.cases.kinds import kind_of
from ventanilla.core.cases.models import Case
from ventanilla.core.exports.typeset import TypesetError
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.finding import find_people
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.lib.spanish import listed, long_date
from ventanilla.modules.servicedesk.forms import LiaisonFileForm, LiaisonForm
from ventanilla.modules.servicedesk.forms_liaisons import PaperForm, WithdrawForm
from ventanilla.modules.servicedesk.models import Liaison, LiaisonPaper
from ventanilla.modules.servicedesk.screens.record import person_of
from ventanilla.modules.servicedesk.services import liaison_papers as papers
from ventanilla.modules.servicedesk.services import liaisons
from ventanilla.modules.servicedesk.services.housekeeping import REMIND
from ventanilla.modules.servicedesk.services.liaison_papers import Filed
from ventanilla.modules.servicedesk.services.working import works_somewhere
from ventanilla.web.admin_area.accounts import inviting
from ventanilla.web.ui.downloads import download_or_why
from ventanilla.web.ui.refusals import blame

Kind = LiaisonPaper.Kind
WHICH = (("", lazy("Todos")), ("tramite", lazy("Les falta algo")), ("termina", lazy("Terminan en 30 días")))


def liaison_list(request: HttpRequest) -> HttpResponse:
    """Liaisons of the institution (for the desk), or of the units that the person heads."""
    person = person_of(request)
    staff, units = works_somewhere(person), liaisons.led_by(person)
    if not staff and not units:
        raise Http404
    rows = Liaison.objects.filter(institution_id=person.institution_id).select_related("unit", "person", "validated_by")
    if not staff:
        rows = rows.filter(unit_id__in=units)
    wanted = Q(pk__gt=0) if staff else Q(pk__in=units)
    form = LiaisonForm(request.POST if request.method == "POST" else None, actor=person, units=wanted)
    if request.method == "POST" and form.is_valid() and (made := _said(request, form, lambda: liaisons.request_liaison(
            actor=person, draft=liaisons.LiaisonDraft(**form.cleaned_data)), _("La propuesta quedó registrada."))):
        return redirect("liaison", made.pk)
    words, which = request.GET.get("q", "").strip()[:100], request.GET.get("ver", "")
    if words:
        people = find_people(Person.objects.filter(institution_id=person.institution_id), words)
        rows = rows.filter(person__in=people.order_by().values("pk"))
    found = list(_which(rows, which).exclude(state="ended").order_by("unit__name")[:400])
    ended = list(rows.filter(state="ended").order_by("-ended_at")[:50])
    return render(request, "servicedesk/liaisons.html", {
        "rows": found, "ended": ended, "form": form, "staff": staff, "q": words, "which": which, "kinds": WHICH},
        status=422 if form.is_bound else 200)


def _which(rows: QuerySet[Liaison], which: str) -> QuerySet[Liaison]:
    """Those that lack something, or whose term is near; all for anything else."""
    near = Q(until__lte=timezone.localdate() + REMIND)
    return rows.filter({"tramite": ~Q(state=Liaison.State.ACTIVE), "termina": near}.get(which, Q()))


# --- the file ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stage:
    """A step of an appointment: whether it is done, when, in which words, with which papers; `missing` says what it waits for."""

    title: str
    done: bool
    when: date | datetime | None
    text: str
    papers: Sequence[Filed]
    missing: str = ""


def _readable(request: HttpRequest, pk: int) -> tuple[Person, Liaison]:
    person = person_of(request)
    row = Liaison.objects.filter(institution_id=person.institution_id, pk=pk).select_related("unit", "person", "validated_by").first()
    if row is None or not papers.may_read(person, row):
        raise Http404
    return person, row


def liaison_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file of one appointment. What is posted here are the dates of agreement and training."""
    person, row = _readable(request, pk)
    form = LiaisonFileForm(request.POST if request.method == "POST" else None, liaison=row)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if _said(request, form, lambda: _completed(person, row, data), _("El expediente quedó al día.")):
            return redirect("liaison", pk)
    return _file_page(request, person, row, form, PaperForm(kinds=papers.kinds_for(person, row)))


def _file_page(request: HttpRequest, person: Person, row: Liaison, form: LiaisonFileForm, paper: PaperForm) -> HttpResponse:
    filed, staff = papers.papers_of(person, row), works_somewhere(person)
    wrong = form.is_bound or paper.is_bound
    issued = next((f for f in filed if f.paper.issued), None)
    return render(request, "servicedesk/liaison.html", {
        "row": row, "form": form, "paper": paper if papers.kinds_for(person, row) else None, "staff": staff, "address": _address,
        "stages": stages(row, filed), "others": [f for f in filed if f.paper.kind == Kind.OTHER], "issued": issued, "count": len(filed),
        "open": liaisons.open_of_unit(row.unit), "may_end": row.state != "ended" and (staff or liaisons.leads(person, row.unit)),
        "may_extend": staff and row.state != "ended", "may_issue": staff and issued is None and row.state in ("validated", "active"),
        "may_validate": row.state == "requested" and row.person_id != person.pk and reach_of(person).can(cap.ROUTE, row.unit_id)},
        status=422 if wrong else 200)


def _address(case: Case) -> str:
    return kind_of(case.kind).detail_url(case.pk)


def stages(row: Liaison, filed: Sequence[Filed]) -> list[Stage]:
    """The steps of an appointment in their order, each with its papers."""
    endless = row.until is None and row.state == Liaison.State.ACTIVE
    of = {kind: [f for f in filed if f.paper.kind == kind] for kind in Kind.values}
    found = [
        Stage(_("Solicitud"), True, row.requested_at, _("Oficio %(number)s") % {"number": row.request_letter}, of["request"]),
        Stage(_("Validación de la jefatura"), row.validated_at is not None, row.validated_at,
              row.validated_by.name if row.validated_by else "", (), _("La jefatura de la unidad debe validar a su enlace.")),
        Stage(_("Acuerdo de confidencialidad"), row.agreement_at is not None, row.agreement_at, "", of["agreement"],
              _("Falta registrar cuándo se firmó.")),
        Stage(_("Capacitación"), row.trained_at is not None, row.trained_at, "", of["training"], _("Falta registrar cuándo la recibió.")),
        Stage(_("Nombramiento"), bool(of["appointment"]), of["appointment"][-1].paper.dated if of["appointment"] else None, "",
              of["appointment"], _("Todavía no se expide ni se adjunta.")),
        Stage(_("Cuenta y servicio"), row.active_at is not None, row.active_at,
              _("Pide por su unidad hasta que se cambie por oficio.") if endless else "", (),
              _("La cuenta se abre cuando constan la validación, el acuerdo y la capacitación."))]
    if row.state == Liaison.State.ENDED or of["change"]:
        found.append(Stage(_("Cambio o conclusión"), row.ended_at is not None, row.ended_at,
                           _("Oficio %(number)s") % {"number": row.change_letter} if row.change_letter else "", of["change"],
                           _("Hay un oficio de cambio y el nombramiento sigue vigente.")))
    return found


def _completed(actor: Person, row: Liaison, data: dict[str, Any]) -> None:
    """A liaison who had no account gets the link to choose a password when theirs opens."""
    with inviting(row.person):
        liaisons.complete(actor=actor, liaison=row, **data)


@require_POST
def liaison_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Validate, end by letter, or issue the appointment letter."""
    person, row = _readable(request, pk)
    act = _STEPS.get(step)
    if act is None:
        raise Http404
    try:
        messages.success(request, act(request, person, row))
    except NotAllowed:
        raise Http404 from None
    except Refused as refusal:
        messages.error(request, refusal.message)
    except TypesetError as problem:
        messages.error(request, str(problem))
    return redirect("liaison", pk)


def _validate(_request: HttpRequest, person: Person, row: Liaison) -> str:
    with inviting(row.person):
        done = liaisons.validate(actor=person, liaison=row)
    lacking = [_("el acuerdo")] * (not done.agreement_at) + [_("la capacitación")] * (not done.trained_at)
    if lacking:
        return _("Quedó validado. Falta %(what)s.") % {"what": listed(lacking)}
    return _("Quedó validado y, como ya constaban el acuerdo y la capacitación, ya es el enlace de la unidad.")


def _end(request: HttpRequest, person: Person, row: Liaison) -> str:
    liaisons.end_liaison(actor=person, liaison=row, letter=request.POST.get("letter", ""))
    return _("El nombramiento concluyó.")


def _issue(_request: HttpRequest, person: Person, row: Liaison) -> str:
    """The letter keeps its folio when its document cannot be made now: asked again, it is the same letter."""
    paper = papers.compose(actor=person, paper=papers.issue_appointment(actor=person, liaison=row))
    return _("El nombramiento quedó expedido con el número %(number)s.") % {"number": paper.number}


def _extend(request: HttpRequest, person: Person, row: Liaison) -> str:
    """Another last day, by letter; an empty one takes the term away, nonsense is refused."""
    said = request.POST.get("until", "").strip()
    try:
        day = parse_date(said)
    except ValueError:
        day = None
    if said and day is None:
        raise Refused(_("Esa fecha no existe."), "until")
    liaisons.extend(actor=person, liaison=row, letter=request.POST.get("letter", ""), until=day)
    return _("El nombramiento termina ahora el %(day)s.") % {"day": long_date(day)} if day else _("El nombramiento ya no tiene término.")


_STEPS = {"validar": _validate, "concluir": _end, "expedir": _issue, "prorrogar": _extend}


# --- papers --------------------------------------------------------------------------------------------------


@require_POST
def paper_add(request: HttpRequest, pk: int) -> HttpResponse:
    """File a paper; a wrong one comes back on the page of the file."""
    person, row = _readable(request, pk)
    kinds = papers.kinds_for(person, row)
    if not kinds:
        raise Http404
    form = PaperForm(request.POST, request.FILES, kinds=kinds)
    with inviting(row.person):
        done = form.is_valid() and _said(request, form, lambda: papers.file_paper(actor=person, liaison=row, draft=form.draft()),
                                         _("El documento quedó en el expediente."))
    if done:
        return redirect("liaison", pk)
    return _file_page(request, person, row, LiaisonFileForm(None, liaison=row), form)


def paper_withdraw(request: HttpRequest, pk: int, uuid: UUID) -> HttpResponse:
    """Ask why, and take a paper out of the file."""
    person, row = _readable(request, pk)
    paper = LiaisonPaper.objects.filter(liaison=row, uuid=uuid, withdrawn_at=None).select_related("liaison").first()
    if paper is None or not works_somewhere(person):
        raise Http404
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _said(request, form, lambda: papers.withdraw_paper(
            actor=person, paper=paper, reason=form.cleaned_data["reason"]), _("Se retiró del expediente; quedó en la bitácora.")):
        return redirect("liaison", pk)
    return render(request, "servicedesk/liaison_withdraw.html", {"row": row, "paper": paper, "form": form},
                  status=422 if form.is_bound else 200)


@require_safe
def paper(request: HttpRequest, pk: int, uuid: UUID) -> Any:
    """A paper as it arrived, always as an attachment; the log says who took it."""
    person, row = _readable(request, pk)
    version = papers.version_of(row, uuid)
    if version is None:
        raise Http404
    return download_or_why(version, actor=person, liaison=row.pk)


def _said(request: HttpRequest, form: Any, act: Any, done: str) -> Any:
    """What the act gives, or True; False when it was refused, which stands in the form then."""
    try:
        made = act()
    except NotAllowed as refusal:
        form.add_error(None, refusal.message)
        return False
    except Refused as refusal:
        blame(form, refusal)
        return False
    messages.success(request, done)
    return made or True
