"""Periods as people say them: whole months before whole months, else as many days before."""

from datetime import date, timedelta

DAY = timedelta(days=1)


def month_start(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def add_months(day: date, months: int) -> date:
    """The first day of the month that lies `months` after (or before) that of `day`."""
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def first_of(day: date, step: str) -> date:
    """The first day of the `day`, `week`, `month` or `year` in which a day lies; weeks begin on Monday (ISO 8601)."""
    if step == "year":
        return date(day.year, 1, 1)
    if step == "month":
        return month_start(day)
    return day - timedelta(days=day.weekday()) if step == "week" else day


def after(day: date, step: str) -> date:
    """The first day of the step that follows the one which begins on `day`."""
    if step in ("month", "year"):
        return add_months(day, 12 if step == "year" else 1)
    return day + timedelta(days=7 if step == "week" else 1)


def is_whole_months(start: date, end: date) -> bool:
    """The period begins with a month and ends with one."""
    return start.day == 1 and (end + DAY).day == 1


def previous(start: date, end: date) -> tuple[date, date]:
    """The period of the same length before: November before December, 2025 before 2026, 7 days before 7
    days."""
    if is_whole_months(start, end):
        months = (end.year - start.year) * 12 + end.month - start.month + 1
        return add_months(start, -months), start - DAY
    length = end - start + DAY
    return start - length, start - DAY


def whole_months(start: date, end: date) -> tuple[date, date] | None:
    """The first day of the first, and the last day of the last month that lie wholly inside; None without
    any."""
    first = start if start.day == 1 else add_months(start, 1)
    last = end if (end + DAY).day == 1 else month_start(end) - DAY
    return (first, last) if first < last else None
