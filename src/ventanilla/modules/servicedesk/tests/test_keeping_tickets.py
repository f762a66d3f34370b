"""How long the tickets of a service are kept: until then what they hold of people is blocked, afterwards it may be cancelled."""
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests import make

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.services.setup import Refused
from ventanilla.core.privacy.models import SubjectRequest
from ventanilla.core.privacy.registry import GONE, Asked, held_case
from ventanilla.core.privacy.services import erasing, gathering, searching
from ventanilla.core.privacy.services import requests as verbs
from ventanilla.modules.servicedesk import services as desk_verbs
from ventanilla.modules.servicedesk.catalogues import _service
from ventanilla.modules.servicedesk.models import Service, Ticket
from ventanilla.modules.servicedesk.tests.desk import Desk, desk

pytestmark = pytest.mark.django_db
ASKED = Asked.of("Zoe Núñez Ríos", "", "")


@pytest.fixture
def d() -> Desk:
    return desk()


def closed(d: Desk, days_ago: int = 0) -> Case:
    """A ticket of somebody without an account, cancelled so many days ago."""
    case = d.ticket(actor=d.agent, requester=None, requester_name="Zoe Núñez Ríos", requester_email="zoe@example.com")
    desk_verbs.cancel(actor=d.agent, case=case, reason="Ya no hace falta")
    Case.objects.filter(pk=case.pk).update(closed_at=timezone.now() - timedelta(days=days_ago))
    return Case.objects.get(pk=case.pk)


def kept(case: Case, years: int, source: str = "Catálogo de disposición documental, 8S.2") -> None:
    service = Ticket.objects.get(case=case).service
    assert service
    Service.objects.filter(pk=service.pk).update(keep_years=years, keep_source=source)


def cancelled(d: Desk, case: Case) -> SubjectRequest:
    """A request for cancellation in which this ticket was ticked, taken to its end."""
    institution = case.institution
    officer = make.person(institution, case.unit, "transparency", name="Oficial")
    verbs.choose_desk(actor=None, institution=institution, terms=verbs.DeskTerms(case.unit, source="Ley"))
    row = verbs.register_request(actor=None, institution=institution, draft=verbs.RequestDraft(("cancellation",), "Zoe", "Todo")).request
    verbs.admit(actor=officer, request=row, identity="INE")
    search = searching.begin_search(actor=officer, request=row, asked=ASKED, patience=60)
    key = f"servicedesk.ticket:{case.pk}"
    assert key in {f.key for g in gathering.gathered(actor=officer, search=search) for f in g.rows}
    gathering.tick(actor=officer, request=row, asked=ASKED, ticked=[key], offered=[key])
    verbs.resolve(actor=officer, request=row, text="Procede")
    row = SubjectRequest.objects.select_related("case").get(pk=row.pk)
    erasing.cancel_findings(actor=officer, request=row, folio=row.case.folio)
    return row


def test_while_the_years_run_it_is_blocked_with_the_rule(d: Desk) -> None:
    case = closed(d, 364)
    kept(case, 1)
    found = cancelled(d, case).findings.get()
    assert found.outcome == "kept" and "8S.2" in found.reason and "se conservan hasta el" in found.reason
    assert Ticket.objects.get(case=case).requester_name == "Zoe Núñez Ríos"


@pytest.mark.parametrize("years", [None, 1])
def test_afterwards_or_where_nothing_obliges_it_may_go(d: Desk, years: int | None) -> None:
    case = closed(d, 367)
    if years:
        kept(case, years)
    assert cancelled(d, case).findings.get().outcome == "erased"
    row = Ticket.objects.get(case=case)
    assert (row.requester_name, row.requester_email) == (GONE, "")


def test_it_is_kept_to_the_day(d: Desk) -> None:
    case = closed(d)
    kept(case, 5)
    case.closed_at = timezone.now().replace(year=timezone.now().year - 5) + timedelta(days=1)
    assert held_case(case)
    case.closed_at -= timedelta(days=1)
    assert not held_case(case)


def test_a_term_says_by_which_rule(d: Desk) -> None:
    case = closed(d)
    with pytest.raises(IntegrityError), transaction.atomic():
        kept(case, 5, "")
    with pytest.raises(Refused) as refused:
        _service(Service(name="Correo", keep_years=5))
    assert refused.value.field == "keep_source"
