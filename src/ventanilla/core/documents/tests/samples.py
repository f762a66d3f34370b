"""Files made by the tests: letters by typst, scans and photos of them, and everything hostile."""
import io
import struct
import zipfile
import zlib
from functools import lru_cache
from pathlib import Path

import numpy
import pikepdf
import pypdfium2
import typst
from PIL import Image, ImageDraw, ImageFilter

TEXT = """El suscrito, titular de la Dirección de Planeación, informa que la señora Begoña Muñoz Ibáñez
solicitó la regularización de su vivienda en el municipio de Nezahualcóyotl. Conforme al artículo
noveno del reglamento, se requiere el dictamen técnico de la Subdirección de Ordenamiento antes del
veintiuno de noviembre. La información debe acompañarse de fotografías, croquis y comprobante de
domicilio. Agradezco de antemano la atención que sirva prestar a la presente comunicación."""
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@lru_cache
def letter(pages: int = 1, text: str = TEXT) -> bytes:
    """A PDF with its own text, `pages` pages long."""
    body = "#pagebreak()\n".join(f"= Oficio {n + 1}\n\n{text}\n\n{text}" for n in range(pages))
    style = '#set page(paper: "us-letter", margin: 2.5cm)\n#set text(size: 11pt)\n'
    return typst.compile((style + body).encode())


def scan(dpi: int = 150, page: int = 0, pdf: bytes | None = None) -> Image.Image:
    """The letter as a clean grey picture."""
    return _scan(dpi, page, pdf).copy()


@lru_cache
def _scan(dpi: int, page: int, pdf: bytes | None) -> Image.Image:
    with pypdfium2.PdfDocument(pdf or letter()) as document:
        return document[page].render(scale=dpi / 72, grayscale=True).to_pil().convert("L")


def photo(angle: float = 3.0) -> Image.Image:
    """The letter as a phone sees it: turned, half in shadow, noisy."""
    page = scan(180).rotate(angle, Image.Resampling.BICUBIC,
                            fillcolor=255).filter(ImageFilter.GaussianBlur(0.6))
    grey = numpy.asarray(page, dtype=numpy.float32)
    rows, columns = numpy.indices(grey.shape)
    light = 0.25 + 0.75 * (columns / grey.shape[1]) * (0.4 + 0.6 * rows / grey.shape[0])
    noise = numpy.random.default_rng(7).normal(0, 4, grey.shape)
    return Image.fromarray(numpy.clip(grey * light + noise, 0, 255).astype(numpy.uint8))


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    """The picture in a file format."""
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def picture_pdf(*pictures: Image.Image, dpi: int = 150) -> bytes:
    """A scanned PDF: pictures and no text."""
    buffer = io.BytesIO()
    pictures[0].save(buffer, "PDF", save_all=True, append_images=pictures[1:], resolution=dpi)
    return buffer.getvalue()


def joined(*pdfs: bytes) -> bytes:
    """One PDF with the pages of all."""
    with pikepdf.Pdf.new() as target:
        for data in pdfs:
            with pikepdf.open(io.BytesIO(data)) as source:
                target.pages.extend(source.pages)
        buffer = io.BytesIO()
        target.save(buffer)
    return buffer.getvalue()


