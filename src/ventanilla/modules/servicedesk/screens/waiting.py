"""What the desk has waiting for a person beside their tray: authorisations, and mails that were held."""
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ventanilla.core import plans
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.modules.servicedesk.services.approving import DUE, due_values
from ventanilla.web.inbox.reminders import Reminder

# The mails are those of `MailQuerySet.waiting`.
_COUNTS: Final = f"""
SELECT (SELECT count(DISTINCT a.case_id) {DUE}), (
  SELECT count(*) FROM servicedesk_mailmessage m
  JOIN servicedesk_mailbox b ON b.id = m.mailbox_id JOIN servicedesk_team q ON q.id = b.team_id
  WHERE m.institution_id = %s AND q.unit_id = ANY (%s::bigint[]) AND (m.decision = 'held' OR m.state = 'failed'))
"""


def waiting(person: Person) -> list[Reminder]:
    """For the inbox, in one statement: how many tickets wait for the person's authorisation, how many mails for whoever registers them."""
    ((due, mails),) = plans.rows(_COUNTS, [*due_values(person), person.institution_id, reach_of(person).within(cap.REGISTER)])
    return [*(_authorise(due) if due else ()), *(_review(mails) if mails else ())]


def _authorise(count: int) -> list[Reminder]:
    text = ngettext("%(n)s ticket espera su autorización.", "%(n)s tickets esperan su autorización.", count) % {"n": count}
    return [Reminder(text, f"{reverse('screen', args=['tickets'])}?mio=authorise", _("Ver cuáles"), "checklist")]


def _review(count: int) -> list[Reminder]:
    text = ngettext("%(n)s correo de la mesa espera revisión.", "%(n)s correos de la mesa esperan revisión.", count) % {"n": count}
    return [Reminder(text, f"{reverse('screen', args=['correo-de-la-mesa'])}?hecho=held", _("Revisarlos"), "mail")]
