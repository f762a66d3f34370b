"""The shapes that field reading takes and gives."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields

Box = tuple[float, float, float, float]
#: From this confidence on a screen may show a field as read; below it asks. Calibrated by `bench` (wrong
# <= 0.3 %).
SURE = 0.9


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What the institution knows: unit code -> names, its people, organisations that write to it, and its own name (empty: unknown)."""

    codes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    people: Sequence[str] = ()
    organisations: Sequence[str] = ()
    own: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One proposal. `box` is (x0, y0, x1, y1) as fractions of page `page` (from 1); `raw` is what was
    recognised.

    Dates are ISO (`2024-03-05`), the term is a number of days; `corrections` say in Spanish what was changed.
    """

    value: str
    raw: str
    confidence: float
    page: int
    box: Box
    alternatives: tuple[str, ...] = ()
    corrections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything proposed for a letter; None is "not found". `order`: federal, state, municipal,
    organisation, citizen.
    """

    number: Field | None = None
    date: Field | None = None
    sender: Field | None = None
    sender_unit: Field | None = None
    signatory: Field | None = None
    signatory_post: Field | None = None
    addressee: Field | None = None
    addressee_post: Field | None = None
    subject: Field | None = None
    reference: Field | None = None
    term: Field | None = None
    annexes: Field | None = None
    order: Field | None = None

    def items(self) -> Iterator[tuple[str, Field]]:
        """Name and field of everything that was found."""
        for one in fields(self):
            found = getattr(self, one.name)
            if found is not None:
                yield one.name, found