@lru_cache
def many_pages(count: int) -> bytes:
    """A small PDF with very many pages of two words."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 3 0 R/Resources<</Font<</F 4 0 R>>>>>>"
    text = b"BT /F 12 Tf 72 700 Td (pagina suelta) Tj ET"
    kids = b" ".join(b"%d 0 R" % (number + 5) for number in range(count))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count %d/Kids[%s]>>" % (count, kids),
        b"<</Length %d>>stream\n%s\nendstream" % (len(text), text),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>", *[page] * count]
    body, places = bytearray(b"%PDF-1.4\n"), []
    for number, data in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj%s endobj\n" % (number, data)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
    body += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(body + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(places) + 1, start))


@lru_cache
def encrypted() -> bytes:
    """A PDF that asks for a password."""
    buffer = io.BytesIO()
    with pikepdf.open(io.BytesIO(letter())) as pdf:
        pdf.save(buffer, encryption=pikepdf.Encryption(user="secreto", owner="dueño"))
    return buffer.getvalue()


def gigapixels(side: int = 223_607) -> bytes:
    """A PNG whose header says 50,000 megapixels; a few hundred bytes."""
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT",
                                                               zlib.compress(b"\0" * 99)) + chunk(b"IEND",
                                                                                                  b"")


def gigapixel_pdf() -> bytes:
    """A PDF whose one picture says it is 60,000 by 60,000."""
    with pikepdf.Pdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(612, 792))
        picture = pikepdf.Stream(
            pdf, zlib.compress(b"\0" * 1000), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image,
            Width=60_000,
            Height=60_000, ColorSpace=pikepdf.Name.DeviceGray, BitsPerComponent=8,
            Filter=pikepdf.Name.FlateDecode)
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=picture))
        page.Contents = pikepdf.Stream(pdf, b"612 0 0 792 0 0 cm /I Do")
        buffer = io.BytesIO()
        pdf.save(buffer)
    return buffer.getvalue()


def docx(paragraphs: list[str]) -> bytes:
    """The smallest DOCX with these paragraphs."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    return zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": (
        f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{space}"><w:body>{body}</w:body>'
        "</w:document>").encode()})


@lru_cache
def docx_bomb() -> bytes:
    """A DOCX of some 60 KB whose text unpacks to 60 MB."""
    head = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>'
    return zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": head + b"A" * 60_000_000})


def lying_docx_bomb() -> bytes:
    """The same bomb, but the archive declares 1,000 bytes for it."""
    data = bytearray(docx_bomb())
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = data.rfind(mark)
        data[place + offset:place + offset + 4] = struct.pack("<I", 1000)
    return bytes(data)


def odt(text: str) -> bytes:
    """The smallest ODT with one paragraph that holds a span."""
    office, body = (f"urn:oasis:names:tc:opendocument:xmlns:{part}:1.0" for part in ("office", "text"))
    first, _, rest = text.partition(" ")
    xml = (f'<o:document-content xmlns:o="{office}" xmlns:t="{body}"><o:body><o:text><t:p>{first} '
           f"<t:span>{rest}</t:span> fin</t:p></o:text></o:body></o:document-content>")
    return zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": xml.encode()},
                  plain=True)


def zipped(members: dict[str, bytes], plain: bool = False) -> bytes:
    """A ZIP archive; with `plain` the first member is stored without compression (ODF)."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for index, (name, data) in enumerate(members.items()):
            kind = zipfile.ZIP_STORED if plain and index == 0 else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data, compress_type=kind)
    return buffer.getvalue()


def drawing(path: Path) -> None:
    """A picture without letters."""
    picture = Image.new("RGB", (400, 300), "white")
    ImageDraw.Draw(picture).ellipse((50, 50, 300, 250), fill="navy")
    picture.save(path, "PNG")


@lru_cache
def slow_page() -> bytes:
    """A page of picture patterns nested so deep that drawing it takes minutes."""
    with pikepdf.Pdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(612, 792))
        form = pdf.make_stream(b"0 0 m 600 700 l 3 w S 10 10 500 500 re f")
        form.stream_dict = pikepdf.Dictionary(
            Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 612, 792])
        for _ in range(7):
            above = pikepdf.Stream(pdf, b"/F Do " * 12)
            above.stream_dict = pikepdf.Dictionary(
                Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 612, 792],
                Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=form)))
            form = pdf.make_indirect(above)
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(F=form))
        page.Contents = pikepdf.Stream(pdf, b"/F Do")
        buffer = io.BytesIO()
        pdf.save(buffer)
    return buffer.getvalue()
