"""A new case appears by a way of its own; what it writes is what the rules of all cases would write."""
import pytest
from django.db import connection
from django.utils import timezone
from tests import make

from ventanilla.core.cases.places import refresh
from ventanilla.core.cases.services import CaseDraft, open_cases
from ventanilla.core.cases.terms import Term

pytestmark = pytest.mark.django_db
ROWS = {
    "tray": "SELECT unit_id, person_id, case_id, turn_id, side, tab, token, due_at, amber_at, order_at, since FROM cases_tray",
    "access": "SELECT token, case_id FROM cases_access", "search": "SELECT case_id, title, tokens FROM cases_searchrow",
}


def rows() -> dict[str, list[tuple]]:
    with connection.cursor() as cursor:
        found = {}
        for name, sql in ROWS.items():
            cursor.execute(sql)
            found[name] = sorted(cursor.fetchall(), key=repr)
        return found


@pytest.mark.parametrize("waits", [False, True])
def test_a_new_case_stands_where_the_rules_of_all_cases_put_it(waits):
    w = make.world()
    drafts = [CaseDraft("letter", w.north, "Sin nadie", timezone.now()),
              CaseDraft("letter", w.south, "Con plazo", timezone.now(), term=Term(5), level=2, assignee=w.staff,
                        parties=[("watcher", w.north_1_head), ("requester", w.nobody), ("approver", w.nobody)])]
    if waits:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE cases_state SET waits = true WHERE kind = 'letter' AND state = 'registered'")
    opened = open_cases(actor=None, drafts=drafts, details=lambda ids, drafts: None)
    appeared = rows()
    refresh([case.pk for case in opened])
    assert rows() == appeared and len(appeared["access"]) == 5
