"""What a change collides with: periods without changes, other changes, and promises; by calendar and by impact, with the reason path.

Everything is computed with the system's eyes, so that the check never depends on who asks; what is *told* of another ticket
or of an item depends on what the reader may see. Two changes collide when their windows overlap and what one changes is, hurts,
or together with the other brings down what the other changes or hurts (ITIL 4, change enablement: change schedule and conflicts).
"""
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Final

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from ventanilla.core.cases.models import Case
from ventanilla.core.orgs.models import Person
from ventanilla.lib.impact import DOWN, Impact, impact
from ventanilla.modules.servicedesk.flow import ASKED, CHANGES
from ventanilla.modules.servicedesk.models import Blackout, Change, ConfigurationItem, TicketItem
from ventanilla.modules.servicedesk.services.blackouts import Time, in_words, times
from ventanilla.modules.servicedesk.services.cmdb.estate import Estate, estate_of
from ventanilla.modules.servicedesk.services.cmdb.impacts import Linker, Node, may_ask, nodes_on

DONE: Final = ("implemented", "failed", "rolled_back")
"""States in which a change is no longer in the way, though it is open."""
OTHERS, PROMISES, MOST = 50, 20, 5_000
"""Other changes looked at, promises listed one by one, and ties of tickets due in the window that are looked through."""
Window = tuple[datetime, datetime]


@dataclass(frozen=True)
class Collision:
    """One reason not to go ahead. `kind`: blackout, change, promise, or window (only the hours overlap: nothing to justify).

    `since` and `until` are aware; `why` are the sentences of the path; `case` and `blackout` only when the reader may see them.
    """

    kind: str
    title: str
    since: datetime
    until: datetime
    why: Sequence[str] = ()
    case: Case | None = None
    blackout: Blackout | None = None

    @property
    def asks(self) -> bool:
        """Whether going ahead needs an explicit reason."""
        return self.kind != "window"

    @property
    def plain(self) -> dict[str, object]:
        """For the record of what was known."""
        ids = {"case": self.case.pk if self.case else None, "blackout": self.blackout.pk if self.blackout else None}
        return {"kind": self.kind, "title": self.title, "why": list(self.why), **{k: v for k, v in ids.items() if v}}


@dataclass
class Spread:
    """What a ticket's items do when they are out: `roots` are changed, `chosen` all that the desk tied."""

    estate: Estate
    roots: list[int]
    chosen: set[int]

    @cached_property
    def found(self) -> Impact:
        """The fixpoint."""
        return impact(self.estate.graph, self.estate.nodes_of(self.roots))

    @cached_property
    def hurt(self) -> dict[int, int]:
        """Items that lose something, with their node, without those that are changed."""
        places = np.flatnonzero(self.found.state > 0).tolist()
        known = {int(self.estate.ids[p]): p for p in places}
        return {item: place for item, place in known.items() if item not in self.roots}

    @cached_property
    def down(self) -> set[int]:
        """Those of them that stop."""
        return {item for item, place in self.hurt.items() if self.found.state[place] == DOWN}

    @property
    def reach(self) -> set[int]:
        """Everything that is changed, chosen or hurt."""
        return {*self.roots, *self.chosen, *self.hurt}

    def path(self, item: int) -> list[int]:
        """Edges from what is changed to a hurt item."""
        place = self.estate.place.get(item)
        return [] if place is None else self.found.path(place)


def spread_of(estate: Estate, ties: Iterable[tuple[int, str]]) -> Spread:
    """Of a ticket's (item, role) pairs: what is to be changed fails; without any such, everything that is tied."""
    pairs = list(ties)
    changed = sorted({item for item, role in pairs if role == "changed"})
    chosen = {item for item, _role in pairs}
    return Spread(estate, changed or sorted(chosen), chosen)


@dataclass(frozen=True)
class Clash:
    """How two changes meet: on which item, in which way, by which edges."""

    way: str
    item: int
    edges: Sequence[int] = ()


WAYS: Final = {
    "same": noop("Los dos cambian «%(item)s»."), "hurts": noop("Este cambio afecta a «%(item)s», que el otro cambia."),
    "hurt": noop("El otro cambio afecta a «%(item)s», que aquí se cambia."), "both": noop("Los dos afectan a «%(item)s»."),
    "joint": noop("Juntos dejan sin servicio a «%(item)s», que con uno solo seguiría.")}


