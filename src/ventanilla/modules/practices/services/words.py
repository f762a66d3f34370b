"""The official form as a Word document, with its annex and, as parts of the package, the record and the files of the evidence."""
import io
import json
from collections.abc import Sequence
from typing import Final

from docx import Document
from docx.document import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.shared import Cm, Pt

from ventanilla.core.documents.services.attachments import FOLDER
from ventanilla.modules.practices.form import printed
from ventanilla.modules.practices.form.printing import ANNEX
from ventanilla.modules.practices.models import Practice, PracticeRevision
from ventanilla.modules.practices.services.annexes import Annexed, annex_data, annex_record
from ventanilla.modules.practices.services.papers import RECORD, moment_of, record_json
from ventanilla.modules.practices.services.printing import printed_sections
from ventanilla.modules.practices.services.records import clean_values

RELATION: Final = "urn:ventanilla:buena-practica:registro"


def practice_docx(practice: Practice, revision: PracticeRevision, annex: Sequence[Annexed] = ()) -> bytes:
    """A Word document with the same rows of cells as the official form and its annex, to be filled or read back.

    The record and the files go along as parts of the package, so that the files come back; the answers are read from the text, which
    somebody may have changed.
    """
    word = Document()
    _dressed(word, practice, revision, len(annex_record(annex)[1]))
    for section in printed_sections(clean_values(revision.values, revision.generation), revision.generation):
        word.add_heading(section["heading"], 2)
        for block in section["blocks"]:
            _drawn(word, block["kind"], block["rows"])
    if annex:
        _annexed(word, annex)
    _carried(word, practice, revision, annex)
    result = io.BytesIO()
    word.save(result)
    return result.getvalue()


def _dressed(word: Word, practice: Practice, revision: PracticeRevision, files: int) -> None:
    title = printed(revision.generation).title
    about = word.core_properties
    about.title, about.author, about.language = practice.title or title, practice.agency, "es-MX"
    about.created = about.modified = moment_of(revision)
    about.comments = about_of(practice, revision, files)
    style = word.styles["Normal"]
    style.font.name, style.font.size = "Arial", Pt(9)
    for part in word.sections:
        part.left_margin = part.right_margin = Cm(1.8)
    word.add_heading(title, 1)


def about_of(practice: Practice, revision: PracticeRevision, files: int) -> str:
    """What the document says of itself in its comments property, with how many files travel inside: that stays when Word drops them."""
    said = {"uuid": str(practice.uuid), "generation": revision.generation}
    return json.dumps(said | ({"files": files} if files else {}))


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



def _annexed(word: Word, annex: Sequence[Annexed]) -> None:
    """Pictures with their captions, then what is only named. The pictures are those that the confined reading made."""
    shown, pictures = annex_data(annex)
    word.add_heading(ANNEX, 2)
    for one in shown["pictures"]:
        word.add_picture(io.BytesIO(pictures[one["file"]]), width=Cm(12))
        word.element.body.xpath("//wp:docPr")[-1].set("descr", one["alt"])
        word.add_paragraph(f"{one['caption']} · {one['about']}")
    for one in shown["missing"]:
        word.add_paragraph(f"{one['caption']} · {one['about']}. {one['why']}")


def _carried(word: Word, practice: Practice, revision: PracticeRevision, annex: Sequence[Annexed]) -> None:
    parts = [(RECORD, "application/json", record_json(practice, revision, annex).encode())]
    parts += [(name, one.media_type, one.original or b"") for name, one in annex_record(annex)[1].items()]
    for name, media_type, data in parts:
        word.part.relate_to(Part(PackURI(f"/{FOLDER}{name}"), media_type, data, word.part.package), RELATION)
