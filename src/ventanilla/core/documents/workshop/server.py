"""The forking server: takes jobs from its socket, forks a confined child for each, reports how each ended.

Protocol: one SEQPACKET message per job, JSON with the path of the job file, and the write end of a pipe as
passed descriptor. The child writes JSON
lines to the pipe; the server adds the last line, `{"exit": status, "cpu": seconds}`, when the child is gone.
No pickle: what comes out of a child is data that the other side checks.
"""
import json
import os
import resource
import select
import signal
import socket
from typing import Any, NoReturn

from ventanilla.core.documents.workshop import jobs

Message = dict[str, Any]


def serve(descriptor: int) -> None:
    """Serve jobs until the other side closes the socket; then end every child."""
    wake_read, wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    jobs.preload()
    children: dict[int, int] = {}
    with socket.socket(fileno=descriptor) as channel:
        while True:
            ready, _, _ = select.select([descriptor, wake_read], [], [])
            if wake_read in ready:
                os.read(wake_read, 4096)
                _reap(children)
            if descriptor in ready and not _accept(channel, children):
                break
    for pid in children:
        os.kill(pid, signal.SIGKILL)


def _accept(channel: socket.socket, children: dict[int, int]) -> bool:
    """Start the child of one message; False when the other side is gone."""
    data, descriptors, _, _ = socket.recv_fds(channel, 1 << 20, 1)
    if not data:
        return False
    job = json.loads(data)["job"]
    pipe = descriptors[0]
    pid = os.fork()
    if pid == 0:
        _child(channel, pipe, job)
    children[pid] = pipe
    _send(pipe, {"pid": pid})
    return True


def _child(channel: socket.socket, pipe: int, job: str) -> NoReturn:
    """Be the child: its own session, no way back to the server, one job, then out without clean-up."""
    code = 1
    try:
        channel.close()
        signal.set_wakeup_fd(-1)
        os.setsid()
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # image libraries chatter
        with open(job, "rb") as file:
            request = json.load(file)
        jobs.run(request, lambda message: _send(pipe, message))
        code = 0
    except MemoryError:
        code = 77
    except BaseException as error:  # anything at all: the process ends here and the reason is told
        _send(pipe, {"error": f"{type(error).__name__}: {error}"[:500]})
        code = 1
    finally:
        os._exit(code)


def _reap(children: dict[int, int]) -> None:
    while children:
        pid, status, usage = os.wait4(-1, os.WNOHANG)
        if pid == 0:
            return
        pipe = children.pop(pid, -1)
        if pipe >= 0:
            _finish(pipe, status, usage)


def _finish(pipe: int, status: int, usage: resource.struct_rusage) -> None:
    peak = usage.ru_maxrss * 1024
    _send(pipe, {"exit": os.waitstatus_to_exitcode(status), "cpu": usage.ru_utime + usage.ru_stime,
                 "peak": peak})
    os.close(pipe)


def _send(pipe: int, message: Message) -> None:
    """Write one JSON line whole; a reader that went away is no error of ours."""
    data = memoryview(json.dumps(message, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
    try:
        while data:
            data = data[os.write(pipe, data):]
    except BrokenPipeError:
        return
