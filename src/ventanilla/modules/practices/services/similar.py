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
    found = list(rows.order_by("-pk").values_list("pk", "features", "category", "population")[:LOOKED])  # rows, not objects: they are many
    seen = Counter(f for _pk, features, *_options in found for f in set(features))
    own, options = set(practice.features), {*practice.category, *practice.population}
    scored = [(_likeness(own & set(features), options & {*category, *population}, seen), pk)
              for pk, features, category, population in found]
    best = [pk for score, pk in sorted(scored, reverse=True)[:limit] if score > 0]
    chosen = Practice.objects.only(*READ).in_bulk(best)
    return [chosen[pk] for pk in best]


def _likeness(shared: set[str], options: set[str], seen: Counter[str]) -> float:
    return sum(1 / seen[f] ** 0.5 for f in shared) + 0.2 * len(options) if len(shared) >= 2 else 0.0
