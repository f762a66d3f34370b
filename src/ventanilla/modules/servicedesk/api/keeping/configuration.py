"""Keeping of the configuration database: types of items without code, files of items and relations, papers, and what to tidy."""
from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid4

from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, File, Form, Query, Router, Schema, UploadedFile

from ventanilla.core.documents.models import DocumentVersion
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.servicedesk.api import cmdb
from ventanilla.modules.servicedesk.api.around import PDF
from ventanilla.modules.servicedesk.api.cmdb import ItemRef, item_of
from ventanilla.modules.servicedesk.api.shaping import CHANGES, CHECKED, READS
from ventanilla.modules.servicedesk.models.cmdb import CILoad, CIType, ConfigurationItem
from ventanilla.modules.servicedesk.services.cmdb.attributes import Attribute, name_for
from ventanilla.modules.servicedesk.services.cmdb.documents import add_documents, documents_of, remove_document, version_of
from ventanilla.modules.servicedesk.services.cmdb.impacts import may_ask
from ventanilla.modules.servicedesk.services.cmdb.kinds import TypeDraft, save_type
from ventanilla.modules.servicedesk.services.cmdb.labels import label_pdf
from ventanilla.modules.servicedesk.services.cmdb.loading import Plan, apply_load, obstacles, plan_load, undo_load
from ventanilla.modules.servicedesk.services.cmdb.loading.applying import LoadFile
from ventanilla.modules.servicedesk.services.cmdb.loading.plans import MAX_BYTES
from ventanilla.modules.servicedesk.services.cmdb.standard import install_standard
from ventanilla.modules.servicedesk.services.cmdb.tidying import Finding, findings
from ventanilla.modules.servicedesk.services.cmdb.writing import keeps
from ventanilla.web.api import scopes, shapes
from ventanilla.web.api.auth import Bearer, able, actor
from ventanilla.web.api.idempotency import key_of
from ventanilla.web.api.schemas import PersonRef
from ventanilla.web.api.validators import changed, next_page, small, told
from ventanilla.web.ui import downloads

router = Router(tags=["Configuración"])
READ, WRITE = Bearer(scopes.CMDB_READ), Bearer(scopes.CMDB_WRITE, keeps)
KEPT, TIDY = Bearer(scopes.CMDB_READ, keeps), Bearer(scopes.CMDB_READ, may_ask)
KEEPS = able(cap.ADMIN_CATALOGUES)
TYPE, KEEP = Bearer(scopes.CMDB_READ, KEEPS), Bearer(scopes.CATALOGUES_WRITE, KEEPS)
What = Literal["items", "relations"]


class AttributeIO(Schema):
    """A field of the items of a type. `to`: of a reference, the slug of the type it names. Without `name` it is made of the label."""

    name: str = Field("", max_length=60)
    label: str = Field(max_length=80, examples=["Memoria"])
    kind: Literal["text", "number", "date", "choice", "reference"] = "text"
    required: bool = False
    choices: list[str] = Field([], max_length=200)
    to: str = ""
    unit: str = Field("", max_length=20)
    help: str = Field("", max_length=200)


class ItemTypeIn(Schema):
    """A type of item; `parent` by its slug."""

    label: str = Field(max_length=80, examples=["Servidor"])
    plural: str = Field("", max_length=80)
    icon: str = Field("box", max_length=50, pattern=r"^[-a-z0-9]+$")
    parent: str | None = None
    order: int = Field(100, ge=0, le=32_767)
    active: bool = True
    attributes: list[AttributeIO] = Field([], max_length=60)


class KeptItemType(ItemTypeIn):
    """A type with its own fields, without those it inherits."""

    slug: str


class Installed(Schema):
    """How many standard types and relations were added."""

    added: int


class LoadLine(Schema):
    """What a line of a file does; `differences` are label, before and after."""

    what: Literal["add", "change", "end"]
    line: int
    name: str
    code: str
    differences: list[list[str]]


class LoadProblem(Schema):
    """What is wrong in which line (0: in the file)."""

    line: int
    text: str


