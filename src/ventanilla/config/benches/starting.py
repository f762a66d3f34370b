"""How soon a large export begins: ordered as the list orders it, begun by a worker as the installation runs it."""
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from django.conf import settings

from ventanilla.config.benches import loading, people
from ventanilla.config.benches.rows import Row, timed
from ventanilla.config.cli import WORKER
from ventanilla.core.exports.models import ExportJob, State
from ventanilla.core.exports.services import cancel_export, order_export
from ventanilla.core.orgs.models import Person

ORDERS: Final = 12
PATIENCE: Final = 60.0  # seconds; the first order waits for the worker to come up and is not counted


def bench(size: int) -> list[Row]:
    """Seconds from the order to the first line, by the job's own two moments; each job is cancelled once it has begun."""
    institution, said = loading.cases(size)
    _name, head = people.head(institution)
    with _worker():
        taken = [_begun(head) for _n in range(ORDERS + 1)][1:]
    return [timed("an export begins", size, taken, target="<= 1 s",
                  conditions=f"{ORDERS} orders of the whole list as XLSX, one worker that looks every 0.5 s; {said}")]


def _begun(person: Person) -> float:
    job = order_export(actor=person, kind="list", file_format="xlsx", params={"screen": "correspondencia", "query": ""})
    end = time.monotonic() + PATIENCE
    while job.state == State.WAITING and time.monotonic() < end:
        time.sleep(0.05)
        job = ExportJob.objects.get(pk=job.pk)
    if job.started_at is None:
        raise TimeoutError("the export did not begin")
    cancel_export(actor=person, job=job)
    return (job.started_at - job.created_at).total_seconds()


@contextmanager
def _worker() -> Iterator[None]:
    env = os.environ | {"PYTHONPATH": str(settings.SRC_DIR)}
    worker = subprocess.Popen([sys.executable, "-m", "django", *WORKER], env=env, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        worker.terminate()
        with suppress(subprocess.TimeoutExpired):
            worker.wait(15)
        worker.kill()
        worker.wait()
