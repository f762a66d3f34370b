"""The embedded database: killed, abandoned, started twice, and always with every acknowledged write."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from ventanilla.config import processes
from ventanilla.config.binaries import Unavailable
from ventanilla.config.embedded import Embedded, database
from ventanilla.config.place import Place
from ventanilla.config.tests.conftest import clean_environment, working_below

SOURCE = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def _own_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)


@pytest.mark.parametrize("version", [16, 18])
def test_starts_stops_and_leaves_nothing(place: Place, monkeypatch: pytest.MonkeyPatch, version: int) -> None:
    monkeypatch.setenv("VENTANILLA_PG", str(version))
    with database(place, purpose="test") as url, psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT current_setting('server_version_num')::int / 10000, current_setting('server_encoding'),"
            " current_setting('fsync'), current_setting('synchronous_commit'),"
            " current_setting('listen_addresses'), datcollate FROM pg_database WHERE datname = 'ventanilla'",
        ).fetchone()
    assert row == (version, "UTF8", "on", "on", "", "C.UTF-8")
    assert working_below(place.root) == []
    assert not place.sockets.exists()


def test_the_path_of_the_socket_is_short_however_long_the_data_folder_is(
    new_place: Callable[[], Place],
) -> None:
    deep = Place(new_place().root / ("a" * 120)).prepare()
    with database(deep, purpose="test") as url, psycopg.connect(url) as connection:
        assert connection.info.host == str(deep.sockets)
    assert len(str(deep.sockets / ".s.PGSQL.5432").encode()) <= 107


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has privileges to drop")
def test_root_does_not_run_the_server(place: Place) -> None:
    server = Embedded(place)
    server.own(purpose="test")
    server.start()
    try:
        assert server.process is not None
        assert Path(f"/proc/{server.process.pid}").stat().st_uid != 0
        assert server.data.stat().st_uid == server.account.uid  # type: ignore[union-attr]
        groups = Path(f"/proc/{server.process.pid}/status").read_text().split("Groups:")[1].splitlines()[0]
        assert groups.split() == []
        assert server.data.stat().st_mode & 0o077 == 0
        assert place.sockets.stat().st_mode & 0o077 == 0
    finally:
        server.stop()


@pytest.mark.faults
def test_kill_9_under_load_loses_no_acknowledged_write(place: Place) -> None:
    server = Embedded(place)
    server.own(purpose="test")
    server.start()
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE load (writer int, n int, PRIMARY KEY (writer, n))")
    acknowledged: dict[int, int] = {}
    writers = [threading.Thread(target=_write, args=(server.url, who, acknowledged)) for who in range(4)]
    for writer in writers:
        writer.start()
    assert processes.wait_until(lambda: sum(acknowledged.values()) > 400, 60)
    assert server.process is not None
    os.kill(server.process.pid, signal.SIGKILL)
    for writer in writers:
        writer.join(30)
    server.process.wait()
    assert server.ensure()
    with psycopg.connect(server.url) as connection:
        found = dict(connection.execute("SELECT writer, count(*) FROM load GROUP BY writer").fetchall())
    server.stop()
    assert all(acknowledged[who] <= found[who] <= acknowledged[who] + 1 for who in acknowledged)


def _write(url: str, who: int, acknowledged: dict[int, int]) -> None:
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            for n in range(1_000_000):
                connection.execute("INSERT INTO load VALUES (%s, %s)", [who, n])
                acknowledged[who] = n + 1
    except psycopg.OperationalError:
        return


def test_a_stale_pid_that_now_belongs_to_another_process_is_no_obstacle(place: Place) -> None:
    server = Embedded(place)
    server.own(purpose="test")
    server.start()
    server.stop()
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n1\n5432\n")
    with database(place, purpose="test") as url:
        psycopg.connect(url).close()


@pytest.mark.faults
def test_an_owner_killed_with_9_takes_its_server_along(place: Place) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(place.root)], stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout is not None
    postmaster = int(owner.stdout.readline())
    owner.kill()
    owner.wait()
    owner.stdout.close()
    with database(place, purpose="next") as url:  # at once: takes over from the dying one
        psycopg.connect(url).close()
    assert not processes.alive(postmaster)


OWNER = """
import sys, time
from pathlib import Path
from ventanilla.config.embedded import Embedded
from ventanilla.config.place import Place
server = Embedded(Place(Path(sys.argv[1])))
server.own(purpose="test")
server.start()
print(server.process.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.faults
def test_simultaneous_starts_share_one_server(place: Place, command: list[str]) -> None:
    insert = (
        "import os, psycopg, time\n"
        "c = psycopg.connect(os.environ['DATABASE_URL'], autocommit=True)\n"
        "c.execute('SELECT pg_advisory_lock(1)')\n"
        "c.execute('CREATE TABLE IF NOT EXISTS seen (pid int)')\n"
        "c.execute('SELECT pg_advisory_unlock(1)')\n"
        "c.execute('INSERT INTO seen VALUES (pg_backend_pid())'); time.sleep(0.5)"
    )
    env = clean_environment(place)
    runs = [subprocess.Popen([*command, "exec", "--", sys.executable, "-c", insert], env=env) for _ in range(3)]
    assert [run.wait(90) for run in runs] == [0, 0, 0]
    with database(place, purpose="test") as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM seen").fetchone() == (3,)
    assert working_below(place.root) == []


def test_a_sharer_waits_for_the_database_and_not_only_for_the_server(
    place: Place, monkeypatch: pytest.MonkeyPatch,
) -> None:
    create = Embedded._database

    def slow(server: Embedded) -> None:
        time.sleep(1)
        create(server)

    monkeypatch.setattr(Embedded, "_database", slow)
    entered, leave = threading.Event(), threading.Event()

    def first() -> None:
        with database(place, purpose="first"):
            entered.set()
            leave.wait(60)

    starter = threading.Thread(target=first)
    starter.start()
    processes.wait_until(lambda: Embedded(place).answers(), 60)
    try:
        with database(place, purpose="second") as url:
            psycopg.connect(url).close()
            assert entered.wait(60)
    finally:
        leave.set()
        starter.join()


def test_one_owner_at_a_time(place: Place) -> None:
    first, second = Embedded(place), Embedded(place)
    assert first.own(purpose="serve", port=8123)
    assert not second.own(purpose="serve")
    assert second.owner.holder()["port"] == 8123
    first.stop()
    assert second.own(purpose="serve")
    second.stop()


def test_data_of_another_version_is_refused_by_name(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    (place.root / "pg16").mkdir()
    (place.root / "pg16" / "PG_VERSION").write_text("16\n")
    monkeypatch.setenv("VENTANILLA_PG", "18")
    with pytest.raises(Unavailable, match="PostgreSQL 16"), database(place, purpose="test"):
        pass


def test_a_database_url_wins(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/x")
    with database(place, purpose="test") as url:
        assert url == "postgresql://elsewhere/x"
    assert not list(place.root.glob("pg*"))


def test_an_interrupted_creation_is_made_again(place: Place) -> None:
    server = Embedded(place)
    half = server.data.with_name(f"{server.data.name}.partial")
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    with database(place, purpose="test") as url:
        psycopg.connect(url).close()
    assert not half.exists()


def test_a_socket_folder_of_somebody_else_is_refused(place: Place, tmp_path: Path) -> None:
    place.sockets.symlink_to(tmp_path)
    try:
        with pytest.raises(Unavailable, match="otro usuario"), database(place, purpose="test"):
            pass
    finally:
        place.sockets.unlink()
