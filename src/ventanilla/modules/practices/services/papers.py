"""The official outputs of a practice: PDF with the canonical record attached, and the record itself as JSON; Word is in `words.py`."""
import logging
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _

from ventanilla.core.exports.typeset import TypesetError, typeset, typeset_many
from ventanilla.core.questionnaires.definition import canonical, digest_of
from ventanilla.modules.practices.form import printed
from ventanilla.modules.practices.form.printing import ANNEX
from ventanilla.modules.practices.models import Practice, PracticeRevision
from ventanilla.modules.practices.services.annexes import Annexed, annex_data, annex_record
from ventanilla.modules.practices.services.printing import printed_sections
from ventanilla.modules.practices.services.records import clean_values

RECORD: Final = "practica.json"
"""Name of the attached record: {"schema", "uuid", "generation", "revision", "values", "digest", and the annex}; see `record_of`."""
SCHEMA: Final = "ventanilla/buena-practica/1"
TEMPLATE: Final = "practices/practice.typ"
log = logging.getLogger(__name__)


def record_of(practice: Practice, revision: PracticeRevision, annex: Sequence[Annexed] = ()) -> dict[str, Any]:
    """The canonical record: what goes along in the PDF. `digest`: SHA-256 of `values` as canonical JSON; then what `annex_record` says."""
    values = clean_values(revision.values, revision.generation)
    return {"schema": SCHEMA, "uuid": str(practice.uuid), "generation": revision.generation, "revision": revision.number,
            "values": values, "digest": digest_of(values)} | annex_record(annex)[0]


def record_json(practice: Practice, revision: PracticeRevision, annex: Sequence[Annexed] = ()) -> str:
    """The record as text: sorted keys, no spaces, so that the same record is the same bytes."""
    return canonical(record_of(practice, revision, annex))


def practice_pdf(practice: Practice, revision: PracticeRevision, annex: Sequence[Annexed] = ()) -> bytes:
    """PDF/A-3a + PDF/UA-1 in the layout of its generation, with the annex of its evidence. Raises TypesetError.

    Pictures that the compiler refuses do not hold the form back: then all of them are named instead.
    """
    data = paper_data(practice, revision, annex)
    carried = annex_record(annex)[1]
    data["carried"] = [{"file": name, "type": one.media_type, "caption": one.caption} for name, one in carried.items()]
    for pictures in ((True, False) if any(one.picture for one in annex) else (False,)):
        more, files = annex_data(annex, pictures=pictures)
        files |= {name: one.original or b"" for name, one in carried.items()}
        try:
            return typeset(TEMPLATE, data | more, files, at=moment_of(revision))
        except TypesetError:
            if not pictures:
                raise
            log.warning("the pictures of practice %s could not be set", practice.pk, exc_info=True)
    raise AssertionError


def practice_pdfs(rows: Sequence[tuple[Practice, PracticeRevision]]) -> list[bytes]:
    """Many at once, without pictures; shared out among the processors, since each compiler uses one."""
    data = [paper_data(p, r) for p, r in rows]
    share = max(-(-len(data) // (os.cpu_count() or 1)), 10)
    with ThreadPoolExecutor() as pool:
        done = pool.map(lambda start: typeset_many(TEMPLATE, data[start:start + share], seconds=600), range(0, len(data), share))
        return [pdf for part in done for pdf in part]


def moment_of(revision: PracticeRevision) -> datetime:
    """The moment written in the file: when it was sealed or last edited, so that the same revision is the same file."""
    return revision.sealed_at or revision.edited_at


def paper_data(practice: Practice, revision: PracticeRevision, annex: Sequence[Annexed] = ()) -> dict[str, Any]:
    """What the template reads."""
    values = clean_values(revision.values, revision.generation)
    number = practice.registry_number or _("Sin número de registro")
    return {
        "title": printed(revision.generation).title, "name": practice.title, "institution": practice.institution.name,
        "note": f"{number} · {_('Revisión')} {revision.number}", "author": str(values.get("dependencia") or ""),
        "generation": revision.generation, "record": record_json(practice, revision, annex),
        "sections": printed_sections(values, revision.generation), "pictures": [], "missing": [], "annex": ANNEX, "carried": [],
    }


def values_of_record(data: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """Generation and values of an attached record; None when it is not one of ours or was altered."""
    values = data.get("values")
    if data.get("schema") != SCHEMA or not isinstance(values, dict) or data.get("digest") != digest_of(values):
        return None
    return str(data.get("generation")), values
