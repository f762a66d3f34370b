"""Which way a letter of the old register went, and who was at its two ends.

In what arrived, a body or a person outside sends. What was sent, or went from one unit to another, comes from a unit: the column says
it, else the cell of who sends names it, else it is the one in charge.
"""
from dataclasses import dataclass

from ventanilla.core.orgs.models import Unit
from ventanilla.modules.correspondence.services.legacy.mapping import Mapping, Row, plain
from ventanilla.modules.correspondence.services.legacy.units import Units
from ventanilla.modules.correspondence.services.registration import Sender

MAX_ADDRESSEE = 300


@dataclass(frozen=True)
class Ends:
    """The unit in charge, who sends and to whom."""

    unit: Unit
    sender: Sender
    addressee: str
    addressee_unit: Unit | None = None


def ends_of(row: Row, way: str, mapping: Mapping, units: Units) -> Ends:
    """The ends of a letter that went that way. Raises Unreadable for a unit that is not known."""
    return _arrived(row, mapping, units) if way == "incoming" else _left(row, mapping, units)


def _arrived(row: Row, mapping: Mapping, units: Units) -> Ends:
    organisation, signatory = mapping.cell(row, "organisation"), mapping.cell(row, "signatory")
    name = plain(organisation)
    order = ("citizen" if not name else "municipal" if "ayuntamiento" in name or "municip" in name
             else "federal" if "federal" in name or "nacional" in name else "state")
    return Ends(units.find(mapping.cell(row, "unit")), Sender(order, organisation, signatory, mapping.cell(row, "post")),
                mapping.cell(row, "addressee"))


def _left(row: Row, mapping: Mapping, units: Units) -> Ends:
    cell = mapping.cell
    other, signatory, to = cell(row, "organisation"), cell(row, "signatory"), cell(row, "addressee")
    named = next((found for text in (other, signatory) if (found := units.named(text))), None)
    told = units.find(cell(row, "sender_unit")) if cell(row, "sender_unit") else named
    unit = units.find(cell(row, "unit")) if cell(row, "unit") or told is None else told
    if units.named(signatory):
        signatory = ""
    inside = units.named(other) or plain(other) in units.institution
    addressee = " · ".join(filter(None, (to, "" if inside else other)))  # a body in a letter that left is where it went
    return Ends(unit, Sender("internal", "", signatory, cell(row, "post"), told or unit), addressee[:MAX_ADDRESSEE], units.named(to))
