"""`ventanilla backup FILE` and `restore FILE`: database and files in one tar, with counts and digests.

The database is dumped, and every table counted and digested, in one snapshot; files are content-addressed and
written before the row that names them is committed, so copying them after the dump misses none. A backup has
its final name only when it is complete; a restore goes only into an empty installation and is compared with
the manifest at the end.
"""
import errno
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

import psycopg
from psycopg import sql

from ventanilla.config import binaries
from ventanilla.config.place import Place

DUMP, MANIFEST, FILES = "database.dump", "manifest.json", "files"
FORMAT = 1
CHUNK = 1 << 20
# How rows become text must not depend on the session: both sides digest under the same settings.
SAME_TEXT = ("SET timezone = 'UTC'; SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres'; "
             "SET bytea_output = 'hex'; SET extra_float_digits = 1; SET search_path = public")
TABLES = """SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'
ORDER BY 1, 2"""
# The sum of 64 bits of each row's digest: no order, no memory, one pass.
DIGEST = """SELECT count(*),
 coalesce(sum(('x' || substr(md5(t::text), 1, 16))::bit(64)::bigint::numeric), 0)::text
FROM {table} t"""


class Differs(Exception):
    """What was restored is not what was backed up, or there is something in the way; in Spanish."""


def backup(place: Place, target: Path, url: str, *, force: bool = False) -> int:
    """Write a backup of the database at `url` and of the files of `place`; 1 and no file when it cannot be written.

    A file of that name stays as it is unless `force`: it may be the only backup of its day.
    """
    if not force and os.path.lexists(target):
        print(f"No se respaldó. {target}: ya existe, y se conserva. Dé otro nombre, o agregue --force para sustituirlo.", file=sys.stderr)
        return 1
    try:
        manifest = _written(place, target, url)
    except OSError as problem:
        print(f"No se respaldó. {target.parent}: {_why(problem)}", file=sys.stderr)
        return 1
    rows = sum(table["rows"] for table in manifest["tables"].values())
    print(f"Respaldo completo: {len(manifest['tables'])} tablas, {rows} registros, "
          f"{len(manifest['files'])} archivos, {target.stat().st_size // 1024} KiB en {target}")
    return 0


def _unrestored(told: str) -> int:
    print(f"No se restauró: {told}", file=sys.stderr)
    return 1


def _why(problem: OSError) -> str:
    """What an operator does something about, in Spanish; anything else as the system says it."""
    return {errno.ENOENT: "no existe", errno.ENOTDIR: "no es una carpeta", errno.EISDIR: "es una carpeta", errno.ENOSPC: "no hay espacio",
            errno.EACCES: "falta el permiso", errno.EPERM: "falta el permiso", errno.EROFS: "es de sólo lectura",
            }.get(problem.errno or 0, problem.strerror or str(problem))


