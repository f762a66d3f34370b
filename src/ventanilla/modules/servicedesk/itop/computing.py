"""Functions of OQL as the database works them out: texts without regard to case, moments in the institution's zone."""
import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from django.db import DataError, connection, models, transaction
from django.db.models import Case, Expression, F, Func, Q, Value, When
from django.db.models.functions import Cast, Coalesce, Collate, Lower, NullIf, Substr, Trim, Upper
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, IsNull, LessThan, LessThanOrEqual, Regex

from ventanilla.core.orgs.models import Person
from ventanilla.modules.servicedesk.itop.classes import ItopClass
from ventanilla.modules.servicedesk.itop.operands import MOMENT, MONTHS, Call, Column, Operand, as_moment, signs
from ventanilla.modules.servicedesk.itop.oql import Condition, Test
from ventanilla.modules.servicedesk.itop.problems import ItopError

LONGEST: Final = 200
"""Letters of a regular expression, at most."""
_COMPARED: Final[dict[str, Callable[..., Any]]] = {
    "=": Exact, "<": LessThan, ">": GreaterThan, "<=": LessThanOrEqual, ">=": GreaterThanOrEqual}
_SIGNS: Final = {"Y": "YYYY", "y": "YY", "m": "MM", "d": "DD", "H": "HH24", "i": "MI", "s": "SS", "S": "SS", "j": "DDD", "T": "HH24:MI:SS"}
_EXTRACTED: Final = ("YEAR", "MONTH", "DAY", "HOUR")
_TEXT: Final = models.TextField()
_NUMBER: Final = models.DecimalField(max_digits=30, decimal_places=6)
_LOCAL: Final = models.DateTimeField()
Where = Callable[[Condition], Q]
Typed = tuple[Any, str]
"""What the database computes, and of which kind it is: text, number or moment (of the zone's wall clock)."""


