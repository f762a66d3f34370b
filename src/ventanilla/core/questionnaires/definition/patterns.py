"""A small language of patterns whose matching time is linear: no backtracking, so nobody can make it hang.

Syntax (a subset of Python's and of HTML's `pattern`, with the same meaning of a full match): literals, `.`, `\\d`
`\\w` `\\s` and escaped signs, classes `[A-ZÑ0-9]` and `[^…]`, groups `( | )` and `(?: )`, `? * + {m} {m,} {m,n}`. There
are no back references, looks around or anchors. Simulated as a non-deterministic automaton (K. Thompson, "Regular
expression search algorithm", CACM 11(6), 1968). The size after unrolling repetitions is limited to MAX_STATES.
"""
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

MAX_PATTERN: Final = 200
MAX_STATES: Final = 2000
MAX_REPEAT: Final = 200
Test = Callable[[str], bool]
_CLASSES: Final[dict[str, Test]] = {
    "d": lambda c: c in "0123456789",
    "w": lambda c: c.isalnum() or c == "_",
    "s": str.isspace,
}
_SIGNS: Final = frozenset("\\.^$*+?{}[]|()/-@#&:,;=!'\"%_ ~<>")


class PatternError(ValueError):
    """A pattern outside the language, or too large."""


@dataclass(frozen=True)
class Node:
    """A part of a parsed pattern: `one` character, `all` in order, `any` of, or `rep`eated."""

    kind: str
    test: Test | None = None
    parts: tuple["Node", ...] = ()
    least: int = 1
    most: int | None = 1


class _Parser:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def peek(self) -> str:
        return self.text[self.at] if self.at < len(self.text) else ""

    def take(self) -> str:
        if self.at >= len(self.text):
            raise PatternError(self.text)
        self.at += 1
        return self.text[self.at - 1]

    def alternatives(self, depth: int = 0) -> Node:
        if depth > 20:
            raise PatternError(self.text)
        found = [self.sequence(depth)]
        while self.peek() == "|":
            self.take()
            found.append(self.sequence(depth))
        return found[0] if len(found) == 1 else Node("any", parts=tuple(found))

    def sequence(self, depth: int) -> Node:
        parts: list[Node] = []
        while self.peek() not in ("", "|", ")"):
            parts.append(self.repeated(self.atom(depth)))
        return Node("all", parts=tuple(parts))

    def atom(self, depth: int) -> Node:
        sign = self.take()
        if sign == "(":
            return self.group(depth)
        if sign == "[":
            return Node("one", self.set())
        if sign == ".":
            return Node("one", lambda c: c != "\n")
        if sign == "\\":
            return Node("one", self.escape())
        if sign in "*+?{}])^$":
            raise PatternError(self.text)
        return Node("one", _is(sign))

    def group(self, depth: int) -> Node:
        if self.peek() == "?":
            self.take()
            if self.take() != ":":
                raise PatternError(self.text)
        inner = self.alternatives(depth + 1)
        if self.take() != ")":
            raise PatternError(self.text)
        return inner

    def escape(self) -> Test:
        sign = self.take()
        if sign in _CLASSES:
            return _CLASSES[sign]
        if sign not in _SIGNS:
            raise PatternError(self.text)
        return _is(sign)

    def set(self) -> Test:
        tests: list[Test] = []
        inverted = self.peek() == "^" and bool(self.take())
        while self.peek() != "]" or not tests:
            tests.append(self.member())
        self.take()
        return _of(tuple(tests), inverted)

    def member(self) -> Test:
        sign = self.take()
        if sign == "[" or sign == "]":
            raise PatternError(self.text)
        if sign == "\\":
            return self.escape()
        following = self.text[self.at + 1 : self.at + 2]
        if self.peek() != "-" or following in ("", "]"):
            return _is(sign)
        self.take()
        last = self.take()
        if last in "\\[" or last < sign:
            raise PatternError(self.text)
        return _between(sign, last)

    def repeated(self, node: Node) -> Node:
        sign = self.peek()
        if sign not in ("?", "*", "+", "{"):
            return node
        self.take()
        least, most = {"?": (0, 1), "*": (0, None), "+": (1, None)}.get(sign) or self.bounds()
        if self.peek() in ("?", "*", "+", "{"):
            raise PatternError(self.text)
        return Node("rep", parts=(node,), least=least, most=most)

    def bounds(self) -> tuple[int, int | None]:
        end = self.text.find("}", self.at)
        low, comma, high = self.text[self.at : max(end, self.at)].partition(",")
        if end < 0 or not (low.isascii() and low.isdigit()) or (high and not (high.isascii() and high.isdigit())):
            raise PatternError(self.text)
        self.at = end + 1
        least, most = int(low), (int(high) if high else None) if comma else int(low)
        if least > MAX_REPEAT or (most is not None and not least <= most <= MAX_REPEAT):
            raise PatternError(self.text)
        return least, most


