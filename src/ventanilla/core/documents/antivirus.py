"""A client of clamd: INSTREAM over TCP or a Unix socket (man 8 clamd). Only the answer is trusted, nothing
is opened."""
import socket
import struct
from typing import IO

from django.conf import settings

from ventanilla.core.documents.problems import ScannerDown

CHUNK, TIMEOUT = 256 * 1024, 120.0


def configured() -> bool:
    """Whether settings.CLAMD names a scanner."""
    return bool(settings.CLAMD)


def _connected() -> socket.socket:
    address: str = settings.CLAMD
    try:
        if address.startswith("/"):
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(TIMEOUT)
            connection.connect(address)
            return connection
        host, _, port = address.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), TIMEOUT)
    except (OSError, ValueError) as error:
        raise ScannerDown(str(error)) from error


def _answer(connection: socket.socket) -> str:
    data = b""
    while not data.endswith(b"\0") and len(data) < 4096:
        more = connection.recv(4096)
        if not more:
            break
        data += more
    return data.rstrip(b"\0").decode("utf-8", "replace").strip()


def ping() -> str:
    """The version clamd tells. Raises ScannerDown."""
    with _connected() as connection:
        try:
            connection.sendall(b"zVERSION\0")
            return _answer(connection)
        except OSError as error:
            raise ScannerDown(str(error)) from error


def scan(stream: IO[bytes]) -> str:
    """The name of what was found, or "" when clean. Raises ScannerDown when there is no clear answer."""
    with _connected() as connection:
        try:
            connection.sendall(b"zINSTREAM\0")
            while chunk := stream.read(CHUNK):
                connection.sendall(struct.pack("!I", len(chunk)) + chunk)
            connection.sendall(struct.pack("!I", 0))
        except OSError:
            pass  # clamd closes early when its own size limit is passed; its answer says so
        try:
            return _verdict(_answer(connection))
        except OSError as error:
            raise ScannerDown(str(error)) from error


def _verdict(answer: str) -> str:
    if answer.endswith(" FOUND"):
        return answer.removeprefix("stream:").removesuffix("FOUND").strip()[:200]
    if answer.endswith(": OK"):
        return ""
    raise ScannerDown(answer or "clamd: sin respuesta")
