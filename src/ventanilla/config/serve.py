"""`ventanilla serve`: database, web processes, live notices and workers under one supervisor.

Where DATABASE_URL is not set, the embedded database is part of it. `demo` adds a demo institution.
"""
import json
import os
import shutil
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import ExitStack, suppress

from ventanilla.config import installation, ports, processes
from ventanilla.config.binaries import Unavailable
from ventanilla.config.embedded import Busy, Embedded
from ventanilla.config.place import Place, environment
from ventanilla.config.processes import Lock
from ventanilla.config.supervisor import GRACE, Child, Supervisor

OPTIONAL = {"relay": ["relay"]}  # name -> Django command, run where an app brings it
RETRY_DATABASE = 3.0  # seconds between two tries to start a database that cannot start
WAIT_FOR_COMMAND = 120.0  # seconds that a short command may still use the database
QUICK = 2.5
"""Seconds that news, workers and relay get to end: what they leave undone is done again, exactly once."""


def serve(place: Place, *, demo: bool = False) -> int:
    """Serve until a signal comes. 0, or 1 after saying why it could not."""
    lock = Lock(place.run / "serve.lock")
    if not lock.take():
        return _say(f"Esta instalación ya está en servicio: {_where(lock)}. Deténgala con «make stop».", 1)
    try:
        lock.describe(port=ports.wanted(), url=base_url(ports.wanted()))
        with ExitStack() as holding:
            _run(place, demo, *ports.take(holding))
    except Busy as busy:
        return _say(str(busy), 1)
    except KeyboardInterrupt:
        pass
    finally:
        lock.release()
    return 0


def stop(place: Place) -> int:
    """Stop whoever serves this data folder and wait until it has gone."""
    lock = Lock(place.run / "serve.lock")
    if lock.take():
        lock.release()
        return _say("No hay nada en servicio.", 0)
    pid = lock.holder().get("pid")
    if not isinstance(pid, int):
        return _say("Está iniciando; repita en unos segundos.", 1)
    os.kill(pid, signal.SIGTERM)
    if not lock.take(wait=60):
        return _say(f"El proceso {pid} no termina.", 1)
    lock.release()
    return _say("Detenido.", 0)


def base_url(port: int) -> str:
    """The address people use: BASE_URL, else this machine's (WebAuthn refuses an IP address)."""
    return os.environ.get("BASE_URL") or f"http://localhost:{port}"


def _run(place: Place, demo: bool, port: int, events: int) -> None:
    server = None if os.environ.get("DATABASE_URL") else _own(place, port)
    try:
        env = _environment(place, demo, port, events, server)
        if server:
            server.start()
        os.environ.update(env)
        installation.prepare(place, demo=demo)
        supervisor = Supervisor(children(place, env, port, events, demo), _Tending(server) if server else _nothing)
        supervisor.start(first=1)  # the pages alone: on two cores the others would make people wait
        threading.Thread(target=_announce, args=(place, port, demo, supervisor), daemon=True).start()
        supervisor.run()
    finally:
        if server:
            server.stop()


def _own(place: Place, port: int) -> Embedded:
    server = Embedded(place)
    if not server.own(purpose="serve", port=port):
        _say("Otra orden está usando la base de datos; se espera a que termine…")
        if not server.own(purpose="serve", wait=WAIT_FOR_COMMAND, port=port):
            raise Busy(f"La base de datos de {place.root} sigue en uso: {server.owner.holder()}")
    return server


def _environment(
    place: Place, demo: bool, port: int, events: int, server: Embedded | None,
) -> dict[str, str]:
    env = environment(place) | {"PORT": str(port), "EVENTS_PORT": str(events)}
    env.setdefault("BASE_URL", base_url(port))
    env.setdefault("EVENTS_URL", f"http://localhost:{events}")
    if server:
        env["DATABASE_URL"] = server.url
    if demo:
        env["VENTANILLA_DEMO"] = "1"
    metrics = place.run / "metrics"  # counters of the web processes, summed by /metrics
    shutil.rmtree(metrics, ignore_errors=True)
    metrics.mkdir()
    return env | {"PROMETHEUS_MULTIPROC_DIR": str(metrics)}


