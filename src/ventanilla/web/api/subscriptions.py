"""Webhooks for programs: the same verbs as the page, for who administers the API. A secret is told once, by what makes it."""
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema

from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.web.api import schemas, scopes, services, validators
from ventanilla.web.api.auth import Bearer, able, actor
from ventanilla.web.api.models import Delivery, Subscription
from ventanilla.web.api.steps import CHECKED
from ventanilla.web.api.steps import ERRORS as CHANGES

router = Router(tags=["Webhooks"])
READS = {n: schemas.Problem for n in (401, 403, 404)}
KEEPS = Bearer(scopes.WEBHOOKS, able(cap.ADMIN_API))
LAST = 50


class WebhookOut(Schema):
    """An address and of what it is told: `letter.route`, `letter.*` or `*`."""

    uuid: UUID
    url: str
    events: list[str]
    active: bool
    created_at: datetime


class WebhookSecretOut(WebhookOut):
    """With the secret that signs what is sent to it from now on; it is not told again."""

    secret: str


class WebhookIn(Schema):
    """A public address, and of what it is told."""

    url: str = Field(max_length=500, examples=["https://sistema.example/avisos"])
    events: list[str] = Field(max_length=500, examples=[["letter.register", "letter.answer"]])


class WebhookChangeIn(Schema):
    """Other events, or whether it is told at all; what is not named stays as it is."""

    events: list[str] | None = Field(None, max_length=500)
    active: bool | None = None


class DeliveryOut(Schema):
    """One event for one address; `problem`: why the last try failed."""

    uuid: UUID
    event: str
    state: str
    attempts: int
    status: int | None
    problem: str
    next_at: datetime
    created_at: datetime
    delivered_at: datetime | None


def _row(person: Person, uuid: UUID) -> Subscription:
    return Subscription.objects.get(uuid=uuid, institution_id=person.institution_id)


def _out(row: Subscription) -> dict[str, Any]:
    return {name: getattr(row, name) for name in WebhookOut.model_fields}


@router.get("/webhooks", response={200: list[WebhookOut], **READS}, auth=KEEPS, operation_id="list_webhooks", summary="Webhooks")
def webhooks(request: HttpRequest) -> Any:
    """The newest first, stopped ones too."""
    rows = Subscription.objects.filter(institution_id=actor(request).institution_id)
    return [_out(row) for row in rows.order_by("-id")]


@router.post("/webhooks", response={201: WebhookSecretOut, **CHANGES}, auth=KEEPS, operation_id="create_webhook",
             summary="Agregar un webhook")
def create(request: HttpRequest, data: WebhookIn) -> Any:
    """422 for an address that is not public and for events that there are not."""
    made = services.subscribe(actor=actor(request), url=data.url, events=data.events)
    return 201, {**_out(made), "secret": made.secret}


@router.get("/webhooks/{uuid}", response={200: WebhookOut, 304: None, **READS}, auth=KEEPS, operation_id="get_webhook",
            summary="Un webhook")
def webhook(request: HttpRequest, response: HttpResponse, uuid: UUID) -> Any:
    """With `ETag`."""
    return validators.told(request, response, _out(_row(actor(request), uuid)))


@router.patch("/webhooks/{uuid}", response={200: WebhookOut, **CHECKED}, auth=KEEPS, operation_id="change_webhook",
              summary="Cambiar de qué se avisa, detener o reanudar")
def change(request: HttpRequest, response: HttpResponse, uuid: UUID, data: WebhookChangeIn) -> Any:
    """What waits to be delivered is still sent, while it is not stopped. `If-Match` refuses (412) when it changed meanwhile."""
    person = actor(request)
    row = _row(person, uuid)

    def verb() -> None:
        if data.events is not None:
            services.choose_events(actor=person, subscription=row, events=data.events)
        if data.active is not None:
            services.switch(actor=person, subscription=row, active=data.active)

    return validators.changed(request, response, row, lambda: _out(_row(person, uuid)), verb)


@router.post("/webhooks/{uuid}/secret", response={200: WebhookSecretOut, **CHANGES}, auth=KEEPS, operation_id="renew_webhook_secret",
             summary="Cambiar el secreto")
def renew(request: HttpRequest, uuid: UUID) -> Any:
    """It signs whatever is sent from now on, also what waits."""
    person = actor(request)
    made = services.renew_secret(actor=person, subscription=_row(person, uuid))
    return {**_out(made), "secret": made.secret}


@router.get("/webhooks/{uuid}/deliveries", response={200: list[DeliveryOut], **READS}, auth=KEEPS, operation_id="list_webhook_deliveries",
            summary="Las últimas cincuenta entregas")
def deliveries(request: HttpRequest, uuid: UUID) -> Any:
    """The newest first."""
    return _row(actor(request), uuid).deliveries.order_by("-id")[:LAST]


@router.post("/webhooks/{uuid}/deliveries/{delivery}/again", response={204: None, **CHANGES}, auth=KEEPS,
             operation_id="deliver_webhook_again", summary="Repetir una entrega")
def again(request: HttpRequest, uuid: UUID, delivery: UUID) -> Any:
    """409 while its address is stopped."""
    person = actor(request)
    row = Delivery.objects.select_related("subscription").get(uuid=delivery, subscription=_row(person, uuid))
    services.deliver_again(actor=person, delivery=row)
    return 204, None
