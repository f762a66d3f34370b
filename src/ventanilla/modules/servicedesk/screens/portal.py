"""The portal of those who ask: what can be asked, the form, my requests and those of my unit."""
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ventanilla.core.cases.models import Case, Party
from ventanilla.core.cases.words import state_of
from ventanilla.core.documents.services import store_files
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.core.questionnaires.showing import without_private
from ventanilla.core.questionnaires.words import Invalid
from ventanilla.lib.spanish import fold
from ventanilla.modules.servicedesk.flow import ASKED
from ventanilla.modules.servicedesk.forms import AskForm
from ventanilla.modules.servicedesk.models import Liaison, OfferingVersion
from ventanilla.modules.servicedesk.screens.record import light_now, person_of
from ventanilla.modules.servicedesk.services import TicketDraft, open_ticket
from ventanilla.modules.servicedesk.services.approving import due_from
from ventanilla.modules.servicedesk.services.catalogue import offered_to, try_out
from ventanilla.modules.servicedesk.services.liaisons import led_by
from ventanilla.modules.servicedesk.services.opening import liaison_units
from ventanilla.modules.servicedesk.services.opinions import asked_of
from ventanilla.modules.servicedesk.services.printing import approval_in_words
from ventanilla.modules.servicedesk.services.routing import in_words
from ventanilla.modules.servicedesk.services.touching import notices_for, notices_of_service
from ventanilla.modules.servicedesk.services.working import works_somewhere
from ventanilla.web.questionnaires.drawing import QuestionForm
from ventanilla.web.questionnaires.receiving import Sent, receive
from ventanilla.web.ui.drafts import discard
from ventanilla.web.ui.refusals import blame

MOST = 5
"""Authorisations and surveys that wait for the person: so many are named."""


def home(request: HttpRequest) -> HttpResponse:
    """The catalogue by family, with a search; beside it what this person asked for and is not closed."""
    person = person_of(request)
    words = fold(request.GET.get("q", "").strip().lower())[:80]
    rows = [v for v in offered_to(person) if not words or all(w in _said(v) for w in words.split())]
    families = [(family, list(members)) for family, members in groupby(rows, key=lambda v: v.offering.service.family)]
    return render(request, "servicedesk/portal.html", {
        "families": families, "q": request.GET.get("q", ""), "majors": notices_for(person), "mine": _mine(person),
        "staff": (staff := works_somewhere(person)), "keeps_liaisons": staff or bool(led_by(person)),
        "to_authorise": list(due_from(person).select_related("case").order_by("asked_at")[:MOST]),
        "to_answer": list(asked_of(person).filter(case__kind__in=ASKED).select_related("case").order_by("-pk")[:MOST]),
        "liaisons": list(liaison_units(person).select_related("unit")), "my_liaison": _my_liaison(person)})


def _said(version: OfferingVersion) -> str:
    service = version.offering.service
    return fold(f"{version.offering.name} {service.name} {service.family.name} {version.description} {version.includes}".lower())


def _my_liaison(person: Person) -> Liaison | None:
    return Liaison.objects.filter(unit=person.unit_id, state="active").exclude(person=person).select_related("person").first()


def _mine(person: Person) -> Sequence[Any]:
    """Open tickets that the person asked for, newest first, with state and light."""
    ids = Party.objects.filter(person=person, role__in=("requester", "beneficiary", "liaison")).values("case_id")
    over = ("closed", "cancelled", "rejected", "merged")
    rows = Case.objects.visible_to(person).filter(pk__in=ids, kind__in=ASKED).exclude(state__in=over)
    return [(c, state_of(c), light_now(c)) for c in rows.select_related("ticket__service", "unit").order_by("-pk")[:12]]


def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """The fact sheet of an offering with its form."""
    person = person_of(request)
    version = offered_to(person).select_related("survey__instrument").filter(offering__slug=slug).first()
    if version is None:
        raise Http404
    form = AskForm(request.POST if request.method == "POST" else None, person=person)
    sent = receive(version.form.form, request, person=person) if version.form and request.method == "POST" else None
    wrong: dict[str, str] = {}
    if request.method == "POST" and form.is_valid() and (sent is None or sent.complete):
        try:
            case = _open(request, person, version, form.cleaned_data, sent)
            discard(person, f"ask-{slug}")
            messages.success(request, _("Recibimos su solicitud: %(folio)s. Le avisaremos de cada paso.") % {"folio": case.folio})
            return redirect("ticket", case.pk)
        except Invalid as invalid:
            wrong = invalid.errors
        except NotAllowed as refusal:
            form.add_error(None, refusal.message)
        except Refused as refusal:
            blame(form, refusal)
    elif sent:
        wrong = sent.mistakes(person, private=False)
    status = 422 if form.is_bound else 200
    return render(request, "servicedesk/ask.html", {
        "form": form, "version": version, "offering": version.offering, "slug": slug,
        "majors": notices_of_service(person, version.offering.service_id),
        "promised": [p for p in try_out(version) if not p.internal],
        "approvals": [approval_in_words(step) for step in version.approvals], "routing": in_words(version),
        "questions": _questions(person, version, sent, wrong)}, status=status)


def _questions(person: Person, version: OfferingVersion, sent: Sent | None, wrong: dict[str, str]) -> QuestionForm | None:
    """The offering's own questions, as asked or as typed with what is wrong."""
    if version.form is None:
        return None
    return sent.form(wrong, person=person, private=False) if sent else QuestionForm(version.form.form, person=person, private=False)


def _open(request: HttpRequest, person: Person, version: OfferingVersion, data: dict[str, Any], sent: Sent | None) -> Case:
    documents = store_files(actor=person, files=request.FILES.getlist("files"), key=str(data["uuid"]))
    raw = without_private(sent.definition, sent.raw) if sent else {}
    return open_ticket(actor=person, draft=TicketDraft(
        data["subject"], version=version, description=data["description"], requester=person, beneficiary=data.get("beneficiary"),
        beneficiary_name=data.get("beneficiary_name", ""), beneficiary_email=data.get("beneficiary_email", ""), values=raw,
        value_files=tuple(sent.files) if sent else (), documents=documents, uuid=data["uuid"]))
