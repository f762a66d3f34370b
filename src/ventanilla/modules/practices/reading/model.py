"""What reading a form gives: a value per field with where it came from, what is doubtful, what could not be placed.

The small ones are named tuples: a form has some three hundred, and a frozen dataclass takes six times as long to make.
"""
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple


class Place(NamedTuple):
    """Lines of the text, from 1, both included. `str()` is "12" or "12-14"."""

    first: int
    last: int

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"

    def joined(self, other: "Place") -> "Place":
        """From the first line of either to the last of either."""
        return Place(min(self.first, other.first), max(self.last, other.last))


class Mark(NamedTuple):
    """A box or a bare X beside an option (by its canonical value; "si" and "no" for yes/no questions)."""

    option: str
    box: bool
    checked: bool
    line: int


class Alternative(NamedTuple):
    """A reading of a field, canonical, and in Spanish why it may be meant."""

    value: Any
    why: str


class Notice(NamedTuple):
    """A warning: its code (`codes.SENTENCES`), the field or "" when it is about the file, and the line where it was seen."""

    code: str
    key: str
    line: int


class FieldReading(NamedTuple):
    """A field as read. `value` is canonical (`core.questionnaires`), None when empty or when nobody can tell.

    `raw` is the text of its cells, a line break between them; `confidence` from 0 to 1; `warnings` are codes in the order seen.
    With `alternatives` it waits for a person: the contradiction is never resolved here.
    """

    key: str
    value: Any = None
    raw: str = ""
    place: Place | None = None
    marks: tuple[Mark, ...] = ()
    confidence: float = 1.0
    warnings: tuple[str, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    question: str = ""

    @property
    def waiting(self) -> bool:
        """Whether a person must decide."""
        return bool(self.alternatives)


class Residue(NamedTuple):
    """A piece of the text that no field holds. `why` is a key of `codes.RESIDUES`."""

    text: str
    place: Place
    why: str

    @property
    def explained(self) -> bool:
        """Whether it is known to say nothing: a separator, the copy of a cell, an empty box."""
        return self.why not in ("texto", "marca", "otro_formulario")


class Contradiction(NamedTuple):
    """Readings of a form that cannot both be true; `keys` are the fields that wait for a decision."""

    code: str
    keys: tuple[str, ...]
    sentence: str


@dataclass(frozen=True)
class Reading:
    """A whole form. `generation` is "" when the text is no form of ours. `original` is the text as it came, byte for byte.

    `fields` has every field of the generation, in printed order, also the empty ones.
    """

    generation: str
    fields: Mapping[str, FieldReading]
    residue: tuple[Residue, ...]
    contradictions: tuple[Contradiction, ...]
    notices: tuple[Notice, ...]
    original: str | bytes
    lines: Place = field(default=Place(1, 1))
    others: tuple["Reading", ...] = ()
    """The further forms of the same file, each read by itself."""
    part: int = 1
    """Which form of the file it is."""

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """Every code once, in the order of the text."""
        return tuple(dict.fromkeys(notice.code for notice in self.notices))

    def values(self) -> dict[str, Any]:
        """The canonical record: what was read and does not wait for a person."""
        return {key: one.value for key, one in self.fields.items() if one.value is not None and not one.waiting}

    @property
    def is_form(self) -> bool:
        """Whether anything of the official form was found."""
        return bool(self.generation)
