"""The subset of OQL that scripts use: `SELECT [a FROM] Class [AS a] [JOIN Class AS b ON a.key = b.id …] [WHERE condition] [UNION …]`, with
AND, OR, NOT, parentheses, comparisons, LIKE, IN, ISNULL, and moments (NOW, CURRENT_DATE, DATE_SUB, DATE_ADD); BELOW and ABOVE join by
where objects stand in a tree. Pure but for the clock that is handed in.
"""
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from ventanilla.modules.servicedesk.itop.problems import ItopError

MOST: Final = 4000
DEEPEST: Final = 30
JOINS: Final = 5
QUERIES: Final = 10
"""Queries of one UNION, at most."""
TREE: Final = ("BELOW", "ABOVE")
_TOKEN: Final = re.compile(
    r"\s*(?:(?P<text>'(?:[^'\\]|\\.|'')*'|\"(?:[^\"\\]|\\.)*\")|(?P<number>-?\d+(?:\.\d+)?)|(?P<op><=|>=|!=|<>|=|<|>|[(),])"
    r"|(?P<word>`?[A-Za-z_][\w]*`?(?:\.`?\w+`?)?))")
_OPS: Final = ("=", "!=", "<>", "<", ">", "<=", ">=")
_UNITS: Final = {"SECOND": 1, "MINUTE": 60, "HOUR": 3600, "DAY": 86400, "WEEK": 604800, "MONTH": 2592000, "YEAR": 31536000}
Value = str | int | float


@dataclass(frozen=True)
class Leaf:
    """`of.field op values`; op is one of = != < > <= >= like in null, negated by a Not above. `of` empty: of the class that is selected."""

    field: str
    op: str
    values: Sequence[Value]
    of: str = ""


@dataclass(frozen=True)
class Node:
    """AND, OR or NOT of others."""

    op: str
    parts: Sequence["Leaf | Node"]


@dataclass(frozen=True)
class Join:
    """`one.field = other.field`: two of the classes have that in common; or `one` stands `op` (`NOT BELOW STRICT`…) to `other`."""

    one: str
    field: str
    other: str
    other_field: str
    op: str = "="


@dataclass(frozen=True)
class Query:
    """Which class, and which of its objects (None: all); `alias` is what it is called, `classes` every class by its alias."""

    name: str
    where: Leaf | Node | None
    alias: str = ""
    classes: Mapping[str, str] = field(default_factory=dict)
    joins: Sequence[Join] = ()


def leaves(tree: Leaf | Node | None) -> Iterator[Leaf]:
    """Every comparison of a condition."""
    if isinstance(tree, Leaf):
        yield tree
    elif tree is not None:
        for part in tree.parts:
            yield from leaves(part)


def parse(text: str, now: datetime) -> list[Query]:
    """The queries of a UNION, or the only one. Raises ItopError with what was not understood. `now` is aware, in the institution's zone."""
    if len(text) > MOST:
        raise ItopError("Invalid OQL: too long")
    return _Reader(_tokens(text), now).union()


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

    def union(self) -> list[Query]:
        found = [self.query()]
        while self.maybe("UNION"):
            found.append(self.query())
        if self.at != len(self.tokens):
            raise ItopError(f"Invalid OQL near: {self.tokens[self.at][1]}")
        if len(found) > QUERIES:
            raise ItopError(f"Invalid OQL: more than {QUERIES} queries in a UNION")
        return found

    def query(self) -> Query:
        self.want("SELECT")
        first = self.name()
        chosen = first if self.maybe("FROM") else ""
        name = self.name() if chosen else first
        alias = self.alias(name)
        classes, joins = {alias: name}, list[Join]()
        while self.maybe("JOIN"):
            joins.append(self.join(classes))
        where = self.either() if self.maybe("WHERE") else None
        chosen = chosen or alias
        for one in (chosen, *(leaf.of for leaf in leaves(where) if leaf.of)):
            if one not in classes:
                raise ItopError(f"Invalid OQL: unknown class or alias '{one}'")
        return Query(classes[chosen], where, chosen, classes, joins)

    def name(self) -> str:
        return self.take("word").strip("`")

    def alias(self, name: str) -> str:
        return self.name() if self.maybe("AS") else name

    def join(self, classes: dict[str, str]) -> Join:
        """A further class, tied to one that is there already."""
        if len(classes) > JOINS:
            raise ItopError(f"Invalid OQL: more than {JOINS} JOIN")
        name = self.name()
        alias = self.alias(name)
        if alias in classes:
            raise ItopError(f"Invalid OQL: '{alias}' is named twice")
        classes[alias] = name
        self.want("ON")
        (one, field), op, (other, other_field) = self.side(), self.relation(), self.side()
        if op != "=" and other_field != "id":
            raise ItopError(f"Wrong format for Join clause (right hand), expecting an id - found '{other_field}'")
        if {one, other} - set(classes) or alias not in (one, other) or one == other:
            raise ItopError(f"Invalid OQL: '{alias}' is not tied to a class before it")
        return Join(one, field, other, other_field, op)

    def side(self) -> tuple[str, str]:
        """`alias.field` of a join."""
        alias, dot, field = self.take("word").replace("`", "").partition(".")
        if not dot:
            raise ItopError(f"Invalid OQL near: {alias}: a join names class and field")
        return alias, field

    def relation(self) -> str:
        """By what a join ties: `=`, or how the one stands to the other in a tree."""
        negated = "NOT " if self.maybe("NOT") else ""
        word = self.next()[1].upper()
        if word in TREE:
            return f"{negated}{word}{' STRICT' if self.maybe('STRICT') else ''}"
        if word != "=" or negated:
            raise ItopError(f"Invalid OQL near: {negated}{word}: classes are joined with =, BELOW and ABOVE only")
        return word

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
            of, field = self.field()
            self.want(")")
            return Leaf(field, "null", (), of)
        return self.comparison(*self.field())

    def comparison(self, of: str, field: str) -> Leaf | Node:
        negated = self.maybe("NOT")
        if self.maybe("LIKE"):
            leaf = Leaf(field, "like", (self.value(),), of)
        elif self.maybe("IN"):
            leaf = Leaf(field, "in", self.values(), of)
        else:
            op = self.take("op")
            if op not in _OPS or negated:
                raise ItopError(f"Invalid OQL near: {op}")
            negated, op = op in ("!=", "<>"), "=" if op in ("!=", "<>") else op
            leaf = Leaf(field, op, (self.value(),), of)
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

    def field(self) -> tuple[str, str]:
        """The alias, empty where none is said, and the field."""
        of, _dot, field = self.take("word").replace("`", "").rpartition(".")
        return of, field

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
