"""A state machine as a table that can be printed, compared and checked when the process starts.

From the one table come the buttons, the API's allowed actions, the fields a step needs, the clock,
the rows the database constraint reads, the test matrix and the diagram in docs/flows.
"""
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

ClockMode = Literal["run", "pause", "stop"]
Text = Any
"""Words for people: a text, or what becomes one in the language of whoever reads (`str(…)` where it must be a text now)."""
STAYS = ""


class FlowError(ValueError):
    """The table itself is wrong: refuse to start."""


@dataclass(frozen=True, slots=True)
class Step:
    """An arrow: from any of `sources` to `target` (STAYS: the state does not change).

    `roles` are the relations allowed to take it, `needs` the fields it cannot be taken without. `also`: further states in which
    it may land, as the verb finds (an undo goes back to where the case was).
    """

    name: str
    sources: tuple[str, ...]
    target: str
    roles: frozenset[str]
    needs: tuple[str, ...] = ()
    label: Text = ""
    also: tuple[str, ...] = ()

    def lands(self, source: str) -> str:
        """The state after the step, taken from `source`."""
        return self.target or source

    def targets(self, source: str) -> tuple[str, ...]:
        """Every state in which it may land, the usual one first."""
        return (self.lands(source), *self.also)


@dataclass(frozen=True)
class Flow:
    """States, arrows and what each state does to the clock; `sealed` are the ends in which a matter takes no more files. Raises
    FlowError when it cannot be right."""

    slug: str
    initial: str
    steps: tuple[Step, ...]
    labels: Mapping[str, Text]
    clock: Mapping[str, ClockMode] = field(default_factory=dict)
    sealed: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self._no_arrow_twice()
        self._all_reachable()
        self._all_can_end()
        if missing := [s for s in self.states if s not in self.labels]:
            raise FlowError(f"{self.slug}: states without a label: {missing}")
        if unended := [s for s in sorted(self.sealed) if s not in self.states or not self.is_end(s)]:
            raise FlowError(f"{self.slug}: sealed, but no end: {unended}")

    @property
    def states(self) -> tuple[str, ...]:
        """Every state, the initial one first, then in order of appearance."""
        seen = dict.fromkeys([self.initial])
        for step in self.steps:
            seen.update(dict.fromkeys([*step.sources, *([step.target] if step.target else []), *step.also]))
        return tuple(seen)

    def mode(self, state: str) -> ClockMode:
        """What `state` does to the clock; `run` unless the table says otherwise."""
        return self.clock.get(state, "run")

    def is_end(self, state: str) -> bool:
        """A state in which nothing is owed any more."""
        return self.mode(state) == "stop"

    def find(self, name: str, source: str) -> Step | None:
        """The step called `name` as it starts from `source`, or None when there is no such arrow."""
        return next((s for s in self.steps if s.name == name and source in s.sources), None)

    def allowed(self, source: str, roles: Iterable[str]) -> tuple[Step, ...]:
        """The steps that somebody with these relations may take from `source`, in table order."""
        held = frozenset(roles)
        return tuple(s for s in self.steps if source in s.sources and s.roles & held)

    def mermaid(self) -> str:
        """The diagram of docs/flows."""
        rows = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        rows += [f'    {state}: {self.labels[state]}' for state in self.states]
        rows += [f"    {source} --> {target}: {step.label or step.name}"
                 for step in self.steps for source in step.sources for target in step.targets(source)]
        rows += [f"    {state} --> [*]" for state in self.states if self.is_end(state)]
        return "\n".join(rows) + "\n"

    def _no_arrow_twice(self) -> None:
        arrows = [(step.name, source) for step in self.steps for source in step.sources]
        if twice := {a for a in arrows if arrows.count(a) > 1}:
            raise FlowError(f"{self.slug}: arrow declared twice: {sorted(twice)}")

    def _all_reachable(self) -> None:
        if lost := set(self.states) - self._closure({self.initial}, forward=True):
            raise FlowError(f"{self.slug}: unreachable: {sorted(lost)}")

    def _all_can_end(self) -> None:
        ends = {s for s in self.states if self.is_end(s)}
        if stuck := set(self.states) - self._closure(ends, forward=False):
            raise FlowError(f"{self.slug}: no way to an end from: {sorted(stuck)}")

    def _closure(self, start: set[str], *, forward: bool) -> set[str]:
        arrows = {(a, b) for step in self.steps for a in step.sources for b in step.targets(a)}
        pairs = arrows if forward else {(b, a) for a, b in arrows}
        seen: set[str] = set()
        queue = list(start)
        while queue:
            state = queue.pop()
            if state not in seen:
                seen.add(state)
                queue += [b for a, b in pairs if a == state]
        return seen
