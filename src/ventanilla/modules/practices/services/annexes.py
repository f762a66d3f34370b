"""The annex of the official form: pictures, certificates, recognitions, results from outside. What cannot be printed is named.

Printed is the picture of a file's first page that the confined reading of documents made (JPEG, upright by its EXIF data, at most 1,000 px
wide): nothing that somebody sent is decoded here. The caption is also the text that says the picture to whoever does not see it (PDF/UA-1).
With `originals` the files themselves go along, to come back when the form is imported (`carrying.py`).
"""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from django.utils.translation import gettext as _

from ventanilla.core.documents.models import DocumentVersion, Page
from ventanilla.core.documents.models import State as Reading
from ventanilla.core.documents.problems import DocumentError
from ventanilla.core.documents.services import open_preview, open_version
from ventanilla.core.questionnaires.definition import digest_of
from ventanilla.modules.practices.models import EvidenceFile, ExternalResult, Practice
from ventanilla.modules.practices.services.evidence_files import newest_versions

MOST: Final = 40
MOST_BYTES: Final = 12 * 2**20
"""Pictures, and bytes of pictures, that one PDF prints."""
MOST_FILES: Final = 99
MOST_CARRIED: Final = 20 * 2**20
"""Files, and bytes of files, that go along inside one form."""
PICTURES: Final = (b"\xff\xd8\xff", b"\x89PNG")


@dataclass(frozen=True)
class Annexed:
    """A file of the evidence as it is printed; without `picture`, `why` says in a sentence what is missing. `sha256` of the whole file.

    `entry` is what the record says of it, in `part` (evidence, results); `original` its bytes, where they go along.
    """

    caption: str
    kind: str
    filename: str
    sha256: str
    picture: bytes | None = None
    why: str = ""
    pages: int = 1
    part: str = "evidence"
    entry: Mapping[str, Any] = field(default_factory=dict)
    media_type: str = "application/octet-stream"
    original: bytes | None = None


def annex_of(practice: Practice, *, everything: bool, originals: bool = False) -> list[Annexed]:
    """The evidence in its order, then results from outside; without `everything` only what is published (no results).

    Six queries, and one more for each picture. With `originals` the files go along while they fit (MOST_FILES, MOST_CARRIED).
    """
    rows = list((practice.evidence.all() if everything else practice.evidence.filter(public=True)).select_related("document"))
    results = list(practice.results.select_related("document")) if everything else []
    versions = newest_versions([*(row.document_id for row in rows), *(row.document_id for row in results if row.document_id)])
    printed = set(Page.objects.filter(version__in=[v.pk for v in versions.values()], number=1, preview__isnull=False)
                  .values_list("version_id", flat=True))
    found: list[Annexed] = []
    left = MOST_BYTES
    for row in rows:
        one = _annexed(row, versions.get(row.document_id), printed, left if sum(1 for a in found if a.picture) < MOST else 0)
        left -= len(one.picture or b"")
        found.append(one)
    found += [_awarded(row, versions.get(row.document_id or 0)) for row in results]
    return _with_originals(found, {v.blob.sha256: v for v in versions.values()}) if originals else found


def _annexed(row: EvidenceFile, version: DocumentVersion | None, printed: set[int], room: int) -> Annexed:
    entry = {"caption": row.caption, "kind": row.kind, "order": row.order, "public": row.public}
    if version is None:
        return Annexed(row.caption, row.get_kind_display(), row.document.title, "", why=_("No hay archivo."))
    picture, why = _picture(version, printed, room)
    return Annexed(row.caption, row.get_kind_display(), version.filename, version.blob.sha256, picture, why, version.page_count,
                   entry=entry, media_type=version.blob.media_type)


def _awarded(row: ExternalResult, version: DocumentVersion | None) -> Annexed:
    """A result or award in one sentence: it has no picture."""
    place = _("lugar %(place)s de %(of)s") % {"place": row.place, "of": row.of} if row.of else ""
    value = f"{row.value.normalize():f} {row.unit_label}".strip() if row.value is not None else ""
    said = ", ".join(filter(None, (f"{row.title}. {row.body}", str(row.year), place, value)))
    entry = {"kind": row.kind, "title": row.title, "body": row.body, "year": row.year, "place": row.place, "of": row.of,
             "value": None if row.value is None else str(row.value), "unit_label": row.unit_label}
    file = (version.filename, version.blob.sha256) if version else ("", "")
    return Annexed(said, row.get_kind_display(), *file, why=_("Se nombra, no se imprime."), part="results", entry=entry,
                   media_type=version.blob.media_type if version else "")


