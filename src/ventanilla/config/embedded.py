"""The embedded PostgreSQL: our launcher round the programs of the wheel.

One process owns the server: it holds a lock, runs the postmaster as its own child and stops it. Others share
it while it runs. Nothing is counted in files: locks and children are the kernel's, so whatever is killed with
-9 leaves neither a lock nor a server behind. `DATABASE_URL` wins: then nothing here is used.
"""
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import psycopg

from ventanilla.config import binaries, processes
from ventanilla.config.binaries import Unavailable
from ventanilla.config.place import Place
from ventanilla.config.processes import Lock

NAME = "ventanilla"
READY, STOPPED, RETRY = 60.0, 60.0, 30.0  # seconds
TRANSIENT = ("shared memory block", "lock file", "being shut down", "Address already in use")


class Busy(Exception):
    """Another process owns the server and we must own it; the text says who, in Spanish."""


class Embedded:
    """The server of one data folder. `durable=False` is for throw-away data: faster, lost in a power cut."""

    def __init__(self, place: Place, *, durable: bool = True) -> None:
        self.place, self.durable = place, durable
        self.version = binaries.major()
        self.account = binaries.account()
        self.data = place.root / f"pg{self.version}"
        self.owner, self.users = Lock(place.run / "database.lock"), Lock(place.run / "database-users.lock")
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """How to reach the database through its socket."""
        return f"postgresql://{NAME}@/{NAME}?host={self.place.sockets}"

    @property
    def log(self) -> Path:
        """The server's own log."""
        return self.place.logs / "postgres.log"

    def own(self, *, purpose: str, wait: float = 0.0, **who: object) -> bool:
        """Whether the server is ours to run now; `purpose` is what others are told."""
        if not self.owner.take(wait=wait):
            return False
        self.owner.describe(purpose=purpose, **who)
        return True

    def start(self) -> None:
        """Start the server we own and wait until it answers. Raises Unavailable with the reason."""
        self._sockets()
        if not self.data.exists():
            self._create()
        end = time.monotonic() + RETRY
        while True:
            _clear(self.data)
            self._launch()
            if self._wait():
                break
            if time.monotonic() > end or not self._transient():
                raise Unavailable(f"PostgreSQL no arrancó:\n{self._last_lines()}")
            time.sleep(0.3)
        self._database()

    def ensure(self) -> bool:
        """Start it again when it died; whether it had to."""
        if self.process is not None and self.process.poll() is None:
            return False
        self.start()
        return True

    def stop(self) -> None:
        """Fast stop (SIGINT): sessions are ended, everything acknowledged is on disk. Frees the lock."""
        if self.process is not None:
            processes.stop(self.process, first=signal.SIGINT, grace=STOPPED)
            self.process = None
        shutil.rmtree(self.place.sockets, ignore_errors=True)
        self.owner.release()

    def answers(self, name: str = "postgres") -> bool:
        """Whether a connection to that database succeeds; the server's own one exists before ours is made."""
        try:
            psycopg.connect(self.url.replace(f"/{NAME}?", f"/{name}?"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _sockets(self) -> None:
        folder = self.place.sockets
        owner = self.account.uid if self.account else os.geteuid()
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            found = folder.lstat()
            if folder.is_symlink() or found.st_uid not in (owner, os.geteuid()):
                raise Unavailable(f"La carpeta {folder} es de otro usuario; bórrela y repita.") from None
        folder.chmod(0o700)
        self._give(folder)

    def _give(self, path: Path) -> None:
        if self.account:
            os.chown(path, self.account.uid, self.account.gid)

    def _program(self, name: str) -> str:
        return str(binaries.folder(self.version, self.account) / name)

    def _create(self) -> None:
        """A new cluster, under its final name only when complete."""
        self._refuse_other_version()
        partial = self.data.with_name(f"{self.data.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(mode=0o700)
        self._give(partial)
        argv = [self._program("initdb"), "-D", str(partial), "-U", NAME, "-E", "UTF8", "--locale=C.UTF-8",
                "--auth-local=trust", "--auth-host=reject", *(() if self.durable else ("--no-sync",))]
        with self._log_file() as log:
            run = processes.start(argv, env=_clean_env(), output=log, account=self.account, cwd=Path("/"))
        if run.wait():
            raise Unavailable(f"No se pudo crear la base de datos en {self.data}:\n{self._last_lines()}")
        partial.rename(self.data)

    def _refuse_other_version(self) -> None:
        others = [path for path in self.place.root.glob("pg[0-9][0-9]") if (path / "PG_VERSION").exists()]
        if others:
            raise Unavailable(
                f"En {self.place.root} hay una base de datos de PostgreSQL {others[0].name[2:]} y se pidió "
                f"la {self.version}. Respáldela con «ventanilla backup» y restáurela en otra carpeta."
            )

    def _log_file(self) -> IO[bytes]:
        if self.log.exists() and self.log.stat().st_size > 20_000_000:
            self.log.replace(self.log.with_suffix(".log.1"))
        return self.log.open("ab")

    def _launch(self) -> None:
        options = settings(durable=self.durable) | {"unix_socket_directories": str(self.place.sockets)}
        argv = [self._program("postgres"), "-D", str(self.data)]
        argv += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with self._log_file() as log:
            log.write(b"--- start\n")
            self.process = processes.start(
                argv, env=_clean_env(), output=log, account=self.account, death=signal.SIGINT, cwd=Path("/"),
            )

    def _wait(self) -> bool:
        process = self.process
        assert process is not None
        processes.wait_until(lambda: process.poll() is not None or self.answers(), READY)
        return process.poll() is None and self.answers()

    def _transient(self) -> bool:
        text = self._last_lines()
        return any(word in text for word in TRANSIENT)

    def _last_lines(self) -> str:
        with self.log.open("rb") as log:
            log.seek(max(0, self.log.stat().st_size - 3000))
            return log.read().decode(errors="replace").rpartition("--- start\n")[2]

    def _database(self) -> None:
        with psycopg.connect(self.url.replace(f"/{NAME}?", "/postgres?"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
                connection.execute(f"CREATE DATABASE {NAME} TEMPLATE template0 ENCODING 'UTF8'")


@contextmanager
def database(place: Place, *, purpose: str, durable: bool = True) -> Iterator[str]:
    """The address of a running database: DATABASE_URL's, else the embedded one, shared or started here.

    Whoever started it stops it at the end, after those who share it have finished.
    """
    given = os.environ.get("DATABASE_URL")
    if given:
        yield given
        return
    server = Embedded(place, durable=durable)
    if not _take_or_share(server, purpose):
        with _sharing(server):
            yield server.url
        return
    try:
        server.start()
        yield server.url
    finally:
        server.users.take(wait=float("inf"))
        server.stop()
        server.users.release()


def _take_or_share(server: Embedded, purpose: str) -> bool:
    """True: it is ours to start. False: somebody else's answers."""
    end = time.monotonic() + READY
    while not server.own(purpose=purpose):
        if server.answers(NAME):
            return False
        if time.monotonic() > end:
            raise Busy(f"Otro proceso tiene la base de datos y no responde: {server.owner.holder()}")
        time.sleep(0.1)
    return True


@contextmanager
def _sharing(server: Embedded) -> Iterator[None]:
    server.users.take(shared=True, wait=1)
    try:
        yield
    finally:
        server.users.release()


def settings(*, durable: bool = True) -> dict[str, str]:
    """The server's settings, by the memory of this machine. No TCP: only the socket."""
    memory = _memory_mb()
    common = {
        "listen_addresses": "", "max_connections": "200", "timezone": "UTC", "log_timezone": "UTC",
        "shared_buffers": f"{min(max(memory // 8, 64), 2048)}MB",
        "effective_cache_size": f"{max(memory // 2, 128)}MB",
        "work_mem": "16MB", "maintenance_work_mem": f"{min(max(memory // 16, 64), 512)}MB",
        "random_page_cost": "1.1", "max_wal_size": "2GB", "log_line_prefix": "%m [%p] ", "jit": "off",
        "idle_in_transaction_session_timeout": "10min", "lc_messages": "C",
    }
    safe = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
    fast = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off",
            "wal_level": "minimal", "max_wal_senders": "0", "shared_buffers": "128MB"}
    return common | (safe if durable else fast)


def _memory_mb() -> int:
    match = re.search(r"MemTotal:\s+(\d+) kB", Path("/proc/meminfo").read_text())
    total = int(match[1]) // 1024 if match else 1024
    try:  # a container's own limit
        limit = Path("/sys/fs/cgroup/memory.max").read_text().strip()
    except OSError:
        return total
    return min(total, int(limit) // 1024 // 1024) if limit.isdigit() else total


def _clean_env() -> dict[str, str]:
    """No PG* variable and no locale of the caller may change how the server runs."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _clear(data: Path) -> None:
    """Before a start by the owner: end an orphaned server of this folder, drop a stale postmaster.pid."""
    postmaster = _pid(data)
    if postmaster and _works_in(postmaster, data):
        _end(postmaster, signal.SIGINT)
        processes.wait_until(lambda: not processes.alive(postmaster), STOPPED)
    for orphan in _all_in(data):
        _end(orphan, signal.SIGQUIT)
        processes.wait_until(lambda pid=orphan: not processes.alive(pid), 5)  # type: ignore[misc]
    if not _all_in(data):
        (data / "postmaster.pid").unlink(missing_ok=True)


def _pid(data: Path) -> int:
    try:
        return int((data / "postmaster.pid").read_text().split("\n")[0])
    except (OSError, ValueError):
        return 0


def _works_in(pid: int, data: Path) -> bool:
    """Every process of a server has its data folder as current directory."""
    try:
        return processes.alive(pid) and os.readlink(f"/proc/{pid}/cwd") == str(data)
    except OSError:
        return False


def _all_in(data: Path) -> list[int]:
    numbers = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
    return [pid for pid in numbers if _works_in(pid, data)]


def _end(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)
