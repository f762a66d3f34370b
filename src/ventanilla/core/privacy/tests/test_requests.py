"""Requests about personal data: their states, who may do what, and their two clocks, against days counted by hand."""
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from tests import make
from time_machine import TimeMachineFixture

from ventanilla.core.cases.models import Case, Clock, Move
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.core.privacy.models import PrivacyDesk, SubjectRequest
from ventanilla.core.privacy.services import requests as verbs
from ventanilla.core.privacy.tests.making import Office, office

pytestmark = pytest.mark.django_db
MONDAY = make.at(date(2026, 3, 2))


@pytest.fixture
def o() -> Office:
    """An institution whose transparency unit attends requests."""
    return office()


def test_a_person_registers_without_an_account_and_follows_it_by_folio_and_key(o: Office) -> None:
    made = verbs.register_request(actor=None, institution=o.w.institution, draft=o.draft())
    assert made.request.case.folio.startswith("ARCO/0001/") and made.request.case.level == 2
    assert "María" not in made.request.case.subject
    assert verbs.by_key(made.key, made.request.case.folio) == made.request
    assert verbs.by_key(made.key.lower(), f" {made.request.case.folio.lower()} ") == made.request
    assert verbs.by_key(made.key, "ARCO/0002/2026") is None and verbs.by_key("A" * 16, made.request.case.folio) is None
    assert made.key not in str(SubjectRequest.objects.values()), "only its digest is kept"


def test_the_same_form_again_is_one_request_and_for_a_while_the_same_key(o: Office, time_machine: TimeMachineFixture) -> None:
    """A double click, or an answer that got lost, must not leave the person without the key; later nobody gets it from the form."""
    time_machine.move_to(MONDAY, tick=False)
    draft = o.draft()
    first, again = (verbs.register_request(actor=None, institution=o.w.institution, draft=draft) for _n in range(2))
    assert again == first and verbs.by_key(again.key) == first.request
    time_machine.move_to(MONDAY + verbs.KEY_AGAIN, tick=False)
    later = verbs.register_request(actor=None, institution=o.w.institution, draft=draft)
    assert (later.request, later.key) == (first.request, "") and Case.objects.filter(kind="subject_request").count() == 1


def test_keys_are_even_and_the_secret_makes_them(o: Office, settings: Any) -> None:
    form = uuid4()
    key = verbs.key_of(form)
    seen = Counter("".join(verbs.key_of(uuid4()) for _n in range(2000)))
    assert len(key) == verbs.KEY_LENGTH and set(seen) == set(verbs.KEY_LETTERS) and min(seen.values()) > max(seen.values()) * 0.7
    settings.SECRET_KEY = "otra"
    assert verbs.key_of(form) != key


def test_a_form_of_another_institution_is_not_answered_with_its_request(o: Office) -> None:
    draft, other = o.draft(), office()
    verbs.register_request(actor=None, institution=o.w.institution, draft=draft)
    with pytest.raises(NotAllowed):
        verbs.register_request(actor=None, institution=other.w.institution, draft=draft)


def test_only_the_officer_of_the_unit_in_charge_registers_and_works(o: Office) -> None:
    with pytest.raises(NotAllowed):
        verbs.register_request(actor=o.w.admin, institution=o.w.institution, draft=o.draft())
    row = o.request()
    for person in (o.w.admin, o.w.north_head, o.w.staff, o.w.clerk):
        with pytest.raises(NotAllowed):
            verbs.admit(actor=person, request=row, identity="INE")
    assert not Case.objects.visible_to(o.w.clerk).filter(pk=row.pk).exists(), "who reads in the unit without clearance does not see it"


def test_the_way_through(o: Office) -> None:
    row = o.request()
    verbs.require_proof(actor=o.officer, request=row, reason="Falta identificación")
    verbs.admit(actor=o.officer, request=row, identity="Credencial cotejada")
    verbs.extend_answer(actor=o.officer, request=row, reason="Son muchos archivos")
    with pytest.raises(Refused, match="ya se amplió"):
        verbs.extend_answer(actor=o.officer, request=row, reason="Otra vez")
    verbs.resolve(actor=o.officer, request=row, text="Procede")
    row = verbs.fulfil(actor=o.officer, request=row, text="Se entregó")
    case = Case.objects.get(pk=row.pk)
    assert case.state == "fulfilled" and case.closed_at and row.proven_by == o.officer
    assert list(Move.objects.filter(case=case).order_by("pk").values_list("verb", flat=True)) == [
        "register", "require", "admit", "extend", "resolve", "fulfil"]


