"""`functionalcis_list`: the items that a ticket is about, as the façade reads and writes them (`lnkFunctionalCIToTicket` of iTop).

Only what was chosen is a link here; what iTop computes (`impact_code` "computed") is asked of `core/get_related`, and not kept.
"""
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.lib.numbers import whole
from ventanilla.modules.servicedesk.flow import CHANGES
from ventanilla.modules.servicedesk.itop.classes import Seen
from ventanilla.modules.servicedesk.itop.problems import ItopError
from ventanilla.modules.servicedesk.models import ConfigurationItem, TicketItem
from ventanilla.modules.servicedesk.services.cmdb.referring import choosable
from ventanilla.modules.servicedesk.services.items import tie_item, untie_item

FIELD: Final = "functionalcis_list"
NOT_CHOSEN: Final = ("computed", "not_impacted")


def role_in(kind: str) -> str:
    """What a linked item is for a ticket of that kind."""
    return "changed" if kind in CHANGES else "affected"


def links_out(row: Case, seen: Seen) -> list[dict[str, str]]:
    """The links that the person reads, as iTop lists them."""
    return [{"functionalci_id": str(t.item_id), "functionalci_name": t.item.name, "impact_code": "manual", "role": t.get_role_display()}
            for t in seen.ties.get(row.pk, ())]


def wanted(links: Any) -> list[str]:
    """Keys of the items of a list of links, those that were chosen. Raises ItopError for anything else."""
    if not isinstance(links, list) or not all(isinstance(one, Mapping) for one in links):
        raise ItopError(f"'{FIELD}' is a list of links")
    return [str(one.get("functionalci_id") or "") for one in links if one.get("impact_code") not in NOT_CHOSEN]


def tie_links(person: Person, case: Case, links: Any) -> None:
    """Make the list what the ticket is tied to, as iTop does with a set of links: what is missing in it is untied.

    Raises ItopError, NotAllowed, and Refused for an item that the person may not name.
    """
    keys = {key for k in wanted(links) if (key := whole(k)) is not None}
    items = {i.pk: i for i in choosable(person, person.institution_id).filter(pk__in=keys)}
    if keys - set(items):
        raise Refused(_("No hay un elemento así que usted pueda ver."), FIELD)
    there = list(TicketItem.objects.readable_by(person).filter(case=case).exclude(role="cause"))
    for row in _without(there, keys):
        untie_item(actor=person, tie=row)
    known = {t.item_id for t in there}
    for pk in sorted(keys - known):
        tie_item(actor=person, case=case, item=items[pk], role=role_in(case.kind))


def _without(rows: Iterable[TicketItem], keys: set[int]) -> list[TicketItem]:
    return [row for row in rows if row.item_id not in keys]


def seen_ties(person: Person, cases: Iterable[Case]) -> dict[int, list[TicketItem]]:
    """By ticket, the ties of which the person may read both ends."""
    found: dict[int, list[TicketItem]] = {}
    rows = list(TicketItem.objects.readable_by(person).filter(case__in=cases).select_related("item").order_by("pk"))
    shown = ConfigurationItem.objects.visible_to(person) | choosable(person, person.institution_id)
    names = set(shown.filter(pk__in={r.item_id for r in rows}).values_list("pk", flat=True)) if rows else set[int]()
    for row in rows:
        if row.item_id in names:
            found.setdefault(row.case_id, []).append(row)
    return found
