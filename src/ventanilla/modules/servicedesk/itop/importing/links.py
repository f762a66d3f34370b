"""Which items the imported tickets are about: `lnkFunctionalCIToTicket`, or `functionalcis_list` of a ticket of a JSON export."""
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from django.utils import timezone

from ventanilla.core.cases.models import Case
from ventanilla.modules.servicedesk.itop.importing.reading import Export, cell
from ventanilla.modules.servicedesk.itop.links import FIELD, NOT_CHOSEN, role_in
from ventanilla.modules.servicedesk.itop.profile import LIFECYCLES
from ventanilla.modules.servicedesk.models import ConfigurationItem, TicketItem

LINK: Final = "lnkFunctionalCIToTicket"
Count = Callable[[str, bool], None]


def bring_ties(export: Export, cases: Mapping[tuple[str, str], int], items: Mapping[str, ConfigurationItem], count: Count) -> None:
    """Tie them; what is tied already stays as it is. Links that iTop computed are not kept: here they are computed too."""
    by_number = {number: pk for (_name, number), pk in cases.items()}  # numbers of iTop are one series for every class of ticket
    pairs, computed = dict[tuple[int, int], None](), 0
    for ticket, item, code in _links(export):
        computed += code in NOT_CHOSEN
        if code not in NOT_CHOSEN and ticket in by_number and item in items:
            pairs[by_number[ticket], items[item].pk] = None
    if computed:
        export.problems.append(f"{computed} elementos que iTop había calculado no se ataron a tickets: aquí el impacto se calcula.")
    kinds = {c.pk: c for c in Case.objects.filter(pk__in={case for case, _item in pairs}).only("kind", "institution_id")}
    there = set(TicketItem.objects.filter(case__in=kinds).values_list("case_id", "item_id"))
    now = timezone.now()
    TicketItem.objects.bulk_create([TicketItem(
        institution_id=kinds[case].institution_id, case_id=case, item_id=item, role=role_in(kinds[case].kind), source="import", at=now)
        for case, item in pairs if (case, item) not in there], batch_size=2000)
    for pair in pairs:
        count("ties", pair not in there)


def _links(export: Export) -> Iterator[tuple[str, str, str]]:
    """(ticket, item, impact_code)."""
    for _name, row in export.of(LINK):
        yield cell(row, "ticket_id"), cell(row, "functionalci_id"), cell(row, "impact_code")
    for _name, row in export.of(*LIFECYCLES):
        links = row.get(FIELD)
        for one in links if isinstance(links, list) else ():
            if isinstance(one, dict):
                yield cell(row, "id"), cell(one, "functionalci_id"), cell(one, "impact_code")
