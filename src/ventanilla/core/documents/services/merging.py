"""Several files as one PDF, for the whole digital file of a matter."""
import logging
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from ventanilla.core.documents import problems, sandbox, storage
from ventanilla.core.documents.models import DocumentVersion, State
from ventanilla.core.documents.problems import DocumentError

logger = logging.getLogger(__name__)


@contextmanager
def merge_pdf(versions: Sequence[DocumentVersion], extra: Sequence[tuple[str, Path]] = ()) -> Iterator[Path]:
    """A PDF with the pages of all versions, in order; `extra` are (title, PDF path) put before them (cover,
    log).

    PDFs and pictures become pages (searchable where they were recognised), with a bookmark each; anything
    else becomes a cover sheet with name, type, size and SHA-256, and the file is attached. The file is gone
    after the `with`. Raises NotServed (not scanned, quarantined) and DocumentError when it cannot be made
    within the limits.
    """
    for version in versions:
        if version.state == State.INFECTED or version.blob.quarantined:
            raise problems.quarantined()
        if not version.served:
            raise problems.not_scanned_yet()
    outcome = sandbox.Outcome()
    with ExitStack() as stack:
        folder = stack.enter_context(sandbox.folder())
        parts = [_extra(title, path) for title, path in extra] + [_part(stack, v) for v in versions]
        inputs = [Path(part["path"]) for part in parts]
        for _message in sandbox.run("merge", folder=folder, inputs=inputs, outcome=outcome, parts=parts):
            pass
        if outcome.exit:
            logger.warning("documents: merge: %s %s", outcome.problem, outcome.error)
        merged = folder / "merged.pdf"
        if outcome.exit or merged.is_symlink() or not merged.is_file():
            raise DocumentError(_("No se pudo armar el expediente en un solo PDF: es demasiado grande. "
                                  "Descárguelo como ZIP."))
        yield merged


def _extra(title: str, path: Path) -> dict[str, Any]:
    return {"path": str(path), "media_type": "application/pdf", "name": path.name, "title": title,
            "cover": {"heading": title, "explanation": "", "rows": []}}


def _part(stack: ExitStack, version: DocumentVersion) -> dict[str, Any]:
    blob = version.searchable or version.blob
    path = stack.enter_context(storage.local_copy(blob.sha256))
    return {"path": str(path), "media_type": blob.media_type, "name": version.filename,
            "title": version.document.title, "cover": _cover(version)}


def _cover(version: DocumentVersion) -> dict[str, Any]:
    return {
        "heading": _("Archivo adjunto"),
        "explanation": _(
            "Este archivo no tiene páginas que imprimir. Va adjunto a este PDF, tal como se recibió."),
        "rows": [
            [_("Nombre"), version.filename], [_("Tipo"), version.type_label],
            [_("Tamaño"), _("{size} bytes").format(size=number_format(version.blob.size,
                                                                      force_grouping=True))],
            [_("SHA-256"), version.blob.sha256],
        ],
    }
