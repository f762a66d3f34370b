"""Trying what is in the catalogue, or will be: asked for as somebody else would, it shows what would happen; nothing is written."""
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.core.questionnaires.showing import without_private
from ventanilla.core.questionnaires.words import Invalid
from ventanilla.modules.servicedesk.forms import DATETIME, FORMATS
from ventanilla.modules.servicedesk.models import OfferingVersion
from ventanilla.modules.servicedesk.screens.offerings import keeper_of
from ventanilla.modules.servicedesk.services import keeping
from ventanilla.modules.servicedesk.services.rehearsing import Rehearsal, Trial, TrialFile, newest, rehearse
from ventanilla.web.questionnaires.discarding import discard_uploads
from ventanilla.web.questionnaires.drawing import QuestionForm
from ventanilla.web.questionnaires.receiving import Sent, receive
from ventanilla.web.ui.people import PersonField
from ventanilla.web.ui.refusals import blame
from ventanilla.web.ui.returning import own_uploads


class TrialForm(forms.Form):
    """Who would ask, when, and what everybody is asked."""

    person = PersonField(everybody=True, label=lazy("Quién lo pediría"))
    at = forms.DateTimeField(label=lazy("Cuándo lo pediría"), required=False, widget=DATETIME, input_formats=FORMATS,
                             help_text=lazy("Vacío: ahora. Pruebe un viernes por la tarde o un día inhábil que ya pasó."))
    subject = forms.CharField(label=lazy("¿Qué necesita, en pocas palabras?"), max_length=300, initial=lazy("Prueba"))
    description = forms.CharField(label=lazy("Cuéntenos más"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, keeper: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = Person.objects.filter(  # type: ignore[attr-defined]
            institution_id=keeper.institution_id, active=True)
        self.fields["person"].initial = keeper.pk


@dataclass
class _Outcome:
    """What came of the trial: the whole, or the mistakes of the form, by the key of the question."""

    found: Rehearsal | None = None
    wrong: dict[str, str] = field(default_factory=dict)


@own_uploads
@csrf_exempt
def try_it(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as `_try_it`, which asks for the token: what is uploaded must be thrown away before anything reads the form."""
    discard_uploads(request)
    return _try_it(request, pk)


@csrf_protect
def _try_it(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft of an offering, or what is published when there is none, asked for without asking."""
    keeper = keeper_of(request)
    version = newest(OfferingVersion.objects.filter(offering__in=keeping.offerings(keeper), offering_id=pk))
    if version is None:
        raise Http404
    form = TrialForm(request.POST if request.method == "POST" else None, keeper=keeper)
    sent, outcome = None, _Outcome()
    if request.method == "POST":
        who = form.cleaned_data.get("person") if form.is_valid() else keeper
        sent = receive(version.form.form, request, person=who, keep=False) if version.form else None
        if form.is_valid() and (sent is None or sent.complete):
            outcome = _tried(keeper, version, form, sent)
        elif sent:
            outcome = _Outcome(wrong=sent.mistakes(who or keeper, private=False))
    return render(request, "servicedesk/try.html", {
        "form": form, "version": version, "offering": version.offering, "found": outcome.found,
        "files": list(sent.uploads.values()) if sent else [],
        "questions": _questions(keeper, version, sent, outcome.wrong)},
        status=422 if form.is_bound and outcome.found is None and not (sent and sent.more) else 200)


def _tried(keeper: Person, version: OfferingVersion, form: TrialForm, sent: Sent | None) -> _Outcome:
    data = form.cleaned_data
    raw = without_private(sent.definition, sent.raw) if sent else {}
    given = without_private(sent.definition, sent.uploads) if sent else {}
    files = {key: TrialFile(one.name or "archivo", one.size or 0) for key, one in given.items()}
    try:
        return _Outcome(rehearse(actor=keeper, version=version, trial=Trial(
            data["person"], data["subject"], data["description"], raw, data["at"], files)))
    except Invalid as invalid:
        return _Outcome(wrong=invalid.errors)
    except NotAllowed as no:
        form.add_error("person", no.message or _("Esa persona no puede pedirlo."))
    except Refused as refusal:
        blame(form, refusal)
    return _Outcome()


def _questions(keeper: Person, version: OfferingVersion, sent: Sent | None, wrong: dict[str, str]) -> QuestionForm | None:
    """The form as who asks sees it: without private questions, with its conditions and what is wrong."""
    if version.form is None:
        return None
    return sent.form(wrong, person=keeper, private=False) if sent else QuestionForm(version.form.form, person=keeper, private=False)
