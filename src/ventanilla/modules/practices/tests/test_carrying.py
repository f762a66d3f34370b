"""Evidence that travels inside the official form: it comes back with its captions, once; a forged package is refused whole."""
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.pages import as_, text

from ventanilla.core.documents.models import Document
from ventanilla.core.documents.services import FileDraft as Sent
from ventanilla.core.documents.services import open_version, store
from ventanilla.core.questionnaires.definition import digest_of
from ventanilla.modules.practices.models import Practice
from ventanilla.modules.practices.services import annexes
from ventanilla.modules.practices.services.annexes import annex_of
from ventanilla.modules.practices.services.carrying import brought_by, take_in
from ventanilla.modules.practices.services.evidence_files import ResultDraft, add_result
from ventanilla.modules.practices.services.importing import FormFile, import_forms
from ventanilla.modules.practices.services.papers import practice_pdf, record_of
from ventanilla.modules.practices.services.records import clean_values, newest
from ventanilla.modules.practices.services.words import practice_docx
from ventanilla.modules.practices.tests.life import Registry, registry
from ventanilla.modules.practices.tests.test_annexes import add, photo
from ventanilla.modules.practices.tests.test_papers import made

pytestmark = pytest.mark.django_db
NAMES = ["La fila antes de la práctica", "El certificado", "La fila, otra vez"]
Make = Callable[..., bytes]


@pytest.fixture
def r() -> Registry:
    return registry()


def furnished(r: Registry) -> Practice:
    """A practice with a picture, a certificate, the same picture under another caption, and an award with its file."""
    practice = made(r)
    add(r, practice, "fila ñandú.png", photo(kind="PNG"), NAMES[0], order=1)
    add(r, practice, "../../certificado.txt", b"Certificado", NAMES[1], order=2, kind="certificate", public=False, read=False)
    add(r, practice, "otra.png", photo(kind="PNG"), NAMES[2], order=3)
    proof = store(actor=r.author, files=[Sent("acta.txt", io.BytesIO(b"Acta del premio"))])[0]
    for version in practice.evidence.values_list("document", flat=True):
        Document.objects.get(pk=version).versions.update(state="ready")
    proof.state = "ready"
    proof.save(update_fields=["state"])
    add_result(actor=r.author, practice=practice, draft=ResultDraft(
        "Premio estatal", "IMCO", 2023, "award", 3, 40, Decimal("87.5"), "puntos", proof.document))
    return practice


def bring(r: Registry, data: bytes, name: str = "practica") -> Any:
    return import_forms(actor=r.author, unit=r.world.north, files=[FormFile(name, data, again=True)])[0]


def sealed(practice: Practice, make: Make) -> bytes:
    return make(practice, newest(practice), annex_of(practice, everything=True, originals=True))


def held(practice: Practice) -> list[tuple[Any, ...]]:
    """Everything about its evidence that a form carries, with the digest of what is stored."""
    def digest(document: Document | None) -> str:
        if document is None:
            return ""
        with open_version(document.latest) as stream:
            return hashlib.sha256(stream.read()).hexdigest()

    for one in Document.objects.filter(created_by=practice.owner):
        one.versions.filter(state="received").update(state="ready")
    files = [(e.caption, e.kind, e.order, e.public, digest(e.document), e.document.latest.filename) for e in practice.evidence.all()]
    return files + [(a.kind, a.title, a.body, a.year, a.place, a.of, a.value, a.unit_label, digest(a.document)) for a in practice.results.all()]


@pytest.mark.parametrize("make", [practice_pdf, practice_docx])
def test_evidence_comes_back_with_captions_and_no_file_twice(r: Registry, make: Make) -> None:
    practice = furnished(r)
    data = sealed(practice, make)
    back = bring(r, data)
    assert back.practice and back.practice.pk != practice.pk, back.problem
    first, second, third, award = held(practice)
    assert held(back.practice) == [first, second, award], "the same picture once"
    assert second[5] == "certificado.txt" and third[4] == first[4]
    revision = newest(practice)
    assert newest(back.practice).values == clean_values(revision.values, revision.generation)
    brought = brought_by(sealed(back.practice, make))
    assert brought and take_in(actor=r.author, practice=back.practice, brought=brought) == 0
    again = bring(r, sealed(back.practice, make)).practice
    assert again and held(again) == held(back.practice), "export, import, export is stable"
    assert record_of(again, newest(again), annex_of(again, everything=True, originals=True))["annex_digest"] == record_of(
        back.practice, newest(back.practice), annex_of(back.practice, everything=True, originals=True))["annex_digest"]


def test_a_word_document_that_somebody_wrote_in_says_what_it_says_now(r: Registry) -> None:
    practice = furnished(r)
    data = rezipped(sealed(practice, practice_docx), {"word/document.xml": lambda b: b.replace(b"Texto corto nombre", b"Otro nombre")})
    back = bring(r, data).practice
    assert back and back.title == "Otro nombre" and back.evidence.count() == 2


def test_a_word_document_that_word_saved_again_says_that_its_files_are_lost(r: Registry) -> None:
    whole = sealed(furnished(r), practice_docx)
    author = as_(r.author)
    page = author.post(reverse("practices_import"), {"archivos": [SimpleUploadedFile("otra-vez.docx", resaved(whole))], "unidad": r.world.north.pk},
                       follow=True)
    back = Practice.objects.latest("pk")
    assert newest(back).imported.warnings.count("evidencia_perdida") == 1 and not back.evidence.exists()
    assert "ya no los trae" in text(page)
    kept, bare = bring(r, whole), bring(r, resaved(sealed(made(r), practice_docx)))
    assert not kept.told and not bare.told and not newest(bare.practice).imported.warnings.count("evidencia_perdida")


