"""The desk's registered measures tell what the monthly report tells, by unit in charge; satisfaction with how many answered."""
from datetime import date, timedelta
from uuid import UUID

import pytest
import time_machine

from ventanilla.core.cases.models import Case
from ventanilla.core.indicators.reading import series, total
from ventanilla.core.questionnaires.services import AnswersDraft, InstrumentDraft, create_instrument, publish, record_answers
from ventanilla.modules.servicedesk.models import OfferingVersion
from ventanilla.modules.servicedesk.services.reports import Period, Scope, monthly_report
from ventanilla.modules.servicedesk.services.reports.satisfaction import satisfaction
from ventanilla.modules.servicedesk.tests.desk import desk
from ventanilla.modules.servicedesk.tests.reports.test_monthly import FIRST, lived

pytestmark = pytest.mark.django_db
SEPTEMBER, OCTOBER = (date(2026, 9, 1), date(2026, 9, 30)), (date(2026, 10, 1), date(2026, 10, 31))


def test_attended_and_in_term_equal_the_monthly_report_and_move_with_their_unit() -> None:
    d = desk()
    for _evening in lived(d, seed=7, days=24):
        pass
    units = [d.world.north.pk, d.world.north_1.pk]
    with time_machine.travel(FIRST + timedelta(days=40), tick=False):
        for month, text in ((SEPTEMBER, "2026-09"), (OCTOBER, "2026-10")):
            told = monthly_report(Scope(d.world.institution), Period.parse(text)).total.values
            assert told["attended"] == total("desk_attended", units, *month)
            assert (told["resolve_promised"], told["resolve_met"]) == (
                total("desk_in_term", units, *month), total("desk_in_term", units, *month, part="on_time"))
            parts = {p.key: p.value for p in series("desk_attended", units, *month, period="between", by="part")}
            assert sum(parts.values()) == told["attended"] and set(parts) <= {"request", "incident"}
        both = [total("desk_attended", [unit], *OCTOBER) for unit in units]
        assert sum(both) == total("desk_attended", units, *OCTOBER)
        days = series("desk_attended", units, SEPTEMBER[0], OCTOBER[1])
        assert sum(p.value for p in days) == total("desk_attended", units, SEPTEMBER[0], OCTOBER[1]) and days
        assert series("desk_attended", [d.world.south.pk], *OCTOBER) == []


LEVELS = [("muy_satisfecho", "Muy satisfecho", 4), ("satisfecho", "Satisfecho", 3), ("regular", "Regular", 2), ("malo", "Insatisfecho", 1),
          ("pesimo", "Muy insatisfecho", 0)]


def test_satisfaction_with_how_many_answered() -> None:
    d = desk()
    made = create_instrument(actor=None, institution=d.world.institution, draft=InstrumentDraft("Encuesta", "survey", definition={
        "sections": [{"key": "s", "title": "Servicio", "fields": [{
            "key": "nivel", "type": "scale", "label": "¿Qué tan satisfecha está?", "required": True,
            "choices": [{"value": v, "label": label, "score": n} for v, label, n in LEVELS]}]}]}))
    survey = publish(actor=None, version=made.versions.get())
    OfferingVersion.objects.create(institution=d.world.institution, offering=d.version.offering, number=2, state="retired", team=d.first,
                                   level=d.level, survey=survey, published_at=FIRST)
    with time_machine.travel(FIRST, tick=False):
        cases = [d.ticket() for _n in range(6)]
        said = ["muy_satisfecho", "muy_satisfecho", "muy_satisfecho", "satisfecho", "regular", "pesimo"]
        record_answers(actor=None, drafts=[AnswersDraft(survey, {"nivel": level}, case, d.asker, "link", FIRST, UUID(int=n + 1, version=4))
                                           for n, (level, case) in enumerate(zip(said, cases, strict=True))])
        unit = [Case.objects.get(pk=cases[0].pk).unit_id]
        assert {p.key: p.value for p in series("desk_surveys", unit, *SEPTEMBER, period="between", by="part")} == {
            "very": 3, "satisfied": 1, "not": 2}
        assert (total("desk_satisfied", unit, *SEPTEMBER), total("desk_surveys", unit, *SEPTEMBER)) == (4, 6)
        assert total("desk_surveys", unit, *OCTOBER) == 0
    with time_machine.travel(FIRST + timedelta(days=40), tick=False):
        found = satisfaction(Scope(d.world.institution), Period.parse("2026-09"))
        assert found.n == 6 and found.levels[0].count == total("desk_surveys", unit, *SEPTEMBER, part="very")
