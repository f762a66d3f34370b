"""What a light says beside its shape: working days, by the calendar of the matter's own unit, without a query a row."""
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import monotonic
from types import SimpleNamespace

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests import make

from ventanilla.core.cases.models import Case
from ventanilla.core.cases.terms import Term
from ventanilla.core.workdays.services import create_calendar, versions_for
from ventanilla.web.screens import calendars
from ventanilla.web.screens.columns import light_of
from ventanilla.web.ui.formats import due_words

pytestmark = pytest.mark.django_db
FRIDAY = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)  # 10 in the morning in Mexico City


@pytest.fixture
def w():
    calendars._kept.clear()
    return make.world()


def shown(case):
    row = Case.objects.select_related("unit").get(pk=case.pk)
    return light_of(row)


@pytest.mark.parametrize(("versions", "path", "found"), [
    ({None: 1}, [5, 6], 1), ({None: 1, 5: 2}, [5, 6], 2), ({None: 1, 5: 2, 6: 3}, [5, 6], 3), ({5: 2}, [5, 6], 2), ({5: 2}, [7], 0),
    ({None: 1, 5: 2}, None, 1)])
def test_the_nearest_calendar_above_a_unit_counts(monkeypatch, versions, path, found):
    monkeypatch.setitem(calendars._kept, 0, (monotonic(), versions))
    assert calendars.version_of(SimpleNamespace(institution_id=0, unit=None if path is None else SimpleNamespace(path=path))) == found


@time_machine.travel(FRIDAY, tick=False)
def test_a_weekend_does_not_count(w):
    case = make.letter(w, term=Term(3), received_at=FRIDAY)
    assert due_words(shown(case)) == "Vence en 3 días hábiles"  # five days of the wall calendar
    with time_machine.travel(FRIDAY + timedelta(days=10), tick=False):
        assert due_words(shown(case)) == "Vencido hace 3 días hábiles"


@time_machine.travel(FRIDAY, tick=False)
def test_a_unit_with_its_own_calendar_counts_by_it(w):
    from ventanilla.core.workdays.services.publishing import publish_version, standard_draft

    own = create_calendar(actor=None, institution=w.institution, name="Guardia", unit=w.north)
    version = publish_version(actor=None, calendar=own, draft=standard_draft())
    below = make.letter(w, actor=w.north_1_head, unit=w.north_1, term=Term(2), received_at=FRIDAY)
    above = make.letter(w, term=Term(2), received_at=FRIDAY)
    general = versions_for([w.root])[w.root.pk].pk
    assert (shown(below).version, shown(above).version) == (version.pk, general) and version.pk != general


@time_machine.travel(FRIDAY, tick=False)
def test_the_hours_of_a_service_count_nobody_elses_days(w):
    from ventanilla.core.workdays.models import Calendar
    from ventanilla.core.workdays.services.publishing import publish_version, standard_draft
    from ventanilla.lib.worktime import Coverage

    always = Calendar.objects.create(institution=w.institution, name="24 horas", purpose="24-7")
    hours = Coverage({day: ((0, 1440),) for day in range(7)})
    publish_version(actor=None, calendar=always, draft=replace(standard_draft(), coverage=hours))
    case = make.letter(w, term=Term(3), received_at=FRIDAY)
    assert shown(case).version == versions_for([w.root])[w.root.pk].pk and due_words(shown(case)) == "Vence en 3 días hábiles"


@time_machine.travel(FRIDAY, tick=False)
def test_many_rows_ask_once(w):
    for n in range(6):
        make.letter(w, subject=f"Asunto {n}", term=Term(3), received_at=FRIDAY)
    rows = list(Case.objects.filter(institution=w.institution).select_related("unit"))
    due_words(light_of(rows[0]))
    with CaptureQueriesContext(connection) as queries:
        assert len({due_words(light_of(row)) for row in rows}) == 1
    assert len(queries) == 0


def test_without_deadline_or_after_the_end_it_is_the_word_of_the_light(w):
    case = make.letter(w)
    assert due_words(shown(case)) == "Sin plazo" and shown(case).version == 0


@pytest.mark.parametrize("due", [datetime(1950, 1, 2, tzinfo=UTC), datetime(2150, 1, 2, tzinfo=UTC)])
def test_a_moment_outside_the_calendar_is_still_told(w, due):
    case = make.letter(w)
    Case.objects.filter(pk=case.pk).update(due_at=due, amber_at=due)
    assert due_words(shown(case)).startswith("Venc" if due < timezone.now() else "Vence")
