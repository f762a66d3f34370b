"""`functionalcis_list` through the façade: read by the desk, written as a set, nothing of it for who only asked."""
import pytest

from ventanilla.core.cases.models import Case
from ventanilla.modules.servicedesk.models import TicketItem
from ventanilla.modules.servicedesk.tests.cmdb.floor import Floor, floor
from ventanilla.modules.servicedesk.tests.itop.scripts import Script

pytestmark = [pytest.mark.django_db, pytest.mark.urls("ventanilla.modules.servicedesk.tests.itop.urls")]


@pytest.fixture
def f() -> Floor:
    return floor()


def test_a_script_ties_reads_and_replaces_the_links(f: Floor) -> None:
    agent, asker = Script(f.d.agent), Script(f.d.asker)
    key = agent.create("UserRequest", title="No paga", caller_id=f.d.asker.pk, team_id=f.d.first.pk, functionalcis_list=[
        {"functionalci_id": f.system.pk, "impact_code": "manual"}, {"functionalci_id": f.one.pk, "impact_code": "computed"}])
    assert agent.get("UserRequest", key, "functionalcis_list") == [{"functionalcis_list": [
        {"functionalci_id": str(f.system.pk), "functionalci_name": "Sistema de pagos", "impact_code": "manual", "role": "Afectado"}]}]
    assert asker.get("UserRequest", key, "functionalcis_list") == [{"functionalcis_list": []}]
    change = {"operation": "core/update", "comment": "", "output_fields": "id"}
    again = agent.ask(change.pop("operation"), **{"class": "UserRequest"}, key=key, fields={"functionalcis_list": [
        {"functionalci_id": f.pay.pk}]}, **change)
    assert again["code"] == 0, again
    assert [t.item for t in TicketItem.objects.filter(case=key)] == [f.pay]
    refused = agent.ask("core/update", **{"class": "UserRequest"}, key=key, comment="", fields={"functionalcis_list": [
        {"functionalci_id": floor().pay.pk}]}, output_fields="id")
    assert refused["code"] != 0 and [t.item for t in TicketItem.objects.filter(case=key)] == [f.pay]
    wrong = asker.ask("core/update", **{"class": "UserRequest"}, key=key, comment="", fields={"functionalcis_list": []}, output_fields="id")
    assert Case.objects.filter(pk=key).exists() and TicketItem.objects.filter(case=key).count() == 1, wrong
