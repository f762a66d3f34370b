"""Our side of the confined processes: hands jobs to the forking server, reads what comes out, ends what
lasts too long.

One server per process (web worker, task worker), started at the first job and again after a crash. A job
that stays silent longer than its limit is killed; what the child had already said is kept.
"""
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

Message = dict[str, Any]
MAX_LINE = 32 * 1024 * 1024
_SOURCE = Path(__file__).resolve().parents[3]
_MEMORY_EXITS = {77, -signal.SIGKILL}  # 77 is a MemoryError told by the server


@dataclass
class Outcome:
    """How a job ended: `exit` 0 is well; `problem` is "", "time", "memory" or "crash"; CPU seconds; peak
    bytes."""

    exit: int = 0
    problem: str = ""
    cpu: float = 0.0
    peak: int = 0
    walls: dict[str, bool] = field(default_factory=dict)
    error: str = ""


class Workshop:
    """The server process of this process, behind a lock; jobs themselves run side by side."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None
        self._owner = 0

    def submit(self, job: Message) -> int:
        """Send a job; the read end of the pipe on which its messages come."""
        read_end, write_end = os.pipe2(os.O_CLOEXEC)
        try:
            with self._lock:
                self._send(job, write_end)
        except BaseException:
            os.close(read_end)
            raise
        finally:
            os.close(write_end)
        return read_end

    def _send(self, job: Message, write_end: int) -> None:
        data = json.dumps(job).encode()
        for attempt in (1, 2):
            try:
                socket.send_fds(self._running(), [data], [write_end])
                return
            except (BrokenPipeError, ConnectionResetError):
                self.close()
                if attempt == 2:
                    raise

    def _running(self) -> socket.socket:
        alive = self._process is not None and self._process.poll() is None and self._owner == os.getpid()
        if self._channel is None or not alive:
            self._start()
        assert self._channel is not None
        return self._channel

    def _start(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        for end in (ours, theirs):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 << 20)
        command = [sys.executable, "-m", "ventanilla.core.documents.worker_process", str(theirs.fileno())]
        self._process = subprocess.Popen(
            command, pass_fds=[theirs.fileno()], env=_environment(), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, cwd=tempfile.gettempdir())
        theirs.close()
        self._channel, self._owner = ours, os.getpid()

    def close(self) -> None:
        """Let the server end (it ends its children)."""
        if self._channel is not None:
            self._channel.close()
        if self._process is not None and self._owner == os.getpid():
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(5)
        self._channel = self._process = None

    @property
    def server_pid(self) -> int:
        """Process id of the server, 0 when none runs (tests kill it)."""
        return self._process.pid if self._process is not None else 0


def _environment() -> dict[str, str]:
    """Nothing of ours: no secrets, one thread, the path to this package. Memory comes in large pages where kernel and C library
    know how (others ignore it): pictures of a page cost 57,000 faults in small ones, 7,000 in large."""
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "TESSDATA_PREFIX", "TMPDIR")}
    single = dict.fromkeys(("OMP_THREAD_LIMIT", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"), "1")
    return {**kept, **single, "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1", "PYTHONPATH": str(_SOURCE), "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONSAFEPATH": "1",
            "PYTHONNOUSERSITE": "1"}


workshop = Workshop()


@contextmanager
def folder() -> Iterator[Path]:
    """A private folder for one job, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="ventanilla-doc-") as path:
        yield Path(path)


def run(op: str, *, folder: Path, inputs: Sequence[Path], outcome: Outcome, **job: Any) -> Iterator[Message]:
    """Run one job and yield its messages as they come; `outcome` tells how it ended.

    Limits come from settings.FILE_LIMITS: CPU seconds per page, bytes of memory, bytes of any written file.
    A child that says nothing for three times its CPU seconds (at least 20 s) is killed: `outcome.problem` is
    "time".
    """
    limits = settings.FILE_LIMITS
    message = {
        "op": op, "folder": str(folder), "inputs": [str(p) for p in inputs], "memory": limits["memory"],
        "file_size": 4 * limits["bytes"], "seconds": limits["seconds"], **job,
    }
    (folder / "job.json").write_text(json.dumps(message), encoding="utf-8")
    pipe = workshop.submit({"job": str(folder / "job.json")})
    try:
        yield from _messages(pipe, outcome, max(3 * limits["seconds"], 20))
    finally:
        os.close(pipe)


def _messages(pipe: int, outcome: Outcome, silence: float) -> Iterator[Message]:
    pid = 0
    try:
        for line in _lines(pipe, silence):
            message = json.loads(line)
            if "kind" in message and message["kind"] != "walls":
                yield message
                continue
            pid, outcome.error = message.get("pid", pid), message.get("error", outcome.error)
            outcome.walls = message if message.get("kind") == "walls" else outcome.walls
            if "exit" in message:
                pid = 0
                _ended(outcome, message)
                return
        outcome.exit, outcome.problem = -1, "crash"
    except (TimeoutError, ValueError):
        outcome.exit, outcome.problem = -9, "time"
    finally:
        if pid:
            _kill(pid)


def _ended(outcome: Outcome, message: Message) -> None:
    outcome.exit, outcome.cpu, outcome.peak = message["exit"], message["cpu"], message["peak"]
    if outcome.exit == -signal.SIGXCPU:
        outcome.problem = "time"
    elif outcome.exit in _MEMORY_EXITS or (outcome.exit
                                           and outcome.peak > 0.6 * settings.FILE_LIMITS["memory"]):
        outcome.problem = "memory"
    elif outcome.exit:
        outcome.problem = "crash"


def _lines(pipe: int, silence: float) -> Iterator[bytes]:
    """Whole lines from the pipe. Raises TimeoutError after `silence` seconds without a byte, ValueError if
    endless."""
    rest = bytearray()
    waiter = select.poll()
    waiter.register(pipe, select.POLLIN)
    while True:
        if not waiter.poll(int(silence * 1000)):
            raise TimeoutError
        data = os.read(pipe, 1 << 16)
        if not data:
            return
        start = len(rest)
        rest += data
        if b"\n" in data:
            *whole, tail = rest.split(b"\n") if start else bytearray(data).split(b"\n")
            rest = tail
            yield from (bytes(line) for line in whole)
        if len(rest) > MAX_LINE:
            raise ValueError("line too long")


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)


@lru_cache(maxsize=1)
def sandbox_level() -> dict[str, bool]:
    """Which walls this machine gives to file readers: limits, network, seccomp, files (for `doctor`)."""
    outcome = Outcome()
    with folder() as place:
        deadline = time.monotonic() + 60
        for _ in run("probe", folder=place, inputs=[], outcome=outcome, port=9, secret="/proc/1/environ"):
            if time.monotonic() > deadline:
                break
    return {name: bool(outcome.walls.get(name)) for name in ("limits", "network", "seccomp", "files")}
