"""Correspondence as parts of a package: types of document and templates of letters (with their office file)."""
import hashlib
import io
from collections.abc import Iterator
from uuid import NAMESPACE_URL, uuid5

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from ventanilla.core.documents.models import Document, DocumentVersion
from ventanilla.core.documents.problems import DocumentError
from ventanilla.core.documents.services import FileDraft, open_version, store
from ventanilla.core.exports.packaging import Installing, PackagePart, Piece, register_part
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Institution
from ventanilla.core.orgs.services.setup import Refused, require
from ventanilla.modules.correspondence.models import LetterTemplate, LetterType

TYPES, TEMPLATES = "letter-types", "letter-templates"


def register() -> None:
    """Called when the process starts."""
    register_part(PackagePart(TYPES, _("Correspondencia: tipos de documento"), 50, types, install_type))
    register_part(PackagePart(TEMPLATES, _("Correspondencia: plantillas de oficio"), 51, templates, install_template))


def types(institution: Institution) -> Iterator[Piece]:
    """Active types of document with their usual term."""
    for row in LetterType.objects.filter(institution=institution, active=True):
        yield Piece(TYPES, slugify(row.name), row.name, {"name": row.name, "amount": row.amount, "order": row.order})


def install_type(here: Installing, piece: Piece) -> None:
    """A type of document, or the term of the one there."""
    require(here.actor, cap.ADMIN_CATALOGUES)
    data = piece.data
    LetterType.objects.update_or_create(institution=here.institution, name=data["name"], defaults={
        "amount": data["amount"], "order": data["order"], "active": True})


def templates(institution: Institution) -> Iterator[Piece]:
    """Active templates that hold for the whole institution; an office file travels with its contents."""
    for row in LetterTemplate.objects.filter(institution=institution, active=True, unit=None).select_related("document").order_by("pk"):
        files = _content(row.document) if row.document else {}
        if row.document and not files:
            continue
        yield Piece(TEMPLATES, slugify(row.name), row.name, {
            "name": row.name, "engine": row.engine, "body": row.body, "file": next(iter(files), None),
            "title": row.document.title if row.document else ""}, files=files)


def _content(document: Document) -> dict[str, bytes]:
    """The newest version by its SHA-256; nothing while it may not be handed out."""
    version = DocumentVersion.objects.filter(document=document).select_related("blob").latest_only().first()
    if version is None:
        return {}
    try:
        with open_version(version) as file:
            content = file.read()
    except (DocumentError, FileNotFoundError):
        return {}
    return {hashlib.sha256(content).hexdigest(): content}


def install_template(here: Installing, piece: Piece) -> None:
    """A template of the institution, or new text and file for the one of its name."""
    require(here.actor, cap.ADMIN_CATALOGUES)
    data = piece.data
    row = next((t for t in LetterTemplate.objects.filter(institution=here.institution, unit=None) if slugify(t.name) == piece.key), None)
    row = row or LetterTemplate(institution=here.institution, name=data["name"])
    row.engine, row.body, row.active = data["engine"], data["body"], True
    row.document = _stored(here, data["file"], data["title"]) if data["file"] else None
    row.save()


def _stored(here: Installing, sha: str, title: str) -> Document:
    key = uuid5(NAMESPACE_URL, f"ventanilla:package:{here.institution.pk}:{sha}")
    try:
        return store(actor=here.actor, files=[FileDraft(title or "plantilla.docx", io.BytesIO(here.files[sha]), uuid=key)])[0].document
    except DocumentError as problem:
        raise Refused(problem.message) from problem
