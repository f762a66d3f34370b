"""Type by content, never by name: the first bytes, and for ZIP files the list of names at the end. Nothing
is unpacked."""
import struct
from pathlib import Path

import puremagic
from django.utils.translation import gettext_lazy as _

HEAD = 8192
OCTETS = "application/octet-stream"
_ODF = "application/vnd.oasis.opendocument."
_OOXML = "application/vnd.openxmlformats-officedocument."
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"), (b"II+\0", "image/tiff"), (b"GIF8", "image/gif"), (b"BM", "image/bmp"),
    (b"PK\x03\x04", "application/zip"), (b"PK\x05\x06", "application/zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"), (b"MZ", "application/x-msdownload"),
    (b"\x7fELF", "application/x-executable"), (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"), (b"\x1f\x8b", "application/gzip"),
    (b"{\\rtf", "application/rtf"), (b"%!PS", "application/postscript"), (b"#!", "text/x-shellscript"),
    (b"OggS", "audio/ogg"), (b"ID3", "audio/mpeg"), (b"\x00\x00\x00\x0cjP  ", "image/jp2"),
)
_BRANDS = {b"heic": "image/heic", b"heix": "image/heic", b"mif1": "image/heif", b"avif": "image/avif",
           b"M4A ": "audio/mp4", b"qt  ": "video/quicktime"}
EXTENSIONS: dict[str, tuple[str, ...]] = {
    "application/pdf": ("pdf",), "image/jpeg": ("jpg", "jpeg", "jfif"), "image/png": ("png",),
    "image/tiff": ("tif", "tiff"), "image/gif": ("gif",), "image/bmp": ("bmp",), "image/webp": ("webp",),
    _OOXML + "wordprocessingml.document": ("docx", "docm", "dotx"),
    _OOXML + "spreadsheetml.sheet": ("xlsx", "xlsm", "xltx"),
    _OOXML + "presentationml.presentation": ("pptx", "pptm", "ppsx"),
    _ODF + "text": ("odt",), _ODF + "spreadsheet": ("ods",), _ODF + "presentation": ("odp",),
    "application/zip": ("zip",), "application/x-msdownload": ("exe", "dll", "scr"),
    "message/rfc822": ("eml",), "text/html": ("html", "htm", "xhtml"), "image/svg+xml": ("svg",),
    "application/rtf": ("rtf", "doc"), "application/x-ole-storage": ("doc", "xls", "ppt", "msg"),
}
_TEXTUAL = {"eml", "html", "htm", "xhtml", "svg", "rtf"}
_CLAIMS = {extension: media for media, known in EXTENSIONS.items() for extension in known}
LABELS = {
    "application/pdf": _("PDF"), "image/jpeg": _("imagen JPEG"), "image/png": _("imagen PNG"),
    "image/tiff": _("imagen TIFF"), "image/gif": _("imagen GIF"), "image/webp": _("imagen WebP"),
    "image/bmp": _("imagen BMP"), "image/heic": _("foto HEIC"), "image/svg+xml": _("dibujo SVG"),
    _OOXML + "wordprocessingml.document": _("documento de Word"), _ODF + "text": _("documento de texto ODF"),
    _OOXML + "spreadsheetml.sheet": _("hoja de cálculo"), _ODF + "spreadsheet": _("hoja de cálculo ODF"),
    _OOXML + "presentationml.presentation": _("presentación"), _ODF + "presentation": _("presentación ODF"),
    "application/zip": _("archivo comprimido"), "application/x-msdownload": _("programa de Windows"),
    "application/x-executable": _("programa"), "message/rfc822": _("correo electrónico"),
    "text/html": _("página web"), "text/plain": _("texto"), "text/csv": _("tabla CSV"),
    "application/x-ole-storage": _("documento de Office anterior"), "application/x-encrypted-office":
    _("documento de Office con contraseña"), "application/rtf": _("documento RTF"), OCTETS: _("archivo"),
}


