"""The file: a ZIP with `package.json` (canonical JSON), `signature.json` (Ed25519) and `files/<sha256>`; read within limits.

The key is derived from the installation's secret (HKDF), so a package of the same installation is known as such; one of another is
checked against the key that it carries, whose fingerprint a person compares with the one the sender says.
"""
import hashlib
import io
import json
import zipfile
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import canonical
from ventanilla.core.exports.packaging.registry import Piece
from ventanilla.core.orgs.services.setup import Refused

FORMAT: Final = "ventanilla-package/1"
MAX_BYTES: Final = 20 * 2**20
MAX_PLAIN: Final = 60 * 2**20
MAX_PIECES: Final = 5000
MAX_FILES: Final = 500
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Bundle:
    """A package that was read and whose signature holds. `own`: signed by this very installation; `digest`: SHA-256 of `package.json`."""

    uuid: UUID
    name: str
    source: str
    made_at: datetime
    pieces: tuple[Piece, ...]
    files: Mapping[str, bytes]
    digest: str
    fingerprint: str
    own: bool


def pack(*, uuid: UUID, name: str, source: str, made_at: datetime, pieces: Sequence[Piece]) -> bytes:
    """The ZIP; the same arguments give the same bytes. Raises Refused when it would be too large to be read again."""
    files = {sha: content for piece in pieces for sha, content in piece.files.items()}
    manifest = canonical({
        "format": FORMAT, "uuid": str(uuid), "name": name, "source": source, "made_at": made_at.isoformat(),
        "files": sorted(files), "pieces": [_plain(p) for p in pieces]}).encode()
    signature = canonical({"algorithm": "Ed25519", "public_key": b64encode(_public(_key())).decode(),
                           "signature": b64encode(_key().sign(manifest)).decode()}).encode()
    entries = [("package.json", manifest), ("signature.json", signature), *((f"files/{sha}", files[sha]) for sha in sorted(files))]
    made = _zipped(entries)
    if len(made) > MAX_BYTES or len(pieces) > MAX_PIECES or len(files) > MAX_FILES:
        raise Refused(_("El paquete sería demasiado grande; elija menos partes."))
    return made


def _plain(piece: Piece) -> dict[str, Any]:
    return {"part": piece.part, "key": piece.key, "label": piece.label, "data": piece.data, "needs": list(piece.needs),
            "asks_unit": piece.asks_unit, "files": sorted(piece.files)}


def _zipped(entries: Iterable[tuple[str, bytes]]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def unpack(content: bytes) -> Bundle:
    """Read a package. Raises Refused, in Spanish: not a package, altered, of a newer format, or too large."""
    if len(content) > MAX_BYTES:
        raise Refused(_("El archivo es demasiado grande para ser un paquete."), "file")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _read(_entries(archive))
    except (zipfile.BadZipFile, zipfile.LargeZipFile, KeyError, ValueError, TypeError, NotImplementedError, RuntimeError, EOFError,
            RecursionError) as error:
        raise Refused(_("El archivo no es un paquete de la plataforma, o llegó dañado."), "file") from error


def _entries(archive: zipfile.ZipFile) -> dict[str, bytes]:
    infos = archive.infolist()
    if len(infos) > MAX_FILES + 2 or sum(i.file_size for i in infos) > MAX_PLAIN:
        raise ValueError("too large")
    found: dict[str, bytes] = {}
    left = MAX_PLAIN
    for info in infos:
        with archive.open(info) as file:
            found[info.filename] = file.read(left + 1)
        left -= len(found[info.filename])
        if left < 0:
            raise ValueError("too large")
    return found


def _read(entries: Mapping[str, bytes]) -> Bundle:
    manifest = entries["package.json"]
    public = _verified(manifest, json.loads(entries["signature.json"]))
    data = json.loads(manifest)
    if data["format"] != FORMAT:
        raise Refused(_("El paquete es de otra versión de la plataforma; actualícela antes de instalarlo."), "file")
    files = {sha: entries[f"files/{sha}"] for sha in data["files"]}
    if any(hashlib.sha256(content).hexdigest() != sha for sha, content in files.items()) or len(data["pieces"]) > MAX_PIECES:
        raise ValueError("altered")
    pieces = tuple(_piece(one, files) for one in data["pieces"])
    return Bundle(UUID(data["uuid"]), str(data["name"])[:200], str(data["source"])[:200], _moment(data["made_at"]), pieces, files,
                  hashlib.sha256(manifest).hexdigest(), _print(public), public == _public(_key()))


def _moment(written: str) -> datetime:
    """ISO 8601 with its zone, or ValueError."""
    found = datetime.fromisoformat(written)
    if found.tzinfo is None:
        raise ValueError("a moment without zone")
    return found


def _piece(one: Mapping[str, Any], files: Mapping[str, bytes]) -> Piece:
    return Piece(str(one["part"])[:60], str(one["key"])[:200], str(one["label"])[:300], dict(one["data"]), tuple(map(str, one["needs"])),
                 bool(one["asks_unit"]), {sha: files[sha] for sha in one["files"]})


def _verified(manifest: bytes, signed: Mapping[str, str]) -> bytes:
    public = b64decode(signed["public_key"], validate=True)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(b64decode(signed["signature"], validate=True), manifest)
    except InvalidSignature as error:
        raise Refused(_("La firma del paquete no corresponde: alguien cambió su contenido después de firmarlo."), "file") from error
    return public


def own_fingerprint() -> str:
    """The fingerprint of this installation's key, for whoever must compare it."""
    return _print(_public(_key()))


def _key() -> Ed25519PrivateKey:
    seed = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"ventanilla:packages:1").derive(settings.SECRET_KEY.encode())
    return Ed25519PrivateKey.from_private_bytes(seed)


def _public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def _print(public: bytes) -> str:
    digest = hashlib.sha256(public).hexdigest()[:32]
    return " ".join(digest[n:n + 4] for n in range(0, 32, 4))
