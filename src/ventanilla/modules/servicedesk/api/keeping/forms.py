"""Forms with extra fields and surveys: made, written, published and retired by a program, by who keeps them.

A form is told and written whole, as the JSON of `core.questionnaires.definition` (what the page downloads and takes in).
"""
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.questionnaires import keeping
from ventanilla.core.questionnaires.editing import is_form
from ventanilla.core.questionnaires.models import Instrument, InstrumentVersion
from ventanilla.core.questionnaires.services import (
    InstrumentDraft,
    create_instrument,
    discard_draft,
    publish,
    rename_instrument,
    retire,
    save_draft,
    start_draft,
)
from ventanilla.modules.servicedesk.api.shaping import CHANGES, CHECKED, READS
from ventanilla.web.api import scopes
from ventanilla.web.api.auth import Bearer, actor
from ventanilla.web.api.validators import changed, told

router = Router(tags=["Formularios"])
Purpose = Literal["survey", "request_form", "instrument", "record"]


def _keeps(person: Person) -> bool:
    return bool(keeping.makes(person))


READ, WRITE = Bearer(scopes.CATALOGUES, _keeps), Bearer(scopes.CATALOGUES_WRITE, _keeps)


class FormIn(Schema):
    """A form; its `definition` is its first draft."""

    name: str = Field(max_length=200, examples=["Satisfacción con el servicio"])
    purpose: Purpose = "request_form"
    definition: dict[str, Any] = Field({"sections": []}, description="Como el archivo que se descarga en pantalla")


class FormChange(Schema):
    """Another name, or out of use. What is not named stays."""

    name: str = Field("", max_length=200)
    active: bool = True


class FormVersion(Schema):
    """A version: `draft`, `published` (for ever) or `retired`."""

    number: int
    state: Literal["draft", "published", "retired"]
    revision: int
    published_at: datetime | None


class FormOut(Schema):
    """A form with its versions, the newest first; `kept`: who asks may change it (else it serves others too, and is only read)."""

    uuid: UUID
    slug: str
    name: str
    purpose: Purpose
    active: bool
    kept: bool
    versions: list[FormVersion]


class FormText(FormVersion):
    """A version with what it asks."""

    definition: dict[str, Any]


class DraftIn(Schema):
    """What the next version asks, whole. `revision` is the one that was read (0: there was no draft)."""

    definition: dict[str, Any]
    revision: int = Field(0, ge=0, le=2**31 - 1)


class FormsAsked(Schema):
    """Which forms."""

    purpose: Purpose | None = None
    active: bool | None = None


def _forms(person: Person) -> QuerySet[Instrument]:
    return keeping.visible_to(person).select_related("institution").prefetch_related("versions")


def _version(row: InstrumentVersion) -> dict[str, Any]:
    return {n: getattr(row, n) for n in ("number", "state", "revision", "published_at")}


def _text(row: InstrumentVersion) -> dict[str, Any]:
    return _version(row) | {"definition": row.definition}


def _out(row: Instrument, theirs: set[int]) -> dict[str, Any]:
    versions = sorted(row.versions.all(), key=lambda v: -v.number)
    return {n: getattr(row, n) for n in ("uuid", "slug", "name", "purpose", "active")} | {
        "kept": row.pk in theirs, "versions": [_version(v) for v in versions]}


def _told(person: Person, slug: str) -> dict[str, Any]:
    row = _forms(person).get(slug=slug)
    return _out(row, set(keeping.kept_by(person).filter(pk=row.pk).values_list("pk", flat=True)))


def _shaped(definition: dict[str, Any]) -> dict[str, Any]:
    """The definition, when it has the shape of one; its mistakes are told when it is published."""
    if not is_form(definition):
        raise Refused(_("Eso no es un formulario: «sections» es una lista de secciones, y «fields» de cada una, una lista de preguntas."),
                      "definition")
    return definition


def _in_state(person: Person, slug: str, state: str) -> InstrumentVersion:
    """The version of that state. Raises DoesNotExist."""
    return InstrumentVersion.objects.select_related("instrument").get(instrument=_forms(person).get(slug=slug), state=state)


@router.get("/forms", response={200: list[FormOut], **READS}, auth=READ, operation_id="list_forms", summary="Formularios y encuestas")
def forms(request: HttpRequest, asked: Query[FormsAsked]) -> Any:
    """By name: those that the person keeps, and those that also serve others."""
    person = actor(request)
    wanted = {k: v for k, v in asked.dict().items() if v is not None}
    theirs = set(keeping.kept_by(person).values_list("pk", flat=True))
    return [_out(row, theirs) for row in _forms(person).filter(**wanted)]


