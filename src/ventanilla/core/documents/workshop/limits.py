"""How a child confines itself before it opens somebody else's file (Linux; each wall that is missing is
reported).

Walls: resource limits (always), an empty network namespace and a user namespace, seccomp without sockets,
exec or ptrace, and Landlock: only the named files and folders exist. Sources: man 2 setrlimit, unshare,
seccomp, landlock.
"""
import ctypes
import errno
import os
import platform
import resource
import signal
import struct
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)
_NEWUSER, _NEWNET, _NEWIPC = 0x10000000, 0x40000000, 0x08000000
_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 1, 1 << 2, 1 << 3
_WRITE_ALL = _WRITE_FILE | 1 << 5 | 1 << 8  # write, remove and make plain files: no links, no devices
# socket, connect, sendto, bind, ptrace, execve, execveat, bpf, mount, process_vm_writev, keyctl, io_uring
_FORBIDDEN = {
    "x86_64": (0xC000003E, (41, 42, 44, 49, 101, 59, 322, 321, 165, 311, 250, 425)),
    "aarch64": (0xC00000B7, (198, 203, 206, 200, 117, 221, 281, 280, 40, 271, 219, 425)),
}


def limit_resources(memory: int, file_size: int) -> None:
    """Address space and largest written file in bytes; 64 open files; no core dump; die with the parent."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    for kind, value in (
        (resource.RLIMIT_AS, memory), (resource.RLIMIT_FSIZE, file_size),
        (resource.RLIMIT_NOFILE, 64), (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        top = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (top, top))


def allow_cpu(seconds: int) -> None:
    """From now on this process may use `seconds` more of CPU; then the kernel ends it with SIGXCPU."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def no_network() -> bool:
    """Move to an empty network namespace (its own user namespace gives the right to, and drops all
    others)."""
    return bool(_libc.unshare(_NEWUSER | _NEWNET | _NEWIPC) == 0)


def no_sockets() -> bool:
    """Refuse sockets, exec, ptrace and mounts by a seccomp filter; False where the machine is not known."""
    if platform.machine() not in _FORBIDDEN or _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return False
    arch, numbers = _FORBIDDEN[platform.machine()]
    program = _seccomp_program(arch, numbers)
    buffer = ctypes.create_string_buffer(b"".join(program))
    head = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program), ctypes.addressof(buffer)))
    return bool(_libc.prctl(_PR_SET_SECCOMP, 2, head, 0, 0) == 0)


def _seccomp_program(arch: int, numbers: Sequence[int]) -> list[bytes]:
    """Classic BPF: another architecture dies; a forbidden call gets EPERM; the rest passes."""
    def line(code: int, yes: int, no: int, value: int) -> bytes:
        return struct.pack("HBBI", code, yes, no, value)

    count = len(numbers)
    checks = [line(0x15, count - i, 0, number) for i, number in enumerate(numbers)]
    return [
        line(0x20, 0, 0, 4), line(0x15, 1, 0, arch), line(0x06, 0, 0, 0x80000000), line(0x20, 0, 0, 0),
        *checks, line(0x06, 0, 0, 0x7FFF0000), line(0x06, 0, 0, 0x00050000 | errno.EPERM),
    ]


def only_files(readable: Sequence[Path], writable: Path) -> bool:
    """Landlock: nothing but `readable` (files or folders) can be read and only `writable` written."""
    if _libc.syscall(_LANDLOCK_CREATE, None, 0, 1) < 1 or _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return False
    handled = ctypes.create_string_buffer(struct.pack("Q", (1 << 13) - 1))
    ruleset = _libc.syscall(_LANDLOCK_CREATE, handled, 8, 0)
    if ruleset < 0:
        return False
    for path in readable:
        _allow(ruleset, path, _READ_FILE | _READ_DIR if path.is_dir() else _READ_FILE)
    _allow(ruleset, Path("/dev/null"), _READ_FILE | _WRITE_FILE)  # else Tesseract crashes
    _allow(ruleset, writable, _READ_FILE | _READ_DIR | _WRITE_ALL)
    done = _libc.syscall(_LANDLOCK_RESTRICT, ruleset, 0) == 0
    os.close(ruleset)
    return bool(done)


def _allow(ruleset: int, path: Path, access: int) -> None:
    with suppress(OSError):
        folder = os.open(path, os.O_PATH | os.O_CLOEXEC)
        rule = ctypes.create_string_buffer(struct.pack("=Qi", access, folder))
        _libc.syscall(_LANDLOCK_ADD, ruleset, 1, rule, 0)
        os.close(folder)


def confine(*, memory: int, file_size: int, readable: Sequence[Path], writable: Path) -> dict[str, bool]:
    """Raise every wall this machine has and say which stand: limits, network, seccomp, files."""
    network = no_network()
    files = only_files(readable, writable)
    seccomp = no_sockets()
    limit_resources(memory, file_size)
    return {"limits": True, "network": network, "seccomp": seccomp, "files": files}
