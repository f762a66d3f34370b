"""Reads of a person's notices. One of a matter that no longer opens to the person is not shown or counted."""
from django.db.models import Q, QuerySet

from ventanilla.core import plans
from ventanilla.core.cases.queries import opened_to
from ventanilla.core.notices.models import Notice
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of

MOST_COUNTED = 100
# `notices_of`, unread, counted: every page asks it, and building the query by the ORM took five times what it takes to run.
_UNREAD = f"""
SELECT count(*) FROM (
  SELECT 1 FROM notices_notice n WHERE n.person_id = %s AND n.shown AND n.read_at IS NULL
    AND (n.case_id IS NULL OR EXISTS (
      SELECT 1 FROM cases_access a WHERE a.case_id = n.case_id AND a.token = ANY(ARRAY(SELECT unnest(%s::bigint[])))))
  LIMIT {MOST_COUNTED}) few
"""


def notices_of(person: Person | None) -> "QuerySet[Notice]":
    """The person's notices as far as they may still be read, newest first."""
    mine = Notice.objects.visible_to(person)
    if person is not None:
        mine = mine.filter(Q(case_id=None) | Q(case_id__in=opened_to(person)))
    return mine.order_by("-id")


def unread_count(person: Person) -> int:
    """How many are unread, at most MOST_COUNTED."""
    ((found,),) = plans.rows(_UNREAD, [person.pk, reach_of(person).tokens])
    return int(found)
