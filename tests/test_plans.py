"""What kept statements are given says what psycopg and Django would have said: arrays, and new instances."""
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.utils import timezone

from tests import make
from ventanilla.core import plans
from ventanilla.core.cases import inbox
from ventanilla.core.cases.listing import Whole, whole
from ventanilla.core.cases.models import Case, Clock, Move, Party
from ventanilla.modules.servicedesk.models import Ticket
from ventanilla.web.events.reads import unread_count
from ventanilla.web.inbox.listed import rows_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("kind", "values"), [
    ("text", ['a"b', "c\\d", "{x,y}", "", "NULL", "á ñ\n", None, "'; --"]), ("text", []), ("bigint", [1, 2**40, -3]), ("bigint", [7, None]),
    ("bytea", [b"\x00\x01\\\"", b"", None]), ("uuid", [UUID(int=5), UUID(int=7), None]), ("float8", [1.5, 2.0]), ("boolean", [True, False]),
    ("timestamptz", [datetime(2026, 11, 22, tzinfo=UTC)])])
def test_an_array_arrives_as_it_was(kind, values):
    ((found,),) = plans.rows(f"SELECT %s::{kind}[]", [values])
    assert [bytes(v) if kind == "bytea" and v is not None else v for v in found] == values
    ((found,),) = plans.rows(f"SELECT %(a)s::{kind}[] = %(a)s::{kind}[]", {"a": values})
    assert found is True


def test_a_moment_arrives_as_django_reads_it():
    asked = "SELECT m, m::date, NULL::timestamptz, m::timestamp FROM (SELECT '1910-11-20 23:59:59.123456-06:36:36'::timestamptz AS m) t"
    with connection.cursor() as cursor:
        cursor.execute(asked)
        (usual,) = cursor.fetchall()
    (found,) = plans.rows(asked)
    assert found == usual and found[0].tzinfo is usual[0].tzinfo is UTC


def test_a_new_instance_is_what_the_model_makes():
    w = make.world()
    case, at = make.letter(w), datetime(2026, 11, 22, tzinfo=UTC)
    given = [(Case, {"unit": w.north, "registrar": None, "subject": "Uno", "uuid": uuid4(), "institution_id": w.institution.pk}),
             (Clock, {"case_id": case.pk, "kind": "own"}), (Party, {"case_id": case.pk, "person": w.head, "role": "watcher", "since": at}),
             (Move, {"case_id": case.pk, "actor": w.head, "verb": "take", "at": at}), (Ticket, {"case_id": case.pk, "requester": w.head})]
    for model, values in given:
        made, usual = plans.new(model, **values), model(**values)
        columns = [f.attname for f in model._meta.concrete_fields if not f.has_db_default()]
        assert {n: getattr(made, n) for n in columns} == {n: getattr(usual, n) for n in columns}
        assert made._state.adding and made._state.db is None and made.pk == usual.pk
        assert made._state.fields_cache == usual._state.fields_cache
    one, other = plans.new(Move), plans.new(Move)
    assert one.detail == {} and one.detail is not other.detail and plans.new(Case).uuid != plans.new(Case).uuid


def test_what_every_page_asks_is_planned_once_and_not_for_each_answer():
    """After the five times that PostgreSQL tries, whoever asks, whatever they see."""
    w = make.world()
    cases = [make.letter(w) for _n in range(3)]
    make.turn(cases[0], w.head, w.north, person=w.staff)
    people = [w.head, w.staff, w.north_head]
    rows = [inbox.keys(person, inbox.Place(), timezone.now()) for person in people]
    asked = {
        "held": lambda n: whole(people[n], ["letter"]),
        "page": lambda n: Whole(people[n], ("letter",), 1001, None).keys(down=True, beyond=None, limit=51),
        "inbox": lambda n: inbox.look(people[n], inbox.Place(), timezone.now()),
        "both sides of the inbox": lambda n: inbox.look(people[n], inbox.Place(side=inbox.OWN), timezone.now(), inbox.Place(side=inbox.BELOW)),
        "next page of the inbox": lambda n: inbox.look(people[n], inbox.Place(after=(timezone.now(), n)), timezone.now()),
        "rows": lambda n: rows_of(rows[n] or [1]), "unread": lambda n: unread_count(people[n])}
    for name, ask in asked.items():
        for n in range(45):  # numbers of another size are another statement
            ask(n % 3)
        before = planned()
        for n in range(6):
            ask(n % 3)
        assert planned() == (before[0] + 6, before[1]), name


def planned():
    """How often plans that were kept served, and how often one was made, in this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(generic_plans), sum(custom_plans) FROM pg_prepared_statements")
        return cursor.fetchone()
