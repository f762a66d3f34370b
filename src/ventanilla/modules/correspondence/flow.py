"""The life of a letter: registered, routed, attended, concluded, archived; or cancelled with its folio kept.

One that leaves is sent: it waits for its acuse (`waits` in the database's table), and its delivery concludes it. One that answers a
turn is concluded when the answer is accepted, and loses its validity when it is sent back or withdrawn. Letters of a circular to units
are routed like those that arrive.
"""
from typing import Final

from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.cases.flows import ARCHIVIST, CLOSER, OWNER, REGISTRAR, SYSTEM
from ventanilla.lib.flow import STAYS, Flow, Step

LETTER_FLOW: Final = Flow(
    "letter", "registered", (
        Step("send", ("registered",), "sent", frozenset({SYSTEM}), label=lazy("Enviar")),
        Step("route", ("registered", "routed", "attended"), "routed", frozenset({OWNER}), ("unit",), label=lazy("Turnar")),
        Step("route", ("sent",), STAYS, frozenset({OWNER}), ("unit",), label=lazy("Turnar")),
        Step("complete", ("routed",), "attended", frozenset({SYSTEM}), label=lazy("Todos los turnos atendidos")),
        Step("recall", ("routed", "attended"), "registered", frozenset({SYSTEM}), label=lazy("Ningún turno quedó en pie")),
        Step("note_delivery", ("sent",), "concluded", frozenset({REGISTRAR, OWNER, CLOSER}), ("recipient",),
             label=lazy("Anotar la entrega"), also=("sent",)),
        Step("settle", ("sent",), "concluded", frozenset({SYSTEM}), label=lazy("Respuesta aceptada")),
        Step("give_back", ("sent",), "returned", frozenset({SYSTEM}), ("reason",), label=lazy("Respuesta devuelta")),
        Step("void", ("sent",), "returned", frozenset({SYSTEM}), ("reason",), label=lazy("Respuesta retirada")),
        Step("conclude", ("registered", "attended", "sent"), "concluded", frozenset({CLOSER}), ("reason",), label=lazy("Concluir")),
        Step("correct", ("registered", "routed", "attended", "sent"), STAYS, frozenset({REGISTRAR, CLOSER}), ("reason",),
             label=lazy("Corregir datos")),
        Step("set_due", ("registered", "routed", "attended", "sent"), STAYS, frozenset({REGISTRAR, CLOSER}), ("reason", "due"),
             label=lazy("Cambiar el vencimiento")),
        Step("reopen", ("concluded",), "registered", frozenset({CLOSER}), ("reason",), label=lazy("Reabrir"), also=("sent",)),
        Step("reopen", ("returned",), "sent", frozenset({CLOSER}), ("reason",), label=lazy("Reabrir")),
        Step("cancel", ("registered", "sent", "returned"), "cancelled", frozenset({CLOSER, OWNER}), ("reason",),
             label=lazy("Cancelar el folio")),
        Step("cancel_circular", ("registered", "routed", "attended", "sent", "returned", "concluded"), "cancelled", frozenset({SYSTEM}),
             ("reason",), label=lazy("Circular cancelada")),
        Step("archive", ("concluded",), "archived", frozenset({ARCHIVIST}), ("place",), label=lazy("Enviar al archivo de trámite")),
        Step("refile", ("archived",), STAYS, frozenset({ARCHIVIST}), ("place", "reason"), label=lazy("Pasar a otro expediente")),
    ),
    labels={"registered": lazy("Registrado"), "sent": lazy("Enviado"), "returned": lazy("Sin validez"),
            "routed": lazy("Turnado"), "attended": lazy("Atendido, por concluir"),
            "concluded": lazy("Concluido"), "archived": lazy("En archivo de trámite"), "cancelled": lazy("Cancelado")},
    clock={"returned": "stop", "concluded": "stop", "archived": "stop", "cancelled": "stop"},
    sealed=frozenset({"archived"}),
)
