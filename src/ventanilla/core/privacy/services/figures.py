"""Figures of the requests for everybody: by year and right, with cells under five suppressed."""
from dataclasses import dataclass

from django.db.models import CharField, Count, Func
from django.db.models.functions import ExtractYear

from ventanilla.core.orgs.models import Institution
from ventanilla.core.privacy.models import Right, SubjectRequest
from ventanilla.lib.smallcells import publishable

YEARS = 5


@dataclass(frozen=True)
class Figures:
    """A table as it may be published: `rows` are the years, newest first, and the total; a column per right and the total."""

    columns: list[str]
    rows: list[tuple[str, list[str]]]


def public_figures(institution: Institution) -> Figures:
    """Requests that were received, by local year and right (one that asks for two counts in both). The last years that have any."""
    counted = (SubjectRequest.objects.filter(institution=institution)
               .annotate(year=ExtractYear("case__received_at"), right=Func("rights", function="unnest", output_field=CharField()))
               .values_list("year", "right").annotate(n=Count("pk")))
    found = {(year, str(right)): n for year, right, n in counted}
    years = sorted({year for year, _right in found}, reverse=True)[:YEARS]
    told = publishable([[found.get((year, right), 0) for right in Right.values] for year in years])
    names = [*(str(year) for year in years), ""]
    return Figures([str(right.label) for right in Right], list(zip(names, told, strict=False)))
