"""Finding the unit that a register names: by the code or the name that it has or had, or as somebody said."""
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass

from ventanilla.core.orgs.models import Unit, UnitCode
from ventanilla.modules.correspondence.services.legacy.mapping import Unreadable, plain, said


@dataclass(frozen=True)
class Units:
    """The units of the institution by code and folded name; `own` is the one in charge where nothing is said, `institution` the
    folded names of the institution itself."""

    known: Dictionary[str, Unit]
    own: Unit
    words: Dictionary[str, str]
    institution: frozenset[str]

    def named(self, text: str) -> Unit | None:
        """The unit of that code or name, or None."""
        word = said(self.words, text) or text
        return (self.known.get(word.upper()) or self.known.get(plain(word))) if word else None

    def find(self, text: str) -> Unit:
        """The same; the register's own for an empty cell. Raises Unreadable."""
        if not text:
            return self.own
        found = self.named(text)
        if found is None:
            raise Unreadable(f"No se conoce la unidad «{text}»; diga a cuál equivale.")
        return found


def units_of(own: Unit, words: Dictionary[str, str]) -> Units:
    """Those of the institution of a unit, closed ones and codes of before too."""
    known: dict[str, Unit] = {}
    everybody = {u.pk: u for u in Unit.objects.filter(institution_id=own.institution_id).select_related("institution").order_by("-pk")}
    for code in UnitCode.objects.filter(unit__institution_id=own.institution_id).order_by("pk"):
        known[code.code.upper()] = everybody[code.unit_id]
    for unit in everybody.values():
        known |= {plain(unit.name): unit, plain(unit.short_name): unit, unit.code.upper(): unit, f"#{unit.pk}": unit}
    known.pop("", None)
    unit = everybody[own.pk]
    names = (unit.institution.name, unit.institution.short_name)
    return Units(known, unit, words, frozenset(plain(name) for name in names) | {""})
