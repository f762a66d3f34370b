"""People and a way to store and process a file, for the tests of this folder."""
import io
from collections.abc import Callable, Iterator

import pytest

from ventanilla.core.documents import sandbox
from ventanilla.core.documents.models import DocumentVersion
from ventanilla.core.documents.services import FileDraft, process, store
from ventanilla.core.orgs.models import Institution, Person

Stored = Callable[..., DocumentVersion]


@pytest.fixture(scope="session", autouse=True)
def _close_workshop() -> Iterator[None]:
    yield
    sandbox.workshop.close()


@pytest.fixture
def files(tmp_path, settings) -> None:
    """An empty store for this test alone."""
    settings.STORAGES = {**settings.STORAGES, "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": tmp_path / "files"}}}


def _person(slug: str) -> Person:
    institution = Institution.objects.create(slug=slug, name=slug.title(), short_name=slug)
    return Person.objects.create(institution=institution, given_name="Ana", surname_1="Peña",
                                 surname_2="Ñáñez")


@pytest.fixture
def ana(db) -> Person:
    """Somebody of the housing institute."""
    return _person("vivienda")


@pytest.fixture
def other(db) -> Person:
    """Somebody of another institution."""
    return _person("movilidad")


@pytest.fixture
def stored(files, ana) -> Stored:
    """Store bytes under a name and process them at once."""
    def go(data: bytes, name: str = "oficio.pdf", *, read: bool = True,
           actor: Person = ana) -> DocumentVersion:
        [version] = store(actor=actor, files=[FileDraft(name, io.BytesIO(data))])
        if read:
            process(version.pk)
        return DocumentVersion.objects.select_related("blob", "document", "searchable",
                                                      "thumbnail").get(pk=version.pk)
    return go
