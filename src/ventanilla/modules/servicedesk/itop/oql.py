"""The subset of OQL that scripts use: `SELECT [a FROM] Class [AS a] [JOIN Class AS b ON a.key = b.id …] [WHERE condition] [UNION …]`, with
AND, OR, NOT, parentheses, comparisons, LIKE, REGEXP, IN (of a list or of a SELECT), ISNULL and the functions of `operands.py`; BELOW and
ABOVE join by where objects stand in a tree. Pure but for the clock that is handed in.
"""
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from ventanilla.modules.servicedesk.itop.operands import (
    MOMENT,
    MONTHS,
    UNITS,
    Call,
    Column,
    Operand,
    Value,
    called,
    calls,
    columns,
)
from ventanilla.modules.servicedesk.itop.problems import ItopError

MOST: Final = 4000
DEEPEST: Final = 30
JOINS: Final = 5
NESTED: Final = 5
"""Queries within a query, at most."""
QUERIES: Final = 10
"""Queries of one UNION, at most."""
TREE: Final = ("BELOW", "ABOVE")
_TOKEN: Final = re.compile(
    r"\s*(?:(?P<text>'(?:[^'\\]|\\.|'')*'|\"(?:[^\"\\]|\\.)*\")|(?P<number>-?\d+(?:\.\d+)?)|(?P<op><=|>=|!=|<>|=|<|>|[(),+*/-])"
    r"|(?P<word>`?[A-Za-z_][\w]*`?(?:\.`?\w+`?)?))")
_OPS: Final = ("=", "!=", "<>", "<", ">", "<=", ">=")


@dataclass(frozen=True)
class Leaf:
    """`of.field op values`; op is one of = < > <= >= like in null, negated by a Not above, or `select`: then the values are queries, and
    the field is the key of what they find. `of` empty: of the class that is selected."""

    field: str
    op: str
    values: Sequence["Value | Query"]
    of: str = ""


@dataclass(frozen=True)
class Test:
    """`left op right` with functions, or fields on both sides; op as of a Leaf, or `regexp`. Its fields are all of the class `of`."""

    left: Operand
    op: str
    right: Sequence[Operand]
    of: str = ""


@dataclass(frozen=True)
class Node:
    """AND, OR or NOT of others."""

    op: str
    parts: Sequence["Condition"]


Condition = Leaf | Test | Node


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
    where: Condition | None
    alias: str = ""
    classes: Mapping[str, str] = field(default_factory=dict)
    joins: Sequence[Join] = ()


