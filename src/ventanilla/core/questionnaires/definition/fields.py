"""What a form is made of: `Definition` > `Section` > `Field` > `Choice`. Made by `parsing.parse`, never changed."""
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

from ventanilla.core.questionnaires.definition.conditions import Condition
from ventanilla.core.questionnaires.definition.messages import N_

TYPES: Final[dict[str, str]] = {
    "text": N_("Texto corto"), "long_text": N_("Texto largo"), "integer": N_("Número entero"), "decimal": N_("Número con decimales"),
    "date": N_("Fecha"), "datetime": N_("Fecha y hora"), "yes_no": N_("Sí o no"), "choice": N_("Una opción"),
    "choices": N_("Varias opciones"), "scale": N_("Escala"), "table": N_("Tabla"), "email": N_("Correo electrónico"),
    "phone": N_("Teléfono"), "url": N_("Dirección web"), "file": N_("Archivo"), "reference": N_("Referencia"),
}
CHOSEN: Final = frozenset({"choice", "choices", "scale"})
NUMBERS: Final = frozenset({"integer", "decimal"})
MOMENTS: Final = frozenset({"date", "datetime"})
WRITTEN: Final = frozenset({"text", "long_text", "email", "phone", "url"})
SCORED: Final = CHOSEN | {"yes_no"} | NUMBERS
COLUMN_TYPES: Final = frozenset(TYPES) - {"table", "long_text", "choices", "file"} | {"long_text"}
EVIDENCE: Final = {"": N_("No se pide"), "text": N_("Texto o dirección web"), "file": N_("Archivo")}
LONGEST: Final[dict[str, int]] = {"text": 300, "long_text": 20_000, "email": 254, "phone": 40, "url": 2_000}
MAX_FIELDS: Final = 600
MAX_SECTIONS: Final = 60
MAX_CHOICES: Final = 300
MAX_COLUMNS: Final = 20
MAX_ROWS: Final = 200
EVIDENCE_SUFFIX: Final = "__evidence"


@dataclass(frozen=True)
class Choice:
    """An option, or a labelled point of a scale. `score` None: not scored. `na`: "no aplica", left out of the score."""

    value: str
    label: str
    score: Decimal | None = None
    na: bool = False


@dataclass(frozen=True)
class Field:
    """A question. Limits mean what the type makes of them: `min`/`max` of numbers and dates (ISO text), of how many
    options (choices) or rows (table); `min_length`/`max_length` of written texts, in characters.

    `private` answers are for who works on the matter only: never shown to the requester, in lists, exports or statistics.
    `evidence` adds a companion field `<key>__evidence`; `required` evidence is asked unless the answer is "no aplica".
    `scored` numbers earn (value - min) / (max - min). `weight` counts within the section.
    """

    key: str
    type: str
    label: str
    help: str = ""
    required: bool = False
    private: bool = False
    when: Condition | None = None
    min: Any = None
    max: Any = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str = ""
    pattern_help: str = ""
    unit: str = ""
    decimals: int = 2
    choices: tuple[Choice, ...] = ()
    columns: tuple["Field", ...] = ()
    reference: str = ""
    default: Any = None
    weight: Decimal = Decimal(1)
    scored: bool = False
    yes_score: Decimal | None = None
    no_score: Decimal | None = None
    evidence: str = ""
    evidence_required: bool = False
    companion_of: str = ""

    @cached_property
    def by_value(self) -> dict[str, Choice]:
        """Its options by value."""
        return {c.value: c for c in self.choices}

    @property
    def longest(self) -> int:
        """Most characters of a written answer."""
        return min(self.max_length or LONGEST[self.type], LONGEST[self.type])

    @property
    def is_scored(self) -> bool:
        """Whether answers earn points."""
        if self.type == "yes_no":
            return self.yes_score is not None or self.no_score is not None
        return self.scored if self.type in NUMBERS else any(c.score is not None for c in self.choices)


@dataclass(frozen=True)
class Section:
    """A part of a form with its weight in the total (sections of weight 0 do not count) and a condition of its own."""

    key: str
    title: str
    help: str = ""
    weight: Decimal = Decimal(1)
    when: Condition | None = None
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True)
class Definition:
    """A whole form. `unanswered` says what a visible scored question without answer counts: "exclude" or "zero"."""

    sections: tuple[Section, ...] = ()
    intro: str = ""
    thanks: str = ""
    unanswered: str = "exclude"

    @cached_property
    def fields(self) -> dict[str, Field]:
        """Every field by key, in order, companions after what they are evidence of."""
        return {f.key: f for s in self.sections for f in s.fields}

    @cached_property
    def references(self) -> frozenset[str]:
        """The kinds of thing that it refers to."""
        return frozenset(f.reference for f in self.all_fields() if f.reference)

    def all_fields(self) -> Iterator[Field]:
        """Every field, and the columns of tables after their table."""
        for one in self.fields.values():
            yield one
            yield from one.columns

    @property
    def is_scored(self) -> bool:
        """Whether it can give a score at all."""
        return any(f.is_scored and f.weight for s in self.sections if s.weight for f in s.fields)
