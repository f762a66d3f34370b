"""Periodic work of notices: mail every minute (and at once when some was written), the digest every morning."""
from contextlib import suppress

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

QUEUE = "notices"


@app.periodic(cron="* * * * *")
@app.task(queue=QUEUE, name="notices.send_mail", queueing_lock="notices.send_mail", pass_context=False)
def send_mail(timestamp: int = 0) -> None:
    """Send what waits; a killed one is done again by the next minute's."""
    from ventanilla.core.notices.services import send_waiting

    send_waiting()


@app.periodic(cron="30 13 * * *")
@app.task(queue=QUEUE, name="notices.digests", queueing_lock="notices.digests", pass_context=False)
def digests(timestamp: int = 0) -> None:
    """At 13:30 UTC (07:30 in central Mexico): one mail per person with the day's notices."""
    from ventanilla.core.notices.services import write_digests

    while write_digests():
        pass


def hurry() -> None:
    """Ask a worker to send now, unless one is asked already."""
    from django.db import transaction

    with suppress(AlreadyEnqueued), transaction.atomic():
        send_mail.defer()
