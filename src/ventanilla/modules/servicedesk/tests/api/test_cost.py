"""What reading and opening a ticket may cost: statements, kept plans, bytes of HTML; and that the narrow row tells the truth."""
import json
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ventanilla.core import plans
from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk import services as desk
from ventanilla.modules.servicedesk.api import rows, shaping
from ventanilla.modules.servicedesk.tests.desk import Desk
from ventanilla.modules.servicedesk.tests.desk import desk as build
from ventanilla.web.api.scopes import SCOPES
from ventanilla.web.api.services import create_token

pytestmark = pytest.mark.django_db
READ, OPEN = 5, 9
LIST_BYTES, RECORD_BYTES = 60_000, 80_000


@pytest.fixture
def d() -> Desk:
    return build()


def sent(person: Person, method: str, path: str, data: Any = None) -> tuple[Any, int]:
    """The answer of a program with the person's token, and how many statements it cost."""
    token, secret = create_token(actor=person, name="Pruebas", scopes=tuple(SCOPES), days=1)
    type(token).objects.filter(pk=token.pk).update(last_used_at=timezone.now())  # else it is written down, once a minute
    client = Client(headers={"authorization": f"Bearer {secret}", "idempotency-key": str(uuid4())} if data else
                    {"authorization": f"Bearer {secret}"})
    with CaptureQueriesContext(connection) as asked:
        answer = client.generic(method, f"/api/v1{path}", json.dumps(data) if data else "", content_type="application/json")
    assert answer.status_code in (200, 201), answer.content
    return answer, len(asked)


def test_reading_a_ticket_asks_little_however_much_it_names(d: Desk) -> None:
    plain, full = d.ticket(), d.ticket(beneficiary=d.asker, actor=d.agent)
    desk.assign(actor=d.agent, case=full, team=d.first, person=d.agent)
    desk.take(actor=d.agent, case=full)
    desk.hold(actor=d.agent, case=full, why=d.hold, note="Falta el texto")
    assert [sent(d.agent, "GET", f"/tickets/{case.uuid}")[1] for case in (plain, full)] == [READ, READ]


def test_opening_a_ticket_asks_little_and_many_hardly_more(d: Desk) -> None:
    d.ticket()  # the first one makes the desk's numbering
    one = {"subject": "No abre el correo", "offering": d.version.offering.slug}
    sent(d.asker, "POST", "/tickets", {"tickets": [one]})  # the first one learns what is set up
    assert sent(d.asker, "POST", "/tickets", {"tickets": [one]})[1] <= OPEN
    assert sent(d.asker, "POST", "/tickets", {"tickets": [one] * 3})[1] <= OPEN + 3 * 6


def test_the_narrow_row_tells_what_the_models_tell(d: Desk) -> None:
    case = d.ticket(beneficiary=d.asker, actor=d.agent)
    desk.assign(actor=d.agent, case=case, team=d.first, person=d.agent)
    fresh = Case.objects.select_related("ticket__team", "ticket__requester", "ticket__service", "assignee", "unit").get(pk=case.pk)
    told = shaping.ticket_out(rows.visible(d.agent, case.uuid, shaping.KINDS))
    assert (told["folio"], told["state"], told["due_at"], told["team"], told["service"]) == (
        fresh.folio, fresh.state, fresh.due_at, fresh.ticket.team.name, fresh.ticket.service.name)
    assert told["requester"] == {"uuid": fresh.ticket.requester.uuid, "name": fresh.ticket.requester.name} == told["beneficiary"]
    assert told["assignee"]["name"] == fresh.assignee.name
    assert told["unit"] == {"uuid": fresh.unit.uuid, "code": fresh.unit.code, "name": fresh.unit.name}


def test_the_narrow_row_opens_to_nobody_else(d: Desk) -> None:
    case = d.ticket()
    assert rows.visible(d.asker, case.uuid, shaping.KINDS).id == case.pk
    for stranger in (d.world.nobody, build().agent):
        with pytest.raises(Case.DoesNotExist):
            rows.visible(stranger, case.uuid, shaping.KINDS)
    with pytest.raises(Case.DoesNotExist):
        rows.visible(d.asker, case.uuid, ("letter",))


def test_the_plan_of_a_read_by_key_is_kept_and_answers_the_same(d: Desk) -> None:
    first, second = d.ticket(), d.ticket(subject="Otra")
    found = [rows.by_id([pk])[0].subject for pk in (first.pk, second.pk) * 4]
    assert found == [first.subject, "Otra"] * 4
    kept = plans.first("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", ["%servicedesk_holdreason%"])
    assert kept and kept[0] >= 1


def test_related_rows_are_what_select_related_reads(d: Desk) -> None:
    case = d.ticket()
    read = plans.Related(Case, "ticket__version__offering", "ticket__held_for", "unit", where="t.id = %s")
    (mine,) = read([case.pk])
    (theirs,) = Case.objects.select_related("ticket__version__offering", "ticket__held_for", "unit").filter(pk=case.pk)
    with CaptureQueriesContext(connection) as asked:
        assert mine.ticket.version.offering == theirs.ticket.version.offering and mine.unit == theirs.unit
        assert mine.ticket.version.approvals == theirs.ticket.version.approvals and mine.ticket.held_for is None
        assert {f.attname: getattr(mine, f.attname) for f in Case._meta.concrete_fields} == {
            f.attname: getattr(theirs, f.attname) for f in Case._meta.concrete_fields}
    assert not asked.captured_queries


def test_pages_of_the_desk_keep_their_weight(d: Desk) -> None:
    cases = [d.ticket(subject=f"Actualizar la página del programa {n}") for n in range(51)]
    client = Client()
    client.force_login(d.agent.user)
    shown = client.get("/listas/tickets/")
    record = client.get(f"/mesa/tickets/{cases[0].pk}/")
    assert shown.content.count(b"data-row-link") == 50
    assert len(shown.content) <= LIST_BYTES and len(record.content) <= RECORD_BYTES
