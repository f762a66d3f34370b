"""A field while it is being read: texts, marks, warnings and readings are collected, then frozen into a `FieldReading`."""
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from ventanilla.modules.practices.reading.codes import DOUBT
from ventanilla.modules.practices.reading.model import Alternative, FieldReading, Mark, Place
from ventanilla.modules.practices.reading.tokens import Piece


@dataclass(slots=True)
class Draft:
    """What is known of a field so far. `texts` are its cells in order; `lines` those where anything of it stood."""

    key: str
    value: Any = None
    texts: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    codes: dict[str, int] = field(default_factory=dict)
    alternatives: list[Alternative] = field(default_factory=list)
    question: str = ""

    def warn(self, code: str, line: int = 0) -> None:
        """Note a warning once, at the line where it was first seen (default: where the field begins)."""
        self.codes.setdefault(code, line or min(self.lines, default=0))

    def say(self, text: str, piece: Piece) -> None:
        """Add a cell of text."""
        self.texts.append(text)
        self.lines.append(piece.line)
        if piece.html:
            self.warn("etiquetas_html", piece.line)

    def doubt(self, code: str, sentence: str, readings: Iterable[tuple[Any, str]]) -> None:
        """Let a person decide between readings; the first doubt asks the question."""
        self.warn(code)
        self.question = self.question or sentence
        known = [one.value for one in self.alternatives]
        for value, why in readings:
            if value not in known:
                self.alternatives.append(Alternative(value, why))
                known.append(value)

    @property
    def filled(self) -> bool:
        """Whether it says anything at all."""
        return self.value is not None or bool(self.alternatives) or any(self.texts)

    def frozen(self) -> FieldReading:
        """The reading."""
        if not self.lines and not self.codes:
            return _empty(self.key)
        lines = self.lines
        place = (Place(lines[0], lines[0]) if len(lines) == 1 else Place(min(lines), max(lines))) if lines else None
        return FieldReading(self.key, self.value, "\n".join(self.texts), place, tuple(self.marks),
                            self._confidence() if self.codes else 1.0, tuple(self.codes), tuple(self.alternatives), self.question)

    def _confidence(self) -> float:
        confidence = 1.0
        for code in self.codes:
            confidence *= DOUBT.get(code, 0.99)
        return round(confidence, 3)


@cache
def _empty(key: str) -> FieldReading:
    return FieldReading(key)


def joined(texts: Sequence[str], long: bool) -> str:
    """The cells of an answer as one text; of a long one, each on its line."""
    if len(texts) == 1:
        return texts[0].strip()
    return ("\n" if long else " ").join(text.strip() for text in texts if text.strip())
