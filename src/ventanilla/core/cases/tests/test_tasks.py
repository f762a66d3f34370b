"""A job whose worker was killed with -9, or whose end was never written down, is taken up again."""
import asyncio
import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app

from ventanilla.core.cases import tasks
from ventanilla.core.documents import tasks as documents

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _empty_queue():
    """The queue's tables are not Django's: nobody empties them between tests."""
    run("DELETE FROM procrastinate_periodic_defers")
    run("DELETE FROM procrastinate_jobs")
    run("DELETE FROM procrastinate_workers")


def run(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()[0] if cursor.description else None


def worker(beat_ago=datetime.timedelta(0)):
    return run("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s) RETURNING id", timezone.now() - beat_ago)


def held(by, task=tasks.rescue_documents):
    """A job that this worker began and did not end."""
    number = task.defer(timestamp=0)
    run("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s", by, number)
    return number


def state(number):
    return run("SELECT coalesce((SELECT status::text FROM procrastinate_jobs WHERE id = %s), 'gone')", number)


def rescue():
    """As a worker does it; in a thread of its own, for a browser's test may have left a loop running in this one."""
    async def go():
        with app.replace_connector(app.connector.get_worker_connector()) as other:
            async with other.open_async():
                return await tasks.rescue(timestamp=0)

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(go())).result()


def test_a_job_of_a_dead_worker_waits_again():
    mine, living = held(worker(datetime.timedelta(minutes=10))), held(worker(), tasks.finish_reorganisations)
    assert rescue() == 1
    assert (state(mine), state(living)) == ("todo", "doing")


def test_a_job_whose_worker_was_forgotten_waits_again():
    mine = held(None)
    assert rescue() == 1 and state(mine) == "todo"


def test_a_job_whose_end_could_not_be_written_down_waits_again():
    busy = worker()
    older, newer = held(busy), held(busy, tasks.finish_reorganisations)
    assert rescue() == 1
    assert (state(older), state(newer)) == ("todo", "doing")


def test_periodic_care_that_is_ordered_anew_does_not_stand_in_the_way_of_the_others():
    dead = worker(datetime.timedelta(minutes=10))
    first, new = held(dead), tasks.rescue_documents.defer(timestamp=1)
    second = held(dead, tasks.finish_reorganisations)
    assert rescue() == 2
    assert (state(first), state(new), state(second)) == ("gone", "todo", "todo")
    assert rescue() == 0


def test_care_goes_before_a_stack_of_scans():
    documents.order([1, 2, 3])
    tasks.rescue.defer(timestamp=0)
    taken = [run("SELECT task_name FROM procrastinate_fetch_job_v2(NULL, %s)", worker()) for _ in range(2)]
    assert taken == ["queue.rescue", "documents.process"]
