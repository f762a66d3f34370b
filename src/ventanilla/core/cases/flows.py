"""The flows of turns, shared by every kind of case, and the relations that flows name.

A relation is computed from the actor's grants and the rows at hand, never stored.
"""
from typing import Final

from django.utils.translation import gettext_lazy as lazy

from ventanilla.lib.flow import STAYS, Flow, Step

OWNER: Final = "owner"          # may route in the unit in charge of the case
REGISTRAR: Final = "registrar"  # may register in the unit in charge
CLOSER: Final = "closer"        # may conclude in the unit in charge
ARCHIVIST: Final = "archivist"  # may send to the archive in the unit in charge
ROUTER: Final = "router"        # sent this turn, or may route in the unit that sent it
HOLDER: Final = "holder"        # the turn is theirs: the person, or who answers for the unit
RESPONDER: Final = "responder"  # a holder who does not evaluate: the answer that waits is their unit's
EVALUATOR: Final = "evaluator"  # evaluates the answer of this turn: who may route there and did not write it, else the next above
DELEGATOR: Final = "delegator"  # may route in the unit that holds the turn
SYSTEM: Final = "system"        # follows from another step

_OPEN = ("sent", "accepted", "sent_back")


def _roles(*names: str) -> frozenset[str]:
    return frozenset(names)


TURN_FLOW: Final = Flow(
    "turn", "sent", (
        Step("accept", ("sent",), "accepted", _roles(HOLDER), label=lazy("Aceptar")),
        Step("answer", _OPEN, "answered", _roles(HOLDER), ("text",), label=lazy("Responder")),
        Step("report", _OPEN, "accepted", _roles(HOLDER), ("text",), label=lazy("Informar avance")),
        Step("subroute", _OPEN, "accepted", _roles(DELEGATOR), ("unit",), label=lazy("Turnar")),
        Step("return", ("sent", "accepted"), "returned", _roles(HOLDER), ("reason",), label=lazy("Devolver con motivo")),
        Step("reassign", ("sent", "accepted"), "sent", _roles(DELEGATOR, ROUTER), ("reason",), label=lazy("Reasignar")),
        Step("reassign", ("sent_back",), STAYS, _roles(DELEGATOR, ROUTER), ("reason",), label=lazy("Reasignar")),
        Step("extend", _OPEN, STAYS, _roles(ROUTER), ("reason", "due"), label=lazy("Ampliar plazo")),
        Step("withdraw", (*_OPEN, "answered"), "cancelled", _roles(ROUTER), ("reason",), label=lazy("Retirar el turno")),
        Step("withdraw_answer", ("answered",), "accepted", _roles(RESPONDER), ("reason",), label=lazy("Retirar la respuesta")),
        Step("send_back", ("answered",), "sent_back", _roles(EVALUATOR), ("reason",), label=lazy("Devolver la respuesta")),
        Step("approve", ("answered",), "closed", _roles(EVALUATOR), label=lazy("Aceptar la respuesta")),
    ),
    labels={"sent": lazy("Por aceptar"), "accepted": lazy("En atención"), "answered": lazy("Respuesta por evaluar"),
            "sent_back": lazy("Respuesta devuelta"), "closed": lazy("Atendido"), "returned": lazy("Devuelto"),
            "cancelled": lazy("Retirado")},
    clock={"answered": "pause", "closed": "stop", "returned": "stop", "cancelled": "stop"},
)

INFO_FLOW: Final = Flow(
    "information", "sent", (
        Step("acknowledge", ("sent",), "read", _roles(HOLDER), label=lazy("Marcar como leído")),
        Step("withdraw", ("sent",), "cancelled", _roles(ROUTER), ("reason",), label=lazy("Retirar el turno")),
    ),
    labels={"sent": lazy("Sin leer"), "read": lazy("Leído"), "cancelled": lazy("Retirado")},
    clock={"read": "stop", "cancelled": "stop"},
)


def flow_of(purpose: str) -> Flow:
    """The flow of a turn for action or for information."""
    return TURN_FLOW if purpose == "action" else INFO_FLOW
