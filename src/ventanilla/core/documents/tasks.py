"""The task that processes a version. Ordered in the transaction that stores it; done again safely after any
crash."""
from collections.abc import Sequence
from typing import Any

from django.db import InterfaceError, OperationalError, connection
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from ventanilla.core.documents.problems import NoRoom, ScannerDown

QUEUE = "documents"
AWAY = (OperationalError, InterfaceError)
"""The database went away or has no room: nothing is wrong with the work itself."""
MOST_ATTEMPTS = 2000
LATER = -10
"""Priority of long work: a thousand scans may wait, but notices, seals and the rescue of jobs never behind them."""


class Patient(BaseRetryStrategy):
    """Again after 5 seconds when the database was away, each minute while there is no antivirus or no room; else never."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When to try again; None: never."""
        if job.attempts >= MOST_ATTEMPTS or not isinstance(exception, (*AWAY, ScannerDown, NoRoom)):
            return None
        quick = isinstance(exception, AWAY) and job.attempts < 10
        return RetryDecision(retry_in={"seconds": 5 if quick else 60})


COPIES_WAIT = 20
"""Seconds between two looks whether the original of a copy has been read."""


@app.task(queue=QUEUE, name="documents.process", pass_context=False, retry=Patient(), priority=LATER)
def process_version(version_id: int, original: int = 0) -> None:
    """Antivirus, text, previews, searchable PDF. While clamd, the database or room on the disk is missing it comes
    back each minute. A copy waits until its `original` has been read."""
    from ventanilla.core.documents.services.processing import process, still_waits

    if original and still_waits(original):
        process_version.configure(schedule_in={"seconds": COPIES_WAIT}).defer(version_id=version_id, original=original)
    else:
        process(version_id, original)


def order(version_ids: Sequence[int]) -> None:
    """Defer one task per version, in the current transaction."""
    _order([{"version_id": number} for number in version_ids])


def order_copies(pairs: Sequence[tuple[int, int]]) -> None:
    """The same for versions that are copies, each beside its original."""
    _order([{"version_id": copy, "original": original} for copy, original in pairs])


def _order(jobs: list[dict[str, Any]]) -> None:
    if jobs:
        process_version.batch_defer(*jobs)


def rescue() -> int:
    """Order again what has been waiting without a task that could do it; returns how many versions.

    Doing a version twice at once is impossible (advisory lock) and twice in turn harmless. A version whose
    task failed five times is given up: it stays stored and says that it could not be read.
    """
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_UP)
        cursor.execute(_LOST)
        lost = [row[0] for row in cursor.fetchall()]
    order(lost)
    return len(lost)


_GIVE_UP = """
UPDATE documents_documentversion SET state = 'failed', problem = 'crash', processed_at = now()
WHERE state IN ('clean', 'processing') AND 5 <= (
    SELECT count(*) FROM procrastinate_jobs j WHERE j.task_name = 'documents.process' AND j.status = 'failed'
    AND (j.args->>'version_id')::bigint = documents_documentversion.id)
"""
_LOST = """
SELECT v.id FROM documents_documentversion v
WHERE v.state IN ('received', 'scanning', 'clean', 'processing') AND NOT EXISTS (
    SELECT 1 FROM procrastinate_jobs j WHERE j.task_name = 'documents.process'
    AND j.status IN ('todo', 'doing') AND (j.args->>'version_id')::bigint = v.id)
ORDER BY v.id LIMIT 1000
"""
