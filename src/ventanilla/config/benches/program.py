"""A program that asks over one connection for some seconds: a process of its own without Django, so that it takes little of the processor.

`python program.py` reads its orders from standard input as JSON (`port`, `start`, `seconds`, `headers`, `asks` as method, path and body,
`pace`, `seed`) and writes what it saw from the start (a moment of the monotonic clock) on: the seconds of each answer, and the
milliseconds of processor that it took itself for one.
"""
import json
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle
from typing import Any, Final
from uuid import uuid4

FINE: Final = (b"200", b"201")
Ask = tuple[str, str, str]
BEGINNING: Final = 0.1
"""Seconds for each program to begin and to ask once, before any of them counts."""


def ask_together(port: int, headers: Mapping[str, str], asks: Sequence[Ask], count: int, seconds: float,
                 pace: float = 0.0) -> tuple[list[float], float]:
    """So many programs at once: the seconds of each of their answers, and the milliseconds of processor of one on their side.

    Each begins at another of the asks and goes round. `pace`: asks a second that each wants on average, at moments of chance, counted
    from the moment when it wanted to ask; 0: the next as soon as it has the last. Raises RuntimeError when one of them was told anything
    but a success.
    """
    start = time.monotonic() + BEGINNING * count
    orders = {"port": port, "start": start, "seconds": seconds, "headers": dict(headers), "pace": pace}
    pipes: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    running = [subprocess.Popen([sys.executable, "-S", __file__], text=True, **pipes) for _n in range(count)]
    for n, one in enumerate(running):
        assert one.stdin
        first = n * len(asks) // count
        one.stdin.write(json.dumps(orders | {"asks": [*asks[first:], *asks[:first]], "seed": n}))
        one.stdin.close()
        one.stdin = None
    found = [_told(one) for one in running]
    taken = [second for told in found for second in told["taken"]]
    return taken, sum(told["busy"] for told in found) / max(1, len(taken))


def _told(one: "subprocess.Popen[str]") -> dict[str, Any]:
    out, problem = one.communicate()
    if one.returncode:
        raise RuntimeError(problem[-300:])
    told: dict[str, Any] = json.loads(out)
    return told


class Connection:
    """HTTP/1.1 over one socket that stays open."""

    def __init__(self, port: int, headers: Mapping[str, str]) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.headers = "".join(f"{name}: {value}\r\n" for name, value in headers.items())

    def send(self, method: str, path: str, body: str) -> None:
        """One request, with a key of its own when it changes something. Raises RuntimeError for an answer that is no success."""
        text = body.encode()
        key = f"Idempotency-Key: {uuid4()}\r\nContent-Length: {len(text)}\r\n" if body else ""
        self.socket.sendall(f"{method} {path} HTTP/1.1\r\n{self.headers}{key}\r\n".encode() + text)
        status, answer = self._answer()
        if status not in FINE:
            raise RuntimeError(f"{path}: {status!r} {answer[:200]!r}")

    def _answer(self) -> tuple[bytes, bytes]:
        head, _end, rest = self._until_headers().partition(b"\r\n\r\n")
        length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        while len(rest) < length:
            rest += self._more()
        return head[9:12], rest

    def _until_headers(self) -> bytes:
        found = b""
        while b"\r\n\r\n" not in found:
            found += self._more()
        return found

    def _more(self) -> bytes:
        part = self.socket.recv(65536)
        if not part:
            raise RuntimeError("the server hung up")
        return part


def moments(start: float, end: float, pace: float, seed: int) -> Iterator[float]:
    """The moments to ask at, each given when it has come: without a pace, whenever the last one has its answer."""
    if not pace:
        while (now := time.monotonic()) < end:
            yield now
        return
    chance = random.Random(seed)
    wanted = start + chance.expovariate(pace)
    while wanted < end:
        time.sleep(max(0.0, wanted - time.monotonic()))
        yield wanted
        wanted += chance.expovariate(pace)


def main() -> None:
    """Do as ordered."""
    orders = json.load(sys.stdin)
    base, asks, taken = Connection(orders["port"], orders["headers"]), cycle(orders["asks"]), list[float]()
    base.send(*next(asks))
    time.sleep(max(0.0, orders["start"] - time.monotonic()))
    began, now = time.process_time(), time.monotonic()
    for wanted in moments(now, now + orders["seconds"], orders["pace"], orders["seed"]):
        base.send(*next(asks))
        taken.append(time.monotonic() - wanted)
    json.dump({"taken": taken, "busy": 1000 * (time.process_time() - began)}, sys.stdout)


if __name__ == "__main__":
    main()
