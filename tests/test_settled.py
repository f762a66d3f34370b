"""What a process knows of what is set up: asked once, never old, never of a change that was given up."""
import json
import os
import re
import subprocess
import sys
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.utils import timezone

from tests import database, make
from ventanilla.core import plans, settled
from ventanilla.core.orgs.models import Absence, Grant, Person, Role, Unit
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.workdays.models import Calendar, CalendarVersion
from ventanilla.modules.servicedesk.models import (
    AssignmentRule,
    Liaison,
    Objective,
    OfferingVersion,
    Service,
    ServiceFamily,
    Team,
)
from ventanilla.modules.servicedesk.tests.desk import desk as build

ONE = pytest.mark.django_db
REAL = pytest.mark.django_db(transaction=True)


def stamp() -> int | None:
    return settled._seen()


@ONE
def test_what_is_known_is_asked_once_until_something_changes() -> None:
    w, asked = make.world(), list[Any]()

    def read(params: Any) -> int:
        asked.append(params)
        return Unit.objects.filter(institution_id=params[0], name__startswith="X").count()

    def seen(times: int = 3) -> list[int]:
        with settled.settled():
            return [settled.answered(read, [w.institution.pk]) for _n in range(times)]

    assert seen() == [0, 0, 0] == seen() and len(asked) == 1
    Unit.objects.filter(pk=w.north.pk).update(name="X 1")
    assert seen() == [1, 1, 1] == seen() and len(asked) == 2
    assert settled.answered(read, [w.institution.pk]) == 1 and len(asked) == 3, "outside it is asked each time"


@ONE
def test_whoever_writes_on_what_is_known_is_found_out() -> None:
    w = make.world()
    one = lambda params: list(Unit.objects.filter(pk__in=params))  # noqa: E731
    with settled.settled():
        settled.answered(one, [w.north.pk])[0].name = "Otro"
        with pytest.raises(AssertionError, match="written on"):
            settled.answered(one, [w.north.pk])


@ONE
def test_nothing_is_kept_of_a_change_that_was_given_up() -> None:
    w = make.world()
    names = lambda params: list(Unit.objects.filter(pk__in=params).values_list("name", flat=True))  # noqa: E731

    def seen() -> list[str]:
        with settled.settled():
            return settled.answered(names, [w.north.pk])

    before, at = seen(), stamp()
    with transaction.atomic():
        Unit.objects.filter(pk=w.north.pk).update(name="Nunca")
        assert seen() == ["Nunca"] and stamp() != at
        transaction.set_rollback(True)
    assert seen() == before and stamp() == at
    with transaction.atomic(), settled.settled():  # changed after the stamp was read: what is read then is not kept under it
        Unit.objects.filter(pk=w.north.pk).update(name="Tampoco")
        assert settled.answered(lambda params: names(params), [w.north.pk]) == ["Tampoco"]
        assert not any("Tampoco" in str(value) for value in settled._kept.known.values())
        transaction.set_rollback(True)
    assert seen() == before


