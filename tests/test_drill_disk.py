"""A disk that is really full: a small file system under the files, and one under a whole installation with its database.

Needs root, to mount them; skipped visibly elsewhere (`core/documents/tests/test_hostile.py` limits the size of files instead).
"""
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests import make
from tests.drill_clients import Client, Job, acknowledged, key, multipart
from tests.ready import furnish
from ventanilla.config import processes
from ventanilla.config.benches.serving import Installation, installed

pytestmark = [pytest.mark.slow, pytest.mark.faults]
Mount = Callable[[Path, int], Path]
SAYS = "No hay espacio"


@pytest.fixture
def mount() -> Iterator[Mount]:
    """mount(folder, megabytes): a file system of that size there."""
    made: list[Path] = []

    def go(folder: Path, megabytes: int) -> Path:
        folder.mkdir(exist_ok=True)
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=711", "tmpfs", str(folder)], capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
        made.append(folder)
        return folder

    if os.geteuid():
        pytest.skip("only root can mount a small file system")
    yield go
    for folder in reversed(made):
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Take the last byte; the file that holds it."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1 << 8, 1):
            try:
                while file.write(b"\0" * size):
                    pass
            except OSError:
                continue
    return filler


@pytest.mark.django_db(transaction=True)
def test_a_file_waits_for_room_and_nothing_half_written_stays(tmp_path: Path, mount: Mount, settings: Any) -> None:
    from ventanilla.core.documents.models import Document, State
    from ventanilla.core.documents.problems import FileRefused, NoRoom
    from ventanilla.core.documents.services import FileDraft, process, store
    from ventanilla.modules.correspondence.specimens import images, specimen

    small = mount(tmp_path / "files", 24)
    settings.STORAGES = {**settings.STORAGES, "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": small}}}
    w = make.world()
    page = tmp_path / "oficio.png"
    images(specimen(3), "scan")[0].save(page)
    [version] = store(actor=w.clerk, files=[FileDraft("oficio.png", page)])
    filler = fill(small)
    with pytest.raises(NoRoom):
        process(version.pk)
    version.refresh_from_db()
    assert version.state == State.PROCESSING, "it waits: nothing is wrong with the file"
    with pytest.raises(FileRefused, match=SAYS):
        store(actor=w.clerk, files=[FileDraft("otro.bin", page)])
    assert Document.objects.count() == 1 and not list(small.glob("incoming/*"))
    filler.unlink()
    assert process(version.pk)
    version.refresh_from_db()
    assert (version.state, version.problem) == (State.READY, "") and version.searchable_id
    assert len(store(actor=w.clerk, files=[FileDraft("otro.bin", page)])) == 1


@pytest.mark.django_db(transaction=True)
def test_an_upload_with_no_room_to_receive_it_gives_a_page_in_spanish(tmp_path: Path, mount: Mount, settings: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client as Browser

    from ventanilla.modules.correspondence.models import Upload

    small = mount(tmp_path / "incoming", 8)
    settings.FILE_UPLOAD_TEMP_DIR = small
    w = make.world()
    browser = Browser(raise_request_exception=False)
    browser.force_login(w.clerk.user, backend="allauth.account.auth_backends.AuthenticationBackend")  # type: ignore[arg-type]
    filler = fill(small)

    def send() -> Any:
        return browser.post("/correspondencia/digitalizar/", {"unit": w.root.pk, "files": SimpleUploadedFile("a.bin", b"x" * 3_000_000)})

    refused = send()
    assert refused.status_code == 507 and SAYS in refused.content.decode()
    assert not Upload.objects.exists() and [path.name for path in small.iterdir()] == ["filler"]
    filler.unlink()
    assert send().status_code == 302 and Upload.objects.count() == 1


@pytest.fixture
def root() -> Iterator[Path]:
    """A folder that an unprivileged server may enter."""
    with tempfile.TemporaryDirectory(prefix="vt-drill-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


def answered(client: Client, mine: UUID, who: str, path: str, body: bytes, kind: str) -> tuple[int, str]:
    """Status and text, also while the platform is busy saying that it does not work."""
    end = time.monotonic() + 180
    while not (found := client.send(mine, who, path, body, kind)[:2])[0] and time.monotonic() < end:
        time.sleep(0.3)
    return found


def test_an_installation_on_a_full_disk_says_so_and_goes_on_when_there_is_room(root: Path, mount: Mount) -> None:
    small = mount(root / "data", 700)
    furnish(small)
    with installed(small, LOG_LEVEL="WARNING", WEB_WORKERS="1") as installation:
        folder = root / "drill"
        folder.mkdir()
        installation.django("tests.drill_checks", "setup", str(folder))
        scans = [path.read_bytes() for path in sorted(folder.glob("scan-*.jpg"))]
        client = Client(Job(installation.port, folder, json.loads((folder / "job.json").read_text()), scans), 0)
        client.letter(0), client.letter(2)
        assert client.problems == []
        filler = fill(small)
        file = multipart([("role", None, b"scan"), ("file", "a.jpg", scans[1] * 40)])
        told_in_spanish(*answered(client, key(0, 99, "upload"), "head", "/documents", file, "multipart/form-data; boundary=limite"))
        refused = _registered_until_refused(client)
        filler.unlink()
        assert processes.wait_until(installation.whole, 90, every=0.3), installation.last_words()
        assert client.ask(refused, "register", "head", "/letters", _letter(client, refused), "application/json")
        for n in (3, 4, 5, 99):
            client.letter(n)
        assert client.problems == []
        _all_is_well(installation, folder)


def told_in_spanish(status: int, text: str) -> None:
    """The error says that there is no room, or (the server itself gave up) that the database is away."""
    assert status in (503, 507) and (SAYS in text or "La base de datos no responde" in text), (status, text[:500])


def _letter(client: Client, n: int) -> bytes:
    facts = client.job.facts
    return json.dumps({"letters": [{"unit": facts["units"]["root"], "type": "Oficio", "subject": f"Simulacro 0-{n}. " + "Texto. " * 300,
                                    "sender": {"organisation": "Secretaría de Finanzas"}}]}).encode()


def _registered_until_refused(client: Client) -> int:
    """Register until the full database takes no more: the number of the letter that was refused."""
    for n in range(100, 1000):
        status, text = answered(client, key(0, n, "register"), "head", "/letters", _letter(client, n), "application/json")
        if status != 201:
            told_in_spanish(status, text)
            return n
        client.write(f"register {key(0, n, 'register')} {json.loads(text)[0]['folio']}")
    raise AssertionError("a database without room takes letters for ever")


def _all_is_well(installation: Installation, folder: Path) -> None:
    """Nothing lost, doubled or left out; every document is read in the end."""
    end = time.monotonic() + 300
    while True:
        found = json.loads(installation.django("tests.drill_checks", "check", str(folder), "0"))
        if not found["documents"].get("waiting") or time.monotonic() > end:
            break
        time.sleep(3)
    assert found["problems"] == [] and not found["documents"].get("waiting"), found
    assert sum(len(keys) for keys in acknowledged(folder).values()) > 20