class Computing:
    """Of one class and one person; `where` makes the condition of an IF."""

    def __init__(self, person: Person, kind: ItopClass, where: Where) -> None:
        self.person, self.kind, self.where = person, kind, where

    def tested(self, test: Test) -> Q:
        """The comparison as a condition. Raises ItopError for fields that cannot be asked for and for what cannot be compared."""
        left = self.of(test.left)
        if test.op == "null":
            return Q(IsNull(left[0], True))
        if test.op in ("like", "regexp"):
            return Q(Regex(Lower(_text(left)), _pattern(test, self.constant(test.right[0]))))
        rights = [self.of(one) for one in test.right]
        if test.op == "in":
            return self._among(left, rights)
        ours, theirs = _alike(left, rights[0])
        return Q(_COMPARED[test.op](ours, theirs))

    def _among(self, left: Typed, rights: Sequence[Typed]) -> Q:
        pairs = [_alike(left, one) for one in rights]
        found = Q(pk__in=[])
        for ours, theirs in pairs:
            found |= Q(Exact(ours, theirs))
        return found

    def constant(self, operand: Operand) -> str:
        """A pattern. Raises ItopError for one that is read from a row."""
        if isinstance(operand, Column | Call):
            raise ItopError("Invalid OQL: LIKE and REGEXP take a text")
        return str(operand)

    def of(self, operand: Operand) -> Typed:
        """An operand as the database computes it."""
        if isinstance(operand, Call):
            return self.call(operand)
        if isinstance(operand, Column):
            return self.column(operand)
        if isinstance(operand, str):
            return Value(operand, output_field=_TEXT), "text"
        return Value(operand, output_field=_NUMBER), "number"

    def column(self, column: Column) -> Typed:
        """A field: of choices the words that iTop says, of moments the wall clock."""
        attribute = self.kind.fields.get(column.field)
        if attribute is None:
            raise ItopError(f"Unknown attribute '{column.field}' of class '{self.kind.name}'")
        if attribute.where or not attribute.lookup:
            raise ItopError(f"'{column.field}' cannot be asked for in a function")
        if attribute.choices:
            whens = [When(**{attribute.lookup: ours}, then=Value(said)) for said, ours in attribute.choices.items()]
            return Case(*whens, default=Value(""), output_field=_TEXT), "text"
        if attribute.kind == "moment":
            return Func(Value(self.person.institution.time_zone), F(attribute.lookup), function="timezone", output_field=_LOCAL), "moment"
        number = attribute.kind in ("key", "number")
        return Cast(attribute.lookup, _NUMBER if number else _TEXT), "number" if number else "text"

    def call(self, call: Call) -> Typed:
        """A function. Raises ItopError for arguments that it cannot take."""
        if call.name == "IF":
            yes, no = self._same(call.args)
            return Case(When(self.where(call.test), then=yes[0]), default=no[0], output_field=yes[0].output_field), yes[1]
        if call.name == "COALESCE":
            parts = self._same(call.args)
            return Coalesce(*(part for part, _kind in parts)), parts[0][1]
        if call.name in ("DATE_ADD", "DATE_SUB"):
            return self._shifted(call)
        args = [self.of(arg) for arg in call.args]
        if call.name in _EXTRACTED:
            part = Func(_moment(args[0]), template=f"EXTRACT({call.name} FROM %(expressions)s)::numeric", output_field=_NUMBER)
            return part, "number"
        return _PLAIN[call.name](call, args)

    def _same(self, args: Sequence[Operand]) -> list[Typed]:
        """Arguments of one kind; of several, as texts."""
        found = [self.of(arg) for arg in args]
        return found if len({kind for _part, kind in found}) == 1 else [(_text(part), "text") for part in found]

    def _shifted(self, call: Call) -> Typed:
        start, amount, unit = call.args
        if isinstance(amount, Column | Call) or isinstance(unit, Column | Call):
            raise ItopError(f"Invalid OQL near: {call.name}")
        sign, many = -1 if call.name == "DATE_SUB" else 1, float(amount)
        months, unit = (many * MONTHS[str(unit)], "month") if unit in MONTHS else (many, str(unit).lower())
        if abs(months) > 1_000_000:
            raise ItopError(f"Invalid OQL near: INTERVAL {amount} {unit}")
        moved = Func(_moment(self.of(start)), Value(f"{sign * months:f} {unit}"), template="(%(expressions)s::interval)", arg_joiner=" + ",
                     output_field=_LOCAL)
        return moved, "moment"


def _moment(typed: Typed) -> Any:
    """As a moment of the wall clock. Raises ItopError for a number, and a text of a row."""
    part, kind = typed
    if kind == "moment":
        return part
    if isinstance(part, Value) and kind == "text":
        return Func(Value(_at(part.value)), template="(%(expressions)s::timestamp)", output_field=_LOCAL)
    raise ItopError("Invalid OQL: a function of moments takes a date")


def _at(text: Any) -> str:
    try:
        return as_moment(text).strftime(MOMENT)
    except ValueError:
        raise ItopError(f"Wrong date: {text}") from None


def _text(typed: Typed) -> Any:
    part, kind = typed
    if kind == "moment":
        return _to_char(part, "YYYY-MM-DD HH24:MI:SS")
    if kind == "number":
        return Func(part, template="trim_scale((%(expressions)s)::numeric)::text", output_field=_TEXT)
    return part


def _to_char(part: Any, said: str) -> Expression:
    return Func(part, Value(said), function="to_char", output_field=_TEXT)


def _number(typed: Typed) -> Any:
    """A text that is no number is none."""
    part, kind = typed
    if kind == "number":
        return part
    said = Func(_text(typed), Value(r"^\s*(-?[0-9]{1,20}(\.[0-9]{1,6})?)\s*$"), function="substring", output_field=_TEXT)
    return Cast(said, _NUMBER)


def _alike(left: Typed, right: Typed) -> tuple[Any, Any]:
    """Both as numbers when one is, as moments when one is, else as texts without regard to case."""
    kinds = {left[1], right[1]}
    if "moment" in kinds:
        return _sorted_text(left), _sorted_text(right)
    if "number" in kinds:
        return _number(left), _number(right)
    return Lower(left[0]), Lower(right[0])


