"""Working time: calendars compiled to arrays, terms, due moments, lights, and why.

Declare with `coverage`, compile with `calendar`, state terms with `terms`, compute with `kernel`,
tell with `explain` and `wording`, preview changes with `recompute`. numpy only; no Django, no clock.
Start reading at `kernel.py`.
"""
from ventanilla.lib.worktime.calendar import NAT, WorkCalendar, compile_calendar
from ventanilla.lib.worktime.coverage import Coverage, Day, Kind
from ventanilla.lib.worktime.explain import Decision, Inputs, Pause, Step, decide, explain, stamp
from ventanilla.lib.worktime.federal import federal_days
from ventanilla.lib.worktime.kernel import (
    amber_of,
    days_before,
    deadline,
    elapsed,
    latest_start,
    thresholds,
    working_days,
)
from ventanilla.lib.worktime.light import Light, light, lights
from ventanilla.lib.worktime.recompute import Cases, Change, recompute
from ventanilla.lib.worktime.segments import Segment, segments
from ventanilla.lib.worktime.terms import OPEN, Amber, DayCount, Pauses, Term, Unit
from ventanilla.lib.worktime.wording import sentences

__all__ = [
    "NAT", "OPEN", "Amber", "Cases", "Change", "Coverage", "Day", "DayCount", "Decision", "Inputs",
    "Kind", "Light", "Pause", "Pauses", "Segment", "Step", "Term", "Unit", "WorkCalendar", "amber_of",
    "compile_calendar", "days_before", "deadline", "decide", "elapsed", "explain", "federal_days",
    "latest_start", "light", "lights", "recompute", "segments", "sentences", "stamp", "thresholds",
    "working_days",
]