class LoadPlan(Schema):
    """What a file would do; nothing was written. Its `digest` confirms it. The first 1,000 lines are told."""

    what: What
    digest: str
    added: int
    changed: int
    unchanged: int
    repeated: int
    unused: list[str]
    problems: list[LoadProblem]
    changes: list[LoadLine]


class LoadOut(Schema):
    """A file that was applied whole; `obstacles`: why it cannot be undone."""

    id: int
    uuid: UUID
    what: What
    filename: str
    digest: str
    person: PersonRef | None
    at: datetime
    added: int
    changed: int
    unchanged: int
    undone_at: datetime | None
    undone_by: PersonRef | None


class LoadDetail(LoadOut):
    """With why it cannot be undone; nothing when it can."""

    obstacles: list[str]


class LoadsAsked(Schema):
    """Which page."""

    after: int | None = Field(None, ge=1, le=2**62)
    limit: int = Field(50, ge=1, le=200)


class LoadPage(Schema):
    """A page, the newest first; `next` is the address of the following one."""

    items: list[LoadOut]
    next: str | None


class FindingOut(Schema):
    """A sort of untidiness, how many there are, and the first of them; items that seem to be one stand in one group."""

    key: str
    title: str
    advice: str
    count: int
    groups: list[list[ItemRef]]


class ItemFile(Schema):
    """A document of an item."""

    uuid: UUID
    title: str
    bytes: int
    media_type: str
    at: datetime


def _types(person: Person) -> QuerySet[CIType]:
    return CIType.objects.filter(institution_id=person.institution_id).select_related("parent__parent__parent")


def _type(row: CIType) -> dict[str, Any]:
    blank = {"required": False, "choices": [], "to": "", "unit": "", "help": "", "kind": "text"}
    return {n: getattr(row, n) for n in ("slug", "label", "plural", "icon", "order", "active")} | {
        "parent": row.parent.slug if row.parent else None, "attributes": [blank | a for a in row.attributes]}


def _type_draft(person: Person, data: ItemTypeIn) -> TypeDraft:
    parent = _types(person).filter(slug=data.parent).first() if data.parent else None
    if data.parent and parent is None:
        raise Refused(_("Ese tipo de elemento no existe."), "parent")
    own = [Attribute(a.name or name_for(a.label), a.label, a.kind, a.required, tuple(a.choices), a.to, a.unit, a.help)
           for a in data.attributes]
    return TypeDraft(data.label, data.plural or data.label, data.icon, parent, data.order, data.active, own)


def _saved(person: Person, kind: CIType | None, data: ItemTypeIn) -> CIType:
    try:
        return save_type(actor=person, kind=kind, draft=_type_draft(person, data))
    except IntegrityError:
        raise Refused(_("Ya hay un tipo con ese nombre."), "label") from None


@cmdb.router.post("/ci-types", response={201: KeptItemType, **CHANGES}, auth=KEEP, operation_id="add_ci_type",
             summary="Agregar un tipo de elemento con sus datos propios")
def add_type(request: HttpRequest, data: ItemTypeIn) -> Any:
    """By who keeps the catalogues."""
    person = actor(request)
    return 201, _type(_types(person).get(pk=_saved(person, None, data).pk))


@router.post("/ci-types/standard", response={200: Installed, **CHANGES}, auth=KEEP, operation_id="install_ci_types",
             summary="Agregar los tipos y relaciones usuales que falten")
def standard(request: HttpRequest) -> Any:
    """Those that there are stay as they are."""
    person = actor(request)
    return {"added": install_standard(actor=person, institution=person.institution)}


@router.get("/ci-types/{slug}", response={200: KeptItemType, 304: None, **READS}, auth=TYPE, operation_id="get_ci_type",
            summary="Un tipo de elemento, para quien mantiene los catálogos")
def one_type(request: HttpRequest, response: HttpResponse, slug: str) -> Any:
    """With `ETag`."""
    return told(request, response, _type(_types(actor(request)).get(slug=slug)))