def _sorted_text(typed: Typed) -> Any:
    """A moment as text that sorts as moments do."""
    part, kind = typed
    if kind != "moment" and isinstance(part, Value):
        part = Value(_at(part.value), output_field=_TEXT)
    return Collate(_text((part, kind)) if kind == "moment" else Cast(part, _TEXT), "C")


def _pattern(test: Test, said: str) -> str:
    """As the database takes it, in small letters. Raises ItopError for one that it does not."""
    if test.op == "like":
        return "^" + "".join({"%": ".*", "_": "."}.get(c, re.escape(c)) for c in said[:300].lower()) + "$"
    if len(said) > LONGEST or re.search(r"\\[0-9]|[*+}]\s*[*+{]|\)[*+{]", said):
        raise ItopError("Invalid OQL: this REGEXP is too long, refers back to itself or repeats what repeats")
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT '' ~ %s", [said])
    except DataError:
        raise ItopError(f"Invalid OQL: wrong REGEXP: {said}") from None
    return re.sub(r"\\[A-Z]|[A-Z]", lambda found: found[0] if found[0][0] == "\\" else found[0].lower(), said)


def _format(call: Call, args: Sequence[Typed]) -> Typed:
    said = call.args[1]
    if isinstance(said, Column | Call):
        raise ItopError("Invalid OQL: DATE_FORMAT takes a text as its format")
    parts = [_SIGNS[sign] if sign else '"' + part.replace("\\", "\\\\").replace('"', '\\"') + '"' for sign, part in signs(str(said))]
    return _to_char(_moment(args[0]), "".join(parts)), "text"


def _concat(_call: Call, args: Sequence[Typed]) -> Typed:
    return Func(*(_text(arg) for arg in args), template="(%(expressions)s)", arg_joiner=" || ", output_field=_TEXT), "text"


def _substr(call: Call, args: Sequence[Typed]) -> Typed:
    numbers = call.args[1:]
    if not all(isinstance(n, int) and n >= 0 for n in numbers) or numbers[0] == 0:
        raise ItopError("Invalid OQL: SUBSTR takes a position from 1 on, and a length")
    return Substr(_text(args[0]), *numbers), "text"  # type: ignore[arg-type]


def _counted(call: Call, args: Sequence[Typed]) -> Typed:
    """Arithmetic; what is divided by nothing is nothing."""
    left, right = map(_number, args)
    right = NullIf(right, Value(0, output_field=_NUMBER)) if call.name == "/" else right
    return Func(left, right, template="(%(expressions)s)", arg_joiner=f" {call.name} ", output_field=_NUMBER), "number"


def _days(_call: Call, args: Sequence[Typed]) -> Typed:
    return Func(_moment(args[0]), template="((%(expressions)s)::date - DATE '0001-01-01' + 366)::numeric", output_field=_NUMBER), "number"


def _isnull(_call: Call, args: Sequence[Typed]) -> Typed:
    return Case(When(IsNull(args[0][0], True), then=Value(1)), default=Value(0), output_field=_NUMBER), "number"


def _refused(call: Call, _args: Sequence[Typed]) -> Typed:
    raise ItopError(f"Invalid OQL near: {call.name}: it takes a value, not a field")


_PLAIN: Final[dict[str, Callable[[Call, Sequence[Typed]], Typed]]] = {
    "CONCAT": _concat, "UPPER": lambda _c, args: (Upper(_text(args[0])), "text"), "LOWER": lambda _c, args: (Lower(_text(args[0])), "text"),
    "TRIM": lambda _c, args: (Trim(_text(args[0])), "text"), "SUBSTR": _substr, "DATE_FORMAT": _format,
    "DATE": lambda _c, args: (_to_char(_moment(args[0]), "YYYY-MM-DD"), "text"), "TO_DAYS": _days, "FROM_DAYS": _refused,
    "ISNULL": _isnull, **dict.fromkeys("+-*/", _counted)}
