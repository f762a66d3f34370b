"""Which configuration items a ticket is about: tied by the desk, by the answers of its form, or by an import.

A tie is the desk's: who only asked never reads it. What it names is shown to whom may read the item; the rest is counted.
"""
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.core.questionnaires.models import InstrumentVersion, Response
from ventanilla.modules.servicedesk.models import ConfigurationItem, PastTicketItem, TicketItem
from ventanilla.modules.servicedesk.services.cmdb.referring import visible
from ventanilla.modules.servicedesk.services.relations import is_staff

KIND = "ci"
"""The kind of reference by which questions name an item (`services.cmdb.referring`)."""


@transaction.atomic
def tie_item(*, actor: Person, case: Case, item: ConfigurationItem, role: str = "affected") -> TicketItem:
    """Say that the ticket is about an item, as `affected`, `changed` or `cause`. Said again, nothing changes.

    Raises NotAllowed (not of the desk of that ticket) and Refused (an item that the actor may not name, or that was retired).
    """
    _desk_only(actor, case)
    if role not in TicketItem.Role.values:
        raise Refused(_("Elija qué es el elemento para este ticket."), "role")
    if not visible(actor, case.institution_id, [item.pk]):
        raise Refused(_("No hay un elemento así que usted pueda ver."), "item")
    row, made = TicketItem.objects.get_or_create(case=case, item=item, role=role, defaults={
        "institution_id": case.institution_id, "by": actor, "at": timezone.now()})
    if made:
        _log("tie_item", actor, row)
    return row


@transaction.atomic
def untie_item(*, actor: Person, tie: TicketItem) -> None:
    """The ticket is not about that item; the log keeps who said so. Raises NotAllowed."""
    row = TicketItem.objects.select_for_update(of=("self",)).select_related("case").filter(pk=tie.pk).first()
    if row is None:
        return
    _desk_only(actor, row.case)
    _log("untie_item", actor, row)
    _end([row])


def _end(rows: Sequence[TicketItem]) -> None:
    """The ties are no more; that they were, and until when, is kept for reports of a past date."""
    now = timezone.now()
    PastTicketItem.objects.bulk_create([PastTicketItem(
        institution_id=r.institution_id, case_id=r.case_id, item_id=r.item_id, role=r.role, source=r.source, tie=r.pk, since=min(r.at, now),
        until=now) for r in rows], ignore_conflicts=True)
    TicketItem.objects.filter(pk__in=[r.pk for r in rows]).delete()


def _desk_only(actor: Person, case: Case) -> None:
    if not is_staff(reach_of(actor), case) or not Case.objects.visible_to(actor).filter(pk=case.pk).exists():
        raise NotAllowed


def _log(verb: str, actor: Person, row: TicketItem) -> None:
    record(f"{row.case.kind}.{verb}", actor=actor, institution_id=row.institution_id, subject=f"case:{row.case_id}", case_id=row.case_id,
           detail={"item": row.item_id, "role": row.role, "source": row.source})


def ties_of(person: Person, case: Case) -> tuple[list[TicketItem], int]:
    """The ties of a ticket that the person reads, by role and name, and how many name an item that they may not see."""
    rows = list(TicketItem.objects.readable_by(person).filter(case=case).select_related("item__type", "by").order_by(
        "role", "item__sort_key", "pk"))
    shown = set(visible(person, case.institution_id, [r.item_id for r in rows])) if rows else set()
    shown |= set(ConfigurationItem.objects.visible_to(person).filter(pk__in={r.item_id for r in rows} - shown).values_list("pk", flat=True))
    named = [r for r in rows if r.item_id in shown]
    return named, len(rows) - len(named)


# --- from forms ----------------------------------------------------------------------------------------------


def keys_of(version: InstrumentVersion) -> list[str]:
    """Questions of a form that name an item."""
    return [f.key for f in version.form.fields.values() if f.reference == KIND]


@transaction.atomic
def tie_answers(rows: Iterable[tuple[Response, InstrumentVersion]], *, fresh: bool = False) -> int:
    """Ties that follow the answers of forms, many at once; returns how many were made. The log has them with the answers.

    What an answer does not name any more is untied, unless the desk tied it too. `fresh`: the tickets were opened just now.
    """
    wanted: dict[int, tuple[int, set[int]]] = {}
    for response, version in rows:
        if response.case_id and (keys := keys_of(version)):
            named = {int(response.values[k]) for k in keys if response.values.get(k)}
            wanted[response.case_id] = (response.institution_id, named)
    if not wanted:
        return 0
    there = set[tuple[int, int]]() if fresh else _kept(wanted)
    now = timezone.now()
    made = [TicketItem(institution_id=owner, case_id=case_id, item_id=item, source="form", at=now)
            for case_id, (owner, items) in wanted.items() for item in sorted(items) if (case_id, item) not in there]
    TicketItem.objects.bulk_create(made, batch_size=2000)
    return len(made)


def _kept(wanted: dict[int, tuple[int, set[int]]]) -> set[tuple[int, int]]:
    """Ties as affected that there are, after those of answers that changed were taken away."""
    rows = list(TicketItem.objects.select_for_update().filter(case_id__in=wanted, role="affected"))
    gone = {r.pk: r for r in rows if r.source == "form" and r.item_id not in wanted[r.case_id][1]}
    if gone:
        _end(list(gone.values()))
    return {(r.case_id, r.item_id) for r in rows if r.pk not in gone}


# --- from one ticket to another ------------------------------------------------------------------------------


def carry_items(*, actor: Person | None, sources: Sequence[Case], target: Case) -> int:
    """What a ticket inherits from those it grew out of (a problem from its incidents); returns how many ties were new.

    Rights are the caller's to check.
    """
    had = set(TicketItem.objects.filter(case=target).values_list("item_id", "role"))
    found = set(TicketItem.objects.filter(case__in=sources, institution_id=target.institution_id).values_list("item_id", "role")) - had
    now = timezone.now()
    TicketItem.objects.bulk_create([TicketItem(
        institution_id=target.institution_id, case=target, item_id=item, role=role, by=actor, at=now) for item, role in sorted(found)])
    if found:
        record(f"{target.kind}.carry_items", actor=actor, institution_id=target.institution_id, subject=f"case:{target.pk}",
               case_id=target.pk, detail={"items": sorted({item for item, _role in found}), "from": [c.pk for c in sources]})
    return len(found)
