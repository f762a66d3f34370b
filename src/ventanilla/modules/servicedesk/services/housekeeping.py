"""What time alone does: resolved tickets close when nobody objected, appointments of liaisons end on their day."""
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.cases.models import Case, Party
from ventanilla.core.orgs.models import Institution
from ventanilla.lib.spanish import long_date
from ventanilla.modules.servicedesk.flow import ASKED
from ventanilla.modules.servicedesk.models import Liaison
from ventanilla.modules.servicedesk.services.closing import close
from ventanilla.modules.servicedesk.services.liaisons import told

CLOSE_DAYS: Final = 7
"""Calendar days after which a resolved ticket closes by itself, unless the institution's policy (`close_days`) says otherwise."""
CHUNK: Final = 500
REMIND: Final = timedelta(days=30)
"""So long before the last day of an appointment its people are told."""


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
    rows = list(over.select_related("unit", "person"))
    for row in rows:
        row.state, row.ended_at = Liaison.State.ENDED, timezone.now()
        row.save(update_fields=["state", "ended_at"])
        Party.objects.filter(person=row.person_id, role=Party.Role.LIAISON, case__closed_at=None, case__ticket__unit=row.unit).delete()
        record("servicedesk.liaison_expired", actor=None, institution_id=row.institution_id, subject=f"unit:{row.unit_id}",
               detail={"liaison": row.pk})
        told(row, "ended", _("Terminó el nombramiento de enlace"), _(
            "El de %(name)s terminó el %(day)s. Para que %(unit)s tenga enlace, mande a la mesa el oficio de quien lo será.")
             % _words(row))
    return len(rows)


def remind_liaisons() -> int:
    """Who is liaison, and the head, are told once that the appointment is about to end. Returns how many appointments those are."""
    today = timezone.localdate()
    near = Liaison.objects.filter(until__range=(today, today + REMIND)).exclude(state=Liaison.State.ENDED)
    rows = list(near.select_related("unit", "person"))
    for row in rows:
        told(row, f"ends:{row.until}", _("Está por terminar un nombramiento de enlace"), _(
            "El de %(name)s, de %(unit)s, termina el %(day)s. Mande a la mesa el oficio de prórroga o el de quien lo sustituye.")
             % _words(row))
    return len(rows)


def _words(row: Liaison) -> dict[str, str]:
    return {"name": row.person.name, "unit": row.unit.name, "day": long_date(row.until) if row.until else ""}
