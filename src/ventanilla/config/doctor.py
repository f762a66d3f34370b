"""`ventanilla doctor`: what this machine has, what it lacks, and what stops working without it."""
import glob
import os
import platform
import shutil
import socket
import subprocess
import sys
import zoneinfo
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from ventanilla.config.binaries import Unavailable
from ventanilla.config.embedded import Busy, database
from ventanilla.config.place import Place

OK, WARN, LACK = "bien", "aviso", "FALTA"
ROOM = 2 * 1024**3  # bytes of free disk below which we warn


@dataclass(frozen=True)
class Finding:
    """One line of the report; `state` is OK, WARN (degraded) or LACK (it will not work)."""

    state: str
    subject: str
    text: str


def report(place: Place) -> int:
    """Print every finding; 1 when something necessary is lacking."""
    findings = list(examine(place))
    for finding in findings:
        print(f"{finding.state:>6}  {finding.subject:<20} {finding.text}")
    return int(any(finding.state == LACK for finding in findings))


def examine(place: Place) -> Iterator[Finding]:
    """Each check by itself: one that breaks is a finding, never a traceback."""
    for subject, check in CHECKS.items():
        try:
            yield from check(place)
        except (OSError, Unavailable, Busy, psycopg.Error, ImportError, ValueError) as problem:
            yield Finding(LACK, subject, str(problem).strip().splitlines()[0])


def _python(place: Place) -> Iterator[Finding]:
    state = OK if sys.version_info >= (3, 11) else LACK
    yield Finding(state, "Python", platform.python_version())


def _database(place: Place) -> Iterator[Finding]:
    with database(place, purpose="doctor") as url, psycopg.connect(url, connect_timeout=5) as connection:
        row = connection.execute(
            "SELECT current_setting('server_version'), current_setting('server_encoding'),"
            " current_setting('server_version_num')::int / 10000, current_setting('fsync')").fetchone()
        assert row is not None
        version, encoding, number, fsync = row
    where = "DATABASE_URL" if os.environ.get("DATABASE_URL") else f"incluida, en {place.root}"
    yield Finding(OK if 15 <= number <= 18 else WARN, "PostgreSQL", f"{version} ({where}); sin extensiones")
    yield Finding(OK if encoding == "UTF8" else LACK, "codificación", f"{encoding} (se necesita UTF8)")
    yield Finding(OK if fsync == "on" else LACK, "fsync", fsync)


def _tesseract(place: Place) -> Iterator[Finding]:
    import tesserocr

    folders = [os.environ.get("TESSDATA_PREFIX", ""), *glob.glob("/usr/share/tesseract-ocr/*/tessdata"),
               "/usr/share/tessdata", "/usr/local/share/tessdata"]
    found = next((name for name in folders if name and Path(name, "spa.traineddata").exists()), "")
    version = tesserocr.tesseract_version().splitlines()[0]
    text = f"{version}, español en {found}" if found else "sin español: instale tesseract-ocr-spa"
    yield Finding(OK if found else WARN, "Tesseract", text)


def _typst(place: Place) -> Iterator[Finding]:
    import typst

    pdf = typst.compile(b"Acu\xc3\xb1e")
    yield Finding(OK if pdf[:4] == b"%PDF" else LACK, "typst", "compone documentos PDF")


def _programs(place: Place) -> Iterator[Finding]:
    node = shutil.which("node")
    text = _version(node, "--version") if node else "ninguno en el sistema: «make assets» usa el de PyPI"
    yield Finding(OK, "Node", text)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    text = _version(chromium, "--version") if chromium else "sólo lo usan las pruebas: instale chromium"
    yield Finding(OK if chromium else WARN, "Chromium", text)


def _antivirus(place: Place) -> Iterator[Finding]:
    if not os.environ.get("CLAMD"):
        yield Finding(WARN, "antivirus", "sin configurar (CLAMD); los archivos no se revisan")
        return
    _settings()
    from django.conf import settings

    from ventanilla.core.documents import antivirus
    from ventanilla.core.documents.problems import ScannerDown

    try:
        yield Finding(OK, "antivirus", antivirus.ping())
        if not antivirus.takes(settings.FILE_LIMITS["bytes"]):
            text = "StreamMaxLength de clamd es menor que MAX_FILE_MB ({}): los archivos más grandes esperan la revisión para siempre"
            yield Finding(WARN, "antivirus", text.format(settings.FILE_LIMITS["bytes"] // 1024**2))
    except ScannerDown as problem:
        yield Finding(WARN, "antivirus", f"clamd no contesta ({problem}); los archivos esperan la revisión, y las fotos no se reciben")


def _mail(place: Place) -> Iterator[Finding]:
    host, port = os.environ.get("SMTP_HOST"), int(os.environ.get("SMTP_PORT", "25"))
    if not host:
        yield Finding(WARN, "correo", "sin configurar (SMTP_HOST); nadie recibe avisos ni el enlace para elegir su contraseña")
        return
    try:
        with socket.create_connection((host, port), timeout=5):
            yield Finding(OK, "correo", f"{host}:{port} contesta")
    except OSError as problem:
        yield Finding(WARN, "correo", f"{host}:{port} no contesta ({problem}); lo que se manda espera")


def _sandbox(place: Place) -> Iterator[Finding]:
    _settings()
    from ventanilla.core.documents.sandbox import sandbox_level

    for name, active in sandbox_level().items():
        yield Finding(OK if active else WARN, f"aislamiento {name}", "activo" if active else "no disponible")


def _disk(place: Place) -> Iterator[Finding]:
    usage = shutil.disk_usage(place.root)
    text = f"{usage.free // 1024**3} GB libres de {usage.total // 1024**3} en {place.root}"
    yield Finding(OK if usage.free > ROOM else WARN, "disco", text)


def _time(place: Place) -> Iterator[Finding]:
    zone = zoneinfo.ZoneInfo("America/Mexico_City")
    yield Finding(OK, "zona horaria", zone.key)


def _secret(place: Place) -> Iterator[Finding]:
    path = Path(os.environ.get("SECRET_KEY_FILE", place.secret_key))
    if os.environ.get("SECRET_KEY"):
        yield Finding(OK, "SECRET_KEY", "en el entorno")
        return
    private = path.exists() and path.stat().st_mode & 0o077 == 0
    yield Finding(OK if private else LACK, "SECRET_KEY", f"{path} (debe existir con modo 600)")


def _version(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    return (done.stdout or done.stderr).strip().splitlines()[0]


def _settings() -> None:
    import django

    django.setup()


CHECKS: dict[str, Callable[[Place], Iterator[Finding]]] = {
    "Python": _python, "PostgreSQL": _database, "Tesseract": _tesseract, "typst": _typst,
    "programas": _programs, "antivirus": _antivirus, "correo": _mail, "aislamiento": _sandbox, "disco": _disk,
    "zona horaria": _time, "SECRET_KEY": _secret,
}
