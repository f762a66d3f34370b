"""The one registry through which the core reaches a module: kinds of case, teams for which they wait, and other searchable things."""
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

from ventanilla.lib.flow import ClockMode, Flow

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from ventanilla.core.cases.models import Case, Clock, Move
    from ventanilla.core.orgs.models import Person
    from ventanilla.core.orgs.reach import Reach

Teller = Callable[["Move"], Iterator[tuple[Iterable[int], str, str, str]]]


NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True)
class CaseKind:
    """What a module declares of its cases in `apps.py`.

    `detail_url(case_id)` gives the address of the record; `icon` is a name of the sprite. `relations(reach, case)` adds
    to what the core computes from grants; `clock_mode(clock kind, state, detail of the move)` says what a state does to one of
    several clocks (else the flow's own table); `late_notice` is the kind of notice that tells of its
    deadlines (else the usual ones); `telling` replaces what the core tells after a verb; `own_deadlines(clocks)` gives the ids of those
    whose amber and red moments the module tells by itself; `hours_of(units)` gives the ids of the open cases whose own clocks count the
    hours of these units (else those of the cases in charge of them).
    """

    slug: str
    label: str | Promise
    plural: str | Promise
    flow: Flow
    detail_url: Callable[[int], str]
    icon: str = "file"
    relations: "Callable[[Reach, Case], Iterable[str]] | None" = None
    clock_mode: Callable[[str, str, Mapping[str, Any]], ClockMode] | None = None
    telling: Mapping[str, Teller] = field(default_factory=dict)
    late_notice: str = ""
    own_deadlines: "Callable[[Sequence[Clock]], Collection[int]] | None" = None
    hours_of: "Callable[[Sequence[int]], QuerySet[Any, Any]] | None" = None

    def mode(self, clock: str, state: str, detail: Mapping[str, Any] = NOTHING) -> ClockMode:
        """What `state` does to a clock of that kind; `detail` is that of the move that led to it."""
        return self.clock_mode(clock, state, detail) if self.clock_mode else self.flow.mode(state)


@dataclass(frozen=True)
class Searchable:
    """Something that is not a case and can be found: unit, person, article, configuration item…

    `everybody`: each one is found by everybody of its institution, so that rights need not be looked at. `reading` makes what people
    read of the indexed text, where the two differ.
    """

    slug: str
    label: str | Promise
    detail_url: Callable[[int], str]
    icon: str = "file"
    everybody: bool = False
    reading: Callable[[str], str] | None = None


@dataclass(frozen=True)
class Team:
    """People who take matters from one queue; `mine`: the person is one of them. `units`: those in whose trays its matters are or were."""

    id: int
    name: str
    mine: bool
    units: Sequence[int]


@dataclass(frozen=True)
class Teams:
    """How matters of some kinds wait for teams within a unit, and not only for the unit.

    `of(person)`: the teams of what may be in the person's tray, their own first; `names(case ids)`: the team of each; `condition`: SQL on
    a row `y` of cases_tray that is of the teams %(teams)s, an array of their ids.
    """

    kinds: Collection[str]
    of: "Callable[[Person], Sequence[Team]]"
    names: Callable[[Sequence[int]], Mapping[int, str]]
    condition: str


_kinds: dict[str, CaseKind] = {}
_searchables: dict[str, Searchable] = {}
_teams: list[Teams] = []


def register_kind(kind: CaseKind) -> None:
    """Called once from a module's `ready()`. Raises ValueError when the slug is taken by another."""
    if _kinds.setdefault(kind.slug, kind) != kind:
        raise ValueError(f"two kinds of case are called {kind.slug}")


def register_searchable(thing: Searchable) -> None:
    """Called once from an app's `ready()`."""
    _searchables[thing.slug] = thing


def register_teams(found: Teams) -> None:
    """Called once from a module's `ready()`; one module has teams. Raises ValueError when another has them already."""
    if any(one.kinds != found.kinds for one in _teams):
        raise ValueError("two modules have teams")
    _teams[:] = [found]


def teams() -> Teams | None:
    """How matters wait for teams, where a module has any."""
    return _teams[0] if _teams else None


def kind_of(slug: str) -> CaseKind:
    """The kind of that slug. Raises KeyError."""
    return _kinds[slug]


def kinds() -> tuple[CaseKind, ...]:
    """Every kind, in order of registration."""
    return tuple(_kinds.values())


def searchables() -> dict[str, Searchable]:
    """Every searchable thing that is not a case."""
    return dict(_searchables)
