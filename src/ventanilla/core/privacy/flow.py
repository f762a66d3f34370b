"""The flow of a request about personal data, as a table, and what each state does to its two clocks.

Source of the steps: Ley de Protección de Datos Personales en Posesión de Sujetos Obligados del Estado de México y Municipios, rights of
access, rectification, cancellation and opposition: receipt, requirement (prevención), answer, extension, making it effective. Days are data
(`PrivacyDesk`); the institution's lawyer checks the citations.
"""
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as lazy

from ventanilla.core.cases.flows import SYSTEM
from ventanilla.lib.flow import STAYS, ClockMode, Flow, Step

OFFICER: Final = "officer"  # attends requests about personal data in the unit in charge
KIND: Final = "subject_request"
ANSWER, FULFIL = "answer", "fulfil"
"""The two clocks: to answer, and to make effective what was granted."""


def _by(*names: str) -> frozenset[str]:
    return frozenset(names)


REQUEST_FLOW: Final = Flow(
    KIND, "received", (
        Step("require", ("received",), "proving", _by(OFFICER), ("reason",), label=lazy("Requerir identidad o datos")),
        Step("admit", ("received", "proving"), "processing", _by(OFFICER), ("identity",), label=lazy("Tener por acreditada la identidad")),
        Step("lapse", ("proving",), "lapsed", _by(OFFICER), ("reason",), label=lazy("Tener por no presentada")),
        Step("extend", ("processing",), STAYS, _by(OFFICER), ("reason",), label=lazy("Ampliar el plazo")),
        Step("resolve", ("processing",), "resolved", _by(OFFICER), ("text",), label=lazy("Resolver que procede")),
        Step("deny", ("processing",), "denied", _by(OFFICER), ("reason",), label=lazy("Negar")),
        Step("erase", ("resolved",), STAYS, _by(OFFICER), label=lazy("Cancelar lo marcado")),
        Step("rectify", ("resolved",), STAYS, _by(OFFICER), label=lazy("Anotar lo rectificado")),
        Step("oppose", ("resolved",), STAYS, _by(OFFICER), label=lazy("Registrar la oposición")),
        Step("lift", ("resolved", "fulfilled"), STAYS, _by(OFFICER), ("reason",), label=lazy("Levantar la oposición")),
        Step("fulfil", ("resolved",), "fulfilled", _by(OFFICER), ("text",), label=lazy("Dar por cumplida")),
        Step("desist", ("received", "proving", "processing", "resolved"), "withdrawn", _by(OFFICER, SYSTEM), ("reason",),
             label=lazy("Registrar el desistimiento")),
    ),
    labels={"received": lazy("Recibida"), "proving": lazy("Falta acreditar"), "processing": lazy("En trámite"),
            "resolved": lazy("Procede, por cumplir"), "fulfilled": lazy("Cumplida"), "denied": lazy("Negada"),
            "lapsed": lazy("No presentada"), "withdrawn": lazy("Desistida")},
    clock={"proving": "pause", "fulfilled": "stop", "denied": "stop", "lapsed": "stop", "withdrawn": "stop"},
)
WAITING: Final = frozenset({"proving"})
"""States in which the unit only waits for the person; the migration writes the same."""


def clock_mode(clock: str, state: str, _detail: Mapping[str, Any]) -> ClockMode:
    """The clock to answer ends with the answer; that to make it effective runs from then on."""
    return "stop" if clock == ANSWER and state == "resolved" else REQUEST_FLOW.mode(state)
