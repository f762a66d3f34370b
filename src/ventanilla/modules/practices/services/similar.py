"""Practices that are like another: they share rare words of name, purpose and problem, then options of the form."""
from collections import Counter
from typing import Final

from ventanilla.core.orgs.models import Person
from ventanilla.modules.practices.models import Practice

LOOKED: Final = 400
READ: Final = ("id", "uuid", "title", "agency", "start_year", "features", "category", "population", "public")


def similar_to(practice: Practice, person: Person | None, limit: int = 6) -> list[Practice]:
    """Those that this person may read, the most alike first; at least two features in common. One index probe (GIN on `features`).

    Features are weighed by how rare they are among what was found: what everybody says counts little.
    """
    if not practice.features:
        return []
    rows = Practice.objects.visible_to(person).filter(features__overlap=practice.features).exclude(pk=practice.pk)
    found = list(rows.only(*READ).order_by("-pk")[:LOOKED])
    seen = Counter(f for row in found for f in set(row.features))
    scored = [(_likeness(practice, row, seen), row) for row in found]
    return [row for score, row in sorted(scored, key=lambda s: (-s[0], -s[1].pk)) if score > 0][:limit]


def _likeness(one: Practice, other: Practice, seen: Counter[str]) -> float:
    shared = set(one.features) & set(other.features)
    if len(shared) < 2:
        return 0.0
    options = len({*one.category, *one.population} & {*other.category, *other.population})
    return float(sum(1 / seen[f] ** 0.5 for f in shared) + 0.2 * options)
