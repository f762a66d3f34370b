"""The files that travel inside the official form: named with their digest in its record, and taken back only when all of them are as named.

A record says `evidence` and `results` (see `record_of`), each with the name of its file inside, and `annex_digest`, the SHA-256 of both as
canonical JSON. What does not agree is refused whole: the digests find a damaged or a changed file. They are no signature.
"""
import hashlib
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from ventanilla.core.documents.models import Document
from ventanilla.core.documents.services import FileDraft as Sent
from ventanilla.core.documents.services import store
from ventanilla.core.documents.services.attachments import Carried, carried_by
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.questionnaires.definition import digest_of
from ventanilla.modules.practices.form import generations
from ventanilla.modules.practices.models import EvidenceFile, ExternalResult, Practice
from ventanilla.modules.practices.services.annexes import MOST_CARRIED, MOST_FILES
from ventanilla.modules.practices.services.evidence_files import FileDraft, ResultDraft, add_evidence, add_result, newest_versions
from ventanilla.modules.practices.services.papers import RECORD, values_of_record

MOST_RECORD: Final = 4 * 2**20
FILE: Final = re.compile(r"evidencia-\d{2,3}\.[a-z0-9]{1,8}")
"""How files are named inside: nothing that could be a path."""
SHA256: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Brought:
    """What a file brought in its record: generation and values, and its annex with the bytes of each file by its name inside."""

    generation: str
    values: dict[str, Any]
    evidence: Sequence[Mapping[str, Any]] = ()
    results: Sequence[Mapping[str, Any]] = ()
    files: Mapping[str, bytes] | None = None

    @property
    def left_behind(self) -> bool:
        """Whether the record names a file that did not fit when the form was made."""
        return any(not one["file"] and one.get("sha256") for one in (*self.evidence, *self.results))


def brought_by(data: bytes) -> Brought | None:
    """The record of ours that a PDF or Word document carries, which a confined process opens; None when there is none, or it was altered.

    Raises Refused (Spanish) when its files are not exactly those that the record names.
    """
    return brought_of(opened(data))


def opened(data: bytes) -> Carried | None:
    """What a PDF or Word document carries, and what it says of itself."""
    return carried_by(data, RECORD, limit=MOST_RECORD, most=MOST_FILES, room=MOST_CARRIED)


def lost_by(found: Carried | None) -> int:
    """How many files a Word document of ours set out with (`words.about_of`), when it has no record of ours any more: Word and its like
    drop the parts that they do not know when they save, and keep what the document says of itself.
    """
    try:
        said = json.loads(found.about).get("files", 0) if found and found.about else 0
    except (ValueError, AttributeError, RecursionError):
        return 0
    return said if isinstance(said, int) and 0 < said <= MOST_FILES and brought_of(found) is None else 0


def brought_of(found: Carried | None) -> Brought | None:
    """As `brought_by`, of what was taken out already."""
    if found is None or not found.record:
        return None
    try:
        whole = json.loads(found.record)
        known = values_of_record(whole)
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
    if known is None or known[0] not in generations():
        return None
    if found.refused:
        raise Refused(_REFUSED[found.refused]() if found.refused in _REFUSED else _damaged())
    evidence, results = _entries(whole, "evidence"), _entries(whole, "results")
    _whole(whole, evidence, results, found)
    return Brought(*known, evidence, results, found.files)


def _damaged() -> str:
    return _("No se importó: lo que el formulario trae adentro está dañado y no se puede abrir. Pida que se lo envíen de nuevo.")


