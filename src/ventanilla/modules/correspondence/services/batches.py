"""A scanned batch becomes documents: the QR separator sheets tell where each one begins."""
import tempfile
from pathlib import Path

import pikepdf
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from ventanilla.core.documents.models import DocumentVersion
from ventanilla.core.documents.problems import DocumentError
from ventanilla.core.documents.services import FileDraft, open_version, split_by_separators, store
from ventanilla.core.notices.services.telling import NoticeDraft, notify
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.modules.correspondence.models import Batch, Upload


def split_batch(*, actor: Person, upload: Upload) -> list[Upload]:
    """Split a waiting PDF at its separator sheets; the parts take its place in the stack.

    Without separators, or with nothing between them, the upload stays as it is and none are made. Raises Refused when the PDF
    cannot be read.
    """
    version = upload.document.latest
    if version.blob.media_type != "application/pdf":
        return []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lote.pdf"
        try:
            with open_version(version) as stream:
                path.write_bytes(stream.read())
            ranges = split_by_separators(path)
        except DocumentError as problem:
            raise Refused(problem.message, "files") from problem
        return _parts(actor, upload, path, ranges)


def split_clean(version: DocumentVersion) -> bool:
    """Split a version that was just found clean, when it is a batch that waits for it; whether it was split.

    One without separators stays whole, and its person is told why.
    """
    waiting = Upload.objects.filter(document=version.document_id, case=None, separators=True)
    upload = waiting.select_related("person", "unit", "document").first()
    if upload is None:
        return False
    try:
        if split_batch(actor=upload.person, upload=upload):
            return True
        why = _("No se encontró en él ninguna hoja separadora entera junto a un documento. Revise que su código salga completo y súbalo "
                "otra vez.")
    except Refused as refusal:
        why = refusal.message
    Upload.objects.filter(pk=upload.pk).update(separators=False)
    notify(recipients=[upload.person_id], draft=NoticeDraft(
        "system", _("«%(name)s» quedó en la pila sin separar") % {"name": str(upload.document)[:120]}, f"batch:{upload.pk}", why,
        url=reverse("letter_stack")))
    return False


def _parts(actor: Person, upload: Upload, path: Path, ranges: list[range]) -> list[Upload]:
    stem = Path(upload.document.title).stem
    drafts = []
    with pikepdf.open(path) as whole:
        if sum(map(len, ranges)) in (0, len(whole.pages)):
            return []
        for n, pages in enumerate(ranges, 1):
            part = path.with_name(f"{n:03d}.pdf")
            with pikepdf.new() as target:
                target.pages.extend(whole.pages[number - 1] for number in pages)
                target.save(part)
            drafts.append(FileDraft(f"{stem} {n:03d}.pdf", part, title=_("%(name)s, documento %(n)s") % {"name": stem, "n": n}))
    with transaction.atomic():
        batch = Batch.objects.create(institution_id=upload.institution_id, unit=upload.unit, person=actor, name=stem[:120])
        versions = store(actor=actor, files=drafts)
        parts = Upload.objects.bulk_create(
            Upload(institution_id=upload.institution_id, unit=upload.unit, person=actor, batch=batch, document=v.document)
            for v in versions)
        upload.delete()
    return parts
