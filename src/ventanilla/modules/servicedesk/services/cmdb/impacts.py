"""Who is hurt when items fail, why, and who must be told; what an item depends on; also as of a past day.

Start reading at `impact_of`. The arithmetic is `lib.impact`; here items have names, owners and visibility.
"""
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial
from operator import itemgetter
from typing import Any, Literal, NamedTuple, TypeVar, overload

import numpy as np
from django.db.models import Q
from django.utils.translation import gettext as _

from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Appointment, Person
from ventanilla.core.orgs.reach import reach_of
from ventanilla.core.orgs.services.setup import NotAllowed
from ventanilla.lib.impact import DOWN, Impact, Supply, impact, single_points, supply
from ventanilla.modules.servicedesk.models.cmdb import CIType, RelationType
from ventanilla.modules.servicedesk.models.liaisons import Liaison
from ventanilla.modules.servicedesk.services.cmdb.estate import Estate, estate_of, rows_of
from ventanilla.modules.servicedesk.services.cmdb.past import end_of

T = TypeVar("T")
Direction = Literal["up", "down"]
ALONE_SOUGHT = 400
"""How many suppliers are tried one by one as a single point of failure."""
MANY = 64
"""After so many single links, all that are likely are made."""


class Node(NamedTuple):
    """An item on the day of the question."""

    id: int
    name: str
    code: str
    type: str
    icon: str
    state: str
    criticality: int
    unit_id: int | None
    owner_id: int | None


class Hurt(NamedTuple):
    """An item that is hurt (`down` or `degraded`), or needed (`needed`; `single`: its failure alone suffices), `wave` steps away."""

    node: Node
    level: str
    wave: int
    single: bool = False


class Link(NamedTuple):
    """A step of a reason: `dependent` `reads` `supplier`; `group` is the redundancy that did not suffice, `need` of `members`."""

    supplier: Node
    dependent: Node
    reads: str
    relation_id: int
    group: str = ""
    need: int = 1
    members: int = 1

    @property
    def text(self) -> str:
        """As a sentence: "Sistema A se ejecuta en Servidor 1 (grupo «Nodos»: necesita 2 de 3)"."""
        text = f"{self.dependent.name} {self.reads} {self.supplier.name}"
        if self.group:
            text += _(" (grupo «%(g)s»: necesita %(n)s de %(m)s)") % {"g": self.group, "n": self.need, "m": self.members}
        return text


@dataclass
class Told:
    """Somebody to tell, as what, and of which items."""

    person: Person
    roles: list[str] = field(default_factory=list)
    items: list[Node] = field(default_factory=list)


@dataclass(frozen=True)
class ImpactReport:
    """The answer. `hurt` is ordered by what matters: down before degraded, the most critical first, then the nearest."""

    estate: Estate
    direction: Direction
    found: Impact | Supply
    roots: Sequence[Node]
    outside: Sequence[Node]
    nodes: Mapping[int, Node]
    hurt: Sequence[Hurt]
    returning: frozenset[int]

    @property
    def day(self) -> date:
        """The day of the question."""
        return self.estate.day

    def path(self, item_id: int) -> list[Link]:
        """Why: the links from an item that failed up to this one (or from this one to what needs it), in order."""
        node = self.estate.place.get(item_id)
        return [] if node is None else [*map(self._linker.__getitem__, self.found.path(node))]

    def links(self) -> list[Link]:
        """The last link of every reason: one edge per item that is hurt, enough to draw them all."""
        place, cause = self.estate.place, self.found.cause
        return [self._linker[int(cause[place[h.node.id]])] for h in self.hurt]

    def count(self, level: str) -> int:
        """How many items are hurt so."""
        return self.hurt.levels.count(level) if isinstance(self.hurt, HurtItems) else sum(1 for h in self.hurt if h.level == level)

    @cached_property
    def _linker(self) -> "Linker":
        return Linker(self.estate, self.nodes, self.found.cause[self.found.cause >= 0])


class Linker(dict[int, Link]):
    """Edges of an estate as links between named items, made when first asked for; `nodes` has every item that is asked for.

    `likely`: edges that are made all at once as soon as many are asked for.
    """

    def __init__(self, estate: Estate, nodes: Mapping[int, Node], likely: Any = ()) -> None:
        self.estate, self.nodes, self.likely = estate, nodes, likely

    @cached_property
    def _reads(self) -> dict[int, str]:
        kinds = RelationType.objects.filter(pk__in=[int(k) for k in np.unique(self.estate.kind)])
        return {k.pk: k.forward if k.dependent == "source" else k.backward for k in kinds}

    def __missing__(self, edge: int) -> Link:
        if len(self) == MANY and len(self.likely):
            self._make(self.likely)
        if edge not in self:
            self._make(np.array([edge]))
        return self[edge]

    def _make(self, edges: Any) -> None:
        """These edges column by column, which costs a tenth of one after another."""
        graph, ids = self.estate.graph, self.estate.ids
        group = graph.group[edges]
        ends = [map(self.nodes.__getitem__, ids[end[edges]].tolist()) for end in (graph.supplier, graph.dependent)]
        names = [band.name for band in self.estate.bands]
        self.update(zip(edges.tolist(), tuples(Link, zip(
            *ends, map(self._reads.__getitem__, self.estate.kind[edges].tolist()), self.estate.relation[edges].tolist(),
            [names[g] if g < len(names) else "" for g in group.tolist()], graph.need[group].tolist(), graph.members[group].tolist(),
            strict=True)), strict=True))

    def link(self, edge: int) -> Link:
        """The edge of that number."""
        return self[edge]


