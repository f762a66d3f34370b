"""A job whose worker was killed with -9 is taken up again."""
import asyncio
import datetime

import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app

from ventanilla.core.cases import tasks


@pytest.mark.django_db(transaction=True)
def test_a_job_of_a_dead_worker_waits_again():
    job_id = tasks.rescue_documents.defer(timestamp=0)
    long_ago = timezone.now() - datetime.timedelta(minutes=10)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s) RETURNING id", [long_ago])
        worker = cursor.fetchone()[0]
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s", [worker, job_id])

    async def rescue():
        async with app.with_connector(app.connector.get_worker_connector()).open_async() as opened:
            jobs = await opened.job_manager.get_stalled_jobs(seconds_since_heartbeat=tasks.SILENT)
            for job in jobs:
                await opened.job_manager.retry_job(job)
            return len(list(jobs))

    assert asyncio.run(rescue()) == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", [job_id])
        assert cursor.fetchone()[0] == "todo"
