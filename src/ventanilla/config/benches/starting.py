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
from ventanilla.core.exports.services import order_export
from ventanilla.core.exports.tasks import QUEUE
from ventanilla.core.orgs.models import Person
from ventanilla.web.screens.exports import KIND

ORDERS: Final = 12
NOTHING: Final = "estado=ninguno"  # nothing to write: the worker is free again for the next order
PATIENCE: Final = 60.0  # seconds; the first order waits for the worker to come up and is not counted


def bench(size: int) -> list[Row]:
    """Seconds from the order to the beginning, by the job's own two moments, with a worker that has nothing else to do."""
    institution, said = loading.cases(size)
    _name, head = people.head(institution)
    with _worker():
        taken = [_begun(head) for _n in range(ORDERS + 1)][1:]
    return [timed("an export begins", size, taken, target="<= 1 s",
                  conditions=f"{ORDERS} orders of a list as XLSX, one worker for exports alone, which looks every 0.5 s; {said}")]


def _begun(person: Person) -> float:
    job = order_export(actor=person, kind=KIND, file_format="xlsx", params={"screen": "correspondencia", "query": NOTHING})
    end = time.monotonic() + PATIENCE
    while job.state == State.WAITING and time.monotonic() < end:
        time.sleep(0.05)
        job = ExportJob.objects.get(pk=job.pk)
    if job.started_at is None:
        raise TimeoutError("the export did not begin")
    while ExportJob.objects.get(pk=job.pk).is_open and time.monotonic() < end:
        time.sleep(0.05)
    return (job.started_at - job.created_at).total_seconds()


@contextmanager
def _worker() -> Iterator[None]:
    env = os.environ | {"PYTHONPATH": str(settings.SRC_DIR)}
    worker = subprocess.Popen([sys.executable, "-m", "django", *WORKER, "-q", QUEUE], env=env, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        worker.terminate()
        with suppress(subprocess.TimeoutExpired):
            worker.wait(15)
        worker.kill()
        worker.wait()
