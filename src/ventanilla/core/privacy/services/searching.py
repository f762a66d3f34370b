"""Reading every table for a person, by windows of rows, so that no row is lost, nothing is held long, and a killed search goes on.

Names have no index of their own: trigrams of all texts would be paid by every letter and ticket that comes in, for a search that is made
a few times a month (docs/benchmarks.md). What is quick is done while the officer waits; the rest by a worker, who tells them.
"""
import time
from itertools import takewhile
from typing import Final

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from ventanilla.core.audit.services import record
from ventanilla.core.notices.services import NoticeDraft, notify
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.privacy.models import PersonSearch, SearchHit, SubjectRequest
from ventanilla.core.privacy.registry import Asked, PersonalData, declared
from ventanilla.core.privacy.services.gathering import WORKABLE, attending, terms_of

WINDOW: Final = 10_000
"""Rows that one step reads."""
PATIENCE: Final = 2.0
"""Seconds that the officer's page waits before a worker goes on."""


def looked_in() -> tuple[PersonalData, ...]:
    """The tables that are read, in order."""
    return tuple(one for one in declared() if one.looked)


def begin_search(*, actor: Person, request: SubjectRequest, asked: Asked, patience: float = PATIENCE) -> PersonSearch:
    """Look for the person in every declared table, instead of what was searched before; a worker ends what takes longer.

    The words stand in the erasable part of the log. Raises NotAllowed, Refused.
    """
    with transaction.atomic():
        row = attending(actor, request, WORKABLE)
        if not asked:
            raise Refused(_("Escriba al menos un nombre, un correo o una clave de tres letras o más."), "names")
        terms = terms_of(asked)
        SubjectRequest.objects.select_for_update(of=("self",)).get(pk=row.pk)
        PersonSearch.objects.filter(request=row).delete()
        search = PersonSearch.objects.create(request=row, person=actor, terms=terms, started_at=timezone.now())
        record("privacy.search", actor=actor, institution_id=row.institution_id, subject=f"case:{row.pk}", case_id=row.pk, personal=terms)
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if step(search.pk):
            break
    else:
        _hand_over(search)
    search.refresh_from_db()
    return search


@transaction.atomic
def _hand_over(search: PersonSearch) -> None:
    from ventanilla.core.privacy.tasks import search_on

    if PersonSearch.objects.filter(pk=search.pk, finished_at=None).update(in_background=True):
        search_on.defer(search_id=search.pk)


@transaction.atomic
def step(search_id: int) -> bool:
    """Read one window of rows and keep where it came to; True when nothing is left to read (or another search took its place)."""
    search = PersonSearch.objects.select_for_update(of=("self",)).select_related("request", "person").filter(pk=search_id).first()
    if search is None or search.finished_at:
        return True
    sources = looked_in()
    at = next((n for n, one in enumerate(sources) if one.slug == search.source), 0)
    last = _window(search, sources[at])
    if last is not None:
        search.source, search.after = sources[at].slug, last
    elif at + 1 < len(sources):
        search.source, search.after = sources[at + 1].slug, 0
    else:
        _end(search)
    search.save()
    return search.finished_at is not None


def _window(search: PersonSearch, source: PersonalData) -> int | None:
    """Keep what the next rows of the table say; returns the last row of a full window, None where the table ends."""
    institution_id, asked = search.request.institution_id, search.asked
    ids = list(source.rows(institution_id).filter(pk__gt=search.after).order_by("pk").values_list("pk", flat=True)[:WINDOW])
    if ids:
        found = source.find(institution_id, asked).filter(pk__gt=search.after, pk__lte=ids[-1]).order_by().values_list("pk", flat=True)
        SearchHit.objects.bulk_create((SearchHit(search=search, source=source.slug, ref=pk) for pk in found), ignore_conflicts=True)
    search.read += len(ids)
    return ids[-1] if len(ids) == WINDOW else None


def _end(search: PersonSearch) -> None:
    search.finished_at = timezone.now()
    row = search.request
    record("privacy.searched", actor=search.person, institution_id=row.institution_id, subject=f"case:{row.pk}", case_id=row.pk,
           detail={"read": search.read, "found": search.hits.count()})
    if search.in_background:
        notify(recipients=[search.person_id], draft=NoticeDraft(
            "system", _("Terminó la búsqueda de la solicitud %(folio)s") % {"folio": row.case.folio}, f"privacy-search:{search.pk}",
            url=reverse("privacy:search", args=[row.pk])))


def finish(search_id: int) -> None:
    """Read on to the end. May be killed and called again at any time."""
    while not step(search_id):
        pass


def tables_done(search: PersonSearch) -> tuple[int, int]:
    """How many tables were read, of how many."""
    sources = looked_in()
    done = len(list(takewhile(lambda one: one.slug != search.source, sources))) if search.source else 0
    return (len(sources) if search.finished_at else done), len(sources)
