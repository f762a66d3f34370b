"""Numberings: a number for a paper that is no case, and series for the units that have none. Cases take theirs when they are registered."""
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import connection, transaction
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.cases.models import Case, FolioCounter, FolioSeries
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Institution, Person, Unit
from ventanilla.core.orgs.services.setup import Refused, require
from ventanilla.lib.folio import Mask, MaskError

LETTERS: Final = {"incoming": "{unit}/E/{n}/{year}", "outgoing": "{unit}/{n}/{year}", "internal": "{unit}/I/{n}/{year}"}
"""The series of letters that a unit has, and the usual mask of each."""
SOME_YEAR: Final = 2026
SOME_NUMBER: Final = 1
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
        too_long, written = _too_long(row), _written(row)
    except MaskError as error:
        raise Refused(_(str(error)), "mask") from error
    if too_long:
        raise Refused(_("El folio quedaría de más de %(n)s caracteres.") % {"n": _room()}, "mask")
    others = FolioSeries.objects.filter(institution_id=row.institution_id, active=True).exclude(pk=row.pk).select_related("unit")
    same = next((one for one in others if _written(one) == written), None) if row.active else None
    if same:
        raise Refused(_("Escribiría los mismos folios que la numeración «%(mask)s» de %(unit)s: dos documentos tendrían el mismo. "
                        "Distíngala, por ejemplo con /E/ para lo que entra.") % {"mask": same.mask, "unit": same.unit.name}, "mask")


def _room() -> int:
    return Case._meta.get_field("folio").max_length or 0


def _too_long(row: FolioSeries) -> bool:
    head, width, tail = _around(row)
    return len(head) + max(width, LONGEST_NUMBER) + len(tail) > _room()


def _written(row: FolioSeries) -> tuple[str, str]:
    """What tells its folios from those of other series: two with the same write the same folios."""
    head, _width, tail = _around(row)
    return head, tail


def _around(series: FolioSeries) -> tuple[str, int, str]:
    """How the series writes round its numbers, in whatever year. Raises MaskError."""
    unit = series.unit
    return Mask(series.mask, series.yearly).around(unit=unit.code or unit.short_name, year=SOME_YEAR, series=series.slug)


@contextmanager
def kept_apart(institution_id: int, field: str) -> Iterator[None]:
    """What changes codes or initials of units inside, for folios are written with them: all of it or, when a series could not be kept
    so by `check_series`, nothing. Raises Refused, naming the series, with that field."""
    with transaction.atomic():
        Institution.objects.select_for_update(no_key=True).get(pk=institution_id)
        before = {row.pk: _written(row) for row in _in_use(institution_id)}
        yield
        if said := list(_not_kept(before, _in_use(institution_id))):
            raise Refused(" ".join(said[:20]), field)


def not_kept(institution_id: int, codes: Mapping[int, str]) -> list[str]:
    """A sentence on each numbering that could not be kept once units, by their keys, have these codes. Changes nothing."""
    rows = _in_use(institution_id)
    before = {row.pk: _written(row) for row in rows}
    for row in rows:
        row.unit.code = codes.get(row.unit_id, row.unit.code)
    return list(_not_kept(before, rows))


def _in_use(institution_id: int) -> list[FolioSeries]:
    rows = FolioSeries.objects.filter(institution_id=institution_id, active=True).select_related("unit")
    return list(rows.order_by("unit__sort_key", "slug", "pk"))


def _not_kept(before: Mapping[int, tuple[str, str]], rows: Iterable[FolioSeries]) -> Iterator[str]:
    """Those that became so: what was alike or too long already is left to who administers."""
    alike: dict[tuple[str, str], list[FolioSeries]] = {}
    for row in rows:
        alike.setdefault(_written(row), []).append(row)
        if _too_long(row) and before.get(row.pk) != _written(row):
            yield _("El folio de la numeración %(series)s quedaría de más de %(n)s caracteres.") % {"series": _named(row), "n": _room()}
    for (head, tail), same in alike.items():
        if len(same) > 1 and len({before.get(row.pk) for row in same}) > 1:
            yield _("Escribirían los mismos folios, como %(folio)s, las numeraciones %(series)s: dos documentos tendrían el mismo. "
                    "Cambie antes la máscara de una, en Numeración.") % {
                        "folio": f"{head}{SOME_NUMBER}{tail}", "series": ", ".join(_named(row) for row in same)}


