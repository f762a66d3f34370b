"""Periodic care of the queue: a job whose worker was killed is done again; left-overs of documents are swept.

Every task of the platform is idempotent, so doing one again is safe.
"""
import datetime

from django.utils import timezone
from procrastinate.contrib.django import app

from ventanilla.core.documents import tasks as documents
from ventanilla.core.documents.services import sweep

QUEUE = "maintenance"
SILENT = 45
"""Seconds without a heartbeat after which a worker counts as killed (it beats every 10)."""


@app.periodic(cron="* * * * *")
@app.task(queue=QUEUE, name="queue.rescue", queueing_lock="queue.rescue", pass_context=False)
async def rescue(timestamp: int) -> int:
    """Order again the jobs of killed workers; returns how many. Procrastinate does not do this by itself."""
    count = 0
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT):
        await app.job_manager.retry_job(job, retry_at=timezone.now() + datetime.timedelta(seconds=1))
        count += 1
    await app.job_manager.prune_stalled_workers(seconds_since_heartbeat=SILENT * 4)
    return count


@app.periodic(cron="*/3 * * * *")
@app.task(queue=QUEUE, name="documents.rescue", queueing_lock="documents.rescue", pass_context=False)
def rescue_documents(timestamp: int) -> int:
    """Order again the versions whose reading nobody is doing."""
    return documents.rescue()


@app.periodic(cron="40 8 * * *")
@app.task(queue=QUEUE, name="documents.sweep", queueing_lock="documents.sweep", pass_context=False)
def sweep_documents(timestamp: int) -> int:
    """Once a night (02:40 in central Mexico): remove files that no version speaks of."""
    return sweep()


@app.periodic(cron="20 8 * * *")
@app.task(queue=QUEUE, name="queue.tidy", queueing_lock="queue.tidy", pass_context=False)
async def tidy(timestamp: int) -> None:
    """Forget jobs that ended well more than three days ago."""
    await app.job_manager.delete_old_jobs(nb_hours=72)
