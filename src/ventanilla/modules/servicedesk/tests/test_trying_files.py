"""An offering that asks for a file is tried to its end, and of the file nothing remains: no row, nothing on disk, however it ends."""
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import MemoryFileUploadHandler, TemporaryFileUploadHandler
from django.db import connection
from django.test import Client
from django.urls import reverse
from tests.pages import as_

from ventanilla.core.documents import storage
from ventanilla.core.documents.models import Document
from ventanilla.core.documents.problems import FileRefused
from ventanilla.core.documents.services import FileDraft, stand_in, store
from ventanilla.core.questionnaires.tests.kit import published
from ventanilla.core.questionnaires.words import Invalid
from ventanilla.modules.servicedesk.models import OfferingVersion
from ventanilla.modules.servicedesk.services.catalogue import next_version
from ventanilla.modules.servicedesk.services.rehearsing import Trial, TrialFile, newest, rehearse
from ventanilla.modules.servicedesk.tests.api.program import Program
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as made
from ventanilla.modules.servicedesk.tests.test_offering_drafts import rows_of, tried

ASKS = {"sections": [{"title": "Datos", "fields": [
    {"key": "tramo", "type": "text", "label": "Tramo", "required": True},
    {"key": "oficio", "type": "file", "label": "Oficio firmado", "required": True},
    {"key": "anexo", "type": "file", "label": "Anexo"},
    {"key": "nota", "type": "file", "label": "Nota de la mesa", "private": True}]}]}
PDF = b"%PDF-1.7\n" + b"x" * (3 << 20)


@pytest.fixture
def d() -> Desk:
    return made()


def ready(d: Desk) -> OfferingVersion:
    """A draft that asks for a file."""
    draft = next_version(d.version.offering)
    draft.description, draft.form = "Lo que se ofrece", published(d.world.institution, ASKS, "datos", "request_form")
    draft.save()
    found = newest(OfferingVersion.objects.filter(offering=d.version.offering))
    assert found == draft
    return found  # type: ignore[return-value]


def on_disk() -> set[Path]:
    """Every file of the installation, and what uploads leave in the folder for temporary ones."""
    temporary = Path(tempfile.gettempdir())
    return {p for p in Path(configured.DATA_DIR).rglob("*") if p.is_file()} | {*temporary.glob("*.upload*"), *temporary.glob("up-*")}


