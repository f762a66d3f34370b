"""What problems and changes are promised: a level per kind, its clocks, who keeps it; what was open stays as it was."""
import pytest
from django.urls import reverse
from tests.pages import as_, text

from ventanilla.core.cases.models import Case, Clock
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.servicedesk.models import KindLevel, Objective, ServiceLevel, Ticket
from ventanilla.modules.servicedesk.services import ChangeFacts, TicketDraft, open_ticket, reclassify, solving, take
from ventanilla.modules.servicedesk.services.explaining import explain
from ventanilla.modules.servicedesk.services.levels import keep_kind_level
from ventanilla.modules.servicedesk.services.promising import clocks_of
from ventanilla.modules.servicedesk.tests.api.program import Program
from ventanilla.modules.servicedesk.tests.desk import Desk, desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def d() -> Desk:
    return desk()


def slow(d: Desk) -> ServiceLevel:
    """A level for problems: five days of nine hours, one for urgent ones."""
    level = ServiceLevel.objects.create(institution=d.world.institution, name="Problemas")
    for priority, minutes in ((0, 2700), (1, 540)):
        Objective.objects.create(level=level, metric="resolve", kind="problem", priority=priority, minutes=minutes)
    Objective.objects.create(level=level, metric="own", minutes=60)
    return level


def minutes(case: Case) -> dict[str, int | None]:
    return dict(Clock.objects.filter(case=case).values_list("kind", "amount"))


def problem(d: Desk, **more: int) -> Case:
    return solving.register_problem(actor=d.agent, draft=solving.ProblemDraft("Se satura", team=d.first, **more), incidents=[])


def test_a_problem_is_promised_what_its_kind_is_and_every_second_is_explained(d: Desk) -> None:
    before, level = problem(d), slow(d)
    keep_kind_level(actor=d.world.admin, kind="problem", level=level)
    usual, urgent = problem(d), problem(d, impact=1, urgency=1)
    assert minutes(usual) == {"own": 60, "resolve": 2700} and minutes(urgent) == {"own": 60, "resolve": 540}
    assert Ticket.objects.get(pk=usual.pk).level == level and usual.due_at
    assert minutes(before) == {"resolve": None}, "what was open stays as it was"
    take(actor=d.agent, case=usual)
    for clock in clocks_of(usual):
        told = explain(clock)
        assert sum(s.seconds for s in told.stretches) == told.total
    assert "resolver" in text(as_(d.agent).get(reverse("ticket", args=[usual.pk]))).lower()
    simple = open_ticket(actor=d.agent, draft=TicketDraft("Reiniciar", kind="change", team=d.first, requester=d.agent, change=ChangeFacts(2)))
    assert minutes(simple) == {"resolve": None}, "only kinds with a level"


def test_a_ticket_that_becomes_a_problem_or_a_request_again_is_promised_as_one(d: Desk) -> None:
    level = slow(d)
    keep_kind_level(actor=d.world.admin, kind="problem", level=level)
    case = open_ticket(actor=d.agent, draft=TicketDraft("No responde", version=d.incident, requester=d.agent))
    case = reclassify(actor=d.agent, case=case, kind="problem", reason="Es la causa")
    assert minutes(case)["resolve"] == 2700 and Ticket.objects.get(pk=case.pk).level == level
    case = reclassify(actor=d.agent, case=case, kind="incident", reason="No lo era")
    assert minutes(case)["resolve"] == 480 and Ticket.objects.get(pk=case.pk).level == d.level


def test_levels_of_kinds_are_kept_by_page_and_api_by_who_keeps_catalogues(d: Desk) -> None:
    level = slow(d)
    with pytest.raises(NotAllowed):
        keep_kind_level(actor=d.agent, kind="problem", level=level)
    with pytest.raises(Refused):
        keep_kind_level(actor=d.world.admin, kind="request", level=level)
    page = as_(d.world.admin)
    assert page.post(reverse("kind_levels"), {"problem": level.pk, "change": "", "simple_change": "999999999"}).status_code == 302
    assert not KindLevel.objects.exists(), "all or none"
    page.post(reverse("kind_levels"), {"problem": level.pk, "change": ""})
    assert "Problemas y cambios" in text(page.get(reverse("service_levels")))
    program = Program(d.world.admin)
    assert program.ok("GET", "/service-levels/kinds")[0] == {"kind": "problem", "level": "Problemas"}
    assert program.ok("PUT", "/service-levels/kinds/change", {"level": "Problemas"}) == {"kind": "change", "level": "Problemas"}
    assert program.ok("PUT", "/service-levels/kinds/problem", {"level": None})["level"] is None
    assert list(KindLevel.objects.values_list("kind", flat=True)) == ["change"]
