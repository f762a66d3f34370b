"""What the catalogue would do to a request, tried by a program: everything is told, nothing is written."""
from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from ventanilla.modules.servicedesk.api.keeping.offerings import WRITE
from ventanilla.modules.servicedesk.api.shaping import CHANGES
from ventanilla.modules.servicedesk.models import OfferingVersion
from ventanilla.modules.servicedesk.services import keeping
from ventanilla.modules.servicedesk.services.rehearsing import Trial, TrialFile, newest, rehearse
from ventanilla.web.api import shapes
from ventanilla.web.api.auth import actor

router = Router(tags=["Mesa: catálogo"])


class TrialFileIn(Schema):
    """A stand-in for a file: nothing is uploaded; what is refused by its size is refused here too."""

    name: str = Field("archivo.pdf", max_length=255)
    bytes: int = Field(1024, ge=0, le=2**53)


class TrialIn(Schema):
    """Who would ask (the person of the token), for what, with which answers of the form, and when (now; not in the future).

    `files` answers the questions that ask for a file, by their keys.
    """

    person: UUID | None = None
    subject: str = Field("Prueba", max_length=300)
    description: str = Field("", max_length=20_000)
    values: dict[str, Any] = {}
    at: datetime | None = None
    files: dict[str, TrialFileIn] = Field({}, max_length=100)


class AskedOut(Schema):
    """A step of authorisation: who would be asked, and how many are enough."""

    step: int
    label: str
    quorum: int
    people: list[str]


class LaterOut(Schema):
    """A notice of a deadline: at which share of its time (null: when it turns amber), when, and whom it tells."""

    percent: int | None
    at: datetime | None
    people: list[str]


class TriedPromise(Schema):
    """A clock: minutes, due and amber moments (null while it waits), how they come about, and its notices. `internal`: an OLA."""

    label: str
    internal: bool
    minutes: int | None
    waits: bool
    due_at: datetime | None
    amber_at: datetime | None
    derivation: list[str]
    later: list[LaterOut]


class TriedNotice(Schema):
    """A notice that would go at once; `mail`: how the person takes such."""

    person: str
    title: str
    text: str
    mail: Literal["now", "digest", "none"]


class TrialOut(Schema):
    """Where it would land and why, what it is promised, who authorises, what is done, who is told, and what is asked at the end."""

    kind: str
    state: str
    team: str
    why_team: str
    person: str
    why_person: str
    impact: str
    urgency: str
    priority: str
    level: str
    approvals: list[AskedOut]
    tasks: list[str]
    promises: list[TriedPromise]
    notices: list[TriedNotice]
    survey: str
    questions: list[str]


@router.post("/catalogue/offerings/{slug}/trial", response={200: TrialOut, **CHANGES}, auth=WRITE, operation_id="try_offering",
             summary="Probar todo: qué pasaría si alguien lo pidiera; no escribe nada")
def trial(request: HttpRequest, slug: str, data: TrialIn) -> Any:
    """Of the draft, else of what is published. The same verbs as a request, undone: 422 names the mistake of the form, 403 who may not."""
    person = actor(request)
    row = newest(OfferingVersion.objects.filter(offering__in=keeping.offerings(person), offering__slug=slug))
    if row is None:
        raise OfferingVersion.DoesNotExist
    who = shapes.person_of(person, data.person) if data.person else person
    assert who
    files = {key: TrialFile(one.name, one.bytes) for key, one in data.files.items()}
    return asdict(rehearse(actor=person, version=row, trial=Trial(
        who, data.subject, data.description, data.values, shapes.aware(data.at), files)))
