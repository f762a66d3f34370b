"""Notices: versions that never change, the one in force on a day, and receipts that are written once."""
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from ventanilla.core.orgs.services.roles import Settings, update_institution
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.core.privacy.models import PrivacyNotice, Receipt
from ventanilla.core.privacy.services import notices as verbs
from ventanilla.core.privacy.tests.making import Office, office

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def o() -> Office:
    return office()


def test_a_published_version_is_fixed_by_the_database(o: Office) -> None:
    made = o.publish()
    for change in ({"integral": "Otra cosa"}, {"valid_from": date(2020, 1, 1)}, {"published_at": None, "number": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PrivacyNotice.objects.filter(pk=made.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        PrivacyNotice.objects.filter(pk=made.pk).delete()


def test_the_one_in_force_without_a_query(o: Office, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    first = o.publish()
    later = o.publish(valid_from=TODAY() + timedelta(days=10))
    institution = o.w.institution
    with django_assert_num_queries(0):
        assert institution.notice_on(TODAY()) == first.pk
        assert institution.notice_on(TODAY() + timedelta(days=10)) == later.pk
        assert institution.notice_on(TODAY() - timedelta(days=1)) is None
    assert verbs.notice_in_force(institution) == first
    assert verbs.notice_in_force(institution, TODAY() + timedelta(days=10)) == later


def test_settings_of_the_institution_do_not_forget_the_notice(o: Office) -> None:
    made = o.publish()
    update_institution(actor=None, institution=o.w.institution, settings=Settings("Otro nombre", "ON"))
    o.w.institution.refresh_from_db()
    assert o.w.institution.notice_on(TODAY()) == made.pk


def test_what_is_missing_is_said_at_its_field(o: Office) -> None:
    wrong = [({"simplified": ""}, "simplified"), ({"integral": " "}, "integral"), ({"valid_from": None}, "valid_from"),
             ({"valid_from": TODAY() - timedelta(days=1)}, "valid_from")]
    for change, field in wrong:
        with pytest.raises(Refused) as refused:
            o.publish(**change)
        assert refused.value.field == field
    o.publish(valid_from=TODAY() + timedelta(days=5), changes="")
    with pytest.raises(Refused) as refused:
        o.publish()
    assert refused.value.field == "valid_from"
    with pytest.raises(Refused) as refused:
        o.publish(valid_from=TODAY() + timedelta(days=5), changes="")
    assert refused.value.field == "changes"


def test_who_may(o: Office) -> None:
    text = verbs.NoticeText("a", "b")
    for person in (o.w.head, o.w.admin, o.w.staff):
        with pytest.raises(NotAllowed):
            verbs.save_notice(actor=person, institution=o.w.institution, text=text)
    verbs.save_notice(actor=o.officer, institution=o.w.institution, text=text)
    with pytest.raises(NotAllowed):
        verbs.save_notice(actor=o.officer, institution=office().w.institution, text=text)


def test_a_receipt_is_written_once_and_never_changed(o: Office) -> None:
    made = o.publish()
    o.officer.institution = o.w.institution
    one, again = (verbs.acknowledge(actor=o.officer, notice=made) for _n in range(2))
    assert one == again and one.source == "sign_in"
    ref = uuid4()
    with_answer = verbs.leave_receipt(institution=o.w.institution, source="survey", ref=ref, notice_id=made.pk)
    assert with_answer == verbs.leave_receipt(institution=o.w.institution, source="survey", ref=ref)
    for change in (lambda: Receipt.objects.filter(pk=one.pk).update(at=timezone.now()), lambda: Receipt.objects.filter(pk=one.pk).delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_nobody_acknowledges_what_is_not_in_force(o: Office) -> None:
    made = o.publish(valid_from=TODAY() + timedelta(days=3))
    with pytest.raises(NotAllowed):
        verbs.acknowledge(actor=o.officer, notice=made)
    assert verbs.leave_receipt(institution=o.w.institution, source="survey", ref=uuid4()) is None
