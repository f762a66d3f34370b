"""Forms that come as DOCX, XLSX, PDF or pictures: the same record; and files that are damaged, hostile or say something else than they show."""
import io
import json
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pypdfium2
import pytest
import typst
import xlsxwriter
from docx import Document

from ventanilla.core.documents.problems import DocumentError
from ventanilla.modules.practices.form import write_text
from ventanilla.modules.practices.reading import Reading, read_file, read_unrecognised
from ventanilla.modules.practices.reading.bench import judged
from ventanilla.modules.practices.reading.specimens import specimen


def rows(seed: int) -> list[list[str]]:
    generation, values = specimen(seed)
    text = write_text(values, generation).replace("<p>", "").replace("</p>", "").replace("<br/>", "\n")
    return [line.split("\t") for line in text.split("\n")]


def docx(seed: int) -> bytes:
    """Paragraphs, and a table wherever lines have cells."""
    document, result, table = Document(), io.BytesIO(), None
    for row in rows(seed):
        if len(row) == 1:
            document.add_paragraph(row[0])
            table = None
            continue
        table = table or document.add_table(rows=0, cols=8)
        for cell, text in zip(table.add_row().cells, row, strict=False):
            cell.text = text
    document.save(result)
    return result.getvalue()


def xlsx(seed: int) -> bytes:
    result = io.BytesIO()
    book = xlsxwriter.Workbook(result, {"in_memory": True})
    sheet = book.add_worksheet()
    for n, row in enumerate(rows(seed)):
        for m, text in enumerate(row):
            sheet.write_string(n, m, text)
    sheet.write_formula(400, 9, '=HYPERLINK("https://example.org","x")', None, "resultado")
    book.close()
    return result.getvalue()


PAGE = """#set text(font: "Libertinus Serif", lang: "es", size: 9pt)
#let rows = json(bytes(sys.inputs.rows))
#for row in rows {
  if row.len() == 1 { par(row.at(0)) } else { grid(columns: row.map(c => 1fr), stroke: 0.5pt, inset: 3pt, ..row) }
}"""


def pdf(seed: int) -> bytes:
    """Every row with cells as a ruled grid of its own."""
    whole = [row for row in rows(seed) if any(row)]
    made = typst.compile(PAGE.encode(), sys_inputs={"rows": json.dumps(whole)})
    assert isinstance(made, bytes)
    return made


def right(reading: Reading, values: dict[str, Any]) -> list[tuple[str, str]]:
    return [(key, kind) for key, kind in judged(values, reading.fields) if kind != "right"]


@pytest.mark.parametrize("make", [docx, xlsx, pdf])
def test_the_same_record_comes_out_of_every_kind_of_file(make: Any) -> None:
    for seed in (5,) if make is docx else (5, 6, 7):
        generation, values = specimen(seed)
        data = make(seed)
        reading = read_file("formulario", data)
        assert read_unrecognised("formulario", data) == reading
        assert reading.generation == generation and right(reading, values) == []
        assert reading.original == data and ("formula" in reading.warnings) == (make is xlsx)


def test_boxes_nested_tables_and_spans_of_word() -> None:
    document, result = Document(), io.BytesIO()
    generation, values = specimen(5)
    for line in write_text(values, generation).split("\n"):
        if "\tSí\t" in line and "¿Dónde?" not in line:
            label, answer = line.split("\t\tSí\t")
            cells = ["Sí", *("☒" if c == "X" else c or "☐" for c in answer.split("\t"))]
            outer = document.add_table(rows=1, cols=2).rows[0].cells
            outer[0].text = label
            inner = outer[1].add_table(rows=1, cols=4).rows[0].cells
            for cell, text in zip(inner, cells, strict=False):
                cell.text = text
        else:
            row = document.add_table(rows=1, cols=line.count("\t") + 1).rows[0].cells
            for cell, text in zip(row, line.split("\t"), strict=True):
                cell.text = text.replace("<p>", "").replace("</p>", "").replace("<br/>", "\n")
            if len(row) > 2 and not row[-1].text:
                row[-2].merge(row[-1])
    document.save(result)
    assert right(read_file("f.docx", result.getvalue()), values) == []


def pictured(seed: int) -> bytes:
    """The first page of a form as a picture, under a text layer that says something else."""
    page, picture = pypdfium2.PdfDocument(pdf(seed)), io.BytesIO()
    page[0].render(scale=200 / 72).to_pil().convert("L").save(picture, "PNG")
    page.close()
    with TemporaryDirectory() as folder:
        (Path(folder) / "page.png").write_bytes(picture.getvalue())
        (Path(folder) / "page.typ").write_text(
            '#set page(margin: 0pt)\n#place(image("page.png", width: 100%))\n'
            "#place(text(fill: white, size: 2pt)[Informe anual de otra dependencia, que nada tiene que ver con este formulario.])")
        made = typst.compile(str(Path(folder) / "page.typ"))
    assert isinstance(made, bytes)
    return made


def test_a_wrong_text_layer_is_noticed_and_the_picture_is_read() -> None:
    generation, values = specimen(5)
    assert read_unrecognised("escaneado.pdf", pictured(5)) is None and read_unrecognised("nota.txt", b"nada") is not None
    reading = read_file("escaneado.pdf", pictured(5))
    assert reading.generation == generation and "capa_de_texto_erronea" in reading.warnings
    short = ("nombre", "poblacion", "ambito", "categoria")
    assert {key: reading.values().get(key) for key in short} == {key: values[key] for key in short}


def zipped(**members: bytes) -> bytes:
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return result.getvalue()


BOMB = zipped(word__document_xml=b"<w>" + b" " * 300_000_000 + b"</w>", **{"[Content_Types]_xml": b"<Types/>"})
ENTITIES = zipped(word__document_xml=b'<!DOCTYPE w [<!ENTITY a "aaaa">]><w:t xmlns:w="w">&a;</w:t>', **{"[Content_Types]_xml": b"<Types/>"})


@pytest.mark.parametrize("data", [BOMB, ENTITIES, docx(5)[:4000], b"%PDF-1.7\nnada", b"\x89PNG\r\n\x1a\nroto"],
                         ids=["bomb", "entities", "half", "pdf", "png"])
def test_what_cannot_be_opened_is_said_in_spanish(data: bytes) -> None:
    try:
        reading = read_file("x", data)
    except DocumentError as error:
        assert error.message.endswith(".")
    else:
        assert not reading.is_form


def test_a_plain_archive_or_another_document_is_no_form() -> None:
    other = io.BytesIO()
    document = Document()
    document.add_paragraph("Acta de la sesión ordinaria")
    document.save(other)
    for data in (zipped(a_txt=b"1.1. Nombre\tX"), other.getvalue()):
        assert not read_file("x", data).is_form
