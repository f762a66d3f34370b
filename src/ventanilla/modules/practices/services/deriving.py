"""What follows from what practices say and is kept in rows of its own: legal bases, and the people who are named."""
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import transaction

from ventanilla.modules.practices.models import NamedPerson, Practice, PracticeRevision
from ventanilla.modules.practices.services.bases import write_bases
from ventanilla.modules.practices.services.naming import write_named

MOST: Final = 500


def derive(rows: Sequence[tuple[Practice, Mapping[str, Any]]]) -> None:
    """Write them from clean values; sets `basis_until` on the practices, which the caller saves."""
    write_bases(rows)
    write_named(rows)


def derive_missing() -> int:
    """Write them for practices that have none yet, as after an upgrade; returns how many. Can be cut off at any point."""
    done = 0
    while found := _some():
        done += found
    return done


@transaction.atomic
def _some() -> int:
    from ventanilla.modules.practices.services.records import clean_values

    known = NamedPerson.objects.values("practice_id")
    lacking = Practice.objects.select_for_update(of=("self",), skip_locked=True).exclude(pk__in=known).order_by("pk")
    rows = list(lacking.select_related("current")[:MOST])
    newest = {r.practice_id: r for r in PracticeRevision.objects.filter(practice__in=rows).order_by("practice_id", "number")}
    said = {p.pk: p.current if p.by_sealed and p.current else newest[p.pk] for p in rows if p.pk in newest}
    derive([(p, clean_values(said[p.pk].values, said[p.pk].generation) if p.pk in said else {}) for p in rows])
    Practice.objects.bulk_update(rows, ["basis_until", "basis_told"])
    return len(rows)
