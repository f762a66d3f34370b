"""A real clamd with a signature file of its own that knows EICAR only."""
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ventanilla.core.audit.models import Entry
from ventanilla.core.documents import antivirus, problems
from ventanilla.core.documents.models import DocumentVersion, State
from ventanilla.core.documents.services import merge_pdf, open_version, process
from ventanilla.core.documents.tests import samples

CLAMD = shutil.which("clamd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def clamd() -> Iterator[str]:
    """The path of the socket of a clamd that runs as nobody where the tests run as root."""
    assert CLAMD, "falta el paquete clamav-daemon"
    folder = Path(tempfile.mkdtemp(prefix="ventanilla-clamd-"))  # pytest's own folders are closed to nobody
    (folder / "db").mkdir()
    (folder / "db" / "own.ndb").write_text(f"Prueba.EICAR:0:*:{samples.EICAR.hex()}\n")
    socket_path = Path("/tmp") / f"ventanilla-clamd-{os.getpid()}.sock"
    (folder / "clamd.conf").write_text(
        f"DatabaseDirectory {folder / 'db'}\nLocalSocket {socket_path}\nForeground yes\nStreamMaxLength 50M\n"
        f"LocalSocketMode 666\nPidFile {folder / 'clamd.pid'}\nMaxThreads 2\nConcurrentDatabaseReload no\n")
    process = subprocess.Popen([CLAMD, "-c", str(folder / "clamd.conf")], preexec_fn=_unprivileged(folder),
                               stdout=(folder / "log").open("w"), stderr=subprocess.STDOUT)
    try:
        _wait(process, socket_path, folder / "log")
        yield str(socket_path)
    finally:
        process.terminate()
        process.wait(10)
        socket_path.unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged(folder: Path):
    if os.getuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    for path in (folder, *folder.rglob("*")):
        os.chown(path, nobody.pw_uid, nobody.pw_gid)
    folder.chmod(0o755)

    def drop() -> None:
        os.setgroups([])
        os.setgid(nobody.pw_gid)
        os.setuid(nobody.pw_uid)
    return drop


def _wait(process, socket_path: Path, log: Path) -> None:
    end = time.monotonic() + 120
    while not socket_path.exists():
        assert process.poll() is None and time.monotonic() < end, log.read_text()
        time.sleep(0.05)


@pytest.fixture
def scanner(clamd, settings) -> None:
    settings.CLAMD = clamd


def test_the_scanner_answers(scanner):
    assert antivirus.ping().startswith("ClamAV")


def test_clean_file_is_read(scanner, stored):
    version = stored(samples.letter())
    assert version.state == State.READY and open_version(version).read(4) == b"%PDF"


@pytest.mark.parametrize("wrap", [lambda data: data, lambda data: samples.zipped({"a/b.txt": data})])
def test_infected_file_is_quarantined_and_never_served(scanner, stored, tmp_path, wrap):
    version = stored(wrap(samples.EICAR), "factura.pdf")
    assert version.state == State.INFECTED
    assert "Prueba.EICAR" in version.reason and "cuarentena" in version.reason
    with pytest.raises(problems.NotServed, match="cuarentena"):
        open_version(version)
    with pytest.raises(problems.NotServed), merge_pdf([version]):
        pass
    assert not (tmp_path / "files" / version.blob.path).exists()
    assert (tmp_path / "files" / "quarantine" / version.blob.sha256).stat().st_mode & 0o777 == 0o600
    assert Entry.objects.filter(verb="documents.infected").count() == 1


def test_the_same_infected_bytes_are_known_at_once(scanner, stored, other):
    first = stored(samples.EICAR, "a.txt")
    again = stored(samples.EICAR, "b.txt", actor=other)
    assert again.state == State.INFECTED and again.blob_id == first.blob_id


def test_infected_stays_infected(scanner, stored):
    from django.db import DatabaseError, transaction
    version = stored(samples.EICAR, "a.txt")
    with pytest.raises(DatabaseError), transaction.atomic():
        DocumentVersion.objects.filter(pk=version.pk).update(state=State.READY)


def test_while_the_scanner_is_down_files_wait(stored, clamd, settings):
    settings.CLAMD = "/tmp/no-hay-nadie.sock"
    version = stored(samples.letter(), read=False)
    with pytest.raises(problems.ScannerDown):
        process(version.pk)
    version.refresh_from_db()
    assert version.state == State.SCANNING
    with pytest.raises(problems.NotServed, match="espera la revisión"):
        open_version(version)
    settings.CLAMD = clamd
    process(version.pk)
    version.refresh_from_db()
    assert version.state == State.READY
