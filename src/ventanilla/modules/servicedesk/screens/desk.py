"""The desk's own pages: registering for somebody, liaisons, and problems from incidents."""
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ventanilla.core.cases.models import Case
from ventanilla.core.documents.services import store_files
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.core.questionnaires.words import Invalid
from ventanilla.modules.servicedesk.forms import LiaisonFileForm, LiaisonForm, RegisterForm
from ventanilla.modules.servicedesk.models import Liaison, OfferingVersion
from ventanilla.modules.servicedesk.screens.record import person_of
from ventanilla.modules.servicedesk.services import TicketDraft, liaisons, open_ticket
from ventanilla.modules.servicedesk.services.catalogue import offered_to
from ventanilla.modules.servicedesk.services.working import works_somewhere
from ventanilla.web.admin_area.accounts import invite
from ventanilla.web.questionnaires.drawing import QuestionForm
from ventanilla.web.questionnaires.receiving import Sent, receive
from ventanilla.web.ui.drafts import discard


def agent_of(request: HttpRequest) -> Person:
    """Somebody of the desk, or 404."""
    person = person_of(request)
    if not works_somewhere(person):
        raise Http404
    return person


def register_page(request: HttpRequest) -> HttpResponse:
    """Note what somebody asks by telephone, in person or in writing, with the questions of the chosen service."""
    person = agent_of(request)
    posted = request.method == "POST"
    versions = offered_to(person)
    version = _chosen(versions, request.POST.get("version", "") if posted else request.GET.get("version", ""))
    form = RegisterForm(request.POST if posted else None, versions=versions, person=person, initial={"version": version})
    sent = _sent(request, person, version) if posted else None
    wrong: dict[str, str] = {}
    if posted and form.is_valid() and (sent.complete if sent else version is None or version.form is None):
        try:
            case = _registered(request, person, form.cleaned_data, sent)
            discard(person, "ticket-register")
            messages.success(request, _("Quedó registrada con el número %(folio)s.") % {"folio": case.folio})
            return redirect("ticket", case.pk)
        except NotAllowed:
            raise Http404 from None
        except Invalid as invalid:
            wrong = invalid.errors
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
    questions = sent.form(wrong, person=person) if sent else _questions(person, version)
    return render(request, "servicedesk/register.html", {"form": form, "version": version, "questions": questions},
                  status=422 if form.is_bound else 200)


def _chosen(versions: QuerySet[OfferingVersion], text: str) -> OfferingVersion | None:
    return versions.filter(pk=int(text)).first() if text.isascii() and text.isdigit() and len(text) < 16 else None


def _sent(request: HttpRequest, person: Person, version: OfferingVersion | None) -> Sent | None:
    """What was answered; nothing when the page did not show the questions of this very version yet."""
    if version is None or version.form is None or request.POST.get("asked") != str(version.pk):
        return None
    return receive(version.form.form, request, person=person)


def _questions(person: Person, version: OfferingVersion | None) -> QuestionForm | None:
    return QuestionForm(version.form.form, person=person) if version and version.form else None


def _registered(request: HttpRequest, person: Person, data: dict[str, Any], sent: Sent | None) -> Case:
    names = ("version", "description", "requester", "requester_name", "unit", "channel", "impact", "urgency", "uuid")
    documents = store_files(actor=person, files=request.FILES.getlist("files"))
    return open_ticket(actor=person, draft=TicketDraft(
        data["subject"], values=sent.raw if sent else {}, value_files=tuple(sent.files) if sent else (), documents=documents,
        **{name: data[name] for name in names}))


def liaison_list(request: HttpRequest) -> HttpResponse:
    """Liaisons of the institution (for the desk), or of the units that the person heads."""
    person = person_of(request)
    staff, units = works_somewhere(person), reach_of(person).within(cap.ROUTE)
    if not staff and not units:
        raise Http404
    rows = Liaison.objects.filter(institution_id=person.institution_id).select_related("unit", "person", "validated_by")
    if not staff:
        rows = rows.filter(unit_id__in=units)
    wanted = Q(pk__gt=0) if staff else Q(pk__in=units)
    form = LiaisonForm(request.POST if request.method == "POST" else None, actor=person, units=wanted)
    if request.method == "POST" and form.is_valid() and _said(request, form, lambda: liaisons.request_liaison(
            actor=person, draft=liaisons.LiaisonDraft(**form.cleaned_data)), _("La propuesta quedó registrada.")):
        return redirect("liaisons")
    found = list(rows.exclude(state="ended").order_by("unit__name")[:400])
    ended = list(rows.filter(state="ended").order_by("-ended_at")[:50])
    return render(request, "servicedesk/liaisons.html", {"rows": found, "ended": ended, "form": form, "staff": staff},
                  status=422 if form.is_bound else 200)


def liaison_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file of one appointment: letter, validation, agreement, training, end."""
    person = person_of(request)
    staff, units = works_somewhere(person), reach_of(person).within(cap.ROUTE)
    rows = Liaison.objects.filter(institution_id=person.institution_id, pk=pk).select_related("unit", "person", "validated_by")
    row = (rows if staff else rows.filter(Q(unit_id__in=units) | Q(person=person))).first()
    if row is None:
        raise Http404
    form = LiaisonFileForm(request.POST if request.method == "POST" else None, liaison=row)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if _said(request, form, lambda: _completed(person, row, data), _("El expediente quedó al día.")):
            return redirect("liaison", pk)
    return render(request, "servicedesk/liaison.html", {
        "row": row, "form": form, "staff": staff, "open": liaisons.open_of_unit(row.unit),
        "may_validate": row.state == "requested" and row.person_id != person.pk and reach_of(person).can(cap.ROUTE, row.unit_id)},
        status=422 if form.is_bound else 200)


def _completed(actor: Person, row: Liaison, data: dict[str, Any]) -> None:
    """A liaison who had no account gets the link to choose a password when theirs opens."""
    new = row.person.user_id is None
    done = liaisons.complete(actor=actor, liaison=row, **data)
    if new and done.person.user_id:
        invite(actor=None, person=done.person)


@require_POST
def liaison_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Validate, or end by letter."""
    person = person_of(request)
    row = Liaison.objects.filter(institution_id=person.institution_id, pk=pk).first()
    if row is None or step not in ("validar", "concluir"):
        raise Http404
    try:
        if step == "validar":
            liaisons.validate(actor=person, liaison=row)
            messages.success(request, _("Quedó validado. Falta el acuerdo y la capacitación."))
        else:
            liaisons.end_liaison(actor=person, liaison=row, letter=request.POST.get("letter", ""))
            messages.success(request, _("El nombramiento concluyó."))
    except NotAllowed:
        raise Http404 from None
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("liaison", pk)


def _said(request: HttpRequest, form: Any, act: Any, done: str) -> bool:
    try:
        act()
    except NotAllowed as refusal:
        form.add_error(None, refusal.message)
        return False
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return False
    messages.success(request, done)
    return True
