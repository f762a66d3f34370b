"""Periodic care of the queue: a job whose worker was killed is done again; left-overs are swept; large changes of
calendars and units.

Every task of the platform is idempotent, so doing one again is safe.
"""
import datetime

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

from ventanilla.core.cases.models import Case
from ventanilla.core.cases.places import judged_elsewhere, refresh
from ventanilla.core.cases.services import ending_calendars, foreseeing, recomputing, reorganisation
from ventanilla.core.documents import tasks as documents
from ventanilla.core.documents.services import forget_pending, sweep
from ventanilla.core.orgs.models import Person
from ventanilla.core.workdays.models import Calendar

QUEUE = "maintenance"
SILENT = 20
"""Seconds without a heartbeat after which a worker counts as killed (`ventanilla worker` beats every 5)."""


@app.periodic(cron="* * * * * */10")  # the sixth field are seconds: whoever waits for a killed worker's scan looks at a screen
@app.task(queue=QUEUE, name="queue.rescue", queueing_lock="queue.rescue", pass_context=False)
async def rescue(timestamp: int) -> int:
    """Order again the jobs of killed workers, and those whose end could not be written down because the database was away;
    returns how many. Procrastinate does neither by itself."""
    stalled = {int(job.id or 0) for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENT)}
    stalled |= {row["id"] for row in await app.connector.execute_query_all_async(_FORGOTTEN)}
    for number in stalled:
        await _again(number)
    await app.job_manager.prune_stalled_workers(seconds_since_heartbeat=SILENT * 4)
    return len(stalled)


async def _again(number: int) -> None:
    """Order one again; a periodic one that is already ordered anew is done with."""
    try:
        await app.job_manager.retry_job_by_id_async(job_id=number, retry_at=timezone.now() + datetime.timedelta(seconds=1))
    except UniqueViolation:
        await app.job_manager.finish_job_by_id_async(job_id=number, status=Status.ABORTED, delete_job=True)


_FORGOTTEN = """
WITH held AS (
  SELECT j.id, j.worker_id, (SELECT max(e.id) FROM procrastinate_events e WHERE e.job_id = j.id AND e.type = 'started') AS began
  FROM procrastinate_jobs j WHERE j.status = 'doing')
SELECT old.id FROM held old JOIN held new ON new.worker_id = old.worker_id AND new.began > old.began
"""
"""A worker does one job at a time: where it holds two, it forgot the older one (this rescue itself is often the newer)."""


@app.periodic(cron="23 * * * *")
@app.task(queue=QUEUE, name="cases.judging", queueing_lock="cases.judging", pass_context=False)
def follow_judging(timestamp: int) -> int:
    """Move what waits for evaluation to whom it belongs today; returns how many cases."""
    with transaction.atomic():
        rows = Case.objects.select_for_update(no_key=True).filter(pk__in=judged_elsewhere()).order_by("pk")
        moved = list(rows.values_list("pk", flat=True))
        refresh(moved)
    return len(moved)


@app.periodic(cron="*/3 * * * *")
@app.task(queue=QUEUE, name="documents.rescue", queueing_lock="documents.rescue", pass_context=False)
def rescue_documents(timestamp: int) -> int:
    """Order again the versions whose reading nobody is doing."""
    return documents.rescue()


@app.periodic(cron="40 8 * * *")
@app.task(queue=QUEUE, name="documents.sweep", queueing_lock="documents.sweep", pass_context=False)
def sweep_documents(timestamp: int) -> int:
    """Once a night (02:40 in central Mexico): forget files of forms that did not come again, and remove what nothing speaks of."""
    forget_pending()
    return sweep()


@app.periodic(cron="20 * * * *")
@app.task(queue=QUEUE, name="queue.tidy", queueing_lock="queue.tidy", pass_context=False)
async def tidy(timestamp: int) -> None:
    """Forget jobs that ended well more than three days ago, periodic care (thousands a day) after three hours."""
    await app.job_manager.delete_old_jobs(nb_hours=72)
    await app.job_manager.delete_old_jobs(nb_hours=3, queue=QUEUE)


@app.periodic(cron="*/5 * * * *")
@app.task(queue=QUEUE, name="cases.reorganised", queueing_lock="cases.reorganised", pass_context=False)
def finish_reorganisations(timestamp: int) -> int:
    """Move what an interrupted reorganisation left in closed units."""
    return reorganisation.finish()


@app.task(queue=QUEUE, name="cases.follow", pass_context=False, retry=documents.Patient())
def follow(sources: list[int], target: int, actor_id: int | None, reason: str, entry: int | None) -> int:
    """Move the open matters of merged units to the one that continues, and tell who ordered it."""
    actor = Person.objects.filter(pk=actor_id).first() if actor_id else None
    return reorganisation.follow(reorganisation.Following(sources, target, actor, reason, entry))


@app.task(queue=QUEUE, name=recomputing.TASK, pass_context=False, retry=documents.Patient())
def recompute(actor_id: int, calendar_id: int, reason: str) -> int:
    """Compute the running deadlines of a calendar by its newest version."""
    actor, calendar = Person.objects.get(pk=actor_id), Calendar.objects.get(pk=calendar_id)
    return recomputing.apply_and_tell(actor=actor, calendar=calendar, reason=reason).moved


@app.task(queue=QUEUE, name=foreseeing.TASK, pass_context=False, retry=documents.Patient())
def foresee(actor_id: int, calendar_id: int) -> None:
    """Foresee what the newest version of a calendar would change, for the page that shows it."""
    actor, calendar = Person.objects.get(pk=actor_id), Calendar.objects.get(pk=calendar_id)
    foreseeing.foresee_and_tell(actor=actor, calendar=calendar)


@app.task(queue=QUEUE, name="cases.calendar_end", pass_context=False, retry=documents.Patient())
def tell_calendar_end(actor_id: int, calendar_id: int, day: str) -> None:
    """Tell whoever decided it that a unit's calendar ended."""
    actor, calendar = Person.objects.get(pk=actor_id), Calendar.objects.get(pk=calendar_id)
    ending_calendars.tell_end(actor=actor, calendar=calendar, day=datetime.date.fromisoformat(day))