@router.put("/ci-types/{slug}", response={200: KeptItemType, **CHECKED}, auth=KEEP, operation_id="change_ci_type",
            summary="Cambiar un tipo entero; los valores de datos que pierde se quedan en los elementos")
def change_type(request: HttpRequest, response: HttpResponse, slug: str, data: ItemTypeIn) -> Any:
    """`If-Match` refuses (412) when it changed meanwhile."""
    person = actor(request)
    row = _types(person).get(slug=slug)
    return changed(request, response, row, lambda: _type(_types(person).get(pk=row.pk)), lambda: _saved(person, row, data))


@router.post("/ci-loads/plan", response={200: LoadPlan, **CHANGES}, auth=WRITE, operation_id="plan_ci_load",
             summary="Qué haría un archivo de elementos o de relaciones (multipart); no escribe nada")
def plan(request: HttpRequest, file: File[UploadedFile], what: Form[What] = "items") -> Any:
    """CSV or XLSX. Its `digest` confirms it in `/ci-loads`."""
    person = actor(request)
    return _plan(plan_load(person.institution, what, file.read(MAX_BYTES + 1)))


def _plan(found: Plan) -> dict[str, Any]:
    lines = [{"what": c.what, "line": c.line, "name": c.name, "code": c.code, "differences": [[str(x) for x in d] for d in c.differences]}
             for c in found.changes[:1000]]
    return {"what": found.what, "digest": found.digest, "added": len(found.of("add")), "changed": len(found.changes) - len(found.of("add")),
            "unchanged": found.unchanged, "repeated": found.repeated, "unused": list(found.unused), "changes": lines,
            "problems": [{"line": p.line, "text": p.text} for p in found.problems[:1000]]}


@router.post("/ci-loads", response={201: LoadDetail, **CHANGES}, auth=WRITE, operation_id="apply_ci_load",
             summary="Aplicar un archivo que se revisó, todo o nada (multipart)")
def apply(request: HttpRequest, file: File[UploadedFile], digest: Form[str], what: Form[What] = "items") -> Any:
    """422 when it is no longer what was confirmed. With `Idempotency-Key` a repetition returns the same load, for ever."""
    person = actor(request)
    made = apply_load(actor=person, institution=person.institution, file=LoadFile(
        what, file.name or "archivo", file.read(MAX_BYTES + 1), digest, key_of(request) or uuid4()))
    return 201, _load(_loads(person).get(pk=made.pk)) | {"obstacles": obstacles(made)}


def _loads(person: Person) -> QuerySet[CILoad]:
    return CILoad.objects.filter(institution_id=person.institution_id).select_related("person", "undone_by")


def _load(row: CILoad) -> dict[str, Any]:
    plain = ("uuid", "what", "filename", "digest", "at", "added", "changed", "unchanged", "undone_at")
    return {n: getattr(row, n) for n in plain} | {
        "id": row.pk, "person": shapes.person_ref(row.person), "undone_by": shapes.person_ref(row.undone_by)}


@router.get("/ci-loads", response={200: LoadPage, **READS}, auth=KEPT, operation_id="list_ci_loads", summary="Archivos que se aplicaron")
def loads(request: HttpRequest, asked: Query[LoadsAsked]) -> Any:
    """For who keeps the configuration."""
    rows = _loads(actor(request)).order_by("-pk")
    found = list((rows.filter(pk__lt=asked.after) if asked.after else rows)[:asked.limit + 1])
    shown = found[:asked.limit]
    return {"items": [_load(r) for r in shown], "next": next_page(request, shown[-1].pk if len(found) > asked.limit else None)}


@router.get("/ci-loads/{int:load}", response={200: LoadDetail, **READS}, auth=KEPT, operation_id="get_ci_load",
            summary="Un archivo que se aplicó, y si se puede deshacer")
def load_of(request: HttpRequest, load: int) -> Any:
    """For who keeps the configuration."""
    row = _loads(actor(request)).get(pk=small(load))
    return _load(row) | {"obstacles": obstacles(row)}


