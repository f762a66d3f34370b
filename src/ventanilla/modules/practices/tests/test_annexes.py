"""The annex of the official PDF: pictures upright with their captions; what cannot be printed is named; the form reads back the same."""
import io
from typing import Any

import pikepdf
import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image, ImageDraw
from tests.pages import as_

from ventanilla.core.documents.models import DocumentVersion
from ventanilla.core.documents.services import FileDraft as Sent
from ventanilla.core.documents.services import process, store
from ventanilla.modules.practices.models import Practice
from ventanilla.modules.practices.reading import read_file
from ventanilla.modules.practices.services import annexes
from ventanilla.modules.practices.services.annexes import Annexed, annex_of
from ventanilla.modules.practices.services.carrying import brought_by
from ventanilla.modules.practices.services.evidence_files import FileDraft, add_evidence
from ventanilla.modules.practices.services.importing import FormFile, import_forms
from ventanilla.modules.practices.services.papers import practice_pdf, record_json
from ventanilla.modules.practices.services.records import newest
from ventanilla.modules.practices.tests.life import Registry, registry
from ventanilla.modules.practices.tests.test_papers import made, publish

pytestmark = pytest.mark.django_db


def photo(*, turned: bool = False, kind: str = "JPEG") -> bytes:
    """A picture wider than high, red to the left; `turned`: stored on its side, and its EXIF data say so."""
    picture = Image.new("RGB", (600, 300), "white")
    ImageDraw.Draw(picture).rectangle((0, 0, 150, 300), fill="red")
    out, exif = io.BytesIO(), Image.Exif()
    if turned:
        exif[0x0112] = 6
        picture = picture.transpose(Image.Transpose.ROTATE_90)
    picture.save(out, kind, exif=exif) if turned else picture.save(out, kind)
    return out.getvalue()


def add(r: Registry, practice: Practice, name: str, data: bytes, caption: str, *, read: bool = True, **more: Any) -> DocumentVersion:
    version = store(actor=r.author, files=[Sent(name, io.BytesIO(data))])[0]
    if read:
        process(version.pk)
    add_evidence(actor=r.author, practice=practice, drafts=[FileDraft(version.document, caption, **more)])
    return version


def words(data: bytes) -> str:
    from ventanilla.core.documents.services.cells import cells_of

    return cells_of(data).text


def test_pictures_go_upright_with_captions_and_what_fails_is_named() -> None:
    r = registry()
    practice = made(r)
    add(r, practice, "fila.jpg", photo(turned=True), "La fila antes de la práctica", order=1)
    add(r, practice, "tablero.png", photo(kind="PNG"), "El tablero de citas", order=2)
    add(r, practice, "rota.jpg", photo()[:40], "La foto que se dañó", order=3)
    add(r, practice, "acta.txt", b"Acta de entrega", "El acta, que es un texto", order=4, kind="recognition")
    add(r, practice, "nueva.png", photo(kind="PNG"), "La que apenas llegó", order=5, read=False)
    annex = annex_of(practice, everything=True)
    assert [bool(a.picture) for a in annex] == [True, True, False, False, False]
    with Image.open(io.BytesIO(annex[0].picture or b"")) as upright:
        assert upright.width > upright.height and upright.getpixel((10, upright.height // 2))[0] > 200  # type: ignore[index]
    data = practice_pdf(practice, newest(practice), annex)
    assert data == practice_pdf(practice, newest(practice), annex)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        about = bytes(pdf.Root.Metadata.read_bytes()).decode()
        alts = {str(o.Alt) for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/Alt" in o}
    assert "pdfaid:part" in about and "pdfuaid:part" in about
    assert {"La fila antes de la práctica", "El tablero de citas"} <= alts
    told = words(data)
    for caption in ("La foto que se dañó", "El acta, que es un texto", "La que apenas llegó", "Archivos que no se imprimen"):
        assert caption in told
    assert "dañado" in told and "Todavía se está leyendo" in told


def test_with_its_annex_the_form_still_reads_back_the_same() -> None:
    r = registry()
    practice = made(r)
    add(r, practice, "foto.png", photo(kind="PNG"), "7.6. Correo electrónico: otra@ejemplo.gob.mx")
    plain = practice_pdf(practice, newest(practice))
    data = practice_pdf(practice, newest(practice), annex_of(practice, everything=True))
    with_annex, without_annex = brought_by(data), brought_by(plain)
    assert with_annex and without_annex and with_annex.values == without_annex.values
    done = import_forms(actor=r.author, unit=r.world.north, files=[FormFile("practica.pdf", data)])[0]
    assert done.practice and record_json(practice, newest(done.practice)) == record_json(practice, newest(practice))
    with pikepdf.open(io.BytesIO(data)) as pdf, io.BytesIO() as out:
        del pdf.attachments["practica.json"]
        pdf.save(out)
        bare = out.getvalue()
    with pikepdf.open(io.BytesIO(plain)) as pdf, io.BytesIO() as out:
        del pdf.attachments["practica.json"]
        pdf.save(out)
        without = out.getvalue()
    assert read_file("a.pdf", bare).values() == read_file("b.pdf", without).values()


def test_a_picture_that_the_compiler_refuses_or_that_does_not_fit_never_holds_the_form_back(monkeypatch: pytest.MonkeyPatch) -> None:
    r = registry()
    practice = made(r)
    data = practice_pdf(practice, newest(practice), [Annexed("Imagen mala", "Evidencia gráfica", "mala.jpg", "0" * 64, b"\xff\xd8\xff nada")])
    assert data.startswith(b"%PDF") and "Imagen mala" in words(data) and "no se pudo imprimir" in words(data)
    for n in range(3):
        add(r, practice, f"f{n}.png", photo(kind="PNG"), f"Foto {n}", order=n)
    monkeypatch.setattr(annexes, "MOST", 2)
    assert [bool(a.picture) for a in annex_of(practice, everything=True)] == [True, True, False]
    monkeypatch.setattr(annexes, "MOST", 40)
    monkeypatch.setattr(annexes, "MOST_BYTES", 10)
    assert "pesan en total" in annex_of(practice, everything=True)[0].why


def test_who_does_not_write_the_practice_gets_only_what_is_published() -> None:
    r = registry()
    practice = publish(made(r))
    add(r, practice, "a.png", photo(kind="PNG"), "Lo que se publica")
    add(r, practice, "b.png", photo(kind="PNG"), "Lo que queda en casa", public=False)
    paper = reverse("practice_paper", args=[practice.pk, "pdf"])
    mine, others = as_(r.author).get(paper).content, as_(registry().author).get(paper).content
    everybody = Client().get(reverse("public_practice_paper", args=[practice.uuid, "pdf"])).content
    assert "Lo que queda en casa" in words(mine)
    for data in (others, everybody):
        assert "Lo que se publica" in words(data) and "Lo que queda en casa" not in words(data)
