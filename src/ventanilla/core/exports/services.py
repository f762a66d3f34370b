"""Ordering, running, cancelling and clearing away exports.

What can be exported is registered by whoever owns the list: `register_export(kind, build)`. `build(person,
params)` must start from what that person may see *now*: it runs when the job runs, not when it was ordered.
"""

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.exports.models import OPEN, ExportJob, State
from ventanilla.core.exports.printed import write_pdf
from ventanilla.core.exports.spreadsheets import TooManyRows, write_csv, write_xlsx
from ventanilla.core.exports.tables import Table
from ventanilla.core.exports.typeset import TypesetError
from ventanilla.core.orgs.models import Person

KEPT = timedelta(days=7)
WRITERS: dict[str, Callable[[Table, Path], int]] = {"csv": write_csv, "xlsx": write_xlsx, "pdf": write_pdf}
Builder = Callable[[Person, Mapping[str, Any]], Table]
Name = Callable[[Mapping[str, Any]], object]
_builders: dict[str, Builder] = {}
_names: dict[str, Name] = {}


class Cancelled(Exception):
    """The person cancelled the job while it ran."""


def register_export(kind: str, build: Builder, name: Name | None = None) -> None:
    """Say how the table of this kind is made, and how it is called by whoever waits for it.

    Raises ValueError when the kind has another builder.
    """
    if _builders.setdefault(kind, build) is not build:
        raise ValueError(f"the export {kind} exists already")
    if name is not None:
        _names[kind] = name


def name_of(job: ExportJob) -> str:
    """What the job exports, in words; a kind that a version took away is only an export."""
    name = _names.get(job.kind)
    try:
        return str(name(job.params)) if name else _("Exportación")
    except LookupError:
        return _("Exportación")


@transaction.atomic
def order_export(
    *, actor: Person, kind: str, file_format: str, params: Mapping[str, Any], key: UUID | None = None
) -> ExportJob:
    """Order an export; the same `key` gives the same job. Raises KeyError for an unknown kind or format."""
    from ventanilla.core.exports.tasks import run_export

    if kind not in _builders or file_format not in WRITERS:
        raise KeyError(kind)
    job, made = ExportJob.objects.get_or_create(
        uuid=key or uuid4(),
        person=actor,
        defaults={"kind": kind, "format": file_format, "params": dict(params)},
    )
    if made:
        record(
            "exports.order",
            actor=actor,
            institution_id=actor.institution_id,
            subject=f"export:{job.pk}",
            detail={"kind": kind, "format": file_format},
        )
        run_export.defer(job_id=job.pk)
    return job


def key_again(job: ExportJob) -> UUID:
    """Of the job that takes the place of this one: asked for twice, it is one."""
    return uuid5(job.uuid, "again")


def order_again(*, actor: Person, job: ExportJob) -> ExportJob | None:
    """Order an own export anew that ended without a file, or whose file is gone; None for another. Raises KeyError for an unknown kind."""
    if job.person_id != actor.pk or job.is_open or job.path:
        return None
    return order_export(actor=actor, kind=job.kind, file_format=job.format, params=job.params, key=key_again(job))


@transaction.atomic
def cancel_export(*, actor: Person, job: ExportJob) -> bool:
    """Stop an own job; False when it had ended. Raises ExportJob.DoesNotExist for somebody else's."""
    mine = ExportJob.objects.select_for_update().get(pk=job.pk, person=actor)
    if not mine.is_open:
        return False
    ExportJob.objects.filter(pk=job.pk).update(state=State.CANCELLED, finished_at=timezone.now())
    record("exports.cancel", actor=actor, institution_id=actor.institution_id, subject=f"export:{job.pk}")
    return True


def run(job_id: int) -> None:
    """Do a job; may be called again after a crash, and does nothing for one that has ended."""
    started = timezone.now()
    if not ExportJob.objects.filter(pk=job_id, state__in=OPEN).update(
        state=State.RUNNING, started_at=started, progress=0
    ):
        return
    job = ExportJob.objects.select_related("person__institution").get(pk=job_id)
    try:
        rows, path = _produce(job)
    except Cancelled:
        return
    except (TooManyRows, TypesetError) as error:
        _end(job, State.FAILED, error=str(error))
    except Exception:
        _end(
            job,
            State.FAILED,
            error=_("No se pudo preparar el archivo. Inténtelo de nuevo; si se repite, avise a soporte."),
        )
        raise
    else:
        if not _end(job, State.DONE, rows=rows, progress=rows, path=path):
            default_storage.delete(path)


def _produce(job: ExportJob) -> tuple[int, str]:
    """Write the table to a temporary file and hand it to the storage; the rows and the name there."""
    table = replace(_builders[job.kind](job.person, job.params), on_row=lambda count: _advance(job.pk, count))
    with tempfile.TemporaryDirectory(prefix="export-") as folder:
        path = Path(folder) / f"{job.uuid}.{job.format}"
        rows = WRITERS[job.format](table, path)
        with path.open("rb") as file:
            return rows, default_storage.save(f"exports/{path.name}", File(file))


def _advance(job_id: int, count: int) -> None:
    if not ExportJob.objects.filter(pk=job_id, state=State.RUNNING).update(progress=count):
        raise Cancelled


def _end(job: ExportJob, state: State, **values: Any) -> bool:
    values |= {"state": state, "finished_at": timezone.now()}
    return bool(ExportJob.objects.filter(pk=job.pk, state=State.RUNNING).update(**values))


def expire() -> int:
    """Remove files older than KEPT; returns how many."""
    old = list(ExportJob.objects.exclude(path="").filter(finished_at__lt=timezone.now() - KEPT))
    for job in old:
        default_storage.delete(job.path)
        ExportJob.objects.filter(pk=job.pk).update(state=State.EXPIRED, path="")
    return len(old)


def rescue() -> int:
    """Order again jobs that wait or run without a task that could do them (a worker was killed)."""
    from ventanilla.core.exports.tasks import run_export

    lost = [job.pk for job in ExportJob.objects.raw(_LOST, [list(OPEN)])]
    for number in lost:
        run_export.defer(job_id=number)
    return len(lost)


_LOST = """
SELECT e.id FROM exports_exportjob e WHERE e.state = ANY(%s) AND NOT EXISTS (
    SELECT 1 FROM procrastinate_jobs j WHERE j.task_name = 'exports.run' AND j.status IN ('todo', 'doing')
    AND (j.args->>'job_id')::bigint = e.id)
"""
