"""Tickets that wait until a moment go on by themselves when it comes, and whoever has them is told."""
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from ventanilla.core.cases.kinds import kind_of
from ventanilla.core.cases.moving import lock_case
from ventanilla.core.notices.services import NoticeDraft, notify
from ventanilla.modules.servicedesk.flow import HELD
from ventanilla.modules.servicedesk.models import Ticket
from ventanilla.modules.servicedesk.services.telling import inside
from ventanilla.modules.servicedesk.services.working import resume

CHUNK: Final = 500


def wake(now: datetime) -> int:
    """Resume what waited until `now` (aware) or before; each in a transaction of its own. Returns how many were resumed."""
    due = Ticket.objects.filter(held_until__lte=now).order_by("held_until").values_list("case_id", flat=True)
    return sum([_wake(pk, now) for pk in due[:CHUNK]])


@transaction.atomic
def _wake(pk: int, now: datetime) -> int:
    """Nothing but forgetting the moment, when the ticket went on, or was made to wait longer, meanwhile."""
    case = lock_case(pk)
    until = Ticket.objects.values_list("held_until", flat=True).get(pk=pk)
    if until is None or until > now:
        return 0
    Ticket.objects.filter(pk=pk).update(held_until=None)
    if case.state != HELD:
        return 0
    case = resume(actor=None, case=case)
    notify(recipients=sorted(inside(case)), draft=NoticeDraft(
        "ticket_assigned", _("Terminó la espera: %(folio)s") % {"folio": case.folio}, f"wake:{pk}:{until.isoformat()}", case.subject[:300],
        kind_of(case.kind).detail_url(pk), pk))
    return 1
