"""What is said of calendars: hours as people write them, days with their source, and what a change does to running deadlines."""
from datetime import date, datetime
from typing import Final, Literal
from uuid import UUID

from ninja import Field, Schema

from ventanilla.lib.worktime import Kind
from ventanilla.web.api.schemas import PersonRef, UnitRef

WEEK: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Hours = Field(None, max_length=120, examples=["09:00-14:00, 15:00-18:00"],
              description="Vacío: cerrado. `22:00-06:00` termina al día siguiente")
AmberRule = Literal["fraction", "days", "hours"]


class WeekData(Schema):
    """Hours of attention of each weekday, local time, as people write them; empty: closed."""

    monday: str | None = Hours
    tuesday: str | None = Hours
    wednesday: str | None = Hours
    thursday: str | None = Hours
    friday: str | None = Hours
    saturday: str | None = Hours
    sunday: str | None = Hours


class AmberData(Schema):
    """When the light turns amber: a fraction of the term used (0 to 1), or so many working days or hours before it is due."""

    rule: AmberRule = "fraction"
    value: float = Field(0.75, ge=0, le=1000)


class DayCountData(Schema):
    """How terms in days are counted; docs/modules/workdays.md says why the usual ones are so."""

    late: Literal["next_workday", "same_day"] = "next_workday"
    first: Literal["next_day", "same_day"] = "next_day"
    paused_day: Literal["touched", "whole"] = "touched"
    roll: Literal["next_workday", "none"] = "next_workday"
    close: Literal["coverage_end", "midnight"] = "coverage_end"


class CalendarRef(Schema):
    """A calendar, in short."""

    uuid: UUID
    name: str


class CalendarOut(CalendarRef):
    """A calendar: of the institution (no unit), of a unit and those below it, or with a `purpose`: then it holds only where it is named.

    `version` is the number of the one that holds. `valid_to`: the first day on which a unit's no longer holds.
    """

    unit: UnitRef | None
    purpose: str
    version: int | None
    since: datetime | None
    valid_to: date | None


class VersionRef(Schema):
    """A publication."""

    number: int
    published_at: datetime
    by: PersonRef | None
    note: str


class CalendarDetail(CalendarOut):
    """With its publications, the newest first."""

    versions: list[VersionRef]


class DayOut(Schema):
    """A day that does not follow the week, and the source that says so; `hours` when it has some of its own (empty: closed)."""

    day: date
    kind: Kind
    name: str
    source: str
    hours: str | None


class CalendarVersionOut(VersionRef):
    """What a version says. It never changes."""

    week: WeekData
    amber: AmberData
    day_count: DayCountData
    days: list[DayOut]


class UnitCalendarOut(Schema):
    """Which calendar holds in a unit, by which version, and of which unit it is (null: the institution's)."""

    unit: UnitRef
    calendar: CalendarRef
    version: int
    inherited_from: UnitRef | None


class CalendarIn(Schema):
    """A calendar of a unit; it begins as a copy of the institution's."""

    unit: UUID
    name: str = Field(max_length=120, examples=["Horario de la ventanilla"])


class CalendarChangeIn(Schema):
    """Another name, or the day on which a unit's calendar no longer holds (null: it goes on); what is not named stays as it is."""

    name: str | None = Field(None, min_length=1, max_length=120)
    valid_to: date | None = None


class PeriodIn(Schema):
    """Days that differ from the week; `last` empty: only that day. `hours` when they are open at hours of their own."""

    first: date
    last: date | None = None
    kind: Kind = Field(examples=["local"])
    name: str = Field(min_length=1, max_length=160, examples=["Aniversario de la ciudad"])
    source: str = Field(min_length=1, max_length=200, examples=["Gaceta del 4 de enero de 2027"])
    hours: str | None = Hours


class RevisionIn(Schema):
    """What the next version changes; what is not named stays as it is."""

    note: str = Field(min_length=1, max_length=300, examples=["Días inhábiles de 2027"])
    week: WeekData | None = None
    add: list[PeriodIn] = Field([], max_length=400)
    remove: list[date] = Field([], max_length=2000, description="Fechas que vuelven a seguir la semana")
    amber: AmberData | None = None
    day_count: DayCountData | None = None


class LightsOut(Schema):
    """How many deadlines would go from one light to another."""

    before: str
    after: str
    count: int


class CaseShiftOut(Schema):
    """A matter that becomes late or stops being late, when the reader may read it."""

    case: UUID
    kind: str
    folio: str
    due_before: datetime | None
    due_after: datetime | None
    before: str
    after: str


class DueEffectsOut(Schema):
    """What counting again would do (or did) to running deadlines: counts of all, and the first 200 matters that flip and may be read."""

    looked_at: int
    moved: int
    become_late: int
    stop_being_late: int
    lights: list[LightsOut]
    cases: list[CaseShiftOut]


class DraftEffectsOut(Schema):
    """What a version would change before it is published; `effects` null: so many deadlines run by it that they are told once it is."""

    days_added: int
    days_removed: int
    weekdays_changed: int
    effects: DueEffectsOut | None


class DueWaitingOut(Schema):
    """`waiting` deadlines still run by an older version, or by another calendar; `applying`: a job is on them; `effects` null: they are
    so many that a job computes them (`waiting` 0: none is needed)."""

    waiting: int
    applying: bool
    effects: DueEffectsOut | None


class ApplyIn(Schema):
    """Why; empty: the reason of the version."""

    reason: str = Field("", max_length=300)


class CountedAgainOut(Schema):
    """Whether it was done at once; else a job does it, and a notice tells when. `effects` null: nothing was waiting, or a job is on it."""

    done: bool
    effects: DueEffectsOut | None


class RecomputationOut(Schema):
    """A time that running deadlines were counted again."""

    at: datetime
    by: PersonRef | None
    version: int
    looked_at: int
    moved: int