def media_type(path: Path) -> str:
    """The media type that the content shows; `application/octet-stream` when nothing is recognised."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    found = _by_magic(head) or _by_text(head)
    if found == "application/zip":
        return _zip_type(path, head)
    if found == "application/x-ole-storage":
        encrypted = "EncryptedPackage".encode("utf-16-le") in _start(path, 1 << 20)
        return "application/x-encrypted-office" if encrypted else found
    return found or _by_library(head)


def _start(path: Path, size: int) -> bytes:
    with path.open("rb") as file:
        return file.read(size)


def _by_magic(head: bytes) -> str:
    for magic, media in _MAGIC:
        if head.startswith(magic) and (magic != b"BM" or head[6:10] == b"\0\0\0\0"):
            return media
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    return "application/pdf" if b"%PDF-" in head[:1024] else ""


def _by_text(head: bytes) -> str:
    """Text has no control characters; what it starts with tells the rest."""
    marked = head[:2] in (b"\xff\xfe", b"\xfe\xff")
    if not head or (not marked and any(byte < 32 and byte not in (9, 10, 12, 13, 27) for byte in head)):
        return ""
    start = head.decode("utf-8-sig", "replace").lstrip()[:2000].lower()
    if start.startswith(("<!doctype html", "<html")) or "<html" in start[:600]:
        return "text/html"
    if start.startswith("<svg") or ("<svg" in start and start.startswith(("<?xml", "<!"))):
        return "image/svg+xml"
    if start.startswith("<?xml"):
        return "application/xml"
    return "message/rfc822" if _mail(start) else "text/plain"


def _mail(start: str) -> bool:
    names = {line.partition(":")[0] for line in start.splitlines()[:40] if ":" in line}
    return len(names & {"from", "to", "date", "subject", "received", "message-id", "mime-version"}) >= 3


def _by_library(head: bytes) -> str:
    try:
        return str(puremagic.from_string(head, mime=True)) or OCTETS
    except (puremagic.PureError, ValueError, IndexError):
        return OCTETS


def _zip_type(path: Path, head: bytes) -> str:
    if head[30:38] == b"mimetype" and head[38:].startswith(_ODF.encode()):
        end = head.find(b"PK", 38)
        length = struct.unpack("<I", head[18:22])[0]
        return head[38:38 + length if 0 < length < 100 else end].decode("ascii", "replace")[:100]
    names = zip_names(path) or _first_names(head)
    if "[Content_Types].xml" in names:
        for folder, kind in (("word/", "wordprocessingml.document"), ("xl/", "spreadsheetml.sheet"),
                             ("ppt/", "presentationml.presentation")):
            if any(name.startswith(folder) for name in names):
                return _OOXML + kind
    return "application/zip"


def zip_names(path: Path, limit: int = 2000) -> list[str]:
    """The first names of the central directory (APPNOTE 4.3.12), at most `limit`, read from the last
    megabyte."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - (1 << 20)))
        data = file.read()
    names: list[str] = []
    place = data.find(b"PK\x01\x02")
    while 0 <= place <= len(data) - 46 and len(names) < limit and data[place:place + 4] == b"PK\x01\x02":
        name, extra, comment = struct.unpack("<HHH", data[place + 28:place + 34])
        names.append(data[place + 46:place + 46 + name].decode("utf-8", "replace"))
        place += 46 + name + extra + comment
    return names


def _first_names(head: bytes) -> list[str]:
    """Names in the local headers at the beginning: all that is left of an archive whose end is missing."""
    parts = head.split(b"PK\x03\x04")[1:]
    return [part[26:26 + struct.unpack("<H", part[22:24])[0]].decode("utf-8", "replace")
            for part in parts if len(part) > 26]


def label(media: str) -> str:
    """The type in Spanish for people."""
    return str(LABELS.get(media, media))


def disguised(filename: str, media: str) -> bool:
    """Whether the name claims another type than the content shows (`oficio.pdf` that is a program)."""
    extension = filename.rpartition(".")[2].lower() if "." in filename else ""
    if extension not in _CLAIMS or media == "application/x-encrypted-office":
        return False
    if extension in _TEXTUAL and (media.startswith("text/")
                                  or media in ("application/xml", "message/rfc822")):
        return False
    return extension not in EXTENSIONS.get(media, ())
