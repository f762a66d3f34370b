"""The worlds in which kernel and oracle are compared: zones, daylight saving, nights, holidays, leap day."""
from datetime import date, timedelta
from functools import cache

from ventanilla.lib.tests.worktime_oracle import World
from ventanilla.lib.worktime import Coverage, Day, Kind, WorkCalendar, compile_calendar

LUNCH = {w: ((540, 840), (960, 1140)) for w in range(5)}
NIGHT = {w: ((1320, 1800),) for w in range(6)}
ALWAYS = {w: ((0, 1440),) for w in range(7)}
GAP = {w: ((90, 210), (600, 600), (900, 915)) for w in range(7)}
WEIRD = {0: ((0, 1),), 2: ((719, 721), (721, 800)), 4: ((1439, 1440),), 5: ((0, 1440),)}


def _closed(*days: date) -> dict[date, tuple[tuple[int, int], ...]]:
    return {day: () for day in days}


WORLDS = {
    "puente y vacaciones": World(
        "America/Mexico_City", LUNCH, date(2026, 11, 9), date(2027, 1, 20),
        _closed(date(2026, 11, 16), *(date(2026, 12, 21) + timedelta(n) for n in range(12))),
    ),
    "verano 2022": World("America/Mexico_City", LUNCH, date(2022, 3, 28), date(2022, 4, 20)),
    "noche, verano 2022": World("America/Mexico_City", NIGHT, date(2022, 3, 28), date(2022, 4, 20)),
    "noche, fin del verano 2022": World(
        "America/Mexico_City", NIGHT, date(2022, 10, 20), date(2022, 11, 12), _closed(date(2022, 11, 2)),
    ),
    "siempre, Tijuana": World("America/Tijuana", ALWAYS, date(2026, 3, 1), date(2026, 3, 20)),
    "hueco, Ciudad Juárez": World("America/Ciudad_Juarez", GAP, date(2026, 3, 1), date(2026, 3, 20)),
    "hora repetida, Tijuana": World("America/Tijuana", GAP, date(2026, 10, 25), date(2026, 11, 14)),
    "Hermosillo": World("America/Hermosillo", LUNCH, date(2022, 3, 28), date(2022, 4, 20)),
    "Cancún, año bisiesto": World("America/Cancun", LUNCH, date(2024, 2, 19), date(2024, 3, 15)),
    "contingencia y sábado hábil": World(
        "America/Mexico_City", LUNCH, date(2026, 6, 1), date(2026, 7, 5),
        {date(2026, 6, 10): ((540, 720),), date(2026, 6, 13): ((540, 840),), date(2026, 6, 15): ()},
    ),
    "rangos raros": World("America/Mexico_City", WEIRD, date(2026, 6, 1), date(2026, 7, 20)),
    "sin horario": World("America/Mexico_City", {}, date(2026, 6, 1), date(2026, 6, 10)),
}


@cache
def compiled(name: str) -> WorkCalendar:
    """The world's calendar."""
    world = WORLDS[name]
    days = [
        Day(day, Kind.WORKING if hours else Kind.LOCAL, "excepción", hours=hours)
        for day, hours in world.special.items()
    ]
    return compile_calendar(
        Coverage(world.weekly), days, zone=world.zone, first=world.first, last=world.last,
    )