def leaves(tree: Condition | None) -> Iterator[Leaf | Test]:
    """Every comparison of a condition."""
    if isinstance(tree, Leaf | Test):
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
        self.tokens, self.at, self.now, self.depth, self.inside = tokens, 0, now, 0, 0

    def union(self) -> list[Query]:
        found = self.several()
        if self.at != len(self.tokens):
            raise ItopError(f"Invalid OQL near: {self.tokens[self.at][1]}")
        return found

    def several(self) -> list[Query]:
        found = [self.query()]
        while self.maybe("UNION"):
            found.append(self.query())
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

    def either(self) -> Condition:
        parts = [self.both()]
        while self.maybe("OR"):
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else Node("or", parts)

    def both(self) -> Condition:
        parts = [self.one()]
        while self.maybe("AND"):
            parts.append(self.one())
        return parts[0] if len(parts) == 1 else Node("and", parts)

    def one(self) -> Condition:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ItopError("Invalid OQL: too deep")
        found = self._one()
        self.depth -= 1
        return found

    def _one(self) -> Condition:
        if self.maybe("NOT"):
            return Node("not", [self.one()])
        if self.maybe("("):
            inner = self.either()
            self.want(")")
            return inner
        left = self.sum()
        if isinstance(left, Call) and left.name == "ISNULL" and self.peek() not in _OPS:
            of = left.args[0]
            return Leaf(of.field, "null", (), of.of) if isinstance(of, Column) else self.test(of, "null", ())
        return self.comparison(left)

    def comparison(self, left: Operand) -> Condition:
        negated, op = self.maybe("NOT"), self.next()[1].upper()
        if op == "IN":
            found = self.members(left)
        elif op in ("LIKE", "REGEXP") or (op in _OPS and not negated):
            negated, op = negated or op in ("!=", "<>"), "=" if op in ("!=", "<>") else op.lower()
            found = self.test(left, op, [self.sum()])
        else:
            raise ItopError(f"Invalid OQL near: {op}")
        return Node("not", [found]) if negated else found

    def members(self, left: Operand) -> Condition:
        """IN with a list, or with the objects of a query: then the left side is their key."""
        self.want("(")
        if self.peek() != "SELECT" or self.tokens[self.at][0] == "text":
            found = [self.sum()]
            while self.maybe(","):
                found.append(self.sum())
            self.want(")")
            return self.test(left, "in", found)
        if not isinstance(left, Column):
            raise ItopError("Invalid OQL: only a key is IN a SELECT")
        self.inside += 1
        if self.inside > NESTED:
            raise ItopError(f"Invalid OQL: more than {NESTED} queries within queries")
        inner = self.several()
        self.want(")")
        return Leaf(left.field, "select", inner, left.of)

    def test(self, left: Operand, op: str, right: Sequence[Operand]) -> Condition:
        """A comparison of a field with values, or one of functions, all of one class."""
        values = [one for one in right if not isinstance(one, Column | Call)]
        if isinstance(left, Column) and len(values) == len(right) and op != "regexp":
            return Leaf(left.field, op, values, left.of)
        named = {column.of for one in (left, *right) for column in self.read(one)}
        if len(named) > 1:
            raise ItopError(f"Invalid OQL: one comparison is about one class, not about {' and '.join(sorted(named))}")
        return Test(left, op, right, next(iter(named), ""))

    def read(self, operand: Operand) -> Iterator[Column]:
        """The fields of an operand, with those of the conditions of its IF."""
        yield from columns(operand)
        for call in calls(operand):
            for part in leaves(call.test):
                yield Column("", part.of)

    def sum(self) -> Operand:
        """Products with + and - between them."""
        found, many = self.product(), 0
        while sign := self.sign("+-"):
            self.at += len(sign) == 1  # else it is that of a number: `x -5`
            found, many = called(sign if len(sign) == 1 else "+", (found, self.product())), self.further(many)
        return found

    def product(self) -> Operand:
        """Operands with * and / between them."""
        found, many = self.operand(), 0
        while sign := self.sign("*/"):
            self.at += 1
            found, many = called(sign, (found, self.operand())), self.further(many)
        return found

    def sign(self, known: str) -> str:
        """The next token when it is, or begins with, one of these signs."""
        there = self.peek()
        return there if there and there[0] in known and self.tokens[self.at][0] != "text" else ""

    def further(self, many: int) -> int:
        """One more sign of a row of them, which is as deep as a condition may be."""
        if many >= DEEPEST:
            raise ItopError("Invalid OQL: too deep")
        return many + 1

    def operand(self) -> Operand:
        kind, text = self.next()
        if kind == "text":
            return re.sub(r"\\(.)", r"\1", text[1:-1].replace("''", "'") if text[0] == "'" else text[1:-1])
        if kind == "number":
            return float(text) if "." in text else int(text)
        if kind != "word":
            raise ItopError(f"Invalid OQL near: {text}")
        if self.peek() == "(" and self.tokens[self.at][0] == "op":
            return self.function(text.upper())
        of, _dot, field = text.replace("`", "").rpartition(".")
        return Column(field, of)

    def function(self, name: str) -> Operand:
        """A function with its arguments, each as deep as conditions may be."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise ItopError("Invalid OQL: too deep")
        self.want("(")
        found = self._function(name)
        self.want(")")
        self.depth -= 1
        return found

    def _function(self, name: str) -> Operand:
        if name in ("NOW", "CURRENT_DATE"):
            return self.now.strftime(MOMENT if name == "NOW" else "%Y-%m-%d")
        test = None
        if name == "IF":
            test = self.either()
            self.want(",")
        args = [self.sum()]
        while self.maybe(","):
            args += self.interval() if self.maybe("INTERVAL") else [self.sum()]
        if name == "COALESCE" and len(args) == 1:
            return args[0]
        return called(name, args, test)

    def interval(self) -> list[Operand]:
        """`INTERVAL 3 DAY`."""
        amount, unit = self.operand(), self.take("word").upper()
        if (unit not in UNITS and unit not in MONTHS) or not isinstance(amount, int | float | str):
            raise ItopError(f"Invalid OQL near: INTERVAL {amount} {unit}")
        try:
            return [float(amount) if unit in UNITS else int(amount), unit]
        except ValueError:
            raise ItopError(f"Invalid OQL near: INTERVAL {amount} {unit}") from None

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
