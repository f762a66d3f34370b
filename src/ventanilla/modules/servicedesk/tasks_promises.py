"""Jobs of promises: applying what a service level promises now, and the look for thresholds. Doing one again changes nothing."""
from django.utils import timezone
from procrastinate.contrib.django import app

from ventanilla.core.documents.tasks import Patient
from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.models import ServiceLevel
from ventanilla.modules.servicedesk.services.promises import escalating
from ventanilla.modules.servicedesk.services.promises.repromising import TASK
from ventanilla.modules.servicedesk.services.promises.repromising.applying import apply_and_tell


@app.task(queue="maintenance", name=TASK, pass_context=False, retry=Patient())
def repromise(actor_id: int, level_id: int, reason: str) -> int:
    """Bring the open tickets of a service level in line with what it promises now."""
    actor, level = Person.objects.get(pk=actor_id), ServiceLevel.objects.get(pk=level_id)
    return apply_and_tell(actor=actor, level=level, reason=reason)


@app.periodic(cron="* * * * *")
@app.task(queue="maintenance", name="servicedesk.escalate", queueing_lock="servicedesk.escalate", pass_context=False)
def escalate(timestamp: int) -> int:
    """What the thresholds say of clocks that reached them."""
    return escalating.look(timezone.now())