_REFUSED: Final = {
    "many": lambda: _("No se importó: el formulario trae adentro más de %(n)s archivos.") % {"n": MOST_FILES},
    "large": lambda: _("No se importó: los archivos que trae el formulario pasan de %(n)s MB.") % {"n": MOST_CARRIED // 2**20},
    "memory": lambda: _("No se importó: los archivos que trae el formulario crecen demasiado al abrirse."),
}


def _entries(whole: Mapping[str, Any], part: str) -> list[Mapping[str, Any]]:
    """The entries of one part, each as it must be. Raises Refused."""
    rows = whole.get(part, [])
    if not isinstance(rows, list) or len(rows) > 4 * MOST_FILES or not all(isinstance(r, dict) and _SOUND[part](r) for r in rows):
        raise Refused(_("No se importó: la lista de evidencias que trae el formulario no se entiende o fue modificada."))
    return rows


def _is_evidence(row: Mapping[str, Any]) -> bool:
    return (_is_file(row) and bool(row["sha256"]) and row.get("kind") in EvidenceFile.Kind.values and _words(row.get("caption"), 300)
            and isinstance(row.get("order"), int) and 0 <= row["order"] < 32_768 and isinstance(row.get("public"), bool))


def _is_result(row: Mapping[str, Any]) -> bool:
    numbers = all(row.get(key) is None or (isinstance(row[key], int) and 0 < row[key] < 32_768) for key in ("place", "of"))
    named = _words(row.get("title"), 200) and _words(row.get("body"), 200) and isinstance(row.get("unit_label"), str)
    return (_is_file(row) and row.get("kind") in ExternalResult.Kind.values and named and isinstance(row.get("year"), int) and numbers
            and _number(row.get("value")))


def _is_file(row: Mapping[str, Any]) -> bool:
    """Whether its file is named as ours are, or not there ("")."""
    texts = [row.get(key) for key in ("file", "filename", "sha256")]
    if not all(isinstance(text, str) for text in texts):
        return False
    digest = not row["sha256"] or bool(SHA256.fullmatch(row["sha256"]))
    return digest and (not row["file"] or bool(FILE.fullmatch(row["file"]) and row["sha256"]))


def _words(text: Any, most: int) -> bool:
    return isinstance(text, str) and len(text.strip()) > 0 and len(text) <= most


def _number(text: Any) -> bool:
    try:
        return text is None or (isinstance(text, str) and len(text) < 30 and Decimal(text).is_finite())
    except InvalidOperation:
        return False


_SOUND: Final = {"evidence": _is_evidence, "results": _is_result}


def _whole(record: Mapping[str, Any], evidence: list[Mapping[str, Any]], results: list[Mapping[str, Any]], found: Carried) -> None:
    """Raise Refused unless the files are those that the record names, all of them and nothing else."""
    if (evidence or results) and record.get("annex_digest") != digest_of({"evidence": evidence, "results": results}):
        raise Refused(_("No se importó: la lista de evidencias que trae el formulario no se entiende o fue modificada."))
    named = {row["file"]: row for row in (*evidence, *results) if row["file"]}
    if strange := next((name for name in found.files if name not in named), ""):
        raise Refused(_("No se importó: el formulario trae adentro un archivo que su registro no nombra: «%(name)s».")
                      % {"name": strange[:80]})
    for name, row in named.items():
        if name not in found.files:
            raise Refused(_("No se importó: falta adentro del formulario el archivo «%(name)s».") % {"name": row["filename"][:80]})
        if hashlib.sha256(found.files[name]).hexdigest() != row["sha256"]:
            raise Refused(_("No se importó: el archivo «%(name)s» que trae el formulario no es el que su registro nombra "
                            "(su huella no coincide).") % {"name": row["filename"][:80]})


# --- into a practice --------------------------------------------------------------------------------------------


@transaction.atomic
def take_in(*, actor: Person, practice: Practice, brought: Brought) -> int:
    """Add what was brought to the practice's evidence; returns how many files. Each is stored and checked like any upload.

    A file that the practice has already, by its digest, is not added again. Raises NotAllowed, Refused, FileRefused.
    """
    shown = _digests(practice.evidence.values_list("document_id", flat=True))
    named = set(practice.results.values_list("kind", "title", "body", "year"))
    pictures = _once([row for row in brought.evidence if row["file"]], set(shown))
    results = [row for row in brought.results if (row["kind"], row["title"], row["body"], row["year"]) not in named]
    known = shown | _digests(practice.results.exclude(document=None).values_list("document_id", flat=True))
    proofs = _once([row for row in results if row["file"]], {*known, *(row["sha256"] for row in pictures)})
    fresh = _stored(actor, [*pictures, *proofs], brought.files or {})
    if pictures:
        add_evidence(actor=actor, practice=practice, drafts=[
            FileDraft(fresh[row["sha256"]], row["caption"], row["kind"], row["order"], row["public"]) for row in pictures])
    for row in results:
        add_result(actor=actor, practice=practice, draft=_result(row, (known | fresh).get(row["sha256"])))
    return len(fresh)


def _digests(documents: Iterable[int]) -> dict[str, Document]:
    return {v.blob.sha256: v.document for v in newest_versions([*documents]).values()}


def _once(rows: Sequence[Mapping[str, Any]], seen: set[str]) -> list[Mapping[str, Any]]:
    """Those whose digest was not seen before, each digest once."""
    first = {row["sha256"]: row for row in reversed(rows)}
    return [row for row in rows if first[row["sha256"]] is row and row["sha256"] not in seen]


def _stored(actor: Person, rows: Sequence[Mapping[str, Any]], files: Mapping[str, bytes]) -> dict[str, Document]:
    """New documents by their digest."""
    sent = [Sent(row["filename"], io.BytesIO(files[row["file"]]), title=row.get("caption") or row["title"]) for row in rows]
    return {row["sha256"]: v.document for row, v in zip(rows, store(actor=actor, files=sent), strict=True)} if sent else {}


def _result(row: Mapping[str, Any], document: Document | None) -> ResultDraft:
    value = Decimal(row["value"]) if row["value"] is not None else None
    return ResultDraft(row["title"], row["body"], row["year"], row["kind"], row["place"], row["of"], value, row["unit_label"], document)


