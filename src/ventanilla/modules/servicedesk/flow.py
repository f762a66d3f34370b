"""The lives of tickets (ITIL 4): requests, incidents, problems, known errors, and three ways to change something.

Lateness is never a state: it is the light of a clock. Two clocks run: `own` until somebody takes the ticket,
`resolve` until it is resolved; `team` is the internal agreement of whoever has it now.
"""
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.cases.flows import SYSTEM
from ventanilla.lib.flow import STAYS, ClockMode, Flow, Step

REQUESTER: Final = "requester"    # asked, benefits, or asked for the unit (liaison)
AGENT: Final = "agent"            # works in the unit of the team, or has the ticket in hand
DISPATCHER: Final = "dispatcher"  # may route in the unit of the team
MANAGER: Final = "manager"        # may conclude in the unit of the team
APPROVER: Final = "approver"      # was asked to authorise, and has not answered

STAFF: Final = frozenset({AGENT, DISPATCHER, MANAGER})
TAKEN_ALONG: Final = frozenset({"absorb", "release"})
"""Steps of the survivor that the merge of another ticket takes: nobody chooses them."""
_ASKERS = frozenset({REQUESTER, AGENT, MANAGER})
_ALL = frozenset({SYSTEM})
_OPEN = ("new", "assigned", "in_progress", "pending")
LABELS: Final = {"new": lazy("Nueva"), "approval": lazy("En autorización"), "rejected": lazy("No autorizada"), "assigned": lazy("Asignada"),
                 "in_progress": lazy("En atención"), "pending": lazy("En espera"), "resolved": lazy("Resuelta"), "closed": lazy("Cerrada"),
                 "cancelled": lazy("Cancelada"), "merged": lazy("Fusionada")}
_CLOCK: Final[dict[str, ClockMode]] = {"approval": "pause", "pending": "pause", "rejected": "stop", "resolved": "stop", "closed": "stop",
                                       "cancelled": "stop", "merged": "stop"}


def _joining(*sources: str, back: str) -> tuple[Step, ...]:
    """Duplicates become one ticket, and what was two things becomes two; an undone merge goes back to where the duplicate was."""
    return (
        Step("merge", sources, "merged", STAFF, ("survivor",), label=lazy("Fusionar con otro")),
        Step("unmerge", ("merged",), back, STAFF, ("reason",), label=lazy("Deshacer la fusión"),
             also=tuple(s for s in sources if s != back)),
        Step("absorb", sources, STAYS, STAFF, label=lazy("Recibir un duplicado")),
        Step("release", sources, STAYS, STAFF, label=lazy("Devolver un duplicado")),
        Step("split", sources, STAYS, STAFF, ("subject",), label=lazy("Separar en otro ticket")),
    )


def _work(*more: Step) -> tuple[Step, ...]:
    """What every ticket that somebody asked for goes through."""
    return (
        Step("assign", _OPEN, "assigned", STAFF | {SYSTEM}, ("team",), label=lazy("Asignar")),
        Step("take", ("new", "assigned"), "in_progress", STAFF, label=lazy("Tomar")),
        Step("hold", ("assigned", "in_progress"), "pending", STAFF, ("reason",), label=lazy("Poner en espera")),
        Step("resume", ("pending",), "in_progress", STAFF | {REQUESTER, SYSTEM}, label=lazy("Reanudar")),
        Step("resolve", ("assigned", "in_progress", "pending"), "resolved", STAFF | {SYSTEM}, ("cause", "solution"),
             label=lazy("Resolver")),
        Step("close", ("resolved",), "closed", _ASKERS | {SYSTEM}, label=lazy("Cerrar")),
        Step("reopen", ("resolved", "closed"), "in_progress", _ASKERS, ("reason",), label=lazy("Reabrir")),
        Step("cancel", ("new", "assigned", "in_progress", "pending"), "cancelled", _ASKERS, ("reason",), label=lazy("Cancelar")),
        Step("prioritise", _OPEN, STAYS, STAFF, ("reason",), label=lazy("Cambiar prioridad")),
        Step("reclassify", _OPEN, STAYS, STAFF, ("reason",), label=lazy("Reclasificar")),
        Step("correct", _OPEN, STAYS, STAFF, ("reason",), label=lazy("Corregir datos")),
        *_joining(*_OPEN, back="in_progress"), *more,
    )


