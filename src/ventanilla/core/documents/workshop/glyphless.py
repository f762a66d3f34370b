"""A font without shapes, made here: every character is one empty glyph half an em wide.

The invisible text layer of a searchable PDF needs an embedded font (PDF/A) and a map to Unicode (so that ñ
and accents can be searched and copied), but nothing to draw. Sources: OpenType 1.9 (table layouts), PDF
32000-1 9.7 and 9.10.3.
"""
import struct
import zlib
from functools import lru_cache

import pikepdf
from pikepdf import Dictionary, Name, Pdf, Stream

NAME = "VentanillaInvisible"
EM, ADVANCE = 1000, 500
ASCENT, DESCENT = 800, -200


@lru_cache(maxsize=1)
def truetype() -> bytes:
    """The font file: glyph 0 (.notdef) and glyph 1, both empty, 500/1000 em wide."""
    tables = {
        b"OS/2": struct.pack(">HhHHHhhhhhhhhhhh10s4I4sHHHhhhHH", 3, ADVANCE, 400, 5, 0, *[0] * 11, b"\0" * 10,
                             0, 0, 0, 0, b"VNTN", 64, 32, 0xFFFF, ASCENT, DESCENT, 0, ASCENT, -DESCENT),
        b"cmap": struct.pack(">HHHHI", 0, 1, 3, 1, 12) + struct.pack(
            ">HHHHHHHHHHHHHHHH", 4, 32, 0, 4, 4, 1, 0, 32, 0xFFFF, 0, 32, 0xFFFF, 65505, 1, 0, 0),
        b"glyf": b"\0\0\0\0",
        b"head": struct.pack(">IIIIHHqqhhhhHHhhh", 0x00010000, 0x00010000, 0, 0x5F0F3CF5, 0, EM, 0, 0,
                             0, 0, 0, 0, 0, 8, 2, 0, 0),
        b"hhea": struct.pack(">IhhhHhhhhhhhhhhhH", 0x00010000, ASCENT, DESCENT, 0, ADVANCE, *[0] * 11, 2),
        b"hmtx": struct.pack(">HhHh", ADVANCE, 0, ADVANCE, 0),
        b"loca": struct.pack(">HHH", 0, 0, 0),
        b"maxp": struct.pack(">I14H", 0x00010000, 2, *[0] * 13),
        b"name": _names(),
        b"post": struct.pack(">IIhhIIIII", 0x00030000, 0, 0, 0, 1, 0, 0, 0, 0),
    }
    return _assembled(tables)


def _names() -> bytes:
    text = NAME.encode("utf-16-be")
    records = b"".join(struct.pack(">HHHHHH", 3, 1, 0x409, number, len(text), 0) for number in (1, 4, 6))
    return struct.pack(">HHH", 0, 3, 6 + len(records)) + records + text


def _checksum(data: bytes) -> int:
    padded = data + b"\0" * (-len(data) % 4)
    return int(sum(struct.unpack(f">{len(padded) // 4}I", padded))) & 0xFFFFFFFF


def _assembled(tables: dict[bytes, bytes]) -> bytes:
    offset = 12 + 16 * len(tables)
    directory, body, head_at = b"", b"", 0
    for tag, data in sorted(tables.items()):
        head_at = offset + len(body) if tag == b"head" else head_at
        directory += struct.pack(">4sIII", tag, _checksum(data), offset + len(body), len(data))
        body += data + b"\0" * (-len(data) % 4)
    power = len(tables).bit_length() - 1
    head = struct.pack(">IHHHH", 0x00010000, len(tables), 16 << power, power,
                       16 * len(tables) - (16 << power))
    font = bytearray(head + directory + body)
    struct.pack_into(">I", font, head_at + 8, (0xB1B0AFBA - _checksum(bytes(font))) & 0xFFFFFFFF)
    return bytes(font)


_TO_UNICODE = b"""/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
%s
endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""


@lru_cache
def _glyphs() -> bytes:
    """Every code is glyph 1, compressed."""
    return zlib.compress(b"\0\1" * 65536)


@lru_cache
def _unicode_map() -> bytes:
    """Code n is U+n: 256 ranges that differ in the low byte only, 100 to a block as the format demands; compressed."""
    ranges = [b"<%02X00> <%02XFF> <%02X00>" % (high, high, high) for high in range(256)]
    blocks = [ranges[i:i + 100] for i in range(0, 256, 100)]
    return zlib.compress(_TO_UNICODE % b"\n".join(
        b"%d beginbfrange\n%s\nendbfrange" % (len(block), b"\n".join(block)) for block in blocks))


def font(pdf: Pdf) -> pikepdf.Object:
    """Add the font to a PDF: Type 0, Identity-H, two-byte codes that are UTF-16 units."""
    program = Stream(pdf, truetype(), Length1=len(truetype()))
    descriptor = pdf.make_indirect(Dictionary(
        Type=Name.FontDescriptor, FontName=Name("/" + NAME), Flags=4, FontBBox=[0, DESCENT, ADVANCE, ASCENT],
        ItalicAngle=0, Ascent=ASCENT, Descent=DESCENT, CapHeight=ASCENT, StemV=80, FontFile2=program))
    descendant = pdf.make_indirect(Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=Name("/" + NAME), DW=ADVANCE,
        CIDSystemInfo=Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
        CIDToGIDMap=Stream(pdf, _glyphs(), Filter=Name.FlateDecode), FontDescriptor=descriptor))
    return pdf.make_indirect(Dictionary(
        Type=Name.Font, Subtype=Name.Type0, BaseFont=Name("/" + NAME), Encoding=Name("/Identity-H"),
        DescendantFonts=[descendant], ToUnicode=Stream(pdf, _unicode_map(), Filter=Name.FlateDecode)))
