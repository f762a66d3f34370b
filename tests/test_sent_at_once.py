"""Two sendings of one form at the same moment, with different things in them, by two processes: one is done, the other is told; and what
a form costs for that."""
import json
import subprocess
import sys
import threading
import time
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection, connections, transaction
from django.urls import reverse

from tests import make
from tests.pages import as_
from ventanilla.core.audit.models import Sending
from ventanilla.core.cases.models import Note
from ventanilla.web.events.tests.processes import environment

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
PATIENCE = 600
"""Seconds until which a machine may take to start a process; nothing waits for them."""
SENDER = """
import json, sys
import django
django.setup()
from django.test import Client
told = json.loads(sys.argv[1])
client = Client(SERVER_NAME="localhost")
client.cookies[told["name"]] = told["session"]
answer = client.post(told["url"], told["data"])
print(answer.status_code)
"""


def send(session: str, url: str, data: dict[str, str]) -> "subprocess.Popen[str]":
    told = json.dumps({"name": settings.SESSION_COOKIE_NAME, "session": session, "url": url, "data": data})
    return subprocess.Popen([sys.executable, "-c", SENDER, told], env=environment(), stdout=subprocess.PIPE, text=True)


def waiting() -> int:
    """How many other connections to this database wait for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # else it is what it was when this transaction first asked
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
        return int(cursor.fetchone()[0])


def test_two_processes_at_once_with_different_things_do_one() -> None:
    """Another process and this one are both in the middle of their verb, held by a lock on the log, before either has written its line."""
    w = make.world()
    url, key, client = reverse("letter_note", args=[make.letter(w).pk]), str(uuid4()), as_(w.head)
    said: list[str] = []

    def here() -> None:
        try:
            said.append(str(client.post(url, {"uuid": key, "text": "Una nota"}).status_code))
        finally:
            connections.close_all()

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE audit_entry IN SHARE MODE")
        there = send(client.cookies[settings.SESSION_COOKIE_NAME].value, url, {"uuid": key, "text": "Otra nota"})
        thread = threading.Thread(target=here)
        thread.start()
        end = time.monotonic() + PATIENCE
        while (held := waiting()) < 2 and there.poll() is None and thread.is_alive() and time.monotonic() < end:
            time.sleep(0.05)
    thread.join()
    said.append(there.communicate()[0].strip())
    assert (held, sorted(said)) == (2, ["302", "422"])
    assert Note.objects.count() == 1 and Sending.objects.count() == 1


@pytest.mark.parametrize("name", ["letter_note", "letter_register"])
def test_a_form_costs_one_statement_more(name: str) -> None:
    w = make.world()
    note = name == "letter_note"
    client = as_(w.head if note else w.clerk)
    url = reverse(name, args=[make.letter(w).pk] if note else [])
    data: dict[str, Any] = {"text": "Una nota"} if note else {
        "unit": w.root.pk, "direction": "incoming", "type": w.oficio.pk, "order": "state", "organisation": "Secretaría de Finanzas",
        "signatory": "María Peña Ríos", "post": "Directora", "subject": "Solicita informe", "received_at": "2026-02-05T09:00", "sheets": 1,
        "medium": "courier", "priority": 3, "level": 0}

    def asked(key: str) -> tuple[int, int]:
        """Statements for the row alone, and those that write it with the log line."""
        seen: list[str] = []

        def look(execute: Any, sql: str, *rest: Any) -> Any:
            seen.append(sql)
            return execute(sql, *rest)

        with connection.execute_wrapper(look):
            answer: Any = client.post(url, {"uuid": key, **data})
        assert answer.status_code == 302
        ours = [sql for sql in seen if "audit_sending" in sql]
        return sum("audit_entry" not in sql for sql in ours), sum("audit_entry" in sql for sql in ours)

    key = str(uuid4())
    assert asked(f"{key[:14]}8{key[15:]}") == (0, 0) and not Sending.objects.exists()
    alone, with_line = asked(key)
    assert alone == 1 and with_line > 0 and Sending.objects.count() == 1
