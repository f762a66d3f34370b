"""Live evidence: an indicator equals an independent count, carries its proof, and never overwrites what somebody wrote; campaigns too."""
import hashlib
import json
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override
from tests import make

from ventanilla.core.cases.models import Case
from ventanilla.core.cases.services import take_step
from ventanilla.core.notices.models import Notice
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.modules.practices.models import Campaign, IndicatorValue, Measurement, MeasurementPlan, Practice
from ventanilla.modules.practices.periods import between, following, starting
from ventanilla.modules.practices.services import campaigns, evidence, lifecycle, lifecycle_measuring
from ventanilla.modules.practices.tests.life import Registry, registry

pytestmark = pytest.mark.django_db
LAST_MONTH = starting("month", timezone.localdate().replace(day=1) - timedelta(days=1))


def letters(r: Registry, month: tuple[date, date], n: int) -> list[Case]:
    return [make.letter(r.world, actor=r.author, unit=r.world.north, received_at=make.at(month[0] + timedelta(days=d))) for d in range(n)]


def bound(r: Registry, practice: Practice, **given: object) -> evidence.Indicator:
    draft = {"name": "Documentos recibidos", "measure": "letters", "part": "incoming", "units": [r.world.north], "since": LAST_MONTH[0],
             **given}
    return evidence.save_indicator(actor=r.author, practice=practice, draft=evidence.IndicatorDraft(**draft))  # type: ignore[arg-type]


def test_periods() -> None:
    assert starting("quarter", date(2026, 11, 21)) == (date(2026, 10, 1), date(2026, 12, 31))
    assert starting("year", date(2024, 2, 29)) == (date(2024, 1, 1), date(2024, 12, 31))
    assert following("month", (date(2025, 12, 1), date(2025, 12, 31))) == (date(2026, 1, 1), date(2026, 1, 31))
    assert [p[0].month for p in between("month", date(2026, 1, 15), date(2026, 3, 30))] == [1, 2]


