"""Derivations: stored inputs, steps, sentences a person can check, segments that add up."""
import json
import re
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ventanilla.lib import english, spanish
from ventanilla.lib.tests.worktime_worlds import WORLDS, compiled
from ventanilla.lib.worktime import (
    Amber,
    Coverage,
    Day,
    DayCount,
    Inputs,
    Kind,
    Pause,
    Pauses,
    Term,
    Unit,
    compile_calendar,
    decide,
    elapsed,
    explain,
    federal_days,
    segments,
    sentences,
    stamp,
)

ZONE = ZoneInfo("America/Mexico_City")
HOLIDAYS = [
    Day(date(2026, 12, 21) + timedelta(n), Kind.VACATION, "periodo vacacional", "Gaceta del Gobierno")
    for n in range(12)
]
CALENDAR = compile_calendar(Coverage.office(), [*federal_days(2025, 2027), *HOLIDAYS])


def moment(day, hour, minute=0, month=11):
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


def told(start, term, pauses=(), calendar=CALENDAR, **more):
    inputs = Inputs(start, term, Amber(days=2), tuple(pauses), **more)
    return " ".join(sentences(explain(inputs, calendar), calendar))


def test_fifteen_working_days_over_a_long_weekend():
    assert told(moment(13, 16, 40), Term(15)) == (
        "Recibido el viernes 13 de noviembre de 2026 a las 16:40. El plazo es de 15 días hábiles; el día 1 "
        "es el martes 17 de noviembre de 2026. No cuentan: sábados y domingos (8 días); lunes 16 de "
        "noviembre (conmemoración del 20 de noviembre, LFT art. 74-VI). El último día del plazo es el lunes "
        "7 de diciembre de 2026. Vence el lunes 7 de diciembre de 2026 a las 18:00. El semáforo cambia a "
        "«Por vencer» el jueves 3 de diciembre de 2026 a las 9:00."
    )


def test_reception_that_counts_later_says_why():
    assert "a las 18:40, después del cierre: cuenta como recibido el siguiente día hábil." in told(
        moment(18, 18, 40), Term(1))
    assert "a las 10:00, día inhábil: cuenta como recibido" in told(moment(16, 10), Term(1))
    assert "cuenta como recibido" not in told(moment(18, 18, 40), Term(1, rule=DayCount(late="same_day")))


def test_a_vacation_period_is_one_item():
    text = told(moment(18, 10, month=12), Term(1))
    assert "del lunes 21 de diciembre de 2026 al viernes 1 de enero de 2027 (periodo vacacional, " in text
    assert "Vence el lunes 4 de enero de 2027 a las 18:00." in text


def test_pauses_are_told_with_their_reason():
    pause = Pause(moment(24, 10), moment(26, 10), "prevención")
    text = told(moment(20, 12), Term(5), [pause])
    assert "En pausa del martes 24 de noviembre de 2026 a las 10:00 al jueves 26 " in text
    assert "(prevención)." in text and "Vence el miércoles 2 de diciembre de 2026" in text


def test_without_a_deadline_it_says_so():
    running = told(moment(20, 12), Term(5), [Pause(moment(23, 10))])
    assert running.endswith("No hay fecha de vencimiento mientras dure la pausa.")
    closed = compile_calendar(Coverage({}))
    assert "No hay fecha de vencimiento: el calendario no tiene horario" in told(
        moment(20, 12), Term(5), calendar=closed)


def test_hours_tell_from_when_they_run():
    text = told(moment(13, 18, 40), Term(8, Unit.WORKHOURS))
    assert "El plazo de 8 horas hábiles corre desde el martes 17 de noviembre de 2026 a las 9:00." in text
    assert "sábado 14 de noviembre y domingo 15 de noviembre" in text


def test_a_parent_caps_the_deadline():
    inputs = Inputs(moment(13, 16), Term(15), Amber(days=2), (), moment(25, 18), "turno T-1")
    result = decide(inputs, CALENDAR)
    assert result.capped and result.due_at == moment(25, 18) and result.amber_at <= result.due_at
    assert "No puede vencer después que el asunto del que depende (turno T-1)" in told(
        moment(13, 16), Term(15), cap=moment(25, 18), cap_name="turno T-1")


