"""The flows of the registry as tables: review of a practice, periodic measurement, transfer as the giver and as the taker see it.

Source of the steps: life cycle of the registry of good practices (facts, section 2.3): letter, review, observations, evaluation on five
factors, registration, measurement, re-validation, withdrawal; transfer by letter, checklist of 5.3, agreement, steps, result.
"""
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.cases.flows import SYSTEM
from ventanilla.lib.flow import STAYS, ClockMode, Flow, Step

AUTHOR: Final = "author"      # answers for the practice: its owner, or who documents practices of its unit
REVIEWER: Final = "reviewer"  # reviews practices of that unit and had no part in writing this one
KEEPER: Final = "keeper"      # keeps the registry for that unit and had no part in writing this one
TAKER: Final = "taker"        # asked for the transfer, or documents practices of the unit that asked


def _by(*names: str) -> frozenset[str]:
    return frozenset(names)


REVIEW_FLOW: Final = Flow(
    "practice_review", "received", (
        Step("take", ("received",), "reviewing", _by(REVIEWER), label=lazy("Tomar la revisión")),
        Step("observe", ("reviewing",), "observed", _by(REVIEWER), label=lazy("Enviar las observaciones")),
        Step("respond", ("observed",), "reviewing", _by(AUTHOR), label=lazy("Devolver con respuestas")),
        Step("evaluate", ("reviewing",), "evaluating", _by(REVIEWER, KEEPER), ("panel",), label=lazy("Pasar a evaluación")),
        Step("panel", ("evaluating",), STAYS, _by(KEEPER), ("reason",), label=lazy("Cambiar a quien evalúa")),
        Step("complete", ("evaluating",), "evaluated", _by(SYSTEM), label=lazy("Terminaron las evaluaciones")),
        Step("arbitrate", ("evaluated",), "evaluating", _by(KEEPER), ("reason",), label=lazy("Pedir otra evaluación")),
        Step("confirm", ("reviewing",), "registered", _by(KEEPER), ("ruling",), label=lazy("Confirmar el registro")),
        Step("enrol", ("evaluated",), "registered", _by(KEEPER), ("ruling",), label=lazy("Registrar")),
        Step("reject", ("reviewing", "evaluated"), "rejected", _by(KEEPER), ("reason",), label=lazy("No registrar")),
        Step("retire", ("received", "reviewing", "observed"), "retired", _by(AUTHOR), ("reason",), label=lazy("Retirar la propuesta")),
    ),
    labels={"received": lazy("Por revisar"), "reviewing": lazy("En revisión"), "observed": lazy("Con observaciones"),
            "evaluating": lazy("En evaluación"),
            "evaluated": lazy("Evaluada, por dictaminar"), "registered": lazy("Registrada"), "rejected": lazy("No registrada"),
            "retired": lazy("Propuesta retirada")},
    clock={"observed": "pause", "registered": "stop", "rejected": "stop", "retired": "stop"},
)
MEASUREMENT_FLOW: Final = Flow(
    "practice_measurement", "due", (
        Step("submit", ("due",), "measured", _by(AUTHOR), label=lazy("Entregar la medición")),
        Step("waive", ("due",), "waived", _by(KEEPER), ("reason",), label=lazy("Dispensar esta medición")),
        Step("reopen", ("measured",), "due", _by(KEEPER, REVIEWER), ("reason",), label=lazy("Devolver para corregir")),
    ),
    labels={"due": lazy("Por medir"), "measured": lazy("Medición entregada"), "waived": lazy("Dispensada")},
    clock={"measured": "stop", "waived": "stop"},
)
TRANSFER_FLOW: Final = Flow(
    "practice_transfer", "requested", (
        Step("accept", ("requested",), "preparing", _by(AUTHOR, KEEPER), label=lazy("Aceptar la solicitud")),
        Step("decline", ("requested", "preparing"), "declined", _by(AUTHOR, KEEPER), ("reason",), label=lazy("No aceptar")),
        Step("agree", ("preparing",), "running", _by(AUTHOR, KEEPER), ("agreement",), label=lazy("Registrar el convenio")),
        Step("deliver", ("running",), "delivered", _by(AUTHOR, KEEPER), label=lazy("Entregar")),
        Step("object", ("delivered",), "running", _by(SYSTEM), ("reason",), label=lazy("Falta algo")),
        Step("confirm", ("delivered",), "concluded", _by(SYSTEM, AUTHOR), ("result",), label=lazy("Confirmar la adopción")),
        Step("cancel", ("requested", "preparing", "running", "delivered"), "cancelled", _by(SYSTEM, AUTHOR, KEEPER), ("reason",),
             label=lazy("Cancelar la transferencia")),
    ),
    labels={"requested": lazy("Solicitada"), "preparing": lazy("En preparación"), "running": lazy("En marcha"),
            "delivered": lazy("Entregada, por confirmar"),
            "concluded": lazy("Adoptada"), "declined": lazy("No aceptada"), "cancelled": lazy("Cancelada")},
    clock={"delivered": "pause", "concluded": "stop", "declined": "stop", "cancelled": "stop"},
)
ADOPTION_FLOW: Final = Flow(
    "practice_adoption", "asked", (
        Step("begin", ("asked",), "adopting", _by(SYSTEM), label=lazy("Convenio firmado")),
        Step("receive", ("adopting",), "received", _by(SYSTEM), label=lazy("Entregada por quien la transfiere")),
        Step("object", ("received",), "adopting", _by(TAKER), ("reason",), label=lazy("Falta algo")),
        Step("adopt", ("received",), "adopted", _by(TAKER), ("result",), label=lazy("Confirmar la adopción")),
        Step("turn_down", ("asked",), "turned_down", _by(SYSTEM), label=lazy("No aceptada")),
        Step("cancel", ("asked", "adopting", "received"), "cancelled", _by(TAKER, SYSTEM), ("reason",),
             label=lazy("Cancelar la solicitud")),
    ),
    labels={"asked": lazy("Solicitada"), "adopting": lazy("En marcha"), "received": lazy("Recibida, por confirmar"),
            "adopted": lazy("Adoptada"),
            "turned_down": lazy("No aceptada"), "cancelled": lazy("Cancelada")},
    clock={"asked": "pause", "adopted": "stop", "turned_down": "stop", "cancelled": "stop"},
)
FLOWS: Final = (REVIEW_FLOW, MEASUREMENT_FLOW, TRANSFER_FLOW, ADOPTION_FLOW)
WAITING: Final = frozenset({("practice_review", "observed"), ("practice_review", "evaluating"), ("practice_transfer", "delivered"),
                            ("practice_adoption", "asked")})
"""States in which the unit in charge only waits for somebody else; the migration writes the same."""
STATE_OF_PRACTICE: Final = {"received": "submitted", "reviewing": "review", "observed": "observed", "evaluating": "evaluation",
                            "evaluated": "evaluation", "registered": "registered", "rejected": "rejected", "retired": "draft"}
"""What the review's state makes of a practice that is not registered yet."""


def clock_mode(flow: Flow, _clock: str, state: str, _detail: Mapping[str, Any]) -> ClockMode:
    """What a state does to any clock of a case of that flow."""
    return flow.mode(state)