def test_a_value_equals_a_recount_and_shows_how_it_was_made() -> None:
    r = registry()
    practice = r.practice()
    cases = letters(r, LAST_MONTH, 3)
    row = bound(r, practice)
    value = evidence.values_of(row).get()
    counted = Case.objects.filter(unit=r.world.north, kind="letter", received_at__date__range=LAST_MONTH).count()
    assert (value.value, counted) == (3, 3)
    proof = json.dumps({"spec": value.spec, "rows": value.rows}, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert value.digest == hashlib.sha256(proof.encode()).hexdigest()
    assert evidence.refresh_indicators([row]) == 0, "nothing changed"
    take_step(actor=r.author, case=cases[0], step="cancel", reason="Repetido")
    assert evidence.refresh_indicators([row]) == 1
    assert [v.value for v in IndicatorValue.objects.filter(indicator=row).order_by("pk")] == [3, 2], "the earlier one stays"
    assert evidence.values_of(row).get().value == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        IndicatorValue.objects.filter(pk=value.pk).update(value=9)
    assert Practice.objects.get(pk=practice.pk).with_evidence


def test_what_was_written_stays_beside_what_was_counted() -> None:
    r = registry()
    practice = r.practice()
    letters(r, LAST_MONTH, 2)
    row = bound(r, practice)
    evidence.state_value(actor=r.author, indicator=row, period=LAST_MONTH, value=Decimal(5), source="Informe")
    found = evidence.reported(row)[0]
    assert (found.differs, found.value, found.stated.value if found.stated else 0) == (True, 2, 5)
    evidence.refresh_indicators([row])
    assert evidence.reported(row)[0].differs
    share = bound(r, practice, name="Externos", per_measure="letters", uuid=UUID(int=5))
    assert evidence.values_of(share).get().value == 100
    with pytest.raises(NotAllowed):
        bound(r, practice, units=[r.world.south])
    with pytest.raises(Refused, match="no existe"):
        bound(r, practice, measure="nada")
    with pytest.raises(NotAllowed):
        evidence.state_value(actor=r.reviewer, indicator=row, period=LAST_MONTH, value=Decimal(1))


def test_a_goal_in_prose_waits_and_one_with_structure_is_computed() -> None:
    r = registry()
    practice = r.practice()
    letters(r, LAST_MONTH, 3)
    row = bound(r, practice)
    prose = evidence.save_target(actor=r.author, practice=practice, draft=evidence.TargetDraft("Recibir todo"))
    assert evidence.fulfilment(prose).waits
    assert evidence.fulfilled(practice) is None
    with pytest.raises(Refused, match="indicador, valor y periodo"):
        evidence.save_target(actor=r.author, practice=practice, draft=evidence.TargetDraft("x", value=Decimal(3)))
    goal = evidence.save_target(actor=r.author, practice=practice, target=prose, draft=evidence.TargetDraft(
        "", row, Decimal(4), period=LAST_MONTH))
    assert (goal.prose, evidence.fulfilment(goal).percent) == ("Recibir todo", 75)
    most = evidence.save_target(actor=r.author, practice=practice, draft=evidence.TargetDraft("", row, Decimal(2), "most", LAST_MONTH))
    assert evidence.fulfilment(most).percent == Decimal("66.67")
    assert evidence.fulfilled(practice) == Decimal("70.84"), "the mean of 75 and 66.67, half to even"


def test_a_measurement_is_opened_once_per_period_and_handed_in_with_its_values() -> None:
    r = registry()
    practice = r.registered()
    plan = lifecycle_measuring.plan_measurement(actor=r.author, practice=practice, frequency="month", days=10, since=LAST_MONTH[0])
    assert plan.next_start == LAST_MONTH[0]
    (case,) = lifecycle_measuring.open_measurements()
    assert not lifecycle_measuring.open_measurements()
    assert case.due_at is not None
    assert (case.assignee, case.unit) == (r.author, r.world.north)
    MeasurementPlan.objects.update(next_start=LAST_MONTH[0])
    assert lifecycle_measuring.open_measurements() == [case], "the same task, not another"
    with pytest.raises(Refused, match="al menos un valor"):
        lifecycle_measuring.hand_in(actor=r.author, case=case, text="")
    letters(r, LAST_MONTH, 1)
    bound(r, practice)
    lifecycle_measuring.hand_in(actor=r.author, case=case, text="Va bien")
    practice.refresh_from_db()
    assert practice.measured_at
    assert Case.objects.get(pk=case.pk).state == "measured"
    lifecycle_measuring.give_back(actor=r.keeper, case=case, reason="Falta explicar")
    lifecycle_measuring.waive(actor=r.keeper, case=case, reason="No operó")
    assert Measurement.objects.get(case=case).case.state == "waived"
    again = lifecycle_measuring.plan_measurement(actor=r.author, practice=practice, frequency="month", days=5, since=LAST_MONTH[0])
    assert again.next_start > LAST_MONTH[1], "what was measured is not measured again"


def campaign(r: Registry) -> Campaign:
    day = timezone.localdate()
    return campaigns.save_campaign(actor=r.keeper, institution=r.world.institution, draft=campaigns.CampaignDraft(
        "Buenas prácticas", "Se convoca", day, day + timedelta(days=30), day + timedelta(days=60), day + timedelta(days=70), [5, 1]))


def test_a_campaign_is_called_reminds_and_ends_in_a_ranking_that_stays() -> None:
    r = registry()
    row = campaign(r)
    with pytest.raises(NotAllowed):
        campaigns.call(actor=r.author, campaign=row)
    with pytest.raises(Refused, match="no está abierta"):
        r.presented(campaign=row)
    with override("en"):
        campaigns.call(actor=r.keeper, campaign=row)
    called = Notice.objects.get(person=r.author, kind="practice")
    assert called.title == "Convocatoria abierta: Buenas prácticas", "Spanish whatever who calls reads"
    assert called.body.startswith("Puede presentar prácticas hasta el ")
    first = r.presented(campaign=Campaign.objects.get(pk=row.pk))
    r.evaluated(first, 2, 2)
    second = r.presented(r.practice(nombre="Otra práctica"), campaign=Campaign.objects.get(pk=row.pk))
    r.evaluated(second, 4, 4)
    r.practice(nombre="Sin presentar")
    assert campaigns.remind(row.closes_on - timedelta(days=20)) == 0
    assert campaigns.remind(row.closes_on - timedelta(days=5)) == 1
    assert campaigns.remind(row.closes_on - timedelta(days=4)) in (0, 1)
    assert Notice.objects.filter(person=r.author, dedupe__contains=":left:5").count() == 1
    lifecycle.register_practice(actor=r.keeper, case=first, ruling="Procede")
    campaigns.close(actor=r.keeper, campaign=row)
    with pytest.raises(Refused, match="sin dictamen"):
        campaigns.publish_ranking(actor=r.keeper, campaign=row)
    lifecycle.register_practice(actor=r.keeper, case=second, ruling="Procede")
    with override("en"):
        done = campaigns.publish_ranking(actor=r.keeper, campaign=row)
    assert Notice.objects.get(person=r.author, dedupe__contains=":published").title == "Se publicó la clasificación: Buenas prácticas"
    assert [(p.place, p.practice.title, float(p.score)) for p in done.ranking.select_related("practice")] == [
        (1, "Otra práctica", 100.0), (2, "Ventanilla única de trámites", 50.0)]
    with pytest.raises(IntegrityError), transaction.atomic():
        done.ranking.update(place=1)
