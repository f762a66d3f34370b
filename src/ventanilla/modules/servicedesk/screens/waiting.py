"""What the desk has waiting for a person beside their tray: authorisations, and mails that were held."""
from typing import Any, Final

from django.db.models import F, Func, IntegerField, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.modules.servicedesk.models import MailMessage
from ventanilla.modules.servicedesk.services.approving import due_from
from ventanilla.web.inbox.reminders import Reminder

COUNT: Final = "COUNT(DISTINCT %(expressions)s)"


def waiting(person: Person) -> list[Reminder]:
    """For the inbox, in one statement: how many tickets wait for the person's authorisation, how many mails for whoever registers them."""
    units = reach_of(person).within(cap.REGISTER)
    held = MailMessage.objects.waiting().filter(institution_id=person.institution_id, mailbox__team__unit_id__in=units)
    asked = Person.objects.filter(pk=person.pk)
    due, mails = asked.values_list(_counted(due_from(person), "case"), _counted(held, "pk")).get()
    return [*(_authorise(due) if due else ()), *(_review(mails) if mails else ())]


def _counted(rows: QuerySet[Any], field: str) -> Subquery:
    counted = rows.order_by().annotate(n=Func(F(field), template=COUNT, output_field=IntegerField()))
    return Subquery(counted.values("n"), output_field=IntegerField())


def _authorise(count: int) -> list[Reminder]:
    text = ngettext("%(n)s ticket espera su autorización.", "%(n)s tickets esperan su autorización.", count) % {"n": count}
    return [Reminder(text, f"{reverse('screen', args=['tickets'])}?mio=authorise", _("Ver cuáles"), "checklist")]


def _review(count: int) -> list[Reminder]:
    text = ngettext("%(n)s correo de la mesa espera revisión.", "%(n)s correos de la mesa esperan revisión.", count) % {"n": count}
    return [Reminder(text, f"{reverse('screen', args=['correo-de-la-mesa'])}?hecho=held", _("Revisarlos"), "mail")]
