"""The ports of an installation: whose they are from its start to its end, and what is said where they are taken.

On an address of the loopback network that nobody else uses, so that no other test can take a port meanwhile.
"""
import os
import re
import socket
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from ventanilla.config import ports
from ventanilla.config.embedded import Busy
from ventanilla.config.place import Place
from ventanilla.config.tests.conftest import clean_environment

PORT = 21000


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> str:
    pid = os.getpid()
    address = f"127.{100 + pid // 62500 % 100}.{pid // 250 % 250}.{pid % 250 + 1}"
    for name in ("EVENTS_PORT", "EVENTS_URL", "EVENTS_URL_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOST_ADDRESS", address)
    monkeypatch.setenv("PORT", str(PORT))
    return address


@pytest.fixture
def taken(address: str) -> Iterator[Callable[[int], socket.socket]]:
    """Somebody listening there who shares the port with whoever else shares it, as the server of pages does."""
    with ExitStack() as open_:
        def listen(port: int) -> socket.socket:
            it = open_.enter_context(socket.socket())
            it.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            it.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            it.bind((address, port))
            it.listen(8)
            return it

        yield listen


@pytest.fixture
def holding() -> Iterator[ExitStack]:
    with ExitStack() as it:
        yield it


@pytest.mark.usefixtures("address")
def test_two_installations_on_neighbouring_ports_share_none(holding: ExitStack, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ports.take(holding) == (PORT, PORT + 1)  # nobody listens yet: a first start prepares for minutes
    monkeypatch.setenv("PORT", str(PORT - 1))
    assert ports.take(holding) == (PORT - 1, PORT + 2)
    monkeypatch.setenv("PORT", str(PORT + 1))
    with pytest.raises(Busy, match=rf"El puerto {PORT + 1} está ocupado .* use otro con PORT={PORT + 11}\."):
        ports.take(holding)


@pytest.mark.usefixtures("address")
def test_of_many_starts_in_one_moment_one_has_the_port() -> None:
    def start(_n: int) -> bool:
        try:
            ports.take(kept)
        except Busy:
            return False
        return True

    for _round in range(20):
        with ExitStack() as kept, ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(start, range(8))) == 1


def test_the_port_that_is_held_answers_nobody_and_lets_the_server_listen(
    holding: ExitStack, address: str, taken: Callable[[int], socket.socket],
) -> None:
    ports.take(holding)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((address, PORT))
    server = taken(PORT)
    for _n in range(20):  # each of them comes to the server
        with socket.create_connection((address, PORT)) as caller:
            server.accept()[0].close()
            caller.recv(1)
    holding.close()
    server.close()
    assert ports.take(holding) == (PORT, PORT + 1)  # again at once, with the closed connections still known


@pytest.mark.usefixtures("address")
def test_a_taken_port_is_said_with_one_that_is_free(holding: ExitStack, taken: Callable[[int], socket.socket]) -> None:
    taken(PORT), taken(PORT + 10), taken(PORT + 21)
    with pytest.raises(Busy, match=rf"El puerto {PORT} está ocupado .* use otro con PORT={PORT + 30}\."):
        ports.take(holding)


@pytest.mark.parametrize(("name", "value"), [("EVENTS_PORT", str(PORT + 1)), ("EVENTS_URL", "https://oficina.example")])
@pytest.mark.usefixtures("address")
def test_the_port_of_the_live_notices_stays_where_others_count_on_it(
    holding: ExitStack, taken: Callable[[int], socket.socket], monkeypatch: pytest.MonkeyPatch, name: str, value: str,
) -> None:
    taken(PORT + 1)
    monkeypatch.setenv(name, value)
    with pytest.raises(Busy, match=rf"El puerto {PORT + 1} de los avisos en vivo está ocupado .* EVENTS_PORT={PORT + 11}\."):
        ports.take(holding)


@pytest.mark.usefixtures("address")
def test_a_port_that_is_none_is_said_too(holding: ExitStack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "65535")
    with pytest.raises(Busy, match="El puerto 65536 de los avisos en vivo no se puede usar"):
        ports.take(holding)


@pytest.mark.slow
@pytest.mark.faults
def test_an_installation_beside_another_one_serves_its_own_pages_and_notices(
    furnished: Place, new_place: Callable[[], Place], command: list[str], address: str,
    taken: Callable[[int], socket.socket],
) -> None:
    taken(PORT + 1)
    here = {"HOST_ADDRESS": address, "PORT": str(PORT), "WEB_WORKERS": "1", "ALLOWED_HOSTS": "*"}
    with (furnished.root / "stderr").open("w") as stderr, subprocess.Popen(
        [*command, "serve"], env=clean_environment(furnished) | here, stdout=subprocess.PIPE, stderr=stderr, text=True,
        start_new_session=True,
    ) as served:
        assert served.stdout is not None
        try:
            assert any("está en servicio" in line for line in served.stdout), (furnished.root / "stderr").read_text()
            with urllib.request.urlopen(f"http://{address}:{PORT}/healthz", timeout=60) as page:
                policy = page.headers["Content-Security-Policy"]
            assert f"http://localhost:{PORT + 2}" in policy and f":{PORT + 1}" not in policy
            other = new_place()
            refused = subprocess.run(
                [*command, "serve"], env=clean_environment(other) | here | {"PORT": str(PORT + 2)},
                capture_output=True, text=True, check=False, timeout=240)
            assert refused.returncode == 1
            assert re.search(rf"El puerto {PORT + 2} está ocupado .* PORT={PORT + 12}\.", refused.stderr)
            assert not any(other.root.glob("pg*"))  # refused before anything was made
        finally:
            served.terminate()
