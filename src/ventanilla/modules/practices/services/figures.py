"""Figures of the registry: by category and agency, age of the last measurement, share with evidence.

Every count begins with `visible_to`.
"""
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from django.db.models import Count, Func, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.orgs.models import Person
from ventanilla.modules.practices.models import Practice, PracticeState
from ventanilla.modules.practices.services.choices import choices_of

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
    categories: list[tuple[str, int, str]] = field(default_factory=list)
    agencies: list[tuple[str, int, str]] = field(default_factory=list)
    ages: list[tuple[str, int]] = field(default_factory=list)
    years: list[tuple[str, int, str]] = field(default_factory=list)

    def share(self, count: int) -> int:
        """0..100 of the registered."""
        return round(100 * count / self.registered) if self.registered else 0


def figures(person: Person | None) -> Figures:
    """In five queries, whatever the size."""
    rows = Practice.objects.visible_to(person).filter(state=PracticeState.REGISTERED).order_by()
    year_ago = timezone.now() - YEAR
    sums = rows.aggregate(
        registered=Count("pk"), with_evidence=Count("pk", filter=Q(with_evidence=True)), measured=Count("pk", filter=Q(measured=True)),
        transferable=Count("pk", filter=Q(transferable=True)), recognised=Count("pk", filter=Q(recognised=True)),
        transfers=Count("pk", filter=Q(transfers__gt=0)), recent=Count("pk", filter=Q(measured_at__gte=year_ago)),
        older=Count("pk", filter=Q(measured_at__lt=year_ago, measured_at__gte=year_ago - YEAR)),
        oldest=Count("pk", filter=Q(measured_at__lt=year_ago - YEAR)), never=Count("pk", filter=Q(measured_at=None)))
    ages = [(_("Hasta un año"), sums["recent"]), (_("De uno a dos años"), sums.pop("older")), (_("Más de dos años"), sums.pop("oldest")),
            (_("Sin medición registrada"), sums.pop("never"))]
    return Figures(**sums, categories=_categories(rows), agencies=_agencies(rows), ages=ages, years=_years(rows))


def _categories(rows: QuerySet[Practice]) -> list[tuple[str, int, str]]:
    found = rows.annotate(one=Func("category", function="unnest")).values_list("one").annotate(n=Count("pk")).order_by("-n", "one")
    known = dict(choices_of("category"))
    return [(known.get(value, value), n, f"categoria={value}") for value, n in found]


def _agencies(rows: QuerySet[Practice]) -> list[tuple[str, int, str]]:
    found = rows.exclude(agency="").values_list("agency").annotate(n=Count("pk")).order_by("-n", "agency")[:AGENCIES]
    return [(agency, n, agency) for agency, n in found]


def _years(rows: QuerySet[Practice]) -> list[tuple[str, int, str]]:
    found = rows.exclude(start_year=None).values_list("start_year").annotate(n=Count("pk")).order_by("start_year")
    return [(str(year), n, f"anio={year}") for year, n in found][-15:]
