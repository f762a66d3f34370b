"""What a file would do, and reading its lines."""
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from ventanilla.core.orgs.services.tables import Problem, Row, read_table
from ventanilla.modules.servicedesk.services.cmdb.words import one_line

MAX_BYTES: Final = 20 * 1024 * 1024
MAX_ROWS: Final = 60_000


@dataclass(frozen=True)
class Change:
    """One line's effect: `add`, `change` or `end`; what differs (label, before, after); `work` is for who applies it."""

    what: str
    line: int
    name: str
    code: str
    differences: Sequence[tuple[str, str, str]] = ()
    work: Any = None


@dataclass
class Plan:
    """Everything that a file would do. `repeated` lines say what another line says; `unused` are columns nobody knows."""

    what: str
    changes: Sequence[Change] = ()
    problems: list[Problem] = field(default_factory=list)
    unchanged: int = 0
    repeated: int = 0
    unused: Sequence[str] = ()

    @cached_property
    def digest(self) -> str:
        """Changes when the file, or what it meets, changes."""
        said = hashlib.sha256(self.what.encode())
        for change in self.changes:
            said.update(repr((change.what, change.line, change.name, change.code, change.differences)).encode())
        return said.hexdigest()

    def of(self, what: str) -> list[Change]:
        """Changes of one sort, in order of the file."""
        return [c for c in self.changes if c.what == what]


def read_rows(data: bytes, headings: Mapping[str, Sequence[str]], required: Sequence[str],
              more: Mapping[str, str] | None = None) -> tuple[list[Row], list[str]]:
    """The rows, and the headings that nobody knows. `more` are further headings (folded) and their canonical names.

    Raises Refused, in Spanish, for what is no table, is too large or lacks a required column.
    """
    return read_table(data, headings, required, more=more, max_bytes=MAX_BYTES, max_rows=MAX_ROWS, clean=one_line)
