"""Work of the registry, all of it idempotent: forms to recognise; measurements due, indicators, reminders, legal bases. Times are UTC."""
from procrastinate.contrib.django import app

from ventanilla.core.documents import tasks as documents

QUEUE = "maintenance"


@app.task(queue=documents.QUEUE, name="practices.read_arrival", pass_context=False, retry=documents.Patient(), priority=documents.LATER)
def read_arrival(arrival_id: int) -> bool:
    """Recognise a form that waits. Its file was ordered before it, so the antivirus has mostly seen it; else it comes back each minute."""
    from ventanilla.modules.practices.services import arrivals

    return arrivals.read_arrival(arrival_id)


@app.periodic(cron="*/3 * * * *")
@app.task(queue=QUEUE, name="practices.arrivals", queueing_lock="practices.arrivals", pass_context=False)
def order_lost_arrivals(timestamp: int = 0) -> int:
    """Order again the forms whose reading failed half way; after some attempts they are refused."""
    from ventanilla.modules.practices.services import arrivals

    return arrivals.order_lost()


@app.periodic(cron="10 12 * * *")
@app.task(queue=QUEUE, name="practices.measurements", queueing_lock="practices.measurements", pass_context=False)
def due_measurements(timestamp: int = 0) -> int:
    """Each morning (06:10 in central Mexico): a task for every period that ended."""
    from ventanilla.modules.practices.services.lifecycle_measuring import open_measurements

    return len(open_measurements())


@app.periodic(cron="30 11 * * *")
@app.task(queue=QUEUE, name="practices.indicators", queueing_lock="practices.indicators", pass_context=False)
def fill_indicators(timestamp: int = 0) -> int:
    """Each morning (05:30): the bound indicators of practices that are not withdrawn, a practice at a time."""
    from ventanilla.modules.practices.models import Indicator
    from ventanilla.modules.practices.services.evidence import refresh_indicators

    rows = Indicator.objects.filter(active=True).exclude(measure="").exclude(practice__state="withdrawn").order_by("practice_id", "pk")
    return sum(refresh_indicators([row]) for row in rows.iterator(chunk_size=200))


@app.periodic(cron="0 14 * * *")
@app.task(queue=QUEUE, name="practices.reminders", queueing_lock="practices.reminders", pass_context=False)
def reminders(timestamp: int = 0) -> int:
    """Each morning (08:00): campaigns about to close, evaluations about to be due, practices to validate again."""
    from ventanilla.modules.practices.services.campaigns import ask_revalidations, remind

    return remind() + ask_revalidations()


@app.periodic(cron="40 11 * * *")
@app.task(queue=QUEUE, name="practices.bases", queueing_lock="practices.bases", pass_context=False)
def watch_bases(timestamp: int = 0) -> int:
    """Each morning (05:40): legal bases that end soon, or ended; first those of practices that were never looked at."""
    from ventanilla.modules.practices.services.bases_telling import tell_ends
    from ventanilla.modules.practices.services.deriving import derive_missing

    derive_missing()
    return tell_ends()


@app.periodic(cron="*/10 * * * *")
@app.task(queue=QUEUE, name="practices.tally", queueing_lock="practices.tally", pass_context=False)
def fold_tally(timestamp: int = 0) -> None:
    """Keep the rows of the roll-up few, so that the board stays as quick as the first day."""
    from ventanilla.modules.practices.services.tally import fold

    fold()
