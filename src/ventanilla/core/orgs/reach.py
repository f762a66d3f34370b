"""What a person reaches on a day: units by capability, and the access tokens of cases and search.

A token is an integer: unit * 4 + level (0 ordinary, 1 reserved, 2 confidential), or -person for what is
addressed to that very person. Rows carry the tokens that open them; a person holds a list of them. Rows of the search
that are no cases may also be opened by a capability, held in any unit (BY_CAPABILITY).
"""
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Final

from django.utils import timezone

from ventanilla.core import plans, settled
from ventanilla.core.orgs import capabilities as cap
from ventanilla.core.orgs.models import Person

ACTING: Final = """me (id) AS (
  SELECT %(person)s::bigint
  UNION
  SELECT a.person_id FROM me JOIN orgs_absence a ON a.acting_id = me.id
  WHERE a.valid_from <= %(day)s AND a.valid_to > %(day)s
)"""
"""For `WITH RECURSIVE`: the person and, while they are away, whoever the person acts for (also through a third one), on a day."""

# Units closed in favour of another one are reached from it: history and what has not moved yet.
_SQL = f"""
WITH RECURSIVE {ACTING}, held (unit_id, holder_id, role_id, direct) AS (
  SELECT u.id, g.person_id, g.role_id, u.id = g.unit_id
  FROM me JOIN orgs_grant g ON g.person_id = me.id
  JOIN orgs_unit u ON u.institution_id = %(institution)s
       AND CASE WHEN g.subtree THEN u.path && ARRAY[g.unit_id] ELSE u.id = g.unit_id END
  WHERE g.valid_from <= %(day)s AND (g.valid_to IS NULL OR g.valid_to > %(day)s)
  UNION
  SELECT b.id, h.holder_id, h.role_id, h.direct FROM held h JOIN orgs_unit b ON b.successor_id = h.unit_id
)
SELECT h.unit_id, r.capabilities, r.clearance, h.holder_id, h.direct FROM held h JOIN orgs_role r ON r.id = h.role_id
"""


BY_CAPABILITY: Final[Mapping[str, int]] = {cap.CMDB_READ: 3_000_000_000_000_000, cap.CMDB_WRITE: 3_000_000_000_000_000}
"""The token of the search that a capability gives: beyond those of units, below those of months (4 x 10^15 and more)."""


def token(unit_id: int, level: int) -> int:
    """The access token of a unit's matters of `level` (0..2)."""
    return unit_id * 4 + level


@dataclass(frozen=True)
class Reach:
    """Units by capability, and the highest clearance per unit in which cases may be read.

    `lenders`: the absent people with grants whose work the person does that day, also through a third one. `direct`: the units for which
    some right was granted by name; the others hang below one of them.
    """

    person_id: int
    units: Mapping[str, frozenset[int]]
    clearance: Mapping[int, int]
    lent: Mapping[tuple[str, int], int] = field(default_factory=dict)
    lenders: frozenset[int] = frozenset()
    direct: frozenset[int] = frozenset()

    @cached_property
    def tokens(self) -> list[int]:
        """Every access token, sorted; the person's own first."""
        held = {token(u, level) for u, top in self.clearance.items() for level in range(top + 1)}
        return [-self.person_id, *sorted(held)]

    @cached_property
    def search_tokens(self) -> list[int]:
        """What opens rows of the search: the access tokens, and one for each capability that opens things of its own."""
        return [*self.tokens, *sorted({BY_CAPABILITY[c] for c in BY_CAPABILITY if self.can(c)})]

    @cached_property
    def capabilities(self) -> frozenset[str]:
        """What is held in any unit."""
        return frozenset(c for c, units in self.units.items() if units)

    def can(self, capability: str, unit_id: int | None = None) -> bool:
        """Whether the capability is held in that unit (in any, when None)."""
        units = self.units.get(capability, frozenset())
        return bool(units) if unit_id is None else unit_id in units

    def on_behalf_of(self, capability: str, unit_id: int) -> int | None:
        """The absent person whose right is used there; None when the person's own grants suffice."""
        return self.lent.get((capability, unit_id))

    def within(self, *wanted: str) -> list[int]:
        """Units in which any of the capabilities is held, sorted."""
        return sorted(frozenset().union(*(self.units.get(c, frozenset()) for c in wanted)))


def reach_of(person: Person, day: date | None = None) -> Reach:
    """One query; kept on the person object for the length of a request."""
    kept: Reach | None = person.__dict__.get("_reach")
    if kept and day is None:
        return kept
    reach = settled.answered(_read, [person.pk, person.institution_id, day or timezone.localdate()])
    if day is None:
        person.__dict__["_reach"] = reach
    return reach


def forget(person: Person) -> None:
    """Drop the kept reach after grants changed."""
    person.__dict__.pop("_reach", None)


def _read(params: Sequence[Any]) -> Reach:
    return _gather(params[0], plans.rows(_SQL, dict(zip(("person", "institution", "day"), params, strict=True))))


def _gather(person_id: int, rows: Iterable[tuple[int, list[str], int, int, bool]]) -> Reach:
    """Who acts for somebody does their work (cases.*), and administers nothing by it."""
    units: dict[str, set[int]] = {}
    lenders: set[int] = set()
    named: set[int] = set()
    clearance: dict[int, int] = {}
    lent: dict[tuple[str, int], int] = {}
    for unit_id, capabilities, level, holder, direct in sorted(rows, key=lambda r: r[3] != person_id):
        lenders.add(holder)
        named.update([unit_id] if direct else ())
        for capability in (c for c in capabilities if holder == person_id or c.startswith("cases.")):
            if unit_id not in units.setdefault(capability, set()) and holder != person_id:
                lent[capability, unit_id] = holder
            units[capability].add(unit_id)
        if cap.READ in capabilities:
            clearance[unit_id] = max(level, clearance.get(unit_id, 0))
    return Reach(person_id, {c: frozenset(u) for c, u in units.items()}, clearance, lent, frozenset(lenders - {person_id}),
                 frozenset(named))
