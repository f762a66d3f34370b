"""Periodic work of the service desk. Every task may be done again."""
from django.utils import timezone
from procrastinate.contrib.django import app

from ventanilla.modules.servicedesk import tasks_knowledge, tasks_promises  # noqa: F401 - register their tasks
from ventanilla.modules.servicedesk.services import housekeeping


@app.periodic(cron="17 * * * *")
@app.task(queue="maintenance", name="servicedesk.housekeeping", queueing_lock="servicedesk.housekeeping", pass_context=False)
def keep_house(timestamp: int) -> int:
    """Close what was resolved long ago, end appointments of liaisons."""
    return housekeeping.close_resolved(timezone.now()) + housekeeping.end_liaisons() + housekeeping.remind_liaisons()


@app.periodic(cron="* * * * *")
@app.task(queue="maintenance", name="servicedesk.wake", queueing_lock="servicedesk.wake", pass_context=False)
def wake(timestamp: int) -> int:
    """Resume what waited until now."""
    from ventanilla.modules.servicedesk.services.waking import wake

    return wake(timezone.now())


@app.periodic(cron="* * * * *")
@app.task(queue="maintenance", name="servicedesk.rules", queueing_lock="servicedesk.rules", pass_context=False)
def tell_of_clocks(timestamp: int) -> int:
    """What the notification rules say of clocks that are about to pass, or have passed."""
    from ventanilla.modules.servicedesk.services.rules import tell_deadlines_by_rules

    return tell_deadlines_by_rules(timezone.now())


@app.periodic(cron="* * * * *")
@app.task(queue="maintenance", name="servicedesk.read_mail", queueing_lock="servicedesk.read_mail", lock="servicedesk.read_mail",
          pass_context=False)
def read_mail(timestamp: int) -> int:
    """Read the desk's mailboxes, after doing what an earlier round left half done."""
    from ventanilla.modules.servicedesk.services.mail import fetch_all, finish_waiting

    return finish_waiting() + fetch_all()