class Nodes(Mapping[int, Node]):
    """Items by id, kept as plain rows until they are looked at: 100,000 named tuples would cost more than everything else."""

    def __init__(self, rows: Mapping[int, tuple[Any, ...]], types: Mapping[int, tuple[str, str]]) -> None:
        self.rows, self.types = rows, types
        self._made: dict[int, Node] = {}

    def __getitem__(self, item: int) -> Node:
        if (made := self._made.get(item)) is None:
            row = self.rows[item]
            made = self._made[item] = Node(row[0], row[1], row[2], *self.types[row[3]], *row[4:])
        return made

    def __iter__(self) -> Iterator[int]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


class HurtItems(Sequence[Hurt]):
    """What is hurt, in order, each made when it is looked at."""

    def __init__(self, nodes: Nodes, ids: Sequence[int], levels: Sequence[str], waves: Sequence[int]) -> None:
        self.nodes, self.ids, self.levels, self.waves = nodes, ids, levels, waves

    @overload
    def __getitem__(self, at: int) -> Hurt: ...
    @overload
    def __getitem__(self, at: slice) -> list[Hurt]: ...
    def __getitem__(self, at: int | slice) -> Hurt | list[Hurt]:
        if isinstance(at, slice):
            return [self[n] for n in range(*at.indices(len(self)))]
        return Hurt(self.nodes[self.ids[at]], self.levels[at], self.waves[at])

    def __iter__(self) -> Iterator[Hurt]:
        return map(Hurt, map(self.nodes.__getitem__, self.ids), self.levels, self.waves)

    def __len__(self) -> int:
        return len(self.ids)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and [*self] == [*other]

    __hash__ = None  # type: ignore[assignment]


def may_ask(person: Person) -> bool:
    """Whether the person may see the whole graph."""
    reach = reach_of(person)
    return reach.can(cap.CMDB_READ) or reach.can(cap.CMDB_WRITE)


def impact_of(person: Person, ci_ids: Sequence[int], day: date | None = None, *, direction: Direction = "up",
              without: Sequence[int] = ()) -> ImpactReport:
    """What the failure of these items does (`up`), or what they depend on (`down`), at the end of a local day (today).

    `without` are items that are out already: only what the others add to that is told. Items that are not in service on
    that day hurt nobody. Raises NotAllowed unless the person reads the configuration database; items of another
    institution are as if they did not exist.
    """
    if not may_ask(person):
        raise NotAllowed
    estate = estate_of(person.institution_id, day)
    roots, out = estate.nodes_of(ci_ids), estate.nodes_of(without)
    if direction == "down":
        return _needs(person, estate, ci_ids, roots)
    found = impact(estate.graph, [*roots, *out])
    worse = found.state > impact(estate.graph, out).state if out else found.state > 0
    worse[roots] = False
    places = np.flatnonzero(worse)
    nodes = nodes_on(person.institution_id, _named(estate, found, places, ci_ids, out), day)
    return _report(estate, direction, found, ci_ids, nodes, _hurt(estate, found, places, nodes))


def _hurt(estate: Estate, found: Impact, places: Any, nodes: Nodes) -> HurtItems:
    """Down before degraded, the most critical first, then the nearest, then by name; whole columns, since there may be 100,000."""
    rows = [*map(nodes.rows.__getitem__, estate.ids[places].tolist())]
    names = [*map(itemgetter(1), rows)]
    by_name = np.array(sorted(range(len(names)), key=names.__getitem__), np.int64)
    criticality = np.fromiter(map(itemgetter(5), rows), np.int64, len(rows))[by_name]
    state, wave = found.state[places][by_name], found.wave[places][by_name]
    order = np.lexsort((wave, -criticality, state != DOWN))
    levels = ["down" if s == DOWN else "degraded" for s in state[order].tolist()]
    return HurtItems(nodes, estate.ids[places][by_name[order]].tolist(), levels, wave[order].tolist())


def _named(estate: Estate, found: Impact, places: Any, ci_ids: Sequence[int], out: Sequence[int]) -> set[int]:
    """Items whose names are wanted: the hurt ones, the asked ones, and those out already (reasons begin there, and pass by them)."""
    passed = np.flatnonzero(found.state > 0) if len(out) else places
    return {*estate.ids[passed].tolist(), *ci_ids}


