"""Periodic work of the registry, all of it idempotent: measurements that are due, indicators, reminders. Times are UTC."""
from procrastinate.contrib.django import app

QUEUE = "maintenance"


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
