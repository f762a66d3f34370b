"""The lives of tickets (ITIL 4): requests, incidents, problems, known errors, and three ways to change something.

Lateness is never a state: it is the light of a clock. Two clocks run: `own` until somebody takes the ticket,
`resolve` until it is resolved; `team` is the internal agreement of whoever has it now.
"""
from typing import Final

from ventanilla.core.cases.flows import SYSTEM
from ventanilla.lib.flow import STAYS, ClockMode, Flow, Step

REQUESTER: Final = "requester"    # asked, benefits, or asked for the unit (liaison)
AGENT: Final = "agent"            # works in the unit of the team, or has the ticket in hand
DISPATCHER: Final = "dispatcher"  # may route in the unit of the team
MANAGER: Final = "manager"        # may conclude in the unit of the team
APPROVER: Final = "approver"      # was asked to authorise, and has not answered

STAFF: Final = frozenset({AGENT, DISPATCHER, MANAGER})
_ASKERS = frozenset({REQUESTER, AGENT, MANAGER})
_ALL = frozenset({SYSTEM})
_OPEN = ("new", "assigned", "in_progress", "pending")
LABELS: Final = {"new": "Nueva", "approval": "En autorización", "rejected": "No autorizada", "assigned": "Asignada",
                 "in_progress": "En atención", "pending": "En espera", "resolved": "Resuelta", "closed": "Cerrada",
                 "cancelled": "Cancelada", "merged": "Fusionada"}
_CLOCK: Final[dict[str, ClockMode]] = {"approval": "pause", "pending": "pause", "rejected": "stop", "resolved": "stop", "closed": "stop",
                                       "cancelled": "stop", "merged": "stop"}


def _joining(*sources: str, back: str) -> tuple[Step, ...]:
    """Duplicates become one ticket, and what was two things becomes two; an undone merge goes back to where the duplicate was."""
    return (
        Step("merge", sources, "merged", STAFF, ("survivor",), label="Fusionar con otro"),
        Step("unmerge", ("merged",), back, STAFF, ("reason",), label="Deshacer la fusión", also=tuple(s for s in sources if s != back)),
        Step("absorb", sources, STAYS, STAFF, label="Recibir un duplicado"),
        Step("release", sources, STAYS, STAFF, label="Devolver un duplicado"),
        Step("split", sources, STAYS, STAFF, ("subject",), label="Separar en otro ticket"),
    )


def _work(*more: Step) -> tuple[Step, ...]:
    """What every ticket that somebody asked for goes through."""
    return (
        Step("assign", _OPEN, "assigned", STAFF | {SYSTEM}, ("team",), label="Asignar"),
        Step("take", ("new", "assigned"), "in_progress", STAFF, label="Tomar"),
        Step("hold", ("assigned", "in_progress"), "pending", STAFF, ("reason",), label="Poner en espera"),
        Step("resume", ("pending",), "in_progress", STAFF | {REQUESTER, SYSTEM}, label="Reanudar"),
        Step("resolve", ("assigned", "in_progress", "pending"), "resolved", STAFF | {SYSTEM}, ("cause", "solution"), label="Resolver"),
        Step("close", ("resolved",), "closed", _ASKERS | {SYSTEM}, label="Cerrar"),
        Step("reopen", ("resolved", "closed"), "in_progress", _ASKERS, ("reason",), label="Reabrir"),
        Step("cancel", ("new", "assigned", "in_progress", "pending"), "cancelled", _ASKERS, ("reason",), label="Cancelar"),
        Step("prioritise", _OPEN, STAYS, STAFF, ("reason",), label="Cambiar prioridad"),
        Step("reclassify", _OPEN, STAYS, STAFF, ("reason",), label="Reclasificar"),
        Step("correct", _OPEN, STAYS, STAFF, ("reason",), label="Corregir datos"),
        *_joining(*_OPEN, back="in_progress"), *more,
    )


REQUEST_FLOW: Final = Flow(
    "request", "new", _work(
        Step("ask_approval", ("new",), "approval", _ALL | STAFF, label="Pedir autorización"),
        Step("approve", ("approval",), "new", frozenset({SYSTEM}), label="Autorizada"),
        Step("reject", ("approval",), "rejected", frozenset({SYSTEM}), ("reason",), label="No autorizada"),
        Step("appeal", ("rejected",), "new", STAFF, ("reason",), label="Volver a considerar"),
        Step("withdraw", ("approval",), "cancelled", _ASKERS, ("reason",), label="Cancelar"),
        Step("absorb", ("approval",), STAYS, STAFF, label="Recibir un duplicado"),
        Step("release", ("approval",), STAYS, STAFF, label="Devolver un duplicado"),
    ), labels=LABELS, clock=_CLOCK)

