"""Money not spent: what the measures counted, times the unit costs of the catalogue."""
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ventanilla.core.indicators.reading import cells
from ventanilla.modules.correspondence.models import UnitCost
from ventanilla.modules.correspondence.models.catalogues import SavedBy


@dataclass(frozen=True)
class Saving:
    """`times` things were counted, `share` of them saved `cost` pesos each."""

    label: str
    per: SavedBy
    times: int
    share: Decimal
    cost: Decimal
    source: str

    @property
    def amount(self) -> Decimal:
        """Pesos, to the cent."""
        return (self.times * self.share * self.cost).quantize(Decimal("0.01"))


def savings(institution_id: int, units: Sequence[int], start: date, end: date) -> list[Saving]:
    """Each cost of the catalogue valid at the end of the period (local days, both included), by label."""
    costs: dict[str, UnitCost] = {}
    for cost in UnitCost.objects.filter(institution_id=institution_id, valid_from__lte=end).order_by("valid_from"):
        costs[cost.slug] = cost
    counted: Counter[str] = Counter()
    for cell in cells(SavedBy.values, units, start, end) if costs else ():
        counted[cell.measure] += cell.value
    return [Saving(c.label, SavedBy(c.per), counted[c.per], c.share, c.amount, c.source)
            for c in sorted(costs.values(), key=lambda c: (c.label, c.pk))]