@router.post("/forms", response={201: FormOut, **CHANGES}, auth=WRITE, operation_id="add_form", summary="Hacer un formulario")
def add(request: HttpRequest, data: FormIn) -> Any:
    """It asks nothing until its draft is published. A service manager makes surveys and forms of requests."""
    person = actor(request)
    made = create_instrument(actor=person, institution=person.institution,
                             draft=InstrumentDraft(data.name, data.purpose, definition=_shaped(data.definition)))
    return 201, _told(person, made.slug)


@router.get("/forms/{slug}", response={200: FormOut, 304: None, **READS}, auth=READ, operation_id="get_form", summary="Un formulario")
def form(request: HttpRequest, response: HttpResponse, slug: str) -> Any:
    """With `ETag`."""
    return told(request, response, _told(actor(request), slug))


@router.patch("/forms/{slug}", response={200: FormOut, **CHECKED}, auth=WRITE, operation_id="change_form",
              summary="Cambiar el nombre de un formulario, o ponerlo fuera de uso")
def change(request: HttpRequest, response: HttpResponse, slug: str, data: FormChange) -> Any:
    """409 with the reason when it serves others too."""
    person = actor(request)
    row = _forms(person).get(slug=slug)
    now: dict[str, Any] = {"name": row.name, "active": row.active} | data.dict(exclude_unset=True)
    return changed(request, response, row, lambda: _told(person, slug), lambda: rename_instrument(
        actor=person, instrument=row, name=now["name"], active=now["active"]))


@router.get("/forms/{slug}/versions/{int:number}", response={200: FormText, 304: None, **READS}, auth=READ, operation_id="get_form_version",
            summary="Lo que pregunta una versión, también el borrador")
def version(request: HttpRequest, response: HttpResponse, slug: str, number: int) -> Any:
    """With `ETag`."""
    row = InstrumentVersion.objects.get(instrument=_forms(actor(request)).get(slug=slug), number=min(number, 2**31 - 1))
    return told(request, response, _text(row))


@router.put("/forms/{slug}/draft", response={200: FormText, **CHECKED}, auth=WRITE, operation_id="write_form_draft",
            summary="Escribir el borrador de la versión siguiente, completo")
def draft(request: HttpRequest, response: HttpResponse, slug: str, data: DraftIn) -> Any:
    """Kept with its mistakes, which publication refuses. 409 when somebody else wrote meanwhile. `If-Match`: of the draft, or while there
    is none of the newest version, which it begins as."""
    person = actor(request)
    row = _forms(person).get(slug=slug)

    def verb() -> None:
        now = start_draft(actor=person, instrument=row)
        save_draft(actor=person, version=now, definition=_shaped(data.definition), revision=data.revision or now.revision)

    return changed(request, response, row, lambda: _newest(row), verb)


def _newest(row: Instrument) -> dict[str, Any]:
    """What its newest version asks, held: an editor who saves now waits. Nothing while there is none."""
    held = InstrumentVersion.objects.select_for_update().filter(instrument=row).order_by("-number").first()
    return _text(held) if held else {}


@router.delete("/forms/{slug}/draft", response={204: None, **CHANGES}, auth=WRITE, operation_id="discard_form_draft",
               summary="Descartar el borrador")
def discard(request: HttpRequest, slug: str) -> Any:
    """What is published stays."""
    person = actor(request)
    discard_draft(actor=person, version=_in_state(person, slug, "draft"))
    return 204, None


@router.post("/forms/{slug}/publish", response={200: FormOut, **CHANGES}, auth=WRITE, operation_id="publish_form",
             summary="Publicar el borrador, para siempre")
def publication(request: HttpRequest, slug: str) -> Any:
    """The version before is retired; offerings keep theirs until they are renewed. The refusal tells every mistake."""
    person = actor(request)
    publish(actor=person, version=_in_state(person, slug, "draft"))
    return _told(person, slug)


@router.post("/forms/{slug}/retire", response={200: FormOut, **CHANGES}, auth=WRITE, operation_id="retire_form",
             summary="Retirar la versión publicada")
def withdraw(request: HttpRequest, slug: str) -> Any:
    """No new answers begin with it."""
    person = actor(request)
    retire(actor=person, version=_in_state(person, slug, "published"))
    return _told(person, slug)
