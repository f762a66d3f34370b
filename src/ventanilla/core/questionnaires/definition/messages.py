"""What is said about definitions and answers: Spanish msgids with parameters, translated where they are shown."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


def N_(text: str) -> str:
    """Marks a text for translation and gives it back."""
    return text


@dataclass(frozen=True)
class Message:
    """A sentence. `str()` is its Spanish; whoever shows it translates `text` and fills in `params`."""

    text: str
    params: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.params if self.params else self.text


@dataclass(frozen=True)
class Problem:
    """A mistake in a definition and where it is: `sections.0.fields.2.choices`, with the labels a person knows."""

    path: str
    where: str
    message: Message

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else str(self.message)


class DefinitionError(ValueError):
    """A definition that cannot be used; `problems` says everything that is wrong, in order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(map(str, problems)))
