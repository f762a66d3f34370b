"""A rate that rises alarms within a day; quiet series hardly ever do."""
import numpy as np

from ventanilla.lib.recurrence import Watch, alarms, shares

WEEK = np.array([1, 0.9, 0.9, 0.85, 0.8, 0.05, 0.02])
DAYS = 365 * 2


def quiet(seed: int, rates: list[float], wander: float = 0.0) -> dict[int, np.ndarray]:
    """Poisson counts per day with a week's rhythm; `wander`: how much the day's rate itself varies (relative)."""
    random = np.random.default_rng(seed)
    share = np.resize(WEEK, DAYS)
    made = {}
    for key, rate in enumerate(rates):
        day_rates = rate * share * (random.gamma(1 / wander, wander, DAYS) if wander else 1)
        made[key] = random.poisson(day_rates)
    return made


RATES = [0.02] * 5 + [0.1] * 8 + [0.5] * 8 + [2.0] * 6 + [8.0] * 3


def false_alarms(seed: int, wander: float = 0.0) -> float:
    """Alarms per 30 days over thirty quiet series in a year, asked every day; a series rests a week after one."""
    series, share = quiet(seed, RATES, wander), np.resize(WEEK, DAYS)
    rest: dict[int, int] = {}
    raised = 0
    for day in range(365, DAYS):
        for alarm in alarms(series, day, share):
            if rest.get(alarm.key, -99) < day - 7:
                raised += 1
                rest[alarm.key] = day
    return raised / 365 * 30


def test_quiet_series_alarm_at_most_once_a_month() -> None:
    assert false_alarms(1) <= 1.0


def test_series_that_wander_alarm_at_most_once_a_month() -> None:
    assert false_alarms(2, wander=0.15) <= 1.0


def test_a_rise_alarms_within_a_day() -> None:
    """Thirty services; one rises five times, and by twelve a day at least, on a Tuesday: told the same day or the next."""
    share = np.resize(WEEK, DAYS)
    told = tried = 0
    for seed in range(40):
        series = quiet(100 + seed, RATES)
        key, day = 13 + seed % 17, 400 + 7 * (seed % 30) + 1  # a Tuesday
        random = np.random.default_rng(seed)
        for later in (day, day + 1):
            series[key][later] += random.poisson(max(4 * RATES[key], 12) * share[later])
        tried += 1
        told += any(alarm.key == key for later in (day, day + 1) for alarm in alarms(series, later, share))
    assert told / tried >= 0.95


def test_an_alarm_says_how_many_were_expected_and_how_rare_that_is() -> None:
    series = {7: np.resize([1, 1, 1, 1, 1, 0, 0], 200)}
    series[7][198] = 9
    share = np.resize([1, 1, 1, 1, 1, 0, 0], 200).astype(float)
    (alarm,) = alarms(series, 198, share)
    assert (alarm.key, alarm.day, alarm.days, alarm.count) == (7, 198, 1, 9)
    assert 0.8 < alarm.expected < 1.3 and alarm.chance < 1e-5


def test_partial_days_never_alarm_where_the_whole_day_would_not() -> None:
    series, share = quiet(5, RATES), np.resize(WEEK, DAYS)
    for day in range(500, 520):
        whole = {a.key for a in alarms(series, day, share)}
        half = {key: counts.copy() for key, counts in series.items()}
        for counts in half.values():
            counts[day] //= 2
        assert {a.key for a in alarms(half, day, share) if a.days == 1} <= whole


def test_a_short_past_never_alarms() -> None:
    assert alarms({1: [0] * 30 + [50]}, 30, [1.0] * 31) == []


def test_carefulness_is_a_choice() -> None:
    series, share = {1: np.resize([2, 2, 2, 2, 2, 0, 0], 300)}, np.resize([1, 1, 1, 1, 1, 0, 0], 300).astype(float)
    series[1][296] = 9
    assert alarms(series, 296, share, Watch(false_per_month=5)) and not alarms(series, 296, share, Watch(false_per_month=1e-6))


def test_shares_of_the_week() -> None:
    assert shares([(0, 10), (1, 5), (0, 10)]) == (1.0, 0.25, 0, 0, 0, 0, 0)