def _named(row: FolioSeries) -> str:
    return _("«%(mask)s» de %(unit)s") % {"mask": row.mask, "unit": row.unit.name}


@dataclass(frozen=True)
class Numbered:
    """How many series were made, and the units left without one: for they would write the folios of another one, for these would be
    too long, and for they have neither code nor initials."""

    made: int
    alike: list[Unit]
    long: list[Unit]
    bare: list[Unit]


@transaction.atomic
def number_units(*, actor: Person, institution: Institution) -> Numbered:
    """Every open unit gets the series of letters that it lacks, each like that of the nearest unit above that has one, unless it
    could not be kept by `check_series`. Raises NotAllowed.
    """
    require(actor, cap.ADMIN_CATALOGUES)
    Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)
    rows = list(FolioSeries.objects.filter(institution=institution).select_related("unit"))
    series, taken = {(row.unit_id, row.slug): row for row in rows}, {_written(row) for row in rows if row.active}
    made: list[FolioSeries] = []
    alike, long, bare = dict[Unit, None](), dict[Unit, None](), dict[Unit, None]()
    for unit in sorted(Unit.objects.filter(institution=institution, valid_to=None), key=lambda unit: (unit.depth, unit.pk)):
        for new in filter(None, [_like_above(unit, slug, series) for slug in LETTERS]):
            if not (unit.code or unit.short_name):
                bare[unit] = None
            elif _too_long(new):
                long[unit] = None
            elif _written(new) in taken:
                alike[unit] = None
            else:
                made.append(series.setdefault((unit.pk, new.slug), new))
                taken.add(_written(new))
    FolioSeries.objects.bulk_create(made)
    if made:
        record("cases.number_units", actor=actor, institution_id=institution.pk, subject=f"institution:{institution.pk}",
               detail={"series": len(made), "units": len({row.unit_id for row in made})})
    return Numbered(len(made), list(alike), list(long), list(bare))


def _like_above(unit: Unit, slug: str, series: Mapping[tuple[int, str], FolioSeries]) -> FolioSeries | None:
    """The series that the unit lacks; None where there is one, or none to copy."""
    above = next((found for pk in reversed(unit.path[:-1]) if (found := series.get((pk, slug)))), None)
    if (unit.pk, slug) in series or above is None or not above.active:
        return None
    return FolioSeries(institution_id=unit.institution_id, unit=unit, slug=slug, mask=above.mask, yearly=above.yearly)


def hand_over(unit: Unit, successor: Unit) -> None:
    """The successor numbers whatever the closing unit numbered, and goes on counting where it would write the same folios; the closing
    unit's series receive nothing new. What another unit's series would write is left to who administers."""
    had = list(FolioSeries.objects.filter(unit=unit, active=True).select_related("unit"))
    FolioSeries.objects.filter(unit=unit).update(active=False)
    has = set(FolioSeries.objects.filter(unit=successor).values_list("slug", flat=True))
    for old in had:
        new = FolioSeries(institution_id=unit.institution_id, unit=successor, slug=old.slug, mask=old.mask, yearly=old.yearly)
        if old.slug in has or not _may_be(new):
            continue
        new.save()
        if _written(new) == _written(old):
            FolioCounter.objects.bulk_create(FolioCounter(series=new, year=c.year, last=c.last) for c in old.counters.all())


def _may_be(row: FolioSeries) -> bool:
    try:
        check_series(row)
    except Refused:
        return False
    return True
