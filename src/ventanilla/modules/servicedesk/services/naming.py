"""Which configuration items tickets are about, by ticket: those tied by the desk, by their form or by an import."""
from collections import defaultdict
from collections.abc import Iterable

from ventanilla.modules.servicedesk.models import TicketItem


def items_of(case_ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """Ids of the items by ticket, sorted; tickets without any are missing."""
    ids = list(case_ids)
    if not ids:
        return {}
    found: dict[int, set[int]] = defaultdict(set)
    for case_id, item in TicketItem.objects.filter(case_id__in=ids).values_list("case_id", "item_id"):
        found[case_id].add(item)
    return {case_id: tuple(sorted(items)) for case_id, items in found.items()}
