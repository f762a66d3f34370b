"""Which configuration items tickets are about: those that the questions of their form name."""
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from ventanilla.core.questionnaires.models import FieldValue
from ventanilla.modules.servicedesk.models import ConfigurationItem

KEYS: Final = ("sistema", "nombre_del_sistema", "system", "ci", "equipo", "elemento", "servidor", "activo")
"""Keys of questions that refer to a configuration item."""


def items_of(case_ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """Ids of the items by ticket, sorted; tickets without any are missing."""
    ids = list(case_ids)
    if not ids:
        return {}
    rows = FieldValue.objects.filter(case_id__in=ids, ref__isnull=False, key__in=KEYS, response__role="record")
    pairs = list(rows.values_list("case_id", "ref"))
    known = set(ConfigurationItem.objects.filter(pk__in={ref for _case, ref in pairs}).values_list("pk", flat=True))
    found: dict[int, set[int]] = defaultdict(set)
    for case_id, ref in pairs:
        if case_id and ref in known:
            found[case_id].add(ref)
    return {case_id: tuple(sorted(refs)) for case_id, refs in found.items()}