def workdays(o: Office, since: datetime, n: int) -> date:
    """The local day on which n working days after `since` end: an oracle that only knows the calendar's closed days."""
    from ventanilla.core.workdays.models import DayException

    closed = set(DayException.objects.filter(version__calendar__institution=o.w.institution).values_list("day", flat=True))
    day = timezone.localdate(since)
    while n:
        day += timedelta(days=1)
        n -= day.weekday() < 5 and day not in closed
    return day


def test_twenty_days_ten_more_and_fifteen_to_make_it_effective(o: Office, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(MONDAY, tick=False)
    row = o.request()
    start = row.case.received_at
    assert timezone.localdate(row.case.due_at) == workdays(o, start, 20)
    verbs.admit(actor=o.officer, request=row, identity="INE")
    verbs.extend_answer(actor=o.officer, request=row, reason="Complejo")
    assert timezone.localdate(Case.objects.get(pk=row.pk).due_at) == workdays(o, start, 30)
    verbs.resolve(actor=o.officer, request=row, text="Procede")
    clocks = {c.kind: c for c in Clock.objects.filter(case=row.pk)}
    assert clocks["answer"].state == "stop" and clocks["fulfil"].state == "run"
    assert timezone.localdate(Case.objects.get(pk=row.pk).due_at) == workdays(o, clocks["fulfil"].start, 15)


@pytest.mark.parametrize("restarts", [True, False])
def test_a_requirement_interrupts_the_term_or_only_holds_it(o: Office, restarts: bool, time_machine: TimeMachineFixture) -> None:
    PrivacyDesk.objects.update(restarts=restarts)
    time_machine.move_to(MONDAY, tick=False)
    row = o.request()
    time_machine.move_to(MONDAY + timedelta(days=2), tick=False)
    verbs.require_proof(actor=o.officer, request=row, reason="Falta")
    assert Clock.objects.get(case=row.pk).state == "pause"
    time_machine.move_to(MONDAY + timedelta(days=9), tick=False)
    verbs.admit(actor=o.officer, request=row, identity="INE")
    due = timezone.localdate(Case.objects.get(pk=row.pk).due_at)
    anew = workdays(o, MONDAY + timedelta(days=9), 20)
    assert due == anew if restarts else workdays(o, MONDAY, 20) < due < anew


def test_terms_are_data(o: Office, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(MONDAY, tick=False)
    verbs.choose_desk(actor=o.w.admin, institution=o.w.institution, terms=verbs.DeskTerms(o.unit, respond_days=5, source="Ley de prueba"))
    row = o.request()
    assert timezone.localdate(row.case.due_at) == workdays(o, row.case.received_at, 5)
    with pytest.raises(NotAllowed):
        verbs.choose_desk(actor=o.w.staff, institution=o.w.institution, terms=verbs.DeskTerms(o.unit, source="x"))


def test_denied_lapsed_and_withdrawn_end_it(o: Office) -> None:
    denied, lapsed, gone = o.request(), o.request(), o.request()
    verbs.admit(actor=o.officer, request=denied, identity="INE")
    with pytest.raises(Refused, match="causa"):
        verbs.deny(actor=o.officer, request=denied, ground="porque no", reason="x")
    verbs.deny(actor=o.officer, request=denied, ground="not_held", reason="No hay registro")
    verbs.require_proof(actor=o.officer, request=lapsed, reason="Falta")
    verbs.lapse(actor=o.officer, request=lapsed, reason="No vino")
    verbs.desist(actor=None, request=gone, reason="Ya lo resolví")
    assert [Case.objects.get(pk=r.pk).state for r in (denied, lapsed, gone)] == ["denied", "lapsed", "withdrawn"]


def test_the_database_refuses_a_right_that_does_not_exist(o: Office) -> None:
    row = o.request()
    with pytest.raises(IntegrityError), transaction.atomic():
        SubjectRequest.objects.filter(pk=row.pk).update(rights=["olvido"])
    with pytest.raises(IntegrityError), transaction.atomic():
        SubjectRequest.objects.filter(pk=row.pk).update(rights=[])
    assert connection.vendor == "postgresql"