REQUEST_FLOW: Final = Flow(
    "request", "new", _work(
        Step("ask_approval", ("new",), "approval", _ALL | STAFF, label=lazy("Pedir autorización")),
        Step("approve", ("approval",), "new", frozenset({SYSTEM}), label=lazy("Autorizada")),
        Step("reject", ("approval",), "rejected", frozenset({SYSTEM}), ("reason",), label=lazy("No autorizada")),
        Step("appeal", ("rejected",), "new", STAFF, ("reason",), label=lazy("Volver a considerar")),
        Step("withdraw", ("approval",), "cancelled", _ASKERS, ("reason",), label=lazy("Cancelar")),
        Step("absorb", ("approval",), STAYS, STAFF, label=lazy("Recibir un duplicado")),
        Step("release", ("approval",), STAYS, STAFF, label=lazy("Devolver un duplicado")),
    ), labels=LABELS, clock=_CLOCK)

INCIDENT_FLOW: Final = Flow(
    "incident", "new", _work(
        Step("major", _OPEN, STAYS, STAFF, ("reason",), label=lazy("Declarar incidente mayor")),
        Step("stand_down", _OPEN, STAYS, STAFF, ("reason",), label=lazy("Levantar el incidente mayor")),
    ), labels={k: v for k, v in LABELS.items() if k not in ("approval", "rejected")},
    clock={k: v for k, v in _CLOCK.items() if k not in ("approval", "rejected")})

PROBLEM_FLOW: Final = Flow(
    "problem", "new", (
        Step("assign", ("new", "assigned", "investigating", "known", "pending"), "assigned", STAFF, ("team",), label=lazy("Asignar")),
        Step("take", ("new", "assigned"), "investigating", STAFF, label=lazy("Investigar")),
        Step("hold", ("assigned", "investigating", "known"), "pending", STAFF, ("reason",), label=lazy("Poner en espera")),
        Step("resume", ("pending",), "investigating", STAFF | {SYSTEM}, label=lazy("Reanudar")),
        Step("identify", ("assigned", "investigating", "known"), "known", STAFF, ("root_cause",), label=lazy("Registrar la causa")),
        Step("plan", ("investigating", "known"), STAYS, STAFF, label=lazy("Plan de acción")),
        Step("resolve", ("investigating", "known"), "resolved", STAFF, ("cause", "solution"), label=lazy("Resolver")),
        Step("close", ("resolved",), "closed", frozenset({MANAGER, SYSTEM}), label=lazy("Cerrar")),
        Step("reopen", ("resolved", "closed"), "investigating", STAFF, ("reason",), label=lazy("Reabrir")),
        Step("cancel", ("new", "assigned", "investigating", "known", "pending"), "cancelled", STAFF, ("reason",), label=lazy("Descartar")),
        Step("prioritise", ("new", "assigned", "investigating", "known", "pending"), STAYS, STAFF, ("reason",),
             label=lazy("Cambiar prioridad")),
        Step("reclassify", ("new", "assigned", "investigating", "known", "pending"), STAYS, STAFF, ("reason",), label=lazy("Reclasificar")),
        Step("correct", ("new", "assigned", "investigating", "known", "pending"), STAYS, STAFF, ("reason",), label=lazy("Corregir datos")),
        *_joining("new", "assigned", "investigating", "known", "pending", back="investigating"),
    ), labels={"new": lazy("Propuesto"), "assigned": lazy("Asignado"), "investigating": lazy("En investigación"),
               "known": lazy("Causa conocida"),
               "pending": lazy("En espera"), "resolved": lazy("Resuelto"), "closed": lazy("Cerrado"), "cancelled": lazy("Descartado"),
               "merged": lazy("Fusionado")},
    clock={"pending": "pause", "resolved": "stop", "closed": "stop", "cancelled": "stop", "merged": "stop"})