def clash(own: Spread, other: Spread) -> Clash | None:
    """The strongest way in which two changes meet, or None. Symmetric but for the words."""
    if same := sorted(set(own.roots) & set(other.roots)):
        return Clash("same", same[0])
    if met := _first(own, own.hurt.keys() & ({*other.roots} | other.chosen)):
        return Clash("hurts", met, own.path(met))
    if met := _first(other, other.hurt.keys() & ({*own.roots} | own.chosen)):
        return Clash("hurt", met, other.path(met))
    both = Spread(own.estate, [*own.roots, *other.roots], own.chosen | other.chosen)
    if met := _first(both, both.down - own.down - other.down):
        return Clash("joint", met, both.path(met))
    if met := _first(own, own.hurt.keys() & other.hurt.keys()):
        return Clash("both", met, own.path(met))
    shared = sorted(own.chosen & other.chosen)
    return Clash("both", shared[0]) if shared else None


def _first(spread: Spread, items: Iterable[int]) -> int | None:
    """The nearest of the items, for the shortest reason."""
    return min(items, key=lambda i: (int(spread.found.wave[spread.estate.place[i]]), i), default=None)


# --- the check -----------------------------------------------------------------------------------------------


@dataclass
class Check:
    """One change against the calendar. Answers are raw: `collisions_of` puts them into words."""

    case: Case
    window: Window
    ties: Mapping[int, Sequence[tuple[int, str]]] = field(default_factory=dict)

    @cached_property
    def estate(self) -> Estate:
        """The graph of today."""
        return estate_of(self.case.institution_id)

    @cached_property
    def own(self) -> Spread:
        """What this change does."""
        return spread_of(self.estate, self.ties.get(self.case.pk, ()))

    def blackouts(self) -> list[tuple[Time, int | None]]:
        """Times of periods that forbid it, each with the item by which it applies (None: it applies to everything)."""
        rows = Blackout.objects.filter(institution_id=self.case.institution_id).during(*self.window).select_related("type", "item")
        met = times(list(rows.order_by("starts_at", "pk")), *self.window)
        items = {row.pk: self._applies(row) for row in {time.blackout for time in met}}
        return [(time, items[time.blackout.pk] or None) for time in met if items[time.blackout.pk] is not None]

    def _applies(self, row: Blackout) -> int | None:
        """The item by which a period applies; 0 when it is of everything; None when it does not."""
        if row.item_id:
            return row.item_id if row.item_id in self.own.reach else None
        if row.type_id is None:
            return 0
        assert row.type
        of_type = ConfigurationItem.objects.filter(pk__in=self.own.reach).of_type(row.type).order_by("-criticality", "pk")
        return of_type.values_list("pk", flat=True).first()

    def others(self, changes: Sequence[Change]) -> list[tuple[Change, Clash | None]]:
        """Other changes of the hours: how they meet; None for one of which it is not known, for it or this one names no item."""
        found: list[tuple[Change, Clash | None]] = []
        for other in changes:
            ties = self.ties.get(other.pk)
            if not ties or not self.own.chosen:
                found.append((other, None))
            elif met := clash(self.own, spread_of(self.estate, ties)):
                found.append((other, met))
        return found

    def promises(self) -> list[tuple[TicketItem, int]]:
        """Requests and incidents due within the window, each with the item by which it is touched."""
        rows = TicketItem.objects.filter(
            institution_id=self.case.institution_id, case__kind__in=ASKED, case__closed_at=None, case__due_at__gte=self.window[0],
            case__due_at__lt=self.window[1]).select_related("case").order_by("case__due_at", "case_id", "item_id")
        touched = {*self.own.roots, *self.own.chosen, *self.own.down}
        found = {row.case_id: (row, row.item_id) for row in reversed(list(rows[:MOST])) if row.item_id in touched} if touched else {}
        return sorted(found.values(), key=lambda pair: (pair[0].case.due_at, pair[0].case_id))


def window_of(case: Case) -> Window | None:
    """The planned window of a change."""
    row = Change.objects.filter(pk=case.pk).values_list("starts_at", "ends_at").first()
    return (row[0], row[1]) if row and row[0] and row[1] else None


def collisions_of(case: Case, person: Person | None, window: Window | None = None) -> list[Collision]:
    """Everything that a change collides with in its planned window (or in `window`): periods, changes, promises, mere overlaps.

    `person` reads it: tickets and items that they may not see are not named. None (the system) sees all. Nothing without a window.
    """
    window = window or window_of(case)
    if window is None or case.kind not in CHANGES:
        return []
    rows = Change.objects.filter(institution_id=case.institution_id, case__closed_at=None, starts_at__lt=window[1], ends_at__gt=window[0])
    changes = list(rows.exclude(pk=case.pk).exclude(case__state__in=DONE).select_related("case").order_by("starts_at", "pk")[:OTHERS])
    check = Check(case, window, _ties([case.pk, *(c.pk for c in changes)]))
    return Told(check, person).all(changes)


def _ties(case_ids: Sequence[int]) -> dict[int, list[tuple[int, str]]]:
    found: dict[int, list[tuple[int, str]]] = {}
    rows = TicketItem.objects.filter(case_id__in=case_ids).exclude(role="cause")
    for case_id, item, role in rows.values_list("case_id", "item_id", "role"):
        found.setdefault(case_id, []).append((item, role))
    return found


