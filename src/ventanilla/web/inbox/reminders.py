"""What a module has waiting for a person that is no row of their tray: said above it, with where it is done."""
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ventanilla.core.orgs.models import Person


@dataclass(frozen=True)
class Reminder:
    """A sentence, where it leads, the words of that link, and an icon."""

    text: str
    url: str
    link: str
    icon: str


Reminding = Callable[[Person], Sequence[Reminder]]
_kept: dict[str, Reminding] = {}


def register(name: str, remind: Reminding) -> None:
    """Called once from an app's `ready()`; `remind` asks the database once and tells what waits, if anything."""
    _kept[name] = remind


def reminders(person: Person) -> list[Reminder]:
    """What waits for the person now."""
    return [found for remind in _kept.values() for found in remind(person)]
