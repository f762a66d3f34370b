"""Processes that cannot be left behind, and locks that the kernel releases for the dead.

A child asks the kernel to be signalled when its parent dies (prctl PR_SET_PDEATHSIG, Linux), so that killing
a supervisor with -9 leaves nothing running. Locks are flock(2): a killed holder frees them.
"""
import ctypes
import fcntl
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def dies_with_parent(death: signal.Signals) -> Callable[[], None]:
    """For `preexec_fn`: the child gets `death` when the thread that started it ends."""
    parent = os.getpid()

    def ask() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, int(death), 0, 0, 0)
        if os.getppid() != parent:  # it died before we could ask
            os._exit(1)

    return ask


@dataclass(frozen=True)
class Account:
    """The operating system user that a child runs as; None: the same as ours."""

    uid: int
    gid: int
    name: str


def start(
    argv: Sequence[str], *, env: dict[str, str] | None = None, output: IO[bytes] | None = None,
    account: Account | None = None, death: signal.Signals = signal.SIGTERM, cwd: Path | None = None,
) -> subprocess.Popen[bytes]:
    """A child in a session of its own that gets `death` when we die; `output` takes both its streams."""
    return subprocess.Popen(
        list(argv), env=env, cwd=cwd, stdin=subprocess.DEVNULL, stdout=output,
        stderr=subprocess.STDOUT if output else None, start_new_session=True,
        preexec_fn=dies_with_parent(death), extra_groups=[] if account else None,
        user=account.uid if account else None, group=account.gid if account else None,
    )


def signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Signal a child and whatever it started in its session."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def stop(process: subprocess.Popen[bytes], *, first: signal.Signals, grace: float) -> None:
    """Ask with `first`, wait `grace` seconds, then kill the whole group."""
    if process.poll() is None:
        process.send_signal(first)
        with suppress(subprocess.TimeoutExpired):
            process.wait(grace)
    signal_group(process, signal.SIGKILL)
    process.wait()


def alive(pid: int) -> bool:
    """Whether a process with this number exists and is not a zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return False
    return state not in "ZX"


def wait_until(condition: Callable[[], bool], seconds: float, every: float = 0.05) -> bool:
    """Whether the condition came true within so many seconds."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(every)
    return True


@dataclass
class Lock:
    """An advisory lock on a file; its holder may write down who it is."""

    path: Path
    _file: IO[str] | None = field(default=None, repr=False)

    def take(self, *, shared: bool = False, wait: float = 0.0) -> bool:
        """Whether we hold it now, after waiting at most `wait` seconds."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = self.path.open("a+")
        kind = (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB
        if not wait_until(lambda: _flock(file, kind), wait):
            file.close()
            return False
        self._file = file
        return True

    def describe(self, **who: object) -> None:
        """Write down who holds it, for those who find it taken."""
        assert self._file is not None
        self._file.truncate(0)
        self._file.write(json.dumps({"pid": os.getpid(), **who}))
        self._file.flush()

    def holder(self) -> dict[str, object]:
        """What the holder wrote down; empty when nothing can be read."""
        try:
            found = json.loads(self.path.read_text())
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def release(self) -> None:
        """Let it go; harmless when we do not hold it."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _flock(file: IO[str], kind: int) -> bool:
    try:
        fcntl.flock(file, kind)
    except BlockingIOError:
        return False
    return True
