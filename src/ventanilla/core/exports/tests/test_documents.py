"""PDF by typst and DOCX by template: the text arrives, nothing in it is executed, nothing escapes its
folder."""

import io
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import docx
import pikepdf
import pypdfium2
import pytest

from ventanilla.core.exports import fields
from ventanilla.core.exports import typeset as module
from ventanilla.core.exports.docx import TemplateRefused, fields_of, fill_docx
from ventanilla.core.exports.printed import pdf_table
from ventanilla.core.exports.spreadsheets import TooManyRows
from ventanilla.core.exports.tables import Column, Table
from ventanilla.core.exports.typeset import TypesetError, typeset

HOSTILE = '#read("/etc/passwd") $x$ *no* _no_ = no \\ "; @ref <l> // /* ñÑ \u202e'


def pages(pdf: bytes) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]


def listing(rows: Any) -> Table:
    return Table(
        "Documentos recibidos",
        [Column("Folio"), Column("Asunto"), Column("Fojas", "int")],
        rows,
        filters="Unidad: Tesorería",
        generated_by="Ana Peña",
        institution="Instituto de Vivienda",
        generated_at=datetime(2026, 11, 21, 20, 32, tzinfo=UTC),
    )


def test_a_list_on_paper() -> None:
    pdf = pdf_table(
        listing([(f"212C/{n}/2026", HOSTILE if n == 3 else "Escrituración", n) for n in range(120)])
    )
    text = pages(pdf)
    assert len(text) > 2 and all("Folio" in page and "Instituto de Vivienda" in page for page in text)
    assert f"Página 2 de {len(text)}" in text[1] and '#read("/etc/passwd")' in text[0]
    with pikepdf.open(io.BytesIO(pdf)) as document:
        meta = document.open_metadata()
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"], meta["pdfuaid:part"]) == ("3", "A", "1")
        assert document.Root.MarkInfo.Marked and document.Root.Lang == "es-MX"
        assert "/StructTreeRoot" in document.Root and meta["dc:title"] == "Documentos recibidos"


def test_no_page_ends_in_the_middle_of_a_row_that_fits_on_one() -> None:
    text = pages(pdf_table(Table("Lista", [Column("Asunto", width=8), Column("Otro", width=80)], [
        [f"inicia{n:03} solicitud de escrituración que toma varias líneas acaba{n:03}", "x"] for n in range(40)])))
    assert len(text) > 2 and "".join(text).count("inicia") == 40
    for page in text:
        assert re.findall(r"inicia(\d+)", page) == re.findall(r"acaba(\d+)", page)
    endless = pages(pdf_table(Table("Lista", [Column("Asunto", width=8), Column("Otro", width=160)], [["palabra " * 240 + "fin", "x"]])))
    assert len(endless) > 1 and "fin" in endless[-1]


def test_more_columns_than_a_page_takes_go_on_beside_the_first_one() -> None:
    titles = [f"Columna{n:02}" for n in range(40)]
    pdf = pdf_table(Table("Lista", [Column(t) for t in titles], [[f"v{row}c{n:02}" for n in range(40)] for row in range(3)]))
    text = pages(pdf)
    assert len(text) == 4 and all("Columna00" in page and "v2c00" in page for page in text)
    assert [title for page in text for title in titles[1:] if title in page] == titles[1:]
    assert [f"Columnas {first} a {last} de 40" in page for page, first, last in zip(
        text, (1, 12, 22, 32), (11, 21, 31, 40), strict=True)] == [True] * 4


def test_the_same_data_give_the_same_bytes() -> None:
    assert pdf_table(listing([("a", "b", 1)])) == pdf_table(listing([("a", "b", 1)]))


def test_an_empty_list_is_a_document_too() -> None:
    assert "Documentos recibidos" in pages(pdf_table(listing([])))[0]


def test_paper_has_a_limit() -> None:
    with pytest.raises(TooManyRows):
        pdf_table(listing([("a", "b", 1)] * 5001))


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(module, "_folders", {**module._folders, "own": tmp_path})
    return tmp_path


@pytest.mark.parametrize("source", ['#read("/etc/passwd")', '#read("../../../etc/passwd")', "#let x = ("])
def test_a_template_sees_only_its_folder(own: Path, source: str) -> None:
    (own / "a.typ").write_text(source)
    with pytest.raises(TypesetError) as error:
        typeset("own/a.typ", {}, standards=())
    assert "root:" not in error.value.detail


def test_a_template_that_never_ends_is_stopped(own: Path) -> None:
    (own / "a.typ").write_text("#let n = 0\n#while n < 9000000000 { n += 1; n -= 1 }")
    with pytest.raises(TypesetError):
        typeset("own/a.typ", {}, standards=(), seconds=2)


def test_names_stay_inside(own: Path) -> None:
    with pytest.raises(ValueError, match="outside"):
        typeset("own/../data.json", {})
    with pytest.raises(ValueError, match="outside"):
        typeset("exports/table.typ", {}, {"../x": b""})
    with pytest.raises(KeyError):
        typeset("unknown/a.typ", {})


