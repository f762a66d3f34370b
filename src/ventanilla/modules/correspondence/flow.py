"""The life of a letter: registered, routed, attended, concluded, archived; or cancelled with its folio kept."""
from typing import Final

from ventanilla.core.cases.flows import ARCHIVIST, CLOSER, OWNER, REGISTRAR, SYSTEM
from ventanilla.lib.flow import STAYS, Flow, Step

LETTER_FLOW: Final = Flow(
    "letter", "registered", (
        Step("route", ("registered", "routed", "attended"), "routed", frozenset({OWNER}), ("unit",), label="Turnar"),
        Step("complete", ("routed",), "attended", frozenset({SYSTEM}), label="Todos los turnos atendidos"),
        Step("recall", ("routed", "attended"), "registered", frozenset({SYSTEM}), label="Ningún turno quedó en pie"),
        Step("conclude", ("registered", "attended"), "concluded", frozenset({CLOSER}), ("reason",), label="Concluir"),
        Step("correct", ("registered", "routed", "attended"), STAYS, frozenset({REGISTRAR, CLOSER}), ("reason",),
             label="Corregir datos"),
        Step("reopen", ("concluded",), "registered", frozenset({CLOSER}), ("reason",), label="Reabrir"),
        Step("cancel", ("registered",), "cancelled", frozenset({CLOSER, OWNER}), ("reason",), label="Cancelar el folio"),
        Step("archive", ("concluded",), "archived", frozenset({ARCHIVIST}), ("place",), label="Enviar al archivo de trámite"),
    ),
    labels={"registered": "Registrado", "routed": "Turnado", "attended": "Atendido, por concluir",
            "concluded": "Concluido", "archived": "En archivo de trámite", "cancelled": "Cancelado"},
    clock={"concluded": "stop", "archived": "stop", "cancelled": "stop"},
)
