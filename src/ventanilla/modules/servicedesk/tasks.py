"""Periodic work of the service desk. Every task may be done again."""
from django.utils import timezone
from procrastinate.contrib.django import app

from ventanilla.modules.servicedesk.services import housekeeping


@app.periodic(cron="17 * * * *")
@app.task(queue="maintenance", name="servicedesk.housekeeping", queueing_lock="servicedesk.housekeeping", pass_context=False)
def keep_house(timestamp: int) -> int:
    """Close what was resolved long ago, end appointments of liaisons."""
    return housekeeping.close_resolved(timezone.now()) + housekeeping.end_liaisons()
