"""Periodic work: every minute, the deadlines that came near or passed."""
from procrastinate.contrib.django import app


@app.periodic(cron="* * * * *")
@app.task(queue="notices", name="events.deadlines", queueing_lock="events.deadlines", pass_context=False)
def deadlines(timestamp: int) -> None:
    """Tell of them once; safe to repeat."""
    from django.utils import timezone

    from ventanilla.core.cases.telling import tell_deadlines

    tell_deadlines(timezone.now())