KNOWN_ERROR_FLOW: Final = Flow(
    "known_error", "current", (
        Step("revise", ("current",), STAYS, STAFF, ("reason",), label=lazy("Actualizar")),
        Step("fix", ("current",), "fixed", STAFF, ("solution",), label=lazy("Quedó corregido")),
        Step("accept", ("current",), "accepted", frozenset({MANAGER}), ("reason",), label=lazy("Aceptar el riesgo")),
        Step("reopen", ("fixed", "accepted"), "current", STAFF, ("reason",), label=lazy("Volvió a ocurrir")),
    ), labels={"current": lazy("Vigente"), "fixed": lazy("Corregido"), "accepted": lazy("Riesgo aceptado")},
    clock={"fixed": "stop", "accepted": "stop"})

_BEFORE = ("new", "assigned", "planned", "approval", "approved")
_CHANGE_LABELS = {"new": lazy("Nuevo"), "rejected": lazy("Rechazado"), "assigned": lazy("Asignado"), "planned": lazy("Planeado"),
                  "approval": lazy("En autorización"),
                  "not_approved": lazy("No autorizado"), "approved": lazy("Autorizado"), "implementing": lazy("En implementación"),
                  "implemented": lazy("Implementado"), "failed": lazy("Falló"), "rolled_back": lazy("Se revirtió"),
                  "closed": lazy("Cerrado"),
                  "cancelled": lazy("Cancelado")}


def _change(slug: str, steps: tuple[Step, ...]) -> Flow:
    used = {s for step in steps for s in (*step.sources, step.target) if s}
    clock: dict[str, ClockMode] = {s: "stop" for s in ("rejected", "closed", "cancelled")}
    clock |= {"approval": "pause", "approved": "pause"}
    return Flow(slug, "new", steps, labels={k: v for k, v in _CHANGE_LABELS.items() if k in used},
                clock={k: v for k, v in clock.items() if k in used})


_BEGIN = (
    Step("assign", ("new", "assigned", "planned"), "assigned", STAFF, ("team",), label=lazy("Asignar")),
    Step("plan", ("assigned", "planned"), "planned", STAFF, ("plan",), label=lazy("Planear")),
    Step("cancel", _BEFORE, "cancelled", STAFF | {REQUESTER}, ("reason",), label=lazy("Cancelar")),
    Step("reclassify", ("new", "assigned", "planned"), STAYS, STAFF, ("reason",), label=lazy("Reclasificar")),
    Step("correct", ("new", "assigned", "planned"), STAYS, STAFF, ("reason",), label=lazy("Corregir datos")),
)
_DO = (
    Step("finish", ("implementing",), "implemented", STAFF, label=lazy("Quedó implementado")),
    Step("fail", ("implementing",), "failed", STAFF, ("reason",), label=lazy("Falló")),
    Step("roll_back", ("implementing", "failed", "implemented"), "rolled_back", STAFF, ("reason",), label=lazy("Se revirtió")),
    Step("retry", ("failed", "rolled_back"), "planned", STAFF, ("reason",), label=lazy("Volver a planear")),
    Step("review", ("implemented", "failed", "rolled_back"), "closed", STAFF, ("review",), label=lazy("Revisar y cerrar")),
)
_AUTHORISED = (
    Step("submit", ("planned",), "approval", STAFF, label=lazy("Enviar a autorización")),
    Step("approve", ("approval",), "approved", frozenset({SYSTEM}), label=lazy("Autorizado")),
    Step("reject", ("approval",), "not_approved", frozenset({SYSTEM}), ("reason",), label=lazy("No autorizado")),
    Step("replan", ("not_approved", "approved"), "planned", STAFF, ("reason",), label=lazy("Volver a planear")),
    Step("abandon", ("not_approved",), "cancelled", STAFF, ("reason",), label=lazy("Cancelar")),
    Step("implement", ("approved",), "implementing", STAFF, label=lazy("Comenzar")),
)
CHANGE_FLOW: Final = _change("change", (*_BEGIN, Step("decline", ("new",), "rejected", frozenset({MANAGER}), ("reason",),
                                                      label=lazy("Rechazar")),
                                        Step("appeal", ("rejected",), "new", STAFF, ("reason",), label=lazy("Volver a considerar")),
                                        Step("reclassify", ("approval",), STAYS, STAFF, ("reason",), label=lazy("Reclasificar")),
                                        *_AUTHORISED, *_DO))
