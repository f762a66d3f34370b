"""A client of clamd: INSTREAM over TCP or a Unix socket (man 8 clamd). Only the answer is trusted, nothing
is opened."""
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from typing import IO, Final

from django.conf import settings

from ventanilla.core.documents.problems import ScannerDown

CHUNK = 256 * 1024
TIMEOUT: Final = 120.0
"""Seconds that a job waits for each sign of life."""
PAGE: Final = 10.0
"""Seconds that a page waits, all in all, while somebody looks at it."""


def configured() -> bool:
    """Whether settings.CLAMD names a scanner."""
    return bool(settings.CLAMD)


class _Line:
    """A connection to clamd on which each step takes at most `TIMEOUT`, and all of them together `within`, in seconds."""

    def __init__(self, within: float | None) -> None:
        self.end = None if within is None else monotonic() + within
        address: str = settings.CLAMD
        try:
            if address.startswith("/"):
                self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
                self._timed().connect(address)
            else:
                host, _, port = address.rpartition(":")
                self.socket = socket.create_connection((host.strip("[]"), int(port)), self._left())
        except (OSError, ValueError) as error:
            raise _down(error) from error

    def _left(self) -> float:
        if self.end is None:
            return TIMEOUT
        if (left := self.end - monotonic()) <= 0:
            raise TimeoutError
        return left

    def _timed(self) -> socket.socket:
        self.socket.settimeout(self._left())
        return self.socket

    def send(self, data: bytes) -> None:
        """Raises OSError: clamd takes nothing, or no longer."""
        self._timed().sendall(data)

    def answer(self) -> str:
        """What clamd says. Raises ScannerDown."""
        data = b""
        try:
            while not data.endswith(b"\0") and len(data) < 4096:
                more = self._timed().recv(4096)
                if not more:
                    break
                data += more
        except OSError as error:
            raise _down(error) from error
        return data.rstrip(b"\0").decode("utf-8", "replace").strip()


def _down(error: Exception) -> ScannerDown:
    return ScannerDown("no respondió a tiempo" if isinstance(error, TimeoutError) else str(error))


@contextmanager
def _line(within: float | None) -> Iterator[_Line]:
    line = _Line(within)
    with line.socket:
        yield line


def ping() -> str:
    """The version clamd tells. Raises ScannerDown."""
    with _line(PAGE) as line:
        with suppress(OSError):
            line.send(b"zVERSION\0")
        return line.answer()


def takes(size: int) -> bool:
    """Whether clamd takes files of that many bytes (its StreamMaxLength): the length is told, and nothing sent. Raises ScannerDown."""
    with _line(PAGE) as line:
        with suppress(OSError):
            line.send(b"zINSTREAM\0" + struct.pack("!I", min(size, 2**32 - 1)))
            line.socket.shutdown(socket.SHUT_WR)
        return "size limit exceeded" not in line.answer()


def scan(stream: IO[bytes], *, within: float | None = None) -> str:
    """The name of what was found, or "" when clean. Raises ScannerDown when there is no clear answer.

    A page says `within` how many seconds all must be done; a job waits as long as clamd goes on.
    """
    with _line(within) as line:
        with suppress(OSError):  # clamd closes early when its own size limit is passed; its answer says so
            line.send(b"zINSTREAM\0")
            while chunk := stream.read(CHUNK):
                line.send(struct.pack("!I", len(chunk)) + chunk)
            line.send(struct.pack("!I", 0))
        return _verdict(line.answer())


def _verdict(answer: str) -> str:
    if answer.endswith(" FOUND"):
        return answer.removeprefix("stream:").removesuffix("FOUND").strip()[:200]
    if answer.endswith(": OK"):
        return ""
    raise ScannerDown(answer or "clamd: sin respuesta")
