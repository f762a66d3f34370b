"""The life of a configuration item as a table: planned, in use, in maintenance, retired; back with a reason."""
from typing import Final

from django.utils.translation import gettext_lazy as lazy

from ventanilla.lib.flow import Flow, Step

KEEPER: Final = "KEEPER"
"""Whoever keeps the configuration database (capability cmdb.write)."""
_BY: Final = frozenset({KEEPER})

CI_FLOW: Final = Flow(
    "ci", "planned", (
        Step("commission", ("planned",), "in_use", _BY, label=lazy("Poner en uso")),
        Step("maintain", ("in_use",), "maintenance", _BY, ("reason",), label=lazy("Poner en mantenimiento")),
        Step("resume", ("maintenance",), "in_use", _BY, label=lazy("Terminar mantenimiento")),
        Step("retire", ("planned", "in_use", "maintenance"), "retired", _BY, ("reason",), label=lazy("Dar de baja")),
        Step("recover", ("retired",), "in_use", _BY, ("reason",), label=lazy("Recuperar de la baja")),
    ),
    labels={"planned": lazy("Planeado"), "in_use": lazy("En uso"), "maintenance": lazy("En mantenimiento"),
            "retired": lazy("Dado de baja")},
    clock={"retired": "stop"},
)