def _needs(person: Person, estate: Estate, ci_ids: Sequence[int], roots: Sequence[int]) -> ImpactReport:
    found = supply(estate.graph, roots)
    places = found.nodes().tolist()
    nodes = nodes_on(person.institution_id, {*estate.ids[places].tolist(), *ci_ids}, estate.day)
    alone: set[int] = set()
    for root in roots:
        alone.update(single_points(estate.graph, root, places[:ALONE_SOUGHT]))
    hurt = [Hurt(nodes[int(estate.ids[p])], "needed", int(found.wave[p]), p in alone) for p in places]
    hurt.sort(key=lambda h: (not h.single, h.wave, -h.node.criticality, h.node.name, h.node.id))
    return _report(estate, "down", found, ci_ids, nodes, hurt)


def _report(estate: Estate, direction: Direction, found: Impact | Supply, ci_ids: Sequence[int], nodes: Mapping[int, Node],
            hurt: Sequence[Hurt]) -> ImpactReport:
    asked = [nodes[i] for i in dict.fromkeys(ci_ids) if i in nodes]
    back = estate.ids[found.returning()].tolist() if isinstance(found, Impact) else []
    return ImpactReport(estate, direction, found, [n for n in asked if n.id in estate.place],
                        [n for n in asked if n.id not in estate.place], nodes, hurt, frozenset(back))


_NOW = """SELECT id, name, code, type_id, state, criticality, unit_id, owner_id FROM servicedesk_configurationitem
WHERE institution_id = %(institution)s AND id = ANY(%(ids)s::bigint[])"""
_THEN = """SELECT DISTINCT ON (v.item_id) v.item_id, v.facts ->> 'name', v.facts ->> 'code', (v.facts ->> 'type')::bigint,
  v.facts ->> 'state',
  (v.facts ->> 'criticality')::int, (v.facts ->> 'unit')::bigint, (v.facts ->> 'owner')::bigint
FROM servicedesk_civersion v JOIN servicedesk_configurationitem i ON i.id = v.item_id
WHERE i.institution_id = %(institution)s AND v.item_id = ANY(%(ids)s::bigint[]) AND v.since < %(until)s
ORDER BY v.item_id, v.since DESC, v.id DESC"""


def nodes_on(institution_id: int, wanted: Iterable[int], day: date | None = None) -> Nodes:
    """Items of the institution by id, as they were at the end of that day (as they are); one registered later, as it is."""
    kinds = CIType.objects.filter(institution_id=institution_id).values_list("pk", "label", "icon")
    values: dict[str, Any] = {"institution": institution_id, "ids": f"{{{','.join(map(str, wanted))}}}"}
    rows = rows_of(_NOW, values)
    if day is not None:
        rows += rows_of(_THEN, values | {"until": end_of(day)})
    return Nodes({row[0]: row for row in rows}, {pk: (label, icon) for pk, label, icon in kinds})


def tuples(kind: type[T], rows: Iterable[tuple[Any, ...]]) -> list[T]:
    """Rows as named tuples of that kind, made without a Python call for each."""
    return [*map(partial(tuple.__new__, kind), rows)]  # type: ignore[type-var]


def to_tell(report: ImpactReport) -> list[Told]:
    """Who must be told of what is hurt: owners, heads and liaisons of the owner units on that day, by surname."""
    found: dict[int, Told] = {}
    by_unit: dict[int, list[Node]] = {}
    owned: dict[int, list[Node]] = {}
    for hurt in report.hurt:
        for key, groups in ((hurt.node.unit_id, by_unit), (hurt.node.owner_id, owned)):
            if key:
                groups.setdefault(key, []).append(hurt.node)
    for person in Person.objects.filter(pk__in=owned, active=True):
        _tell(found, person, "responsable", owned[person.pk])
    for post in _posts(by_unit, report.day):
        _tell(found, post.person, ROLES[post.post.kind], by_unit[post.post.unit_id])
    for liaison in Liaison.objects.filter(unit__in=by_unit, state="active", person__active=True).select_related("person"):
        _tell(found, liaison.person, ROLES["liaison"], by_unit[liaison.unit_id])
    return sorted(found.values(), key=lambda t: t.person.sort_key)


ROLES = {"head": "titular", "liaison": "enlace"}


def _posts(units: Iterable[int], day: date) -> Any:
    return Appointment.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day, post__unit__in=list(units), post__kind__in=list(ROLES),
        person__active=True).select_related("person", "post").order_by("pk")


def _tell(found: dict[int, Told], person: Person, role: str, items: Sequence[Node]) -> None:
    told = found.setdefault(person.pk, Told(person))
    if role not in told.roles:
        told.roles.append(role)
    known = {n.id for n in told.items}
    told.items.extend(n for n in items if n.id not in known)
