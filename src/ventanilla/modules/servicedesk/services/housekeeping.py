"""What time alone does: resolved tickets close when nobody objected, appointments of liaisons end on their day."""
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from ventanilla.core.audit.services import record
from ventanilla.core.cases.models import Case, Party
from ventanilla.core.orgs.models import Institution
from ventanilla.modules.servicedesk.flow import ASKED
from ventanilla.modules.servicedesk.models import Liaison
from ventanilla.modules.servicedesk.services.closing import close

CLOSE_DAYS: Final = 7
"""Calendar days after which a resolved ticket closes by itself, unless the institution's policy (`close_days`) says otherwise."""
CHUNK: Final = 500


def close_resolved(now: datetime) -> int:
    """Close what was resolved long enough ago; each in a transaction of its own. Returns how many."""
    done = 0
    for institution in Institution.objects.all():
        limit = now - timedelta(days=int(institution.policy.get("close_days", CLOSE_DAYS)))
        rows = Case.objects.filter(institution=institution, kind__in=ASKED, state="resolved", ticket__resolved_at__lt=limit)
        for case in rows.order_by("pk")[:CHUNK]:
            done += _close(case)
    return done


@transaction.atomic
def _close(case: Case) -> int:
    """Nothing when somebody reopened or closed it meanwhile."""
    if Case.objects.select_for_update(of=("self",)).get(pk=case.pk).state != "resolved":
        return 0
    close(actor=None, case=case)
    return 1


@transaction.atomic
def end_liaisons() -> int:
    """Appointments whose last day has passed end. Returns how many."""
    over = Liaison.objects.select_for_update(of=("self",)).filter(until__lt=timezone.localdate()).exclude(state=Liaison.State.ENDED)
    rows = list(over.select_related("unit"))
    for row in rows:
        row.state, row.ended_at = Liaison.State.ENDED, timezone.now()
        row.save(update_fields=["state", "ended_at"])
        Party.objects.filter(person=row.person_id, role=Party.Role.LIAISON, case__closed_at=None, case__ticket__unit=row.unit).delete()
        record("servicedesk.liaison_expired", actor=None, institution_id=row.institution_id, subject=f"unit:{row.unit_id}",
               detail={"liaison": row.pk})
    return len(rows)
