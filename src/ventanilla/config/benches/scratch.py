"""A database of our own on the configured server, and web processes over it on free ports of this machine."""
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg import sql

PREFIX: Final = "ventanilla_bench_"


def parameters() -> dict[str, Any]:
    """How to reach the configured database with psycopg alone."""
    known = connection.get_connection_params()
    return {k: known[k] for k in ("dbname", "user", "password", "host", "port") if known.get(k)}


def bare(**more: Any) -> "psycopg.Connection[Any]":
    """A connection without Django."""
    return psycopg.connect(**{**parameters(), **more})


def address(name: str) -> str:
    """The DATABASE_URL of a database of the configured server."""
    known = parameters()
    secret = f":{quote(known['password'])}" if known.get("password") else ""
    host, port = str(known.get("host", "")), known.get("port", 5432)
    where = f"/{name}?host={host}&port={port}" if host.startswith("/") else f"{host}:{port}/{name}"
    return f"postgresql://{quote(str(known.get('user', '')))}{secret}@{where}"


@contextmanager
def database(keep: bool = False) -> Iterator[str]:
    """Create `ventanilla_bench_<pid>`, give its address, drop it; what killed runs left is dropped first."""
    name, home = f"{PREFIX}{os.getpid()}", parameters()["dbname"]
    _sweep(home)
    _command(home, sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name)))
    try:
        yield address(name)
    finally:
        if not keep:
            _drop(home, name)


def _sweep(home: str) -> None:
    with bare(dbname=home, autocommit=True) as server:
        rows = server.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{PREFIX}%"]).fetchall()
    for (name,) in rows:
        if not Path(f"/proc/{name.removeprefix(PREFIX)}").exists():
            _drop(home, name)


def _drop(home: str, name: str) -> None:
    _command(home, sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _command(home: str, statement: sql.Composed) -> None:
    with bare(dbname=home, autocommit=True) as server:
        server.execute(statement)


def prepare() -> None:
    """Tables, cache table, compiled static files (pages name them by digest)."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    if not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        call_command("collectstatic", interactive=False, verbosity=0)


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def web(workers: int = 2, threads: int = 4) -> Iterator["Web"]:
    """The platform's web server as `ventanilla serve` starts it."""
    server = Web(free_port(), workers, threads)
    try:
        server.wait()
        yield server
    finally:
        server.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            server.process.wait(15)
        server.process.kill()
        server.process.wait()


class Web:
    """A running web server; `children()` are its worker processes."""

    def __init__(self, port: int, workers: int, threads: int) -> None:
        self.port = port
        env = os.environ | {"BASE_URL": f"http://localhost:{port}", "PYTHONPATH": str(settings.SRC_DIR)}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
             "--workers", str(workers), "--blocking-threads", str(threads), "--respawn-failed-workers",
             "--respawn-interval", "0.5", "--log-level", "critical", "ventanilla.config.wsgi:application"],
            env=env, stderr=subprocess.DEVNULL)

    def wait(self, seconds: float = 60) -> None:
        """Until it answers. Raises TimeoutError."""
        end = time.monotonic() + seconds
        while socket.socket().connect_ex(("127.0.0.1", self.port)):
            if time.monotonic() > end or self.process.poll() is not None:
                raise TimeoutError("the web server did not start")
            time.sleep(0.1)

    def children(self) -> list[int]:
        """Process ids of the workers."""
        found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in found.split()]