def children(place: Place, env: dict[str, str], port: int, events: int, demo: bool) -> list[Child]:
    """The processes of one installation. A demo writes their output to files, to keep the screen readable."""
    program = [sys.executable, "-m", "ventanilla"]
    commands = {
        "web": _granian("wsgi", port, os.environ.get("WEB_WORKERS", "2"), os.environ.get("WEB_THREADS", "4"), wait=5),
        "events": _granian("asgi", events, "1", "1", wait=1),
        **{f"worker-{n}": [*program, "worker"] for n in range(1, int(os.environ.get("WORKERS", "1")) + 1)},
        **{name: [*program, *argv] for name, argv in OPTIONAL.items() if installation.has_command(argv[0])},
    }
    return [Child(name, argv, env, place.logs / f"{name}.log" if demo else None, GRACE if name == "web" else QUICK)
            for name, argv in commands.items()]


def _granian(interface: str, port: int, workers: str, threads: str, *, wait: int) -> list[str]:
    """`wait`: seconds that a request under way may still take when the server stops (a stream never ends by itself)."""
    module = "wsgi" if interface == "wsgi" else "asgi"
    return [
        sys.executable, "-m", "granian", "--interface", interface, "--host", ports.host(), "--port", str(port),
        "--workers", workers, *(("--blocking-threads", threads) if interface == "wsgi" else ()),
        "--respawn-failed-workers", "--respawn-interval", "0.5", "--workers-kill-timeout", str(wait),
        "--log-level", "warning", f"ventanilla.config.{module}:application",
    ]


def _announce(place: Place, port: int, demo: bool, supervisor: Supervisor) -> None:
    """Say where it is served once it answers (a minute at most), and in a demo who may sign in; start the others.

    Runs beside the supervisor, which tends the database and the pages meanwhile.
    """
    address = f"http://{'127.0.0.1' if ports.host() == '0.0.0.0' else ports.host()}:{port}/healthz"
    if not processes.wait_until(lambda: supervisor.stopping or _answers(address), 60, every=0.1):
        _say("Las páginas aún no responden; vea los registros en la carpeta logs.")
    supervisor.others()
    if supervisor.stopping:
        return
    if demo:
        _say(installation.signins(place))
    _say(f"\nVentanilla está en servicio en {base_url(port)}   (Ctrl-C la detiene)")


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:
            return bool(json.load(answer))
    except urllib.error.HTTPError:
        return True  # it answers; what it says is for /readyz and the logs
    except (OSError, ValueError):
        return False


def _where(lock: Lock) -> str:
    who = lock.holder()
    return f"{who.get('url', '¿?')} (proceso {who.get('pid', '¿?')})"


def _nothing() -> None:
    """No embedded database to tend."""


class _Tending:
    """Starts the embedded database again when it died. Where it cannot start (a full disk), it is tried again and again:
    the pages say meanwhile that it does not answer."""

    def __init__(self, server: Embedded) -> None:
        self.server, self.again, self.said = server, 0.0, ""

    def __call__(self) -> None:
        if time.monotonic() < self.again:
            return
        try:
            self.server.ensure()
            self.said = ""
        except (Unavailable, OSError) as problem:
            self.again = time.monotonic() + RETRY_DATABASE
            if str(problem) != self.said:
                self.said = str(problem)
                _say(f"La base de datos no arranca; se intenta cada {RETRY_DATABASE:.0f} s. {problem}", 1)


def _say(text: str, code: int = 0) -> int:
    with suppress(OSError):  # a full disk under our output
        print(text, file=sys.stderr if code else sys.stdout, flush=True)
    return code