class Told:
    """A check in words for one reader."""

    def __init__(self, check: Check, person: Person | None) -> None:
        self.check, self.person = check, person
        self.blackouts, self.promises = check.blackouts(), check.promises()
        self.nodes: Mapping[int, Node] = {}
        self.seen: set[int] = set()

    def all(self, changes: Sequence[Change]) -> list[Collision]:
        """In order: what forbids, what meets, what is promised, what merely overlaps."""
        met = self.check.others(changes)
        self._look(met)
        found = [self._blackout(time, item) for time, item in self.blackouts]
        found += [self._change(other, how) for other, how in met if how]
        found += self._promised()
        return found + [self._overlap(other) for other, how in met if how is None]

    def _look(self, met: Sequence[tuple[Change, Clash | None]]) -> None:
        """Read names of items and which tickets are the reader's, once for all."""
        own, graph = self.check.own, self.check.estate.graph
        touched = [item for _time, item in self.blackouts if item] + [item for _row, item in self.promises]
        edges = [e for item in touched for e in own.path(item)] + [e for _c, how in met if how for e in how.edges]
        ends = self.check.estate.ids[np.unique(np.concatenate([graph.supplier[edges], graph.dependent[edges]]))] if edges else []
        wanted = {*(int(i) for i in ends), *touched, *(how.item for _c, how in met if how)}
        self.nodes = nodes_on(self.check.case.institution_id, wanted) if wanted else {}
        cases = {c.pk for c, _how in met} | {row.case_id for row, _item in self.promises}
        self.seen = set(Case.objects.visible_to(self.person).filter(pk__in=cases).values_list("pk", flat=True)) if self.person else cases

    @cached_property
    def names(self) -> set[int]:
        """Items that the reader may see by their names."""
        if self.person is None or may_ask(self.person):
            return set(self.nodes)
        return set(ConfigurationItem.objects.visible_to(self.person).filter(pk__in=self.nodes).values_list("pk", flat=True))

    @cached_property
    def linker(self) -> Linker:
        """Edges as sentences."""
        return Linker(self.check.estate, self.nodes)

    def name(self, item: int) -> str:
        """Its name, or that there is one."""
        return self.nodes[item].name if item in self.names else _("un elemento que usted no puede consultar")

    def path(self, edges: Iterable[int]) -> list[str]:
        """The reason; nothing of it when some of it may not be seen."""
        links = [self.linker.link(e) for e in edges]
        shown = all(end.id in self.names for link in links for end in (link.supplier, link.dependent))
        return [link.text for link in links] if shown else []

    def _blackout(self, time: Time, item: int | None) -> Collision:
        row = time.blackout
        title = _("Periodo sin cambios: %(name)s. %(reason)s") % {"name": row.name, "reason": row.reason}
        why = [in_words(row)] if row.rule else []
        if item is not None:
            why += self.path(self.check.own.path(item)) or [_("Alcanza a «%(item)s».") % {"item": self.name(item)}]
        return Collision("blackout", title, time.since, time.until, why, blackout=row)

    def _change(self, other: Change, how: Clash) -> Collision:
        why = [_(WAYS[how.way]) % {"item": self.name(how.item)}, *self.path(how.edges)]
        return self._other("change", other, why)

    def _overlap(self, other: Change) -> Collision:
        return self._other("window", other, [_("Sólo coinciden las horas: uno de los dos no dice qué elementos cambia.")])

    def _other(self, kind: str, other: Change, why: Sequence[str]) -> Collision:
        assert other.starts_at and other.ends_at
        seen = other.pk in self.seen
        title = f"{other.case.folio} {other.case.subject}" if seen else _("Otro cambio, que usted no puede consultar")
        return Collision(kind, title, other.starts_at, other.ends_at, why, other.case if seen else None)

    def _promised(self) -> list[Collision]:
        found = [self._promise(row, item) for row, item in self.promises[:PROMISES]]
        if more := self.promises[PROMISES:]:
            first, last = more[0][0].case.due_at, more[-1][0].case.due_at
            assert first and last
            found.append(Collision("promise", _("Y %(n)s tickets más que vencen en la ventana.") % {"n": len(more)}, first, last))
        return found

    def _promise(self, row: TicketItem, item: int) -> Collision:
        case, seen = row.case, row.case_id in self.seen
        assert case.due_at
        what = f"{case.folio} {case.subject}" if seen else _("un ticket que usted no puede consultar")
        why = self.path(self.check.own.path(item)) or [_("Es de «%(item)s».") % {"item": self.name(item)}]
        return Collision("promise", _("Vence en la ventana: %(what)s") % {"what": what}, case.due_at, case.due_at, why,
                         case if seen else None)
