"""The desk's own page: registering what somebody asks for by telephone, in person or in writing."""
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ventanilla.core.cases.models import Case
from ventanilla.core.documents.services import store_files
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.core.questionnaires.words import Invalid
from ventanilla.lib.numbers import whole
from ventanilla.modules.servicedesk.forms import RegisterForm
from ventanilla.modules.servicedesk.models import OfferingVersion
from ventanilla.modules.servicedesk.screens.record import person_of
from ventanilla.modules.servicedesk.services import TicketDraft, open_ticket
from ventanilla.modules.servicedesk.services.catalogue import registered_by
from ventanilla.modules.servicedesk.services.working import works_somewhere
from ventanilla.web.questionnaires.drawing import QuestionForm
from ventanilla.web.questionnaires.receiving import Sent, receive
from ventanilla.web.ui.drafts import discard
from ventanilla.web.ui.refusals import blame


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
    versions = registered_by(person)
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
            blame(form, refusal)
    elif sent:
        wrong = sent.mistakes(person)
    questions = sent.form(wrong, person=person) if sent else _questions(person, version)
    return render(request, "servicedesk/register.html", {"form": form, "version": version, "questions": questions},
                  status=422 if form.is_bound else 200)


def _chosen(versions: QuerySet[OfferingVersion], text: str) -> OfferingVersion | None:
    return versions.filter(pk=whole(text) or 0).first()


def _sent(request: HttpRequest, person: Person, version: OfferingVersion | None) -> Sent | None:
    """What was answered; nothing when the page did not show the questions of this very version yet."""
    if version is None or version.form is None or request.POST.get("asked") != str(version.pk):
        return None
    return receive(version.form.form, request, person=person)


def _questions(person: Person, version: OfferingVersion | None) -> QuestionForm | None:
    return QuestionForm(version.form.form, person=person) if version and version.form else None


def _registered(request: HttpRequest, person: Person, data: dict[str, Any], sent: Sent | None) -> Case:
    names = ("version", "description", "requester", "requester_name", "requester_email", "beneficiary", "beneficiary_name",
             "beneficiary_email", "unit", "channel", "impact", "urgency", "uuid")
    documents = store_files(actor=person, files=request.FILES.getlist("files"), key=str(data["uuid"]))
    return open_ticket(actor=person, draft=TicketDraft(
        data["subject"], values=sent.raw if sent else {}, value_files=tuple(sent.files) if sent else (), documents=documents,
        **{name: data[name] for name in names}))
