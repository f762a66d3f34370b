"""The events port: an ASGI application that knows one address, `/eventos/`, and streams news to browsers.

It does without Django's middleware on purpose: no session, no template, no other page answers on this port. Who asks
is proved by the ticket, before anything is streamed, and no database connection is held while it streams.
Server-sent events: HTML Living Standard, section 9.2.
"""
import asyncio
import random
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connections

from ventanilla.web.events import tickets
from ventanilla.web.events.hub import Hub, Stream

HEARTBEAT: Final = 15.0          # seconds
LIFE: Final = (540.0, 660.0)     # seconds a stream lives: then the browser shows again that it may listen
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
hub = Hub()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """The whole events port."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http":
        await _http(scope, receive, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            await hub.stop()
            return


async def _http(scope: Scope, receive: Receive, send: Send) -> None:
    origin = _header(scope, b"origin")
    if scope["path"] == "/healthz":
        await _answer(send, 200, b"ok")
    elif scope["path"] != "/eventos/" or scope["method"] != "GET":
        await _answer(send, 404, b"")
    elif origin and origin != own_origin():
        await _answer(send, 403, b"")
    else:
        await _open(scope, receive, send, origin)


def own_origin() -> str:
    """The one origin whose pages may listen."""
    parts = urlsplit(settings.BASE_URL)
    return f"{parts.scheme}://{parts.netloc}"


async def _open(scope: Scope, receive: Receive, send: Send, origin: str) -> None:
    query = parse_qs(scope["query_string"].decode("latin-1"))
    person_id = tickets.redeem(query.get("boleto", [""])[0])
    found = await sync_to_async(_subscription)(person_id) if person_id else None
    if found is None:
        await _answer(send, 401, b"", origin)
        return
    stream = hub.add(found, _header(scope, b"last-event-id") or query.get("desde", [""])[0])
    if stream is None:
        await _answer(send, 503, b"", origin)
        return
    try:
        await _flow(stream, receive, send, origin)
    finally:
        hub.remove(stream)


def _subscription(person_id: int) -> tickets.Subscription | None:
    """Read it and give the connection back at once."""
    try:
        return tickets.subscription_of(person_id)
    finally:
        connections["default"].close()


async def _flow(stream: Stream, receive: Receive, send: Send, origin: str) -> None:
    """Stream until the browser goes, the stream is ended, or its life is over."""
    await send({"type": "http.response.start", "status": 200, "headers": _headers("text/event-stream", origin)})
    await _body(send, f"retry: 2000\nid: {hub.mark}-{hub.latest}\nevent: hello\ndata: {{}}\n\n")
    writing = asyncio.ensure_future(_write(stream, send))
    gone = asyncio.ensure_future(_gone(receive))
    tasks = {writing, gone}
    try:
        await asyncio.wait(tasks, timeout=random.uniform(*LIFE), return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    if not gone.done() or gone.cancelled():
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _write(stream: Stream, send: Send) -> None:
    while True:
        try:
            news = await asyncio.wait_for(stream.queue.get(), HEARTBEAT)
        except TimeoutError:
            await _body(send, ": .\n\n")
            continue
        if news is None:
            return
        key, event, data = news
        await _body(send, f"id: {key}\nevent: {event}\ndata: {data}\n\n")


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _body(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _answer(send: Send, status: int, body: bytes, origin: str = "") -> None:
    await send({"type": "http.response.start", "status": status, "headers": _headers("text/plain", origin)})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def _headers(kind: str, origin: str) -> list[tuple[bytes, bytes]]:
    made = [(b"content-type", f"{kind}; charset=utf-8".encode()), (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"), (b"x-accel-buffering", b"no"), (b"vary", b"origin"),
            (b"content-security-policy", b"default-src 'none'")]
    if origin:
        made.append((b"access-control-allow-origin", origin.encode()))
    return made


def _header(scope: Scope, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")