INCIDENT_FLOW: Final = Flow(
    "incident", "new", _work(
        Step("major", _OPEN, STAYS, STAFF, ("reason",), label="Declarar incidente mayor"),
    ), labels={k: v for k, v in LABELS.items() if k not in ("approval", "rejected")},
    clock={k: v for k, v in _CLOCK.items() if k not in ("approval", "rejected")})

PROBLEM_FLOW: Final = Flow(
    "problem", "new", (
        Step("assign", ("new", "assigned", "investigating", "known", "pending"), "assigned", STAFF, ("team",), label="Asignar"),
        Step("take", ("new", "assigned"), "investigating", STAFF, label="Investigar"),
        Step("hold", ("assigned", "investigating", "known"), "pending", STAFF, ("reason",), label="Poner en espera"),
        Step("resume", ("pending",), "investigating", STAFF, label="Reanudar"),
        Step("identify", ("assigned", "investigating"), "known", STAFF, ("root_cause",), label="Registrar la causa"),
        Step("plan", ("investigating", "known"), STAYS, STAFF, label="Plan de acción"),
        Step("resolve", ("investigating", "known"), "resolved", STAFF, ("cause", "solution"), label="Resolver"),
        Step("close", ("resolved",), "closed", frozenset({MANAGER, SYSTEM}), label="Cerrar"),
        Step("reopen", ("resolved", "closed"), "investigating", STAFF, ("reason",), label="Reabrir"),
        Step("cancel", ("new", "assigned", "investigating", "known", "pending"), "cancelled", STAFF, ("reason",), label="Descartar"),
        Step("prioritise", ("new", "assigned", "investigating", "known", "pending"), STAYS, STAFF, ("reason",), label="Cambiar prioridad"),
        *_joining("new", "assigned", "investigating", "known", "pending", back="investigating"),
    ), labels={"new": "Propuesto", "assigned": "Asignado", "investigating": "En investigación", "known": "Causa conocida",
               "pending": "En espera", "resolved": "Resuelto", "closed": "Cerrado", "cancelled": "Descartado", "merged": "Fusionado"},
    clock={"pending": "pause", "resolved": "stop", "closed": "stop", "cancelled": "stop", "merged": "stop"})

KNOWN_ERROR_FLOW: Final = Flow(
    "known_error", "current", (
        Step("revise", ("current",), STAYS, STAFF, ("reason",), label="Actualizar"),
        Step("fix", ("current",), "fixed", STAFF, ("solution",), label="Quedó corregido"),
        Step("accept", ("current",), "accepted", frozenset({MANAGER}), ("reason",), label="Aceptar el riesgo"),
        Step("reopen", ("fixed", "accepted"), "current", STAFF, ("reason",), label="Volvió a ocurrir"),
    ), labels={"current": "Vigente", "fixed": "Corregido", "accepted": "Riesgo aceptado"},
    clock={"fixed": "stop", "accepted": "stop"})

_BEFORE = ("new", "assigned", "planned", "approval", "approved")
_CHANGE_LABELS = {"new": "Nuevo", "rejected": "Rechazado", "assigned": "Asignado", "planned": "Planeado", "approval": "En autorización",
                  "not_approved": "No autorizado", "approved": "Autorizado", "implementing": "En implementación",
                  "implemented": "Implementado", "failed": "Falló", "rolled_back": "Se revirtió", "closed": "Cerrado",
                  "cancelled": "Cancelado"}


def _change(slug: str, steps: tuple[Step, ...]) -> Flow:
    used = {s for step in steps for s in (*step.sources, step.target) if s}
    clock: dict[str, ClockMode] = {s: "stop" for s in ("rejected", "closed", "cancelled")}
    clock |= {"approval": "pause", "approved": "pause"}
    return Flow(slug, "new", steps, labels={k: v for k, v in _CHANGE_LABELS.items() if k in used},
                clock={k: v for k, v in clock.items() if k in used})


