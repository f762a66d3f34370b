"""Periodic work of knowledge and recurrence: reviews, features of tickets, proposed problems, alarms. Done again safely after a crash."""
from procrastinate.contrib.django import app


@app.periodic(cron="* * * * *")
@app.task(queue="maintenance", name="servicedesk.index_tickets", queueing_lock="servicedesk.index_tickets", pass_context=False)
def index_new_tickets(timestamp: int) -> None:
    """Features of tickets that came since the last time, for hints while typing."""
    from ventanilla.modules.servicedesk.services.hints import index_tickets

    for _n in range(20):
        if not index_tickets():
            return


@app.periodic(cron="40 3 * * *")
@app.task(queue="maintenance", name="servicedesk.look_for_problems", queueing_lock="servicedesk.look_for_problems", pass_context=False)
def look_for_problems(timestamp: int) -> None:
    """How rare each word is, and repeated incidents of the last months, of every institution."""
    from django.utils import timezone

    from ventanilla.core.orgs.models import Institution
    from ventanilla.modules.servicedesk.services.candidates import refresh
    from ventanilla.modules.servicedesk.services.hints import count_features

    for institution in Institution.objects.order_by("pk"):
        count_features(institution.pk)
        refresh(institution, timezone.now())


@app.periodic(cron="20 * * * *")
@app.task(queue="maintenance", name="servicedesk.watch_rates", queueing_lock="servicedesk.watch_rates", pass_context=False)
def watch_rates(timestamp: int) -> None:
    """Incidents that rise today are told within the hour."""
    from django.utils import timezone

    from ventanilla.core.orgs.models import Institution
    from ventanilla.modules.servicedesk.services.rising import tell_rising

    for institution in Institution.objects.order_by("pk"):
        tell_rising(institution, timezone.localdate())


@app.periodic(cron="0 8 * * *")
@app.task(queue="maintenance", name="servicedesk.remind_reviews", queueing_lock="servicedesk.remind_reviews", pass_context=False)
def remind_reviews(timestamp: int) -> None:
    """Articles to look at again."""
    from django.utils import timezone

    from ventanilla.modules.servicedesk.services.knowledge.reviewing import remind

    remind(timezone.localdate())
