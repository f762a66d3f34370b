"""Periodic work of the API: webhooks every minute and at once when some were written; old kept answers go."""
from contextlib import suppress

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

QUEUE = "notices"
DAYS_KEPT = 7


@app.periodic(cron="* * * * *")
@app.task(queue=QUEUE, name="api.webhooks", queueing_lock="api.webhooks", pass_context=False)
def webhooks(timestamp: int = 0) -> None:
    """Send what is due."""
    from ventanilla.web.api.webhooks import deliver_waiting

    deliver_waiting()


@app.periodic(cron="17 9 * * *")
@app.task(queue=QUEUE, name="api.forget", queueing_lock="api.forget", pass_context=False)
def forget(timestamp: int = 0) -> None:
    """Forget kept answers after DAYS_KEPT days (the keys of registrations hold for ever: they are uuids of cases)."""
    from datetime import timedelta

    from django.utils import timezone

    from ventanilla.web.api.models import KeptAnswer

    KeptAnswer.objects.filter(at__lt=timezone.now() - timedelta(days=DAYS_KEPT)).delete()


def hurry() -> None:
    """Ask a worker to send now, unless one is asked already."""
    from django.db import transaction

    with suppress(AlreadyEnqueued), transaction.atomic():
        webhooks.defer()
