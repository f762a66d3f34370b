"""The real events server and relay on free ports over the test's database, and a plain client of the stream."""
import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from tests import database

from ventanilla.config.processes import dies_with_parent
from ventanilla.web.events import tickets
from ventanilla.web.events.relay import LOCK


def free_port():
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(**extra):
    """What a process needs to work on the test's database."""
    return os.environ | {"DATABASE_URL": database.url(),
                         "DJANGO_SETTINGS_MODULE": "ventanilla.config.settings", "PYTHONPATH": str(settings.SRC_DIR),
                         "VENTANILLA_DATA": str(settings.DATA_DIR), "BASE_URL": "http://localhost:8000"} | extra


class Process:
    """A child that is killed at the end."""

    def __init__(self, *argv, **extra):
        self.argv, self.extra = argv, extra
        self.start()

    def start(self):
        """Start (again)."""
        self.child = subprocess.Popen(self.argv, env=environment(**self.extra), start_new_session=True,
                                      preexec_fn=dies_with_parent(signal.SIGTERM))

    def kill(self):
        """kill -9 of the process and what it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.child.pid, signal.SIGKILL)
        self.child.wait()


def relay():
    """A relay process that already works."""
    made = Process(sys.executable, "-m", "django", "relay")
    wait(working, 60)
    return made


def working():
    """Whether some relay holds the lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = %s AND "
                       "objid = %s AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
                       [LOCK >> 32, LOCK & 0xFFFFFFFF])
        return cursor.fetchone()[0]


def events(port):
    """An events server that already answers."""
    made = Process(sys.executable, "-m", "granian", "--interface", "asgi", "--host", "127.0.0.1", "--port", str(port),
                   "--workers", "1", "--log-level", "warning", "ventanilla.config.asgi:application")
    wait(lambda: answers(port), 60)
    return made


def answers(port):
    """Whether something listens."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait(done, seconds=120.0):
    """Until `done()` is true; fails after `seconds`."""
    end = time.monotonic() + seconds
    while not (found := done()):
        assert time.monotonic() < end, "took too long"
        time.sleep(0.02)
    return found


class Browser:
    """One stream, read line by line."""

    def __init__(self, port, person=None, *, ticket=None, origin="http://localhost:8000", last=""):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        query = urlencode({"boleto": ticket if ticket is not None else tickets.issue(person)} | ({"desde": last} if last else {}))
        self.connection.request("GET", f"/eventos/?{query}", headers={"Origin": origin} if origin else {})
        self.response = self.connection.getresponse()
        self.status, self.last = self.response.status, ""

    def news(self, seconds=30.0):
        """The next (event, data), without hello; None when nothing comes within `seconds`."""
        self.connection.sock and self.connection.sock.settimeout(seconds)
        event = ""
        try:
            while line := self.response.readline().decode().rstrip("\n"):
                event, found = self._line(line, event)
                if found:
                    return found
            return self.news(seconds)
        except TimeoutError:
            return None

    def _line(self, line, event):
        name, _colon, value = line.partition(": ")
        if name == "id":
            self.last = value
        if name == "event":
            return value, None
        if name == "data" and event != "hello":
            return event, (event, json.loads(value))
        return event, None

    def close(self):
        """Go away."""
        self.response.close()
        self.connection.close()
