"""Pages of the API: my tokens and the institution's webhooks."""
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.web.api import services
from ventanilla.web.api.models import ApiToken, Delivery, Subscription
from ventanilla.web.api.scopes import SCOPES
from ventanilla.web.api.webhooks import events_of
from ventanilla.web.events.screens import for_person, person_of

LISTED = 100


class TokenForm(forms.Form):
    """A new token."""

    name = forms.CharField(label=_("Para qué es"), max_length=80, help_text=_("Por ejemplo: sistema de oficialía de Finanzas."))
    days = forms.IntegerField(label=_("Vigencia (días)"), min_value=1, max_value=366, initial=90)
    scopes = forms.MultipleChoiceField(label=_("Qué puede hacer"), choices=list(SCOPES.items()),
                                       widget=forms.CheckboxSelectMultiple)


class Folded(forms.CheckboxSelectMultiple):
    """Check boxes by group, as there are hundreds."""

    template_name = "api/folded.html"


class EventsForm(forms.Form):
    """Of what a webhook is told."""

    events = forms.MultipleChoiceField(label=_("De qué se le avisa"), widget=Folded)

    def __init__(self, *args: Any, institution_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["events"].choices = [  # type: ignore[attr-defined]
            ("*", _("De todo")), *((kind, list(named.items())) for kind, named in events_of(institution_id))]


class SubscriptionForm(EventsForm):
    """A new webhook."""

    field_order = ("url", "events")
    url = forms.CharField(label=_("Dirección que recibirá los avisos"), max_length=500, help_text=_("Empieza con https://"))


@for_person
def tokens(request: HttpRequest) -> HttpResponse:
    """The person's tokens; a new one's secret is shown on the answer to the form, once."""
    person, secret = person_of(request), ""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _token, secret = services.create_token(actor=person, **form.cleaned_data)
            form = TokenForm()
        except Refused as no:
            form.add_error(no.field or None, no.message)
    rows = ApiToken.objects.filter(person=person).order_by("-id")[:LISTED]
    response = render(request, "api/tokens.html", {"form": form, "rows": rows, "secret": secret, "scopes": SCOPES})
    response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
@for_person
def revoke(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Revoke one's own token; 404 for another's."""
    person = person_of(request)
    services.revoke_token(actor=person, token=get_object_or_404(ApiToken, uuid=uuid, person=person))
    messages.success(request, _("La clave quedó revocada."))
    return redirect("api_pages:tokens")


def _admin(request: HttpRequest) -> Any:
    """Who administers the API; 404 for anybody else."""
    person = person_of(request)
    if not reach_of(person).can(cap.ADMIN_API):
        raise Http404
    return person


@for_person
def webhooks(request: HttpRequest) -> HttpResponse:
    """The institution's webhooks and their last deliveries."""
    person = _admin(request)
    form, made = SubscriptionForm(request.POST or None, institution_id=person.institution_id), None
    if request.method == "POST" and form.is_valid():
        try:
            made = services.subscribe(actor=person, **form.cleaned_data)
            form = SubscriptionForm(institution_id=person.institution_id)
        except Refused as no:
            form.add_error(no.field or None, no.message)
    return _webhooks(request, person, form, made)


def _webhooks(request: HttpRequest, person: Person, form: SubscriptionForm, made: Subscription | None) -> HttpResponse:
    """The page; with the secret of the one that was made or got a new one, this once."""
    rows = Subscription.objects.filter(institution_id=person.institution_id).order_by("-id")[:LISTED]
    last = Delivery.objects.filter(subscription__institution_id=person.institution_id).select_related("subscription")
    words = {"*": str(_("De todo"))} | {
        event: f"{kind}: {label}" for kind, named in events_of(person.institution_id) for event, label in named.items()}
    told = [(row, [words.get(event, event) for event in row.events]) for row in rows]
    response = render(request, "api/webhooks.html", {
        "form": form, "rows": told, "made": made, "words": words, "last": last.order_by("-id")[:50]})
    response.headers["Cache-Control"] = "no-store"
    return response


@for_person
def events(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Of what one is told."""
    person = _admin(request)
    row = get_object_or_404(Subscription, uuid=uuid, institution_id=person.institution_id)
    sent = request.POST if request.method == "POST" else None
    form = EventsForm(sent, institution_id=person.institution_id, initial={"events": row.events})
    if request.method == "POST" and form.is_valid():
        services.choose_events(actor=person, subscription=row, events=form.cleaned_data["events"])
        messages.success(request, _("Desde ahora se le avisa de lo que eligió."))
        return redirect("api_pages:webhooks")
    return render(request, "api/events.html", {"form": form, "row": row}, status=422 if form.errors else 200)


@require_POST
@for_person
def switch(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Start or stop one."""
    person = _admin(request)
    row = get_object_or_404(Subscription, uuid=uuid, institution_id=person.institution_id)
    services.switch(actor=person, subscription=row, active=not row.active)
    return redirect("api_pages:webhooks")


@require_POST
@for_person
def renew(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Another secret for one, shown on the answer, once."""
    person = _admin(request)
    row = get_object_or_404(Subscription, uuid=uuid, institution_id=person.institution_id)
    made = services.renew_secret(actor=person, subscription=row)
    return _webhooks(request, person, SubscriptionForm(institution_id=person.institution_id), made)


@require_POST
@for_person
def again(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Deliver one again."""
    person = _admin(request)
    row = get_object_or_404(Delivery.objects.select_related("subscription"), uuid=uuid,
                            subscription__institution_id=person.institution_id)
    try:
        services.deliver_again(actor=person, delivery=row)
        messages.success(request, _("Se volverá a entregar en el próximo minuto."))
    except Refused as no:
        messages.error(request, no.message)
    return redirect("api_pages:webhooks")
