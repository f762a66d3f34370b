"""The searchable PDF: the page as it came plus an invisible layer of its words.

Pictures keep their own compression (JPEG and PNG as they are, black and white as CCITT); PDF pages keep
everything. Text is drawn in render mode 3 with the glyphless font, each word stretched to its box (PDF
32000-1, 9.3.6 and 9.4).
"""
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path

import pikepdf
from pikepdf import Dictionary, Name, Pdf, Stream

from ventanilla.core.documents.text import Word
from ventanilla.core.documents.workshop import glyphless, pictures

FONT = "/VentanillaOCR"
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
   <pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance><pdf:Producer>Ventanilla</pdf:Producer>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""  # written out: an XML library would be loaded for three words, 30 ms in every child


def text_stream(words: Sequence[Word], width: float, height: float) -> bytes:
    """The content stream of the invisible words on an upright page of that size, origin at the lower left."""
    parts = [b"BT", b"3 Tr"]
    for _, group in groupby(words, key=lambda w: (w.block, w.line)):
        line = list(group)
        tall = sorted((w.y1 - w.y0) * height for w in line)[len(line) // 2]
        size = max(tall, 1.0)
        for word, following in zip(line, [*line[1:], None], strict=True):
            parts += _shown(word, following, size, width, height)
    return b"\n".join([*parts, b"ET"])


def _shown(word: Word, following: Word | None, size: float, width: float, height: float) -> list[bytes]:
    text = unicodedata.normalize("NFC", word.text)
    units = "".join(c for c in text if 32 <= ord(c) < 0x10000 and not 0xD800 <= ord(c) < 0xE000)
    if not units:
        return []
    natural = len(units) * size * glyphless.ADVANCE / glyphless.EM
    stretch = 100 * max((word.x1 - word.x0) * width, 0.1) / natural
    space = " " if following is not None else ""
    bottom = height * (1 - word.y1) - size * glyphless.DESCENT / glyphless.EM
    code = (units + space).encode("utf-16-be").hex().upper()
    return [b"%s %.3f Tf %.3f Tz" % (FONT.encode(), size, stretch),
            b"1 0 0 1 %.3f %.3f Tm <%s> Tj" % (word.x0 * width, bottom, code.encode())]


def from_pictures(source: Path, words: Mapping[int, Sequence[Word]], turns: dict[int, int],
                  target: Path) -> None:
    """A PDF/A-2b from a picture file: one page per frame, `words` and `turns` by page number from 1."""
    with Pdf.new() as pdf:
        font = glyphless.font(pdf)
        for number, sheet in enumerate(pictures.sheets(pdf, source), start=1):
            width, height = sheet.upright(turns.get(number, 0))
            page = pdf.add_blank_page(page_size=(width, height))
            page.Resources = Dictionary(XObject=Dictionary({"/Im0": sheet.image}),
                                        Font=Dictionary({FONT: font}))
            shown = b"q " + sheet.matrix(turns.get(number, 0)) + b" cm /Im0 Do Q\n"
            page.Contents = Stream(pdf, shown + text_stream(words.get(number, ()), width, height))
        _archivable(pdf)
        pdf.save(target, deterministic_id=True, compress_streams=True, fix_metadata_version=False)


def onto_pdf(source: Path, words: Mapping[int, Sequence[Word]], turns: dict[int, int], target: Path) -> None:
    """The same PDF with the recognised pages made searchable (and upright); the other pages are not
    touched."""
    with pikepdf.open(source) as pdf:
        font = glyphless.font(pdf)
        for number, found in words.items():
            _add_layer(pdf, pdf.pages[number - 1], found, turns.get(number, 0), font)
        pdf.save(target, deterministic_id=True, encryption=False, fix_metadata_version=False)


def _add_layer(pdf: Pdf, page: pikepdf.Page, words: Sequence[Word], turn: int, font: pikepdf.Object) -> None:
    rotation = (int(page.obj.get("/Rotate", 0)) + turn) % 360
    if turn:
        page.obj.Rotate = rotation
    left, low, right, top = (float(v) for v in page.cropbox)
    left, right, low, top = min(left, right), max(left, right), min(low, top), max(low, top)
    across, up = right - left, top - low
    width, height = (up, across) if rotation in (90, 270) else (across, up)
    matrix = {
        0: (1, 0, 0, 1, left, low), 90: (0, 1, -1, 0, right, low),
        180: (-1, 0, 0, -1, right, top), 270: (0, -1, 1, 0, left, top),
    }[rotation]
    shown = b"q %g %g %g %g %.4f %.4f cm\n" % matrix + text_stream(words, width, height) + b"\nQ"
    page.contents_add(b"q\n", prepend=True)
    page.contents_add(b"\nQ\n" + shown)
    page.add_resource(font, Name.Font, Name(FONT))


def _archivable(pdf: Pdf) -> None:
    """What PDF/A-2b asks beyond embedded fonts (ISO 19005-2, 6.2.3 and 6.6.4): output intent and metadata."""
    profile = Stream(pdf, pictures.srgb_profile(), N=3, Alternate=Name.DeviceRGB, Filter=Name.FlateDecode)
    pdf.Root.OutputIntents = [Dictionary(
        Type=Name.OutputIntent, S=Name("/GTS_PDFA1"), OutputConditionIdentifier=b"sRGB", Info=b"sRGB",
        DestOutputProfile=profile)]
    pdf.Root.Lang = b"es-MX"
    pdf.Root.Metadata = Stream(pdf, _XMP.encode(), Type=Name.Metadata, Subtype=Name.XML)
    pdf.docinfo["/Producer"] = "Ventanilla"


def prepare() -> None:
    """Make what every searchable PDF holds once, before children are forked that would each make it again."""
    with Pdf.new() as pdf:
        glyphless.font(pdf)
        _archivable(pdf)


def words_of(rows: Iterable[Sequence[object]]) -> list[Word]:
    """Words from the rows that jobs carry: text, x0, y0, x1, y1, confidence, line, block."""
    return [Word(*row) for row in rows]  # type: ignore[arg-type]
