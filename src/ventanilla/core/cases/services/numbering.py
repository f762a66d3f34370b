"""Numberings: a number for a paper that is no case, and series for the units that have none. Cases take theirs when they are registered."""
from datetime import date
from typing import Final

from django.db import connection, transaction
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.cases.models import Case, FolioSeries
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Institution, Person, Unit
from ventanilla.core.orgs.services.setup import Refused, require
from ventanilla.lib.folio import Mask, MaskError

LETTERS: Final = {"incoming": "{unit}/E/{n}/{year}", "outgoing": "{unit}/{n}/{year}", "internal": "{unit}/I/{n}/{year}"}
"""The series of letters that a unit has, and the usual mask of each."""
SOME_YEAR: Final = 2026
LONGEST_NUMBER: Final = 9
"""Digits for which a folio keeps room."""


def take_folio(series: FolioSeries, day: date) -> str:
    """The next folio of the series (with its unit at hand) in the year of a local day.

    Inside the caller's transaction, as late as possible: whoever comes next waits for its end, and a rollback gives the number back.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT public.cases_next_folio(%s, %s, 1)", [series.pk, day.year if series.yearly else 0])
        [number] = cursor.fetchone()
    unit = series.unit
    return Mask(series.mask, series.yearly).write(number, unit=unit.code or unit.short_name, year=day.year, series=series.slug)


def check_series(row: FolioSeries) -> None:
    """Raises Refused, naming the mask, when the series (not saved yet) could not write a folio, or would write those of another one."""
    try:
        head, width, tail = _around(row)
    except MaskError as error:
        raise Refused(_(str(error)), "mask") from error
    most = Case._meta.get_field("folio").max_length or 0
    if len(head) + max(width, LONGEST_NUMBER) + len(tail) > most:
        raise Refused(_("El folio quedaría de más de %(n)s caracteres.") % {"n": most}, "mask")
    others = FolioSeries.objects.filter(institution_id=row.institution_id, active=True).exclude(pk=row.pk).select_related("unit")
    same = next((one for one in others if _around(one)[::2] == (head, tail)), None) if row.active else None
    if same:
        raise Refused(_("Escribiría los mismos folios que la numeración «%(mask)s» de %(unit)s: dos documentos tendrían el mismo. "
                        "Distíngala, por ejemplo con /E/ para lo que entra.") % {"mask": same.mask, "unit": same.unit.name}, "mask")


def _around(series: FolioSeries) -> tuple[str, int, str]:
    """How the series writes round its numbers, in whatever year. Raises MaskError."""
    unit = series.unit
    return Mask(series.mask, series.yearly).around(unit=unit.code or unit.short_name, year=SOME_YEAR, series=series.slug)


@transaction.atomic
def number_units(*, actor: Person, institution: Institution) -> int:
    """Every open unit gets the series of letters that it lacks, each like that of the nearest unit above that has one.

    Only masks that name the unit are copied, to units that have a code or initials: two units never write one folio.
    Returns how many series were made. Raises NotAllowed.
    """
    require(actor, cap.ADMIN_CATALOGUES)
    Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)
    rows = FolioSeries.objects.filter(institution=institution, slug__in=LETTERS)
    series = {(row.unit_id, row.slug): row for row in rows}
    units = sorted(Unit.objects.filter(institution=institution, valid_to=None), key=lambda unit: (unit.depth, unit.pk))
    made = [new for unit in units for slug in LETTERS if (new := _like_above(unit, slug, series))]
    FolioSeries.objects.bulk_create(made)
    if made:
        record("cases.number_units", actor=actor, institution_id=institution.pk, subject=f"institution:{institution.pk}",
               detail={"series": len(made), "units": len({row.unit_id for row in made})})
    return len(made)


def _like_above(unit: Unit, slug: str, series: dict[tuple[int, str], FolioSeries]) -> FolioSeries | None:
    """The series to make, noted in `series`; None where there is one, or none to copy."""
    if (unit.pk, slug) in series or not (unit.code or unit.short_name):
        return None
    above = next((found for pk in reversed(unit.path[:-1]) if (found := series.get((pk, slug)))), None)
    if above is None or not above.active or "{unit" not in above.mask:
        return None
    made = FolioSeries(institution_id=unit.institution_id, unit=unit, slug=slug, mask=above.mask, yearly=above.yearly)
    return series.setdefault((unit.pk, slug), made)
