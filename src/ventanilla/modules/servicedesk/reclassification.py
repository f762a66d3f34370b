"""Which kind of ticket may become which (ITIL 4): one table of the ways there are, one of what to do instead of the others.

A reclassification corrects what a ticket is said to be; number, clocks and log stay. It is not a way to go on: an incident whose
cause is looked for stays an incident and a problem is opened beside it, and a problem that needs a change is tied to that change.
"""
from collections.abc import Iterator, Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ventanilla.modules.servicedesk.flow import ASKED, CHANGES, FLOWS

States = Mapping[str, str]
KINDS: Final = tuple(flow.slug for flow in FLOWS)

_SAME: Final = {s: s for s in ("new", "assigned", "in_progress", "pending")}
_INVESTIGATED: Final = {"new": "new", "assigned": "assigned", "in_progress": "investigating", "pending": "pending"}
_RESTORED: Final = {"new": "new", "assigned": "assigned", "investigating": "in_progress", "known": "in_progress", "pending": "pending"}
_TO_PLAN: Final = {"new": "new", "assigned": "assigned", "in_progress": "assigned", "pending": "assigned"}
_NOT_FOUND_OUT: Final = {"new": "new", "assigned": "assigned", "investigating": "assigned", "pending": "assigned"}
_NOT_PLANNED: Final = {"new": "new", "assigned": "assigned"}
_BEFORE: Final = {"new": "new", "assigned": "assigned", "planned": "planned"}

WAYS: Final[Mapping[tuple[str, str], States]] = {
    **{(a, b): _SAME for a in ASKED for b in ASKED},
    ("incident", "problem"): _INVESTIGATED,
    ("problem", "incident"): _RESTORED,
    **{("request", b): _TO_PLAN for b in CHANGES},
    **{(a, "request"): _NOT_PLANNED for a in CHANGES},
    **{("problem", b): _NOT_FOUND_OUT for b in CHANGES},
    **{(a, "problem"): _NOT_PLANNED for a in CHANGES},
    **{(a, b): _BEFORE for a in CHANGES for b in CHANGES if a != b},
    ("change", "emergency_change"): {**_BEFORE, "approval": "planned"},
}
"""By (kind it is, kind it becomes): the state in which each state lands. From a state that is not named there is no way.

The same kind twice is another service of the catalogue. A change has no waiting state: what waited is assigned, and its clocks run.
"""

_SAME_KIND: Final = _("Ya es de ese tipo.")
_FIRST_INCIDENT: Final = _("Si algo falla, reclasifíquela primero como incidente; si se repite, cree un problema a partir de ese "
                           "incidente.")
_FIX_BY_CHANGE: Final = _("Un incidente se resuelve devolviendo el servicio: registre un cambio y relaciónelo con éste. Si nada falla, "
                          "reclasifíquelo primero como solicitud.")
_NO_INCIDENT: Final = _("Un cambio no devuelve un servicio caído: registre un incidente y relaciónelo con este cambio.")
_FROM_PROBLEM: Final = _("Un error conocido sale de un problema: cree un problema y publique el error conocido desde él.")
_KNOWN_STAYS: Final = _("Un error conocido no cambia de tipo: márquelo como corregido, o abra aparte lo que haga falta y relaciónelo.")
_PROBLEM_FIRST: Final = _("Reclasifíquelo primero como incidente: de él sale el servicio y el plazo de la solicitud.")

INSTEAD: Final[Mapping[tuple[str, str], str | Promise]] = {
    **{(k, k): _SAME_KIND for k in KINDS if k not in ASKED and k != "known_error"},
    ("request", "problem"): _FIRST_INCIDENT,
    ("problem", "request"): _PROBLEM_FIRST,
    **{("incident", b): _FIX_BY_CHANGE for b in CHANGES},
    **{(a, "incident"): _NO_INCIDENT for a in CHANGES},
    **{(a, "known_error"): _FROM_PROBLEM for a in KINDS if a != "known_error"},
    **{("known_error", b): _KNOWN_STAYS for b in KINDS},
}
"""What is refused, and what to do instead."""


def ways_from(kind: str, state: str) -> Iterator[str]:
    """The kinds that a ticket of this kind may become from this state, in the order of the flows."""
    return (target for target in KINDS if state in WAYS.get((kind, target), ()))


def sources(kind: str) -> tuple[str, ...]:
    """The states of a kind from which there is any way."""
    return tuple(dict.fromkeys(state for (a, _b), states in WAYS.items() if a == kind for state in states))
