"""The official outputs of a practice: PDF with the canonical record attached, Word document, and the record itself as JSON."""
import io
import json
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext as _
from docx import Document
from docx.document import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt

from ventanilla.core.exports.typeset import typeset, typeset_many
from ventanilla.core.questionnaires.definition import canonical, digest_of
from ventanilla.modules.practices.form import printed
from ventanilla.modules.practices.models import Practice, PracticeRevision
from ventanilla.modules.practices.services.printing import printed_sections
from ventanilla.modules.practices.services.records import clean_values

RECORD: Final = "practica.json"
"""Name of the attached record. Its form: {"schema", "uuid", "generation", "revision", "values", "digest"}; see `record_of`."""
SCHEMA: Final = "ventanilla/buena-practica/1"
TEMPLATE: Final = "practices/practice.typ"


def record_of(practice: Practice, revision: PracticeRevision) -> dict[str, Any]:
    """The canonical record: what goes along in the PDF. `digest`: SHA-256 of `values` as canonical JSON."""
    values = clean_values(revision.values, revision.generation)
    return {"schema": SCHEMA, "uuid": str(practice.uuid), "generation": revision.generation, "revision": revision.number,
            "values": values, "digest": digest_of(values)}


def record_json(practice: Practice, revision: PracticeRevision) -> str:
    """The record as text: sorted keys, no spaces, so that the same record is the same bytes."""
    return canonical(record_of(practice, revision))


def practice_pdf(practice: Practice, revision: PracticeRevision, pictures: Sequence[tuple[bytes, str, str]] = ()) -> bytes:
    """PDF/A-3a + PDF/UA-1 in the layout of its generation. `pictures`: (PNG or JPEG, what it shows, caption). Raises TypesetError."""
    names = [(f"p{n}.{'png' if data[:4] == PNG else 'jpg'}", data, alt, caption) for n, (data, alt, caption) in enumerate(pictures)]
    data = paper_data(practice, revision) | {"pictures": [{"file": f, "alt": alt, "caption": caption} for f, _d, alt, caption in names]}
    return typeset(TEMPLATE, data, {file: picture for file, picture, _a, _c in names}, at=_moment(revision))


PNG: Final = b"\x89PNG"


def practice_pdfs(rows: Sequence[tuple[Practice, PracticeRevision]]) -> list[bytes]:
    """Many at once, without pictures; shared out among the processors, since each compiler uses one."""
    data = [paper_data(p, r) for p, r in rows]
    share = max(-(-len(data) // (os.cpu_count() or 1)), 10)
    with ThreadPoolExecutor() as pool:
        done = pool.map(lambda start: typeset_many(TEMPLATE, data[start:start + share], seconds=600), range(0, len(data), share))
        return [pdf for part in done for pdf in part]


def _moment(revision: PracticeRevision) -> datetime:
    """The moment written in the file: when it was sealed or last edited, so that the same revision is the same file."""
    return revision.sealed_at or revision.edited_at


def paper_data(practice: Practice, revision: PracticeRevision) -> dict[str, Any]:
    """What the template reads."""
    values = clean_values(revision.values, revision.generation)
    number = practice.registry_number or _("Sin número de registro")
    return {
        "title": printed(revision.generation).title, "name": practice.title, "institution": practice.institution.name,
        "note": f"{number} · {_('Revisión')} {revision.number}", "author": str(values.get("dependencia") or ""),
        "generation": revision.generation, "record": record_json(practice, revision),
        "sections": printed_sections(values, revision.generation), "pictures": [],
    }


def practice_docx(practice: Practice, revision: PracticeRevision) -> bytes:
    """A Word document with the same rows of cells as the official form, to be filled or read back."""
    word = Document()
    _dressed(word, practice, revision)
    for section in printed_sections(clean_values(revision.values, revision.generation), revision.generation):
        word.add_heading(section["heading"], 2)
        for block in section["blocks"]:
            _drawn(word, block["kind"], block["rows"])
    result = io.BytesIO()
    word.save(result)
    return result.getvalue()


def _dressed(word: Word, practice: Practice, revision: PracticeRevision) -> None:
    title = printed(revision.generation).title
    about = word.core_properties
    about.title, about.author, about.language = practice.title or title, practice.agency, "es-MX"
    about.created = about.modified = _moment(revision)
    about.comments = json.dumps({"uuid": str(practice.uuid), "generation": revision.generation})
    style = word.styles["Normal"]
    style.font.name, style.font.size = "Arial", Pt(9)
    for part in word.sections:
        part.left_margin = part.right_margin = Cm(1.8)
    word.add_heading(title, 1)


def _drawn(word: Word, kind: str, rows: Sequence[Sequence[str]]) -> None:
    if kind == "footer":
        word.add_paragraph(rows[0][0]).alignment = WD_ALIGN_PARAGRAPH.RIGHT
        return
    table = word.add_table(rows=0, cols=max(len(r) for r in rows), style="Table Grid")
    for row in rows:
        cells = table.add_row().cells
        for place, text in enumerate(row):
            cells[place].text = text
        if len(row) < len(cells):
            cells[len(row) - 1].merge(cells[-1])


def values_of_record(data: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """Generation and values of an attached record; None when it is not one of ours or was altered."""
    values = data.get("values")
    if data.get("schema") != SCHEMA or not isinstance(values, dict) or data.get("digest") != digest_of(values):
        return None
    return str(data.get("generation")), values
