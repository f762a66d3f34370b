"""Finding the unit that a register names: by the code or the name that it had then, or as somebody said.

The past stays with the unit of then, also one that was closed, merged or given another code since.
"""
from collections import defaultdict
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field, replace
from datetime import date

from ventanilla.core.orgs.models import Unit, UnitCode
from ventanilla.modules.correspondence.services.legacy.mapping import Unreadable, plain, said

Held = tuple[date, Unit]
"""Since when a unit has a code or a name."""


@dataclass(frozen=True)
class Units:
    """The units of the institution by code and folded name; `own` is the one in charge where nothing is said, `institution` the
    folded names of the institution itself. `day`: what several units had one after the other is that of the one of then."""

    known: Dictionary[str, Sequence[Held]]
    own: Unit
    words: Dictionary[str, str] = field(default_factory=dict)
    institution: frozenset[str] = frozenset()
    day: date = date.max

    def on(self, day: date) -> "Units":
        """The same, as they were called on a day."""
        return replace(self, day=day)

    def named(self, text: str) -> Unit | None:
        """The unit of that code or name, or None."""
        word = said(self.words, text) or text
        held = (self.known.get(word.upper()) or self.known.get(plain(word)) or ()) if word else ()
        return next((unit for since, unit in reversed(held) if since <= self.day), held[0][1] if held else None)

    def find(self, text: str) -> Unit:
        """The same; the register's own for an empty cell. Raises Unreadable."""
        if not text:
            return self.own
        found = self.named(text)
        if found is None:
            raise Unreadable(f"No se conoce la unidad «{text}»; diga a cuál equivale.")
        return found

    def heir(self, unit: Unit) -> Unit:
        """The unit itself, or the last of those that took over its matters."""
        seen: set[int] = set()
        while unit.successor_id and unit.pk not in seen:
            seen.add(unit.pk)
            unit = self.known[f"#{unit.successor_id}"][0][1]
        return unit


def units_of(own: Unit, words: Dictionary[str, str]) -> Units:
    """Those of the institution of a unit, closed ones and codes of before too."""
    rows = Unit.objects.filter(institution_id=own.institution_id).select_related("institution")
    everybody = {u.pk: u for u in rows}
    known: defaultdict[str, set[Held]] = defaultdict(set)
    for code in UnitCode.objects.filter(unit__institution_id=own.institution_id):
        known[code.code.upper()].add((code.valid_from, everybody[code.unit_id]))
    for unit in everybody.values():
        for name in _names(unit, known):
            known[name].add((unit.valid_from, unit))
    known.pop("", None)
    unit = everybody[own.pk]
    names = (unit.institution.name, unit.institution.short_name)
    ordered = {name: sorted(held, key=lambda one: (one[0], one[1].is_open, -one[1].pk)) for name, held in known.items()}
    return Units(ordered, unit, words, frozenset(plain(name) for name in names) | {""})


def _names(unit: Unit, known: Dictionary[str, set[Held]]) -> Iterator[str]:
    """By what a unit is found, beside the codes with a date."""
    yield from {plain(unit.name), plain(unit.short_name), f"#{unit.pk}"}
    if unit not in {other for _since, other in known.get(unit.code.upper(), ())}:
        yield unit.code.upper()
