"""Whom a threshold tells: people by what they are to the ticket now, never somebody who may not read it."""
from typing import Final

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ventanilla.core.cases.models import Case
from ventanilla.core.cases.telling import people
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Absence, Appointment, Post
from ventanilla.core.orgs.services.posts import head_of, valid_on
from ventanilla.modules.servicedesk.models import Escalation
from ventanilla.modules.servicedesk.services.rules.recipients import Circle

ROLES: Final = {
    "holder": _("Quien lo atiende; si nadie, quienes lo reparten"), "lead": _("La coordinación del equipo"),
    "on_call": _("La guardia del equipo"), "router": _("Quienes reparten en la unidad que atiende"),
    "manager": _("Quienes concluyen en la unidad que atiende"), "head": _("La jefatura de la unidad que atiende")}
"""What a person can be to a ticket that escalates, in the order in which it is offered."""
_MEMBERS: Final = frozenset({"lead", "on_call", "manager"})


def told_by(escalation: Escalation, case: Case, circle: Circle) -> list[int]:
    """Ids of the people that the threshold tells of this ticket, in order."""
    ids: set[int] = set().union(*(_of(role, case, circle, escalation.percent) for role in escalation.tell))
    return circle.readers(ids | _post(escalation.post), case, private=False)


def _of(role: str, case: Case, circle: Circle, percent: int | None) -> set[int]:
    """While there is time whoever concludes may hand it out too, as the core's own notice of amber has it."""
    early = percent is None or percent < 100
    if role in _MEMBERS:
        return circle.of(role, case)
    if role == "head":
        head, _acting = head_of(case.unit)
        return {head.pk} if head else set()
    if role == "holder" and case.assignee_id:
        return {case.assignee_id}
    return people.people_of(case.unit_id, case.level, *((cap.ROUTE, cap.CONCLUDE) if early and role == "holder" else (cap.ROUTE,)))


def _post(post: Post | None) -> set[int]:
    """Who holds the post today, and who stands in for them."""
    if post is None:
        return set()
    today = timezone.localdate()
    ids = set(Appointment.objects.filter(valid_on(today), post=post).values_list("person_id", flat=True))
    away = Absence.objects.filter(Q(valid_from__lte=today, valid_to__gt=today), person__in=ids, acting__isnull=False)
    return ids | set(away.values_list("acting_id", flat=True))
