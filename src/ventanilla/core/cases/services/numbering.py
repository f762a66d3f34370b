"""A number of a series for a paper that is no case: a letter that a desk issues. Cases take theirs when they are registered."""
from datetime import date

from django.db import connection

from ventanilla.core.cases.models import FolioSeries
from ventanilla.lib.folio import Mask


def take_folio(series: FolioSeries, day: date) -> str:
    """The next folio of the series (with its unit at hand) in the year of a local day.

    Inside the caller's transaction, as late as possible: whoever comes next waits for its end, and a rollback gives the number back.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.cases_next_folio(%s, %s, 1)", [series.pk, day.year if series.yearly else 0])
        [number] = cursor.fetchone()
    unit = series.unit
    return Mask(series.mask, series.yearly).write(number, unit=unit.code or unit.short_name, year=day.year, series=series.slug)