def oficio(name: str = "oficio.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


@pytest.mark.django_db
def test_it_is_tried_with_a_real_upload_of_which_nothing_remains(d: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    draft, admin = ready(d), as_(d.world.admin)
    status, page = tried(admin, draft.offering, d.asker, **{"q-tramo": "b"})
    assert status == 422 and "Esto pasaría" not in page

    def never(*_a: Any, **_k: Any) -> None:
        raise AssertionError("what is tried is not kept")

    for handler in (MemoryFileUploadHandler, TemporaryFileUploadHandler):
        monkeypatch.setattr(handler, "new_file", never)
    for verb in ("received", "keep"):
        monkeypatch.setattr(storage, verb, never)
    rows, files = rows_of(), on_disk()
    status, page = tried(admin, draft.offering, d.asker, **{"q-tramo": "b", "q-oficio": oficio(), "q-anexo": oficio("plano.dwg"), "otro": oficio()})
    assert status == 200 and "Esto pasaría" in page and "oficio.pdf" in page and "plano.dwg" in page and "no se conservó" in page
    assert (rows_of(), on_disk()) == (rows, files)
    status, page = tried(admin, draft.offering, d.asker, **{"q-oficio": oficio()})
    assert status == 422 and "Esto pasaría" not in page, "a mistake elsewhere is told as ever"
    assert (rows_of(), on_disk()) == (rows, files)


@pytest.mark.django_db
def test_what_an_upload_would_be_refused_for_is_said(d: Desk, settings: Any) -> None:
    draft, admin = ready(d), as_(d.world.admin)
    settings.FILE_LIMITS = {**settings.FILE_LIMITS, "bytes": 1 << 20}
    for content in (b"", PDF):
        with pytest.raises(FileRefused) as really:
            store(actor=d.asker, files=[FileDraft("oficio.pdf", oficio(content=content).file)])
        status, page = tried(admin, draft.offering, d.asker, **{"q-tramo": "b", "q-oficio": oficio(content=content)})
        assert status == 422 and really.value.message in page
    with pytest.raises(Invalid):
        rehearse(actor=d.world.admin, version=draft, trial=Trial(d.asker, "x", values={"tramo": "a"}, files={"tramo": TrialFile("x", 1)}))
    other = Document.objects.create(institution=d.world.institution, created_by=d.agent, title="Ajeno")
    with pytest.raises(Invalid):
        rehearse(actor=d.world.admin, version=draft, trial=Trial(d.asker, "x", values={"tramo": "a", "oficio": str(other.uuid)}))


@pytest.mark.django_db
def test_a_program_names_a_stand_in(d: Desk) -> None:
    draft, program = ready(d), Program(d.world.admin)
    path, before = f"/catalogue/offerings/{draft.offering.slug}/trial", rows_of()
    asked: dict[str, Any] = {"person": str(d.asker.uuid), "values": {"tramo": "b"}}
    assert program.no("POST", path, asked)[0] == 422
    assert program.ok("POST", path, asked | {"files": {"oficio": {"name": "oficio.pdf", "bytes": 2000}}})["team"] == d.first.name
    assert program.ok("POST", path, asked | {"files": {"oficio": {}}})["team"] == d.first.name
    for wrong in ({"oficio": {"bytes": 0}}, {"oficio": {"bytes": 2**52}}, {"oficio": {}, "nada": {}}, {"oficio": {}, "tramo": {}}):
        assert program.no("POST", path, asked | {"files": wrong})[0] == 422, wrong
    assert {t: n for t, n in rows_of().items() if n != before[t] and not t.startswith(("api_", "audit_"))} == {}


@pytest.mark.django_db
def test_the_token_of_the_form_is_asked_for_as_everywhere(d: Desk) -> None:
    draft, client = ready(d), Client(enforce_csrf_checks=True)
    client.force_login(d.world.admin.user)
    assert tried(client, draft.offering, d.asker, **{"q-tramo": "b", "q-oficio": oficio()})[0] == 403


@pytest.mark.django_db(transaction=True)
def test_a_stand_in_is_never_kept(d: Desk) -> None:
    with pytest.raises(RuntimeError):
        stand_in(actor=d.asker, name="x.pdf", size=1)
    assert not Document.objects.exists()


TRIER = """
import os, pathlib, django
from django.conf import settings
data = pathlib.Path(os.environ["TEST_DATA"])
settings.STORAGES["default"]["OPTIONS"]["location"] = data / "files"
settings.DATA_DIR = data
settings.ALLOWED_HOSTS = ["testserver"]
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = os.environ["TEST_NAME"]
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
client = Client()
client.cookies[settings.SESSION_COOKIE_NAME] = os.environ["TEST_SESSION"]
content = b"%PDF-1.7" + b"x" * (40 << 20)
print("ready", flush=True)
while True:
    said = client.post(os.environ["TEST_PATH"], {"person": os.environ["TEST_PERSON"], "subject": "Prueba", "q-tramo": "b",
                                                 "q-oficio": SimpleUploadedFile("oficio.pdf", content)})
    print(said.status_code, b"Esto pasar" in said.content, flush=True)
"""


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_killed_at_any_moment_it_leaves_nothing(d: Desk) -> None:
    """Who tries is killed with -9 while forty megabytes arrive or the trial runs; afterwards there is what there was before."""
    draft, admin, chance = ready(d), as_(d.world.admin), random.Random(3)
    env = os.environ | {
        "TEST_NAME": connection.settings_dict["NAME"], "TEST_DATA": str(configured.DATA_DIR), "TEST_PERSON": str(d.asker.pk),
        "TEST_PATH": reverse("offering_try", args=[draft.offering.pk]), "TEST_SESSION": admin.cookies[configured.SESSION_COOKIE_NAME].value,
        "DJANGO_SETTINGS_MODULE": "ventanilla.config.settings_test", "PYTHONPATH": os.pathsep.join(sys.path)}
    rows, files, said = rows_of(), on_disk(), []
    for turn in range(5):
        trier = subprocess.Popen([sys.executable, "-c", TRIER], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert trier.stdout and trier.stdout.readline().strip() == b"ready", trier.stderr and trier.stderr.read()
        if turn == 0:
            said.append(trier.stdout.readline().strip())
        time.sleep(chance.uniform(0.0, 1.5))
        trier.send_signal(signal.SIGKILL)
        trier.wait(30)
    for _wait in range(100):  # the database learns of a death when it next speaks to it
        if rows_of() == rows:
            break
        time.sleep(0.1)
    assert said == [b"200 True"] and (rows_of(), on_disk()) == (rows, files)
