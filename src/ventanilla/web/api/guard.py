"""Outgoing requests never reach private addresses: checked where the socket is opened, so DNS tricks do not help.

The address that was checked is the address that is connected to. `settings.OUTGOING_ALLOWED` (exact "host:port" pairs,
for tests and the demo) is the only exception; there is no switch.
"""
import ipaddress
import socket
import ssl
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import httpcore
import httpx
from django.conf import settings
from django.utils.translation import gettext as _


class PrivateAddress(httpcore.ConnectError):
    """The name leads to an address that is not public."""


def allowed(host: str, port: int) -> bool:
    """Whether exactly this host and port are on the list."""
    return f"{host}:{port}" in getattr(settings, "OUTGOING_ALLOWED", ())


def public_address(host: str, port: int) -> str:
    """An IP address to connect to. Raises PrivateAddress when any address of the name is not public."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as problem:
        raise httpcore.ConnectError(str(problem)) from problem
    addresses = [str(entry[4][0]) for entry in found]
    if not allowed(host, port) and not all(_is_public(a) for a in addresses):
        raise PrivateAddress(f"{host}:{port}")
    return addresses[0]


def _is_public(text: str) -> bool:
    address = ipaddress.ip_address(text.split("%")[0])
    inner = address.ipv4_mapped or address.sixtofour if isinstance(address, ipaddress.IPv6Address) else None
    return address.is_global and not address.is_multicast and (inner is None or inner.is_global)


class _Backend(httpcore.SyncBackend):
    """Opens sockets only to checked addresses."""

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
                    socket_options: Iterable[Any] | None = None) -> httpcore.NetworkStream:
        """As the base class, to the address that was checked; TLS still verifies the name."""
        return super().connect_tcp(public_address(host, port), port, timeout, local_address, socket_options)


class Transport(httpx.HTTPTransport):
    """An httpx transport whose every connection passes the guard."""

    def __init__(self) -> None:
        super().__init__(trust_env=False)
        self._pool.close()
        self._pool = httpcore.ConnectionPool(ssl_context=ssl.create_default_context(), network_backend=_Backend(),
                                             max_connections=4)


def client(seconds: float = 10.0) -> httpx.Client:
    """A client that passes the guard, follows no redirect and ignores proxies of the environment."""
    return httpx.Client(transport=Transport(), timeout=seconds, follow_redirects=False, trust_env=False)


def check_url(url: str) -> str:
    """What is wrong with an address, in Spanish; empty when it may be used. Looks the name up."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return _("La dirección no es válida.")
    host = parts.hostname or ""
    if not host or parts.username or parts.password:
        return _("Escriba una dirección completa, sin usuario ni contraseña: https://…")
    if parts.scheme != "https" and not (parts.scheme == "http" and allowed(host, port)):
        return _("La dirección debe empezar con https://")
    try:
        public_address(host, port)
    except PrivateAddress:
        return _("Esa dirección es de una red privada; solo se avisa a direcciones públicas.")
    except httpcore.ConnectError:
        return _("No se encontró ese servidor; revise la dirección.")
    return ""
