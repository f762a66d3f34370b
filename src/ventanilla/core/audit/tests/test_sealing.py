"""Writers in many threads and processes, slow, fast and rolled back: nothing is lost, nothing sealed out of
order."""

import random
import subprocess
import sys
import threading
import time
from typing import Any

import psycopg
import pytest
from django.db import connection

from ventanilla.core.audit.sealing import seal
from ventanilla.core.audit.tests.tamper import sealed
from ventanilla.core.audit.verify import verify

pytestmark = pytest.mark.django_db(transaction=True, available_apps=["ventanilla.core.audit"])

_INSERT = "INSERT INTO audit_entry (institution_id, verb, subject) VALUES (1, 'test.write', %s)"
_WRITER = """
import random, sys, time, psycopg
chance = random.Random(int(sys.argv[2]))
with psycopg.connect(sys.argv[1]) as db:
    for n in range(60):
        for _ in range(chance.randint(1, 4)):
            db.execute(sys.argv[3], [str(n)])
            time.sleep(chance.choice([0, 0, 0, 0.02]))
        if chance.random() < 0.3:
            db.rollback()
        else:
            db.commit()
"""


def dsn() -> str:
    """Where the test database is."""
    values = connection.get_connection_params()
    return psycopg.conninfo.make_conninfo(
        **{k: values[k] for k in ("dbname", "user", "host", "port", "password") if values.get(k)}
    )


def test_concurrent_writers(log: Any) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", _WRITER, dsn(), str(seed), _INSERT]) for seed in range(4)
    ]
    stop = threading.Event()
    sealers = [threading.Thread(target=_seal_until, args=(stop,)) for _ in range(2)]
    for thread in sealers:
        thread.start()
    try:
        assert [writer.wait(240) for writer in writers] == [0] * 4
    finally:
        stop.set()
        for thread in sealers:
            thread.join()
    sealed()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.xid, e.id FROM audit_seal s JOIN audit_entry e ON e.id = s.entry_id ORDER BY s.seq"
        )
        order = cursor.fetchall()
        cursor.execute("SELECT count(*) FROM audit_entry")
        assert len(order) == cursor.fetchone()[0] > 200
    assert order == sorted(order)
    report = verify()
    assert report.ok and report.tail == 0


def _seal_until(stop: threading.Event) -> None:
    chance = random.Random(9)
    try:
        while not stop.is_set():
            seal(chance.randint(1, 40))
            time.sleep(0.005)
    finally:
        connection.close()


def test_an_open_transaction_holds_back_what_came_after_it(log: Any) -> None:
    with psycopg.connect(dsn()) as slow:
        slow.execute("INSERT INTO audit_entry (institution_id, verb, subject) VALUES (1, 'test.slow', 'x')")
        log(5)
        assert seal() == 0
        assert verify().tail == 5
        slow.commit()
    assert sealed() == 6
    assert verify().ok


def test_a_second_sealer_does_not_wait(log: Any) -> None:
    log(3)
    with psycopg.connect(dsn()) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [0x56454E54_41554449])
        assert seal() == 0
        other.rollback()
    assert sealed() == 3


def test_a_transaction_in_another_database_holds_nothing_back(log: Any) -> None:
    with psycopg.connect(dsn(), dbname="postgres") as elsewhere:
        elsewhere.execute("SELECT pg_current_xact_id()")
        log(3)
        assert sealed() == 3
        elsewhere.rollback()
