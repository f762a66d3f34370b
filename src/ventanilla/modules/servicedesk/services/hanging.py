"""Parent and child tickets: one hangs from another, which is not resolved before it."""
from django.db import transaction
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.servicedesk.models import Ticket
from ventanilla.modules.servicedesk.services.relations import is_staff


@transaction.atomic
def hang(*, actor: Person, case: Case, parent: Case | None) -> Ticket:
    """Let the ticket hang from `parent`, or (None) from nothing. Raises NotAllowed, and Refused (itself, a circle, a closed parent)."""
    wanted = [case.pk] + ([parent.pk] if parent else [])
    locked = {c.pk: c for c in Case.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk")}
    seen = Case.objects.visible_to(actor).filter(pk__in=wanted, ticket__isnull=False).count()
    if seen != len(set(wanted)) or not is_staff(reach_of(actor), locked[case.pk]):
        raise NotAllowed
    if parent:
        _check(locked[case.pk], locked[parent.pk])
    ticket = Ticket.objects.select_for_update(of=("self",)).get(pk=case.pk)
    before, ticket.parent = ticket.parent_id, parent
    ticket.save(update_fields=["parent"])
    record(f"{case.kind}.hang", actor=actor, institution_id=case.institution_id, subject=f"case:{case.pk}", case_id=case.pk,
           detail={"before": before, "parent": parent.pk if parent else None})
    return ticket


def _check(case: Case, parent: Case) -> None:
    if parent.closed_at and not case.closed_at:
        raise Refused(_("%(folio)s ya terminó: nada depende de él.") % {"folio": parent.folio}, "folio")
    if case.pk == parent.pk or case.pk in above(parent):
        raise Refused(_("Dependería de sí mismo."), "folio")


def above(case: Case) -> set[int]:
    """Ids of the tickets that it hangs from, directly or through another."""
    seen: set[int] = set()
    at = Ticket.objects.filter(pk=case.pk).values_list("parent_id", flat=True).first()
    while at is not None and at not in seen:
        seen.add(at)
        at = Ticket.objects.filter(pk=at).values_list("parent_id", flat=True).first()
    return seen
