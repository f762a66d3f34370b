"""One LISTEN per process, fanned out to the streams of those who may hear: by person and by access token."""
import asyncio
import contextlib
import itertools
import logging
import secrets
from collections import defaultdict, deque
from typing import Any, Final

import psycopg
from django.db import connections

from ventanilla.lib.numbers import whole
from ventanilla.web.events import wire
from ventanilla.web.events.tickets import Subscription

log = logging.getLogger("ventanilla.events")
KEPT: Final = 2000         # news remembered for streams that come back
QUEUE: Final = 100         # news a slow browser may leave unread before it is told to look again at everything
PER_PERSON: Final = 12     # streams of one person; the oldest goes
MOST_STREAMS: Final = 3000
News = tuple[str, str, str]  # id, event, data


class Stream:
    """One open stream and what waits for it. `closed` streams end at their next turn."""

    def __init__(self, subscription: Subscription) -> None:
        self.subscription = subscription
        self.queue: asyncio.Queue[News | None] = asyncio.Queue(QUEUE)

    def put(self, news: News) -> None:
        """Add, or when the browser does not keep up, replace everything by "look again"."""
        if self.queue.full():
            while not self.queue.empty():
                self.queue.get_nowait()
            news = (news[0], "resync", "{}")
        self.queue.put_nowait(news)

    def end(self) -> None:
        """Let the stream end; its browser opens another when it needs one."""
        while not self.queue.empty():
            self.queue.get_nowait()
        self.queue.put_nowait(None)


class Hub:
    """Streams by token and by person; news in a ring, so that a stream can go on where it stopped."""

    def __init__(self) -> None:
        self.mark = secrets.token_hex(4)
        self.numbers = itertools.count(1)
        self.latest = 0
        self.ring: deque[tuple[int, dict[str, Any]]] = deque(maxlen=KEPT)
        self.by_token: dict[int, set[Stream]] = defaultdict(set)
        self.by_person: dict[int, dict[Stream, None]] = defaultdict(dict)
        self.task: asyncio.Task[None] | None = None

    def add(self, subscription: Subscription, last_id: str = "") -> Stream | None:
        """Open a stream; what it missed since `last_id` waits in it. None when there are too many."""
        self.start()
        if sum(map(len, self.by_person.values())) >= MOST_STREAMS:
            return None
        mine = self.by_person[subscription.person_id]
        if len(mine) >= PER_PERSON:
            self.remove(oldest := next(iter(mine)))
            oldest.end()
        stream = Stream(subscription)
        self.by_person[subscription.person_id][stream] = None
        for token in subscription.tokens:
            self.by_token[token].add(stream)
        self._catch_up(stream, last_id)
        return stream

    def remove(self, stream: Stream) -> None:
        """Forget a stream."""
        self.by_person[stream.subscription.person_id].pop(stream, None)
        if not self.by_person[stream.subscription.person_id]:
            del self.by_person[stream.subscription.person_id]
        for token in stream.subscription.tokens:
            self.by_token[token].discard(stream)
            if not self.by_token[token]:
                del self.by_token[token]

    def publish(self, value: dict[str, Any]) -> None:
        """Hand one payload to whoever may hear it."""
        self.latest = next(self.numbers)
        self.ring.append((self.latest, value))
        for stream in self._hearers(value):
            stream.put(self._news(self.latest, value, stream.subscription))

    def resync(self) -> None:
        """Something may have been missed: everybody looks again."""
        self.ring.clear()
        self.mark = secrets.token_hex(4)
        for streams in list(self.by_person.values()):
            for stream in list(streams):
                stream.put((f"{self.mark}-{self.latest}", "resync", "{}"))

    def _hearers(self, value: dict[str, Any]) -> set[Stream]:
        if value["k"] == "notice":
            return {s for person_id in value["p"] for s in self.by_person.get(person_id, ())}
        return {s for token in value["t"] for s in self.by_token.get(token, ())}

    def _news(self, number: int, value: dict[str, Any], hearer: Subscription) -> News:
        """What one hearer is told: never another's token. `tray`: it may wait where they work."""
        key = f"{self.mark}-{number}"
        if value["k"] == "notice":
            return key, "notice", "{}"
        tray = "true" if hearer.work.intersection(value["t"]) else "false"
        return key, "case", f'{{"id":{int(value["c"])},"tray":{tray}}}'

    def _catch_up(self, stream: Stream, last_id: str) -> None:
        mark, _dash, text = last_id.partition("-")
        number = whole(text)
        if not last_id:
            return
        first = self.ring[0][0] if self.ring else self.latest + 1
        if mark != self.mark or number is None or number + 1 < first:
            stream.put((f"{self.mark}-{self.latest}", "resync", "{}"))
            return
        for key, value in self.ring:
            if key > int(number) and self._may_hear(stream.subscription, value):
                stream.put(self._news(key, value, stream.subscription))

    @staticmethod
    def _may_hear(hearer: Subscription, value: dict[str, Any]) -> bool:
        if value["k"] == "notice":
            return hearer.person_id in value["p"]
        return not hearer.tokens.isdisjoint(value["t"])

    def start(self) -> None:
        """Listen, if this process does not yet."""
        if self.task is None or self.task.done():
            self.task = asyncio.get_running_loop().create_task(self._listen())

    async def _listen(self) -> None:
        """For ever; a lost connection is opened again, and then everybody looks again."""
        pause, again = 0.1, False
        while True:
            try:
                async with await self._connection() as connection:
                    await connection.execute(f"LISTEN {wire.CHANNEL}")
                    if again:
                        self.resync()
                    pause, again = 0.1, True
                    await self._hear(connection)
            except (psycopg.Error, OSError) as lost:
                log.warning("events: listener lost: %s", lost)
            again = True
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)

    async def _hear(self, connection: psycopg.AsyncConnection[Any]) -> None:
        while True:
            async for notification in connection.notifies(timeout=10):
                if value := wire.read(notification.payload):
                    self.publish(value)
            await connection.execute("SELECT 1")  # a dead connection is noticed within seconds

    @staticmethod
    async def _connection() -> psycopg.AsyncConnection[Any]:
        wrapper = connections["default"]
        wanted = {k: v for k, v in wrapper.get_connection_params().items()
                  if k in ("dbname", "user", "password", "host", "port", "connect_timeout", "sslmode")}
        return await psycopg.AsyncConnection.connect(**wanted, autocommit=True)

    async def stop(self) -> None:
        """End the listener and every stream (the process goes down)."""
        if self.task:
            self.task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.task
        for streams in list(self.by_person.values()):
            for stream in list(streams):
                stream.end()