def test_a_due_moment_set_by_hand_and_no_term_at_all():
    inputs = Inputs(moment(13, 16), None, Amber(fraction=0.5), by_hand=moment(18, 18))
    result = decide(Inputs.from_json(inputs.as_json()), CALENDAR)
    assert (result.due_at, result.amber_at) == (moment(18, 18), moment(17, 17))
    assert " ".join(sentences(explain(inputs, CALENDAR), CALENDAR)) == (
        "Recibido el viernes 13 de noviembre de 2026 a las 16:00. El vencimiento se fijó a mano. Vence el "
        "miércoles 18 de noviembre de 2026 a las 18:00. El semáforo cambia a «Por vencer» el martes 17 de "
        "noviembre de 2026 a las 17:00."
    )
    free = Inputs(moment(13, 16), None, Amber(days=1))
    assert decide(free, CALENDAR).due_at is decide(free, CALENDAR).amber_at is None
    assert sentences(explain(free, CALENDAR), CALENDAR)[-1] == "No tiene plazo."


def test_a_due_moment_set_by_hand_on_a_day_without_work_says_so():
    holiday, sunday = moment(16, 18), moment(22, 18)
    said = [" ".join(sentences(explain(Inputs(moment(13, 16), None, Amber(days=1), by_hand=due), CALENDAR), CALENDAR))
            for due in (holiday, sunday)]
    assert "se fijó a mano, en un día inhábil: el lunes 16 de noviembre de 2026 (" in said[0]
    assert "se fijó a mano, en un día inhábil: el domingo 22 de noviembre de 2026." in said[1]
    capped = Inputs(moment(13, 16), None, Amber(days=1), cap=moment(18, 18), by_hand=sunday)
    assert "inhábil" not in " ".join(sentences(explain(capped, CALENDAR), CALENDAR))


def test_beyond_the_published_years_it_warns():
    text = told(datetime(2027, 12, 20, 10, tzinfo=ZONE), Term(15))
    assert "El calendario publicado llega al 25 de diciembre de 2027" in text


def test_a_working_saturday_is_told():
    saturday = Day(date(2026, 11, 21), Kind.WORKING, "reposición", "Circular 4")
    calendar = compile_calendar(Coverage.office(), [saturday])
    text = told(moment(20, 10), Term(1), calendar=calendar)
    assert "Sí cuentan, por excepción: sábado 21 de noviembre (reposición, Circular 4)." in text
    assert "Vence el sábado 21 de noviembre de 2026 a las 18:00." in text


def test_inputs_survive_json():
    inputs = Inputs(
        moment(13, 16), Term(12.5, Unit.WORKHOURS, DayCount(close="midnight")), Amber(fraction=0.5),
        (Pause(moment(14, 9), None, "firma"), Pause(moment(15, 9), moment(16, 9))),
        moment(25, 18), "turno T-1",
    )
    assert Inputs.from_json(json.loads(json.dumps(inputs.as_json()))) == inputs


def test_a_moment_needs_its_zone():
    with pytest.raises(ValueError):
        stamp(datetime(2026, 11, 21))


@settings(max_examples=40)
@given(st.sampled_from(sorted(WORLDS)), st.integers(0, 8000), st.integers(1, 9000), st.integers(0, 3000))
def test_segments_are_seamless_and_sum_to_the_time_used(name, begin, length, pause):
    world, calendar = WORLDS[name], compiled(name)
    low, high = world.bounds
    start = datetime.fromtimestamp(min(low + begin, high - 2) * 60, ZONE)
    end = min(start + timedelta(minutes=length), datetime.fromtimestamp((high - 1) * 60, ZONE))
    late = Pause(start + timedelta(minutes=pause), end, "espera")
    pauses = [p for p in (late, Pause(start, start + timedelta(hours=1))) if p.end >= p.start]
    found = segments(start, end, calendar, pauses)
    assert found[0].start == start and found[-1].end == end
    assert all(a.end == b.start for a, b in pairwise(found))
    inputs = [(stamp(p.start), stamp(p.end)) for p in pauses]
    used = elapsed(stamp(start), stamp(end), Term(0, Unit.WORKHOURS), calendar, Pauses.of([inputs]))
    assert sum(s.seconds for s in found if s.cause == "counted") == used[0]


def test_in_english_no_day_nor_month_is_in_spanish() -> None:
    """Only the names that the institution gave its days off stay as they were written."""
    inputs = Inputs(moment(13, 16, 40), Term(15), Amber(days=2), (Pause(moment(18, 9), moment(19, 9)),))
    told = " ".join(sentences(explain(inputs, CALENDAR), CALENDAR, dates=english))
    words = {*spanish.WEEKDAYS, *spanish.MONTHS, "sábados", "domingos"}
    assert not words & set(re.findall(r"\w+", re.sub(r"\([^)]*\)", "", told).lower())), told
    assert "November" in told and "Saturdays and Sundays" in told