def test_assets_arrive(own: Path) -> None:
    (own / "a.typ").write_text('#read("/assets/hello.txt") #json("/data.json").x')
    assert (
        "buenos días señor"
        in pages(typeset("own/a.typ", {"x": "señor"}, {"hello.txt": "buenos días".encode()}, ()))[0]
    )


def template(text: str) -> bytes:
    document, file = docx.Document(), io.BytesIO()
    document.add_paragraph(text)
    document.save(file)
    return file.getvalue()


def test_a_letter_from_an_office_template() -> None:
    made = docx.Document(
        io.BytesIO(
            fill_docx(
                template("Oficio {{ folio }} para {{ name }}"), {"folio": "1/2026", "name": "Peña & <Hijos>"}
            )
        )
    )
    assert made.paragraphs[0].text == "Oficio 1/2026 para Peña & <Hijos>"


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ missing }}",
        "{{ folio.__init__.__globals__ }}",
        "{% for x in %}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ 1 / 0 }}",
        "{{ 9 ** 9 ** 9 ** 9 }}",
        "{{ 'a' * 10000000000 }}",
        "{{ 'a'.ljust(10000000000) }}",
        "{{ 'a' | center(10000000000) }}",
        "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
    ],
)
def test_a_template_reaches_no_code(text: str) -> None:
    with pytest.raises(TemplateRefused):
        fill_docx(template(text), {"folio": "1"})


def test_a_template_may_choose_and_repeat() -> None:
    text = "{% if name %}{{ name|upper }}{% endif %}{% for p in paragraphs %} {{ loop.index }}.{{ p|trim }}{% endfor %}"
    made = docx.Document(io.BytesIO(fill_docx(template(text), {"name": "Ana", "paragraphs": [" uno", "dos"]})))
    assert made.paragraphs[0].text == "ANA 1.uno 2.dos"


NESTED = "".join(f"{{% for {name} in texto %}}" for name in "abcd") + "x" + "{% endfor %}" * 4


@pytest.mark.parametrize("text", [
    NESTED.replace("texto", "texto|upper"), NESTED, "{% for a in texto %}{% for b in texto %}{{ texto }}{% endfor %}{% endfor %}",
    "{% for a in lines %}{% for b in lines %}{% for c in lines %}{% endfor %}{% endfor %}{% endfor %}",
    "{% set a = texto %}" + "{% set a = a ~ a %}" * 40, "{% set a = texto %}" + "{% set a %}{{ a }}{{ a }}{% endset %}" * 40,
    "{% for a in texto %}" + "{% set b = texto|join(texto) %}" * 40 + "{% endfor %}"])
def test_loops_and_texts_that_would_fill_the_machine_are_refused(text: str) -> None:
    with pytest.raises(TemplateRefused, match="ciclos"):
        fill_docx(template(text), {"texto": "letra " * 3000, "lines": ["una"] * 500})


@pytest.mark.parametrize("text", ["{% set a = [texto, texto] %}", "{% set a = {'a': texto} %}", "{{ lines }}", "{% set a = (lines, lines) %}"])
def test_lists_are_only_repeated(text: str) -> None:
    with pytest.raises(TemplateRefused, match="sólo puede llevar campos"):
        fill_docx(template(text), {"texto": "letra", "lines": ["una"]})


def test_a_loop_that_lasts_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fields, "MAX_SECONDS", -1.0)
    with pytest.raises(TemplateRefused, match="ciclos"):
        fill_docx(template("{% for a in lines %}{% endfor %}"), {"lines": ["una"]})


def test_what_repeats_within_reason_is_filled() -> None:
    text = "{% for a in lines if a != 'dos' %}{% for b in ['x', 'y'] %}{{ loop.index }}{{ a ~ b }}{% if loop.last %}.{% endif %}{% endfor %}{% endfor %}"
    made = docx.Document(io.BytesIO(fill_docx(template(text), {"lines": ["uno", "dos", "tres"]})))
    assert made.paragraphs[0].text == "1unox2unoy.1tresx2tresy."


def damaged(part: str, content: bytes) -> bytes:
    """A document of Word with another content in one of its parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(template("{{ folio }}"))) as whole, zipfile.ZipFile(made, "w") as target:
        for name in whole.namelist():
            target.writestr(name, content if name == part else whole.read(name))
    return made.getvalue()


def locked() -> bytes:
    """One whose parts say that they are encrypted."""
    made = bytearray(template("{{ folio }}"))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := made.find(mark, at + 1)) >= 0:
            made[at + flags] |= 1
    return bytes(made)


@pytest.mark.parametrize("data", [
    damaged("word/document.xml", b"<w:document"), damaged("word/document.xml", b""), damaged("word/document.xml", b"<a/>"),
    damaged("[Content_Types].xml", b"<"), locked()])
def test_a_damaged_template_is_refused(data: bytes) -> None:
    for work in (fields_of, lambda content: fill_docx(content, {"folio": "1"})):
        with pytest.raises(TemplateRefused):
            work(data)


def test_what_is_no_template() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * (61 * 2**20))
    for data in (b"", b"hola", bomb.getvalue()):
        with pytest.raises(TemplateRefused):
            fill_docx(data, {})
