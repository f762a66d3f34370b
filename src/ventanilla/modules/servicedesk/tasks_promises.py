"""Jobs of promises: applying what a service level promises now, and the look for thresholds. Doing one again changes nothing."""
from django.utils import timezone
from procrastinate.contrib.django import app

from ventanilla.core.documents.tasks import Patient
from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.models import ServiceLevel, Team
from ventanilla.modules.servicedesk.services.promises import escalating
from ventanilla.modules.servicedesk.services.promises.repromising import TASK
from ventanilla.modules.servicedesk.services.promises.repromising.applying import apply_and_tell


@app.task(queue="maintenance", name=TASK, pass_context=False, retry=Patient())
def repromise(actor_id: int, reason: str, level_id: int = 0, team_id: int = 0) -> int:
    """Bring the open tickets of a service level, or of a team, in line with what is promised now."""
    target = ServiceLevel.objects.get(pk=level_id) if level_id else Team.objects.select_related("unit").get(pk=team_id)
    return apply_and_tell(actor=Person.objects.get(pk=actor_id), target=target, reason=reason)


@app.periodic(cron="* * * * *")
@app.task(queue="maintenance", name="servicedesk.escalate", queueing_lock="servicedesk.escalate", pass_context=False)
def escalate(timestamp: int) -> int:
    """What the thresholds say of clocks that reached them."""
    return escalating.look(timezone.now())