@router.post("/ci-loads/{int:load}/undo", response={200: LoadDetail, **CHANGES}, auth=WRITE, operation_id="undo_ci_load",
             summary="Deshacer un archivo completo")
def undo(request: HttpRequest, load: int) -> Any:
    """409 names what came after it; then nothing is undone."""
    person = actor(request)
    row = _loads(person).get(pk=small(load))
    undo_load(actor=person, load=row)
    fresh = _loads(person).get(pk=row.pk)
    return _load(fresh) | {"obstacles": obstacles(fresh)}


@router.get("/ci-findings", response={200: list[FindingOut], **READS}, auth=TIDY, operation_id="list_ci_findings",
            summary="Qué hay que ordenar: elementos repetidos, sin responsable, sin relaciones…")
def tidy(request: HttpRequest) -> Any:
    """The first 100 of each sort."""
    person = actor(request)
    return [{"key": f.slug, "title": f.title, "advice": f.advice, "count": f.count, "groups": _groups(f)} for f in findings(person)]


def _groups(one: Finding) -> list[list[dict[str, Any]]]:
    return [[_ref(i) for i in (row if isinstance(row, list) else [row])] for row in one.items]


def _ref(item: ConfigurationItem) -> dict[str, Any]:
    return {"uuid": item.uuid, "name": item.name, "code": item.code}


@router.get("/cis/{uuid}/label.pdf", response={200: bytes, **READS}, auth=READ, operation_id="print_ci_label", openapi_extra=PDF,
            summary="La etiqueta con QR de un elemento")
def label(request: HttpRequest, uuid: UUID) -> Any:
    """A page of 9 x 4 cm."""
    return HttpResponse(label_pdf([item_of(actor(request), uuid)]), content_type="application/pdf", headers={
        "Content-Disposition": f'attachment; filename="etiqueta-{uuid}.pdf"', "X-Content-Type-Options": "nosniff"})


def _file(version: DocumentVersion) -> dict[str, Any]:
    return {"uuid": version.document.uuid, "title": version.document.title, "bytes": version.blob.size,
            "media_type": version.blob.media_type, "at": version.created_at}


@router.get("/cis/{uuid}/documents", response={200: list[ItemFile], **READS}, auth=READ, operation_id="list_ci_documents",
            summary="Los documentos de un elemento")
def files(request: HttpRequest, uuid: UUID) -> Any:
    """The newest first, each in its newest version."""
    return [_file(version) for _document, version in documents_of(item_of(actor(request), uuid)) if version]


@router.post("/cis/{uuid}/documents", response={201: list[ItemFile], **CHANGES}, auth=WRITE, operation_id="add_ci_document",
             summary="Agregar un documento a un elemento (multipart)")
def add_file(request: HttpRequest, uuid: UUID, file: File[UploadedFile]) -> Any:
    """By who keeps the configuration. Answers with every document of the item."""
    person = actor(request)
    item = item_of(person, uuid)
    add_documents(actor=person, item=item, files=[file])
    return 201, [_file(version) for _document, version in documents_of(item) if version]


@router.get("/cis/{uuid}/documents/{document}", response={200: bytes, **READS}, auth=READ, operation_id="download_ci_document",
            summary="Descargar un documento de un elemento", openapi_extra={"responses": {"200": {"description": "OK", "content": {
                "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}}})
def download(request: HttpRequest, uuid: UUID, document: UUID) -> Any:
    """As it arrived; the log says who took it."""
    person = actor(request)
    item = item_of(person, uuid)
    version = version_of(item, document)
    if version is None:
        raise DocumentVersion.DoesNotExist
    return downloads.download(version, actor=person, item=item.pk, by="api")


@router.delete("/cis/{uuid}/documents/{document}", response={204: None, **CHANGES}, auth=WRITE, operation_id="remove_ci_document",
               summary="Quitar un documento que se agregó por error")
def remove(request: HttpRequest, uuid: UUID, document: UUID) -> Any:
    """409 when it is not there any more."""
    person = actor(request)
    remove_document(actor=person, item=item_of(person, uuid), uuid=document)
    return 204, None
