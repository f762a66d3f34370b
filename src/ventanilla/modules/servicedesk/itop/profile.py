"""The compatibility profile: the six lifecycles of iTop 3.2 as a table, and which state of ours is which of theirs.

Pure Python. `LIFECYCLES` says what a script may do (529 pairs of state and stimulus); `PLAIN` how a state of ours is shown.
Lateness is no state here: `escalated_*` is computed from the clocks (`states.py`).
"""
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

INTERNAL: Final = frozenset({"timeout", "autoresolve", "autoclose"})
"""Stimuli that iTop fires by itself; scripts may apply them too."""


@dataclass(frozen=True)
class Lifecycle:
    """A class of ticket: our kind, its states (the first one is the initial one), its stimuli, and state -> stimulus -> target."""

    name: str
    kind: str
    states: tuple[str, ...]
    stimuli: tuple[str, ...]
    arrows: Mapping[str, Mapping[str, str]]

    def target(self, state: str, stimulus: str) -> str | None:
        """Where the stimulus leads; None when it is not legal there."""
        return self.arrows.get(state, {}).get(stimulus)


_REQUEST: Final = {
    "new": {"assign": "assigned", "timeout": "escalated_tto", "wait_for_approval": "waiting_for_approval", "autoresolve": "resolved"},
    "escalated_tto": {"assign": "assigned"},
    "waiting_for_approval": {"approve": "approved", "reject": "rejected"},
    "approved": {"assign": "assigned", "timeout": "escalated_tto", "autoresolve": "resolved"},
    "rejected": {"reopen": "new"},
    "assigned": {"pending": "pending", "resolve": "resolved", "reassign": "assigned", "timeout": "escalated_ttr",
                 "autoresolve": "resolved"},
    "escalated_ttr": {"pending": "pending", "resolve": "resolved", "reassign": "assigned", "autoresolve": "resolved"},
    "pending": {"assign": "assigned", "autoresolve": "resolved"},
    "resolved": {"close": "closed", "reopen": "assigned", "autoresolve": "resolved"},
    "closed": {},
}
_APPROVAL: Final = ("waiting_for_approval", "approved", "rejected")
_INCIDENT: Final = {state: {s: t for s, t in arrows.items() if t not in _APPROVAL}
                    for state, arrows in _REQUEST.items() if state not in _APPROVAL}
_PROBLEM: Final = {
    "new": {"assign": "assigned"}, "assigned": {"reassign": "assigned", "resolve": "resolved"},
    "resolved": {"reassign": "assigned", "close": "closed"}, "closed": {},
}
_DONE: Final = {"implemented": {"monitor": "monitored", "finish": "closed"}, "monitored": {"finish": "closed"}}
_AUTHORISED: Final = {
    "assigned": {"plan": "plannedscheduled"}, "plannedscheduled": {"approve": "approved", "notapprove": "notapproved"},
    "notapproved": {"replan": "plannedscheduled"}, "approved": {"implement": "implemented"}, **_DONE,
}
_NORMAL: Final = {
    "new": {"validate": "validated", "reject": "rejected"}, "rejected": {"reopen": "new"}, "validated": {"assign": "assigned"},
    **_AUTHORISED,
}
_ROUTINE: Final = {
    "new": {"assign": "assigned"}, "assigned": {"plan": "plannedscheduled"}, "plannedscheduled": {"implement": "implemented"}, **_DONE,
}
_EMERGENCY: Final = {"new": {"assign": "assigned"}, **_AUTHORISED}
_GRID: Final = ("new", "validated", "rejected", "assigned", "plannedscheduled", "approved", "notapproved", "implemented", "monitored",
                "closed")
_CHANGE_STIMULI: Final = ("validate", "reject", "assign", "reopen", "plan", "approve", "replan", "notapprove", "implement", "monitor",
                          "finish")
_STIMULI: Final = ("assign", "reassign", "timeout", "pending", "resolve", "close", "reopen", "autoresolve", "autoclose")

LIFECYCLES: Final[Mapping[str, Lifecycle]] = {one.name: one for one in (
    Lifecycle("UserRequest", "request", tuple(_REQUEST), (*_STIMULI, "wait_for_approval", "approve", "reject"), _REQUEST),
    Lifecycle("Incident", "incident", tuple(_INCIDENT), _STIMULI, _INCIDENT),
    Lifecycle("Problem", "problem", tuple(_PROBLEM), ("assign", "reassign", "resolve", "close"), _PROBLEM),
    Lifecycle("NormalChange", "change", _GRID, _CHANGE_STIMULI, _NORMAL),
    Lifecycle("RoutineChange", "simple_change", _GRID, _CHANGE_STIMULI, _ROUTINE),
    Lifecycle("EmergencyChange", "emergency_change", _GRID, _CHANGE_STIMULI, _EMERGENCY),
)}
OF_KIND: Final[Mapping[str, Lifecycle]] = {one.kind: one for one in LIFECYCLES.values()}

_ASKED: Final = {"new": "new", "approval": "waiting_for_approval", "rejected": "rejected", "assigned": "assigned",
                 "in_progress": "assigned", "pending": "pending", "resolved": "resolved", "closed": "closed", "cancelled": "closed",
                 "merged": "closed"}
_CHANGED: Final = {
    "new": "new", "rejected": "rejected", "assigned": "assigned", "planned": "plannedscheduled", "approval": "plannedscheduled",
    "not_approved": "notapproved", "approved": "approved", "implementing": "implemented", "implemented": "monitored",
    "failed": "monitored", "rolled_back": "monitored", "closed": "closed", "cancelled": "closed"}
PLAIN: Final[Mapping[str, Mapping[str, str]]] = {
    "request": _ASKED, "incident": {o: t for o, t in _ASKED.items() if o not in ("approval", "rejected")},
    "problem": {"new": "new", "assigned": "assigned", "investigating": "assigned", "known": "assigned", "pending": "assigned",
                "resolved": "resolved", "closed": "closed", "cancelled": "closed", "merged": "closed"},
    "change": _CHANGED,
    "simple_change": {o: t for o, t in _CHANGED.items() if o not in ("rejected", "approval", "not_approved", "approved")},
    "emergency_change": {**{o: t for o, t in _CHANGED.items() if o not in ("rejected", "not_approved", "approved")},
                         "approval": "monitored"},
}
"""Our kind -> our state -> theirs, before lateness, approvals and marks are looked at."""

SHOWN_AS: Final[Mapping[str, Mapping[str, frozenset[str]]]] = {
    kind: {ours: frozenset({theirs, *more}) for ours, theirs in plain.items()
           for more in [{
               ("request", "new"): ("approved", "escalated_tto"), ("incident", "new"): ("escalated_tto",),
               ("request", "assigned"): ("escalated_ttr",), ("request", "in_progress"): ("escalated_ttr",),
               ("incident", "assigned"): ("escalated_ttr",), ("incident", "in_progress"): ("escalated_ttr",),
               ("change", "new"): ("validated", "rejected"), ("emergency_change", "planned"): ("approved", "notapproved"),
           }.get((kind, ours), ())]}
    for kind, plain in PLAIN.items()
}
"""Every state of theirs in which a state of ours can be shown."""

OPERATIONAL: Final[Mapping[str, str]] = {"resolved": "resolved", "closed": "closed"}
"""`operational_status` of a state; the rest is `ongoing`."""
