"""Periods without changes that repeat: what they forbid, their next times, working days of the calendar, other zones, their pages."""
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.pages import as_, text

from ventanilla.core.audit.models import Entry
from ventanilla.core.orgs.services.setup import NotAllowed, Refused
from ventanilla.core.workdays.services import version_for
from ventanilla.modules.servicedesk.models import Blackout
from ventanilla.modules.servicedesk.services.blackouts import Repeat, following, in_words, repeat_of, working_days
from ventanilla.modules.servicedesk.services.clearing import BlackoutDraft, save_blackout, skip_date
from ventanilla.modules.servicedesk.services.collisions import collisions_of
from ventanilla.modules.servicedesk.tests.cmdb.floor import Floor, floor

pytestmark = pytest.mark.django_db
MEXICO = ZoneInfo("America/Mexico_City")
SATURDAY = datetime(2026, 11, 21, 12, 0, tzinfo=MEXICO)


@pytest.fixture
def f() -> Floor:
    with time_machine.travel(SATURDAY, tick=False):
        yield floor()


def at(*parts: int, zone: ZoneInfo = MEXICO) -> datetime:
    return datetime(*parts, tzinfo=zone)  # type: ignore[misc,arg-type]


def period(f: Floor, rule: str, since: datetime, ends: datetime, *, scope: dict[str, Any] | None = None, **extra: Any) -> Blackout:
    return save_blackout(actor=f.d.manager, draft=BlackoutDraft("Ventana", "Corre la nómina", since, ends, repeat=Repeat(rule, **extra),
                                                                **(scope or {})))


def test_a_change_meets_the_times_of_a_period_that_repeats_and_not_the_hours_between(f: Floor) -> None:
    period(f, "FREQ=WEEKLY;BYDAY=FR,SA", at(2026, 11, 21, 22), at(2026, 11, 22, 6))

    def met(since: datetime, hours: int = 2) -> list[tuple[datetime, Any]]:
        found = collisions_of(f.change(f.base), f.d.agent, (since, since + timedelta(hours=hours)))
        return [(c.since, c.why) for c in found if c.kind == "blackout"]

    assert met(at(2026, 11, 22, 5)) == [(at(2026, 11, 21, 22), ["Cada viernes y sábado"])]
    assert met(at(2026, 11, 22, 6)) == [] == met(at(2026, 11, 25, 23))
    assert len(met(at(2031, 3, 1, 1))) == 1, "years later too"
    assert [m[0] for m in met(at(2026, 12, 1), 24 * 31)][:3] == [at(2026, 12, 4, 22), at(2026, 12, 5, 22), at(2026, 12, 11, 22)]
    assert len(met(at(2026, 12, 1), 24 * 400)) == 20, "bounded"
    Blackout.objects.all().delete()
    period(f, "FREQ=WEEKLY;BYDAY=SU", at(2026, 11, 22), at(2026, 11, 23), scope={"item": f.pay})
    by_item = collisions_of(f.change(f.base), f.d.agent, (at(2026, 12, 6, 3), at(2026, 12, 6, 4)))
    assert by_item[0].why[0] == "Cada domingo" and by_item[0].why[-1] == "Pago de mensualidades depende de Sistema de pagos"
    with CaptureQueriesContext(connection) as one:
        collisions_of(f.change(f.lonely), f.d.agent, (at(2026, 12, 6, 3), at(2026, 12, 6, 4)))
    for _n in range(5):
        period(f, "FREQ=WEEKLY;BYDAY=SU", at(2026, 11, 22), at(2026, 11, 23))
    with CaptureQueriesContext(connection) as many:
        collisions_of(f.change(f.lonely), f.d.agent, (at(2026, 12, 6, 3), at(2026, 12, 6, 4)))
    assert len(many) <= len(one), "the same number of queries, or fewer"


