"""The life of a configuration item as a table: planned, in use, in maintenance, retired; back with a reason."""
from typing import Final

from ventanilla.lib.flow import Flow, Step

KEEPER: Final = "KEEPER"
"""Whoever keeps the configuration database (capability cmdb.write)."""
_BY: Final = frozenset({KEEPER})

CI_FLOW: Final = Flow(
    "ci", "planned", (
        Step("commission", ("planned",), "in_use", _BY, label="Poner en uso"),
        Step("maintain", ("in_use",), "maintenance", _BY, ("reason",), label="Poner en mantenimiento"),
        Step("resume", ("maintenance",), "in_use", _BY, label="Terminar mantenimiento"),
        Step("retire", ("planned", "in_use", "maintenance"), "retired", _BY, ("reason",), label="Dar de baja"),
        Step("recover", ("retired",), "in_use", _BY, ("reason",), label="Recuperar de la baja"),
    ),
    labels={"planned": "Planeado", "in_use": "En uso", "maintenance": "En mantenimiento", "retired": "Dado de baja"},
    clock={"retired": "stop"},
)
