"""What the database refuses of a case's rows: keys that name the institution say all that those of one column said, and more."""
import pytest
from django.db import IntegrityError, connection, transaction

from tests import make
from ventanilla.modules.servicedesk.tests.desk import desk as build

pytestmark = pytest.mark.django_db
MOVE = """INSERT INTO cases_move (institution_id, case_id, verb, from_state, to_state, reason, detail, at, source)
SELECT {institution}, {case}, 'note', '', '', '', '{{}}', now(), 'web'"""
REFUSED = {
    "a move of no case": MOVE.format(institution="%(institution)s", case="-1"),
    "a move of another institution": MOVE.format(institution="%(other)s", case="%(ticket)s"),
    "a tray of no case": "UPDATE cases_tray SET case_id = -1 WHERE case_id = %(ticket)s",
    "a tray of another institution": "UPDATE cases_tray SET institution_id = %(other)s WHERE case_id = %(ticket)s",
    "in the hands of nobody there is": "UPDATE cases_case SET assignee_id = -1 WHERE id = %(ticket)s",
    "in the hands of another institution": "UPDATE cases_case SET assignee_id = %(stranger)s WHERE id = %(ticket)s",
    "a ticket of no case": "UPDATE servicedesk_ticket SET case_id = -1 WHERE case_id = %(ticket)s",
    "a ticket of no institution": "UPDATE servicedesk_ticket SET institution_id = -1 WHERE case_id = %(ticket)s",
    "a ticket of another institution": "UPDATE servicedesk_ticket SET institution_id = %(other)s WHERE case_id = %(ticket)s",
    "a ticket of no team": "UPDATE servicedesk_ticket SET team_id = -1 WHERE case_id = %(ticket)s",
    "a ticket of no service": "UPDATE servicedesk_ticket SET service_id = -1 WHERE case_id = %(ticket)s",
    "a ticket that nobody asked for": "UPDATE servicedesk_ticket SET requester_id = -1 WHERE case_id = %(ticket)s",
    "a letter of no case": "UPDATE correspondence_letter SET case_id = -1 WHERE case_id = %(letter)s",
    "a letter of another institution": "UPDATE correspondence_letter SET institution_id = %(other)s WHERE case_id = %(letter)s",
}


def test_rows_of_a_case_are_of_it_and_of_its_institution() -> None:
    d, other = build(), make.world()
    known = {"institution": d.world.institution.pk, "other": other.institution.pk, "stranger": other.head.pk, "ticket": d.ticket().pk,
             "letter": make.letter(d.world).pk}
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # all that there is, is right
        for what, statement in REFUSED.items():
            with pytest.raises(IntegrityError), transaction.atomic():
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
                cursor.execute(statement, known)
                assert cursor.rowcount, what
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                pytest.fail(f"{what} was written")
