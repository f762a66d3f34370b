"""A real clamd with a signature file of its own that knows EICAR only."""
import contextlib
import io
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image

from ventanilla.config import doctor
from ventanilla.config.place import Place
from ventanilla.core.audit.models import Entry
from ventanilla.core.documents import antivirus, problems
from ventanilla.core.documents.models import Document, DocumentVersion, State
from ventanilla.core.documents.services import FileDraft, merge_pdf, open_version, process, store_capture
from ventanilla.core.documents.services.logos import safe_logo
from ventanilla.core.documents.services.screening import screened
from ventanilla.core.documents.tests import samples

CLAMD = shutil.which("clamd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
PHOTO, LOGO = (samples.saved(Image.new("RGB", (300, 400), "white"), kind) for kind in ("JPEG", "PNG"))
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


@pytest.fixture(params=["reads", "does not read"])
def hung(request, settings) -> Iterator[threading.Event]:
    """A clamd that accepts and says that all is clean only when the event is set, or long after any page was given up."""
    told, threads = threading.Event(), []

    def serve(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            if request.param == "reads":
                threading.Thread(target=drain, args=[connection], daemon=True).start()
            told.wait(300)
            connection.sendall(b"stream: OK\0")
            connection.shutdown(socket.SHUT_WR)
            gone.wait(300)

    def drain(connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while connection.recv(65536):
                pass

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                threads.append(threading.Thread(target=serve, args=[listening.accept()[0]]))
                threads[-1].start()

    gone, listening = threading.Event(), socket.create_server(("127.0.0.1", 0))
    settings.CLAMD = f"127.0.0.1:{listening.getsockname()[1]}"
    accepting = threading.Thread(target=accept)
    accepting.start()
    yield told
    told.set()
    gone.set()
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    accepting.join()
    for thread in threads:
        thread.join()


@pytest.fixture
def impatient(monkeypatch) -> None:
    monkeypatch.setattr(antivirus, "PAGE", 0.2)


def test_a_page_does_not_wait_for_a_hung_scanner_and_stores_nothing(hung, impatient, files, ana):
    for photos in (1, 3):
        with pytest.raises(problems.DocumentError, match=r"no responde; intente de nuevo en unos minutos\. No se guardó nada"):
            store_capture(actor=ana, photos=[FileDraft(f"{n}.jpg", io.BytesIO(PHOTO)) for n in range(photos)],
                          title="Captura", uuid=uuid4())
    with pytest.raises(problems.DocumentError, match="no responde; intente"):
        safe_logo(LOGO)
    with pytest.raises(problems.DocumentError, match="no responde; intente"):
        screened(LOGO, {"image/png"})
    assert not Document.objects.exists()


def test_what_a_hung_scanner_does_not_take_is_given_up_too(hung, settings):
    with pytest.raises(problems.ScannerDown, match="a tiempo"):
        antivirus.scan(io.BytesIO(bytes(40 * 1024**2)), within=0.2)


def test_a_job_waits_longer_than_a_page(hung, impatient, stored):
    version = stored(samples.letter(), read=False)
    threading.Timer(1, hung.set).start()
    process(version.pk)
    version.refresh_from_db()
    assert version.state == State.READY


def doctor_says(address, monkeypatch, settings, tmp_path):
    monkeypatch.setenv("CLAMD", address)
    settings.CLAMD = address
    return [(f.state, f.text) for f in doctor.CHECKS["antivirus"](Place(tmp_path))]


def test_the_doctor_says_that_the_scanner_does_not_answer(hung, impatient, monkeypatch, settings, tmp_path):
    [(state, text)] = doctor_says(settings.CLAMD, monkeypatch, settings, tmp_path)
    assert state == doctor.WARN and "clamd no contesta (no respondió a tiempo)" in text
    [(state, text)] = doctor_says(str(tmp_path / "nadie.sock"), monkeypatch, settings, tmp_path)
    assert state == doctor.WARN and "clamd no contesta" in text


def test_the_doctor_compares_the_largest_file_with_what_clamd_takes(clamd, monkeypatch, settings, tmp_path):
    for limit, states in ((50, [doctor.OK]), (51, [doctor.OK, doctor.WARN])):
        settings.FILE_LIMITS = settings.FILE_LIMITS | {"bytes": limit * 1024**2}
        found = doctor_says(clamd, monkeypatch, settings, tmp_path)
        assert [state for state, _text in found] == states
    assert "StreamMaxLength de clamd es menor que MAX_FILE_MB (51)" in found[1][1]