def _is(sign: str) -> Test:
    return lambda c: c == sign


def _between(first: str, last: str) -> Test:
    return lambda c: first <= c <= last


def _of(tests: tuple[Test, ...], inverted: bool) -> Test:
    return lambda c: any(t(c) for t in tests) != inverted


@dataclass
class Pattern:
    """A compiled pattern. State n goes on `tests[n]` to `after[n]`, and freely to `free[n]`."""

    tests: list[Test | None]
    after: list[int]
    free: list[tuple[int, ...]]
    start: int = 0
    end: int = 0

    def matches(self, text: str) -> bool:
        """Whether the whole text fits, in time of the order of length times size."""
        now = self._closed([self.start])
        for sign in text:
            now = self._closed(self.after[n] for n in now if (test := self.tests[n]) and test(sign))
            if not now:
                return False
        return self.end in now

    def _closed(self, states: Iterable[int]) -> set[int]:
        found: set[int] = set()
        todo = list(states)
        while todo:
            state = todo.pop()
            if state not in found:
                found.add(state)
                todo.extend(self.free[state])
        return found


class _Builder:
    def __init__(self) -> None:
        self.pattern = Pattern([], [], [])
        self.steps = 0

    def state(self, test: Test | None = None, after: int = -1, free: tuple[int, ...] = ()) -> int:
        if len(self.pattern.tests) >= MAX_STATES:
            raise PatternError
        self.pattern.tests.append(test)
        self.pattern.after.append(after)
        self.pattern.free.append(free)
        return len(self.pattern.tests) - 1

    def build(self, node: Node, end: int) -> int:
        """The state from which `node` leads to `end`."""
        self.steps += 1
        if self.steps > 10 * MAX_STATES:  # nested repetitions of nothing
            raise PatternError
        if node.kind == "one":
            return self.state(node.test, end)
        if node.kind == "any":
            return self.state(free=tuple(self.build(part, end) for part in node.parts))
        if node.kind == "rep":
            return self.repeat(node, end)
        for part in reversed(node.parts):
            end = self.build(part, end)
        return end

    def repeat(self, node: Node, end: int) -> int:
        part = node.parts[0]
        at = end
        if node.most is None:
            at = self.state(free=(end,))
            self.pattern.free[at] = (self.build(part, at), end)
        for _n in range((node.most or node.least) - node.least):
            at = self.state(free=(self.build(part, at), end))
        for _n in range(node.least):
            at = self.build(part, at)
        return at


@lru_cache(maxsize=512)
def compiled(text: str) -> Pattern:
    """The pattern. Raises PatternError."""
    if not 0 < len(text) <= MAX_PATTERN:
        raise PatternError(text)
    parser = _Parser(text)
    tree = parser.alternatives()
    if parser.at != len(text):
        raise PatternError(text)
    builder = _Builder()
    builder.pattern.end = builder.state()
    builder.pattern.start = builder.build(tree, builder.pattern.end)
    return builder.pattern