def resaved(data: bytes) -> bytes:
    """The package as Word writes it anew: only parts that it knows, relationships with other numbers, core properties under its own name."""
    result, known = io.BytesIO(), ("word/", "docProps/", "_rels/", "customXml/")
    moved = {"docProps/core.xml": "docProps/core1.xml"}
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), reverse=True):
            content = old.read(name)
            if name.endswith(".rels"):
                content = re.sub(rb"<Relationship [^>]*urn:ventanilla[^>]*/>", b"", content).replace(b'Id="rId', b'Id="rId9').replace(
                    b"docProps/core.xml", b"/docProps/core1.xml")
            if name == "word/document.xml":
                content = re.sub(rb'r:(id|embed)="rId', rb'r:\1="rId9', content)
            if name == "[Content_Types].xml":
                content = re.sub(rb'<Override PartName="/ventanilla/[^>]*/>', b"", content).replace(b"/docProps/core.xml", b"/docProps/core1.xml")
            if name.startswith(known) or name == "[Content_Types].xml":
                new.writestr(moved.get(name, name), content)
    return result.getvalue()


def test_what_does_not_fit_is_named_and_its_absence_is_told(r: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    practice = furnished(r)
    monkeypatch.setattr(annexes, "MOST_CARRIED", 40)
    back = bring(r, sealed(practice, practice_pdf)).practice
    assert back and [e.caption for e in back.evidence.all()] == [NAMES[1]]
    assert "evidencia_incompleta" in newest(back).imported.warnings


def rezipped(data: bytes, changed: dict[str, Callable[[bytes], bytes]], **added: bytes) -> bytes:
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, changed.get(name, bytes)(old.read(name)))
        for name, content in added.items():
            new.writestr(f"ventanilla/{name}", content)
    return result.getvalue()


def record_as(change: Callable[[dict[str, Any]], None], seal: bool = True) -> Callable[[bytes], bytes]:
    """The record changed by somebody who knows how it is made."""
    def changed(data: bytes) -> bytes:
        record = json.loads(data)
        change(record)
        if seal:
            record["annex_digest"] = digest_of({part: record[part] for part in ("evidence", "results")})
        return json.dumps(record).encode()

    return changed


def named(name: str) -> Callable[[dict[str, Any]], None]:
    return lambda record: record["evidence"][0].update(file=name)


RECORD, FIRST = "ventanilla/practica.json", "ventanilla/evidencia-01.png"
FORGED: dict[str, tuple[dict[str, Callable[[bytes], bytes]], dict[str, bytes], str]] = {
    "another file": ({FIRST: lambda _b: b"otra cosa"}, {}, "su huella no coincide"),
    "not named": ({}, {"programa.exe": b"MZ"}, "su registro no nombra: «programa.exe»"),
    "thousand": ({}, {f"evidencia-{n}.png": b"x" for n in range(1000)}, "más de 99 archivos"),
    "path": ({RECORD: record_as(named("../../etc/passwd"))}, {"../../etc/passwd": b"x"}, "no se entiende o fue modificada"),
    "absolute": ({RECORD: record_as(named("/etc/passwd"))}, {}, "no se entiende o fue modificada"),
    "caption": ({RECORD: record_as(lambda one: one["evidence"][0].update(caption="Otra cosa"), seal=False)}, {}, "fue modificada"),
    "lacking": ({RECORD: record_as(named("evidencia-77.png"))}, {}, "su registro no nombra"),
    "kind": ({RECORD: record_as(lambda one: one["evidence"][0].update(kind="program"))}, {}, "no se entiende"),
    "list": ({RECORD: record_as(lambda one: one.update(evidence="x"))}, {}, "no se entiende"),
    "bomb": ({}, {"evidencia-98.png": b"\0" * 30_000_000}, "crece demasiado"),
    "year": ({RECORD: record_as(lambda one: one["results"][0].update(year=2999))}, {}, "posterior al actual"),
}


def test_a_forged_package_is_refused_whole_and_says_why(r: Registry) -> None:
    whole = sealed(furnished(r), practice_docx)
    before = Practice.objects.count(), Document.objects.count()
    for name, (changed, added, why) in FORGED.items():
        done = bring(r, rezipped(whole, changed, **added), name)
        assert done.practice is None and why in done.problem, (name, done.problem)
    assert (Practice.objects.count(), Document.objects.count()) == before, "nothing is half imported"


def test_a_forged_pdf_is_refused_too(r: Registry) -> None:
    whole = sealed(furnished(r), practice_pdf)
    for name, content, why in (("evidencia-01.png", b"otra", "su huella no coincide"), ("../x.sh", b"#!", "no nombra")):
        with pikepdf.open(io.BytesIO(whole)) as pdf, io.BytesIO() as out:
            assert str(pdf.attachments["evidencia-01.png"].obj.AFRelationship) == "/Supplement"
            pdf.attachments[name] = pikepdf.AttachedFileSpec(pdf, content, filename=name)
            pdf.save(out)
            done = bring(r, out.getvalue(), name)
        assert done.practice is None and why in done.problem, done.problem
