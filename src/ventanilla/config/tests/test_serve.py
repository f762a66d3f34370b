"""`ventanilla serve` it answers, refuses a second start, survives its database, leaves nothing."""

import os
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import suppress

import pytest

from ventanilla.config import processes
from ventanilla.config.benches.serving import descendants
from ventanilla.config.place import Place
from ventanilla.config.tests.conftest import working_below

pytestmark = [pytest.mark.slow, pytest.mark.faults]


def _free_port() -> int:
    """A port whose neighbour is free too (the live notices take it)."""
    while True:
        with socket.socket() as first, socket.socket() as second, suppress(OSError):
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            second.bind(("127.0.0.1", port + 1))
            return port


@pytest.fixture
def port() -> int:
    return _free_port()


@pytest.fixture
def served(
    place: Place, env: dict[str, str], command: list[str], port: int
) -> Iterator[subprocess.Popen[str]]:
    env |= {"PORT": str(port), "WEB_WORKERS": "1"}
    process = subprocess.Popen(
        [*command, "serve"],
        env=env,
        stdout=subprocess.PIPE,
        text=True,
        stderr=(place.root / "stderr").open("w"),
        start_new_session=True,
    )
    assert process.stdout is not None
    assert any("está en servicio" in line for line in process.stdout), (place.root / "stderr").read_text()
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_day_in_the_life(
    served: subprocess.Popen[str],
    place: Place,
    env: dict[str, str],
    command: list[str],
    port: int,
) -> None:
    assert _get(port, "/healthz") == 200
    assert processes.wait_until(lambda: _get(port, "/readyz") == 200, 20)
    second = subprocess.run(
        [*command, "serve"], env=env, capture_output=True, text=True, check=False, timeout=240
    )
    assert second.returncode == 1
    assert f"http://localhost:{port}" in second.stderr
    postmaster = int(next(place.root.glob("pg*/postmaster.pid")).read_text().split()[0])
    os.kill(postmaster, signal.SIGKILL)
    assert processes.wait_until(lambda: _get(port, "/readyz") == 200 and _postmaster(place) != postmaster, 40)
    children = [pid for pid, _ in descendants(served.pid)]
    assert len(children) > 4
    stopped = subprocess.run(
        [*command, "stop"], env=env, capture_output=True, text=True, check=False, timeout=240
    )
    assert stopped.stdout.strip() == "Detenido."
    assert served.wait(10) == 0
    assert not any(map(processes.alive, children))
    assert working_below(place.root) == []


@pytest.mark.usefixtures("furnished")
def test_killed_with_9_leaves_nothing(served: subprocess.Popen[str], place: Place) -> None:
    children = [pid for pid, _ in descendants(served.pid)]
    served.kill()
    served.wait()
    assert processes.wait_until(lambda: not any(map(processes.alive, children)), 20)


def _postmaster(place: Place) -> int:
    with suppress(StopIteration, OSError, IndexError):
        return int(next(place.root.glob("pg*/postmaster.pid")).read_text().split()[0])
    return 0


def _get(port: int, path: str) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
            return int(answer.status)
    except OSError as error:
        return getattr(error, "code", 0)
