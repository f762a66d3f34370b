"""As many cases as a measure wants: the demo institution, filled by the load's own set-based writing."""
import os
from time import monotonic
from typing import Final

from django.db import connection

from ventanilla.config.demo_data.institution import SLUG
from ventanilla.config.demo_data.loading import load
from ventanilla.config.demo_data.scale import load_scale
from ventanilla.core.cases.models import Case
from ventanilla.core.indicators.folding import fold
from ventanilla.core.orgs.models import Institution

WORKERS: Final = 2


def cases(size: int) -> tuple[Institution, str]:
    """Make the demo institution hold at least `size` cases; says what was loaded, and how fast.

    Every load has a seed of its own, so that a second one adds to the first.
    """
    load(letters=0, recent=0)
    began, there = monotonic(), Case.objects.count()
    said = f"{there:,} cases"
    if there < size:
        added, turns = load_scale(size - there, workers=WORKERS, seed=there + 1)
        fold(limit=100_000_000)
        said = f"{size:,} cases, loaded {added / (monotonic() - began):,.0f}/s with {turns:,} turns"
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    return Institution.objects.get(slug=SLUG), said


def until() -> float:
    """The moment (of the monotonic clock) when a bench should have written its last row, with a margin."""
    seconds = float(os.environ.get("BENCH_SECONDS", "300"))
    return monotonic() + 0.85 * seconds
