"""Who opposed is not written to by the desk any more, until they ask for it again."""
import pytest
from django.utils import timezone

from ventanilla.core.privacy.models import Opposition
from ventanilla.core.privacy.services import requests as verbs
from ventanilla.modules.servicedesk.services.mail.guests import guests_of
from ventanilla.modules.servicedesk.tests.desk import desk

pytestmark = pytest.mark.django_db


def test_a_guest_who_opposed_is_not_written_to() -> None:
    d = desk()
    case = d.ticket(actor=d.agent, requester=None, requester_name="Zoe", requester_email="Zoe@example.com")
    assert guests_of([case.pk])[case.pk] == ["Zoe@example.com"]
    here = case.institution
    verbs.choose_desk(actor=None, institution=here, terms=verbs.DeskTerms(case.unit, source="Ley"))
    row = verbs.register_request(actor=None, institution=here, draft=verbs.RequestDraft(("opposition",), "Zoe", "No más")).request
    Opposition.objects.create(institution=here, request=row, email="zoe@example.com", since=timezone.now())
    assert guests_of([case.pk])[case.pk] == []
    Opposition.objects.update(lifted_at=timezone.now())
    assert guests_of([case.pk])[case.pk] == ["Zoe@example.com"]