"""A normal change: planned, authorised by quorum, implemented, reviewed."""
SIMPLE_CHANGE_FLOW: Final = _change("simple_change", (
    *(s if s.name != "cancel" else Step("cancel", ("new", "assigned", "planned"), "cancelled", s.roles, s.needs, label=s.label)
      for s in _BEGIN), Step("implement", ("planned",), "implementing", STAFF, label=lazy("Comenzar")), *_DO))
"""A routine change ("simple"): its model was authorised once; each one is not."""
EMERGENCY_CHANGE_FLOW: Final = _change("emergency_change", (
    *(s if s.name != "cancel" else Step("cancel", ("new", "assigned", "planned"), "cancelled", s.roles, s.needs, label=s.label)
      for s in _BEGIN),
    Step("implement", ("new", "assigned", "planned"), "implementing", frozenset({DISPATCHER, MANAGER}), ("reason",),
         label=lazy("Comenzar ya")),
    Step("finish", ("implementing",), "implemented", STAFF, label=lazy("Quedó implementado")),
    Step("fail", ("implementing",), "failed", STAFF, ("reason",), label=lazy("Falló")),
    Step("roll_back", ("implementing", "failed", "implemented"), "rolled_back", STAFF, ("reason",), label=lazy("Se revirtió")),
    Step("retry", ("failed", "rolled_back"), "planned", STAFF, ("reason",), label=lazy("Volver a planear")),
    Step("review", ("implemented", "failed", "rolled_back"), "approval", STAFF, ("review",), label=lazy("Revisar y pedir autorización")),
    Step("approve", ("approval",), "closed", frozenset({SYSTEM}), label=lazy("Autorizado a posteriori")),
    Step("reject", ("approval",), "closed", frozenset({SYSTEM}), ("reason",), label=lazy("No se autorizó a posteriori")),
))
"""An emergency: done first, authorised afterwards; it cannot be closed without that."""

FLOWS: Final = (REQUEST_FLOW, INCIDENT_FLOW, PROBLEM_FLOW, KNOWN_ERROR_FLOW, CHANGE_FLOW, SIMPLE_CHANGE_FLOW, EMERGENCY_CHANGE_FLOW)
ASKED: Final = ("request", "incident")
"""Kinds that people ask for, with promises."""
CHANGES: Final = ("change", "simple_change", "emergency_change")
_OWNED: Final = frozenset({"in_progress", "investigating", "known", "pending", "implementing", "implemented", "failed", "rolled_back"})


HELD: Final = "pending"
METRICS: Final = ("own", "resolve", "team")


def metric_of(clock: str) -> str:
    """The metric that a kind of clock measures: each team has its own clock of its agreement."""
    return "team" if clock.startswith("team") else clock


def clock_mode(flow: Flow, clock: str, state: str, detail: Mapping[str, Any]) -> ClockMode:
    """What a state does to one clock: `own` stops when somebody took the ticket; the others follow the flow's table.

    While a ticket is held, the clocks that its reason does not stop run on (`runs` in the move that holds it).
    """
    if state == HELD and metric_of(clock) in detail.get("runs", ()):
        return "run"
    return "stop" if clock == "own" and state in _OWNED else flow.mode(state)
