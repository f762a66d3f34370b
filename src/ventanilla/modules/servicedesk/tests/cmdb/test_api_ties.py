"""Ties and collisions through API v1: read and written by the desk, unknown to who only asked."""
from typing import Any

import pytest
from django.test import Client

from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.models import Clearance, TicketItem
from ventanilla.modules.servicedesk.tests.cmdb.floor import Floor, floor
from ventanilla.web.api.scopes import SCOPES
from ventanilla.web.api.services import create_token

pytestmark = pytest.mark.django_db


class Program:
    """A program of a person."""

    def __init__(self, person: Person) -> None:
        _row, self.secret = create_token(actor=person, name="Programa", scopes=tuple(SCOPES), days=1)

    def ask(self, method: str, path: str, data: Any = None) -> Any:
        """The response."""
        return getattr(Client(), method)(f"/api/v1{path}", data, content_type="application/json", headers={"Authorization": f"Bearer {self.secret}"})


def test_ties_and_collisions_by_program() -> None:
    f: Floor = floor()
    d = f.d
    f.change(f.pay, subject="El otro")
    case = f.change(f.base)
    agent, asker = Program(d.agent), Program(d.asker)
    path = f"/tickets/{case.uuid}"
    assert [(t["item"]["name"], t["role"]) for t in agent.ask("get", f"{path}/items").json()] == [("Base de pagos", "changed")]
    made = agent.ask("post", f"{path}/items", {"item": str(f.one.uuid)})
    assert made.status_code == 201 and made.json()["item"]["code"] == "SRV-1"
    assert agent.ask("post", f"{path}/items", {"item": str(floor().one.uuid)}).status_code in (409, 422)
    assert agent.ask("delete", f"{path}/items/{f.one.uuid}").status_code == 204
    assert agent.ask("delete", f"{path}/items/{f.one.uuid}").status_code == 404
    met = agent.ask("get", f"{path}/collisions").json()
    assert [(c["kind"], c["asks"]) for c in met] == [("change", True)] and "Sistema de pagos depende de Base de pagos" in met[0]["why"]
    own = d.ticket()
    for one in (f"/tickets/{own.uuid}/items", f"/tickets/{own.uuid}/collisions"):
        assert asker.ask("get", one).status_code == 404
    step = {"people": [str(d.asker_head.uuid)], "quorum": 1}
    assert agent.ask("post", f"{path}/steps/submit", step).status_code in (409, 422)
    assert agent.ask("post", f"{path}/steps/submit", {**step, "reason": "Sólo ese día"}).status_code == 200
    assert Clearance.objects.get(case=case).reason == "Sólo ese día" and TicketItem.objects.filter(case=case).count() == 1
