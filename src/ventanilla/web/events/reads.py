"""Reads of a person's notices. One of a matter that no longer opens to the person is not shown or counted."""
from django.db.models import Q, QuerySet

from ventanilla.core.cases.queries import opened_to
from ventanilla.core.notices.models import Notice
from ventanilla.core.orgs.models import Person

MOST_COUNTED = 100


def notices_of(person: Person | None) -> "QuerySet[Notice]":
    """The person's notices as far as they may still be read, newest first."""
    mine = Notice.objects.visible_to(person)
    if person is not None:
        mine = mine.filter(Q(case_id=None) | Q(case_id__in=opened_to(person)))
    return mine.order_by("-id")


def unread_count(person: Person) -> int:
    """How many are unread, at most MOST_COUNTED."""
    return notices_of(person).filter(read_at=None).order_by()[:MOST_COUNTED].count()