_BEGIN = (
    Step("assign", ("new", "assigned", "planned"), "assigned", STAFF, ("team",), label="Asignar"),
    Step("plan", ("assigned", "planned"), "planned", STAFF, ("plan",), label="Planear"),
    Step("cancel", _BEFORE, "cancelled", STAFF | {REQUESTER}, ("reason",), label="Cancelar"),
)
_DO = (
    Step("finish", ("implementing",), "implemented", STAFF, label="Quedó implementado"),
    Step("fail", ("implementing",), "failed", STAFF, ("reason",), label="Falló"),
    Step("roll_back", ("implementing", "failed", "implemented"), "rolled_back", STAFF, ("reason",), label="Se revirtió"),
    Step("retry", ("failed", "rolled_back"), "planned", STAFF, ("reason",), label="Volver a planear"),
    Step("review", ("implemented", "failed", "rolled_back"), "closed", STAFF, ("review",), label="Revisar y cerrar"),
)
_AUTHORISED = (
    Step("submit", ("planned",), "approval", STAFF, label="Enviar a autorización"),
    Step("approve", ("approval",), "approved", frozenset({SYSTEM}), label="Autorizado"),
    Step("reject", ("approval",), "not_approved", frozenset({SYSTEM}), ("reason",), label="No autorizado"),
    Step("replan", ("not_approved", "approved"), "planned", STAFF, ("reason",), label="Volver a planear"),
    Step("abandon", ("not_approved",), "cancelled", STAFF, ("reason",), label="Cancelar"),
    Step("implement", ("approved",), "implementing", STAFF, label="Comenzar"),
)
CHANGE_FLOW: Final = _change("change", (*_BEGIN, Step("decline", ("new",), "rejected", frozenset({MANAGER}), ("reason",), label="Rechazar"),
                                        Step("appeal", ("rejected",), "new", STAFF, ("reason",), label="Volver a considerar"),
                                        *_AUTHORISED, *_DO))
"""A normal change: planned, authorised by quorum, implemented, reviewed."""
SIMPLE_CHANGE_FLOW: Final = _change("simple_change", (
    *(s if s.name != "cancel" else Step("cancel", ("new", "assigned", "planned"), "cancelled", s.roles, s.needs, label=s.label)
      for s in _BEGIN), Step("implement", ("planned",), "implementing", STAFF, label="Comenzar"), *_DO))
"""A routine change ("simple"): its model was authorised once; each one is not."""
EMERGENCY_CHANGE_FLOW: Final = _change("emergency_change", (
    *(s if s.name != "cancel" else Step("cancel", ("new", "assigned", "planned"), "cancelled", s.roles, s.needs, label=s.label)
      for s in _BEGIN),
    Step("implement", ("new", "assigned", "planned"), "implementing", frozenset({DISPATCHER, MANAGER}), ("reason",), label="Comenzar ya"),
    Step("finish", ("implementing",), "implemented", STAFF, label="Quedó implementado"),
    Step("fail", ("implementing",), "failed", STAFF, ("reason",), label="Falló"),
    Step("roll_back", ("implementing", "failed", "implemented"), "rolled_back", STAFF, ("reason",), label="Se revirtió"),
    Step("retry", ("failed", "rolled_back"), "planned", STAFF, ("reason",), label="Volver a planear"),
    Step("review", ("implemented", "failed", "rolled_back"), "approval", STAFF, ("review",), label="Revisar y pedir autorización"),
    Step("approve", ("approval",), "closed", frozenset({SYSTEM}), label="Autorizado a posteriori"),
    Step("reject", ("approval",), "closed", frozenset({SYSTEM}), ("reason",), label="No se autorizó a posteriori"),
))
"""An emergency: done first, authorised afterwards; it cannot be closed without that."""

FLOWS: Final = (REQUEST_FLOW, INCIDENT_FLOW, PROBLEM_FLOW, KNOWN_ERROR_FLOW, CHANGE_FLOW, SIMPLE_CHANGE_FLOW, EMERGENCY_CHANGE_FLOW)
ASKED: Final = ("request", "incident")
"""Kinds that people ask for, with promises."""
CHANGES: Final = ("change", "simple_change", "emergency_change")
_OWNED: Final = frozenset({"in_progress", "investigating", "known", "pending", "implementing", "implemented", "failed", "rolled_back"})


def clock_mode(flow: Flow, clock: str, state: str) -> ClockMode:
    """What a state does to one clock: `own` stops when somebody took the ticket; the others follow the flow's table."""
    return "stop" if clock == "own" and state in _OWNED else flow.mode(state)
