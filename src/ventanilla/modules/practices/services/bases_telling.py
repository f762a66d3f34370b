"""Each day: whoever answers for a practice, and who reviews it, is told that something it rests on ends soon, or ended. Idempotent."""
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.notices.services import NoticeDraft, notify_many
from ventanilla.core.orgs import capabilities as cap
from ventanilla.lib.spanish import long_date
from ventanilla.modules.practices.models import LegalBasis, Practice, PracticeState, Review
from ventanilla.modules.practices.services.bases import SOON
from ventanilla.modules.practices.services.lifecycle_relations import holders

MOST: Final = 500
"""Practices told of in one transaction."""
SOON_TOLD, ENDED_TOLD = 1, 2


def tell_ends(today: date | None = None) -> int:
    """Tell of every practice whose first ending basis is near or past, once each; returns how many practices. What was cut off goes on."""
    day, told = today or timezone.localdate(), 0
    while (done := _some(day)) and told < 100 * MOST:
        told += done
    return told


@transaction.atomic
def _some(day: date) -> int:
    rows = Practice.objects.select_for_update(of=("self",), skip_locked=True).exclude(state=PracticeState.WITHDRAWN)
    near = rows.filter(basis_until__lt=day + SOON, basis_told__lt=SOON_TOLD) | rows.filter(basis_until__lt=day, basis_told__lt=ENDED_TOLD)
    found = list(near.select_related("unit").order_by("basis_until", "pk")[:MOST])
    if not found:
        return 0
    notify_many([(person, draft) for practice, people, draft in _drafts(found, day) for person in people])
    for state, chosen in ((ENDED_TOLD, [p.pk for p in found if _ended(p, day)]), (SOON_TOLD, [p.pk for p in found if not _ended(p, day)])):
        Practice.objects.filter(pk__in=chosen).update(basis_told=state)
    return len(found)


def _ended(practice: Practice, day: date) -> bool:
    return practice.basis_until is not None and practice.basis_until < day


def _drafts(rows: Sequence[Practice], day: date) -> Iterator[tuple[Practice, set[int], NoticeDraft]]:
    ending: dict[int, list[LegalBasis]] = {}
    for basis in LegalBasis.objects.filter(practice__in=rows, watched=True, until__lt=day + SOON).order_by("until", "position"):
        ending.setdefault(basis.practice_id, []).append(basis)
    reviewing = _reviewers(rows)
    for practice in rows:
        title = _("Una práctica se apoya en algo que ya no está vigente") if _ended(practice, day) else _(
            "Una práctica se apoya en algo que está por perder vigencia")
        key = f"practice:{practice.pk}:basis:{practice.basis_until}:{'ended' if _ended(practice, day) else 'soon'}"
        body = "\n".join([practice.title, *(sentence(b, day) for b in ending.get(practice.pk, ())[:8])])
        yield practice, {practice.owner_id} | reviewing.get(practice.pk, set()), NoticeDraft(
            "practice", title, key, body, f"/practicas/{practice.pk}/#fundamento")


def sentence(basis: LegalBasis, day: date) -> str:
    """What happens to a basis, in a sentence."""
    assert basis.until is not None
    text = _("«%(norm)s» dejó de estar vigente el %(day)s.") if basis.until < day else _("«%(norm)s» está vigente hasta el %(day)s.")
    return text % {"norm": basis.norm, "day": long_date(basis.until)}


def _reviewers(rows: Iterable[Practice]) -> dict[int, set[int]]:
    """Who had the last review of each in hand; else whoever keeps the registry of its unit. Drafts are nobody else's."""
    shown = [p for p in rows if p.state != PracticeState.DRAFT]
    newest = Review.objects.filter(practice__in=shown, case__assignee__isnull=False).order_by("practice_id", "-pk").distinct("practice_id")
    found = {r.practice_id: {r.case.assignee_id} for r in newest.select_related("case") if r.case.assignee_id}
    keepers: dict[int, set[int]] = {}
    for practice in shown:
        if practice.pk not in found:
            if practice.unit_id not in keepers:
                keepers[practice.unit_id] = holders(cap.PRACTICE_REGISTRY, practice.unit)
            found[practice.pk] = keepers[practice.unit_id]
    return found
