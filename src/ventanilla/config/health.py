"""`/healthz` (this process), `/readyz` (database, queue, storage) and `/metrics` (Prometheus).

/metrics answers only to the bearer token METRICS_TOKEN, or without one to this machine when no proxy stands
before us; to everybody else it does not exist.
"""
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.core import GaugeMetricFamily

QUEUE_STALLED = 600.0  # seconds that a due job may wait before the queue counts as stopped
DISK_LOW = 0.03  # share of the disk that must stay free

REQUESTS = Counter("ventanilla_requests_total", "Requests served", ["method", "route", "status"])
SECONDS = Histogram("ventanilla_request_seconds", "Time to answer, seconds", ["method", "route"],
                    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30))

QUEUE_WAIT = """SELECT coalesce(extract(epoch FROM now() - min(coalesce(scheduled_at, at))), 0)
FROM procrastinate_jobs j LEFT JOIN LATERAL (
  SELECT e.at FROM procrastinate_events e WHERE e.job_id = j.id AND e.type = 'deferred' LIMIT 1) e ON true
WHERE j.status = 'todo' AND (j.scheduled_at IS NULL OR j.scheduled_at <= now())"""


class Measure:
    """Middleware: counts and times every request by its route, never by its address (folios are personal)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begin = time.perf_counter()
        response = self.get_response(request)
        match, method = request.resolver_match, request.method or ""
        route = match.route if match else "none"
        REQUESTS.labels(method, route, str(response.status_code)).inc()
        SECONDS.labels(method, route).observe(time.perf_counter() - begin)
        return response


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """This process answers; nothing else is asked."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when database, queue and storage work, else 503; names only which part fails, never why."""
    parts = {name: _works(check) for name, check in CHECKS.items()}
    ready = all(parts.values())
    state = {name: "ok" if works else "fails" for name, works in parts.items()}
    return JsonResponse({"status": "ok" if ready else "fails", **state}, status=200 if ready else 503)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Counters of all web processes, and gauges read now from the database and the disk."""
    if not _may_measure(request):
        raise Http404
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    registry.register(_Gauges())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def database_works() -> bool:
    """A round trip to the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


def queue_works() -> bool:
    """No due job has waited longer than QUEUE_STALLED seconds."""
    return queue_wait() < QUEUE_STALLED


def queue_wait() -> float:
    """Seconds that the oldest due job has waited; 0 when none waits."""
    with connection.cursor() as cursor:
        cursor.execute(QUEUE_WAIT)
        row = cursor.fetchone()
    return float(row[0]) if row else 0.0


def storage_works() -> bool:
    """The files' folder takes a file, and the disk has room."""
    folder = _files()
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".ready-") as file:
        file.write(b"ok")
        file.flush()
    usage = shutil.disk_usage(folder)
    return usage.free > usage.total * DISK_LOW


CHECKS: dict[str, Callable[[], bool]] = {
    "database": database_works, "queue": queue_works, "storage": storage_works,
}


class _Gauges:
    """What is true of the installation at this moment, not of one process."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Jobs by state, oldest wait, size of the database, free disk."""
        jobs = GaugeMetricFamily("ventanilla_jobs", "Jobs by state", labels=["state"])
        with connection.cursor() as cursor:
            cursor.execute("SELECT status::text, count(*) FROM procrastinate_jobs "
                           "WHERE status IN ('todo', 'doing', 'failed') GROUP BY status")
            for state, number in cursor.fetchall():
                jobs.add_metric([state], number)
            cursor.execute("SELECT pg_database_size(current_database())")
            size = cursor.fetchone()[0]
        yield jobs
        yield GaugeMetricFamily("ventanilla_queue_wait_seconds", "Wait of the oldest due job", queue_wait())
        yield GaugeMetricFamily("ventanilla_database_bytes", "Size of the database", size)
        yield GaugeMetricFamily("ventanilla_disk_free_bytes", "Free disk", shutil.disk_usage(_files()).free)


def _files() -> Path:
    folder = Path(default_storage.path(""))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _works(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except Exception:
        return False


def _may_measure(request: HttpRequest) -> bool:
    token = settings.METRICS_TOKEN
    if token:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return secrets.compare_digest(given.encode(), token.encode())
    return not settings.SECURE_PROXY and request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1")
