"""The ports of an installation, held from its start to its end, so that no two installations share one.

The server of pages and of live notices lets several processes listen on one port (SO_REUSEPORT), and the kernel deals
the requests out among them. Two installations on one port would answer each other's requests; a look whether the port
is free is no help, because a first start takes minutes until it listens. So it is held meanwhile, and afterwards.
"""
import errno
import os
import socket
from contextlib import ExitStack, suppress

from ventanilla.config.embedded import Busy

NEAR = 50  # ports after the one of the pages among which the live notices look for theirs
APART = 10  # between the pages' port and the one proposed instead


def host() -> str:
    """The address on which the processes listen."""
    return os.environ.get("HOST_ADDRESS", "127.0.0.1")


def wanted() -> int:
    """The port of the pages."""
    return int(os.environ.get("PORT") or "8000")


def take(holding: ExitStack) -> tuple[int, int]:
    """The ports of the pages and of the live notices, ours until `holding` closes; or Busy, which says what to do."""
    port = wanted()
    try:
        holding.enter_context(_held(port))
    except OSError as problem:
        raise Busy(_refusal(port, problem, f"PORT={_free_near(port)}")) from problem
    return port, _events(port, holding)


def _events(port: int, holding: ExitStack) -> int:
    """The port that was asked for; the first free one after the pages' where nobody can have counted on a certain one."""
    asked = os.environ.get("EVENTS_PORT")
    counted = asked or any(os.environ.get("EVENTS_URL" + end) for end in ("", "_FILE"))  # a proxy knows the port
    first = int(asked or port + 1)
    for number in [first] if counted else range(first, first + NEAR):
        try:
            holding.enter_context(_held(number))
        except (OSError, OverflowError) as error:
            problem = error
        else:
            return number
    raise Busy(_refusal(first, problem, f"EVENTS_PORT={_free_near(port) + 1}", " de los avisos en vivo"))


def _held(port: int) -> socket.socket:
    """A socket that keeps the port from everybody but our own children, and answers nobody.

    Only one process can listen without SO_REUSEPORT: that decides between two starts in one moment. The socket
    that stays does not listen; those that also say SO_REUSEPORT, as the server does, may listen beside it.
    """
    with socket.socket() as only:
        only.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # past the closed connections of an earlier run
        only.bind((host(), port))
        only.listen(1)
        only.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        stays = socket.socket()
        try:
            stays.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            stays.bind((host(), port))
        except OSError:
            stays.close()
            raise
    return stays


def _free_near(port: int) -> int:
    """A port to propose, free as its neighbour is; without one, the first of them all the same."""
    for number in range(port + APART, port + APART * 20, APART):
        with suppress(OSError, OverflowError), _held(number), _held(number + 1):
            return number
    return port + APART


def _refusal(port: int, problem: Exception, instead: str, whose: str = "") -> str:
    if getattr(problem, "errno", None) != errno.EADDRINUSE:
        return f"El puerto {port}{whose} no se puede usar ({problem}); use otro con {instead}."
    return (f"El puerto {port}{whose} está ocupado por otro programa (quizá otra instalación de Ventanilla); "
            f"use otro con {instead}.")