def _with_originals(annex: Sequence[Annexed], versions: Mapping[str, DocumentVersion]) -> list[Annexed]:
    """The same with the bytes of each file that may be handed out and still fits; equal files go along once for each that names them."""
    left, found = MOST_CARRIED, list[Annexed]()
    for one in annex:
        version = versions.get(one.sha256)
        room = sum(a.original is not None for a in found) < MOST_FILES
        data = _bytes(version) if version and version.served and room and version.blob.size <= left else None
        left -= len(data or b"")
        found.append(replace(one, original=data))
    return found


def _bytes(version: DocumentVersion) -> bytes | None:
    try:
        with open_version(version) as stream:
            return stream.read()
    except (DocumentError, OSError):
        return None


def annex_record(annex: Sequence[Annexed]) -> tuple[dict[str, Any], dict[str, Annexed]]:
    """What the canonical record says of the annex, and the files that go along by their name inside.

    {"evidence": [{file, filename, sha256, caption, kind, order, public}], "results": [{file, filename, sha256, kind, title, body, year,
    place, of, value, unit_label}], "annex_digest"}; `file` is "" for one that does not go along.
    """
    parts: dict[str, list[dict[str, Any]]] = {"evidence": [], "results": []}
    files: dict[str, Annexed] = {}
    for one in annex:
        name = _name(len(files) + 1, one.filename) if one.original is not None else ""
        if name:
            files[name] = one
        if one.entry:
            parts[one.part].append({"file": name, "filename": one.filename, "sha256": one.sha256, **one.entry})
    return (parts | {"annex_digest": digest_of(parts)} if any(parts.values()) else {}), files


def _name(number: int, filename: str) -> str:
    extension = "".join(c for c in filename.rpartition(".")[2].lower() if c.isascii() and c.isalnum())[:8]
    return f"evidencia-{number:02}.{extension or 'bin'}"


def _picture(version: DocumentVersion, printed: set[int], room: int) -> tuple[bytes | None, str]:
    """The picture of the first page, or why there is none."""
    if version.pk not in printed:
        return None, _reason(version)
    if room <= 0:
        return None, _("No cupo: se imprimen hasta %(n)s imágenes.") % {"n": MOST}
    try:
        with open_preview(version, 1) as stream:
            data = stream.read(room + 1)
    except DocumentError as problem:
        return None, problem.message
    except OSError:
        return None, _("La imagen no se encontró en el almacén.")
    if len(data) > room:
        return None, _("No cupo: las imágenes de un formulario pesan en total hasta %(n)s MB.") % {"n": MOST_BYTES // 2**20}
    return (data, "") if data.startswith(PICTURES) else (None, _("La imagen está dañada."))


def _reason(version: DocumentVersion) -> str:
    if version.reason:
        return version.reason
    if version.state in (Reading.RECEIVED, Reading.SCANNING, Reading.CLEAN, Reading.PROCESSING):
        return _("Todavía se está leyendo; vuelva a pedir el formulario en un momento.")
    return _("El archivo no tiene una imagen que imprimir.")


def annex_data(annex: Sequence[Annexed], *, pictures: bool = True) -> tuple[dict[str, Any], dict[str, bytes]]:
    """What the template reads, and its pictures by name. Without `pictures` each is named as one that could not be printed."""
    shown, missing = [], []
    files: dict[str, bytes] = {}
    for number, one in enumerate(annex):
        about = _("%(kind)s. Archivo «%(name)s», SHA-256 %(digest)s") % {
            "kind": one.kind, "name": one.filename, "digest": one.sha256[:16]} if one.sha256 else one.kind
        if one.picture and pictures:
            name = f"p{number}.{'png' if one.picture.startswith(PICTURES[1]) else 'jpg'}"
            files[name] = one.picture
            more = _(" (primera de %(n)s páginas)") % {"n": one.pages} if one.pages > 1 else ""
            shown.append({"file": name, "alt": one.caption, "caption": one.caption, "about": about + more})
        else:
            missing.append({"caption": one.caption, "about": about, "why": one.why or _("La imagen no se pudo imprimir.")})
    return {"pictures": shown, "missing": missing}, files
