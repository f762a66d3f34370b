"""Dates, numbers, folding and order as people in Mexico write and expect them."""
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ventanilla.lib import spanish

ZONE = ZoneInfo("America/Mexico_City")


def test_dates():
    day = date(2026, 11, 21)
    assert spanish.long_date(day) == "21 de noviembre de 2026"
    assert spanish.long_date(day, weekday=True) == "sábado 21 de noviembre de 2026"
    assert spanish.day_and_month(date(2026, 11, 16)) == "lunes 16 de noviembre"
    assert spanish.short_date(day) == "sáb 21 nov"
    assert spanish.short_date(day, today=date(2027, 1, 2)) == "sáb 21 nov 2026"


def test_moments_are_shown_in_the_zone_given():
    moment = datetime(2026, 11, 21, 20, 32, tzinfo=UTC)
    assert spanish.short_date(moment, ZONE) == "sáb 21 nov, 14:32"
    assert spanish.long_moment(moment, ZONE) == "sábado 21 de noviembre de 2026 a las 14:32"
    assert spanish.long_moment(datetime(2026, 11, 21, 1, 5, tzinfo=ZONE)).endswith("a la 1:05")


@pytest.mark.parametrize(("days", "text"), [
    (0, "Vence hoy"), (1, "Vence el siguiente día hábil"), (2, "Vence en 2 días hábiles"),
    (-1, "Vencido hace 1 día hábil"), (-1200, "Vencido hace 1,200 días hábiles"),
])
def test_relative_days(days, text):
    assert spanish.relative_workdays(days) == text


@pytest.mark.parametrize(("value", "text"), [
    (1234.5, "1,234.5"), (1000000, "1,000,000"), (12.0, "12"), (-0.25, "-0.25"), (0, "0"),
])
def test_numbers(value, text):
    assert spanish.number(value) == text


def test_fixed_decimals_plural_and_lists():
    assert spanish.number(1234.5, 2) == "1,234.50"
    assert [spanish.plural(n, "día", "días") for n in (0, 1, 2)] == ["días", "día", "días"]
    assert spanish.listed(["oficio", "acta", "informe"]) == "oficio, acta e informe"
    assert spanish.listed(["a"]) == "a" and spanish.listed([]) == ""
    assert spanish.listed(["agua", "hielo"]) == "agua y hielo"


def test_folding_keeps_the_enye():
    assert spanish.fold("Notificó a Núñez, pingüino ÁÉÍÓÚÜ ñÑ") == "Notifico a Nuñez, pinguino AEIOUU ñÑ"
    assert spanish.fold("an\u0303o") == "año" and spanish.fold("e\u0301l") == "el"


def test_spanish_order():
    wanted = [
        "Álvarez", "Alvarez Bueno", "de la Cruz", "Delacruz", "Munoz", "Muñoz", "Nadie", "Núñez", "nz",
        "Ñandú", "Oñate", "zeta",
    ]
    assert sorted(wanted, key=lambda text: spanish.sort_key(text).encode()) == wanted


@given(st.text(), st.text())
def test_equal_letters_sort_together(first, second):
    keys = [spanish.sort_key(text) for text in (first, second)]
    assert (keys[0] == keys[1]) or first.lower() != second.lower()


@pytest.mark.parametrize("text", [
    "9/1/2019", "09.01.2019", "9-1-19", "2019-1-9", "2019/01/09", "20190109", "9-ene-19", "9 Ene. 2019", "9 de ENERO del 2019", "9/jan/19",
    "Miércoles, 9 de enero de 2019"])
def test_dates_are_read_as_people_and_spreadsheets_write_them(text):
    assert spanish.read_date(text) == (date(2019, 1, 9), "")
    assert spanish.read_date(f"{text}, 10:30 HRS") == (date(2019, 1, 9), ", 10:30 hrs")


@pytest.mark.parametrize("text", ["", "31/02/2022", "12/31/2022", "3 de marte de 2022", "201911", "9/1/201", "2019-01-091", "el 9/1/2019"])
def test_what_is_no_date_is_none(text):
    assert spanish.read_date(text) is None


def test_a_year_of_two_figures_is_the_latest_up_to_the_last_one_asked_for():
    assert [spanish.read_date(f"1/2/{year}", last=last)[0].year for year in ("00", "68", "69", "99") for last in (2068, 2099)] == [
        2000, 2000, 2068, 2068, 1969, 2069, 1999, 2099]
    assert spanish.read_date("1 de setiembre de 26") == spanish.read_date("01-set-2026") == (date(2026, 9, 1), "")


@given(st.dates(date(1970, 1, 1)))
def test_what_is_written_here_is_read_again(day):
    assert {spanish.read_date(text) for text in (spanish.long_date(day), spanish.long_date(day, weekday=True), f"{day:%d/%m/}{day.year}", str(day))} == {
        (day, "")}