@ONE
def test_every_table_of_what_is_kept_says_when_it_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is read by `answered` while tickets and letters are registered: the tables of its statements have the trigger."""
    d = build()
    Liaison.objects.create(institution=d.world.institution, unit=d.world.south, person=d.asker, state="requested",
                                     requested_at=timezone.now())
    AssignmentRule.objects.create(institution=d.world.institution, name="Todo", order=1, team=d.second, changed_at=timezone.now())
    tables, usual = set[str](), settled.answered

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        tables.update(re.findall(r'(?:FROM|JOIN) "?((?:orgs|workdays|cases|servicedesk|questionnaires|correspondence)_\w+)', sql))
        return execute(sql, params, many, context)

    def spied(read: Any, params: Any) -> Any:
        def told(values: Any) -> Any:
            with connection.execute_wrapper(note):
                return read(values)
        return usual(told, params)

    monkeypatch.setattr(settled, "answered", spied)
    d.ticket()
    make.letter(d.world)
    has = {row[0] for row in plans.rows(
        "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgfoid = 'public.cases_unsettle'::regproc AND tgenabled = 'A'")}
    assert {"orgs_grant", "servicedesk_offeringversion", "servicedesk_objective", "cases_folioseries"} <= has
    assert {"orgs_grant", "servicedesk_assignmentrule", "workdays_calendarversion"} <= tables
    assert tables <= has, tables - has


@ONE
def test_each_change_of_what_is_read_is_told_and_who_got_the_last_ticket_is_not() -> None:
    d = build()
    w, now = d.world, timezone.now()
    rule = AssignmentRule.objects.create(institution=w.institution, name="Todo", order=1, team=d.second, changed_at=now)
    liaison = Liaison.objects.create(institution=w.institution, unit=w.south, person=d.asker, state="requested",
                                     requested_at=timezone.now())
    day = timezone.localdate()
    changes = [
        lambda: Objective.objects.filter(level=d.level).update(minutes=5), lambda: Objective.objects.filter(level=d.level)[0].delete(),
        lambda: Team.objects.filter(pk=d.first.pk).update(name="Otra"), lambda: Service.objects.filter(pk=d.version.offering.service_id).update(
            name="Otro"), lambda: ServiceFamily.objects.filter(institution=w.institution).update(name="Otra"),
        lambda: AssignmentRule.objects.filter(pk=rule.pk).update(active=False), lambda: Liaison.objects.filter(pk=liaison.pk).update(
            change_letter="x"), lambda: Person.objects.filter(pk=d.asker.pk).update(surname_1="Otra"),
        lambda: Absence.objects.create(person=d.agent, acting=d.manager, valid_from=day,
                                       valid_to=day + timedelta(days=1)),
        lambda: Grant.objects.filter(person=d.agent).update(source="x"), lambda: Role.objects.filter(institution=w.institution).update(
            clearance=0), lambda: CalendarVersion.objects.create(
                institution=w.institution, calendar=Calendar.objects.filter(institution=w.institution)[0], number=99)]
    for number, change in enumerate(changes):
        before = stamp()
        change()
        assert stamp() != before, number
    d.ticket()  # the first one makes the desk's numbering
    before = stamp()
    AssignmentRule.objects.filter(pk=rule.pk).update(last=d.engineer)
    d.ticket()
    assert stamp() == before, "tickets change nothing of what is set up"


_OTHER = """
import json, sys
import django
django.setup()
from django.db import connection, transaction
from ventanilla.core import settled
from ventanilla.core.orgs.models import Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.modules.servicedesk.services.catalogue import offered
from ventanilla.modules.servicedesk.services.promising import objectives_of
for line in sys.stdin:
    pk, slug = line.split()
    asked = []
    with transaction.atomic(), connection.execute_wrapper(lambda run, *given: asked.append(1) or run(*given)), settled.settled():
        person = Person.objects.get(pk=pk)
        row = offered(person, slug)
        print(json.dumps([row and row.team.name, row and sorted(o.minutes for o in objectives_of(row.level)),
                          sorted(reach_of(person).within("cases.read")), len(asked)]), flush=True)
"""


@REAL
def test_another_process_sees_a_change_at_once() -> None:
    d = build()
    with subprocess.Popen([sys.executable, "-c", _OTHER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                          env={**os.environ, "DATABASE_URL": database.url(), "DJANGO_SETTINGS_MODULE": "ventanilla.config.settings"}) as other:
        def says() -> tuple[list[Any], int]:
            assert other.stdin and other.stdout
            other.stdin.write(f"{d.agent.pk} {d.version.offering.slug}\n")
            other.stdin.flush()
            *found, asked = json.loads(other.stdout.readline())
            return found, asked

        def true() -> list[Any]:
            person = Person.objects.get(pk=d.agent.pk)
            row = OfferingVersion.objects.select_related("team").get(pk=d.version.pk)
            shown = row.team.name if row.team.active else None
            minutes = sorted(Objective.objects.filter(level=d.level).values_list("minutes", flat=True)) if shown else None
            return [shown, minutes, sorted(reach_of(person).within("cases.read"))]

        assert says()[0] == true()
        assert says() == (true(), 2), "the stamp and the person: the rest it knows"
        for change in (
                lambda: Team.objects.filter(pk=d.first.pk).update(name="Mesa nueva"),
                lambda: Objective.objects.filter(level=d.level, metric="own").update(minutes=7),
                lambda: Grant.objects.filter(person=d.agent).delete(),
                lambda: Team.objects.filter(pk=d.first.pk).update(active=False)):
            before = true()
            with transaction.atomic():
                change()
                assert says()[0] == before, "not before it is committed"
            assert says()[0] == true() != before
            assert says() == (true(), 2)
        other.stdin.close()  # type: ignore[union-attr]


@REAL
def test_whoever_changes_something_waits_for_nobody_and_every_set_of_changes_has_a_stamp_of_its_own() -> None:
    w = make.world()
    bump = "UPDATE orgs_role SET name = name WHERE false"
    with psycopg.connect(database.url(), autocommit=True) as first, psycopg.connect(database.url(), autocommit=True) as second:
        seen = [stamp()]
        first.execute("BEGIN"), second.execute("BEGIN")
        first.execute("SET lock_timeout = '1s'"), second.execute("SET lock_timeout = '1s'")
        first.execute(bump), second.execute(bump), first.execute(bump)
        assert stamp() == seen[0], "nothing is committed yet"
        second.execute("COMMIT")
        seen.append(stamp())
        first.execute("COMMIT")
        seen.append(stamp())
        first.execute("BEGIN"), first.execute(bump), first.execute("ROLLBACK")
        assert stamp() == seen[-1]
        Unit.objects.filter(pk=w.north.pk).update(name="Otra")
        seen.append(stamp())
    assert len(set(seen)) == len(seen) and None not in seen
    assert plans.first("SELECT count(*) FROM cases_settled") == (1,), "each change takes those before it together"
