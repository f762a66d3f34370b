"""A column: one title, one value; the same value goes to the page, the JSON twin and every export."""
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from operator import attrgetter
from typing import Any, Final, NamedTuple

from django.db.models import Model
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from ventanilla.core.cases.words import said, state_of, turn_state_of, undone
from ventanilla.lib.worktime import Light, light
from ventanilla.web.screens.calendars import version_of
from ventanilla.web.screens.plain import is_field

LIGHT: Final = ("due_at", "amber_at", "closed_at", "institution_id", "unit__path")
"""What `light_of` reads of a row with a unit."""
CASE_LIGHT: Final = (*LIGHT, "kind", "state")
TURN_LIGHT: Final = (*LIGHT, "purpose", "state")
Together = Callable[[Sequence[Any], Collection[str]], Mapping[int, Mapping[str, Any]]]
"""Reads the columns of those names for many rows at once: values by primary key and name of column."""
Value = Callable[[Any], Any]
TOGETHER: Final = "read_together"
ALIKE: Final = ("text", "badge")
"""Kinds of columns whose worked out values are few: states, kinds, priorities, names."""


def _at(path: str) -> Value:
    """What stands at the end of a path of attributes; None where something on the way is missing."""
    along = attrgetter(path)

    def value(row: Any) -> Any:
        try:
            return along(row)
        except AttributeError:
            return None

    return value


@dataclass(frozen=True)
class Column:
    """`name` is a path of attributes (`case.unit.name`), or `get` computes the value of a row.

    `kind`: text, title (a text that the row is known by: it takes the room), folio, date, datetime, int, float, money, light,
    badge. `sort` names the model field by which the list can be ordered whatever its size (its index must exist); by every
    other column it is ordered while its rows are few (`sorting.py`). `shown` False leaves the column to be chosen. `reads` names the
    fields (`letter__type__name`) that the value is worked out from, where `name` is not such a path itself: when all
    columns of a page say so, its rows are read plain (see `plain.py`), and of text and badge, equal ones are worked out once.
    `together` reads the values of a whole page from elsewhere (answers of forms): columns with the same function are read by one
    call. `group` names the heading under which a column is offered where there are many.
    """

    name: str
    title: str | Promise
    kind: str = "text"
    sort: str = ""
    get: Callable[[Any], Any] | None = None
    shown: bool = True
    reads: tuple[str, ...] = ()
    together: Together | None = None
    group: str = ""

    @property
    def heading(self) -> str:
        """Its title in the language of now."""
        return said(self.title)

    def fields(self, model: type[Model]) -> tuple[str, ...]:
        """The fields that the value is worked out from; none when the column does not say."""
        if self.together is not None:
            return ("pk",)
        path = self.name.replace(".", "__")
        return self.reads or ((path,) if self.get is None and is_field(model, path) else ())

    @cached_property
    def value(self) -> Value:
        """What gives the plain value of a row: text, number, date, aware datetime, `LightCell` or None."""
        if self.together is not None:
            return lambda row: row.__dict__.get(TOGETHER, {}).get(self.name)
        return self.get or _at(self.name)

    @cached_property
    def source(self) -> Value | None:
        """What gives the fields that the value of a row is worked out from, in a form that can be compared: equal ones have equal values.
        None for a column that does not say which they are."""
        alike = self.get is not None and self.reads and self.kind in ALIKE
        return attrgetter(*(path.replace("__", ".") for path in self.reads)) if alike else None

    def plain(self, row: Model) -> Any:
        """The value for exports and JSON: dates in local time, lights as their words."""
        value = self.value(row)
        if isinstance(value, datetime):
            return timezone.localtime(value)
        if isinstance(value, (LightCell, date, int, float)) or value is None:
            return value.words if isinstance(value, LightCell) else value
        return str(value)


def read_together(columns: Sequence[Column], rows: Sequence[Any]) -> None:
    """Read what columns take from elsewhere, once for all these rows; does nothing where no column does."""
    sources = dict.fromkeys(c.together for c in columns if c.together is not None)
    for source in sources if rows else ():
        found = source(rows, [c.name for c in columns if c.together == source])
        for row in rows:
            row.__dict__.setdefault(TOGETHER, {}).update(found.get(row.pk, {}))


class LightCell(NamedTuple):
    """A light at this moment: the page draws shape and word from it, in working days of the calendar `version`
    (0: no deadline runs). `ended`: how it ended, where it was not done."""

    light: Light
    due_at: datetime | None
    version: int = 0
    ended: str = ""

    @property
    def shape(self) -> str:
        """What is drawn: what was cancelled or sent back has no mark of something done."""
        return "ended" if self.ended else self.light.value

    @property
    def runs(self) -> bool:
        """Whether it tells how far away its due moment is; else it says its word alone."""
        return self.due_at is not None and self.light not in (Light.DONE, Light.NONE)

    @property
    def words(self) -> str:
        """The word of the light, or how it ended."""
        return self.ended or _(self.light.word)


def light_of(row: Any) -> LightCell:
    """The light of anything with `due_at`, `amber_at` and perhaps `closed_at`."""
    state = "stop" if getattr(row, "closed_at", None) else "run"
    found = light(timezone.now(), row.amber_at, row.due_at, state)
    running = row.due_at is not None and found not in (Light.DONE, Light.NONE)
    return LightCell(found, row.due_at, version_of(row) if running else 0)


def case_light(case: Any) -> LightCell:
    """The light of a case, or of a row with its fields CASE_LIGHT."""
    return _told(light_of(case), case, state_of)


def turn_light(turn: Any) -> LightCell:
    """The light of a turn, or of a row with its fields TURN_LIGHT."""
    return _told(light_of(turn), turn, turn_state_of)


def _told(light: LightCell, row: Any, state_word: Callable[[Any], str]) -> LightCell:
    ended = undone(row, state_word) if light.light == Light.DONE else ""
    return light._replace(ended=ended) if ended else light
