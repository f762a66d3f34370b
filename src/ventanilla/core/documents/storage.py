"""Bytes by their SHA-256: written once, whole or not at all, on disk or wherever Django's default storage
puts them."""
import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, default_storage

from ventanilla.core.documents.problems import FileRefused

CHUNK = 1 << 20
FULL = (errno.ENOSPC, errno.EDQUOT)
ROOM = 16 << 20
QUARANTINE = "quarantine/"


@dataclass(frozen=True)
class Incoming:
    """A received file on our disk, hashed and not yet stored."""

    path: Path
    sha256: str
    size: int


def name_of(sha256: str) -> str:
    """Where the bytes lie in the storage: `ab/cd/<sha256>`."""
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def local_root() -> Path | None:
    """The storage's folder when it is a local disk."""
    return Path(default_storage.path(".")) if isinstance(default_storage, FileSystemStorage) else None


def _incoming_folder() -> Path:
    root = local_root()
    folder = root / "incoming" if root else Path(tempfile.gettempdir())
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def received(stream: IO[bytes], name: str) -> Iterator[Incoming]:
    """Write the stream to disk while hashing it; the temporary file is gone afterwards unless it was kept.

    Raises FileRefused: empty, too_big (settings.FILE_LIMITS["bytes"]), disk_full, unreadable_upload.
    """
    handle, temporary = tempfile.mkstemp(dir=_incoming_folder(), prefix="up-")
    path = Path(temporary)
    try:
        with os.fdopen(handle, "wb") as target:
            digest, size = _copied(stream, target, name)
            target.flush()
            os.fsync(target.fileno())
        yield Incoming(path, digest, size)
    except OSError as error:
        raise _refusal(error, name) from error
    finally:
        path.unlink(missing_ok=True)


def _refusal(error: OSError, name: str) -> FileRefused:
    full = error.errno in FULL or error.errno == errno.EFBIG
    return FileRefused("disk_full" if full else "unreadable_upload", name)


def has_room() -> bool:
    """Whether ROOM bytes are free where files are kept and where they are read."""
    return all(shutil.disk_usage(folder).free >= ROOM for folder in (_incoming_folder(), tempfile.gettempdir()))


def _copied(stream: IO[bytes], target: IO[bytes], name: str) -> tuple[str, int]:
    digest, size, limit = hashlib.sha256(), 0, settings.FILE_LIMITS["bytes"]
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        if size > limit:
            raise FileRefused("too_big", name, limit=limit // (1024 * 1024))
        digest.update(chunk)
        target.write(chunk)
    if size == 0:
        raise FileRefused("empty", name)
    return digest.hexdigest(), size


def keep(incoming: Incoming) -> None:
    """Move the file to its place: by rename on a local disk, by upload elsewhere. The same bytes are kept
    once."""
    root = local_root()
    name = name_of(incoming.sha256)
    if root is None:
        if not default_storage.exists(name):
            with incoming.path.open("rb") as file:
                default_storage.save(name, File(file))
        return
    target = root / name
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists() and target.stat().st_size == incoming.size:
        os.utime(target)
        return
    incoming.path.chmod(0o640)
    os.replace(incoming.path, target)
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def keep_file(path: Path) -> Incoming:
    """Hash and keep a file that a child made (a preview, a searchable PDF); the source is left in place.

    Links are not followed: whoever takes over a child must not get another file stored. Raises OSError.
    """
    with open(path, "rb", opener=_no_links) as stream, received(stream, path.name) as incoming:
        keep(incoming)
        return incoming


def _no_links(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW)


def quarantine(sha256: str) -> None:
    """Take the bytes out of reach: under `quarantine/`, a name that is never opened for anybody."""
    source, target = name_of(sha256), QUARANTINE + sha256
    root = local_root()
    if root is not None and (root / source).exists():
        (root / QUARANTINE).mkdir(mode=0o700, exist_ok=True)
        os.replace(root / source, root / target)
        (root / target).chmod(0o600)
    elif root is None and default_storage.exists(source):
        with default_storage.open(source) as file:
            default_storage.save(target, file)
        default_storage.delete(source)


@contextmanager
def local_copy(sha256: str) -> Iterator[Path]:
    """A path on this machine with the bytes (the stored file itself on a local disk)."""
    root = local_root()
    if root is not None:
        yield root / name_of(sha256)
        return
    with tempfile.NamedTemporaryFile(prefix="ventanilla-blob-") as copy, opened(sha256) as file:
        for chunk in iter(lambda: file.read(CHUNK), b""):
            copy.write(chunk)
        copy.flush()
        yield Path(copy.name)


def opened(sha256: str, storage: Storage = default_storage) -> IO[bytes]:
    """The bytes for reading. Raises FileNotFoundError."""
    return storage.open(name_of(sha256), "rb")
