"""Where rows of a file of units hang, and where the units hang that they meet.

A row says the code of the unit above. Where several have that code, or it has none, the names from the top down tell which is meant:
the route, «› Secretaría › Dirección», and «›» alone at the top. A row with a day on which its unit was closed is of the past: it may
hang from what was closed too.
"""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Final

from ventanilla.core.orgs.models import Institution, Unit, UnitCode
from ventanilla.core.orgs.services.tables import Row
from ventanilla.lib.spanish import fold, read_date

MARK: Final = "›"
Place = Unit | Row | None
"""What something hangs from: a unit, one that the file adds, or nothing."""
Names = tuple[str, ...]
Identity = tuple[str, int] | None


def routes_of(units: Iterable[Unit]) -> dict[int, str]:
    """The route to each unit, by its id: the names of those above it."""
    units = list(units)
    names = dict(Unit.objects.filter(pk__in={pk for u in units for pk in u.path}).values_list("pk", "name"))
    return {u.pk: " ".join([MARK, f" {MARK} ".join(names[pk] for pk in u.path[:-1])]).strip() for u in units}


def names_of(*parts: str) -> Names:
    """Names from the top down, as they are compared."""
    found = (" ".join(fold(name).lower().split()) for part in parts for name in part.split(MARK))
    return tuple(name for name in found if name)


def same_name(one: str, other: str) -> bool:
    """Whether two names are one for who reads them."""
    return fold(one).lower() == fold(other).lower()


def identity(place: Place) -> Identity:
    """What tells places apart."""
    return None if place is None else ("unit", place.pk) if isinstance(place, Unit) else ("row", place.line)


def day_of(row: Row, name: str) -> date | None:
    """The day of a cell; none for an empty one, and for what is no day."""
    found = read_date(row.get(name))
    return found[0] if found and not found[1] else None


@dataclass
class World:
    """Units as they are, and rows of the file, by code: those that exist (`rows`, `units`) and those of the past (`past`, `closed`)."""

    institution: Institution
    rows: dict[str, list[Row]] = field(default_factory=dict)
    past: dict[str, list[Row]] = field(default_factory=dict)
    units: dict[str, list[Unit]] = field(default_factory=dict)
    closed: dict[str, list[Unit]] = field(default_factory=dict)
    old: dict[str, str] = field(default_factory=dict)
    routes: dict[int, Names] = field(default_factory=dict)
    met: dict[int, Unit] = field(default_factory=dict)
    """The unit that a row is about, by its line."""

    def known(self, code: str, *, past: bool = False) -> bool:
        """Whether a unit (one of the past) may depend on this code."""
        return code in self.rows or code in self.units or (past and (code in self.past or code in self.closed))

    def shared(self, code: str) -> bool:
        """Whether a code alone does not say which unit is meant."""
        return max(len(self.rows.get(code, ())), len(self.units.get(code, ()))) > 1

    def stands(self, unit: Unit, row: Row) -> bool:
        """Whether a unit has the names, from the top down, that a row says."""
        return self.routes[unit.pk] == names_of(row.get("route"), row.get("name"))

    def above(self, row: Row) -> list[Place]:
        """What a row may hang from; one, unless the file does not tell, or nothing fits."""
        code, route, unit = row.get("parent"), names_of(row.get("route")), self.met.get(row.line)
        if not code and not route:
            return [unit.parent if unit and not row.get("route") else None]
        found = self.called(code, row) if code else {
            identity(p): p for p in self._named.get(route, ()) if row.get("until") or _exists(p)}
        fit = list(found.values())
        if route and len(found) > 1:
            fit = [p for p in self._named.get(route, ()) if identity(p) in found]
        if len(fit) != 1 and unit and (not code or identity(unit.parent) in found):
            return [unit.parent]
        if len(fit) > 1 and (until := day_of(row, "until")):
            fit = [p for p in fit if _holds(p, until - timedelta(days=1))]
        return fit

    def called(self, code: str, row: Row) -> dict[Identity, Place]:
        """What has a code, each once, but the row itself."""
        rows = [*self.rows.get(code, ()), *(self.past.get(code, ()) if row.get("until") else ())]
        units = [*self.units.get(code, ()), *(self.closed.get(code, ()) if row.get("until") else ())]
        found = {identity(p): p for p in [*(self.met.get(r.line, r) for r in rows), *units]}
        found.pop(identity(self.met.get(row.line, row)), None)
        return found

    @cached_property
    def _named(self) -> dict[Names, list[Place]]:
        """Units and new rows by their names from the top down; a unit also by those of its row. Once rows have met their units."""
        named: dict[Names, dict[Identity, Place]] = {}
        for row in (r for some in (self.rows, self.past) for rows in some.values() for r in rows):
            place = self.met.get(row.line, row)
            named.setdefault(names_of(row.get("route"), row.get("name")), {})[identity(place)] = place
        for unit in (u for some in (self.units, self.closed) for units in some.values() for u in units):
            named.setdefault(self.routes[unit.pk], {})[identity(unit)] = unit
        return {names: list(places.values()) for names, places in named.items()}


def _exists(place: Place) -> bool:
    return place.is_open if isinstance(place, Unit) else not place or not place.get("until")


def _holds(place: Place, day: date) -> bool:
    """Whether what something hangs from existed on a day."""
    if isinstance(place, Row):
        since, until = day_of(place, "since"), day_of(place, "until")
    else:
        since, until = (place.valid_from, place.valid_to) if place else (None, None)
    return (since is None or since <= day) and (until is None or day < until)


def world_of(institution: Institution, rows: Sequence[Row]) -> World:
    """The units of an institution and the rows that a file has about them."""
    world = World(institution)
    for row in rows:
        (world.past if row.get("until") else world.rows).setdefault(row.get("code"), []).append(row)
    units = list(Unit.objects.filter(institution=institution).select_related("parent"))
    names = {u.pk: u.name for u in units}
    for unit in units:
        (world.units if unit.is_open else world.closed).setdefault(unit.code, []).append(unit)
        world.routes[unit.pk] = names_of(*(names[pk] for pk in unit.path))
    world.old = dict(UnitCode.objects.filter(
        unit__institution=institution, valid_to__isnull=False, code__in=world.rows).values_list("code", "unit__code"))
    return world