def test_working_days_are_those_of_the_institutions_calendar(f: Floor) -> None:
    working = working_days(f.d.world.institution.pk)
    assert working(date(2026, 11, 20)) and not working(date(2026, 11, 21)) and not working(date(2026, 12, 25))
    assert version_for(f.d.world.root) and not working(date(2026, 11, 16)), "the third Monday of November"
    last = period(f, "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", at(2026, 11, 1, 8), at(2026, 11, 1, 20), workdays=True)
    assert last.starts_at == at(2026, 11, 30, 8) and in_words(last) == "El último día hábil de cada mes"
    payday = period(f, "FREQ=MONTHLY;BYMONTHDAY=15,-1", at(2026, 11, 1, 8), at(2026, 11, 1, 20), workdays=True)
    assert [t.day for t in following(payday, SATURDAY, 3)] == [date(2026, 11, 30), date(2026, 12, 15), date(2026, 12, 31)]
    assert payday.starts_at == at(2026, 11, 13, 8), "the 15th is a Sunday"
    assert in_words(payday) == "Los días 15 y último de cada mes, o el día hábil anterior"
    year = period(f, "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24", at(2026, 12, 24), at(2026, 12, 26), until=date(2028, 12, 31))
    assert [t.day.year for t in following(year, SATURDAY, 9)] == [2026, 2027, 2028] and repeat_of(year).until == date(2028, 12, 31)
    assert in_words(year) == "Cada año el 24 de diciembre, hasta el 31 de diciembre de 2028"
    for rule, words in (("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "Cada 2 semanas: lunes"), ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "De lunes a viernes"),
                        ("FREQ=MONTHLY;BYDAY=SA;BYSETPOS=2", "El segundo sábado de cada mes")):
        assert in_words(Blackout(rule=rule, zone="UTC")) == words


def test_hours_of_another_zone_hold_across_its_change_of_clocks(f: Floor) -> None:
    """A provider in New York works on Sundays from 2 to 4 of its own clock; there the hour changes, here it does not."""
    york = ZoneInfo("America/New_York")
    row = period(f, "FREQ=WEEKLY;BYDAY=SU", at(2027, 3, 7, 2, zone=york), at(2027, 3, 7, 4, zone=york), zone="America/New_York")
    found = [t.since.astimezone(MEXICO).hour for t in following(row, at(2027, 3, 1), 3)]
    assert found == [1, 0, 0] and {t.until.astimezone(york).hour for t in following(row, at(2027, 3, 1), 3)} == {4}
    assert [c.kind for c in collisions_of(f.change(f.base), f.d.agent, (at(2027, 3, 21, 0, 30), at(2027, 3, 21, 1)))] == ["blackout"]
    assert collisions_of(f.change(f.lonely), f.d.agent, (at(2027, 3, 21, 2, 30), at(2027, 3, 21, 3))) == []


def test_one_date_is_taken_out_and_put_back(f: Floor) -> None:
    row = period(f, "FREQ=WEEKLY;BYDAY=SU", at(2026, 11, 22, 8), at(2026, 11, 22, 10))
    window = (at(2026, 11, 29, 8), at(2026, 11, 29, 9))
    case = f.change(f.base)
    with pytest.raises(Refused):
        skip_date(actor=f.d.manager, blackout=row, day=date(2026, 11, 30))
    with pytest.raises(NotAllowed):
        skip_date(actor=f.d.asker, blackout=row, day=date(2026, 11, 29))
    skip_date(actor=f.d.manager, blackout=row, day=date(2026, 11, 29))
    assert collisions_of(case, f.d.agent, window) == []
    row.refresh_from_db()
    assert [t.day.day for t in following(row, SATURDAY, 2)] == [22, 6]
    skip_date(actor=f.d.manager, blackout=row, day=date(2026, 11, 29), skipped=False)
    assert len(collisions_of(case, f.d.agent, window)) == 1
    assert set(Entry.objects.values_list("verb", flat=True)) >= {"blackout.skip", "blackout.unskip"}


def test_what_is_refused(f: Floor) -> None:
    ok = (at(2026, 11, 22, 8), at(2026, 11, 22, 10))
    for rule, extra, field in (("FREQ=DAILY", {}, "rule"), ("FREQ=WEEKLY;BYDAY=SU", {"zone": "Marte/Norte"}, "zone"),
                               ("FREQ=WEEKLY;BYDAY=SU", {"until": date(2026, 11, 1)}, "until"), ("", {}, "rule")):
        with pytest.raises(Refused) as refused:
            period(f, rule, *ok, **extra)
        assert refused.value.field == field, rule
    with pytest.raises(Refused):
        period(f, "FREQ=MONTHLY;BYMONTHDAY=1", at(2026, 11, 22), at(2026, 12, 30))
    with pytest.raises(IntegrityError), transaction.atomic():
        Blackout.objects.create(institution=f.d.world.institution, name="x", reason="y", starts_at=ok[0], ends_at=ok[1], last_at=ok[1])


def test_the_pages_draw_what_repeats_with_its_next_dates(f: Floor) -> None:
    manager = as_(f.d.manager)
    said = {"uuid": "6f1c1f86-7777-4777-8777-777777777777", "name": "Respaldo", "reason": "Se copia todo", "starts_at": "2026-11-21T22:00",
            "ends_at": "2026-11-22T06:00", "type": "", "item": "", "shape": "week", "weekdays": ["4", "5"], "interval": "1", "until_day": "",
            "zone": "America/Mexico_City", "nth": "-1", "nth_day": "habil", "month_days": ""}
    wrong = manager.post(reverse("blackout_new"), {**said, "weekdays": []})
    assert wrong.status_code == 422 and "Elija en qué días se repite." in wrong.content.decode()
    assert manager.post(reverse("blackout_new"), said).status_code == 302
    row = Blackout.objects.get()
    assert (row.rule, row.starts_at) == ("FREQ=WEEKLY;BYDAY=FR,SA", at(2026, 11, 21, 22))
    shown = text(manager.get(reverse("blackouts")))
    assert "Cada viernes y sábado" in shown and "de 22:00 a 06:00" in shown and "viernes 27 de noviembre de 2026 a las 22:00" in shown
    assert "Noviembre 2026" in shown and "Enero 2027" in shown and shown.count('class="held"') > 15 and "Se copia todo" in shown
    assert "Quitar sólo esta fecha" not in text(as_(f.d.engineer).get(reverse("blackouts")))
    off = reverse("blackout_off", args=[row.pk])
    assert manager.post(off, {"dia": "2026-11-27"}).status_code == 302 and manager.post(off, {"dia": "nunca"}).status_code == 302
    assert "No ocurre el 27 de noviembre de 2026." in text(manager.get(reverse("blackouts")))
    manager.post(off, {"dia": "2026-11-27", "volver": "1"})
    row.refresh_from_db()
    assert row.skipped == [] and row.active
    edit = reverse("blackout", args=[row.pk])
    page = text(manager.get(edit))
    assert 'value="2026-11-21T22:00"' in page and page.count("checked") >= 3
    other = {**said, "shape": "nth", "zone": "America/Tijuana", "starts_at": "2026-11-21T22:00", "ends_at": "2026-11-21T23:00"}
    assert manager.post(edit, other).status_code == 302
    row.refresh_from_db()
    assert (row.rule, row.workdays) == ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", True)
    assert row.starts_at == at(2026, 11, 30, 22, zone=ZoneInfo("America/Tijuana")) and "hora de Tijuana" in text(manager.get(reverse("blackouts")))
    assert 'value="2026-11-30T22:00"' in text(manager.get(edit)), "in the hours of its zone"
    for shape, rule in (("days", "FREQ=MONTHLY;BYMONTHDAY=-1,15"), ("year", "FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=21"), ("", "")):
        assert manager.post(edit, {**said, "uuid": uuid4(), "shape": shape, "month_days": "15, último"}).status_code == 302
        row.refresh_from_db()
        assert row.rule == rule
    assert manager.post(edit, {**said, "shape": "days", "month_days": "mañana"}).status_code == 422
