"""What OQL compares besides plain values: fields and functions of them. A function of values only is worked out at once, in Python."""
from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from ventanilla.modules.servicedesk.itop.problems import ItopError

Value = str | int | float
MOMENT: Final = "%Y-%m-%d %H:%M:%S"
FORMATS: Final = {"Y": "%Y", "y": "%y", "m": "%m", "d": "%d", "H": "%H", "i": "%M", "s": "%S", "S": "%S", "j": "%j", "T": "%H:%M:%S"}
"""Signs of DATE_FORMAT as Python writes them; the others are refused."""
UNITS: Final = {"SECOND": 1, "MINUTE": 60, "HOUR": 3600, "DAY": 86400, "WEEK": 604800}
MONTHS: Final = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}


@dataclass(frozen=True)
class Column:
    """A field; `of` empty: of the class that is selected."""

    field: str
    of: str = ""


@dataclass(frozen=True)
class Call:
    """A function, by its name, of values, fields and other functions. `test` is the condition of IF."""

    name: str
    args: Sequence["Operand"]
    test: Any = None


Operand = Value | Column | Call


def columns(operand: Operand) -> Iterator[Column]:
    """The fields that it reads, without those of the condition of an IF."""
    if isinstance(operand, Column):
        yield operand
    elif isinstance(operand, Call):
        for arg in operand.args:
            yield from columns(arg)


def calls(operand: Operand) -> Iterator[Call]:
    """The functions in it, from the outermost inwards."""
    if isinstance(operand, Call):
        yield operand
        for arg in operand.args:
            yield from calls(arg)


def called(name: str, args: Sequence[Operand], test: Any = None) -> Operand:
    """The function, or its value when it is of values only. Raises ItopError for one that there is not, and wrong arguments."""
    least, most, worked_out = FUNCTIONS.get(name, (0, -1, None))
    if worked_out is None:
        raise ItopError(f"Invalid OQL near: {name}: unknown function")
    if not least <= len(args) <= most:
        raise ItopError(f"Invalid OQL: {name} takes {least if least == most else f'{least} to {most}'} arguments")
    if test is not None or any(isinstance(arg, Column | Call) for arg in args):
        return Call(name, args, test)
    try:
        found: Value = worked_out(*args)
    except (ValueError, TypeError, ArithmeticError, KeyError):
        raise ItopError(f"Invalid OQL near: {name}({', '.join(map(str, args))[:60]})") from None
    return found


def as_moment(value: Any) -> datetime:
    """A moment as OQL writes it, with or without its hour. Raises ValueError."""
    return datetime.fromisoformat(str(value).strip()).replace(tzinfo=None)


def shifted(start: Any, amount: Any, unit: Any) -> str:
    """So much later (or earlier); months and years keep the day of the month, or take the last one there is."""
    at = as_moment(start)
    if unit in MONTHS:
        months = at.year * 12 + at.month - 1 + int(amount) * MONTHS[unit]
        year, month = divmod(months, 12)
        at = at.replace(year=year, month=month + 1, day=min(at.day, monthrange(year, month + 1)[1]))
    else:
        at += timedelta(seconds=float(amount) * UNITS[unit])
    return at.strftime(MOMENT)


def formatted(moment: Any, said: Any) -> str:
    """DATE_FORMAT. Raises ValueError for a sign that is not among FORMATS."""
    parts = [part.replace("%", "%%") if sign is None else FORMATS[sign] for sign, part in signs(str(said))]
    return as_moment(moment).strftime("".join(parts))


def signs(said: str) -> Iterator[tuple[str | None, str]]:
    """The parts of a format: `(sign, "")`, or `(None, literal)`. Raises ItopError for a sign that is not among FORMATS."""
    rest = iter(said)
    for letter in rest:
        if letter != "%":
            yield None, letter
            continue
        sign = next(rest, "")
        if sign == "%":
            yield None, "%"
        elif sign in FORMATS:
            yield sign, ""
        else:
            raise ItopError(f"Invalid OQL: DATE_FORMAT does not know %{sign}; it knows {' '.join(f'%{one}' for one in FORMATS)}")


def _cut(text: Any, first: Any, length: Any = None) -> str:
    if int(first) < 1:
        raise ValueError
    start = int(first) - 1
    return str(text)[start:] if length is None else str(text)[start:start + max(0, int(length))]


FUNCTIONS: Final[dict[str, tuple[int, int, Callable[..., Any]]]] = {
    "CONCAT": (1, 10, lambda *args: "".join(map(str, args))), "UPPER": (1, 1, lambda text: str(text).upper()),
    "LOWER": (1, 1, lambda text: str(text).lower()), "TRIM": (1, 1, lambda text: str(text).strip(" ")), "SUBSTR": (2, 3, _cut),
    "COALESCE": (1, 10, lambda first, *_rest: first), "IF": (2, 2, lambda yes, _no: yes), "ISNULL": (1, 1, lambda _value: 0),
    "DATE_FORMAT": (2, 2, formatted), "DATE": (1, 1, lambda moment: as_moment(moment).strftime("%Y-%m-%d")),
    "YEAR": (1, 1, lambda moment: as_moment(moment).year), "MONTH": (1, 1, lambda moment: as_moment(moment).month),
    "DAY": (1, 1, lambda moment: as_moment(moment).day), "HOUR": (1, 1, lambda moment: as_moment(moment).hour),
    "TO_DAYS": (1, 1, lambda moment: as_moment(moment).toordinal() + 365),
    "FROM_DAYS": (1, 1, lambda days: date.fromordinal(int(days) - 365).isoformat()),
    "DATE_ADD": (3, 3, shifted), "DATE_SUB": (3, 3, lambda start, amount, unit: shifted(start, -amount, unit)),
    "+": (2, 2, lambda a, b: float(a) + float(b)), "-": (2, 2, lambda a, b: float(a) - float(b)),
    "*": (2, 2, lambda a, b: float(a) * float(b)), "/": (2, 2, lambda a, b: float(a) / float(b)),
}
"""Name: fewest and most arguments, and what it is of plain values. Signs are written between their arguments."""
