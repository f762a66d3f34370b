"""The subset of OQL that scripts use: `SELECT Class [AS a] [WHERE condition]`, with AND, OR, NOT, parentheses, comparisons,
LIKE, IN, ISNULL, and moments (NOW, CURRENT_DATE, DATE_SUB, DATE_ADD). No joins. Pure but for the clock that is handed in.
"""
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from ventanilla.modules.servicedesk.itop.problems import ItopError

MOST: Final = 4000
DEEPEST: Final = 30
_TOKEN: Final = re.compile(
    r"\s*(?:(?P<text>'(?:[^'\\]|\\.|'')*'|\"(?:[^\"\\]|\\.)*\")|(?P<number>-?\d+(?:\.\d+)?)|(?P<op><=|>=|!=|<>|=|<|>|[(),])"
    r"|(?P<word>`?[A-Za-z_][\w]*`?(?:\.`?\w+`?)?))")
_OPS: Final = ("=", "!=", "<>", "<", ">", "<=", ">=")
_UNITS: Final = {"SECOND": 1, "MINUTE": 60, "HOUR": 3600, "DAY": 86400, "WEEK": 604800, "MONTH": 2592000, "YEAR": 31536000}
Value = str | int | float


@dataclass(frozen=True)
class Leaf:
    """`field op values`; op is one of = != < > <= >= like in null, negated by a Not above."""

    field: str
    op: str
    values: Sequence[Value]


@dataclass(frozen=True)
class Node:
    """AND, OR or NOT of others."""

    op: str
    parts: Sequence["Leaf | Node"]


@dataclass(frozen=True)
class Query:
    """Which class, and which of its objects (None: all)."""

    name: str
    where: Leaf | Node | None


def parse(text: str, now: datetime) -> Query:
    """Read a query. Raises ItopError with what was not understood. `now` is aware, in the institution's zone."""
    if len(text) > MOST:
        raise ItopError("Invalid OQL: too long")
    return _Reader(_tokens(text), now).query()


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at, end = [], 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None or match.end() == at:
            raise ItopError(f"Invalid OQL near: {text[at:at + 20].strip()}")
        kind = str(match.lastgroup)
        found.append((kind, match.group(kind)))
        at = match.end()
    return found


class _Reader:
    """Recursive descent over the tokens."""

    def __init__(self, tokens: list[tuple[str, str]], now: datetime) -> None:
        self.tokens, self.at, self.now, self.depth = tokens, 0, now, 0

    def query(self) -> Query:
        self.want("SELECT")
        name = self.take("word")
        if self.maybe("AS"):
            self.take("word")
        if self.peek() == "JOIN":
            raise ItopError("Invalid OQL: JOIN is not supported here; ask by the fields of the class itself")
        where = self.either() if self.maybe("WHERE") else None
        if self.at != len(self.tokens):
            raise ItopError(f"Invalid OQL near: {self.tokens[self.at][1]}")
        return Query(name.strip("`"), where)

    def either(self) -> Leaf | Node:
        parts = [self.both()]
        while self.maybe("OR"):
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else Node("or", parts)

    def both(self) -> Leaf | Node:
        parts = [self.one()]
        while self.maybe("AND"):
            parts.append(self.one())
        return parts[0] if len(parts) == 1 else Node("and", parts)

    def one(self) -> Leaf | Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ItopError("Invalid OQL: too deep")
        found = self._one()
        self.depth -= 1
        return found

    def _one(self) -> Leaf | Node:
        if self.maybe("NOT"):
            return Node("not", [self.one()])
        if self.maybe("("):
            inner = self.either()
            self.want(")")
            return inner
        if self.maybe("ISNULL"):
            self.want("(")
            field = self.field()
            self.want(")")
            return Leaf(field, "null", ())
        return self.comparison(self.field())

    def comparison(self, field: str) -> Leaf | Node:
        negated = self.maybe("NOT")
        if self.maybe("LIKE"):
            leaf = Leaf(field, "like", (self.value(),))
        elif self.maybe("IN"):
            leaf = Leaf(field, "in", self.values())
        else:
            op = self.take("op")
            if op not in _OPS or negated:
                raise ItopError(f"Invalid OQL near: {op}")
            negated, op = op in ("!=", "<>"), "=" if op in ("!=", "<>") else op
            leaf = Leaf(field, op, (self.value(),))
        return Node("not", [leaf]) if negated else leaf

    def values(self) -> list[Value]:
        self.want("(")
        found = [self.value()]
        while self.maybe(","):
            found.append(self.value())
        self.want(")")
        return found

    def value(self) -> Value:
        kind, text = self.next()
        if kind == "text":
            return re.sub(r"\\(.)", r"\1", text[1:-1].replace("''", "'") if text[0] == "'" else text[1:-1])
        if kind == "number":
            return float(text) if "." in text else int(text)
        if kind == "word":
            return self.moment(text.upper())
        raise ItopError(f"Invalid OQL near: {text}")

    def moment(self, name: str) -> str:
        """A function of time, as iTop writes moments."""
        if name in ("NOW", "CURRENT_DATE"):
            self.want("(")
            self.want(")")
            return self.now.strftime("%Y-%m-%d %H:%M:%S" if name == "NOW" else "%Y-%m-%d")
        if name not in ("DATE_SUB", "DATE_ADD"):
            raise ItopError(f"Invalid OQL near: {name}")
        self.want("(")
        start = str(self.value())
        self.want(",")
        self.want("INTERVAL")
        amount, unit = self.value(), self.take("word").upper()
        self.want(")")
        return self._shifted(start, amount, unit, -1 if name == "DATE_SUB" else 1)

    def _shifted(self, start: str, amount: Value, unit: str, sign: int) -> str:
        try:
            at = datetime.fromisoformat(start) + timedelta(seconds=sign * float(amount) * _UNITS[unit])
        except (ValueError, KeyError, OverflowError):
            raise ItopError(f"Invalid OQL near: INTERVAL {amount} {unit}") from None
        return at.strftime("%Y-%m-%d %H:%M:%S")

    def field(self) -> str:
        return self.take("word").split(".")[-1].strip("`")

    def peek(self) -> str:
        return self.tokens[self.at][1].upper() if self.at < len(self.tokens) else ""

    def next(self) -> tuple[str, str]:
        if self.at >= len(self.tokens):
            raise ItopError("Invalid OQL: it ends too early")
        self.at += 1
        return self.tokens[self.at - 1]

    def take(self, kind: str) -> str:
        found, text = self.next()
        if found != kind:
            raise ItopError(f"Invalid OQL near: {text}")
        return text

    def maybe(self, word: str) -> bool:
        if self.peek() != word or self.tokens[self.at][0] == "text":
            return False
        self.at += 1
        return True

    def want(self, word: str) -> None:
        if not self.maybe(word):
            raise ItopError(f"Invalid OQL: {word} is missing")
