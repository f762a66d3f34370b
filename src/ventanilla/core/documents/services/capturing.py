"""Photos of the pages of one paper become one document: the photos as its first versions, then one PDF of them all.

The PDF is read like any scan (uneven light, skew, text layer). A photo's bytes stand unchanged in its version, and a
JPEG also inside the PDF.
"""
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from time import monotonic
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import Line, record_many
from ventanilla.core.documents import antivirus, sandbox, storage
from ventanilla.core.documents.models import Document, DocumentVersion, State
from ventanilla.core.documents.problems import DocumentError, ScannerDown
from ventanilla.core.documents.services.intake import FileDraft, _blobs, _Kept, _kept, _versions, clean_name
from ventanilla.core.orgs.models import Person

MOST_PHOTOS: Final = 200


def store_capture(*, actor: Person, photos: Sequence[FileDraft], title: str, uuid: UUID) -> DocumentVersion:
    """One document of the actor's institution from photos in this order; its newest version is the PDF, to be read.

    The same uuid again gives the same document. Raises DocumentError (Spanish): a file that is no photo, infected, too many.
    """
    known = DocumentVersion.objects.select_related("document").filter(
        document__uuid=uuid, document__institution_id=actor.institution_id).order_by("-number").first()
    if known:
        return known
    if not 1 <= len(photos) <= MOST_PHOTOS:
        raise DocumentError(_("Un documento admite de 1 a %(n)s fotos; envíelas en partes.") % {"n": MOST_PHOTOS})
    with ExitStack() as stack:
        kept = [stack.enter_context(_kept(photo)) for photo in photos]
        end = monotonic() + antivirus.PAGE + len(kept)
        for each in kept:
            _checked(each, end)
        merged = stack.enter_context(_kept(FileDraft(clean_name(f"{title}.pdf"), _merged(stack, kept))))
        with transaction.atomic():
            document = Document.objects.create(
                institution_id=actor.institution_id, uuid=uuid, created_by=actor, title=title[:300], role="scan")
            _originals(actor, document, kept)
            return _versions(actor, [(document, merged)], _blobs([merged]), {document.pk: len(kept) + 1})[0]


def _checked(kept: _Kept, end: float) -> None:
    """Before anything opens it: a picture, and clean where a scanner is configured, as long as a page may wait for it."""
    name = kept.draft.name
    if not kept.media_type.startswith("image/") or kept.media_type == "image/svg+xml":
        raise DocumentError(_("«%(name)s» no es una foto; súbala como archivo.") % {"name": clean_name(name)})
    if not antivirus.configured():
        return
    try:
        with storage.opened(kept.incoming.sha256) as stream:
            found = antivirus.scan(stream, within=min(antivirus.PAGE, end - monotonic()))
    except ScannerDown:
        raise DocumentError(_("El antivirus no responde; intente de nuevo en unos minutos. No se guardó nada.")) from None
    if found:
        raise DocumentError(_("El antivirus encontró un problema en «%(name)s»; no se guardó nada.") % {"name": clean_name(name)})


def _merged(stack: ExitStack, kept: Sequence[_Kept]) -> Path:
    """The PDF, made in a confined child; gone with the stack."""
    folder = stack.enter_context(sandbox.folder())
    paths = [stack.enter_context(storage.local_copy(each.incoming.sha256)) for each in kept]
    parts = [{"path": str(path), "media_type": each.media_type, "name": clean_name(each.draft.name),
              "title": _("Hoja %(n)s") % {"n": n}, "cover": _cover(each)}
             for n, (each, path) in enumerate(zip(kept, paths, strict=True), 1)]
    outcome = sandbox.Outcome()
    for _message in sandbox.run("merge", folder=folder, inputs=paths, outcome=outcome, parts=parts):
        pass
    made = folder / "merged.pdf"
    if outcome.exit or made.is_symlink() or not made.is_file():
        raise DocumentError(_("No se pudieron juntar las fotos en un PDF: son demasiado grandes. Súbalas como archivos."))
    return made


def _cover(kept: _Kept) -> dict[str, object]:
    """What stands in the place of a photo that cannot be read; the photo itself is attached to that page."""
    return {"heading": _("Foto que no se pudo leer"), "rows": [[_("Nombre"), clean_name(kept.draft.name)]], "explanation": _(
        "La foto está dañada o en un formato que no se lee (HEIC). Va adjunta a este PDF tal como se recibió; tómela otra vez.")}


def _originals(actor: Person, document: Document, kept: Sequence[_Kept]) -> None:
    """Versions 1 to n: kept and never read by themselves, since the PDF is."""
    blobs = _blobs(kept)
    versions = DocumentVersion.objects.bulk_create(
        DocumentVersion(document=document, number=n, blob=blobs[each.incoming.sha256], filename=clean_name(each.draft.name),
                        created_by=actor, state=State.READY, processed_at=timezone.now())
        for n, each in enumerate(kept, 1))
    record_many([Line("documents.store", document.institution_id, f"document:{document.uuid}", actor.pk,
                      detail={"version": v.number, "sha256": v.blob.sha256, "bytes": v.blob.size, "type": v.blob.media_type},
                      personal={"filename": v.filename}) for v in versions])