def _written(place: Place, target: Path, url: str) -> dict[str, Any]:
    """The file, whole or not at all: it holds personal data, so mode 600."""
    partial = target.with_name(f"{target.name}.partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            manifest = _write(place, file, url)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def restore(place: Place, source: Path, url: str) -> int:
    """Fill an empty installation from a backup and compare; 1 and nothing changed when it is not empty."""
    try:
        with tarfile.open(source) as archive:
            manifest = _manifest(archive)
            _refuse_occupied(place, url)
            _restore_files(archive, manifest, place)
            _restore_database(archive, manifest, url)
        compare(manifest, url)
    except Differs as problem:
        return _unrestored(str(problem))
    except tarfile.TarError as problem:
        return _unrestored(f"{source} no es un respaldo, o está incompleto ({str(problem).splitlines()[0]})")
    except OSError as problem:
        return _unrestored(f"{problem.filename or source}: {_why(problem)}")
    print(f"Restaurado y comparado: {len(manifest['tables'])} tablas y {len(manifest['files'])} archivos "
          f"iguales a los del respaldo del {manifest['made']}")
    return 0


def digests(connection: psycopg.Connection[Any]) -> dict[str, dict[str, Any]]:
    """Rows and content digest of every table, in the connection's snapshot."""
    result = {}
    for schema, name in connection.execute(TABLES).fetchall():
        statement = sql.SQL(DIGEST).format(table=sql.Identifier(schema, name))
        row = connection.execute(statement).fetchone()
        assert row is not None
        result[f"{schema}.{name}"] = {"rows": row[0], "digest": row[1]}
    return result


def compare(manifest: dict[str, Any], url: str) -> None:
    """Raise Differs naming the first table whose count or content is not the manifest's."""
    with psycopg.connect(url) as connection:
        connection.execute(SAME_TEXT)
        found = digests(connection)
    for name in sorted(manifest["tables"].keys() | found.keys()):
        expected, got = manifest["tables"].get(name), found.get(name)
        if expected != got:
            raise Differs(f"la tabla {name} tiene {got} y el respaldo dice {expected}")


def _write(place: Place, file: IO[bytes], url: str) -> dict[str, Any]:
    with tarfile.open(fileobj=file, mode="w") as archive:
        manifest = {"format": FORMAT, "made": datetime.now(UTC).isoformat(timespec="seconds")}
        manifest |= _dump(archive, place, url)
        manifest["files"] = dict(_add_files(archive, place))
        _add(archive, MANIFEST, io.BytesIO(json.dumps(manifest, indent=1).encode()))
    return manifest


def _dump(archive: tarfile.TarFile, place: Place, url: str) -> dict[str, Any]:
    with psycopg.connect(url) as connection, tempfile.TemporaryFile(dir=place.run) as dump:
        connection.execute(SAME_TEXT)
        connection.commit()
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        row = connection.execute("SELECT pg_export_snapshot(), current_setting('server_version')").fetchone()
        assert row is not None
        options = ("--format=custom", "--no-owner", "--no-privileges", f"--snapshot={row[0]}")
        _pg("pg_dump", *options, url, output=dump)
        tables = digests(connection)
        dump.seek(0)
        return {"server": row[1], "tables": tables, "dump": _add(archive, DUMP, dump)}


def _add_files(archive: tarfile.TarFile, place: Place) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(place.files.rglob("*")):
        name = path.relative_to(place.files).as_posix()
        if path.is_file() and not path.is_symlink() and not path.name.startswith("."):
            with path.open("rb") as file:
                yield name, _add(archive, f"{FILES}/{name}", file)


def _add(archive: tarfile.TarFile, name: str, file: IO[bytes]) -> dict[str, Any]:
    """Add a member and return its size and SHA-256, read in the same pass."""
    info = tarfile.TarInfo(name)
    info.size, info.mode = file.seek(0, os.SEEK_END), 0o600
    file.seek(0)
    reader = _Digesting(file)
    archive.addfile(info, reader)
    return {"bytes": info.size, "sha256": reader.digest.hexdigest()}


class _Digesting:
    """A file that digests what is read from it."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """As a file's read."""
        data = self.file.read(size)
        self.digest.update(data)
        return data


def _manifest(archive: tarfile.TarFile) -> dict[str, Any]:
    member = _member(archive, MANIFEST)
    manifest: dict[str, Any] = json.load(member)
    if manifest.get("format") != FORMAT:
        raise Differs("el archivo no es un respaldo de esta versión de Ventanilla")
    return manifest


def _member(archive: tarfile.TarFile, name: str) -> IO[bytes]:
    """A plain file of the archive, read and never unpacked by tarfile (3.11.2 knows no filters): a link would show another member's
    bytes under this name, a device or folder has none."""
    try:
        info = archive.getmember(name)
    except KeyError:
        raise Differs(f"al respaldo le falta {name}") from None
    member = archive.extractfile(info) if info.isreg() else None
    if member is None:
        raise Differs(f"{name} no es un archivo normal dentro del respaldo")
    return member


def _inside(folder: Path, name: str) -> Path:
    """Where a file of the backup goes; never outside of the folder, also not through a link that stands in it."""
    path = PurePosixPath(name)
    target = folder / path
    if path.is_absolute() or ".." in path.parts or "\0" in name or not target.resolve().is_relative_to(folder.resolve()):
        raise Differs(f"nombre de archivo inadmisible: {name}")
    return target


def _refuse_occupied(place: Place, url: str) -> None:
    with psycopg.connect(url) as connection:
        if connection.execute(TABLES).fetchone():
            raise Differs("la base de datos no está vacía; restaure en una carpeta de datos nueva")
    if any(path.is_file() for path in place.files.rglob("*")):
        raise Differs(f"la carpeta {place.files} no está vacía")


def _restore_files(archive: tarfile.TarFile, manifest: dict[str, Any], place: Place) -> None:
    for name, expected in manifest["files"].items():
        target = _inside(place.files, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            _copy(_member(archive, f"{FILES}/{name}"), file, expected, name)


def _restore_database(archive: tarfile.TarFile, manifest: dict[str, Any], url: str) -> None:
    with tempfile.NamedTemporaryFile() as dump:
        _copy(_member(archive, DUMP), dump, manifest["dump"], DUMP)
        dump.flush()
        _pg("pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges",
            f"--dbname={url}", dump.name)


def _copy(source: IO[bytes], target: IO[bytes], expected: dict[str, Any], name: str) -> None:
    digest = hashlib.sha256()
    while data := source.read(CHUNK):
        digest.update(data)
        target.write(data)
    if digest.hexdigest() != expected["sha256"]:
        raise Differs(f"{name} está dañado en el respaldo")


def _pg(program: str, *arguments: str, output: IO[bytes] | None = None) -> None:
    """Run the oldest client of the wheel that is as new as the server, whose address is an argument: newer ones set what it ignores."""
    url = next(argument.removeprefix("--dbname=") for argument in arguments if "postgresql://" in argument)
    with psycopg.connect(url) as connection:
        server = connection.info.server_version // 10_000
    path = binaries.folder(min((v for v in binaries.FOLDERS if v >= server), default=max(binaries.FOLDERS))) / program
    done = subprocess.run([str(path), *arguments], stdout=output, stderr=subprocess.PIPE, check=False)
    if done.returncode:
        raise Differs(f"{program}: {done.stderr.decode(errors='replace').strip()[-1000:]}")
