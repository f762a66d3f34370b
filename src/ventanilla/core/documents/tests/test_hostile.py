"""Hostile and broken files (issue, section G): a Spanish reason, the file kept, nothing falls over."""
import io
import resource

import pytest

from ventanilla.core.documents import problems, sandbox
from ventanilla.core.documents.models import DocumentVersion, State
from ventanilla.core.documents.services import open_version, text_of
from ventanilla.core.documents.tests import samples

pytestmark = pytest.mark.django_db
GIB = 1 << 30


def test_empty_file_is_refused_with_a_reason(stored):
    with pytest.raises(problems.FileRefused, match="está vacío"):
        stored(b"", "vacío.pdf")
    assert not DocumentVersion.objects.exists()


def test_huge_file_is_refused_and_leaves_nothing(stored, settings, tmp_path):
    settings.FILE_LIMITS = {**settings.FILE_LIMITS, "bytes": 5 * 1024 * 1024}

    class Endless(io.RawIOBase):
        def read(self, size=-1):
            return b"x" * size

    from ventanilla.core.documents.services import FileDraft, store
    from ventanilla.core.orgs.models import Person
    with pytest.raises(problems.FileRefused, match="más de 5 MB"):
        store(actor=Person.objects.get(), files=[FileDraft("grande.bin", Endless())])
    assert not [p for p in (tmp_path / "files").rglob("*") if p.is_file()]


def test_disk_full_says_so_and_leaves_nothing(stored, tmp_path):
    """The real error of the kernel: this process may not write files over 4 KiB for a moment."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    data = samples.saved(samples.scan(), "PNG")
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
        with pytest.raises(problems.FileRefused, match="No hay espacio"):
            stored(data, "escaneo.png", read=False)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not [p for p in (tmp_path / "files").rglob("*") if p.is_file()]
    assert stored(data, "escaneo.png", read=False).pk


@pytest.mark.parametrize(("make", "name", "code", "says"), [
    (samples.encrypted, "a.pdf", "encrypted", "contraseña"),
    (lambda: samples.letter()[:400], "a.pdf", "damaged", "dañado"),
    (lambda: b"%PDF-1.7\nnada", "a.pdf", "damaged", "dañado"),
    (samples.gigapixels, "a.png", "pixels", "megapíxeles"),
    (samples.gigapixel_pdf, "a.pdf", "pixels", "megapíxeles"),
    (samples.docx_bomb, "a.docx", "ratio", "por seguridad"),
    (samples.lying_docx_bomb, "a.docx", "damaged", "dañado"),
    (lambda: samples.docx([f"párrafo {n * n * 7919}" for n in range(900)])[:-400], "a.docx", "damaged",
     "dañado"),
    (lambda: b"\xff\xd8\xff" + b"\0" * 50, "a.jpg", "damaged", "dañado"),
])
def test_unreadable_files_are_kept_with_a_reason(stored, make, name, code, says):
    data = make()
    version = stored(data, name)
    assert (version.state, version.problem) == (State.FAILED, code)
    assert says in version.reason
    assert open_version(version).read() == data


def test_disguised_program(stored):
    version = stored(b"MZ" + b"\0" * 500, "oficio.pdf")
    assert version.state == State.READY and version.blob.media_type == "application/x-msdownload"
    assert version.reason == "El nombre dice «.pdf», pero el contenido es otra cosa: programa de Windows."


def test_html_that_says_it_is_a_picture_is_never_previewed(stored):
    version = stored(b"<html><script>alert(1)</script><p>hola</p></html>", "foto.jpg")
    assert version.blob.media_type == "text/html" and version.problem == "disguised"
    assert text_of(version) == "hola" and version.pages.get().preview is None
    vector = stored(b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "logo.svg")
    assert vector.state == State.READY and not vector.pages.exists()


def test_truncated_picture_gives_what_there_is(stored):
    data = samples.saved(samples.scan(), "JPEG", quality=85)
    version = stored(data[:len(data) * 2 // 3], "a.jpg")
    assert (version.state, version.problem) == (State.READY, "truncated")
    assert "Oficio 1" in text_of(version) and "leyó lo que llegó" in version.reason


def test_picture_of_which_only_the_header_came(stored):
    version = stored(samples.saved(samples.scan(60), "PNG")[:60], "a.png")
    assert (version.problem, text_of(version)) == ("truncated", "")


def test_truncated_pdf_gives_what_there_is(stored):
    data = samples.many_pages(50)
    version = stored(data[:-600])
    assert version.state in (State.READY, State.FAILED) and version.problem_details is not None


def test_ten_thousand_pages(stored, settings):
    settings.FILE_LIMITS = {**settings.FILE_LIMITS, "pages": 40}
    version = stored(samples.many_pages(10_000))
    assert (version.state, version.page_count, version.pages.count()) == (State.READY, 10_000, 40)
    assert version.reason == "Tiene 10000 páginas: se leyeron las primeras 40."


def test_a_slow_page_ends_and_the_rest_is_read(stored, settings):
    """A page that draws for ever costs its own seconds only."""
    settings.FILE_LIMITS = {**settings.FILE_LIMITS, "seconds": 1}
    version = stored(samples.joined(samples.letter(), samples.slow_page(), samples.letter()))
    assert version.state == State.READY and version.problem == "some_pages" and "2" in version.reason
    assert [bool(text) for text in version.pages.values_list("text", flat=True)] == [True, False, True]


def test_memory_is_bounded(files, tmp_path):
    outcome = sandbox.Outcome()
    with sandbox.folder() as folder:
        list(sandbox.run("eat", folder=folder, inputs=[], outcome=outcome, what="memory"))
    assert outcome.problem == "memory" and outcome.peak <= GIB


def test_time_is_bounded(files, settings):
    settings.FILE_LIMITS = {**settings.FILE_LIMITS, "seconds": 0}
    outcome = sandbox.Outcome()
    with sandbox.folder() as folder:
        list(sandbox.run("eat", folder=folder, inputs=[], outcome=outcome, what="time"))
    assert outcome.problem == "time" and outcome.cpu < 3


def test_names_are_made_safe(stored):
    version = stored(b"hola", "../../etc/\u202efdp.exe\0\r\n")
    assert version.filename == "fdp.exe"
    assert len(stored(b"hola 2", "ñ" * 400 + ".pdf").filename) == 255


def test_office_with_password(stored):
    head, stream = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "EncryptedPackage".encode("utf-16-le")
    data = head + b"\0" * 2000 + stream + b"\0" * 500
    version = stored(data, "nómina.xlsx")
    assert version.problem == "encrypted" and "contraseña" in version.reason


def test_xml_entities_are_refused(stored):
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><w:p xmlns:w="u"><w:t>&a;</w:t></w:p>'
    version = stored(samples.zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": bomb}),
                     "a.docx")
    assert version.problem == "ratio" and version.state == State.FAILED
