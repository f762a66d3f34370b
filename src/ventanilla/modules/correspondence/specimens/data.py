"""What a letter says, apart from how it looks: the data of a layout and the truth of a reader."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

MONTHS = (
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
)

#: Fields of a truth, in the order of a form; a layout names in `Layout.hides` those it does not print.
TRUTH = (
    "number",
    "date",
    "sender",
    "sender_unit",
    "signatory",
    "signatory_post",
    "addressee",
    "addressee_post",
    "subject",
    "reference",
    "term",
    "annexes",
    "order",
)


@dataclass(frozen=True, slots=True)
class LetterData:
    """One letter. All texts are plain text (never markup); `day` is a civil date in Mexico City.

    `letterhead` is every line of it, most general first; `sender` and `unit` are two of its lines (or a
    citizen's
    name). `seal` and `signature` come from `ink`; None leaves them out.
    """

    number: str
    day: date
    sender: str
    signatory: str
    subject: str
    paragraphs: tuple[str, ...]
    order: str = "state"
    number_label: str = "Oficio No."
    date_text: str = ""
    place: str = ""
    letterhead: tuple[str, ...] = ()
    unit: str = ""
    title: str = ""
    signatory_post: str = ""
    addressee_title: str = ""
    addressee: str = ""
    addressee_post: str = ""
    addressee_organisation: str = ""
    reference: str = ""
    term_days: int | None = None
    annexes: str = ""
    record: str = ""
    folio: str = ""
    legend: str = ""
    copies: tuple[str, ...] = ()
    initials: str = ""
    address: str = ""
    contact: str = ""
    emphatic: bool = True
    ink: str = "#1b3f94"
    seal: Mapping[str, Any] | None = None
    signature: tuple[tuple[tuple[float, float], ...], ...] | None = None
    extra: Mapping[str, str] = field(default_factory=dict)

    def with_date_text(self) -> "LetterData":
        """The same letter with the long date line written out where none was given."""
        return self if self.date_text else replace(self, date_text=place_and_date(self.place, self.day))

    def as_inputs(self) -> dict[str, Any]:
        """What a typst layout sees as `d`: every field under its own name, `day` as an ISO date."""
        return {**asdict(self.with_date_text()), "day": self.day.isoformat()}


def long_date(day: date) -> str:
    """`5 de marzo de 2024`, always in Spanish whatever the locale."""
    return f"{day.day} de {MONTHS[day.month - 1]} de {day.year}"


def place_and_date(place: str, day: date) -> str:
    """The line that heads a letter: `Toluca, México; a 5 de marzo de 2024`."""
    return f"{place}; a {long_date(day)}" if place else long_date(day)


def truth_of(data: LetterData, hides: tuple[str, ...] = ()) -> dict[str, Any]:
    """What a perfect reader would find; `hides` are fields that are not printed (truth None)."""
    values: dict[str, Any] = {
        "number": data.number,
        "date": data.day.isoformat(),
        "sender": data.sender,
        "sender_unit": data.unit,
        "signatory": data.signatory,
        "signatory_post": data.signatory_post,
        "addressee": data.addressee,
        "addressee_post": data.addressee_post,
        "subject": data.subject,
        "reference": data.reference,
        "term": data.term_days,
        "annexes": data.annexes,
        "order": data.order,
    }
    return {name: (None if name in hides or value == "" else value) for name, value in values.items()}
