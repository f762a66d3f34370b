"""Handing out what is stored. The right to read is asked of the case, in `web`, before these are called."""
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from ventanilla.core.documents import problems, storage
from ventanilla.core.documents.models import Blob, DocumentVersion, Page, PendingFile, State
from ventanilla.core.documents.text import PageText


def _opened(version: DocumentVersion, blob: Blob | None) -> IO[bytes]:
    if version.state == State.INFECTED or version.blob.quarantined:
        raise problems.quarantined()
    if not version.served:
        raise problems.not_scanned_yet()
    if blob is None:
        raise FileNotFoundError(version.pk)
    return storage.opened(blob.sha256)


def open_version(version: DocumentVersion) -> IO[bytes]:
    """The bytes as they arrived, to be served as attachment with nosniff. Raises NotServed: not scanned,
    quarantined."""
    return _opened(version, version.blob)


def open_searchable(version: DocumentVersion) -> IO[bytes]:
    """The searchable PDF: the one with our text layer, else the PDF itself. Raises NotServed,
    FileNotFoundError."""
    own = version.blob if version.blob.media_type == "application/pdf" else None
    return _opened(version, version.searchable or own)


def open_preview(version: DocumentVersion, number: int) -> IO[bytes]:
    """The JPEG picture of a page, at most 1000 px wide. Raises NotServed, FileNotFoundError."""
    page = Page.objects.select_related("preview").filter(version=version, number=number).first()
    return _opened(version, page.preview if page else None)


def open_thumbnail(version: DocumentVersion) -> IO[bytes]:
    """The JPEG picture of the first page, 240 px wide. Raises NotServed, FileNotFoundError."""
    return _opened(version, version.thumbnail)


def pages(version: DocumentVersion) -> Iterator[PageText]:
    """The pages that have been read, in order, as `PageText`; read from the database in small steps."""
    for page in version.pages.order_by("number").iterator(chunk_size=50):
        yield page.page_text


def text_of(version: DocumentVersion, limit: int = 1_000_000) -> str:
    """The text of all pages, a form feed between them, at most `limit` letters."""
    parts, left = [], limit
    for text in version.pages.order_by("number").values_list("text", flat=True).iterator(chunk_size=50):
        parts.append(text[:left])
        left -= len(text) + 1
        if left <= 0:
            break
    return "\f".join(parts)


def sweep(*, older_than: float = 86_400.0) -> int:
    """Remove files that no row speaks of (an upload whose transaction never ended, a form that was never sent again); returns how many.

    Only local storage, only files untouched for `older_than` seconds (one day).
    """
    root = storage.local_root()
    if root is None or not root.is_dir():
        return 0
    old = [path for path in root.glob("incoming/up-*") if _age(path) > older_than]
    for folder in root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]"):
        names = {path.name: path for path in folder.iterdir() if _age(path) > older_than}
        known = {row.sha256 for kind in (Blob, PendingFile) for row in kind.objects.filter(sha256__in=list(names)).only("sha256")}
        old += [path for name, path in names.items() if name not in known]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
