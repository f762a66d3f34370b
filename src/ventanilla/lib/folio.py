"""Folio masks: how a number of a series, a unit and a year is written, and read back.

`{unit}` is the unit's code, `{n}` the consecutive number (`{n:04}` pads it), `{year}` and `{yy}` the year,
`{series}` the series' own key. Default of the Estado de México's oficios: `{unit}/{n}/{year}`.
"""
import re
from dataclasses import dataclass

_FIELD = re.compile(r"\{(unit|n|year|yy|series)(?::0?(\d{1,2}))?\}")


class MaskError(ValueError):
    """The mask cannot give one number one folio; the message is Spanish and meant for its author."""


def _(text: str) -> str:
    """Mark a msgid for extraction; whoever shows it translates it."""
    return text


@dataclass(frozen=True, slots=True)
class Mask:
    """A checked mask. Raises MaskError on unknown fields, no `{n}`, or a yearly series without its year."""

    text: str
    yearly: bool = True

    def __post_init__(self) -> None:
        rest = _FIELD.sub("", self.text)
        names = [m[1] for m in _FIELD.finditer(self.text)]
        if "{" in rest or "}" in rest:
            raise MaskError(_("La máscara tiene un campo desconocido; use {unit}, {n}, {year}, {yy} o {series}."))
        if names.count("n") != 1:
            raise MaskError(_("La máscara debe llevar {n} una sola vez."))
        if self.yearly and not {"year", "yy"} & set(names):
            raise MaskError(_("La numeración empieza cada año: la máscara debe llevar {year} o {yy}."))

    def write(self, number: int, *, unit: str, year: int, series: str = "") -> str:
        """The folio of `number` (1 or more)."""
        head, width, tail = self.around(unit=unit, year=year, series=series)
        return f"{head}{number:0{width}d}{tail}"

    def around(self, *, unit: str, year: int, series: str = "") -> tuple[str, int, str]:
        """How a folio is written round its number: what stands before it, its least digits, what follows."""
        values: dict[str, str | int] = {"unit": unit, "year": year, "yy": year % 100, "series": series}

        def put(match: re.Match[str]) -> str:
            value, width = values[match[1]], int(match[2] or (2 if match[1] == "yy" else 0))
            return value if isinstance(value, str) else f"{value:0{width}d}"

        place = next(m for m in _FIELD.finditer(self.text) if m[1] == "n")
        return _FIELD.sub(put, self.text[:place.start()]), int(place[2] or 0), _FIELD.sub(put, self.text[place.end():])

    def read(self, folio: str) -> int | None:
        """The number in a folio written with this mask, or None when it was not."""
        shapes = {"unit": ".+?", "series": ".*?", "year": "[0-9]{4}", "yy": "[0-9]{2}", "n": "(?P<n>[0-9]+)"}
        pieces, place = [], 0
        for match in _FIELD.finditer(self.text):
            pieces += [re.escape(self.text[place:match.start()]), shapes[match[1]]]
            place = match.end()
        pattern = "".join(pieces) + re.escape(self.text[place:])
        found = re.fullmatch(pattern, folio)
        return int(found["n"]) if found else None
