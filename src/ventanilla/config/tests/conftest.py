"""Throw-away data folders that an unprivileged server may enter, swept with whatever still works in them."""
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from tests.ready import furnish

from ventanilla.config.place import Place, environment


@pytest.fixture
def new_place() -> Iterator[Callable[[], Place]]:
    made: list[Place] = []

    def make() -> Place:
        root = Path(tempfile.mkdtemp(prefix="vt-test-"))
        root.chmod(0o711)
        made.append(Place(root).prepare())
        return made[-1]

    yield make
    for place in made:
        for pid in working_below(place.root):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        shutil.rmtree(place.root, ignore_errors=True)
        shutil.rmtree(place.sockets, ignore_errors=True)


@pytest.fixture
def place(new_place: Callable[[], Place]) -> Place:
    return new_place()


@pytest.fixture
def furnished(place: Place) -> Place:
    """The place with everything that a first start makes: for tests that are not about a first start."""
    furnish(place.root)
    return place


@pytest.fixture
def command() -> list[str]:
    return [sys.executable, "-m", "ventanilla"]


@pytest.fixture
def env(place: Place, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment of a command that works on `place` with the embedded database."""
    return clean_environment(place)


def clean_environment(place: Place) -> dict[str, str]:
    env = environment(place)
    for name in ("DATABASE_URL", "PORT", "EVENTS_PORT", "BASE_URL", "EVENTS_URL", "VENTANILLA_DEMO"):
        env.pop(name, None)
    return env | {"DJANGO_SETTINGS_MODULE": "ventanilla.config.settings"}


def working_below(root: Path) -> list[int]:
    """Processes whose current directory or data folder lies below `root` (a server's is its data folder)."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with suppress(OSError):
            if os.readlink(entry / "cwd").startswith(str(root)):
                found.append(int(entry.name))
    return found
