"""Figures of the registry: by category and agency, age of the last measurement, share with evidence.

What is registered is public (constraint), so everybody is told the same: the sums of `services.tally`.
"""
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.modules.practices.models import Practice, PracticeState
from ventanilla.modules.practices.services.bases import SOON
from ventanilla.modules.practices.services.choices import choices_of
from ventanilla.modules.practices.services.tally import counts

AGENCIES: Final = 12
YEAR: Final = timedelta(days=365)


@dataclass
class Figures:
    """Registered practices: totals, then (label, count, filter of the list) of each chart."""

    registered: int = 0
    with_evidence: int = 0
    measured: int = 0
    transferable: int = 0
    recognised: int = 0
    transfers: int = 0
    recent: int = 0
    ended: int = 0
    ending: int = 0
    categories: list[tuple[str, int, str]] = field(default_factory=list)
    agencies: list[tuple[str, int, str]] = field(default_factory=list)
    ages: list[tuple[str, int]] = field(default_factory=list)
    years: list[tuple[str, int, str]] = field(default_factory=list)

    def share(self, count: int) -> int:
        """0..100 of the registered."""
        return round(100 * count / self.registered) if self.registered else 0


def figures() -> Figures:
    """From the roll-up and two indexes, whatever their number; the same for everybody, since what is registered is public."""
    kept, by = dict[str, int](), _By()
    for (what, value), n in counts().items():
        if value:
            getattr(by, what)[value] = n
        else:
            kept[what] = n
    dated, told = kept.pop("dated", 0), _by_time()
    older, oldest = told.pop("older"), told.pop("oldest")
    recent = dated - older - oldest
    ages = [(_("Hasta un año"), recent), (_("De uno a dos años"), older), (_("Más de dos años"), oldest),
            (_("Sin medición registrada"), kept.get("registered", 0) - dated)]
    return Figures(**kept, **told, recent=recent, categories=_categories(by), agencies=_agencies(by), ages=ages, years=_years(by))


def _by_time() -> dict[str, int]:
    """What changes with time alone, counted from its index (what is recent follows from these)."""
    year_ago, day = timezone.now() - YEAR, timezone.localdate()
    rows = Practice.objects.published().filter(state=PracticeState.REGISTERED).order_by()
    second, end = Q(measured_at__gte=year_ago - YEAR), Q(basis_until__lt=day)
    measured = rows.filter(measured_at__lt=year_ago).aggregate(
        older=Count("measured_at", filter=second), oldest=Count("measured_at", filter=~second))
    return measured | rows.filter(basis_until__lt=day + SOON).aggregate(
        ended=Count("basis_until", filter=end), ending=Count("basis_until", filter=~end))


@dataclass
class _By:
    """How many say each agency, year and category."""

    agency: dict[str, int] = field(default_factory=dict)
    year: dict[str, int] = field(default_factory=dict)
    category: dict[str, int] = field(default_factory=dict)


def _categories(by: _By) -> list[tuple[str, int, str]]:
    known = dict(choices_of("category"))
    found = sorted(by.category.items(), key=lambda one: (-one[1], one[0]))
    return [(known.get(value, value), n, f"categoria={value}") for value, n in found]


def _agencies(by: _By) -> list[tuple[str, int, str]]:
    found = sorted(by.agency.items(), key=lambda one: (-one[1], one[0]))[:AGENCIES]
    return [(agency, n, agency) for agency, n in found]


def _years(by: _By) -> list[tuple[str, int, str]]:
    return [(year, n, f"anio={year}") for year, n in sorted(by.year.items(), key=lambda one: int(one[0]))][-15:]
